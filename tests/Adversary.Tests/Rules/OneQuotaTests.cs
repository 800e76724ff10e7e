using Rayquest.JobLint;
using Rayquest.JobLint.Engine;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobReport.Evaluation;

namespace Rayquest.Adversary.Tests.Rules;

/// <summary>The rules and the verdict answer one question by one arithmetic: whose quota is it, and is it enough?</summary>
[Hole(0)]
public sealed class OneQuotaTests
{
    [Fact]
    public void A_change_that_only_gives_back_passes_and_says_so()
    {
        TestRepository before = new TestRepository().Ask("train", 12).Merged();
        TestRepository after = before.Branch().Ask("train", 10);
        LintResult lint = after.LintSince(before);
        lint.Findings.ShouldNotContain(f => f.Message.Contains("must approve"), TestRepository.Print(lint.Findings));
        lint.Findings.ShouldContain(f =>
            f.Rule.Category == RuleCategory.Quota && f.Message.Contains("10") && f.Message.Contains("nobody")
        );
        after.PreviewSince(before).Verdict.ShouldBe(Verdict.Pass);
    }

    [Theory]
    [InlineData(12, 12, true)]
    [InlineData(12, 13, true)]
    [InlineData(20, 18, false)]
    [InlineData(9, 9, true)]
    [InlineData(12, 11, false)]
    public void Lint_asks_for_approval_exactly_where_the_verdict_does(int held, int asked, bool asks)
    {
        TestRepository before = new TestRepository().Ask("train", held).Merged();
        TestRepository after = before.Branch().Ask("train", asked, more: "run: 2\n");
        LintResult lint = after.LintSince(before);
        lint.Findings.Any(f => f.Rule.AsksForApproval).ShouldBe(asks, TestRepository.Print(lint.Findings));
        lint.Errors.ShouldBe(0);
        after.PreviewSince(before).Verdict.ShouldBe(asks ? Verdict.NeedsApproval : Verdict.Pass);
    }
}
