using System.Globalization;
using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Yaml;
using Rayquest.JobRender.Manifests;

namespace Rayquest.JobRender.Steps;

/// <summary>
/// How long the cluster is given for, as annotations of the object: the operator knows no lease, and an edit of one touches no
/// pod.
/// </summary>
internal static class SetLease
{
    public static YamlMapping? From(JobPlan plan)
    {
        string prefix = plan.Platform.LabelPrefix;
        YamlScalar? lease = plan.Lease is { } given ? ManifestNodes.Text(given.Span, given.Value.ToString()) : null;
        YamlScalar? run = plan.Request.Run is { Value: > 1 } again
            ? ManifestNodes.Text(again.Span, again.Value.ToString(CultureInfo.InvariantCulture))
            : null;
        return lease is null && run is null
            ? null
            : ManifestNodes.Map(
                plan.Anchor,
                (
                    "metadata",
                    ManifestNodes.Map(
                        plan.Anchor,
                        (
                            "annotations",
                            ManifestNodes.Map(
                                plan.Anchor,
                                (ManifestLabels.Lease(prefix), lease),
                                (ManifestLabels.Run(prefix), run)
                            )
                        )
                    )
                )
            );
    }
}
