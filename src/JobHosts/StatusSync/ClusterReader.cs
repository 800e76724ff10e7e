using System.Text.Json;
using Rayquest.JobHosts.Cluster;
using Rayquest.JobReport.Status;

namespace Rayquest.JobHosts.StatusSync;

/// <summary>What to ask a cluster for.</summary>
public sealed record ClusterReaderOptions
{
    /// <summary>Ours, and not an operator's child: children inherit our labels (2.8).</summary>
    public string Selector { get; init; } = "app.kubernetes.io/managed-by=rayquest,!ray.io/originated-from-crd";

    /// <summary>Where Argo CD keeps its Applications; null leaves Argo CD out.</summary>
    public string? ArgoCdNamespace { get; init; } = "argocd";

    /// <summary>
    /// Namespaces of our teams, listed one by one when the reader may not list the whole cluster (the least rights). With
    /// the right to list everywhere a look costs a dozen calls whatever the number of teams.
    /// </summary>
    public IReadOnlyList<string> Namespaces { get; init; } = [];

    /// <summary>Ask Kueue why jobs wait.</summary>
    public bool Kueue { get; init; }

    /// <summary>Volcano Jobs are among ours.</summary>
    public bool Volcano { get; init; }
}

/// <summary>One look at the cluster: a few lists in pages, never one call per job.</summary>
public sealed class ClusterReader(ICluster cluster, ClusterReaderOptions options)
{
    private bool oneByOne;

    /// <summary>Lists everything. A kind that is not installed is simply none of ours; any other fault on RayJobs is thrown.</summary>
    /// <exception cref="ClusterFault">RayJobs could not be listed.</exception>
    public ClusterSight Read()
    {
        var jobs = new Dictionary<string, ObservedJob>(StringComparer.Ordinal);
        var listed = new HashSet<string>(StringComparer.Ordinal);
        var notes = new List<string>();
        List<ClusterResource> kinds =
        [
            ClusterResource.RayJobs,
            ClusterResource.RayClusters,
            ClusterResource.RayServices,
            ClusterResource.RayCronJobs,
        ];
        if (options.Volcano)
        {
            kinds.Add(ClusterResource.VolcanoJobs);
        }

        foreach (var kind in kinds)
        {
            var found = Tolerant(
                kind,
                notes,
                () => Everywhere(kind, options.Selector, item => ObservedJob.Read(item, kind.Kind)),
                required: kind == ClusterResource.RayJobs
            );
            if (found is null)
            {
                continue;
            }

            listed.Add(kind.Kind);
            foreach (var job in found)
            {
                jobs[ClusterSight.Key(kind.Kind, job.Namespace, job.Name)] = job;
            }
        }

        var applications = options.ArgoCdNamespace is { } ns
            ? Tolerant(
                ClusterResource.Applications,
                notes,
                () => cluster.List(ClusterResource.Applications, ns, "", ObservedApplication.Read)
            )
            : null;
        return new ClusterSight
        {
            Jobs = jobs,
            KindsListed = listed,
            Applications = (applications ?? [])
                .GroupBy(item => item.Name, StringComparer.Ordinal)
                .ToDictionary(group => group.Key, group => group.First(), StringComparer.Ordinal),
            ApplicationsListed = applications is not null,
            Waiting = Waiting(jobs, notes),
            Notes = notes,
        };
    }

    private Dictionary<string, WaitingReason> Waiting(Dictionary<string, ObservedJob> jobs, List<string> notes)
    {
        var waiting = new Dictionary<string, WaitingReason>(StringComparer.Ordinal);
        // By phase, not by status text: a running job's restarting worker is no reason to wait.
        var starting = jobs.Where(pair =>
                JobStateReading.Present(pair.Value).Phase is JobPhase.Initializing or JobPhase.Queued
            )
            .ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal);
        if (starting.Count == 0)
        {
            return waiting;
        }

        var byCluster = starting
            .Where(pair => pair.Value.RayClusterName.Length > 0)
            .ToLookup(
                pair => $"{pair.Value.Namespace}/{pair.Value.RayClusterName}",
                pair => pair.Key,
                StringComparer.Ordinal
            );
        if (byCluster.Count > 0)
        {
            var pods = Tolerant(
                ClusterResource.Pods,
                notes,
                () => Everywhere(ClusterResource.Pods, PendingPod.ClusterLabel, PendingPod.Read, "status.phase=Pending")
            );
            foreach (var pod in pods ?? [])
            {
                foreach (var key in byCluster[pod.Cluster])
                {
                    // A broken container outranks a full cluster.
                    if (!waiting.TryGetValue(key, out var there) || (there.IsQueue && !pod.Reason.IsQueue))
                    {
                        waiting[key] = pod.Reason;
                    }
                }
            }
        }

        if (options.Kueue)
        {
            var byUid = starting
                .Where(pair => pair.Value.Queue.Length > 0 && pair.Value.Uid.Length > 0)
                .ToLookup(pair => pair.Value.Uid, pair => pair.Key, StringComparer.Ordinal);
            var workloads =
                byUid.Count == 0
                    ? []
                    : Tolerant(
                        ClusterResource.Workloads,
                        notes,
                        () => Everywhere(ClusterResource.Workloads, "", QueuedWorkload.Read)
                    );
            foreach (var workload in workloads ?? [])
            {
                foreach (var key in workload.Owners.SelectMany(owner => byUid[owner]))
                {
                    waiting.TryAdd(key, workload.Reason);
                }
            }
        }

        return waiting;
    }

    private IReadOnlyList<T> Everywhere<T>(
        ClusterResource kind,
        string selector,
        Func<JsonElement, T?> read,
        string fieldSelector = ""
    )
        where T : class
    {
        if (!oneByOne)
        {
            try
            {
                return cluster.List(kind, null, selector, read, fieldSelector);
            }
            catch (ClusterFault fault) when (fault.Kind == ClusterFaultKind.Forbidden && options.Namespaces.Count > 0)
            {
                oneByOne = true;
            }
        }

        return [.. options.Namespaces.SelectMany(ns => cluster.List(kind, ns, selector, read, fieldSelector))];
    }

    private static IReadOnlyList<T>? Tolerant<T>(
        ClusterResource kind,
        List<string> notes,
        Func<IReadOnlyList<T>> list,
        bool required = false
    )
    {
        try
        {
            return list();
        }
        catch (ClusterFault fault) when (!required && fault.Kind == ClusterFaultKind.KindMissing)
        {
            // Nothing of a kind that is not installed can exist; but nothing of it has vanished either.
            return null;
        }
        catch (ClusterFault fault) when (!required && fault.Kind == ClusterFaultKind.Forbidden)
        {
            notes.Add($"{kind.Plural} could not be listed: {fault.Remedy}");
            return null;
        }
    }
}
