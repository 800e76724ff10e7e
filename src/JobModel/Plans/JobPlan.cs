using System.Diagnostics;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Quantities;
using Rayquest.JobModel.Requests;
using Rayquest.JobModel.Schedules;
using Rayquest.JobModel.Text;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobModel.Plans;

/// <summary>
/// One workload, everything decided: request, policy defaults and sweep values brought together. Rendering accepts nothing else.
/// Spans say which line of the request (or of a policy) decided a value.
/// </summary>
[DebuggerDisplay("{Namespace,nq}/{Name,nq}")]
public sealed record JobPlan
{
    internal JobPlan() { }

    /// <summary>The request as written.</summary>
    public required JobRequest Request { get; init; }

    /// <summary>What it becomes.</summary>
    public required JobKind Kind { get; init; }

    /// <summary>Repository path of the request.</summary>
    public required string RequestPath { get; init; }

    /// <summary>The team: the folder of the request.</summary>
    public required string Team { get; init; }

    /// <summary>GitHub login of who answers for it; null when neither the request nor the caller said.</summary>
    public required string? Owner { get; init; }

    /// <summary>The request's name, without hash.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// <c>metadata.name</c>. Of a RayJob the name and five hex digits of the request's canonical hash, of a hash of it where those
    /// are taken; of what is edited in place the name itself.
    /// </summary>
    public required string ObjectName { get; init; }

    /// <summary>What the shipped files of all jobs of the request are called by.</summary>
    public required string CodeName { get; init; }

    /// <summary>The digest of the whole request; all jobs of a sweep share it.</summary>
    public required string RequestDigest { get; init; }

    public required string Namespace { get; init; }
    public required PlatformPolicy Platform { get; init; }
    public required ProfilePolicy? Profile { get; init; }

    /// <summary>The full reference of the head's image, which the submitter has, too.</summary>
    public Located<string> Image => Head.Pod.Image;

    /// <summary>The Ray version of the image, or null when nobody said and the tag doesn't tell.</summary>
    public required Located<string>? RayVersion { get; init; }

    /// <summary>The entrypoint with sweep values filled in; null in interactive mode.</summary>
    public required Located<string>? Entrypoint { get; init; }

    /// <summary>Files shipped in a ConfigMap, by path in the container.</summary>
    public required IReadOnlyList<CodeFile> CodeFiles { get; init; }

    /// <summary>Ray's runtime environment with sweep values and the archive filled in; null for none.</summary>
    public required YamlMapping? RuntimeEnv { get; init; }

    public required Located<string>? Archive { get; init; }
    public required HeadPlan Head { get; init; }
    public required IReadOnlyList<WorkerGroupPlan> Workers { get; init; }

    /// <summary>Whether any group has a range of replicas.</summary>
    public required bool IsAutoscaling { get; init; }

    public required string? AutoscalerVersion { get; init; }
    public required Duration? IdleTimeout { get; init; }
    public required IReadOnlyList<KeyValuePair<Located<string>, Located<string>>> Env { get; init; }
    public required IReadOnlyList<EnvFromPlan> EnvFrom { get; init; }
    public required IReadOnlyList<VolumeRequest> Volumes { get; init; }
    public required IReadOnlyList<SecretRequest> Secrets { get; init; }
    public required Located<string>? ServiceAccount { get; init; }
    public required Located<Duration>? Timeout { get; init; }
    public required Located<Duration>? QueueTimeout { get; init; }
    public required int Retries { get; init; }

    /// <summary>How often the submitter is tried again; null for the operator's two.</summary>
    public required Located<int>? SubmitterRetries { get; init; }
    public required Located<Duration> Keep { get; init; }

    /// <summary>How long a cluster is given for; null for one that stays until its request goes, and for every other kind.</summary>
    public Located<Duration>? Lease { get; init; }

    /// <summary>When it runs; null for what doesn't run by a schedule.</summary>
    public SchedulePlan? Schedule { get; init; }

    /// <summary>
    /// For how many hours of a month it holds what it holds, at most, counting every try; null where nothing ends it.
    /// </summary>
    public double? HoursAtMost =>
        Kind switch
        {
            JobKind.RayCluster => Lease is { } lease ? Math.Min(lease.Value.Hours, Month) : null,
            JobKind.RayService => Month,
            // What it holds is that of all runs that overlap, so their hours are shared out among those.
            JobKind.RayCronJob => Schedule is { } schedule && RunHours is { } hours
                ? schedule.RunsOfMonth * hours / schedule.RunsAtOnce
                : null,
            _ => RunHours,
        };

