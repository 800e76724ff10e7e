using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Quantities;
using Rayquest.JobModel.Text;
using Rayquest.JobModel.Yaml;
using Rayquest.JobRender.Manifests;

namespace Rayquest.JobRender.Steps;

/// <summary>Whose the job is and where it comes from: labels to select by, annotations to read.</summary>
internal static class AddOwnership
{
    public static YamlMapping From(JobPlan plan) =>
        ManifestNodes.Map(
            plan.Anchor,
            ("metadata", ManifestNodes.Map(plan.Anchor, ("labels", Labels(plan)), ("annotations", Annotations(plan))))
        );

    /// <summary>The labels every object of the request carries.</summary>
    public static YamlMapping Labels(JobPlan plan)
    {
        SourceSpan anchor = plan.Anchor;
        string prefix = plan.Platform.LabelPrefix;
        return ManifestNodes.Map(
            anchor,
            (ManifestLabels.ManagedBy, ManifestNodes.Text(anchor, ManifestLabels.ManagedByValue)),
            (ManifestLabels.Team(prefix), ManifestNodes.Text(anchor, plan.Team)),
            (ManifestLabels.Request(prefix), ManifestNodes.Text(anchor, plan.Name)),
            (ManifestLabels.Owner(prefix), Owner(plan, asLabel: true))
        );
    }

    /// <summary>The annotations every object of the request carries.</summary>
    public static YamlMapping Annotations(JobPlan plan)
    {
        string prefix = plan.Platform.LabelPrefix;
        return ManifestNodes.Map(
            plan.Anchor,
            (ManifestLabels.Source(prefix), ManifestNodes.Text(plan.Anchor, plan.RequestPath)),
            (ManifestLabels.Owner(prefix), Owner(plan, asLabel: false))
        );
    }

    // A bot's login has brackets, which no label value may have.
    private static YamlScalar? Owner(JobPlan plan, bool asLabel) =>
        plan.Owner is { } owner && KubernetesNames.IsLabelValue(owner) == asLabel
            ? ManifestNodes.Text(plan.Request.Owner?.Span ?? plan.Anchor, owner)
            : null;
}
