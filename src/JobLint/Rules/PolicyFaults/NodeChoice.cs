using Rayquest.JobEngines.Kubernetes.Pods;
using Rayquest.JobEngines.Manifests;
using Rayquest.JobLint.Manifests;
using Rayquest.JobModel.Schemas;

namespace Rayquest.JobLint.Rules.PolicyFaults;

/// <summary>Labels and tolerations that a policy gives to pods.</summary>
internal static class NodeChoice
{
    private static readonly string[] Scheduling = ["nodeSelector", "tolerations"];

    private static readonly string[] TolerationKeys = ["key", "operator", "value", "effect", "tolerationSeconds"];

    /// <summary>What is wrong with them: they are evaluated as those of a pod, by the checks of pods, at the policy's own places.</summary>
    public static IReadOnlyList<ManifestFault> Faults(YamlMapping type)
    {
        FaultList faults = new();
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
                        $"a toleration has no `{NameGrammar.Shorten(given.Value)}`{DidYouMean.Phrase(given.Value, TolerationKeys)}",
                        null
                    );
                }
            }
        }

        return faults.Faults;
    }
}
