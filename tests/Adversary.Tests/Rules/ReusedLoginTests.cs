using Rayquest.JobReport.Approvals;
using Rayquest.JobReport.Evaluation;

namespace Rayquest.Adversary.Tests.Rules;

/// <summary>A login that was given up and taken by somebody else is not the person the policy means.</summary>
[Hole(0)]
public sealed class ReusedLoginTests
{
    private const string Head = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

    private static TestRepository Base()
    {
        TestRepository repository = new();
        return repository.Put(
            "policies/quotas.yaml",
            "accounts: {bob: 1001, Alice: 1002}\n" + repository.Text("policies/quotas.yaml")
        );
    }

    private static ChangeEvaluation Decide(
        int gpus,
        string author,
        long authorId,
        params (string Login, long Id)[] approvals
    )
    {
        TestRepository before = Base();
        return VerdictRule.Decide(
            before.Branch().Ask("train", gpus).PreviewSince(before).Assessment,
            new ApprovalInput(
                author,
                new HashSet<string>([Head]),
                [
                    .. approvals.Select(a => new ApprovalEvent(
                        a.Login,
                        ApprovalAction.Approve,
                        Head,
                        DateTimeOffset.UnixEpoch
                    )
                    {
                        Account = a.Id,
                    }),
                ]
            )
            {
                Accounts = [KeyValuePair.Create(author, authorId)],
            },
            null
        );
    }

    [Fact]
    public void An_approval_counts_from_the_account_that_is_meant()
    {
        Decide(12, "alice", 1002, ("bob", 1001)).Verdict.ShouldBe(Verdict.Pass);
        ChangeEvaluation stolen = Decide(12, "alice", 1002, ("bob", 66));
        stolen.Verdict.ShouldBe(Verdict.NeedsApproval);
        stolen.Approvals.Idle.ShouldContain(new IgnoredApproval("bob", IgnoredReason.OtherAccount));
        Decide(12, "alice", 1002, ("carol", 77)).Verdict.ShouldBe(Verdict.Pass, "no number is known of carol");
        Decide(12, "alice", 1002, ("bob", 0)).Verdict.ShouldBe(Verdict.Pass, "GitHub gave no number");
    }

    [Fact]
    public void A_member_is_the_account_that_is_meant()
    {
        Decide(1, "alice", 1002).Verdict.ShouldBe(Verdict.Pass);
        Decide(1, "ALICE", 1002).Verdict.ShouldBe(Verdict.Pass);
        ChangeEvaluation stolen = Decide(1, "alice", 66);
        stolen.Verdict.ShouldBe(Verdict.NeedsApproval);
        stolen.Reasons.ShouldContain(r => r.Kind == ReasonKind.NotEntitled);
    }
}
