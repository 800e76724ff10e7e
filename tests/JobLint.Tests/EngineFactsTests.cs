using System.Text.RegularExpressions;
using Rayquest.JobLint.Catalogue;
using Rayquest.JobModel.Diagnostics;

namespace Rayquest.JobLint.Tests;

/// <summary>Whoever meets the id of a fact about an engine finds it in docs/engine-facts.md.</summary>
public partial class EngineFactsTests
{
    private static readonly string[] Lines = File.ReadAllLines(
        Path.Combine(Repository.Root, "docs", "engine-facts.md")
    );

    private static HashSet<string> Known { get; } = [.. Rows().Select(m => m.Groups["id"].Value)];

    [Fact]
    public void A_rule_cites_facts_that_are_there()
    {
        string[] cited =
        [
            .. RuleCatalog
                .All.Where(r => r.Facts.Length > 0)
                .SelectMany(r => r.Facts.Split(", ").Select(id => $"{id} ({r.Code})")),
        ];
        cited.Length.ShouldBeGreaterThan(150);
        cited.Where(c => !Known.Contains(c[..c.IndexOf(' ', StringComparison.Ordinal)])).ShouldBeEmpty();
    }

    [Fact]
    public void Comments_and_policies_cite_facts_that_are_there()
    {
        string[] cited =
        [
            .. Directory
                .EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)
                .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}"))
                .Concat(Directory.EnumerateFiles(Path.Combine(Repository.Fixture, "policies"), "*.yaml"))
                .SelectMany(f =>
                    File.ReadLines(f)
                        .Where(l => Comment().IsMatch(l))
                        .SelectMany(l => Citation().Matches(Comment().Match(l).Groups["said"].Value))
                        .Select(m => $"{m.Value} ({Path.GetFileName(f)})")
                ),
        ];
        cited.Length.ShouldBeGreaterThan(40);
        cited.Where(c => !Known.Contains(c[..c.IndexOf(' ', StringComparison.Ordinal)])).ShouldBeEmpty();
    }

    [Fact]
    public void Every_fact_stands_once_and_says_how_it_is_known()
    {
        Match[] rows = [.. Rows()];
        rows.Length.ShouldBe(Lines.Count(l => l.StartsWith("| <a", StringComparison.Ordinal)));
        rows.Length.ShouldBe(Known.Count);
        foreach (Match row in rows)
        {
            row.Groups["anchor"].Value.ShouldBe(row.Groups["id"].Value.ToLowerInvariant());
        }
    }

    private static IEnumerable<Match> Rows() => Lines.Select(l => Row().Match(l)).Where(m => m.Success);

    [GeneratedRegex(
        """^\| <a id="(?<anchor>[^"]+)"></a>(?<id>[A-Z]{0,2}[0-9.]+) \| [^|]{20,}\. \| [^|]+ \| (run|read|documented) \| \[[^\]|]+\]\(https://[^)]+\) \|$"""
    )]
    private static partial Regex Row();

    [GeneratedRegex("(?://|(?:^|\\s)#)(?<said>.*)$")]
    private static partial Regex Comment();

    [GeneratedRegex(@"\b(?:[MJCSRWXQ]|KJ|KW|VJ|VR|VS|VQ|VE|VL|SV)[0-9]{1,2}\b(?!-)")]
    private static partial Regex Citation();
}
