using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Requests;
using Rayquest.JobModel.Text;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobRender.Manifests;

/// <summary>The nodes of a pod: the labels and tolerations of its GPU type, and those its node pool stands for.</summary>
internal static class PodPlacement
{
    /// <summary>Both together; null where neither says anything.</summary>
    /// <param name="at">Where the GPUs are asked for.</param>
    public static YamlMapping? Of(GpuType? gpu, SourceSpan at, (Located<string> Name, NodePool Pool)? named)
    {
        YamlMapping? ofGpu = gpu is null ? null : Placement(at, gpu.NodeSelector, gpu.Tolerations);
        YamlMapping? ofPool = named is not { } pool
            ? null
            : Placement(pool.Name.Span, pool.Pool.NodeSelector, pool.Pool.Tolerations);
        return ofGpu is null ? ofPool
            : ofPool is null ? ofGpu
            : StrategicMerge.Merge(ofGpu, ofPool);
    }

    private static YamlMapping Placement(
        SourceSpan span,
        IReadOnlyList<KeyValuePair<string, string>> selector,
        IReadOnlyList<YamlMapping> tolerations
    )
    {
        List<YamlEntry> labels = new(selector.Count);
        foreach ((string key, string value) in selector)
        {
            labels.Add(ManifestNodes.Entry(key, ManifestNodes.Text(span, value)));
        }

        return ManifestNodes.Map(
            span,
            ("nodeSelector", labels.Count == 0 ? null : new YamlMapping(span, [.. labels], isFlow: false)),
            ("tolerations", tolerations.Count == 0 ? null : ManifestNodes.List(span, tolerations))
        );
    }
}
