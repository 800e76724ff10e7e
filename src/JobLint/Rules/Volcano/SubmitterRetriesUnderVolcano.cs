namespace Rayquest.JobLint.Rules.Volcano;

/// <summary>RQ4377: tries of a submitter that has none.</summary>
public sealed class SubmitterRetriesUnderVolcano : VolcanoTargetRule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ4377", "submitter-retries-under-volcano", Severity.Error, "A failed submitter ends a Volcano Job.")
        {
            Category = RuleCategory.Engine,
            Why =
                "The submitting task is what the Job is evaluated by: when its pod fails, the Job ends, or starts again as a whole with `retries`. Submitting again on the living cluster is refused by Ray, since the submission has its name already.",
            Facts = "VE1, VE3",
            Bad = Example.Repository(
                "# file: policies/platform.yaml\ntarget: volcano\ngpus: {}\ndefaults: {image: ray, timeout: 1h}\n# file: jobs-requests/vision/train.yaml\nname: train\nentrypoint: python train.py\nworkers: {replicas: 2}\nsubmitterRetries: 3\n"
            ),
            Good = Example.Repository(
                "# file: policies/platform.yaml\ntarget: volcano\ngpus: {}\ndefaults: {image: ray, timeout: 1h}\n# file: jobs-requests/vision/train.yaml\nname: train\nentrypoint: python train.py\nworkers: {replicas: 2}\nretries: 1\n"
            ),
        };

    /// <inheritdoc/>
    protected override IEnumerable<Finding> Of(RequestContext context) =>
        context.Request.SubmitterRetries is { } tries
            ?
            [
                At(
                    tries,
                    "when the submitter fails the Job ends; remove this, and write `retries` for the Job to begin anew"
                ),
            ]
            : [];
}
