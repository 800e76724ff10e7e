namespace Rayquest.JobLint.Rules.Volcano;

/// <summary>RQ4374: a way of submission Volcano doesn't have.</summary>
public sealed class SubmissionModeUnderVolcano : VolcanoTargetRule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ4374",
            "submission-mode-under-volcano",
            Severity.Error,
            "A Volcano Job submits its entrypoint by a task of its own."
        )
        {
            Category = RuleCategory.Engine,
            HasFixedSeverity = true,
            Why =
                "There is no operator that would submit over HTTP or put a container beside the head: a third task submits the entrypoint and waits for it, and its end is the end of the Job. That is what `K8sJobMode` is under KubeRay.",
            Facts = "VE1",
            Bad = Example.Repository(
                "# file: policies/platform.yaml\ntarget: volcano\ngpus: {}\ndefaults: {image: ray, timeout: 1h}\n# file: jobs-requests/vision/train.yaml\nname: train\nentrypoint: python train.py\nsubmissionMode: HTTPMode\nworkers: {replicas: 2}\n"
            ),
            Good = Example.Repository(
                "# file: policies/platform.yaml\ntarget: volcano\ngpus: {}\ndefaults: {image: ray, timeout: 1h}\n# file: jobs-requests/vision/train.yaml\nname: train\nentrypoint: python train.py\nworkers: {replicas: 2}\n"
            ),
        };

    /// <inheritdoc/>
    protected override IEnumerable<Finding> Of(RequestContext context) =>
        context.Kind == JobKind.RayJob && context.Mode != SubmissionMode.K8sJobMode
            ?
            [
                At(
                    context.Request.SubmissionMode?.Span ?? context.Anchor,
                    $"under Volcano a task submits the entrypoint, and there is no {context.Mode}; remove `submissionMode`"
                ),
            ]
            : [];
}
