using Rayquest.JobLint;
using Rayquest.JobLint.Engine;
using Rayquest.JobModel.Diagnostics;

namespace Rayquest.Adversary.Tests.Rules;

/// <summary>Shapes of secrets that a name beside them gives away, in requests.</summary>
[Hole(0)]
public sealed class LowItemsTests
{
    // Made for this test, and no key of anything.
    private const string Value = "wJa1rXUtnF3MIK7MD3NGbPxRfiCY";

    [Theory]
    [InlineData("entrypoint: 'python train.py AWS_SECRET_ACCESS_KEY " + Value + "'")]
    [InlineData("entrypoint: 'echo the password is " + Value + "'")]
    [InlineData("entrypoint: 'echo ''{\"auths\": {\"r\": {\"auth\":\"" + Value + "\"}}}'' > config.json'")]
    [InlineData("env: {DOCKER_CONFIG_JSON: '{\"auths\": {\"r\": {\"auth\": \"" + Value + "\"}}}'}")]
    [InlineData("runtimeEnv: {env_vars: {SETTINGS: '{\"db_password\": \"" + Value + "\"}'}}")]
    public void A_secret_inside_a_longer_text_is_found_and_never_printed(string line)
    {
        TestRepository repository = new();
        repository.Put(
            "jobs-requests/vision/train.yaml",
            "name: train\n"
                + (line.StartsWith("entrypoint", StringComparison.Ordinal) ? "" : "entrypoint: python train.py\n")
                + line
                + "\nworkers: {replicas: 1, cpu: 1, memory: 4Gi}\n"
        );
        LintResult lint = repository.Lint();
        Finding finding = lint.Findings.First(f => f.Rule.HidesSource);
        finding.Severity.ShouldBe(Severity.Error);
        finding.Span.Text.ShouldContain(Value);
        lint.Findings.ShouldNotContain(f => f.Message.Contains(Value), TestRepository.Print(lint.Findings));
    }

    [Theory]
    [InlineData("entrypoint: python train.py MAX_STEPS 10000000000000")]
    [InlineData("entrypoint: 'echo \"token is required\"'")]
    [InlineData("env: {SETTINGS: '{\"auth\": \"none\", \"token_file\": \"/data/a1b2c3d4e5f6\"}'}")]
    public void Ordinary_text_is_not_taken_for_one(string line)
    {
        TestRepository repository = new();
        repository.Put(
            "jobs-requests/vision/train.yaml",
            "name: train\n"
                + (line.StartsWith("entrypoint", StringComparison.Ordinal) ? "" : "entrypoint: python train.py\n")
                + line
                + "\nworkers: {replicas: 1, cpu: 1, memory: 4Gi}\n"
        );
        repository.Lint().Findings.ShouldNotContain(f => f.Rule.HidesSource);
    }
}
