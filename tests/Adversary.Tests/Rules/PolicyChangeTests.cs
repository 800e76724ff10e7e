using Rayquest.JobModel.Diagnostics;
using Rayquest.JobReport.Comment;
using Rayquest.JobReport.Evaluation;

namespace Rayquest.Adversary.Tests.Rules;

/// <summary>A change that breaks the policies is told so on its own pull request, and not that it is none of ours.</summary>
[Hole(30)]
public sealed class PolicyChangeTests
{
    [Theory]
    [InlineData(
        "policies/quotas.yaml",
        "teams:\n  vision:\n    members: [alice]\n    approvers: [bob]\n    soft: {gpus: {a100: 32}}\n    hard: {gpus: {a100: 16}}\n",
        "RQ0603",
        5
    )]
    [InlineData(
        "policies/platform.yaml",
        "gpus:\n  a100: {perNode: 8}\n  l4: {perNode: 4}\ndefaults:\n  image: rayproject/ray:2.52.0-py311-gpu\n  profile: nowhere\n",
        "RQ0608",
        6
    )]
    [InlineData(
        "policies/profiles/gpu.yaml",
        "spec:\n  rayClusterSpec:\n    headGroupSpec:\n      template: {spec: {hostNetwrok: true}}\n",
        "RQ0616",
        4
    )]
    [InlineData("policies/profiles/gpu.yaml", "spec:\n  entrypoint: python other.py\n", "RQ0606", 2)]
    [InlineData("policies/rules.yaml", "severity:\n  RQ9999: off\n", "RQ0601", 2)]
    [InlineData("policies/rules.yaml", "maxTimeout: soon\n", null, 1)]
    public void A_fault_of_a_policy_blocks_its_own_pull_request_with_line_and_remedy(
        string file,
        string text,
        string? code,
        int line
    )
    {
        TestRepository before = new();
        ChangeEvaluation preview = before.Branch().Put(file, text).PreviewSince(before);
        preview.Verdict.ShouldBe(Verdict.Blocked);
        Finding finding = preview.Findings.First(f => f.Severity == Severity.Error);
        if (code is not null)
        {
            finding.Rule.Code.ShouldBe(code, TestRepository.Print(preview.Findings));
        }

        finding.Span.Source.Path.ShouldBe(file);
        finding.Span.Start.Line.ShouldBe(line);
        string comment = ReviewComment
            .Write(preview, new CommentContext(null, new string('a', 40), new string('b', 40)))
            .ToString();
        comment.ShouldContain(finding.Rule.Code);
        comment.ShouldNotContain("Not a submission");
        ReviewComment.Headline(preview).ShouldBe("Blocked: 1 error to fix");
    }

    [Fact]
    public void A_change_does_not_excuse_itself()
    {
        TestRepository before = new();
        before
            .Branch()
            .Put("policies/rules.yaml", "severity: {soft-over-hard: off}\n")
            .Put(
                "policies/quotas.yaml",
                "teams:\n  vision:\n    approvers: [bob]\n    soft: {gpus: {a100: 32}}\n    hard: {gpus: {a100: 16}}\n"
            )
            .PreviewSince(before)
            .Verdict.ShouldBe(Verdict.Blocked);
    }

    [Fact]
    public void Policies_in_order_are_called_so()
    {
        TestRepository before = new();
        ChangeEvaluation preview = before.Branch().Put("policies/rules.yaml", "maxTimeout: 7d\n").PreviewSince(before);
        preview.Verdict.ShouldBe(Verdict.Pass);
        ReviewComment.Headline(preview).ShouldBe("The policies are in order");
    }

    [Fact]
    public void Broken_policies_can_be_mended()
    {
        TestRepository before = new TestRepository().Put("policies/rules.yaml", "maxTimeout: soon\n");
        before
            .Branch()
            .Put("policies/rules.yaml", "maxTimeout: 7d\n")
            .PreviewSince(before)
            .Verdict.ShouldBe(Verdict.Pass);
    }
}
