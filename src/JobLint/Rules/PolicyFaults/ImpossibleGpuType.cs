using Rayquest.JobEngines.Kubernetes.Pods;
using Rayquest.JobEngines.Manifests;
using Rayquest.JobModel.Schemas;

namespace Rayquest.JobLint.Rules.PolicyFaults;

/// <summary>RQ0619: a GPU type that no pod can ask for.</summary>
public sealed class ImpossibleGpuType : PolicyRule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ0619",
            "impossible-gpu-type",
            Severity.Error,
            "A GPU type of the catalogue is described by what Kubernetes refuses."
        )
        {
            Category = RuleCategory.Policy,
            Why =
                "Its resource, labels and tolerations go into the pods of everybody who asks for the type, whose request would be blamed. A resource is `domain/name`, labels and tolerations follow the grammar of Kubernetes.",
            Bad = Example.Policy(
                "# policies/platform.yaml\ngpus: {a100: {tolerations: [{key: gpu, effect: NoSchedul}]}, l4: {}, tpu-v6e: {}, tpu-v6e-16: {}}\n"
            ),
            Good = Example.Policy(
                "# policies/platform.yaml\ngpus: {a100: {tolerations: [{key: gpu, operator: Exists, effect: NoSchedule}]}, l4: {}, tpu-v6e: {}, tpu-v6e-16: {}}\n"
            ),
        };

    /// <inheritdoc/>
    protected override IEnumerable<Finding> Check(LoadedPolicies loaded)
    {
        if (
            !loaded.Files.TryGetValue(PolicyLoader.PlatformPath, out YamlFile? file)
            || file.Root is not YamlMapping root
        )
        {
            yield break;
        }

        foreach (YamlEntry entry in (root["gpus"] as YamlMapping)?.Entries ?? [])
        {
            if (entry.Value is not YamlMapping type)
            {
                continue;
            }

            foreach (ManifestFault fault in Faults(type))
            {
                yield return At(fault.Span, $"GPU type {entry.Key.Value}: {fault.Message}");
            }
        }
    }

    private static IReadOnlyList<ManifestFault> Faults(YamlMapping type)
    {
        FaultList faults = new();
        Field resource = new Field(type, FieldPath.Root, type.Span)["resource"];
        if (
            resource.Text is { } name
            && (NameGrammar.Qualified(name) is not null || !name.Contains('/', StringComparison.Ordinal))
        )
        {
            faults.Add(
                PodRules.NodeSelector,
                resource,
                $"`{NameGrammar.Shorten(name)}` is not an extended resource; write it as the device plugin offers it, such as `nvidia.com/gpu`"
            );
        }

        return [.. faults.Faults, .. NodeChoice.Faults(type)];
    }
}
