using System.Globalization;
using System.Text.RegularExpressions;

namespace Rayquest.JobCli.Tests.House;

/// <summary>docs/security.md names the test that holds each of its sentences: those tests are there, and each attack is named.</summary>
public sealed partial class SecurityDocumentTests
{
    private const int Attacks = 34;

    private static readonly string Document = File.ReadAllText(RepositoryFiles.Path("docs", "security.md"));

    private static readonly string[] Sources =
    [
        .. Directory
            .GetFiles(RepositoryFiles.Path("tests"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !OfABuild().IsMatch(file))
            .Select(File.ReadAllText),
    ];

    [Fact]
    public void Every_test_that_it_names_is_there()
    {
        var there = Sources
            .SelectMany(text => Class().Matches(text))
            .Select(match => match.Groups[1].Value)
            .ToHashSet();
        var named = Named().Matches(Document).Select(match => match.Groups[1].Value).Distinct().ToList();
        named.Count.ShouldBeGreaterThan(20);
        named.Where(name => !there.Contains(name)).ShouldBeEmpty();
    }

    [Fact]
    public void Every_attack_has_its_row_its_paragraph_and_its_test()
    {
        var rows = Row().Matches(Document).ToDictionary(row => Number(row.Groups[1].Value), row => row.Groups[2].Value);
        rows.Keys.ShouldBe(Enumerable.Range(1, Attacks), ignoreOrder: true);
        var text = Document[..Document.IndexOf("## By number", StringComparison.Ordinal)];
        var told = Bracketed()
            .Matches(text)
            .SelectMany(match => match.Groups[1].Value.Split(", "))
            .Select(Number)
            .ToHashSet();
        Enumerable.Range(1, Attacks).Where(number => !told.Contains(number)).ShouldBeEmpty();

        foreach (var source in Sources.Where(source => Hole().IsMatch(source)))
        {
            foreach (
                var number in Hole()
                    .Matches(source)
                    .Select(match => Number(match.Groups[1].Value))
                    .Where(rows.ContainsKey)
            )
            {
                var held = Class().Matches(source).Select(match => match.Groups[1].Value).ToList();
                held.Exists(name => rows[number].Contains($"`{name}`", StringComparison.Ordinal))
                    .ShouldBeTrue(
                        $"attack {number} is tried by {string.Join(", ", held)}, and its row names {rows[number]}"
                    );
            }
        }
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"[\\/](bin|obj|node_modules)[\\/]", RegexOptions.NonBacktracking)]
    private static partial Regex OfABuild();

    [GeneratedRegex(@"\bclass ([A-Za-z0-9]+)", RegexOptions.NonBacktracking)]
    private static partial Regex Class();

    [GeneratedRegex("`([A-Z][A-Za-z0-9]*Tests|Hole[0-9]{2}|WorkflowRules)`", RegexOptions.NonBacktracking)]
    private static partial Regex Named();

    [GeneratedRegex(@"^\| ([0-9]+) \| [^|]+ \| ([^|]+) \|$", RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex Row();

    [GeneratedRegex(@"\(([0-9]{1,2}(?:, [0-9]{1,2})*)\)", RegexOptions.NonBacktracking)]
    private static partial Regex Bracketed();

    [GeneratedRegex(@"\[Hole\(([0-9]+)\)", RegexOptions.NonBacktracking)]
    private static partial Regex Hole();
}
