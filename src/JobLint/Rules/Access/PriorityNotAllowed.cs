namespace Rayquest.JobLint.Rules.Access;

/// <summary>RQ5032: a priority the team may not ask for.</summary>
public sealed class PriorityNotAllowed : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ5032", "priority-not-allowed", Severity.Error, "The priority is not allowed to the team.")
        {
            Category = RuleCategory.Security,
            Why =
                "A higher priority goes before other teams' jobs, and may stop them. Which ones a team may ask for is in `policies/rules.yaml`, under `priorities`; the platform's default is everybody's.",
            Bad = Example.Repository(
                "# file: policies/platform.yaml\nscheduler: kueue\npriorities: {high: ray-high, normal: ray-normal}\ndefaults: {image: ray, priority: normal}\n# file: policies/rules.yaml\npriorities: {nlp: [high], default: []}\n# file: jobs-requests/vision/train.yaml\nname: train\nentrypoint: python train.py\nworkers: {replicas: 1}\npriority: high\n"
            ),
            Good = Example.Repository(
                "# file: policies/platform.yaml\nscheduler: kueue\npriorities: {high: ray-high, normal: ray-normal}\ndefaults: {image: ray, priority: normal}\n# file: policies/rules.yaml\npriorities: {nlp: [high], default: []}\n# file: jobs-requests/vision/train.yaml\nname: train\nentrypoint: python train.py\nworkers: {replicas: 1}\npriority: normal\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        if (
            context.Request.Priority is not { } priority
            || priority.Value == context.Policies.Platform.Defaults.Priority
            || !context.Policies.Platform.Priorities.ContainsKey(priority.Value)
            || Grants.Of(context.Policies.Rules.Priorities, context.Team) is not { } allowed
            || Glob.MatchesAny(allowed, priority.Value)
        )
        {
            return [];
        }

        return
        [
            At(
                priority,
                $"team {context.Team} may not ask for the priority `{priority.Value}`; {(allowed.Count == 0 ? "remove `priority`: the platform's default is everybody's" : $"allowed: {MessageText.Allowed(allowed)}")}"
            ),
        ];
    }
}
