using Rayquest.JobReport.Status;

namespace Rayquest.JobHosts.Cluster;

/// <summary>A kind by the path under which the API server lists it.</summary>
/// <param name="Group">Empty for the core group.</param>
/// <param name="Plural">For example <c>rayjobs</c>.</param>
public sealed record ClusterResource(string Group, string Version, string Plural, string Kind)
{
    public static readonly ClusterResource RayJobs = new("ray.io", "v1", "rayjobs", EngineKind.RayJob);
    public static readonly ClusterResource RayClusters = new("ray.io", "v1", "rayclusters", EngineKind.RayCluster);
    public static readonly ClusterResource RayServices = new("ray.io", "v1", "rayservices", EngineKind.RayService);
    public static readonly ClusterResource RayCronJobs = new("ray.io", "v1", "raycronjobs", EngineKind.RayCronJob);
    public static readonly ClusterResource VolcanoJobs = new(
        "batch.volcano.sh",
        "v1alpha1",
        "jobs",
        EngineKind.VolcanoJob
    );
    public static readonly ClusterResource Applications = new("argoproj.io", "v1alpha1", "applications", "Application");
    public static readonly ClusterResource Workloads = new("kueue.x-k8s.io", "v1beta2", "workloads", "Workload");
    public static readonly ClusterResource Pods = new("", "v1", "pods", "Pod");
    public static readonly ClusterResource Events = new("", "v1", "events", "Event");

    /// <summary>The kinds a request can become, with what tells them from an operator's children.</summary>
    public static ClusterResource? OfKind(string kind) =>
        kind switch
        {
            EngineKind.RayJob => RayJobs,
            EngineKind.RayCluster => RayClusters,
            EngineKind.RayService => RayServices,
            EngineKind.RayCronJob => RayCronJobs,
            EngineKind.VolcanoJob => VolcanoJobs,
            _ => null,
        };

    /// <summary>As kubectl wants it on its command line.</summary>
    public string Argument => Group.Length == 0 ? Plural : $"{Plural}.{Version}.{Group}";

    internal string Path(string? ns) =>
        (Group.Length == 0 ? $"/api/{Version}" : $"/apis/{Group}/{Version}")
        + (ns is null ? "" : $"/namespaces/{ns}")
        + $"/{Plural}";
}
