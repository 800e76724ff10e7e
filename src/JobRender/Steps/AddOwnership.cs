using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Quantities;
using Rayquest.JobModel.Text;
using Rayquest.JobModel.Yaml;
using Rayquest.JobRender.Manifests;

namespace Rayquest.JobRender.Steps;

/// <summary>Whose the job is and where it comes from: labels to select by, annotations to read.</summary>
internal static class AddOwnership
{
    public static YamlMapping From(JobPlan plan)
    {
        SourceSpan anchor = plan.Anchor;
        string prefix = plan.Platform.LabelPrefix;
        SourceSpan ownerAt = plan.Request.Owner?.Span ?? anchor;
        return Tree.Map(
            anchor,
            (
                "metadata",
                Tree.Map(
                    anchor,
                    ("labels", Labels(plan, anchor)),
                    (
                        "annotations",
                        Tree.Map(
                            anchor,
                            ($"{prefix}/source", Tree.Text(anchor, plan.RequestPath)),
                            // A bot's login has brackets, which no label may have.
                            ($"{prefix}/owner", plan.Owner is { } owner && !KubernetesNames.IsLabelValue(owner) ? Tree.Text(ownerAt, owner) : null)
                        )
                    )
                )
            )
        );
    }

    /// <summary>The labels of ours that every object of the request carries.</summary>
    public static YamlMapping Labels(JobPlan plan, SourceSpan span)
    {
        string prefix = plan.Platform.LabelPrefix;
        return Tree.Map(
            span,
            ("app.kubernetes.io/managed-by", Tree.Text(span, "rayquest")),
            ($"{prefix}/team", Tree.Text(span, plan.Team)),
            ($"{prefix}/request", Tree.Text(span, plan.Name)),
            (
                $"{prefix}/owner",
                plan.Owner is { } owner && KubernetesNames.IsLabelValue(owner) ? Tree.Text(plan.Request.Owner?.Span ?? span, owner) : null
            )
        );
    }
}
