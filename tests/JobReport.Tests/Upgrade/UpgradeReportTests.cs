using System.Text;
using Rayquest.JobLint.Rules;
using Rayquest.JobModel.Repository;
using Rayquest.JobReport.Upgrade;

namespace Rayquest.JobReport.Tests.Upgrade;

public sealed class UpgradeReportTests
{
    private static readonly ReportedFinding Known = new(
        "RQ2001",
        "gpu-over-quota",
        true,
        "jobs-requests/vision/a.yaml",
        3,
        "asks for 9 a100"
    );

    private static ProgramSays Old { get; } =
        new(
            "0.1.0",
            [Known],
            new Dictionary<string, int> { ["jobs/vision/off.yaml"] = 2 },
            [],
            ["platform.namespace", "platform.gone"]
        );

    private static readonly PolicyMigration[] Migrations =
    [
        new("policies/quotas.yaml", ["teams", "*"], "limit", "hard", "2.0"),
        new("policies/platform.yaml", [], "prefix", "labelPrefix", "2.0"),
    ];

    [Fact]
    public void The_same_answers_are_safe_to_merge()
    {
        UpgradeReport report = UpgradeReport.Of(Old, Old with { Version = "0.2.0" }, []);
        report.IsSafe.ShouldBeTrue();
        report.Write().ToString().ShouldContain("0 bytes change");
    }

    [Fact]
    public void A_merged_manifest_that_would_change_is_never_safe()
    {
        UpgradeReport report = UpgradeReport.Of(
            Old,
            Old with
            {
                Rendered = new Dictionary<string, int> { ["jobs/vision/off.yaml"] = 2, ["jobs/vision/b.yaml"] = 4 },
            },
            []
        );
        report.IsSafe.ShouldBeFalse();
        report.Changed.ShouldHaveSingleItem().Key.ShouldBe("jobs/vision/b.yaml");
        report.Write().ToString().ShouldContain("1 file would change, 4 lines");
    }

    [Fact]
    public void New_findings_are_told_by_rule_and_only_errors_hold_the_upgrade()
    {
        ReportedFinding warning = Known with { Rule = "RQ3002", Name = "x", IsError = false, Line = 9 };
        UpgradeReport.Of(Old, Old with { Findings = [Known, warning] }, []).IsSafe.ShouldBeTrue();
        UpgradeReport report = UpgradeReport.Of(
            Old,
            Old with
            {
                Findings = [Known with { Message = "other words for the same" }, Known with { Line = 5 }],
            },
            []
        );
        report.IsSafe.ShouldBeFalse();
        report.NewFindings.ShouldHaveSingleItem().Line.ShouldBe(5);
        report.GoneFindings.ShouldBe(0);
        UpgradeReport.Of(Old, Old with { Findings = [] }, []).GoneFindings.ShouldBe(1);
    }

    [Fact]
    public void Keys_that_come_and_go_are_named()
    {
        UpgradeReport report = UpgradeReport.Of(Old, Old with { Keys = ["platform.namespace", "platform.new"] }, []);
        report.DroppedKeys.ShouldBe(["platform.gone"]);
        report.NewKeys.ShouldBe(["platform.new"]);
    }

    [Fact]
    public void Keys_are_rewritten_where_they_stand_and_comments_stay()
    {
        MemoryTree tree = Tree(
            ("policies/platform.yaml", "# ours\nprefix: a.dev   # why\nnamespace: ray-{team}\n"),
            ("policies/quotas.yaml", "teams:\n  vision: {limit: {cpu: 4}} # small\n  limit:\n    limit: {cpu: 8}\n")
        );
        PolicyMigrator
            .Find(tree, Migrations)
            .Select(moved => $"{moved.File}:{moved.Line} {moved.Migration.Path}")
            .ShouldBe([
                "policies/platform.yaml:2 prefix",
                "policies/quotas.yaml:2 teams.*.limit",
                "policies/quotas.yaml:4 teams.*.limit",
            ]);
        IReadOnlyDictionary<string, string> written = PolicyMigrator.Rewrite(tree, Migrations);
        written["policies/platform.yaml"].ShouldBe("# ours\nlabelPrefix: a.dev   # why\nnamespace: ray-{team}\n");
        written["policies/quotas.yaml"]
            .ShouldBe("teams:\n  vision: {hard: {cpu: 4}} # small\n  limit:\n    hard: {cpu: 8}\n");
        PolicyMigrator.Find(Tree([.. written.Select(file => (file.Key, file.Value))]), Migrations).ShouldBeEmpty();
    }

    [Fact]
    public void Where_both_keys_stand_a_person_decides()
    {
        MemoryTree tree = Tree(("policies/platform.yaml", "prefix: a.dev\nlabelPrefix: b.dev\n"));
        PolicyMigrator.Find(tree, Migrations).ShouldHaveSingleItem().IsTaken.ShouldBeTrue();
        PolicyMigrator.Rewrite(tree, Migrations).ShouldBeEmpty();
    }

    private static MemoryTree Tree(params (string Path, string Text)[] files) =>
        new(files.ToDictionary(file => file.Path, file => Encoding.UTF8.GetBytes(file.Text), StringComparer.Ordinal));
}
