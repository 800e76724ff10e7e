using System.Runtime.InteropServices;
using System.Text.Json;

namespace Rayquest.JobReport.Status;

/// <summary>The kinds a request can become, by the engines' own names.</summary>
public static class EngineKind
{
    public const string RayJob = "RayJob";
    public const string RayCluster = "RayCluster";
    public const string RayService = "RayService";
    public const string RayCronJob = "RayCronJob";

    /// <summary>The batch.volcano.sh Job; called so because batch/v1 has a Job too.</summary>
    public const string VolcanoJob = "VolcanoJob";

    /// <summary>Whether an object is called as its request is, so that an edit changes it and a later request may take its name again.</summary>
    public static bool KeepsName(string kind) => kind is RayCluster or RayService or RayCronJob;
}

/// <summary>Ready and desired workers of the Ray cluster behind a job; desired counts hosts, not replicas.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct WorkerCount(int Ready, int Desired)
{
    public override string ToString() => $"{Ready}/{Desired}";
}

/// <summary>
/// One object of ours as the cluster shows it, read without judgement: missing fields are empty, unknown ones ignored,
/// the engine's words are kept as they are.
/// </summary>
public sealed record ObservedJob
{
    public required string Kind { get; init; }
    public required string Namespace { get; init; }
    public required string Name { get; init; }
    public string Uid { get; init; } = "";
    public string ResourceVersion { get; init; } = "";
    public DateTimeOffset? Created { get; init; }
    public DateTimeOffset? DeletionRequested { get; init; }
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>();

    /// <summary>spec.suspend; Kueue sets it behind Git's back (3.1).</summary>
    public bool Suspend { get; init; }
    public TimeSpan? ActiveDeadline { get; init; }
    public TimeSpan? PreRunningDeadline { get; init; }

    /// <summary>Retries allowed; each one is a new RayCluster.</summary>
    public int BackoffLimit { get; init; }
    public string SubmissionMode { get; init; } = "";

    /// <summary>The Kueue LocalQueue, or empty.</summary>
    public string Queue { get; init; } = "";

    /// <summary>jobDeploymentStatus of a RayJob, state of a RayCluster, Ready's reason of a RayService, phase of a Volcano Job.</summary>
    public string DeploymentStatus { get; init; } = "";
    public string JobStatus { get; init; } = "";
    public string Reason { get; init; } = "";
    public string Message { get; init; } = "";
    public DateTimeOffset? StartTime { get; init; }
    public DateTimeOffset? EndTime { get; init; }

    /// <summary>When the user's program began, by Ray's own clock.</summary>
    public DateTimeOffset? ProgramStart { get; init; }
    public DateTimeOffset? ProgramEnd { get; init; }
    public string JobId { get; init; } = "";
    public string RayClusterName { get; init; } = "";

    /// <summary>host:port without a scheme, as KubeRay writes it.</summary>
    public string DashboardUrl { get; init; } = "";
    public int Failed { get; init; }
    public int Succeeded { get; init; }
    public WorkerCount Workers { get; init; }

    /// <summary>True for a condition Ready=True (RayService) or state ready (RayCluster).</summary>
    public bool Ready { get; init; }

    /// <summary>What keeps its Ray cluster from its pods, by the object's own status; null when it says nothing.</summary>
    public WaitingReason? Blocked { get; init; }

    /// <summary>Since when the present state holds, where the engine says so.</summary>
    public DateTimeOffset? StateSince { get; init; }

    /// <summary>Whether its pods are being taken away, since it is to be suspended.</summary>
    public bool Suspending { get; init; }

    /// <summary>Whether a RayCluster's head can be used; null while the operator has not said so.</summary>
    public bool? HeadReady { get; init; }

    /// <summary>Endpoints that a RayService serves from.</summary>
    public int Endpoints { get; init; }

    /// <summary>What a RayService's cluster that takes the traffic serves; null where there is none.</summary>
    public ServingCluster? Active { get; init; }

    /// <summary>The cluster that a RayService is moving to, or is first made on; null where there is none.</summary>
    public ServingCluster? Pending { get; init; }

