namespace Rayquest.JobLint.Rules.PolicyFaults;

/// <summary>RQ0611: one job may have more than the team.</summary>
public sealed class JobCapOverHard : PolicyRule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ0611", "job-cap-over-hard", Severity.Warning, "One job may ask for more than its team may hold.")
        {
            Category = RuleCategory.Policy,
            Why =
                "`perJob` above `hard` has no effect, since the team's bound comes first; one of the two is not meant.",
            Bad = Example.Policy(
                "# policies/quotas.yaml\nteams:\n  vision:\n    hard: {gpus: {a100: 8}}\n    perJob: {gpus: {a100: 16}}\n"
            ),
            Good = Example.Policy(
                "# policies/quotas.yaml\nteams:\n  vision:\n    hard: {gpus: {a100: 16}}\n    perJob: {gpus: {a100: 8}}\n"
            ),
        };

    /// <inheritdoc/>
    protected override IEnumerable<Finding> Check(LoadedPolicies loaded)
    {
        foreach ((string name, TeamPolicy team) in loaded.Policies.Quotas.Teams)
        {
            foreach ((string type, int most) in team.PerJob.Gpus)
            {
                if (team.Hard.Gpu(type)?.Most is { } hard && most > hard)
                {
                    yield return At(
                        SpanOf(loaded, PolicyLoader.QuotasPath, "teams", name, "perJob", "gpus", type),
                        $"one job may ask for {most} {type}, but team {name} may hold {hard} in all; lower `perJob`, or raise `hard`"
                    );
                }
            }

            if (team is { PerJob.Cpu: { } cpu, Hard.Cpu: { } hardCpu } && cpu > hardCpu)
            {
                yield return At(
                    SpanOf(loaded, PolicyLoader.QuotasPath, "teams", name, "perJob", "cpu"),
                    $"one job may ask for {cpu} CPUs, but team {name} may hold {hardCpu} in all; lower `perJob`, or raise `hard`"
                );
            }

            if (team is { PerJob.Memory: { } memory, Hard.Memory: { } hardMemory } && memory > hardMemory)
            {
                yield return At(
                    SpanOf(loaded, PolicyLoader.QuotasPath, "teams", name, "perJob", "memory"),
                    $"one job may ask for {memory} of memory, but team {name} may hold {hardMemory} in all; lower `perJob`, or raise `hard`"
                );
            }
        }
    }
}
