using System.Reflection;
using Rayquest.JobLint.Catalogue;
using Rayquest.JobLint.Engine;
using Rayquest.JobLint.Rules;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Repository;

namespace Rayquest.JobLint.Tests;

public class CatalogueTests
{
    public static TheoryData<string> RulesWithExamples { get; } =
    [.. Own.Where(r => r.Bad is not null).Select(r => r.Code)];

    private static IEnumerable<RuleInfo> Own =>
        RuleCatalog.All.Where(r => r.Bad is null or { Kind: not ExampleKind.Manifest });

    [Fact]
    public void Every_rule_class_is_listed()
    {
        Type[] classes =
        [
            .. typeof(Rule)
                .Assembly.GetTypes()
                .Where(t => !t.IsAbstract && (t.IsSubclassOf(typeof(Rule)) || t.IsSubclassOf(typeof(RepositoryRule)))),
        ];
        Type[] listed =
        [
            .. RuleCatalog.Requests.Select(r => r.GetType()),
            .. RuleCatalog.Repository.Select(r => r.GetType()),
        ];
        classes.Except(listed).Select(t => t.Name).ShouldBeEmpty();
        listed.ShouldBeUnique();
    }

    [Fact]
    public void Codes_and_names_are_unique_and_well_formed()
    {
        RuleCatalog.All.Select(r => r.Code).ShouldBeUnique();
        RuleCatalog.All.Select(r => r.Name).ShouldBeUnique();
        foreach (RuleInfo rule in RuleCatalog.All)
        {
            rule.Code.ShouldMatch("^RQ[0-59][0-9]{3}$");
            rule.Name.ShouldMatch("^[a-z0-9]+(-[a-z0-9]+)*$", rule.Code);
            rule.Summary.ShouldEndWith(".", customMessage: rule.Code);
            rule.Why.Length.ShouldBeGreaterThan(40, rule.Code);
            rule.DefaultSeverity.ShouldNotBe(Severity.Off, rule.Code);
        }
    }

    [Fact]
    public void Every_rule_says_what_it_is_about()
    {
        string[] manifests = [.. Rayquest.JobEngines.CrossChecks.ManifestRules.All.Select(r => r.Code)];
        foreach (RuleInfo rule in RuleCatalog.All)
        {
            (rule.Category == RuleCategory.Manifest).ShouldBe(manifests.Contains(rule.Code), rule.Code);
        }
    }

    [Fact]
    public void What_protects_others_or_cannot_be_done_without_is_never_ignored()
    {
        HashSet<string> overTheChange = [.. RuleCatalog.Repository.Select(r => r.Info.Code)];
        foreach (RuleInfo rule in RuleCatalog.All.Where(r => r.MayBeIgnored))
        {
            rule.HasFixedSeverity.ShouldBeFalse(rule.Code);
            rule.AsksForApproval.ShouldBeFalse(rule.Code);
            overTheChange.ShouldNotContain(rule.Code);
            rule.Category.ShouldNotBeOneOf(
                RuleCategory.Syntax,
                RuleCategory.Policy,
                RuleCategory.Identity,
                RuleCategory.RenderedJobs,
                RuleCategory.Quota,
                RuleCategory.Security,
                RuleCategory.Manifest,
                RuleCategory.Internal
            );
        }
    }

    [Fact]
    public void There_are_at_least_eighty_rules() => RuleCatalog.All.Count.ShouldBeGreaterThanOrEqualTo(80);

    public static TheoryData<string> RulesWithGoodExamples { get; } =
    [.. Own.Where(r => r.Good is not null).Select(r => r.Code)];

    [Theory]
    [MemberData(nameof(RulesWithExamples))]
    public void The_bad_example_fires(string code)
    {
        RuleInfo rule = RuleCatalog.Find(code)!;
        IReadOnlyList<Finding> findings = Examples.Lint(rule.Bad!, rule);
        findings.Select(f => f.Rule.Code).ShouldContain(code, Repository.Print(findings));
        foreach (Finding finding in findings.Where(f => f.Rule.Code == code))
        {
            finding.Message.Length.ShouldBeGreaterThan(15);
            finding.Message.ShouldNotEndWith(".");
            finding.Span.Span.End.ShouldBeLessThanOrEqualTo(finding.Span.Source.Text.Length);
        }
    }

    [Theory]
    [Trait("rules", "all")]
    [MemberData(nameof(RulesWithExamples))]
    public void No_rule_breaks_on_the_bad_example(string code)
    {
        IReadOnlyList<Finding> findings = Examples.Lint(RuleCatalog.Find(code)!.Bad!);
        findings.ShouldNotContain(f => f.Rule == LinterRules.InternalError, Repository.Print(findings));
    }

    [Theory]
    [MemberData(nameof(RulesWithGoodExamples))]
    public void The_good_example_is_silent(string code)
    {
        RuleInfo rule = RuleCatalog.Find(code)!;
        IReadOnlyList<Finding> findings = Examples.Lint(rule.Good!, rule);
        findings
            .Where(f => f.Rule.Code == code || f.Rule == LinterRules.InternalError)
            .ShouldBeEmpty(Repository.Print(findings));
    }

    [Theory]
    [MemberData(nameof(RulesWithExamples))]
    public void The_rule_is_silent_over_the_least_a_request_can_say(string code)
    {
        IReadOnlyList<Finding> findings = Examples.Lint(
            Repository.Vision("name: example\nentrypoint: echo\n"),
            RuleCatalog.Find(code)
        );
        findings.ShouldBeEmpty(Repository.Print(findings));
    }

    [Theory]
    [Trait("rules", "all")]
    [MemberData(nameof(RulesWithGoodExamples))]
    public void No_rule_finds_an_error_in_the_good_example(string code)
    {
        IReadOnlyList<Finding> findings = Examples.Lint(RuleCatalog.Find(code)!.Good!);
        findings.Where(f => f.Severity == Severity.Error).ShouldBeEmpty(Repository.Print(findings));
    }

    [Theory]
    [MemberData(nameof(RulesWithExamples))]
    public void Fixes_mend_what_they_are_offered_for(string code)
    {
        RuleInfo rule = RuleCatalog.Find(code)!;
        MemoryTree tree = Repository.TreeOf(rule.Bad!);
        IReadOnlyList<Finding> findings = Examples.Lint(rule.Bad!, rule);
        Finding[] fixable = [.. findings.Where(f => f.Rule.Code == code && f.Fix is not null)];
        foreach (IGrouping<string, Finding> file in fixable.GroupBy(f => f.Span.Source.Path))
        {
            string repaired = Repository.Fixed(file.First().Span.Source.Text, file, FixSafety.Unsafe);
            MemoryTree after = new(
                tree.List("")
                    .ToDictionary(
                        e => e.Path,
                        e =>
                            e.Path == file.Key
                                ? System.Text.Encoding.UTF8.GetBytes(repaired)
                                : tree.Read(e.Path)!.Value.ToArray()
                    )
            );
            IReadOnlyList<Finding> again = Examples.Lint(after, rule);
            again
                .Where(f => f.Rule.Code == code && f.Span.Source.Path == file.Key && f.Fix is not null)
                .ShouldBeEmpty(repaired + Repository.Print(again));
        }
    }

    [Fact]
    public void The_catalogue_finds_rules_by_code_and_by_name_in_any_case()
    {
        RuleCatalog.Find("rq1001")!.Name.ShouldBe("name-not-file-name");
        RuleCatalog.Find("NAME-NOT-FILE-NAME")!.Code.ShouldBe("RQ1001");
        RuleCatalog.Find("nothing").ShouldBeNull();
    }
}
