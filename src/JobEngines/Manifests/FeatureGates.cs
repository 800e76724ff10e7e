namespace Rayquest.JobEngines.Manifests;

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
