using Rayquest.JobLint;
using Rayquest.JobLint.Catalogue;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobReport.Evaluation;

namespace Rayquest.Adversary.Tests.Rules;

/// <summary>What can't be rendered can never pass, whatever the policy turns off.</summary>
[Hole(29)]
public sealed class UnrenderableRequestsTests
{
    private static readonly string[] Words = ["off", "warning"];

    public static TheoryData<string, string> Unrenderable { get; } =
        new()
        {
            { "kind", "kind: RayService\n" },
            { "kind", "kind: RayCluster\n" },
            { "image", "image: \"rayproject/ray:2.52.0 beta\"\n" },
            { "code", "code: {files: {train.py: nowhere.py}}\n" },
            { "code", "code: {files: {train.py: ../../policies/quotas.yaml}}\n" },
        };

    [Theory]
    [MemberData(nameof(Unrenderable))]
    public void Nothing_that_cannot_be_rendered_passes_with_every_rule_turned_off(string what, string more)
    {
        foreach (string word in Words)
        {
            TestRepository before = new TestRepository().Put("policies/rules.yaml", EveryRule(word));
            TestRepository after = before.Branch().Small("train", more);
            ChangeEvaluation preview = after.PreviewSince(before);
            preview.Verdict.ShouldBe(Verdict.Blocked, $"{what}, {word}: {TestRepository.Print(preview.Findings)}");
            after.Lint().Errors.ShouldBeGreaterThan(0, what);
        }
    }

    [Fact]
    public void A_worker_group_of_an_unknown_GPU_type_never_passes()
    {
        TestRepository before = new TestRepository().Put("policies/rules.yaml", EveryRule("off"));
        TestRepository after = before.Branch().Ask("train", 1, gpu: "b200");
        after.PreviewSince(before).Verdict.ShouldBe(Verdict.Blocked);
        after.Lint().Errors.ShouldBeGreaterThan(0);
    }

    [Theory]
    [InlineData("RQ4608: off")]
    [InlineData("missing-schedule: warning")]
    [InlineData("RQ2020: off")]
    [InlineData("RQ3043: off")]
    [InlineData("RQ2001: off")]
    public void A_policy_that_sets_a_fixed_severity_is_refused_at_its_line(string line)
    {
        TestRepository before = new();
        TestRepository after = before.Branch().Put("policies/rules.yaml", $"maxTimeout: 7d\nseverity:\n  {line}\n");
        Finding finding = after.LintSince(before).Findings.ShouldHaveSingleItem();
        finding.Rule.Code.ShouldBe("RQ0602");
        finding.Severity.ShouldBe(Severity.Error);
        finding.Span.Start.Line.ShouldBe(3);
        finding.Message.ShouldContain("remove the line");
    }

    [Fact]
    public void A_page_invites_only_to_severities_that_take_effect()
    {
        RulePage.Markdown(RuleCatalog.Find("RQ4608")!).ShouldContain("(fixed)");
        RulePage.Markdown(RuleCatalog.Find("RQ2026")!).ShouldContain("set it in `policies/rules.yaml`");
    }

    private static string EveryRule(string word) =>
        "severity:\n" + string.Concat(RuleCatalog.All.Select(r => $"  {r.Code}: {word}\n"));
}
