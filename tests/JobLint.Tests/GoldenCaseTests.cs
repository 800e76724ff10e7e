using System.Text;
using Rayquest.JobLint.Catalogue;
using Rayquest.JobLint.Engine;
using Rayquest.JobLint.Rules;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Repository;

namespace Rayquest.JobLint.Tests;

/// <summary>
/// Cases under <c>cases/</c>: <c>RQ…</c> evaluate by that rule alone, <c>all-…</c> by everything, <c>ok-…</c> must stay silent.
/// A case holds <c>input.yaml</c> (a request of team vision), or <c>input.txt</c> (several files, each begun by <c># file: path</c>;
/// <c># base: path</c> begins a file of the base, <c># author: login</c> says who submits), and what is expected.
/// </summary>
public class GoldenCaseTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "tests", "JobLint.Tests", "cases");

    public static TheoryData<string> CasesOfOneRule { get; } = [.. Named("RQ")];

    public static TheoryData<string> CasesOfAllRules { get; } = [.. Named("all-"), .. Named("ok-")];

    public static TheoryData<string> Examples { get; } =
    [.. RuleCatalog.All.Where(r => r.Bad is { Kind: not ExampleKind.Manifest }).Select(r => r.Code)];

    [Theory]
    [MemberData(nameof(CasesOfOneRule))]
    public void The_case_is_judged_by_its_rule_as_expected(string name) => Check(name);

    [Theory]
    [Trait("rules", "all")]
    [MemberData(nameof(CasesOfAllRules))]
    public void The_case_is_judged_by_all_rules_as_expected(string name) => Check(name);

    [Theory]
    [MemberData(nameof(Examples))]
    public void The_bad_example_is_told_as_expected(string code)
    {
        RuleInfo rule = RuleCatalog.Find(code)!;
        Golden.Check(
            Path.Combine(Folder, "examples", $"{code}-{rule.Name}.txt"),
            Repository.Print(Rayquest.JobLint.Tests.Examples.Lint(rule.Bad!, rule).Where(f => f.Rule.Code == code))
        );
    }

    [Fact]
    public void Blessing_is_refused_in_ci()
    {
        Golden.MayUpdate(updates: false, isCi: true).ShouldBeFalse();
        Golden.MayUpdate(updates: true, isCi: false).ShouldBeTrue();
        Should.Throw<InvalidOperationException>(() => Golden.MayUpdate(updates: true, isCi: true));
    }

    private static IEnumerable<string> Named(string start) =>
        Directory
            .EnumerateDirectories(Folder, start + "*")
            .Select(d => Path.GetFileName(d))
            .Order(StringComparer.Ordinal);

    private static void Check(string name)
    {
        string folder = Path.Combine(Folder, name);
        string? code = name.StartsWith("RQ", StringComparison.Ordinal) ? name.Split('-')[0] : null;
        Case given = Case.Read(folder, code);
        IReadOnlyList<Finding> findings = given.Lint();
        if (name.StartsWith("ok-", StringComparison.Ordinal))
        {
            findings.ShouldBeEmpty(Repository.Print(findings));
            return;
        }

        if (code is not null)
        {
            findings = [.. findings.Where(f => f.Rule.Code == code)];
            findings.ShouldNotBeEmpty($"{code} finds nothing in its own case");
        }

        Golden.Check(Path.Combine(folder, "expected.diagnostics.txt"), Repository.Print(findings));
        if (given.Request is { } request && findings.Any(f => f.Fix is { Safety: FixSafety.Safe }))
        {
            string repaired = Repository.Fixed(request, findings);
            Golden.Check(Path.Combine(folder, "expected.fixed.yaml"), repaired);
            IReadOnlyList<Finding> again = (given with { Request = repaired }).Lint();
            HashSet<string> repairedRules =
            [
                .. findings.Where(f => f.Fix is { Safety: FixSafety.Safe }).Select(f => f.Rule.Code),
            ];
            again
                .Where(f => repairedRules.Contains(f.Rule.Code) && f.Fix is { Safety: FixSafety.Safe })
                .ShouldBeEmpty(repaired + Repository.Print(again));
            again.Count.ShouldBeLessThan(given.Lint().Count, repaired + Repository.Print(again));
        }
    }

    private sealed record Case(
        string? Request,
        IReadOnlyList<(string Path, string Text)> Files,
        IReadOnlyList<(string Path, string Text)> Before,
        string? Author,
        string? Rule
    )
    {
        public static Case Read(string folder, string? rule)
        {
            string request = Path.Combine(folder, "input.yaml");
            if (File.Exists(request))
            {
                return new Case(File.ReadAllText(request), [], [], null, rule);
            }

            List<(string, string)> files = [];
            List<(string, string)> before = [];
            string? author = null;
            string? path = null;
            bool isBase = false;
            StringBuilder body = new();
            void End()
            {
                if (path is not null)
                {
                    (isBase ? before : files).Add((path, body.ToString()));
                }

                body.Clear();
                path = null;
            }

            foreach (string line in File.ReadAllText(Path.Combine(folder, "input.txt")).TrimEnd('\n').Split('\n'))
            {
                if (line.StartsWith("# author: ", StringComparison.Ordinal))
                {
                    author = line["# author: ".Length..];
                }
                else if (
                    line.StartsWith("# file: ", StringComparison.Ordinal)
                    || line.StartsWith("# base: ", StringComparison.Ordinal)
                )
                {
                    End();
                    isBase = line[2] == 'b';
                    path = line["# file: ".Length..];
                }
                else
                {
                    body.Append(line).Append('\n');
                }
            }

            End();
            return new Case(null, files, before, author, rule);
        }

        public IReadOnlyList<Finding> Lint()
        {
            if (Request is not null)
            {
                return Repository.Lint(Repository.Vision(Request), only: Rule).Findings;
            }

            MemoryTree after = Repository.Tree(Files);
            return Before.Count == 0
                ? Repository.Lint(after, Author, Rule).Findings
                : Repository.LintChange(Repository.Tree(Before), after, Author, Rule).Findings;
        }
    }
}
