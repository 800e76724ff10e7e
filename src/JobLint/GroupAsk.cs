namespace Rayquest.JobLint;

/// <summary>What one worker group of a request asks for, with the platform's defaults filled in.</summary>
/// <param name="Group">The group as written.</param>
/// <param name="Span">Where it stands.</param>
/// <param name="Name">Its name, given or by default.</param>
/// <param name="TypeName">The GPU type it means; null when it asks for none or the type is open.</param>
/// <param name="Type">The type from the catalogue; null when it asks for none or the catalogue has no such type.</param>
/// <param name="Gpus">GPUs of one worker (of one host).</param>
/// <param name="Cpu">CPUs of one worker.</param>
/// <param name="Memory">Memory of one worker.</param>
/// <param name="Replicas">How many workers.</param>
/// <param name="Hosts">Hosts of one worker.</param>
public sealed record GroupAsk(
    WorkerGroupRequest Group,
    SourceSpan Span,
    string Name,
    string? TypeName,
    GpuType? Type,
    int Gpus,
    Quantity Cpu,
    Quantity Memory,
    ReplicaRange Replicas,
    int Hosts
)
{
    private static readonly ReplicaRange One = new(1, 1, IsRange: false);

    /// <summary>Pods at most.</summary>
    public long MaxPods => (long)Replicas.Max * Hosts;

    /// <summary>Whether the type is a TPU by its resource.</summary>
    public bool IsTpu => Type is { Resource: "google.com/tpu" };

    /// <summary>Where the number of GPUs stands, or what implies it.</summary>
    public SourceSpan GpuPlace => Group.Gpus?.Span ?? Group.Gpu?.Span ?? Span;

    /// <summary>The groups of a request; none when it runs on an existing cluster.</summary>
    internal static GroupAsk[] Of(JobRequest request, PlatformPolicy platform)
    {
        if (request.Workers is not { Value: { Count: > 0 } asked } || request.Cluster is not null)
        {
            return [];
        }

        GroupAsk[] groups = new GroupAsk[asked.Count];
        for (int i = 0; i < asked.Count; i++)
        {
            WorkerGroupRequest group = asked[i].Value;
            int gpus = group.Gpus?.Value ?? (group.Gpu is null ? 0 : 1);
            string? type = gpus == 0 ? null : JobPlanner.GpuTypeOf(group, platform);
            groups[i] = new GroupAsk(
                group,
                asked[i].Span,
                JobPlanner.GroupName(request, i),
                type,
                type is null ? null : platform.Gpus.GetValueOrDefault(type),
                gpus,
                group.Cpu?.Value ?? platform.Defaults.WorkerCpu,
                group.Memory?.Value ?? platform.Defaults.WorkerMemory,
                group.Replicas?.Value ?? One,
                group.NumOfHosts?.Value ?? 1
            );
        }

        return groups;
    }
}
