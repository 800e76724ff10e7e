using System.Globalization;
using System.Text;
using Rayquest.JobLint.Engine;
using Rayquest.JobLint.Rules;
using Rayquest.JobReport.Markdown;

namespace Rayquest.JobReport.Upgrade;

/// <summary>A finding as one of the programs tells it.</summary>
public sealed record ReportedFinding(string Rule, string Name, bool IsError, string File, int Line, string Message);

/// <summary>What one program says of a repository.</summary>
/// <param name="Version">Its version.</param>
/// <param name="Findings">What its linter finds.</param>
/// <param name="Rendered">Merged manifests that it would write otherwise, each with the lines that would change.</param>
/// <param name="Bundle">Files of <c>argocd/</c> that it would write otherwise.</param>
/// <param name="Keys">The keys of the policies that it knows, as <c>platform.argocd.repoURL</c>.</param>
public sealed record ProgramSays(
    string Version,
    IReadOnlyList<ReportedFinding> Findings,
    IReadOnlyDictionary<string, int> Rendered,
    IReadOnlyList<string> Bundle,
    IReadOnlyList<string> Keys
);

/// <summary>What another version of the program changes for a repository.</summary>
public sealed record UpgradeReport(string From, string To)
{
    /// <summary>Merged manifests that the new program alone would write otherwise: there must be none.</summary>
    public required IReadOnlyDictionary<string, int> Changed { get; init; }

    /// <summary>Findings that the new program alone has.</summary>
    public required IReadOnlyList<ReportedFinding> NewFindings { get; init; }

    /// <summary>How many findings only the old program has.</summary>
    public required int GoneFindings { get; init; }

    /// <summary>Keys of the repository's policies that are called otherwise.</summary>
    public required IReadOnlyList<MovedKey> Moved { get; init; }

    /// <summary>Keys the old program knew and the new one doesn't.</summary>
    public required IReadOnlyList<string> DroppedKeys { get; init; }

    /// <summary>Keys that are new.</summary>
    public required IReadOnlyList<string> NewKeys { get; init; }

    /// <summary>Files of <c>argocd/</c> that have to be written anew.</summary>
    public required IReadOnlyList<string> Bundle { get; init; }

    /// <summary>Whether nothing that was merged changes, and nothing is refused that was accepted.</summary>
    public bool IsSafe => Changed.Count == 0 && !NewFindings.Any(finding => finding.IsError);

    /// <summary>Compares what two programs say of the same files.</summary>
    public static UpgradeReport Of(ProgramSays old, ProgramSays young, IReadOnlyList<MovedKey> moved)
    {
        ArgumentNullException.ThrowIfNull(old);
        ArgumentNullException.ThrowIfNull(young);
        return new UpgradeReport(old.Version, young.Version)
        {
            Changed = new SortedDictionary<string, int>(
                young
                    .Rendered.Where(file => !old.Rendered.TryGetValue(file.Key, out int lines) || lines != file.Value)
                    .ToDictionary(),
                StringComparer.Ordinal
            ),
            NewFindings = Less(young.Findings, old.Findings),
            GoneFindings = Less(old.Findings, young.Findings).Count,
            Moved = moved,
            DroppedKeys = [.. old.Keys.Except(young.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            NewKeys = [.. young.Keys.Except(old.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            Bundle = [.. young.Bundle.Except(old.Bundle, StringComparer.Ordinal).Order(StringComparer.Ordinal)],
        };
    }

    /// <summary>The report as Markdown, for the summary of a run and for a terminal.</summary>
    public MarkdownText Write()
    {
        StringBuilder text = new();
        text.Append($"### rayquest {MarkdownText.Prose(From)} → {MarkdownText.Prose(To)}\n\n");
        text.Append(
            Changed.Count == 0
                ? "- Merged manifests: 0 bytes change.\n"
                : $"- **Merged manifests: {Count(Changed.Count, "file")} would change, {Count(Changed.Values.Sum(), "line")}.** Nothing that was merged may change; report this.\n"
        );
        foreach ((string file, int lines) in Changed.Take(Most))
        {
            text.Append($"  - {MarkdownText.Code(file)}: {Count(lines, "line")}\n");
        }

        text.Append(
            NewFindings.Count == 0
                ? "- New findings: none.\n"
                : $"- New findings: {NewFindings.Count(finding => finding.IsError).ToString(CultureInfo.InvariantCulture)} errors, {NewFindings.Count(finding => !finding.IsError).ToString(CultureInfo.InvariantCulture)} warnings.\n"
        );
        foreach (IGrouping<string, ReportedFinding> rule in NewFindings.GroupBy(finding => finding.Rule))
        {
            ReportedFinding first = rule.First();
            text.Append(
                $"  - {rule.Key} ({MarkdownText.Prose(first.Name)}), {rule.Count().ToString(CultureInfo.InvariantCulture)} times; the first is {MarkdownText.Code($"{first.File}:{first.Line.ToString(CultureInfo.InvariantCulture)}")}: {MarkdownText.Prose(first.Message)}\n"
            );
        }

        if (GoneFindings > 0)
        {
            text.Append($"- Findings that are gone: {GoneFindings.ToString(CultureInfo.InvariantCulture)}.\n");
        }

        foreach (MovedKey key in Moved)
        {
            text.Append(
                $"- {MarkdownText.Code($"{key.File}:{key.Line.ToString(CultureInfo.InvariantCulture)}")}: {MarkdownText.Code(key.Migration.Path)} is called {MarkdownText.Code(key.Migration.To)} now; {(key.IsTaken ? "both stand there: keep one" : "`rayquest migrate` rewrites it")}\n"
            );
        }

        Keys(text, "Policy keys that are no longer known", DroppedKeys);
        Keys(text, "Policy keys that are new", NewKeys);
        Keys(text, "Files to write anew with `rayquest argocd`", Bundle);
        text.Append(IsSafe ? "\nSafe to merge.\n" : "\n**Not safe to merge as it is.**\n");
        return new MarkdownText(text.ToString());
    }

    private const int Most = 20;

    private static void Keys(StringBuilder text, string what, IReadOnlyList<string> keys)
    {
        if (keys.Count > 0)
        {
            text.Append(
                $"- {what}: {string.Join(", ", keys.Take(Most).Select(key => MarkdownText.Code(key)))}{(keys.Count > Most ? " …" : "")}\n"
            );
        }
    }

    private static string Count(int number, string what) =>
        string.Create(CultureInfo.InvariantCulture, $"{number} {what}{(number == 1 ? "" : "s")}");

    // What one list has more of than the other; the words of a message may differ between versions.
    private static IReadOnlyList<ReportedFinding> Less(
        IReadOnlyList<ReportedFinding> from,
        IReadOnlyList<ReportedFinding> other
    )
    {
        Dictionary<(string, string, int, bool), int> there = other
            .CountBy(finding => (finding.Rule, finding.File, finding.Line, finding.IsError))
            .ToDictionary();
        List<ReportedFinding> left = [];
        foreach (ReportedFinding finding in from)
        {
            (string, string, int, bool) key = (finding.Rule, finding.File, finding.Line, finding.IsError);
            if (there.TryGetValue(key, out int count) && count > 0)
            {
                there[key] = count - 1;
            }
            else
            {
                left.Add(finding);
            }
        }

        return left;
    }
}
