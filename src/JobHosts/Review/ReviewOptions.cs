using Rayquest.JobHosts.Git;
using Rayquest.JobModel.Plans;
using Rayquest.JobReport.Evaluation;
using Rayquest.JobReport.Ledger;
using Rayquest.JobReport.Markdown;
using Rayquest.JobReport.Output;

namespace Rayquest.JobHosts.Review;

/// <summary>How a review reaches its repository and what it may do.</summary>
public sealed record ReviewOptions
{
    /// <summary>The remote, or a path or URL, that pull requests are fetched from.</summary>
    public string Remote { get; init; } = "origin";

    public GitCredential? Credential { get; init; }

    /// <summary>The repository's page for people; null leaves the links out.</summary>
    public string? Page { get; init; }

    /// <summary>The page of the run whose job summary holds everything; null outside a run.</summary>
    public string? RunUrl { get; init; }

    /// <summary>The head before the push that woke this run; null where it was no push, or nobody said.</summary>
    public string? Before { get; init; }

    /// <summary>
    /// When the pull request was last changed by the word of the event that woke this run; null where nobody said. What GraphQL
    /// shows of an older state is read again by REST.
    /// </summary>
    public DateTimeOffset? ChangedAt { get; init; }

    /// <summary>Evaluate and report, write nothing.</summary>
    public bool DryRun { get; init; }

    /// <summary>
    /// Whether what is merged with this credential starts workflows. The workflow's own token starts none, so nothing is
    /// merged with it.
    /// </summary>
    public bool StartsWorkflows { get; init; } = true;

    /// <summary>How often a head that moves meanwhile is evaluated anew before giving up.</summary>
    public int Attempts { get; init; } = 12;

    /// <summary>Most other open pull requests whose demands are read.</summary>
    public int MaxOthers { get; init; } = 30;

    /// <summary>Most open pull requests that are evaluated again after one push; each costs a dozen calls.</summary>
    public int MaxReevaluated { get; init; } = 50;

    /// <summary>GPU-hours used this month, by team and type.</summary>
    public IReadOnlyDictionary<(string Team, string Gpu), double> GpuHoursUsed { get; init; } =
        new Dictionary<(string, string), double>();

    /// <summary>What is known of jobs that were merged; null where there is no ledger.</summary>
    public LedgerView? Ledger { get; init; }

    /// <summary>The names that the ledger has of runs.</summary>
    internal IRecordedNames Recorded => Ledger is null ? NoRecordedNames.Instance : Ledger;

    public TimeProvider Time { get; init; } = TimeProvider.System;
}

/// <summary>What came of a review.</summary>
public enum ReviewResult
{
    /// <summary>Evaluated and told.</summary>
    Evaluated,

    /// <summary>Closed, merged, or against another branch than the default one: nothing to evaluate.</summary>
    NotASubmission,
}

/// <summary>A review's outcome, for the job summary, the outputs and the exit code.</summary>
/// <param name="Head">The head that was evaluated; after a render commit, that commit.</param>
/// <param name="Commit">The render commit this run made, or null.</param>
/// <param name="Written">What was written, in order; empty when nothing had changed.</param>
public sealed record ReviewOutcome(
    ReviewResult Result,
    int Pull,
    string Head,
    ChangeEvaluation? Preview,
    MarkdownText Comment,
    MarkdownText Summary,
    string? Commit,
    IReadOnlyList<string> Written
)
{
    /// <summary>The verdict as outputs spell it.</summary>
    public string Verdict => Preview is null ? "none" : PreviewJson.Word(Preview.Verdict);
}

/// <summary>A pull request kept changing while it was evaluated.</summary>
public sealed class HeadKeepsMoving(int pull, int attempts)
    : HostException(
        $"pull request {pull} changed {attempts} times while it was being evaluated",
        "the newest change is evaluated by its own run"
    );
