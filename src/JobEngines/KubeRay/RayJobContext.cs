using Rayquest.JobEngines.CrossChecks;
using Rayquest.JobEngines.Manifests;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Schemas;

namespace Rayquest.JobEngines.KubeRay;

/// <summary>A RayJob spec, be it of a RayJob or of a RayCronJob's template.</summary>
public sealed record RayJobContext(FaultList Faults, Field Spec, FeatureGates Gates)
{
    /// <summary>The submission mode; empty and absent mean the default.</summary>
    public string Mode => Spec["submissionMode"].Text is { Length: > 0 } mode ? mode : "K8sJobMode";

    /// <summary>Whether the job runs on a cluster that is there already; then the cluster spec is ignored.</summary>
    public bool HasSelector => Spec["clusterSelector"].Count > 0;

    /// <summary>Reports a fault.</summary>
    public void Add(RuleInfo rule, Field at, Message message) => Faults.Add(rule, at, message);
}