    /// <summary>A RayCronJob's schedule, and the zone it is told in; empty for the operator's own.</summary>
    public string Schedule { get; init; } = "";
    public string TimeZone { get; init; } = "";

    /// <summary>When a RayCronJob last ran.</summary>
    public DateTimeOffset? LastRun { get; init; }

    /// <summary>The RayCronJob that started it; null for everything else.</summary>
    public ScheduleOwner? StartedBy { get; init; }

    /// <summary>Whether a RayService has a cluster that serves and another that is to take over.</summary>
    public bool IsUpgrading => Active is not null && Pending is not null;

    /// <summary>The Ray cluster whose pods it waits for: of a service that is upgraded, the new one.</summary>
    public string WaitsForCluster => IsUpgrading ? Pending!.Name : RayClusterName;

    /// <summary>Namespace and name, the key by which the ledger knows it.</summary>
    public string Id => $"{Namespace}/{Name}";

    /// <summary>Reads one object; null when it is none of the kinds a request becomes or carries no name.</summary>
    public static ObservedJob? Read(JsonElement item, string? listKind = null)
    {
        var kind = item.Text("kind");
        if (kind.Length == 0 && listKind is not null)
        {
            // Items of a list may come without kind and apiVersion.
            kind = listKind;
        }

        if (
            string.Equals(kind, "Job", StringComparison.Ordinal)
            && item.Text("apiVersion").StartsWith("batch.volcano.sh/", StringComparison.Ordinal)
        )
        {
            kind = EngineKind.VolcanoJob;
        }

        var metadata = item.At("metadata");
        var name = metadata.Text("name");
        if (name.Length == 0)
        {
            return null;
        }

        var labels = metadata.Map("labels");
        var job = new ObservedJob
        {
            Kind = kind,
            Namespace = metadata.Text("namespace"),
            Name = name,
            Uid = metadata.Text("uid"),
            ResourceVersion = metadata.Text("resourceVersion"),
            Created = metadata.Time("creationTimestamp"),
            DeletionRequested = metadata.Time("deletionTimestamp"),
            Labels = labels,
            Annotations = metadata.Map("annotations"),
            Queue = labels.GetValueOrDefault("kueue.x-k8s.io/queue-name", ""),
            Suspend = item.At("spec").Flag("suspend") ?? false,
        };
        return kind switch
        {
            EngineKind.RayJob => RayJob(job, metadata, item.At("spec"), item.At("status")),
            EngineKind.RayCluster => RayCluster(job, item.At("status")),
            EngineKind.RayService => RayService(job, item.At("status")),
            EngineKind.RayCronJob => RayCronJob(job, item.At("spec"), item.At("status")),
            EngineKind.VolcanoJob => VolcanoJob(job, item.At("status")),
            _ => null,
        };
    }

    private static ObservedJob RayJob(ObservedJob job, JsonElement metadata, JsonElement spec, JsonElement status)
    {
        var cluster = status.At("rayClusterStatus");
        return job with
        {
            StartedBy = ScheduleOwner.Of(metadata),
            ActiveDeadline = spec.Seconds("activeDeadlineSeconds"),
            PreRunningDeadline = spec.Seconds("preRunningDeadlineSeconds"),
            BackoffLimit = spec.Number("backoffLimit") ?? 0,
            SubmissionMode = spec.Text("submissionMode"),
            DeploymentStatus = status.Text("jobDeploymentStatus"),
            JobStatus = status.Text("jobStatus"),
            Reason = status.Text("reason"),
            Message = status.Text("message"),
            StartTime = status.Time("startTime"),
            EndTime = status.Time("endTime"),
            ProgramStart = status.At("rayJobInfo").Time("startTime"),
            ProgramEnd = status.At("rayJobInfo").Time("endTime"),
            JobId = status.Text("jobId"),
            RayClusterName = status.Text("rayClusterName"),
            DashboardUrl = status.Text("dashboardURL"),
            Failed = status.Number("failed") ?? 0,
            Succeeded = status.Number("succeeded") ?? 0,
            Workers = WorkersOf(cluster),
            Blocked = WaitingReason.OfCluster(cluster),
            Ready = string.Equals(cluster.Text("state"), "ready", StringComparison.Ordinal),
            StateSince = cluster.At("stateTransitionTimes").Time("ready"),
        };
    }

