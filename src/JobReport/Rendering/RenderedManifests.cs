using Rayquest.JobEngines.CrossChecks;
using Rayquest.JobEngines.Manifests;
using Rayquest.JobLint;
using Rayquest.JobLint.Manifests;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Schemas;
using Rayquest.JobRender;

namespace Rayquest.JobReport.Rendering;

/// <summary>
/// Checks what was rendered as the API server and the operator would. The nodes of a rendered manifest carry the spans of
/// the request, profile or policy that decided them, so a fault is reported at the line that caused it.
/// </summary>
public static class RenderedManifests
{
    // Whether a cluster or service account exists is the policies' knowledge here, and rules of their own hold it.
    private static readonly HashSet<string> KnownByPolicy = new(
        ["selected-cluster-missing", "missing-object"],
        StringComparer.Ordinal
    );

    /// <summary>The faults of a rendered file.</summary>
    public static IEnumerable<Finding> Check(RenderedFile file, SchemaCatalog schemas, PlatformPolicy platform) =>
        ManifestLinter
            .Check(
                file.Manifest,
                ManifestOptions.Default with
                {
                    Schemas = schemas,
                    FeatureGates = platform.FeatureGates,
                }
            )
            // The rules of requests have evaluated the request, and what it silences is silenced.
            .Where(f => f.Rule.Category == RuleCategory.Manifest && !KnownByPolicy.Contains(f.Rule.Name));
}
