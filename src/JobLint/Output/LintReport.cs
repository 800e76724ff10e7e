using Rayquest.JobModel.Languages;

namespace Rayquest.JobLint.Output;

/// <summary>What an output format prints: the findings in order and how many files were looked at.</summary>
public sealed record LintReport(IReadOnlyList<Finding> Findings, int Files, string Version)
{
    /// <summary>The language of formats for people; those for programs are English always.</summary>
    public Language Language { get; init; } = Language.English;

    /// <summary>The findings in the language of the report, for formats for people.</summary>
    public IEnumerable<Finding> Localized => Findings.Select(Language.Of);

    /// <summary>How many findings block.</summary>
    public int Errors { get; } = Findings.Count(f => f.Severity == Severity.Error);

    /// <summary>How many findings are shown without blocking.</summary>
    public int Warnings { get; } = Findings.Count(f => f.Severity == Severity.Warning);

    /// <summary>How many findings <c>--fix</c> would fix.</summary>
    public int Fixable { get; } = Findings.Count(f => f.Fix is { Safety: FixSafety.Safe });

    /// <summary>The closing line: "2 errors, 1 warning in 3 files".</summary>
    public string Summary =>
        Findings.Count == 0
            ? Say($"{Count(Files, "file")} clean")
            : Say($"{Count(Errors, "error")}, {Count(Warnings, "warning")} in {Count(Files, "file")}")
                + (Fixable > 0 ? Say($"; {Fixable} can be fixed by --fix") : "");

    /// <summary>A sentence of the report's own, in its language.</summary>
    public string Say(Message message) => Language.Text("lint", message);

    private static Message Count(int count, string noun) =>
        count == 1 ? (Message)$"{count:N0} {(Message)noun}" : $"{count:N0} {(Message)(noun + "s")}";
}
