namespace Rayquest.JobLint.Rules.Engines;

/// <summary>RQ4531: retries of a submitter that isn't there.</summary>
public sealed class SubmitterRetriesWithoutEffect : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ4531",
            "submitter-retries-without-effect",
            Severity.Warning,
            "`submitterRetries` has no effect outside of `K8sJobMode`."
        )
        {
            Category = RuleCategory.Engine,
            MayBeIgnored = true,
            Why =
                "Only in `K8sJobMode` a Kubernetes Job submits, whose pods are tried again. In the other modes KubeRay refuses `submitterConfig` or has no use for it, so it isn't rendered.",
            Facts = "J19",
            Bad = Example.Request(
                "name: train\nentrypoint: python train.py\nsubmissionMode: HTTPMode\nsubmitterRetries: 1\nworkers: {replicas: 1}\n"
            ),
            Good = Example.Request(
                "name: train\nentrypoint: python train.py\nsubmitterRetries: 1\nworkers: {replicas: 1}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context) =>
        context is { Request.SubmitterRetries: { } retries, Mode: not SubmissionMode.K8sJobMode and var mode }
            ? [At(retries, $"in {mode} no pod submits the job; remove `submitterRetries`")]
            : [];
}
