using Rayquest.JobHosts.Review;
using Rayquest.JobReport.Evaluation;

namespace Rayquest.Adversary.Tests;

/// <summary>The login of an approver who has left is taken by somebody else, and approves.</summary>
[Hole(0)]
public sealed class ReusedLoginOnGitHubTests : IDisposable
{
    private readonly Stage stage = new();

    public void Dispose() => stage.Dispose();

    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    [InlineData(false, true)]
    public async Task Another_account_of_the_same_login_approves_nothing(bool isSame, bool byComment)
    {
        long id = isSame ? stage.Fixture.Bob.Id : stage.Fixture.Bob.Id + 1000;
        stage.GitHub.Push(
            stage.Fixture.Alice,
            "main",
            "Note the accounts",
            ReviewFixture.Files(("policies/quotas.yaml", $"accounts: {{bob: {id}}}\n{ReviewFixture.Quotas}\n"))
        );
        stage.Fixture.Ask("big", 12, author: stage.Fixture.Mallory);
        await stage.Review(1);
        if (byComment)
        {
            stage.GitHub.Comment(stage.Fixture.Bob, 1, $"/approve-quota {stage.Fixture.Head(1)}");
        }
        else
        {
            stage.GitHub.Review(stage.Fixture.Bob, 1, "APPROVED");
        }

        (await stage.VerdictOf(1)).ShouldBe(isSame ? Verdict.Pass : Verdict.NeedsApproval);
    }
}
