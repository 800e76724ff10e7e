using System.Globalization;

namespace Rayquest.JobLint.Rules.Clusters;

/// <summary>RQ2068: workers that no replica ever asks for.</summary>
public sealed class WorkersBeyondReplicas : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ2068",
            "workers-beyond-replicas",
            Severity.Warning,
            "The service may have more workers than Serve has replicas for."
        )
        {
            Category = RuleCategory.Resources,
            MayBeIgnored = true,
            Why =
                "Ray's autoscaler brings a worker when a replica finds no place. Where Serve may have no more than so many replicas, the workers beyond them never come, and the quota counts them all the same: for the service, and twice during an upgrade. What starts actors or tasks of its own may need them; say so beside `# rayquest: ignore`.",
            Facts = "SV23",
            Bad = Example.Request(
                "kind: RayService\nname: chat\nimage: ray-gpu\nworkers: {replicas: {min: 1, max: 6}, cpu: 4, memory: 16Gi, gpu: l4, gpus: 1}\nserve:\n  applications:\n  - name: chat\n    import_path: \"app:app\"\n    deployments:\n    - {name: Chat, num_replicas: 2, ray_actor_options: {num_gpus: 1}}\n"
            ),
            Good = Example.Request(
                "kind: RayService\nname: chat\nimage: ray-gpu\nworkers: {replicas: {min: 1, max: 2}, cpu: 4, memory: 16Gi, gpu: l4, gpus: 1}\nserve:\n  applications:\n  - name: chat\n    import_path: \"app:app\"\n    deployments:\n    - {name: Chat, num_replicas: 2, ray_actor_options: {num_gpus: 1}}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        if (
            context.Kind != JobKind.RayService
            || context.Request.Serve?.Value["applications"] is not YamlSequence applications
            || MostReplicas(applications) is not { } most
        )
        {
            yield break;
        }

        // Each worker holds a replica at least, else nothing asked for it.
        foreach (WorkerGroupPlan group in context.Groups)
        {
            ReplicaRange replicas = group.Replicas.Value;
            if (replicas.Min < replicas.Max && replicas.Max > most && replicas.Min <= most)
            {
                yield return At(
                    group.Request.Replicas?.Span ?? group.Span,
                    $"the deployments have {most} replicas at most, so no more than {most} of {replicas.Max} workers are ever asked for, and the quota counts all; write `max: {Math.Max(most, 1)}`, or let the deployments have more"
                );
            }
        }
    }

    // Null where the configuration doesn't tell, and the code may say anything.
    private static long? MostReplicas(YamlSequence applications)
    {
        long sum = 0;
        foreach (YamlNode application in applications.Items)
        {
            if ((application as YamlMapping)?["deployments"] is not YamlSequence { Items.Length: > 0 } deployments)
            {
                return null;
            }

            foreach (YamlNode item in deployments.Items)
            {
                if (
                    item is not YamlMapping deployment
                    || deployment["placement_group_bundles"] is not null
                    || Number(
                        deployment["autoscaling_config"] is YamlMapping scaling
                            ? scaling["max_replicas"]
                            : deployment["num_replicas"]
                    )
                        is not { } count
                )
                {
                    return null;
                }

                sum += count;
            }
        }

        return sum > 0 ? sum : null;
    }

    private static int? Number(YamlNode? node) =>
        node is YamlScalar { Value: { } text }
        && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count)
            ? count
            : null;
}
