using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Json.Schema;
using Rayquest.JobLint.Catalogue;
using Rayquest.JobLint.Output;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Text;

namespace Rayquest.JobLint.Tests.Output;

public class OutputTests
{
    private static readonly JsonSchema Schema = JsonSchema.FromFile(
        Path.Combine(Repository.Root, "docs", "schema", "lint.schema.json")
    );

    [Fact]
    public void Json_is_what_its_schema_says()
    {
        SchemaErrors.Of(Schema, JsonOutput.Write(new LintReport([], 3, "0.1.0"))).ShouldBeEmpty();
        int related = 0;
        int fixes = 0;
        foreach (RuleInfo rule in RuleCatalog.All.Where(r => r.Bad is not null && r.Bad.Kind != ExampleKind.Manifest))
        {
            IReadOnlyList<Finding> findings = Repository.Lint(Repository.TreeOf(rule.Bad!)).Findings;
            SchemaErrors.Of(Schema, JsonOutput.Write(new LintReport(findings, 1, "0.1.0"))).ShouldBeEmpty(rule.Code);
            related += findings.Count(f => f.Related.Count > 0);
            fixes += findings.Count(f => f.Fix is not null);
        }

        related.ShouldBeGreaterThan(5);
        fixes.ShouldBeGreaterThan(20);
    }

    [Theory]
    [InlineData("\"column\":", "\"col\":")]
    [InlineData("\"severity\": \"error\"", "\"severity\": \"fatal\"")]
    [InlineData("\"line\": 4", "\"line\": 0")]
    [InlineData("\"schema\": 1", "\"schema\": 2")]
    public void The_schema_refuses_another_shape(string from, string to)
    {
        string json = JsonOutput.Write(
            new LintReport(
                Repository
                    .Lint(Repository.Vision("name: train\nentrypoint: a\nworkers: {replicas: 1}\ntimout: 1h\n"))
                    .Findings,
                1,
                "0.1.0"
            )
        );
        SchemaErrors.Of(Schema, json).ShouldBeEmpty();
        string changed = json.Replace(from, to, StringComparison.Ordinal);
        changed.ShouldNotBe(json);
        SchemaErrors.Of(Schema, changed).ShouldNotBeEmpty();
    }

    [Fact]
    public void Sarif_gives_security_only_to_rules_of_security()
    {
        Finding[] findings = [.. RuleCatalog.All.Select(r => At(r, r.DefaultSeverity, "x"))];
        using JsonDocument json = JsonDocument.Parse(SarifOutput.Write(new LintReport(findings, 1, "0.1.0")));
        JsonElement[] rules =
        [
            .. json
                .RootElement.GetProperty("runs")[0]
                .GetProperty("tool")
                .GetProperty("driver")
                .GetProperty("rules")
                .EnumerateArray(),
        ];
        rules.Length.ShouldBe(RuleCatalog.All.Count);
        foreach (JsonElement rule in rules)
        {
            string id = rule.GetProperty("id").GetString()!;
            JsonElement properties = rule.GetProperty("properties");
            bool isSecurity = RuleCatalog.Find(id)!.Category == RuleCategory.Security;
            properties.TryGetProperty("security-severity", out JsonElement score).ShouldBe(isSecurity, id);
            string level = rule.GetProperty("defaultConfiguration").GetProperty("level").GetString()!;
            properties.GetProperty("problem.severity").GetString().ShouldBe(level);
            if (isSecurity)
            {
                // GitHub's bands: 7.0 to 8.9 is high, 4.0 to 6.9 medium.
                score.GetString().ShouldBe(level == "error" ? "8.0" : "5.0");
                properties.GetProperty("tags")[0].GetString().ShouldBe("security");
            }

            rule.GetProperty("help").GetProperty("text").GetString()!.Length.ShouldBeGreaterThan(40, id);
            rule.GetProperty("help").GetProperty("markdown").GetString()!.ShouldContain(id);
        }
    }

    [Fact]
    public void Sarif_past_githubs_limit_keeps_every_error()
    {
        RuleInfo rule = RuleCatalog.Find("RQ0003")!;
        Finding[] findings =
        [
            .. Enumerable.Range(0, SarifOutput.MaxResults).Select(_ => At(rule, Severity.Warning, "w")),
            .. Enumerable.Range(0, 10).Select(_ => At(rule, Severity.Error, "e")),
        ];
        string[] levels = Levels(findings);
        levels.Length.ShouldBe(SarifOutput.MaxResults);
        levels[^11..].ShouldBe(["warning", .. Enumerable.Repeat("error", 10)]);
        Levels(findings[..SarifOutput.MaxResults]).Length.ShouldBe(SarifOutput.MaxResults);

        static string[] Levels(Finding[] findings)
        {
            using JsonDocument json = JsonDocument.Parse(SarifOutput.Write(new LintReport(findings, 1, "0.1.0")));
            return
            [
                .. json
                    .RootElement.GetProperty("runs")[0]
                    .GetProperty("results")
                    .EnumerateArray()
                    .Select(r => r.GetProperty("level").GetString()!),
            ];
        }
    }

    [Fact]
    public void Every_format_writes_whatever_text_it_is_given()
    {
        string[] pieces =
        [
            "\uD800",
            "\uDC00",
            "\0",
            "\u001b[31m",
            "##[error]",
            "\r",
            "\n",
            "::warning::",
            "\"",
            "é",
            "\U0001F600",
            "a: b",
        ];
        Gen<string> text = Gen.Elements(pieces).ListOf(8).Select(string.Concat);
        Prop.ForAll(
                text.ToArbitrary(),
                t =>
                {
                    SourceText source = new("jobs-requests/vision/" + t + ".yaml", t);
                    RuleInfo rule = RuleCatalog.Find("RQ0003")!;
                    SourceSpan span = new(source, new TextSpan(t.Length / 2, t.Length));
                    Finding finding = new(rule, Severity.Error, span, t)
                    {
                        Related = [new RelatedLocation(span, t)],
                        Fix = new Fix(t, FixSafety.Safe, [new TextEdit(span.Span, t)]),
                    };
                    LintReport report = new([finding], 1, "0.1.0");
                    JsonDocument.Parse(JsonOutput.Write(report)).Dispose();
                    JsonDocument.Parse(SarifOutput.Write(report)).Dispose();
                    GitHubOutput.Write(report).Split('\n').Length.ShouldBe(3);
                    string shown = TextOutput.Write(report, colour: false);
                    shown.ShouldNotContain("##[");
                    shown.ShouldNotContain('\u001b');
                    shown.ShouldNotContain('\0');
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    [Fact]
    public void A_quoted_line_commands_no_runner_even_where_the_caret_divides_it()
    {
        const string line = "entrypoint: a ##[stop-commands]x";
        int at = line.IndexOf('[', StringComparison.Ordinal);
        SourceText source = new("a.yaml", line);
        Finding finding = new(
            RuleCatalog.Find("RQ0003")!,
            Severity.Error,
            new SourceSpan(source, new TextSpan(at, at + 1)),
            "m"
        );
        string shown = TextOutput.Write(new LintReport([finding], 1, "0.1.0"), colour: false);
        shown.ShouldNotContain("##[");
        shown.ShouldContain("entrypoint: a #＃[stop-commands]x");
    }

    private static Finding At(RuleInfo rule, Severity severity, string message) =>
        new(rule, severity, new SourceSpan(Source, new TextSpan(0, 1)), message);

    private static SourceText Source { get; } = new("jobs-requests/vision/a.yaml", "a: b\n");
}
