namespace Rayquest.JobLint.Rules.Engines;

/// <summary>RQ4507: a name the engines use for themselves.</summary>
public sealed class ReservedGroupName : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ4507",
            "reserved-group-name",
            Severity.Error,
            "A worker group has a name that the engines use themselves."
        )
        {
            Category = RuleCategory.Engine,
            MayBeIgnored = true,
            Why =
                "KubeRay labels the head's pod with the group `headgroup`: of a group of that name no worker is ever started. Under Kueue the pod sets `head` and `submitter` are taken and the webhook refuses the job; under YuniKorn the task group `submittergroup` is.",
            Facts = "X4, Q5, 3.2",
            Bad = Example.Request(
                "name: train\nentrypoint: python train.py\nworkers: {name: headgroup, replicas: 1}\n"
            ),
            Good = Example.Request(
                "name: train\nentrypoint: python train.py\nworkers: {name: trainers, replicas: 1}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        foreach (WorkerGroupPlan group in context.Groups)
        {
            if (Why(group.Name.Value, context) is { } why)
            {
                yield return At(
                    group.Request.Name?.Span ?? group.Span,
                    $"`{group.Name.Value}` {why}; rename the group"
                );
            }
        }
    }

    private static string? Why(string name, RequestContext context) =>
        (name, context.Policies.Platform.Scheduler) switch
        {
            ("headgroup", _) => "is what KubeRay calls the head's own group, so no worker would be started",
            ("head", SchedulerKind.Kueue) => "is Kueue's pod set of the head, and its webhook refuses the job",
            ("submitter", SchedulerKind.Kueue) when context.Mode == SubmissionMode.K8sJobMode =>
                "is Kueue's pod set of the submitter, and its webhook refuses the job",
            ("submittergroup", SchedulerKind.YuniKorn) => "is YuniKorn's task group of the submitter",
            _ => null,
        };
}
