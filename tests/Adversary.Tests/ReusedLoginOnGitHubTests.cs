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
        long id = isSame ? stage.Desk.Bob.Id : stage.Desk.Bob.Id + 1000;
        stage.GitHub.Push(
            stage.Desk.Alice,
            "main",
            "Note the accounts",
            ReviewDesk.Files(("policies/quotas.yaml", $"accounts: {{bob: {id}}}\n{ReviewDesk.Quotas}\n"))
        );
        stage.Desk.Ask("big", 12, author: stage.Desk.Mallory);
        await stage.Review(1);
        if (byComment)
        {
            stage.GitHub.Comment(stage.Desk.Bob, 1, $"/approve-quota {stage.Desk.Head(1)}");
        }
        else
        {
            stage.GitHub.Review(stage.Desk.Bob, 1, "APPROVED");
        }

        (await stage.VerdictOf(1)).ShouldBe(isSame ? Verdict.Pass : Verdict.NeedsApproval);
    }
}
