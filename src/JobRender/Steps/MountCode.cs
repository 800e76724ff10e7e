using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Text;
using Rayquest.JobModel.Yaml;
using Rayquest.JobRender.Manifests;

namespace Rayquest.JobRender.Steps;

/// <summary>
/// Code shipped with the request: a ConfigMap beside the job, each file mounted at its path under <c>/home/ray</c>, which
/// is made the working directory of head and workers. So <c>python train.py</c> finds <c>train.py</c> whatever the image's
/// own working directory is, and the directory stays writable. Ray runs the entrypoint on the head and imports the same
/// modules on the workers, so both have them; the submitter pod needs none.
/// </summary>
internal static class MountCode
{
    /// <summary>Where the files lie: the working directory of Ray's own images.</summary>
    public const string WorkingDirectory = "/home/ray";

    private const string VolumeName = "code";

    // 0755
    private const int Executable = 493;

    public static YamlMapping? From(JobPlan plan)
    {
        if (plan.CodeFiles.Count == 0)
        {
            return null;
        }

        SourceSpan span = plan.Request.Code?.Span ?? plan.Anchor;
        List<YamlNode> mounts = new(plan.CodeFiles.Count);
        foreach ((CodeFile file, string key) in Keys(plan.CodeFiles))
        {
            mounts.Add(
                ManifestNodes.Map(
                    file.Span,
                    ("name", ManifestNodes.Text(file.Span, VolumeName)),
                    ("mountPath", ManifestNodes.Text(file.Span, $"{WorkingDirectory}/{file.Path}")),
                    ("subPath", ManifestNodes.Text(file.Span, key)),
                    ("readOnly", ManifestNodes.True(file.Span))
                )
            );
        }

        return RayPods.Every(
            plan,
            span,
            ManifestNodes.Map(
                span,
                ("workingDir", ManifestNodes.Text(span, WorkingDirectory)),
                ("volumeMounts", ManifestNodes.List(span, mounts))
            ),
            ManifestNodes.Map(
                span,
                (
                    "volumes",
                    ManifestNodes.List(
                        span,
                        [
                            ManifestNodes.Map(
                                span,
                                ("name", ManifestNodes.Text(span, VolumeName)),
                                (
                                    "configMap",
                                    ManifestNodes.Map(
                                        span,
                                        ("name", ManifestNodes.Text(span, plan.CodeConfigMapName())),
                                        // So that `./run.sh` runs; a ConfigMap knows no file modes of its own.
                                        ("defaultMode", ManifestNodes.Integer(span, Executable))
                                    )
                                )
                            ),
                        ]
                    )
                )
            )
        );
    }

    /// <summary>The ConfigMap all jobs of the request share; null where they ship no code or have no pods to mount it in.</summary>
    public static YamlMapping? ConfigMap(RequestPlan request)
    {
        JobPlan plan = request.Jobs[0];
        if (plan.CodeFiles.Count == 0 || plan.Cluster is not null)
        {
            return null;
        }

        SourceSpan span = plan.Request.Code?.Span ?? plan.Anchor;
        List<YamlEntry> data = new(plan.CodeFiles.Count);
        foreach ((CodeFile file, string key) in Keys(plan.CodeFiles))
        {
            data.Add(ManifestNodes.Entry(key, ManifestNodes.Text(file.Span, file.Content)));
        }

        return ManifestNodes.Map(
            span,
            ("apiVersion", ManifestNodes.Text(span, "v1")),
            ("kind", ManifestNodes.Text(span, "ConfigMap")),
            (
                "metadata",
                ManifestNodes.Map(
                    span,
                    ("name", ManifestNodes.Text(span, plan.CodeConfigMapName())),
                    ("namespace", ManifestNodes.Text(span, plan.Namespace)),
                    ("labels", AddOwnership.Labels(plan)),
                    ("annotations", AddOwnership.Annotations(plan))
                )
            ),
            ("data", new YamlMapping(span, [.. data], isFlow: false)),
            // Its name changes with its content, so it never has to change itself; the kubelet need not watch it.
            ("immutable", ManifestNodes.True(span))
        );
    }

    /// <summary>The files, ordinal by path, each with a key a ConfigMap may have; no two files share one.</summary>
    internal static IEnumerable<(CodeFile File, string Key)> Keys(IReadOnlyList<CodeFile> files)
    {
        HashSet<string> taken = new(StringComparer.Ordinal);
        foreach (CodeFile file in files.OrderBy(f => f.Path, StringComparer.Ordinal))
        {
            string key = file.Path.Replace("/", "__", StringComparison.Ordinal);
            if (key.Length > 200)
            {
                key = key[..160] + "-" + JobHeader.Digest(System.Text.Encoding.UTF8.GetBytes(file.Path))[..16];
            }

            if (key.StartsWith("..", StringComparison.Ordinal))
            {
                key = "_" + key;
            }

            while (!taken.Add(key))
            {
                key += "_";
            }

            yield return (file, key);
        }
    }

    /// <summary>The name of the ConfigMap: the jobs of a sweep share it, so it carries the request's hash.</summary>
    private static string CodeConfigMapName(this JobPlan plan) => $"{plan.CodeName}-code";
}
