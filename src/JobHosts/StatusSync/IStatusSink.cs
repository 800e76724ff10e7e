using System.Collections.Immutable;
using Rayquest.JobReport.Ledger;
using Rayquest.JobReport.Status;

namespace Rayquest.JobHosts.StatusSync;

/// <summary>A run with news for its pull request.</summary>
/// <param name="Before">The state that was last reported, or null.</param>
/// <param name="Log">The end of the log when it has just ended badly.</param>
public sealed record NewsOfRun(JobRun Run, JobState State, JobState? Before, LogTail? Log)
{
    /// <summary>True when the log could not be had now and may be a little later: the report is not finished.</summary>
    public bool LogComesLater { get; init; }

    /// <summary>What it printed as its results, when it has just ended.</summary>
    public JobResults? Results { get; init; }
}

/// <summary>Everything to report to one pull request in this pass.</summary>
public sealed record PullNews
{
    public required int Pull { get; init; }

    /// <summary>All runs that came from this pull request, with their newest states: the table.</summary>
    public required ImmutableArray<JobRun> Runs { get; init; }

    /// <summary>Those with news.</summary>
    public required ImmutableArray<NewsOfRun> News { get; init; }

    /// <summary>Our comment, when it is known.</summary>
    public GitHubObjectRef? Comment { get; init; }

    /// <summary>What the review wrote in the comment, kept when the status was first added; null before that.</summary>
    public string? ReviewPart { get; init; }

    /// <summary>True when an earlier pass may already have reported some of it: look before writing anything that would be doubled.</summary>
    public bool Uncertain { get; init; }
}

/// <summary>What the sink created and the ledger must remember.</summary>
/// <param name="Deployments">By the record's path.</param>
public sealed record ReportReceipt(
    GitHubObjectRef? Comment,
    ImmutableDictionary<string, GitHubObjectRef> Deployments,
    string? ReviewPart
);

/// <summary>A pull request that a report is about to be sent to.</summary>
/// <param name="CommentIsKnown">Whether its comment need not be looked for.</param>
public sealed record ExpectedPull(int Pull, bool CommentIsKnown);

/// <summary>Where a status is reported to: the pull request. Reporting the same twice must look as if it was reported once.</summary>
public interface IStatusSink
{
    /// <summary>Comments and Deployments made so far: GitHub counts those writes by themselves.</summary>
    int Created { get; }

    /// <summary>Until when nothing more may be reported because the hour's budget is used up; null while there is some left.</summary>
    DateTimeOffset? ClosedUntil { get; }

    /// <summary>Announces the pull requests that reports will follow for, in that order, so that it can read several at once.</summary>
    void Expect(IReadOnlyList<ExpectedPull> pulls);

    ReportReceipt Report(PullNews news, DateTimeOffset now);

    /// <summary>Makes a comment of its own, which people are notified of; where one of ours begins with that marker, that one is it.</summary>
    void Remind(int pull, string marker, string text);
}
