namespace Rayquest.JobLint.Output;

/// <summary>What an output format prints: the findings in order and how many files were looked at.</summary>
public sealed record LintReport(IReadOnlyList<Finding> Findings, int Files, string Version)
{
    /// <summary>How many findings block.</summary>
    public int Errors { get; } = Findings.Count(f => f.Severity == Severity.Error);

    /// <summary>How many findings are shown without blocking.</summary>
    public int Warnings { get; } = Findings.Count(f => f.Severity == Severity.Warning);

    /// <summary>How many findings <c>--fix</c> would fix.</summary>
    public int Fixable { get; } = Findings.Count(f => f.Fix is { Safety: FixSafety.Safe });

    /// <summary>The closing line: "2 errors, 1 warning in 3 files".</summary>
    public string Summary =>
        Findings.Count == 0
            ? $"{Count(Files, "file")} clean"
            : $"{Count(Errors, "error")}, {Count(Warnings, "warning")} in {Count(Files, "file")}"
                + (Fixable > 0 ? $"; {Fixable} can be fixed by --fix" : "");

    private static string Count(int count, string noun) => $"{count:N0} {noun}{(count == 1 ? "" : "s")}";
}
