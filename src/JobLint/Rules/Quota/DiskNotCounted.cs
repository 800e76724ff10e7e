using Rayquest.JobModel.Quantities;

namespace Rayquest.JobLint.Rules.Quota;

/// <summary>RQ2054: pods that the cap on local disk doesn't count, since they don't say how much they take.</summary>
public sealed class DiskNotCounted : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ2054",
            "disk-not-counted",
            Severity.Warning,
            "A pod says nothing of its local disk, where the team has a cap on it."
        )
        {
            Category = RuleCategory.Quota,
            Why =
                "The cap `perJob.ephemeralStorage` counts what pods ask for and what their empty volumes may come to; a pod that says neither counts as nothing. It is not safe for it: nothing bounds its logs and files, and when the node's disk is full the kubelet evicts first who is over what it asked for, which is then this pod. A profile that sets `ephemeral-storage` for its pods is enough, and so is a LimitRange of the namespace, which nobody sees here: turn the rule off in `policies/rules.yaml` then.",
            Bad = Example.Repository(
                "# file: policies/quotas.yaml\nteams: {vision: {perJob: {ephemeralStorage: 1Ti}, soft: {gpus: {a100: 1, l4: 1, tpu-v6e: 1, tpu-v6e-16: 1}}}}\n# file: jobs-requests/vision/train.yaml\nname: train\nentrypoint: python train.py\nworkers: {replicas: 2, ephemeralStorage: 100Gi}\n"
            ),
            Good = Example.Repository(
                "# file: policies/quotas.yaml\nteams: {vision: {perJob: {ephemeralStorage: 1Ti}, soft: {gpus: {a100: 1, l4: 1, tpu-v6e: 1, tpu-v6e-16: 1}}}}\n# file: jobs-requests/vision/train.yaml\nname: train\nentrypoint: python train.py\nhead: {ephemeralStorage: 20Gi}\nworkers: {replicas: 2, ephemeralStorage: 100Gi}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        if (
            context.TeamPolicy?.PerJob.EphemeralStorage is not { } most
            || context.Plan?.Jobs is not [{ Cluster: null } job, ..]
            || JobPlan.Scratch(job.Volumes, inMemory: false) > Quantity.Zero
            || Sets(job.Profile?.Manifest)
        )
        {
            return [];
        }

        string[] open =
        [
            .. job.Head.Pod.EphemeralStorage is null ? new[] { "`head`" } : [],
            .. job.Workers.Where(w => w.MaxPods > 0 && w.Pod.EphemeralStorage is null).Select(w => $"`{w.Name.Value}`"),
        ];
        return open.Length == 0
            ? []
            :
            [
                At(
                    context.Anchor,
                    $"nothing is said of the local disk of {MessageText.List(open, "and")}, so the {most} that one job of team {context.Team} may have are not counted there, and the kubelet evicts such pods first; write `ephemeralStorage`"
                ),
            ];
    }

    // The profile's own resources are not part of the plan.
    private static bool Sets(YamlNode? node) =>
        node switch
        {
            YamlMapping mapping => mapping.Entries.Any(e => e.Key.Value == "ephemeral-storage" || Sets(e.Value)),
            YamlSequence list => list.Items.Any(Sets),
            _ => false,
        };
}
