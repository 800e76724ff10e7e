namespace Rayquest.JobLint.Rules.PolicyFaults;

/// <summary>RQ0634: a profile's volume by a name that requests write.</summary>
public sealed class ProfileVolumeName : PolicyRule
{
    private const string SharedMemory = "/dev/shm";

    // As the render steps name what a request mounts.
    private static readonly string[] Prefixes = ["secret-", "claim-", "scratch-"];

    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ0634",
            "profile-volume-name",
            Severity.Error,
            "A volume of a profile has a name that volumes of requests get."
        )
        {
            Category = RuleCategory.Policy,
            Why =
                "Volumes of one name are one volume, and the request's comes last: `code` becomes its ConfigMap, `shm` an empty volume in memory, `secret-NAME` the Secret NAME, whatever the profile keeps there.",
            Bad = Example.Policy(
                "# policies/profiles/gpu.yaml\nspec:\n  rayClusterSpec:\n    headGroupSpec:\n      template:\n        spec:\n          containers:\n          - name: ray-head\n            volumeMounts: [{name: code, mountPath: /opt/shared}]\n          volumes: [{name: code, persistentVolumeClaim: {claimName: shared}}]\n"
            ),
            Good = Example.Policy(
                "# policies/profiles/gpu.yaml\nspec:\n  rayClusterSpec:\n    headGroupSpec:\n      template:\n        spec:\n          containers:\n          - name: ray-head\n            volumeMounts: [{name: shared-code, mountPath: /opt/shared}]\n          volumes: [{name: shared-code, persistentVolumeClaim: {claimName: shared}}]\n"
            ),
        };

    /// <inheritdoc/>
    protected override IEnumerable<Finding> Check(LoadedPolicies loaded)
    {
        foreach (ProfilePolicy profile in loaded.Policies.Profiles.Values)
        {
            foreach (YamlMapping pod in ProfilePods.Of(profile.Manifest))
            {
                foreach (YamlNode item in (pod["volumes"] as YamlSequence)?.Items ?? [])
                {
                    if ((item as YamlMapping)?["name"] is YamlScalar name && Taken(name.Value, pod) is { } why)
                    {
                        yield return At(name.Span, $"`{name.Value}` is the name of {why}; name this volume otherwise");
                    }
                }
            }
        }
    }

    private static string? Taken(string name, YamlMapping pod) =>
        name == "code" ? "the volume with a request's own code"
        : name == "shm" && !IsSharedMemory(pod) ? "the volume that a request's `shm` makes at `/dev/shm`"
        : Prefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal))
            ? "what a request mounts: `secret-`, `claim-` and `scratch-` begin such names"
        : null;

    // The profile's own size of the same thing, which a request may change.
    private static bool IsSharedMemory(YamlMapping pod)
    {
        string[] paths =
        [
            .. ProfilePods
                .Containers(pod)
                .SelectMany(c => (c["volumeMounts"] as YamlSequence)?.Items ?? [])
                .OfType<YamlMapping>()
                .Where(m => m["name"] is YamlScalar { Value: "shm" })
                .Select(m => m["mountPath"] is YamlScalar path ? path.Value.TrimEnd('/') : ""),
        ];
        return paths.Length > 0 && paths.All(p => p == SharedMemory);
    }
}
