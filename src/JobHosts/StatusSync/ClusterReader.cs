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
    /// <exception cref="ClusterException">RayJobs could not be listed.</exception>
    public ClusterSnapshot Read()
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
            foreach (var job in found.Where(job => job.StartedBy is null))
            {
                jobs[ClusterSnapshot.Key(kind.Kind, job.Namespace, job.Name)] = job;
            }
        }

        var runs = listed.Contains(EngineKind.RayCronJob)
            ? Tolerant(
                ClusterResource.RayJobs,
                notes,
                () =>
                    Everywhere(
                        ClusterResource.RayJobs,
                        ScheduleOwner.Label,
                        item => ObservedJob.Read(item, EngineKind.RayJob) is { StartedBy: not null } run ? run : null
                    )
            )
            : null;
        var runsByKey = (runs ?? [])
            .GroupBy(run => ClusterSnapshot.Key(run.Kind, run.Namespace, run.Name), StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.First(), StringComparer.Ordinal);
        // Whose schedule is ours; somebody else's run is none of our concern.
        var ours = jobs
            .Values.Where(job => job.Kind == EngineKind.RayCronJob)
            .Select(job => job.Uid)
            .ToHashSet(StringComparer.Ordinal);
        var waiting = new Dictionary<string, ObservedJob>(jobs, StringComparer.Ordinal);
        foreach (var (key, run) in runsByKey.Where(pair => ours.Contains(pair.Value.StartedBy!.Uid)))
        {
            waiting.TryAdd(key, run);
        }

        var applications = options.ArgoCdNamespace is { } ns
            ? Tolerant(
                ClusterResource.Applications,
                notes,
                () => cluster.List(ClusterResource.Applications, ns, "", ObservedApplication.Read)
            )
            : null;
        return new ClusterSnapshot
        {
            Jobs = jobs,
            Runs = runsByKey,
            RunsListed = runs is not null,
            KindsListed = listed,
            Applications = (applications ?? [])
                .GroupBy(item => item.Name, StringComparer.Ordinal)
                .ToDictionary(group => group.Key, group => group.First(), StringComparer.Ordinal),
            ApplicationsListed = applications is not null,
            Waiting = new WaitingReader(this, options, notes).Read(waiting),
            Notes = notes,
        };
    }

    internal IReadOnlyList<T> Everywhere<T>(
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
            catch (ClusterException fault)
                when (fault.Kind == ClusterExceptionKind.Forbidden && options.Namespaces.Count > 0)
            {
                oneByOne = true;
            }
        }

        return [.. options.Namespaces.SelectMany(ns => cluster.List(kind, ns, selector, read, fieldSelector))];
    }

    internal IReadOnlyList<T> In<T>(string ns, ClusterResource kind, string selector, Func<JsonElement, T?> read)
        where T : class => cluster.List(kind, ns, selector, read);

    internal static IReadOnlyList<T>? Tolerant<T>(
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
        catch (ClusterException fault) when (!required && fault.Kind == ClusterExceptionKind.KindMissing)
        {
            // Nothing of a kind that is not installed can exist; but nothing of it has vanished either.
            return null;
        }
        catch (ClusterException fault) when (!required && fault.Kind == ClusterExceptionKind.Forbidden)
        {
            notes.Add($"{kind.Plural} could not be listed: {fault.Remedy}");
            return null;
        }
    }
}
