using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Text;
using Rayquest.JobModel.Yaml;
using Rayquest.JobRender.Canonical;
using Rayquest.JobRender.Manifests;

namespace Rayquest.JobRender.Steps;

/// <summary>Ray's runtime environment as the YAML text KubeRay wants, with the code archive as its working directory.</summary>
internal static class AddRuntimeEnv
{
    public static YamlMapping? From(JobPlan plan)
    {
        SourceSpan span = plan.RuntimeEnv?.Span ?? plan.Archive?.Span ?? plan.Anchor;
        YamlMapping environment = plan.RuntimeEnv ?? new YamlMapping(span, [], isFlow: false);
        if (plan.Archive is { } archive)
        {
            environment = StrategicMerge.Merge(
                environment,
                ManifestNodes.Map(archive.Span, ("working_dir", ManifestNodes.Text(archive)))
            );
        }

        return environment.Entries.Length == 0
            ? null
            : RayPods.Spec(
                span,
                ("runtimeEnvYAML", ManifestNodes.Text(span, CanonicalYaml.Write(WithTextVariables(environment))))
            );
    }

    // Ray takes nothing but text for the values of env_vars (5.2), so 0.1 and true become text.
    private static YamlMapping WithTextVariables(YamlMapping environment)
    {
        if (environment["env_vars"] is not YamlMapping variables)
        {
            return environment;
        }

        List<YamlEntry> texts = new(variables.Entries.Length);
        foreach (YamlEntry entry in variables.Entries)
        {
            texts.Add(
                entry.Value is YamlScalar { IsNull: false } scalar
                    ? new YamlEntry(entry.Key, ManifestNodes.Text(scalar.Span, scalar.Value))
                    : entry
            );
        }

        List<YamlEntry> entries = new(environment.Entries.Length);
        foreach (YamlEntry entry in environment.Entries)
        {
            entries.Add(
                entry.Key.Value == "env_vars"
                    ? new YamlEntry(entry.Key, new YamlMapping(variables.Span, [.. texts], isFlow: false))
                    : entry
            );
        }

        return new YamlMapping(environment.Span, [.. entries], isFlow: false);
    }
}
