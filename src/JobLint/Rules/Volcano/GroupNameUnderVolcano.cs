namespace Rayquest.JobLint.Rules.Volcano;

/// <summary>RQ4378: a name that is lost.</summary>
public sealed class GroupNameUnderVolcano : VolcanoTargetRule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ4378", "group-name-under-volcano", Severity.Warning, "The name of the group is in no pod's name.")
        {
            Category = RuleCategory.Engine,
            MayBeIgnored = true,
            Why =
                "The workers of a Volcano Job are its task `worker`: pods are called `<job>-worker-<n>`, whatever the group is called. Scripts and dashboards that look for the name don't find it.",
            Facts = "VR3",
            Bad = Example.Repository(
                "# file: policies/platform.yaml\ntarget: volcano\ngpus: {}\ndefaults: {image: ray, timeout: 1h}\n# file: jobs-requests/vision/train.yaml\nname: train\nentrypoint: python train.py\nworkers: {name: trainers, replicas: 2}\n"
            ),
            Good = Example.Repository(
                "# file: policies/platform.yaml\ntarget: volcano\ngpus: {}\ndefaults: {image: ray, timeout: 1h}\n# file: jobs-requests/vision/train.yaml\nname: train\nentrypoint: python train.py\nworkers: {replicas: 2}\n"
            ),
        };

    /// <inheritdoc/>
    protected override IEnumerable<Finding> Of(RequestContext context) =>
        context.Groups is [{ Request.Name: { Value: not "worker" } name }]
            ? [At(name, "the workers of a Volcano Job are called `worker`; remove `name`")]
            : [];
}
