namespace Rayquest.JobLint.Rules.Resources;

/// <summary>RQ2055: a node pool beside a profile that picks nodes by another label.</summary>
public sealed class NodePoolBesideProfile : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ2055",
            "node-pool-beside-profile",
            Severity.Warning,
            "The profile picks nodes, too, by another label than the node pool."
        )
        {
            Category = RuleCategory.Resources,
            MayBeIgnored = true,
            Why =
                "A pod goes to nodes that have every label it is given: those of its node pool and those of the profile. Of the same label the pool's value counts, and takes the profile's place. Where the labels differ a node needs both, and if none has both the pod waits for ever. The labels `kubernetes.io/os` and `kubernetes.io/arch` are every node's, and nothing is said of them.",
            Bad = Example.Repository(
                "# file: policies/platform.yaml\ngpus: {a100: {}, l4: {}, tpu-v6e: {}, tpu-v6e-16: {}}\nnodePools: {spot: {nodeSelector: {spot: \"true\"}}}\ndefaults: {image: ray, profile: own}\n# file: policies/profiles/own.yaml\nspec: {rayClusterSpec: {headGroupSpec: {template: {spec: {nodeSelector: {pool: plain}}}}}}\n# file: jobs-requests/vision/train.yaml\nname: train\nentrypoint: python train.py\nnodePool: spot\n"
            ),
            Good = Example.Repository(
                "# file: policies/platform.yaml\ngpus: {a100: {}, l4: {}, tpu-v6e: {}, tpu-v6e-16: {}}\nnodePools: {spot: {nodeSelector: {pool: spot}}}\ndefaults: {image: ray, profile: own}\n# file: policies/profiles/own.yaml\nspec: {rayClusterSpec: {headGroupSpec: {template: {spec: {nodeSelector: {pool: plain}}}}}}\n# file: jobs-requests/vision/train.yaml\nname: train\nentrypoint: python train.py\nnodePool: spot\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        if (
            context.Plan?.Jobs is not [{ Cluster: null, Profile: { } profile } job, ..]
            || (profile.Manifest["spec"] as YamlMapping)?["rayClusterSpec"] is not YamlMapping cluster
        )
        {
            yield break;
        }

        if (Of(job.Head.Pod, cluster["headGroupSpec"], "the head", profile.Name) is { } ofHead)
        {
            yield return ofHead;
        }

        HashSet<SourceSpan> reported = [];
        foreach (WorkerGroupPlan group in job.Workers)
        {
            foreach (
                YamlMapping said in ((cluster["workerGroupSpecs"] as YamlSequence)?.Items ?? []).OfType<YamlMapping>()
            )
            {
                string? name = (said["groupName"] as YamlScalar)?.Value;
                if (
                    (name == "*" || name == group.Name.Value)
                    && Of(group.Pod, said, $"group `{group.Name.Value}`", profile.Name) is { } finding
                    && reported.Add(finding.Span)
                )
                {
                    yield return finding;
                }
            }
        }
    }

    private Finding? Of(PodPlan pod, YamlNode? group, Message whose, string profile)
    {
        if (
            pod.NodePool is not { Pool.NodeSelector: { Count: > 0 } labels } named
            || ((group as YamlMapping)?["template"] as YamlMapping)?["spec"] is not YamlMapping spec
        )
        {
            return null;
        }

        foreach (YamlEntry label in (spec["nodeSelector"] as YamlMapping)?.Entries ?? [])
        {
            if (
                label.Key.Value is not ("kubernetes.io/os" or "kubernetes.io/arch")
                && !labels.Any(l => l.Key == label.Key.Value)
            )
            {
                return At(
                    named.Name,
                    $"{whose} goes to nodes of pool {named.Name.Value} that have `{MessageText.Shorten(label.Key.Value)}` of the profile {profile} as well; where none has both it waits for ever: ask the platform team to set that label in the pool, too, or use a profile without it"
                );
            }
        }

        return null;
    }
}