    /// <summary>How many hours one run may take, counting every try; null where nothing ends it.</summary>
    public double? RunHours => Timeout?.Value.Hours * (1 + Retries);

    /// <summary>The hours of the longest month.</summary>
    public const double Month = 31 * 24;

    /// <summary>The priority's class; null for none.</summary>
    public required Located<string>? PriorityClass { get; init; }

    /// <summary>The existing RayCluster it runs on; null for a cluster of its own.</summary>
    public required Located<string>? Cluster { get; init; }

    public required Located<SubmissionMode> SubmissionMode { get; init; }

    /// <summary>This job's values of the sweep, ordinal by name; empty without one.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> SweepValues { get; init; }

    /// <summary>What the job holds while it lives; of a schedule, what all runs hold that may overlap.</summary>
    public required ResourceDemand Demand { get; init; }

    /// <summary>What one run holds; the same as <see cref="ResourceDemand"/> for what doesn't run by a schedule.</summary>
    public ResourceDemand RunDemand { get; init; } = ResourceDemand.None;

    /// <summary>Local disk of all pods at most: what each asks for, or what its empty volumes may come to where that is more.</summary>
    public Quantity EphemeralStorage
    {
        get
        {
            if (Cluster is not null)
            {
                return Quantity.Zero;
            }

            Quantity scratch = Scratch(Volumes, inMemory: false);
            Quantity all = Larger(Head.Pod.EphemeralStorage?.Value, scratch);
            foreach (WorkerGroupPlan group in Workers)
            {
                all += Larger(group.Pod.EphemeralStorage?.Value, scratch) * group.MaxPods;
            }

            return all;
        }
    }

    /// <summary>What the empty volumes of one pod may come to, on disk or in memory.</summary>
    public static Quantity Scratch(IEnumerable<VolumeRequest> volumes, bool inMemory)
    {
        Quantity sum = Quantity.Zero;
        foreach (VolumeRequest volume in volumes)
        {
            if (volume.EmptyDir is { } size && volume.Medium is not null == inMemory)
            {
                sum += size.Value;
            }
        }

        return sum;
    }

    private static Quantity Larger(Quantity? asked, Quantity scratch) =>
        asked is { } said && said > scratch ? said : scratch;

    /// <summary>The line that stands for whatever the request does not say.</summary>
    public SourceSpan Anchor => Request.Name?.Span ?? Request.Span;
}

/// <summary>When something runs, decided.</summary>
/// <param name="Text">The schedule as written.</param>
/// <param name="Schedule">The same, read.</param>
/// <param name="TimeZone">The time zone; null for the operator's.</param>
/// <param name="Suspend">Whether it rests; null for not said.</param>
/// <param name="RunsAtOnce">The most runs that are there at a time, each counted from its start to the end of its cluster; 1 where nothing ends a run.</param>
public sealed record SchedulePlan(
    Located<string> Text,
    CronSchedule Schedule,
    Located<string>? TimeZone,
    Located<bool>? Suspend,
    long RunsAtOnce
)
{
    /// <summary>The most runs of a month.</summary>
    public long RunsOfMonth { get; } = Schedule.MostInMonth;
}

/// <summary>A file shipped with the job.</summary>
/// <param name="Path">Path in the container, under the working directory.</param>
/// <param name="Content">Its text.</param>
/// <param name="Span">The line of the request that names it.</param>
public sealed record CodeFile(string Path, string Content, SourceSpan Span);

/// <summary>What a pod of the cluster gets beside its amounts, decided.</summary>
public sealed record PodPlan
{
    /// <summary>The full image reference; empty on a cluster that is somebody else's.</summary>
    public required Located<string> Image { get; init; }

    /// <summary>The Secrets with which the image is pulled, as the platform has them for its registry; empty for none.</summary>
    public required IReadOnlyList<string> PullSecrets { get; init; }

    /// <summary>The node pool, by name and as the platform has it; null for any node.</summary>
    public required (Located<string> Name, NodePool Pool)? NodePool { get; init; }

    /// <summary>The size of <c>/dev/shm</c>; null for KubeRay's own choice.</summary>
    public required Located<Quantity>? Shm { get; init; }

    /// <summary>Local disk; null for no limit of its own.</summary>
    public required Located<Quantity>? EphemeralStorage { get; init; }

    /// <summary>Parameters of <c>ray start</c>; null for what KubeRay works out.</summary>
    public required Located<RayStartParamsRequest>? RayStartParams { get; init; }

