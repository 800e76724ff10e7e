using System.Collections.Concurrent;
using Rayquest.JobLint.Quotas;

namespace Rayquest.JobLint.Engine;

/// <summary>The outcome of a run: findings sorted by place, the requests that were read, and what teams hold.</summary>
public sealed record LintResult(
    IReadOnlyList<Finding> Findings,
    IReadOnlyList<RequestContext> Requests,
    IReadOnlyDictionary<string, TeamUsage> UsageBefore
)
{
    /// <summary>How many request files were evaluated, those that could not be read as a request among them.</summary>
    public int Files { get; init; } = Requests.Count;

    /// <summary>What would have been found as well, were it not for comments in the requests; sorted by place.</summary>
    public IReadOnlyList<SuppressedFinding> Suppressed { get; init; } = [];

    /// <summary>How many findings block.</summary>
    public int Errors { get; } = Findings.Count(f => f.Severity == Severity.Error);

    /// <summary>How many findings are shown without blocking.</summary>
    public int Warnings { get; } = Findings.Count(f => f.Severity == Severity.Warning);
}
