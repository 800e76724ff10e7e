namespace Rayquest.JobLint.Rules.Resources;

/// <summary>RQ2028: memory without a unit.</summary>
public sealed class MemoryInBytes : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ2028",
            "memory-in-bytes",
            Severity.Error,
            "An amount of memory or disk is so small that a unit must be missing."
        )
        {
            Category = RuleCategory.Resources,
            Why =
                "A bare number is bytes to Kubernetes, and `512m` is half a byte. The container would be killed before Python has started, again and again; a volume, `/dev/shm` or local disk of so few bytes is full with the first file, and the pod is evicted.",
            Bad = Example.Request("name: train\nentrypoint: python train.py\nworkers: {replicas: 1, memory: 16}\n"),
            Good = Example.Request("name: train\nentrypoint: python train.py\nworkers: {replicas: 1, memory: 16Gi}\n"),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context) =>
        MemorySizes
            .Of(context, memory => memory < MemorySizes.Implausible ? Check(memory, "memory") : null, this.At)
            .Concat(
                Sizes(context.Request)
                    .Where(s => s.Size.Value < MemorySizes.SmallestVolume)
                    .Select(s => At(s.Size, Check(s.Size.Value, s.Of)))
            );

    private static IEnumerable<(Located<Quantity> Size, string Of)> Sizes(JobRequest request)
    {
        IEnumerable<PodRequest?> pods = (request.Workers?.Value ?? []).Select(w => (PodRequest)w.Value);
        foreach (PodRequest? pod in pods.Prepend(request.Head?.Value))
        {
            if (pod?.Shm is { } shm)
            {
                yield return (shm, "`/dev/shm`");
            }

            if (pod?.EphemeralStorage is { } disk)
            {
                yield return (disk, "local disk");
            }

            if (pod?.RayStartParams?.Value.Memory is { } memory)
            {
                yield return (memory, "memory");
            }
        }

        foreach (Located<VolumeRequest> volume in request.Volumes?.Value ?? [])
        {
            if (volume.Value.EmptyDir is { } size)
            {
                yield return (size, "volume");
            }
        }
    }

    private static Message Check(Quantity amount, string of) =>
        $"this is {(amount.IsWhole ? (Message)$"{amount.Ceiling()} bytes" : "a fraction of a byte")} of {(Message)of}; write a unit, such as `16Gi`";

    private Finding At(Located<Quantity> place, Message message)
    {
        string digits = place.Span.Text.TrimEnd('m');
        string better = digits + (digits.Length > 2 ? "Mi" : "Gi");
        bool plain = digits.Length > 0 && digits.All(char.IsAsciiDigit);
        return base.At(
            place,
            message,
            plain ? Replace($"Write `{better}`", place.Span, better, FixSafety.Unsafe) : null
        );
    }
}
