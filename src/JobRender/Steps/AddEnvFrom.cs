using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Text;
using Rayquest.JobModel.Yaml;
using Rayquest.JobRender.Manifests;

namespace Rayquest.JobRender.Steps;

/// <summary>
/// The variables of whole Secrets and ConfigMaps, in head and workers. The keys that the platform lists are written out one by one,
/// so that no other ever arrives; only where it gives a prefix does Kubernetes take them all, under that.
/// </summary>
internal static class AddEnvFrom
{
    public static YamlMapping? From(JobPlan plan)
    {
        List<YamlNode> variables = [];
        List<YamlNode> whole = [];
        foreach ((SourceSpan span, EnvSource source) in plan.EnvFrom)
        {
            string name = (source.Secret ?? source.ConfigMap)!.Value;
            bool isSecret = source.Secret is not null;
            if (source.Prefix is { } prefix)
            {
                whole.Add(
                    ManifestNodes.Map(
                        span,
                        ("prefix", ManifestNodes.Text(span, prefix.Value)),
                        (
                            isSecret ? "secretRef" : "configMapRef",
                            ManifestNodes.Map(span, ("name", ManifestNodes.Text(span, name)))
                        )
                    )
                );
            }

            foreach (Located<string> key in source.Keys)
            {
                YamlMapping reference = ManifestNodes.Map(
                    span,
                    ("name", ManifestNodes.Text(span, name)),
                    ("key", ManifestNodes.Text(span, key.Value))
                );
                variables.Add(
                    ManifestNodes.Map(
                        span,
                        ("name", ManifestNodes.Text(span, key.Value)),
                        (
                            "valueFrom",
                            ManifestNodes.Map(span, (isSecret ? "secretKeyRef" : "configMapKeyRef", reference))
                        )
                    )
                );
            }
        }

        if (variables.Count == 0 && whole.Count == 0)
        {
            return null;
        }

        SourceSpan at = plan.Request.EnvFrom?.Span ?? plan.Anchor;
        return RayPods.Every(
            plan,
            at,
            ManifestNodes.Map(
                at,
                ("env", variables.Count == 0 ? null : ManifestNodes.List(at, variables)),
                ("envFrom", whole.Count == 0 ? null : ManifestNodes.List(at, whole))
            )
        );
    }
}
