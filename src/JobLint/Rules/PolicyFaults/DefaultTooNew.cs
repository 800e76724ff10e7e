namespace Rayquest.JobLint.Rules.PolicyFaults;

/// <summary>RQ0620: a default that the operator doesn't know yet.</summary>
public sealed class DefaultTooNew : PolicyRule
{
    private const string Oldest = "1.1.0";
    private const string BeyondNewest = "1.8.0";

    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ0620",
            "default-too-new",
            Severity.Error,
            "The platform's KubeRay doesn't know what the platform's defaults ask for."
        )
        {
            Category = RuleCategory.Policy,
            Why =
                "Every request that says nothing gets the default, and its job is refused, or never submitted: `preRunningDeadlineSeconds` (`queueTimeout`) is in KubeRay since 1.6, `SidecarMode` since 1.5. A version that was never tried here, below 1.1 or above 1.7, is warned of.",
            Bad = Example.Policy(
                "# policies/platform.yaml\nkuberay: 1.4.2\ngpus: {a100: {}, l4: {}, tpu-v6e: {}, tpu-v6e-16: {}}\ndefaults: {image: ray, timeout: 4h, queueTimeout: 1h}\n"
            ),
            Good = Example.Policy(
                "# policies/platform.yaml\nkuberay: 1.7.0\ngpus: {a100: {}, l4: {}, tpu-v6e: {}, tpu-v6e-16: {}}\ndefaults: {image: ray, timeout: 4h, queueTimeout: 1h}\n"
            ),
        };

    /// <inheritdoc/>
    protected override IEnumerable<Finding> Check(LoadedPolicies loaded)
    {
        PlatformPolicy platform = loaded.Policies.Platform;
        string version = platform.KubeRayVersion;
        if (RayRelease.IsBelow(version, "1.6.0") && platform.Defaults.QueueTimeout is not null)
        {
            yield return At(
                SpanOf(loaded, PolicyLoader.PlatformPath, "defaults", "queueTimeout"),
                $"KubeRay {version} has no deadline for the start (1.6 is the first), which every job would get; remove `queueTimeout`"
            );
        }

        if (RayRelease.IsBelow(version, "1.5.0") && platform.Defaults.SubmissionMode == SubmissionMode.SidecarMode)
        {
            yield return At(
                SpanOf(loaded, PolicyLoader.PlatformPath, "defaults", "submissionMode"),
                $"KubeRay {version} has no SidecarMode (1.5 is the first); write `K8sJobMode` or `HTTPMode`"
            );
        }

        if (RayRelease.IsBelow(version, Oldest) || !RayRelease.IsBelow(version, BeyondNewest))
        {
            yield return At(
                SpanOf(loaded, PolicyLoader.PlatformPath, "kuberay"),
                $"what is rendered was never tried on KubeRay {version}; it is made for 1.1 to 1.7"
            ) with
            {
                Severity = Severity.Warning,
            };
        }
    }
}
