using Rayquest.JobModel.Quantities;
using Rayquest.JobModel.Text;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobModel.Requests;

/// <summary>What kind of Ray object a request asks for.</summary>
public enum JobKind
{
    /// <summary>Runs an entrypoint to its end on a cluster of its own or an existing one.</summary>
    RayJob,

    /// <summary>A cluster that stays.</summary>
    RayCluster,

    /// <summary>A Ray Serve application.</summary>
    RayService,

    /// <summary>A RayJob on a schedule.</summary>
    RayCronJob,
}

/// <summary>How the entrypoint reaches Ray (KubeRay's <c>submissionMode</c>).</summary>
public enum SubmissionMode
{
    /// <summary>A Kubernetes Job submits it.</summary>
    K8sJobMode,

    /// <summary>The operator submits it over HTTP.</summary>
    HTTPMode,

    /// <summary>A container beside the head submits it.</summary>
    SidecarMode,

    /// <summary>A person submits it.</summary>
    InteractiveMode,
}

/// <summary>A request as its author wrote it; null is "not said". Values that could not be read are null and reported.</summary>
public sealed class JobRequest(SourceSpan span)
{
    /// <summary>What a plain manifest says of these fields, as the rules over requests look at it.</summary>
    public static JobRequest OfManifest(
        SourceSpan span,
        Located<string>? image = null,
        Located<string>? rayVersion = null,
        Located<YamlMapping>? runtimeEnv = null,
        Located<SubmissionMode>? submissionMode = null,
        Located<IReadOnlyList<KeyValuePair<Located<string>, Located<string>>>>? env = null,
        Located<JobKind>? kind = null,
        Located<string>? schedule = null,
        Located<string>? timeZone = null,
        Located<bool>? suspend = null
    ) =>
        new(span)
        {
            IsManifest = true,
            Image = image,
            RayVersion = rayVersion,
            RuntimeEnv = runtimeEnv,
            SubmissionMode = submissionMode,
            Env = env,
            Kind = kind,
            Schedule = schedule,
            TimeZone = timeZone,
            Suspend = suspend,
        };

    public SourceSpan Span { get; } = span;

    /// <summary>Whether these are the parts of a plain manifest, whose author knows no key of a request.</summary>
    public bool IsManifest { get; private init; }
    public Located<JobKind>? Kind { get; internal set; }

    /// <summary>The kind it asks for; RayJob where it says none.</summary>
    public JobKind KindOrDefault => Kind?.Value ?? JobKind.RayJob;
    public Located<string>? Name { get; internal set; }
    public Located<string>? Description { get; internal set; }
    public Located<string>? Owner { get; internal set; }
    public Located<string>? Profile { get; internal set; }
    public Located<string>? Image { get; internal set; }
    public Located<string>? RayVersion { get; internal set; }
    public Located<string>? Entrypoint { get; internal set; }
    public Located<CodeRequest>? Code { get; internal set; }
    public Located<YamlMapping>? RuntimeEnv { get; internal set; }
    public Located<HeadRequest>? Head { get; internal set; }
    public Located<IReadOnlyList<Located<WorkerGroupRequest>>>? Workers { get; internal set; }
    public Located<AutoscalingRequest>? Autoscaling { get; internal set; }
    public Located<IReadOnlyList<Located<VolumeRequest>>>? Volumes { get; internal set; }
    public Located<IReadOnlyList<Located<SecretRequest>>>? Secrets { get; internal set; }
    public Located<IReadOnlyList<KeyValuePair<Located<string>, Located<string>>>>? Env { get; internal set; }
    public Located<IReadOnlyList<Located<EnvFromRequest>>>? EnvFrom { get; internal set; }
    public Located<IReadOnlyList<KeyValuePair<Located<string>, Located<string>>>>? Labels { get; internal set; }
    public Located<string>? NodePool { get; internal set; }
    public Located<string>? ServiceAccount { get; internal set; }
    public Located<Duration>? Timeout { get; internal set; }
    public Located<Duration>? QueueTimeout { get; internal set; }
    public Located<int>? Retries { get; internal set; }
    public Located<int>? SubmitterRetries { get; internal set; }
    public Located<Duration>? Keep { get; internal set; }
    public Located<string>? Priority { get; internal set; }
    public Located<string>? Cluster { get; internal set; }
    public Located<Duration>? Lease { get; internal set; }
    public Located<YamlMapping>? Serve { get; internal set; }
    public Located<UpgradeRequest>? Upgrade { get; internal set; }
    public Located<string>? Schedule { get; internal set; }
    public Located<string>? TimeZone { get; internal set; }
    public Located<bool>? Suspend { get; internal set; }
    public Located<SubmissionMode>? SubmissionMode { get; internal set; }
    public Located<int>? Run { get; internal set; }
    public Located<IReadOnlyList<KeyValuePair<Located<string>, Located<IReadOnlyList<Located<string>>>>>>? Sweep
    {
        get;
        internal set;
    }
    public Located<ResultsRequest>? Results { get; internal set; }
    public Located<string>? Template { get; internal set; }
    public Located<IReadOnlyList<KeyValuePair<Located<string>, Located<YamlScalar>>>>? Params { get; internal set; }
}

/// <summary>Where the code comes from: files beside the request, or an archive.</summary>
public sealed class CodeRequest(SourceSpan span)
{
    public SourceSpan Span { get; } = span;

    /// <summary>Path in the container to path beside the request.</summary>
    public Located<IReadOnlyList<KeyValuePair<Located<string>, Located<string>>>>? Files { get; internal set; }

