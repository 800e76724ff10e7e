namespace Rayquest.JobLint.Context;

/// <summary>The pods that a profile says something of.</summary>
internal static class ProfilePods
{
    /// <summary>The <c>spec</c> of the head's pod and of each worker group's.</summary>
    public static IEnumerable<YamlMapping> Of(YamlMapping profile)
    {
        YamlMapping? cluster = (profile["spec"] as YamlMapping)?["rayClusterSpec"] as YamlMapping;
        return ((cluster?["workerGroupSpecs"] as YamlSequence)?.Items ?? [])
            .Append(cluster?["headGroupSpec"] ?? profile)
            .Select(group => ((group as YamlMapping)?["template"] as YamlMapping)?["spec"])
            .OfType<YamlMapping>();
    }

    /// <summary>The containers of such a pod.</summary>
    public static IEnumerable<YamlMapping> Containers(YamlMapping pod) =>
        ((pod["containers"] as YamlSequence)?.Items ?? []).OfType<YamlMapping>();
}
