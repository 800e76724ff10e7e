namespace Rayquest.JobLint.Rules.PolicyFaults;

/// <summary>RQ0609: a bound that nothing is held to.</summary>
public sealed class LimitWithoutEffect : PolicyRule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ0609", "limit-without-effect", Severity.Warning, "A bound stands where nothing is held to it.")
        {
            Category = RuleCategory.Policy,
            Why = "`workers`, `timeout` and `ephemeralStorage` bound one job (`perJob`), not what a team holds in all.",
            Bad = Example.Policy("# policies/quotas.yaml\nteams:\n  vision:\n    hard: {workers: 64, timeout: 2d}\n"),
            Good = Example.Policy(
                "# policies/quotas.yaml\nteams:\n  vision:\n    perJob: {workers: 64, timeout: 2d}\n"
            ),
        };

    /// <inheritdoc/>
    protected override IEnumerable<Finding> Check(LoadedPolicies loaded)
    {
        foreach ((string name, TeamPolicy team) in loaded.Policies.Quotas.Teams)
        {
            foreach ((string bound, ResourceLimits limits) in new[] { ("soft", team.Soft), ("hard", team.Hard) })
            {
                foreach (
                    (string key, bool given) in new[]
                    {
                        ("workers", limits.Workers is not null),
                        ("timeout", limits.Timeout is not null),
                        ("ephemeralStorage", limits.EphemeralStorage is not null),
                    }
                )
                {
                    if (given)
                    {
                        yield return At(
                            SpanOfKey(loaded, PolicyLoader.QuotasPath, ["teams", name, bound], key),
                            $"`{bound}.{key}` holds nobody to anything; write it under `perJob`"
                        );
                    }
                }
            }
        }
    }
}