    /// <summary>A URL Ray downloads as working directory.</summary>
    public Located<string>? Archive { get; internal set; }
}

/// <summary>What a pod of the cluster asks for, the head's or a worker's.</summary>
public abstract class PodRequest(SourceSpan span)
{
    public SourceSpan Span { get; } = span;
    public Located<Quantity>? Cpu { get; internal set; }
    public Located<Quantity>? Memory { get; internal set; }

    /// <summary>An image of its own; null for the request's.</summary>
    public Located<string>? Image { get; internal set; }

    /// <summary>A node pool of its own; null for the request's.</summary>
    public Located<string>? NodePool { get; internal set; }

    /// <summary>The size of <c>/dev/shm</c>; null for KubeRay's own choice, all of the memory.</summary>
    public Located<Quantity>? Shm { get; internal set; }

    /// <summary>Local disk for logs, scratch volumes and what is written into the container; null for no limit of its own.</summary>
    public Located<Quantity>? EphemeralStorage { get; internal set; }

    /// <summary>Parameters of <c>ray start</c>; null for what KubeRay works out.</summary>
    public Located<RayStartParamsRequest>? RayStartParams { get; internal set; }
}

/// <summary>What a request may say to <c>ray start</c>.</summary>
public sealed class RayStartParamsRequest(SourceSpan span)
{
    public SourceSpan Span { get; } = span;
    public Located<int>? NumCpus { get; internal set; }
    public Located<Quantity>? Memory { get; internal set; }
    public Located<Quantity>? ObjectStoreMemory { get; internal set; }
    public Located<IReadOnlyList<KeyValuePair<Located<string>, Located<int>>>>? Resources { get; internal set; }
    public Located<string>? PlasmaDirectory { get; internal set; }
}

/// <summary>A Secret or a ConfigMap whose keys become variables.</summary>
public sealed class EnvFromRequest(SourceSpan span)
{
    public SourceSpan Span { get; } = span;
    public Located<string>? Secret { get; internal set; }
    public Located<string>? ConfigMap { get; internal set; }
}

/// <summary>What the head asks for.</summary>
public sealed class HeadRequest(SourceSpan span) : PodRequest(span);

/// <summary>How many workers a group has; autoscaling when the bounds were given.</summary>
/// <param name="Min">Fewest workers.</param>
/// <param name="Max">Most workers; quotas count these.</param>
/// <param name="IsRange">Whether a range was asked for.</param>
public sealed record ReplicaRange(int Min, int Max, bool IsRange);

/// <summary>One worker group.</summary>
public sealed class WorkerGroupRequest(SourceSpan span) : PodRequest(span)
{
    public Located<string>? Name { get; internal set; }
    public Located<ReplicaRange>? Replicas { get; internal set; }
    public Located<string>? Gpu { get; internal set; }
    public Located<int>? Gpus { get; internal set; }
    public Located<int>? NumOfHosts { get; internal set; }
}

/// <summary>The autoscaler's settings.</summary>
public sealed class AutoscalingRequest(SourceSpan span)
{
    public SourceSpan Span { get; } = span;
    public Located<string>? Version { get; internal set; }
    public Located<Duration>? IdleTimeout { get; internal set; }
}

/// <summary>A PersistentVolumeClaim, or an empty volume of each pod's own, mounted into head and workers.</summary>
public sealed class VolumeRequest(SourceSpan span)
{
    public SourceSpan Span { get; } = span;
    public Located<string>? Claim { get; internal set; }

    /// <summary>The size of a volume that is empty at the start and goes with its pod.</summary>
    public Located<Quantity>? EmptyDir { get; internal set; }

    /// <summary>What an empty volume is made of; null for the node's disk.</summary>
    public Located<EmptyDirMedium>? Medium { get; internal set; }
    public Located<string>? Mount { get; internal set; }
    public Located<bool>? ReadOnly { get; internal set; }
}

/// <summary>A Secret as an environment variable (with <c>key</c> and <c>env</c>) or as files (with <c>mount</c>).</summary>
public sealed class SecretRequest(SourceSpan span)
{
    public SourceSpan Span { get; } = span;
    public Located<string>? Name { get; internal set; }
    public Located<string>? Key { get; internal set; }
    public Located<string>? Env { get; internal set; }
    public Located<string>? Mount { get; internal set; }
}

/// <summary>What an empty volume is made of, where not of the node's disk.</summary>
public enum EmptyDirMedium
{
    /// <summary>Memory, counted against the container that writes to it.</summary>
    Memory,
}

/// <summary>How a new cluster of a service takes over from the old one.</summary>
public enum UpgradeStrategy
{
    /// <summary>It is made whole beside the old one, and takes all traffic when it is ready.</summary>
    NewCluster,

    /// <summary>None is made: the cluster stays as it is.</summary>
    None,

    /// <summary>It grows, and takes traffic, step by step.</summary>
    Incremental,
}

/// <summary>How a service is upgraded.</summary>
public sealed class UpgradeRequest(SourceSpan span)
{
    public SourceSpan Span { get; } = span;
    public Located<UpgradeStrategy>? Strategy { get; internal set; }

    /// <summary>Per cent of the old cluster that the new one may be larger by.</summary>
    public Located<int>? MaxSurge { get; internal set; }

    /// <summary>Per cent of the traffic that is moved at a time.</summary>
    public Located<int>? Step { get; internal set; }

    /// <summary>The time between two steps.</summary>
    public Located<Duration>? Interval { get; internal set; }

    /// <summary>The gateway class that divides the traffic.</summary>
    public Located<string>? GatewayClass { get; internal set; }
}
