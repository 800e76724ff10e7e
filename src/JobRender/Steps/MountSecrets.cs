using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Requests;
using Rayquest.JobModel.Text;
using Rayquest.JobModel.Yaml;
using Rayquest.JobRender.Manifests;

namespace Rayquest.JobRender.Steps;

/// <summary>Secrets as environment variables (<c>key</c> and <c>env</c>) or as a read-only folder (<c>mount</c>).</summary>
internal static class MountSecrets
{
    public static YamlMapping? From(JobPlan plan)
    {
        List<YamlNode> variables = [];
        List<YamlNode> mounts = [];
        SortedDictionary<string, YamlNode> volumes = new(StringComparer.Ordinal);
        foreach (SecretRequest secret in plan.Secrets)
        {
            if (secret is { Name: { } name, Key: { } key, Env: { } variable })
            {
                variables.Add(Variable(name, key, variable));
            }
            else if (secret is { Name: { } mounted, Mount: { } path })
            {
                string volume = VolumeNames.Of("secret", mounted.Value);
                mounts.Add(VolumeNames.Mount(volume, path, isReadOnly: true));
                volumes[volume] = ManifestNodes.Map(
                    mounted.Span,
                    ("name", ManifestNodes.Text(mounted.Span, volume)),
                    ("secret", ManifestNodes.Map(mounted.Span, ("secretName", ManifestNodes.Text(mounted))))
                );
            }
        }

        SourceSpan span = plan.Request.Secrets?.Span ?? plan.Anchor;
        YamlMapping container = ManifestNodes.Map(
            span,
            ("env", variables.Count == 0 ? null : ManifestNodes.List(span, variables)),
            ("volumeMounts", mounts.Count == 0 ? null : ManifestNodes.List(span, mounts))
        );
        return container.Entries.Length == 0
            ? null
            : RayPods.Every(
                plan,
                span,
                container,
                volumes.Count == 0
                    ? null
                    : ManifestNodes.Map(span, ("volumes", ManifestNodes.List(span, [.. volumes.Values])))
            );
    }

    private static YamlMapping Variable(Located<string> secret, Located<string> key, Located<string> variable) =>
        ManifestNodes.Map(
            variable.Span,
            ("name", ManifestNodes.Text(variable)),
            (
                "valueFrom",
                ManifestNodes.Map(
                    secret.Span,
                    (
                        "secretKeyRef",
                        ManifestNodes.Map(
                            secret.Span,
                            ("name", ManifestNodes.Text(secret)),
                            ("key", ManifestNodes.Text(key))
                        )
                    )
                )
            )
        );
}
