namespace Rayquest.JobLint.Rules.PolicyFaults;

/// <summary>RQ0606: a profile that says what only a request may.</summary>
public sealed class ProfileSetsRequest : PolicyRule
{
    private static readonly string[] Top = ["apiVersion", "kind", "metadata", "spec"];
    private static readonly string[] Metadata = ["labels", "annotations"];
    private static readonly string[] OfRequest =
    [
        "entrypoint",
        "runtimeEnvYAML",
        "jobId",
        "clusterSelector",
        "suspend",
        "activeDeadlineSeconds",
        "preRunningDeadlineSeconds",
        "ttlSecondsAfterFinished",
        "shutdownAfterJobFinishes",
        "backoffLimit",
        "submissionMode",
        "managedBy",
    ];
    private static readonly string[] OfCluster = ["rayVersion", "enableInTreeAutoscaling"];
    private static readonly string[] OfGroup =
    [
        "replicas",
        "minReplicas",
        "maxReplicas",
        "numOfHosts",
        "suspend",
        "scaleStrategy",
    ];

    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ0606", "profile-sets-request", Severity.Error, "A profile sets what only a request may say.")
        {
            Category = RuleCategory.Policy,
            Why =
                "Quota, cost and names are worked out from the request. A profile that sets names, replicas or deadlines would change them behind the decision, or would silently lose to the request.",
            Bad = Example.Policy(
                "# policies/profiles/gpu.yaml\nmetadata: {name: gpu-job}\nspec:\n  rayClusterSpec:\n    workerGroupSpecs: [{groupName: workers, replicas: 4}]\n"
            ),
            Good = Example.Policy(
                "# policies/profiles/gpu.yaml\nmetadata: {labels: {cost-centre: research}}\nspec:\n  rayClusterSpec:\n    headGroupSpec: {template: {spec: {nodeSelector: {pool: cpu}}}}\n"
            ),
        };

    /// <inheritdoc/>
    protected override IEnumerable<Finding> Check(LoadedPolicies loaded)
    {
        foreach (ProfilePolicy profile in loaded.Policies.Profiles.Values)
        {
            foreach (YamlEntry entry in Faults(profile.Manifest))
            {
                yield return At(
                    entry.Key.Span,
                    $"a profile may not set `{entry.Key.Value}` here: {(Top.Contains(entry.Key.Value) || OfRequest.Contains(entry.Key.Value) || OfCluster.Contains(entry.Key.Value) || OfGroup.Contains(entry.Key.Value) ? "it is decided by the request" : "a profile holds `metadata.labels`, `metadata.annotations` and parts of `spec`")}; remove it"
                );
            }

            if (profile.Manifest["kind"] is YamlScalar { Value: not "RayJob" } kind)
            {
                yield return At(
                    kind.Span,
                    $"a profile is a part of a RayJob, not of a {MessageText.Shorten(kind.Value)}"
                );
            }
        }
    }

    private static IEnumerable<YamlEntry> Faults(YamlMapping manifest)
    {
        foreach (YamlEntry entry in manifest.Entries)
        {
            if (!Top.Contains(entry.Key.Value))
            {
                yield return entry;
            }
        }

        foreach (YamlEntry entry in (manifest["metadata"] as YamlMapping)?.Entries ?? [])
        {
            if (!Metadata.Contains(entry.Key.Value))
            {
                yield return entry;
            }
        }

        YamlMapping? spec = manifest["spec"] as YamlMapping;
        YamlMapping? cluster = spec?["rayClusterSpec"] as YamlMapping;
        foreach (
            YamlEntry entry in (spec?.Entries ?? [])
                .Where(e => OfRequest.Contains(e.Key.Value))
                .Concat((cluster?.Entries ?? []).Where(e => OfCluster.Contains(e.Key.Value)))
        )
        {
            yield return entry;
        }

        foreach (YamlNode group in (cluster?["workerGroupSpecs"] as YamlSequence)?.Items ?? [])
        {
            foreach (YamlEntry entry in (group as YamlMapping)?.Entries ?? [])
            {
                if (OfGroup.Contains(entry.Key.Value))
                {
                    yield return entry;
                }
            }
        }
    }
}
