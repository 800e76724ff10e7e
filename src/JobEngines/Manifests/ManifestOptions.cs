using Rayquest.JobModel.Schemas;

namespace Rayquest.JobEngines.Manifests;

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

/// <summary>The operator's feature gates as KubeRay 1.7 ships them (facts, section 1).</summary>
public sealed class FeatureGates(IReadOnlyDictionary<string, bool> stated)
{
    private static readonly Dictionary<string, bool> Defaults = new(StringComparer.Ordinal)
    {
        ["RayClusterStatusConditions"] = true,
        ["RayJobDeletionPolicy"] = true,
        ["RayMultiHostIndexing"] = true,
        ["RayServiceIncrementalUpgrade"] = true,
        ["RayCronJob"] = false,
        ["SidecarSubmitterRestart"] = false,
        ["RayClusterNetworkPolicy"] = false,
        ["GCSFaultToleranceEmbeddedStorage"] = false,
        ["RayClusterMTLS"] = false,
        ["RayClusterHistoryServer"] = false,
        ["KubernetesWAS"] = false,
    };

    /// <summary>The names KubeRay 1.7 knows.</summary>
    public static IEnumerable<string> Known => Defaults.Keys;

    /// <summary>Whether a gate is on.</summary>
    public bool IsOn(string name) => stated.TryGetValue(name, out bool on) ? on : Defaults.GetValueOrDefault(name);

    /// <summary>Whether the state of a gate was told, rather than taken from the defaults.</summary>
    public bool IsStated(string name) => stated.ContainsKey(name);
}
