namespace Rayquest.JobReport.Status;

/// <summary>The ledger's last word on a job.</summary>
/// <param name="At">When it was recorded.</param>
/// <param name="EverSeen">True once the cluster has shown the object.</param>
public sealed record LastRecordedState(JobState State, DateTimeOffset At, bool EverSeen);

/// <summary>What the ledger knows of a job before the cluster is asked.</summary>
public sealed record JobExpectation
{
    public required string Team { get; init; }
    public required string Kind { get; init; }
    public required string Namespace { get; init; }
    public required string Name { get; init; }
    public DateTimeOffset? Merged { get; init; }

    /// <summary>When the request was taken back (deleted, or replaced by an edit), or null.</summary>
    public DateTimeOffset? Withdrawn { get; init; }

    /// <summary>When the lease of a cluster ends; null for no end.</summary>
    public DateTimeOffset? LeaseEnds { get; init; }
    public TimeSpan? Timeout { get; init; }
    public TimeSpan? QueueTimeout { get; init; }
    public LastRecordedState? Last { get; init; }

    public string Id => $"{Namespace}/{Name}";
}

/// <summary>Everything around one job that helps to say where it stands.</summary>
public sealed record JobContext
{
    public static readonly JobContext None = new();

    /// <summary>The team's Argo CD Application; null when it was not found or not asked for.</summary>
    public ObservedApplication? Application { get; init; }

    /// <summary>True when Applications were listed, so that a missing one means something.</summary>
    public bool ApplicationsListed { get; init; }
    public WaitingReason? Waiting { get; init; }

    /// <summary>Since when the cluster cannot be asked; null when it answered.</summary>
    public DateTimeOffset? UnreachableSince { get; init; }
    public string UnreachableBecause { get; init; } = "";
}
