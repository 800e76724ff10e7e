namespace Rayquest.JobReport.Status;

/// <summary>Where a job stands, in the words people see.</summary>
public enum JobPhase
{
    /// <summary>Merged, not in the cluster yet.</summary>
    NotSynced,

    /// <summary>Waits for room: Kueue, the scheduler, or the operator's first look.</summary>
    Queued,

    /// <summary>Suspended by hand, no queue involved.</summary>
    Suspended,
    Initializing,
    Running,

    /// <summary>An attempt failed and the operator starts another.</summary>
    Retrying,
    Succeeded,
    Failed,

    /// <summary>Ended by a person: Complete+STOPPED, Failed+STOPPED, or the request taken back.</summary>
    Stopped,

    /// <summary>The operator refuses the object (ValidationFailed); it never recovers (2.2).</summary>
    Rejected,

    /// <summary>activeDeadlineSeconds or preRunningDeadlineSeconds passed.</summary>
    DeadlineExceeded,

    /// <summary>Seen before, gone now, and nobody asked for that.</summary>
    Vanished,
}

/// <summary>What is wrong around a job without being its state.</summary>
public enum JobConditionKind
{
    /// <summary>The cluster cannot be asked; what is shown is its last word.</summary>
    Stale,

    /// <summary>Not running after queueTimeout, and the operator did not end it.</summary>
    StuckBeyondQueueTimeout,

    /// <summary>Running past timeout, and the operator did not end it.</summary>
    TimeoutNotEnforced,

    /// <summary>Argo CD has not applied it an hour after the merge.</summary>
    OutOfSync,

    /// <summary>Being deleted for longer than ten minutes.</summary>
    StuckDeleting,

    /// <summary>Argo CD has not removed it an hour after its request was taken back.</summary>
    NotPruned,

    /// <summary>A schedule's time has passed and the operator started nothing.</summary>
    RunOverdue,
}

/// <summary>One thing to worry about, with since when.</summary>
public sealed record JobCondition(JobConditionKind Kind, DateTimeOffset Since, string Detail);

/// <summary>The state of one job at one moment, a plain value.</summary>
public sealed record JobState(JobPhase Phase)
{
    /// <summary>A service that is there and doesn't do what it should.</summary>
    public const string Unhealthy = "Unhealthy";
    public const string Upgrading = "Upgrading";
    public const string UpgradeWaits = "UpgradeWaits";
    public const string UpgradeFailed = "UpgradeFailed";
    public const string DeployFailed = "DeployFailed";
    public const string HeadLost = "HeadLost";
    public const string LeaseEnded = "LeaseEnded";

    /// <summary>The kind of the object, whose words differ: a job runs, a cluster is ready, a service is healthy.</summary>
    public string Kind { get; init; } = EngineKind.RayJob;

    /// <summary>The engine's word for why, or empty.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The engine's sentence; text from outside, escaped by whoever shows it.</summary>
    public string Message { get; init; } = "";

    /// <summary>Since when, by the cluster's clock; null when the engine does not say.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>When this attempt's program (or, unknown, its object) started; null before that. Counts GPU time.</summary>
    public DateTimeOffset? Started { get; init; }

    /// <summary>1 for the first attempt.</summary>
    public int Attempt { get; init; } = 1;
    public int AttemptsAllowed { get; init; } = 1;
    public WorkerCount Workers { get; init; }

    /// <summary>Endpoints that a service serves from.</summary>
    public int Endpoints { get; init; }
    public string RayClusterName { get; init; } = "";
    public string JobId { get; init; } = "";
    public string DashboardUrl { get; init; } = "";
    public string Uid { get; init; } = "";

    /// <summary>Key of the request the operator's refusal is about (dotted), or null.</summary>
    public string? RequestField { get; init; }
    public IReadOnlyList<JobCondition> Conditions { get; init; } = [];

    /// <summary>True when nothing more can happen to a job of its kind.</summary>
    public bool IsFinal { get; init; }

    /// <summary>
    /// What must change for anybody to be told: phase, reason, attempt, cluster and concerns, but neither the number of
    /// ready workers nor wording nor a job's last seconds, which would make noise (a comment edited at every pass).
    /// </summary>
    public string Fingerprint
    {
        get
        {
            var concerns = string.Join('+', Conditions.Select(condition => condition.Kind).Order());
            var reason = Phase == JobPhase.Running && Reason is "Finishing" ? "" : Reason;
            return $"{Phase}|{reason}|{Attempt}|{RayClusterName}|{concerns}";
        }
    }

    /// <summary>Whether it is there and holds its resources, and isn't usable as it is.</summary>
    public bool IsUnhealthy => Phase == JobPhase.Running && Reason is Unhealthy or UpgradeFailed or ZeroServeEndpoints;

    /// <summary>The operator's word for a service behind which nothing answers.</summary>
    public const string ZeroServeEndpoints = "ZeroServeEndpoints";

    /// <summary>The label people see on the pull request, or null for none.</summary>
    public string? Label =>
        Phase switch
        {
            JobPhase.NotSynced or JobPhase.Queued or JobPhase.Suspended or JobPhase.Initializing => "ray/queued",
            JobPhase.Running when IsUnhealthy => "ray/failed",
            JobPhase.Running or JobPhase.Retrying => "ray/running",
            JobPhase.Succeeded => "ray/succeeded",
            JobPhase.Failed or JobPhase.Rejected or JobPhase.DeadlineExceeded or JobPhase.Vanished => "ray/failed",
            JobPhase.Stopped => "ray/stopped",
            _ => null,
        };

    /// <summary>GitHub's word for it on a Deployment.</summary>
    public string DeploymentState =>
        Phase switch
        {
            JobPhase.NotSynced => "pending",
            JobPhase.Queued or JobPhase.Suspended => "queued",
            JobPhase.Running when IsUnhealthy => "failure",
            // What goes on for ever is deployed as soon as it is there.
            JobPhase.Running when EngineKind.KeepsName(Kind) => "success",
            JobPhase.Initializing or JobPhase.Running or JobPhase.Retrying => "in_progress",
            JobPhase.Succeeded => "success",
            JobPhase.Stopped => "inactive",
            JobPhase.Rejected or JobPhase.Vanished => "error",
            _ => "failure",
        };
}
