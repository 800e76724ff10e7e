using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Yaml;
using Rayquest.JobRender.Manifests;

namespace Rayquest.JobRender.Steps;

/// <summary>The ServiceAccount of head and workers.</summary>
internal static class SetServiceAccount
{
    public static YamlMapping? From(JobPlan plan) =>
        plan.ServiceAccount is { } account
            ? RayPods.Every(
                plan,
                account.Span,
                container: null,
                ManifestNodes.Map(account.Span, ("serviceAccountName", ManifestNodes.Text(account)))
            )
            : null;
}
