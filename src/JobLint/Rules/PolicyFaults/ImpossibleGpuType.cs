using Rayquest.JobEngines.Kubernetes;
using Rayquest.JobEngines.Kubernetes.Pods;
using Rayquest.JobModel.Schemas;

namespace Rayquest.JobLint.Rules.PolicyFaults;

/// <summary>RQ0619: a GPU type that no pod can ask for.</summary>
public sealed class ImpossibleGpuType : PolicyRule
{
    private static readonly string[] Scheduling = ["nodeSelector", "tolerations"];

    private static readonly string[] TolerationKeys = ["key", "operator", "value", "effect", "tolerationSeconds"];

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

    // The type as the pod that would ask for it, judged by the checks of pods at the policy's own places.
    private static IReadOnlyList<ManifestFault> Faults(YamlMapping type)
    {
        FaultList faults = new();
        Field resource = new Field(type, FieldPath.Root, type.Span)["resource"];
        if (
            resource.Text is { } name
            && (Names.Qualified(name) is not null || !name.Contains('/', StringComparison.Ordinal))
        )
        {
            faults.Add(
                PodRules.NodeSelector,
                resource,
                $"`{Names.Shorten(name)}` is no extended resource; write it as the device plugin offers it, such as `nvidia.com/gpu`"
            );
        }

        YamlEntry[] scheduling = [.. Scheduling.Select(type.Entry).OfType<YamlEntry>()];
        YamlMapping spec = new(type.Span, [.. scheduling], isFlow: false);
        YamlScalar key = new(type.Span, "spec", YamlScalarStyle.Plain);
        YamlMapping template = new(type.Span, [new YamlEntry(key, spec)], isFlow: false);
        PodContext pod = new(faults, new Field(template, FieldPath.Root, type.Span), PodRole.Worker);
        SchedulingChecks.Check(pod);
        foreach (Field toleration in pod.Spec["tolerations"].Items())
        {
            foreach ((YamlScalar given, Field value) in toleration.Entries())
            {
                if (!TolerationKeys.Contains(given.Value))
                {
                    faults.Add(
                        PodRules.NodeSelector,
                        Severity.Error,
                        value.Path,
                        given.Span,
                        $"a toleration has no `{Names.Shorten(given.Value)}`{DidYouMean.Phrase(given.Value, TolerationKeys)}",
                        null
                    );
                }
            }
        }

        return faults.Faults;
    }
}
