using Rayquest.JobEngines.KubeRay;
using Rayquest.JobEngines.Kubernetes;
using Rayquest.JobEngines.Kubernetes.Pods;
using Rayquest.JobEngines.Kueue;
using Rayquest.JobEngines.Serve;
using Rayquest.JobEngines.Volcano;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Schemas;

namespace Rayquest.JobEngines.CrossChecks;

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
