using Rayquest.JobLint;
using Rayquest.JobLint.Engine;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobReport.Evaluation;

namespace Rayquest.Adversary.Tests.Rules;

/// <summary>What no quota lists is not allowed, unless a default says so.</summary>
[Hole(31)]
public sealed class UnlistedGpuTests
{
    private static TestRepository WithH100(string more = "") =>
        new TestRepository()
            .Put(
                "policies/platform.yaml",
                "gpus:\n  a100: {perNode: 8}\n  l4: {perNode: 4}\n  h100: {perNode: 8}\ndefaults: {image: \"rayproject/ray:2.52.0-py311-gpu\", gpu: a100, timeout: 4h}\n"
            )
            .Put(
                "policies/quotas.yaml",
                $"teams:\n  vision:\n    members: [alice, bob]\n    approvers: [bob]\n    soft: {{gpus: {{a100: 8, l4: 8}}}}\n    hard: {{gpus: {{a100: 16, l4: 16}}}}\n{more}"
            );

    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    public void A_type_in_nobodys_quota_is_open_to_nobody(int gpus)
    {
        TestRepository before = WithH100();
        TestRepository after = before.Branch().Ask("train", gpus, gpu: "h100");
        LintResult lint = after.LintSince(before);
        lint.Findings.ShouldContain(
            f => f.Rule.Code == "RQ2001" && f.Severity == Severity.Error && f.Message.Contains("h100"),
            TestRepository.Print(lint.Findings)
        );
        after.PreviewSince(before).Verdict.ShouldBe(Verdict.Blocked);
    }

    [Fact]
    public void Adding_a_type_without_a_quota_is_said_at_the_type()
    {
        TestRepository before = new();
        TestRepository after = before
            .Branch()
            .Put(
                "policies/platform.yaml",
                before.Text("policies/platform.yaml").Replace("  l4:", "  h100: {perNode: 8}\n  l4:")
            );
        Finding finding = after.LintSince(before).Findings.ShouldHaveSingleItem();
        finding.Span.Source.Path.ShouldBe("policies/platform.yaml");
        finding.Span.Text.ShouldBe("h100");
    }
}
