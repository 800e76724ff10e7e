namespace Rayquest.JobLint.Rules.PolicyFaults;

/// <summary>RQ0624: two GPU types that Kueue can't tell apart.</summary>
public sealed class GpuTypesAlike : PolicyRule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ0624",
            "gpu-types-alike",
            Severity.Warning,
            "Two GPU types share a resource, and the nodes of one pass for the other's."
        )
        {
            Category = RuleCategory.Policy,
            Why =
                "Under Kueue a GPU type is a ResourceFlavor, which is chosen by the pod's resource and node labels alone. Where the labels of one type are among another's, pods of the latter fit both flavors: they are counted against the first with room, and a team gets GPUs that its quota gave it of the other type.",
            Facts = "K11, K12",
            Bad = Example.Policy(
                "# policies/platform.yaml\nscheduler: kueue\ngpus: {a100: {nodeSelector: {gpu: a100}}, l4: {}, tpu-v6e: {resource: google.com/tpu, nodeSelector: {tpu: small}}, tpu-v6e-16: {resource: google.com/tpu, nodeSelector: {tpu: large}}}\ndefaults: {image: ray}\n"
            ),
            Good = Example.Policy(
                "# policies/platform.yaml\nscheduler: kueue\ngpus: {a100: {nodeSelector: {gpu: a100}}, l4: {nodeSelector: {gpu: l4}}, tpu-v6e: {resource: google.com/tpu, nodeSelector: {tpu: small}}, tpu-v6e-16: {resource: google.com/tpu, nodeSelector: {tpu: large}}}\ndefaults: {image: ray}\n"
            ),
        };

    /// <inheritdoc/>
    protected override IEnumerable<Finding> Check(LoadedPolicies loaded)
    {
        PlatformPolicy platform = loaded.Policies.Platform;
        if (platform.Scheduler != SchedulerKind.Kueue || platform.ArgoCd.Queues == ArgoCdPart.Existing)
        {
            yield break;
        }

        foreach ((string name, GpuType type) in platform.Gpus)
        {
            string[] alike =
            [
                .. platform
                    .Gpus.Where(other =>
                        other.Key != name && other.Value.Resource == type.Resource && Fits(other.Value, type)
                    )
                    .Select(other => other.Key)
                    .Order(StringComparer.Ordinal),
            ];
            if (alike.Length > 0)
            {
                yield return At(
                    SpanOfKey(loaded, PolicyLoader.PlatformPath, ["gpus"], name),
                    $"pods that ask for {MessageText.List(alike, "or")} pass for {name}, too: both are `{type.Resource}`, and no label in `nodeSelector` of {name} keeps them out; give {name} a label that its nodes alone have"
                );
            }
        }
    }

    // A key that the flavor lacks isn't looked at; one that the pod lacks is filled in.
    private static bool Fits(GpuType asked, GpuType flavor) =>
        flavor.NodeSelector.All(label =>
            asked.NodeSelector.All(own => own.Key != label.Key || own.Value == label.Value)
        );
}
