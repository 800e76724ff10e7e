namespace Rayquest.JobLint.Rules.PolicyFaults;

/// <summary>RQ0603: a soft limit above the hard one.</summary>
public sealed class SoftOverHard : PolicyRule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ0603", "soft-over-hard", Severity.Error, "A team's `soft` bound is above its `hard` one.")
        {
            Category = RuleCategory.Policy,
            Why =
                "Within `soft` a request passes by itself; a bound above `hard` can never be reached, so no approver would ever be asked.",
            Bad = Example.Policy(
                "# policies/quotas.yaml\nteams:\n  vision:\n    soft: {gpus: {a100: 16}}\n    hard: {gpus: {a100: 8}}\n"
            ),
            Good = Example.Policy(
                "# policies/quotas.yaml\nteams:\n  vision:\n    soft: {gpus: {a100: 8}}\n    hard: {gpus: {a100: 16}}\n"
            ),
        };

    /// <inheritdoc/>
    protected override IEnumerable<Finding> Check(LoadedPolicies loaded)
    {
        foreach ((string name, TeamPolicy team) in loaded.Policies.Quotas.Teams)
        {
            foreach ((string type, int soft) in team.Soft.Gpus)
            {
                if (team.Hard.Gpu(type)?.Most is { } hard && soft > hard)
                {
                    yield return Of(loaded, $"{soft} {type}", $"{hard}", name, "gpus", type);
                }
            }

            if (team.Soft.Cpu is { } softCpu && team.Hard.Cpu is { } hardCpu && softCpu > hardCpu)
            {
                yield return Of(loaded, $"{softCpu} CPUs", $"{hardCpu}", name, "cpu");
            }

            if (team.Soft.Memory is { } softMemory && team.Hard.Memory is { } hardMemory && softMemory > hardMemory)
            {
                yield return Of(loaded, $"{softMemory} of memory", $"{hardMemory}", name, "memory");
            }

            if (team.Soft.Jobs is { } softJobs && team.Hard.Jobs is { } hardJobs && softJobs > hardJobs)
            {
                yield return Of(loaded, $"{softJobs} jobs", $"{hardJobs}", name, "jobs");
            }
        }
    }

    private Finding Of(
        LoadedPolicies loaded,
        string soft,
        string hard,
        string team,
        params ReadOnlySpan<string> keys
    ) =>
        At(
            SpanOf(loaded, PolicyLoader.QuotasPath, ["teams", team, "soft", .. keys]),
            $"team {team} may hold {soft} without approval, but {hard} at most; lower `soft`, or raise `hard`"
        ) with
        {
            Related =
            [
                new RelatedLocation(
                    SpanOf(loaded, PolicyLoader.QuotasPath, ["teams", team, "hard", .. keys]),
                    "the hard limit"
                ),
            ],
        };
}
