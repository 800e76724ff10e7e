using System.Collections.Immutable;
using System.Text.Json;

namespace Rayquest.JobReport.Status;

/// <summary>A pod that does not start, of a Ray cluster.</summary>
/// <param name="Cluster">Its RayCluster, as <c>namespace/name</c>.</param>
public sealed record PendingPod(string Cluster, WaitingReason Reason)
{
    public const string ClusterLabel = "ray.io/cluster";

    /// <summary>Null when the pod waits for nothing we know, or belongs to no Ray cluster.</summary>
    public static PendingPod? Read(JsonElement pod)
    {
        var metadata = pod.At("metadata");
        var name = metadata.At("labels").Text(ClusterLabel);
        var ns = metadata.Text("namespace");
        return name.Length > 0 && ns.Length > 0 && WaitingReason.OfPods([pod]) is { } reason
            ? new PendingPod($"{ns}/{name}", reason)
            : null;
    }
}

/// <summary>The pod that submits a RayJob and does not start: the cluster idles meanwhile.</summary>
/// <param name="Job">Its RayJob, as <c>namespace/name</c>.</param>
public sealed record PendingSubmitter(string Job, WaitingReason Reason)
{
    public const string Selector = "ray.io/originated-from-crd=RayJob,!ray.io/cluster";

    /// <summary>Null when the pod waits for nothing we know, or submits no RayJob.</summary>
    public static PendingSubmitter? Read(JsonElement pod)
    {
        var metadata = pod.At("metadata");
        var name = metadata.At("labels").Text("ray.io/originated-from-cr-name");
        return name.Length > 0 && WaitingReason.OfPods([pod]) is { } reason
            ? new PendingSubmitter($"{metadata.Text("namespace")}/{name}", reason)
            : null;
    }
}

/// <summary>A warning about one of the operator's objects.</summary>
/// <param name="Object">What it is about, by <see cref="ClusterSnapshot.Key(string, string, string)"/>.</param>
public sealed record ObjectWarning(string Object, WaitingReason Reason)
{
    /// <summary>Null when it is no warning, or one that settles itself.</summary>
    public static ObjectWarning? Read(JsonElement item)
    {
        var about = item.At("involvedObject");
        var kind =
            about.Text("kind") is "Job"
            && about.Text("apiVersion").StartsWith("batch.volcano.sh/", StringComparison.Ordinal)
                ? EngineKind.VolcanoJob
                : about.Text("kind");
        return WaitingReason.OfEvents([item]) is { } reason
            ? new ObjectWarning(ClusterSnapshot.Key(kind, about.Text("namespace"), about.Text("name")), reason)
            : null;
    }
}

/// <summary>A Kueue Workload that is not admitted.</summary>
/// <param name="Owners">The uids of the objects it stands for.</param>
public sealed record QueuedWorkload(ImmutableArray<string> Owners, WaitingReason Reason)
{
    /// <summary>Null when it is admitted, or stands for nothing.</summary>
    public static QueuedWorkload? Read(JsonElement workload)
    {
        ImmutableArray<string> owners =
        [
            .. workload
                .At("metadata")
                .Items("ownerReferences")
                .Select(owner => owner.Text("uid"))
                .Where(uid => uid.Length > 0),
        ];
        return !owners.IsEmpty && WaitingReason.OfWorkload(workload) is { } reason
            ? new QueuedWorkload(owners, reason)
            : null;
    }
}
