using Rayquest.JobModel.Requests;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobModel.Plans;

/// <summary>
/// How large a request's manifests will be, before they are made: a generous estimate in bytes, profile left out.
/// A few kilobytes of request can ask for gigabytes of manifest, since a sweep, its groups and its variables multiply.
/// </summary>
public static class ManifestSize
{
    /// <summary>Most one job may take: an API server stores no more than 1.5 MiB an object, and the operator copies it.</summary>
    public const long MostPerJob = 1024 * 1024;

    /// <summary>Most one file may take: Argo CD reads no more than 10 MiB of manifests from a folder.</summary>
    public const long MostPerFile = 8 * 1024 * 1024;

    // The fixed text of a job, of one of its pods, and of one entry of a list in it.
    private const long Job = 1_200;
    private const long Pod = 1_500;
    private const long Entry = 160;

    /// <summary>All jobs of the request, taken for as large as the first, and the code they share.</summary>
    public static long Of(RequestPlan plan) =>
        plan.Jobs.Count == 0 ? 0 : (plan.Jobs.Count * Of(plan.Jobs[0])) + OfCode(plan.Jobs[0]);

    private static long OfCode(JobPlan plan)
    {
        long size = 0;
        foreach (CodeFile file in plan.CodeFiles)
        {
            size += Entry + Of(file.Content);
        }

        return size;
    }

    /// <summary>One job.</summary>
    public static long Of(JobPlan plan)
    {
        long size = Job + Of(plan.Entrypoint?.Value ?? "") + (plan.RuntimeEnv is { } environment ? Of(environment) : 0);
        if (plan.Cluster is not null)
        {
            return size;
        }

        long pod = Pod + (plan.Volumes.Count + plan.Secrets.Count) * (3 * Entry);
        foreach (VolumeRequest volume in plan.Volumes)
        {
            pod += 2L * Of(volume.Claim?.Value ?? "") + Of(volume.Mount?.Value ?? "");
        }

        foreach (SecretRequest secret in plan.Secrets)
        {
            pod +=
                2L * Of(secret.Name?.Value ?? "")
                + Of(secret.Key?.Value ?? "")
                + Of(secret.Env?.Value ?? "")
                + Of(secret.Mount?.Value ?? "");
        }

        foreach (EnvFromPlan source in plan.EnvFrom)
        {
            pod +=
                source.Source.Keys.Sum(k => (4 * Entry) + (2L * k.Value.Length) + Of(NameOf(source.Source)))
                + (4 * Entry);
        }

        foreach ((Text.Located<string> name, Text.Located<string> value) in plan.Env)
        {
            pod += Entry + name.Value.Length + Of(value.Value);
        }

        foreach (CodeFile file in plan.CodeFiles)
        {
            pod += Entry + (2L * file.Path.Length);
        }

        return size + (pod * (1 + plan.Workers.Count));
    }

    private static string NameOf(Policies.EnvSource source) => (source.Secret ?? source.ConfigMap)?.Value ?? "";

    private static long Of(YamlNode node) =>
        node switch
        {
            YamlMapping mapping => Of(mapping),
            YamlSequence list => Of(list),
            YamlScalar scalar => Of(scalar.Value),
            _ => 0,
        };

    private static long Of(YamlMapping mapping)
    {
        long size = 0;
        foreach (YamlEntry entry in mapping.Entries)
        {
            size += 48 + Of(entry.Key.Value) + Of(entry.Value);
        }

        return size;
    }

    private static long Of(YamlSequence list)
    {
        long size = 0;
        foreach (YamlNode item in list.Items)
        {
            size += 48 + Of(item);
        }

        return size;
    }

    // A line break brings the indentation of the next line, a character that must be escaped becomes several.
    private static long Of(string text)
    {
        long size = 0;
        foreach (char c in text)
        {
            size += c switch
            {
                '\n' => 24,
                < ' ' or '"' or '\\' or (>= '\u007F' and <= '\u009F') => 4,
                <= '~' => 1,
                _ => 6,
            };
        }

        return size;
    }
}
