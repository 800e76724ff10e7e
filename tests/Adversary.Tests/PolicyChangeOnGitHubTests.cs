using Rayquest.JobHosts.Review;
using Rayquest.JobReport.Evaluation;

namespace Rayquest.Adversary.Tests;

/// <summary>What is odd about policies is said where they are changed, though it blocks nothing.</summary>
[Hole(0)]
public sealed class PolicyChangeOnGitHubTests : IDisposable
{
    private readonly Stage stage = new();

    public void Dispose() => stage.Dispose();

    [Fact]
    public async Task A_warning_about_policies_is_told_on_their_own_pull_request()
    {
        stage.GitHub.Push(
            stage.Fixture.Alice,
            "policy",
            "Allow another type",
            ReviewFixture.Files(
                (
                    "policies/platform.yaml",
                    "gpus:\n  a100: {perNode: 8}\n  h100: {perNode: 8}\ndefaults: {image: \"rayproject/ray:2.52.0-py311-gpu\", gpu: a100, timeout: 4h}\n"
                )
            ),
            "main"
        );
        stage.GitHub.OpenPull(stage.Fixture.Alice, "policy", "Allow another type");
        ReviewOutcome outcome = await stage.Review(1);
        outcome.Preview!.Verdict.ShouldBe(Verdict.Pass);
        outcome.Written.ShouldContain(w => w.StartsWith("comment"));
        outcome.Comment.ToString().ShouldContain("RQ0617");
    }
}
