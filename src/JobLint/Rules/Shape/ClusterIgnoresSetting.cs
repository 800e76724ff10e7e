namespace Rayquest.JobLint.Rules.Shape;

/// <summary>RQ0107: settings of a cluster for a job that brings none.</summary>
public sealed class ClusterIgnoresSetting : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ0107", "cluster-ignores-setting", Severity.Error, "A setting has no effect on an existing cluster.")
        {
            Category = RuleCategory.Shape,
            Why =
                "With `cluster` the job runs on a RayCluster that is already there, with its head, workers, image and mounts. What the request says about those would silently be ignored (KubeRay lets the selector win), and the author would get other machines than were asked for.",
            Facts = "J15",
            Bad = Example.Request(
                "name: train\ncluster: shared-dev\nentrypoint: python train.py\nworkers: {replicas: 4}\n"
            ),
            Good = Example.Request("name: train\ncluster: shared-dev\nentrypoint: python train.py\n"),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        if (context.Request.Cluster is null || context.Document.Root is not { } root)
        {
            return [];
        }

        List<Finding> findings = [];
        foreach (YamlEntry entry in root.Entries)
        {
            string? instead = entry.Key.Value switch
            {
                "head" or "workers" or "autoscaling" => "the cluster has its own machines",
                "image" or "rayVersion" => "the cluster has its own image",
                "profile" => "no pods are made for it",
                "volumes" or "secrets" or "serviceAccount" or "nodePool" or "labels" => "no pods are made for it",
                "env" or "envFrom" => "no pods are made for it; use `runtimeEnv.env_vars`",
                _ => null,
            };
            if (instead is not null)
            {
                findings.Add(
                    At(
                        entry.Key.Span,
                        $"`{entry.Key.Value}` has no effect on the existing cluster {context.Request.Cluster.Value}: {(Message)instead}; remove it, or remove `cluster`"
                    )
                );
            }
        }

        if (context.Request.Code?.Value.Files is { } files)
        {
            findings.Add(
                At(
                    files,
                    $"`code.files` can't be mounted into the existing cluster {context.Request.Cluster.Value}; use `code.archive`"
                )
            );
        }

        return findings;
    }
}
