namespace Rayquest.JobLint.Rules.Resources;

/// <summary>RQ2034: a longer timeout than allowed.</summary>
public sealed class TimeoutOverLimit : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ2034", "timeout-over-limit", Severity.Error, "The timeout is longer than the team may ask for.")
        {
            Category = RuleCategory.Resources,
            Why =
                "The longest run is limited by `perJob.timeout` of the team and by `maxTimeout` of all. Long training should write checkpoints and continue with `retries`.",
            Bad = Example.Request("name: train\nentrypoint: python train.py\nworkers: {replicas: 1}\ntimeout: 30d\n"),
            Good = Example.Request("name: train\nentrypoint: python train.py\nworkers: {replicas: 1}\ntimeout: 1d\n"),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        if (context.Request.Timeout is not { } timeout)
        {
            return [];
        }

        Duration? team = context.TeamPolicy?.PerJob.Timeout;
        Duration? all = context.Policies.Rules.MaxTimeout;
        bool byTeam = team is { } t && (all is not { } a || t <= a);
        return (byTeam ? team : all) is { } most && timeout.Value > most
            ?
            [
                At(
                    timeout,
                    $"asks for {timeout.Value}, but {(byTeam ? (Message)$"a job of team {context.Team}" : "a job")} may take {most}: lower `timeout`, or ask {ApproverText.Of(context.Policies, context.TeamPolicy)}"
                ),
            ]
            : [];
    }
}
