namespace Rayquest.JobLint.Rules.Engines;

/// <summary>RQ4511: K8sJobMode under KAI.</summary>
public sealed class KaiNeedsOtherMode : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ4511", "kai-needs-other-mode", Severity.Error, "The KAI scheduler can't run jobs in `K8sJobMode`.")
        {
            Category = RuleCategory.Engine,
            MayBeIgnored = true,
            Why =
                "KubeRay's integration with KAI refuses a RayJob whose submitter is a Job of its own; `SidecarMode` and `HTTPMode` work.",
            Facts = "3.2",
            Bad = Example.Repository(
                "# file: policies/platform.yaml\nscheduler: kai\ngpus: {}\ndefaults: {image: ray, timeout: 1h}\n# file: jobs-requests/vision/train.yaml\nname: train\nentrypoint: python train.py\nworkers: {replicas: 1}\n"
            ),
            Good = Example.Repository(
                "# file: policies/platform.yaml\nscheduler: kai\ngpus: {}\ndefaults: {image: ray, timeout: 1h}\n# file: jobs-requests/vision/train.yaml\nname: train\nentrypoint: python train.py\nsubmissionMode: SidecarMode\nworkers: {replicas: 1}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context) =>
        context.Policies.Platform.Scheduler == SchedulerKind.Kai && context.Mode == SubmissionMode.K8sJobMode
            ?
            [
                At(
                    context.Request.SubmissionMode?.Span ?? context.Anchor,
                    "under the KAI scheduler a RayJob in K8sJobMode is refused; add `submissionMode: SidecarMode` (or HTTPMode)",
                    context.Request.SubmissionMode is { } mode
                        ? Replace("Use SidecarMode", mode.Span, "SidecarMode", FixSafety.Unsafe)
                        : null
                ),
            ]
            : [];
}
