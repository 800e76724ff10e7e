using Rayquest.JobEngines.CrossChecks;
using Rayquest.JobEngines.Manifests;
using Rayquest.JobModel.Diagnostics;

namespace Rayquest.JobLint.Tests.Manifests;

/// <summary>The examples of the rule pages do what the pages say, and codes and names are one each.</summary>
public class RulePageTests
{
    public static TheoryData<string> WithExamples =>
        [.. ManifestRules.All.Where(r => r.Bad is not null).Select(r => r.Code)];

    [Theory]
    [MemberData(nameof(WithExamples))]
    public void The_bad_example_fires_and_the_good_one_is_silent(string code)
    {
        RuleInfo rule = ManifestRules.All.Single(r => r.Code == code);
        IReadOnlyList<Finding> bad = Lint.Text(rule.Bad!.Text);
        bad.ShouldContain(f => f.Rule.Code == code, $"{rule.Name}:\n{rule.Bad.Text}\n{Lint.Describe(bad)}");
        if (rule.Good is { } good)
        {
            Lint.Describe(Lint.Text(good.Text).Where(f => f.Severity == Severity.Error || f.Rule.Code == code))
                .ShouldBe("", $"{rule.Name}:\n{good.Text}");
        }
    }

    [Fact]
    public void Codes_and_names_are_unique_and_in_order()
    {
        string[] codes = [.. ManifestRules.All.Select(r => r.Code)];
        codes.ShouldBe(codes.Order(StringComparer.Ordinal));
        codes.Distinct(StringComparer.Ordinal).Count().ShouldBe(codes.Length);
        ManifestRules.All.Select(r => r.Name).Distinct(StringComparer.Ordinal).Count().ShouldBe(codes.Length);
        codes.ShouldAllBe(c => c.StartsWith("RQ4", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_rule_says_why()
    {
        foreach (RuleInfo rule in ManifestRules.All)
        {
            rule.Why.Length.ShouldBeGreaterThan(40, rule.Code);
            rule.Summary.ShouldEndWith(".", Case.Sensitive, rule.Code);
        }
    }
}
