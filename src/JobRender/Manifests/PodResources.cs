using Rayquest.JobModel.Text;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobRender.Manifests;

/// <summary>
/// Requests and limits of a Ray container. They are the same: Ray counts CPUs, memory and GPUs by the limits (X12), and
/// the scheduler places by the requests.
/// </summary>
internal static class PodResources
{
    /// <summary>Local disk, as Kubernetes calls it.</summary>
    public const string EphemeralStorage = "ephemeral-storage";

    public static YamlMapping Of(SourceSpan span, YamlMapping amounts) =>
        ManifestNodes.Map(span, ("limits", amounts), ("requests", amounts));
}
