using Rayquest.JobHosts.Cluster;
using Rayquest.JobReport.Status;

namespace Rayquest.JobHosts.StatusSync;

/// <summary>
/// Looks for what jobs wait for that have not begun: pods that do not start, Kueue's queue, and where neither tells, the
/// operator's warnings. A few lists for all of them, and none when nothing waits.
/// </summary>
internal sealed class WaitingReader(ClusterReader cluster, ClusterReaderOptions options, List<string> notes)
{
    /// <summary>Heads that are started again and again are no pending pods; so many of them are looked at one by one.</summary>
    private const int MostHeads = 20;
    private readonly Dictionary<string, WaitingReason> found = new(StringComparer.Ordinal);

    /// <summary>The reasons by the jobs' keys.</summary>
    public Dictionary<string, WaitingReason> Read(Dictionary<string, ObservedJob> jobs)
    {
        // By phase, not by status text: a running job's restarting worker is no reason to wait.
        var starting = jobs.Where(pair => JobStateMapper.IsWaiting(pair.Value))
            .ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal);
        if (starting.Count > 0)
        {
            Pods(starting);
            Heads(starting);
            Workloads(starting);
            Warnings(starting);
        }

        Submitters(jobs);
        return found;
    }

    private void Pods(Dictionary<string, ObservedJob> starting)
    {
        var byCluster = ByCluster(starting);
        if (byCluster.Count == 0)
        {
            return;
        }

        var pods = ClusterReader.Tolerant(
            ClusterResource.Pods,
            notes,
            () =>
                cluster.Everywhere(
                    ClusterResource.Pods,
                    PendingPod.ClusterLabel,
                    PendingPod.Read,
                    "status.phase=Pending"
                )
        );
        foreach (var pod in pods ?? [])
        {
            foreach (var key in byCluster[pod.Cluster])
            {
                // A broken container outranks a refusal, and that a full cluster.
                if (
                    Known(key, starting[key]) is not { } there
                    || (!pod.Reason.IsQueue && !WaitingReason.IsBroken(there.Reason))
                )
                {
                    found[key] = pod.Reason;
                }
            }
        }
    }

    /// <summary>A container that ends at once belongs to a running pod: its status says how it ended.</summary>
    private void Heads(Dictionary<string, ObservedJob> starting)
    {
        foreach (
            var (key, job) in starting
                .Where(pair => Known(pair.Key, pair.Value) is { Reason: "CrashLoopBackOff" })
                .OrderBy(pair => pair.Key, StringComparer.Ordinal)
                .Take(MostHeads)
        )
        {
            var heads = ClusterReader.Tolerant(
                ClusterResource.Pods,
                notes,
                () =>
                    cluster.In(
                        job.Namespace,
                        ClusterResource.Pods,
                        $"{PendingPod.ClusterLabel}={job.WaitsForCluster},ray.io/node-type=head",
                        PendingPod.Read
                    )
            );
            if (heads is [var head, ..])
            {
                found[key] = head.Reason;
            }
        }
    }

    private void Workloads(Dictionary<string, ObservedJob> starting)
    {
        var byUid = starting
            .Where(pair => pair.Value.Queue.Length > 0 && pair.Value.Uid.Length > 0)
            .ToLookup(pair => pair.Value.Uid, pair => pair.Key, StringComparer.Ordinal);
        if (!options.Kueue || byUid.Count == 0)
        {
            return;
        }

        var workloads = ClusterReader.Tolerant(
            ClusterResource.Workloads,
            notes,
            () => cluster.Everywhere(ClusterResource.Workloads, "", QueuedWorkload.Read)
        );
        foreach (var workload in workloads ?? [])
        {
            foreach (var key in workload.Owners.SelectMany(owner => byUid[owner]))
            {
                found.TryAdd(key, workload.Reason);
            }
        }
    }

    /// <summary>What no status says stands in the operator's warnings alone; kind by kind, for those that nothing else explains.</summary>
    private void Warnings(Dictionary<string, ObservedJob> starting)
    {
        var unexplained = starting
            .Where(pair => Known(pair.Key, pair.Value) is null)
            .ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal);
        var byCluster = ByCluster(unexplained);
        string[] kinds =
        [
            .. unexplained
                .Values.Select(job => job.Kind)
                // A service's cluster is refused in its own name.
                .Concat(unexplained.Values.Any(job => job.Kind == EngineKind.RayService) ? [EngineKind.RayCluster] : [])
                .Distinct(StringComparer.Ordinal),
        ];
        foreach (var kind in kinds)
        {
            var warnings = ClusterReader.Tolerant(
                ClusterResource.Events,
                notes,
                () =>
                    cluster.Everywhere(
                        ClusterResource.Events,
                        "",
                        ObjectWarning.Read,
                        $"type=Warning,involvedObject.kind={(kind == EngineKind.VolcanoJob ? "Job" : kind)}"
                    )
            );
            foreach (var warning in warnings ?? [])
            {
                var about = warning.Object[(kind.Length + 1)..];
                IEnumerable<string> keys = kind == EngineKind.RayCluster ? byCluster[about] : [];
                foreach (var key in keys.Append(warning.Object).Where(unexplained.ContainsKey))
                {
                    Warn(key, unexplained[key], warning.Reason);
                }
            }
        }
    }

    private void Warn(string key, ObservedJob job, WaitingReason reason)
    {
        // Events outlive what they tell of by an hour: an earlier life's, or a cluster that has come meanwhile.
        var isOld = reason.Since < job.Created;
        var isOver = reason.Reason is "RayClusterNotFound" && job.Workers.Desired > 0;
        if (!isOld && !isOver && (!found.TryGetValue(key, out var there) || there.Since < reason.Since))
        {
            found[key] = reason;
        }
    }

    private void Submitters(Dictionary<string, ObservedJob> jobs)
    {
        var idle = jobs.Where(pair => JobStateMapper.IsNotSubmitted(pair.Value))
            .ToLookup(pair => pair.Value.Id, pair => pair.Key, StringComparer.Ordinal);
        if (idle.Count == 0)
        {
            return;
        }

        var pods = ClusterReader.Tolerant(
            ClusterResource.Pods,
            notes,
            () =>
                cluster.Everywhere(
                    ClusterResource.Pods,
                    PendingSubmitter.Selector,
                    PendingSubmitter.Read,
                    "status.phase=Pending"
                )
        );
        foreach (var pod in pods ?? [])
        {
            foreach (var key in idle[pod.Job])
            {
                found[key] = pod.Reason;
            }
        }
    }

    private WaitingReason? Known(string key, ObservedJob job) => found.GetValueOrDefault(key) ?? job.Blocked;

    private static ILookup<string, string> ByCluster(Dictionary<string, ObservedJob> jobs) =>
        jobs.Where(pair => pair.Value.WaitsForCluster.Length > 0)
            .ToLookup(
                pair => $"{pair.Value.Namespace}/{pair.Value.WaitsForCluster}",
                pair => pair.Key,
                StringComparer.Ordinal
            );
}
