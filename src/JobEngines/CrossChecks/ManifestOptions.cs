using Rayquest.JobEngines.Manifests;
using Rayquest.JobModel.Schemas;

namespace Rayquest.JobEngines.CrossChecks;

/// <summary>What is known of the cluster the manifests are for; by default nothing.</summary>
public sealed record ManifestOptions
{
    /// <summary>Nothing known: KubeRay 1.7 with its default gates, no other objects.</summary>
    public static ManifestOptions Default { get; } = new();

    /// <summary>The schemas to check against.</summary>
    public SchemaCatalog Schemas { get; init; } = SchemaCatalog.BuiltIn;

    /// <summary>Feature gates of the operator that are known; the others stand as KubeRay 1.7 ships them.</summary>
    public IReadOnlyDictionary<string, bool> FeatureGates { get; init; } =
        new Dictionary<string, bool>(StringComparer.Ordinal);

    /// <summary>Objects that exist in the cluster beside the files: <c>RuntimeClass/nvidia</c>, <c>RayCluster/team-a/shared</c>.</summary>
    public IReadOnlySet<string> KnownObjects { get; init; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>
    /// Whether the files and <see cref="KnownObjects"/> are all there is, so that a name found in neither is an error;
    /// otherwise a cluster or service account we can't see gets the benefit of the doubt and a warning.
    /// </summary>
    public bool IsWholeWorld { get; init; }

    /// <summary>On how many threads files are checked; what is found doesn't depend on it.</summary>
    public int Parallelism { get; init; } = 1;

    /// <summary>Parses <c>A=true,B=false</c> as Kubernetes components take it; null when a part is malformed.</summary>
    public static IReadOnlyDictionary<string, bool>? ParseFeatureGates(string text)
    {
        Dictionary<string, bool> gates = new(StringComparer.Ordinal);
        foreach (string part in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            int equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1 || part[(equals + 1)..] is not ("true" or "false"))
            {
                return null;
            }

            gates[part[..equals]] = part[(equals + 1)..] == "true";
        }

        return gates;
    }
}