    private static ObservedJob RayCluster(ObservedJob job, JsonElement status)
    {
        var suspended = status.Condition("RayClusterSuspended");
        var state = status.Text("state");
        var ready = string.Equals(state, "ready", StringComparison.Ordinal);
        var head = status.Condition("HeadPodReady");
        return job with
        {
            Suspending = status.Condition("RayClusterSuspending").Holds(),
            HeadReady = head.ValueKind == JsonValueKind.Object ? head.Holds() : null,
            DeploymentStatus = suspended.Holds() ? "suspended" : state,
            Reason = status.Text("reason"),
            Blocked = WaitingReason.OfCluster(status),
            StartTime = job.Created,
            RayClusterName = job.Name,
            DashboardUrl = Dashboard(status, job.Namespace),
            Workers = WorkersOf(status),
            Ready = ready,
            StateSince = state.Length > 0 ? status.At("stateTransitionTimes").Time(state) : null,
        };
    }

    private static ObservedJob RayService(ObservedJob job, JsonElement status)
    {
        var ready = status.Condition("Ready");
        var suspended = status.Condition("Suspended");
        var active = status.At("activeServiceStatus");
        var pending = status.At("pendingServiceStatus");
        var cluster = active.Text("rayClusterName").Length > 0 ? active : pending;
        return job with
        {
            DeploymentStatus = suspended.Holds() ? "Suspended" : ready.Text("reason"),
            Reason = ready.Text("reason"),
            Message = ready.Text("message"),
            StartTime = job.Created,
            RayClusterName = cluster.Text("rayClusterName"),
            DashboardUrl = Dashboard(cluster.At("rayClusterStatus"), job.Namespace),
            Workers = WorkersOf(cluster.At("rayClusterStatus")),
            Blocked = WaitingReason.OfCluster(cluster.At("rayClusterStatus")),
            Ready = ready.Holds(),
            StateSince = (suspended.Holds() ? suspended : ready).Time("lastTransitionTime"),
            Suspending = status.Condition("Suspending").Holds(),
            Endpoints = status.Number("numServeEndpoints") ?? 0,
            Active = ServingCluster.Of(active),
            Pending = ServingCluster.Of(pending),
        };
    }

    private static ObservedJob RayCronJob(ObservedJob job, JsonElement spec, JsonElement status) =>
        job with
        {
            Schedule = spec.Text("schedule"),
            TimeZone = spec.Text("timeZone"),
            LastRun = status.Time("lastScheduleTime"),
            DeploymentStatus = job.Suspend ? "Suspended" : "Scheduled",
            StartTime = job.Created,
            StateSince = status.Time("lastScheduleTime") ?? job.Created,
            Ready = !job.Suspend,
        };

    private static ObservedJob VolcanoJob(ObservedJob job, JsonElement status)
    {
        var state = status.At("state");
        return job with
        {
            DeploymentStatus = state.Text("phase"),
            Reason = state.Text("reason"),
            Message = state.Text("message"),
            StartTime = job.Created,
            StateSince = state.Time("lastTransitionTime"),
            EndTime = state.Text("phase") is "Completed" or "Failed" or "Terminated"
                ? state.Time("lastTransitionTime")
                : null,
            // Head included: Volcano counts tasks, and does not know which of them are Ray workers.
            Workers = new WorkerCount(status.Number("running") ?? 0, status.Number("minAvailable") ?? 0),
            Failed = status.Number("retryCount") ?? 0,
        };
    }

    private static WorkerCount WorkersOf(JsonElement clusterStatus) =>
        new(clusterStatus.Number("readyWorkerReplicas") ?? 0, clusterStatus.Number("desiredWorkerReplicas") ?? 0);

    private static string Dashboard(JsonElement clusterStatus, string ns)
    {
        var service = clusterStatus.At("head").Text("serviceName");
        var port = clusterStatus.At("endpoints").Text("dashboard");
        return service.Length == 0 || port.Length == 0 ? "" : $"{service}.{ns}.svc.cluster.local:{port}";
    }
}
