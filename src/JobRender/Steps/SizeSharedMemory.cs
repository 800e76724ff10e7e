using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Text;
using Rayquest.JobModel.Yaml;
using Rayquest.JobRender.Manifests;

namespace Rayquest.JobRender.Steps;

/// <summary>The size of <c>/dev/shm</c>, where a pod has one of its own; KubeRay adds none where something is mounted there.</summary>
internal static class SizeSharedMemory
{
    /// <summary>Where it is mounted.</summary>
    public const string Path = "/dev/shm";

    private const string Volume = "shm";

    public static YamlMapping? From(JobPlan plan) => RayPods.Each(plan, Of);

    private static RayPods.Part? Of(PodPlan pod) =>
        pod.Shm is { } size ? Part(size.Span, Volume, ManifestNodes.Amount(size)) : null;

    /// <summary>A volume in memory, and where it is mounted.</summary>
    internal static RayPods.Part Part(SourceSpan span, string volume, YamlNode size) =>
        new(
            span,
            ManifestNodes.Map(
                span,
                (
                    "volumeMounts",
                    ManifestNodes.List(
                        span,
                        [
                            ManifestNodes.Map(
                                span,
                                ("name", ManifestNodes.Text(span, volume)),
                                ("mountPath", ManifestNodes.Text(span, Path))
                            ),
                        ]
                    )
                )
            ),
            ManifestNodes.Map(
                span,
                ("volumes", ManifestNodes.List(span, [MountVolumes.EmptyDir(volume, span, size, inMemory: true)]))
            )
        );
}