    /// <summary>Labels of the pod, ordinal by key.</summary>
    public required IReadOnlyList<KeyValuePair<Located<string>, Located<string>>> Labels { get; init; }
}

/// <summary>A source of variables, decided.</summary>
/// <param name="Span">Where the request names it.</param>
/// <param name="Source">What the platform says of it.</param>
public sealed record EnvFromPlan(SourceSpan Span, EnvSource Source);

/// <summary>The head, decided.</summary>
public sealed record HeadPlan(Located<Quantity> Cpu, Located<Quantity> Memory, PodPlan Pod);

/// <summary>A worker group, decided.</summary>
/// <param name="Request">The group as written.</param>
/// <param name="Span">Where it stands.</param>
/// <param name="GpuName">The GPU type it means; null where it asks for none, or where the type is open.</param>
/// <param name="Gpu">The type from the catalogue; null where the catalogue has none of that name, too. A group that asks for GPUs without one can't be planned.</param>
public sealed record WorkerGroupPlan(
    WorkerGroupRequest Request,
    SourceSpan Span,
    Located<string> Name,
    Located<ReplicaRange> Replicas,
    Located<Quantity> Cpu,
    Located<Quantity> Memory,
    string? GpuName,
    GpuType? Gpu,
    Located<int>? Gpus,
    Located<int>? NumOfHosts,
    PodPlan Pod
)
{
    /// <summary>Pods at most: autoscaling counted at its maximum, every host counted.</summary>
    public long MaxPods => (long)Replicas.Value.Max * Hosts;

    /// <summary>GPUs of one pod; 0 for none.</summary>
    public int GpusPerPod => Gpus?.Value ?? 0;

    /// <summary>Hosts, and so pods, of one worker.</summary>
    public int Hosts => NumOfHosts?.Value ?? 1;

    /// <summary>Whether the type is a TPU by its resource.</summary>
    public bool IsTpu => Gpu is { Resource: "google.com/tpu" };

    /// <summary>Where the number of GPUs stands, or what implies it.</summary>
    public SourceSpan GpuSpan => Request.Gpus?.Span ?? Request.Gpu?.Span ?? Span;
}

/// <summary>What one or several jobs hold at most: for quotas, cost and the comment.</summary>
/// <param name="Jobs">How many jobs.</param>
/// <param name="Gpus">GPUs by type, ordinal by name; types with none are absent.</param>
/// <param name="Cpu">CPUs of head, workers, submitter and autoscaler.</param>
/// <param name="Memory">Memory of the same.</param>
/// <param name="MaxCost">Resources × timeout × price × tries; null when no timeout bounds it.</param>
public sealed record ResourceDemand(int Jobs, GpuCounts Gpus, Quantity Cpu, Quantity Memory, double? MaxCost)
{
    /// <summary>Nothing.</summary>
    public static ResourceDemand None { get; } = new(0, GpuCounts.None, Quantity.Zero, Quantity.Zero, 0);

    /// <summary>All together.</summary>
    public static ResourceDemand Sum(IEnumerable<ResourceDemand> demands)
    {
        GpuCounts gpus = GpuCounts.None;
        int jobs = 0;
        Quantity cpu = Quantity.Zero;
        Quantity memory = Quantity.Zero;
        double? cost = 0;
        foreach (ResourceDemand demand in demands)
        {
            jobs += demand.Jobs;
            cpu += demand.Cpu;
            memory += demand.Memory;
            cost += demand.MaxCost;
            gpus = gpus.With(demand.Gpus);
        }

        return new ResourceDemand(jobs, gpus, cpu, memory, cost);
    }

    /// <summary>So many times the same at a time; the cost is that of all its runs and stays.</summary>
    public ResourceDemand Times(long count) =>
        count == 1
            ? this
            : this with
            {
                Jobs = (int)Math.Min(int.MaxValue, Jobs * count),
                Gpus = GpuCounts.Of(Gpus.ToDictionary(g => g.Key, g => g.Value * count, StringComparer.Ordinal)),
                Cpu = Cpu * count,
                Memory = Memory * count,
            };

    /// <summary>Both together.</summary>
    public static ResourceDemand operator +(ResourceDemand left, ResourceDemand right) => Add(left, right);

    /// <summary>Both together.</summary>
    public static ResourceDemand Add(ResourceDemand left, ResourceDemand right) =>
        new(
            left.Jobs + right.Jobs,
            left.Gpus.With(right.Gpus),
            left.Cpu + right.Cpu,
            left.Memory + right.Memory,
            left.MaxCost + right.MaxCost
        );
}
