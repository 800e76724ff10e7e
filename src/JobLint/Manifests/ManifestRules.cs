using Rayquest.JobLint.Manifests.Kueue;
using Rayquest.JobLint.Manifests.Pods;
using Rayquest.JobLint.Manifests.Serve;
using Rayquest.JobLint.Manifests.Volcano;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Schemas;

namespace Rayquest.JobLint.Manifests;

/// <summary>The catalogue of the rules for plain manifests, in the order of their codes.</summary>
public static class ManifestRules
{
    /// <summary>All rules for plain manifests.</summary>
    public static IReadOnlyList<RuleInfo> All { get; } =
    [
        .. SchemaRules.All,
        .. MetadataRules.All,
        .. KubeRayRules.All,
        .. PodRules.All,
        .. KueueRules.All,
        .. VolcanoRules.All,
        .. ServeRules.All,
    ];
}
