namespace Rayquest.JobReport.Status;

/// <summary>One job whose state is no longer the ledger's last word.</summary>
public sealed record StatusChange(JobExpectation Expected, JobState? Before, JobState After)
{
    /// <summary>True when it has just ended, so that the end of its log is worth fetching.</summary>
    public bool JustEndedBadly =>
        After
            is {
                Phase: JobPhase.Failed or JobPhase.Stopped or JobPhase.DeadlineExceeded,
                Reason: not ("RequestRemoved" or JobState.LeaseEnded)
            }
        && Before?.Phase != After.Phase;

    /// <summary>True when its program has just ended, so that its log holds its results, if it printed any.</summary>
    public bool JustEnded =>
        JustEndedBadly || (After is { Phase: JobPhase.Succeeded, IsFinal: true } && Before?.Phase != After.Phase);

    /// <summary>True when the same request came back under a new Ray cluster (retry, or resumption after suspension).</summary>
    public bool NewCluster =>
        Before is { RayClusterName.Length: > 0 }
        && After.RayClusterName.Length > 0
        && !string.Equals(Before.RayClusterName, After.RayClusterName, StringComparison.Ordinal);
}

/// <summary>Compares the ledger's last word with what was seen and keeps only what must be acted on.</summary>
public static class StatusDifference
{
    /// <summary>The change, or null when nobody needs to be told anything.</summary>
    public static StatusChange? Of(JobExpectation expected, JobState after)
    {
        ArgumentNullException.ThrowIfNull(expected);
        ArgumentNullException.ThrowIfNull(after);
        var before = expected.Last?.State;
        if (before is not null && string.Equals(before.Fingerprint, after.Fingerprint, StringComparison.Ordinal))
        {
            return null;
        }

        return new StatusChange(expected, before, after);
    }
}
