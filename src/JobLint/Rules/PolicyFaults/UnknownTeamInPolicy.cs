namespace Rayquest.JobLint.Rules.PolicyFaults;

/// <summary>RQ0610: a policy for a team that isn't there.</summary>
public sealed class UnknownTeamInPolicy : PolicyRule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ0610",
            "unknown-team-in-policy",
            Severity.Warning,
            "A policy names a team that `quotas.yaml` does not list."
        )
        {
            Category = RuleCategory.Policy,
            Why = "After a slip in the name the team that was meant gets the default, or nothing.",
            Bad = Example.Policy("# policies/rules.yaml\nsecrets: {visoin: [wandb]}\n"),
            Good = Example.Policy("# policies/rules.yaml\nsecrets: {vision: [wandb]}\n"),
        };

    /// <inheritdoc/>
    protected override IEnumerable<Finding> Check(LoadedPolicies loaded)
    {
        IReadOnlyDictionary<string, TeamPolicy> teams = loaded.Policies.Quotas.Teams;
        if (teams.Count == 0 || teams.ContainsKey(QuotasPolicy.DefaultTeam))
        {
            yield break;
        }

        RulesPolicy rules = loaded.Policies.Rules;
        PlatformPolicy platform = loaded.Policies.Platform;
        (string Path, string Key, IEnumerable<string> Names)[] places =
        [
            (PolicyLoader.RulesPath, "naming", rules.Naming.Keys),
            (PolicyLoader.RulesPath, "volumes", rules.Volumes.Keys),
            (PolicyLoader.RulesPath, "secrets", rules.Secrets.Keys),
            (PolicyLoader.RulesPath, "envFrom", rules.EnvFrom.Keys),
            (PolicyLoader.RulesPath, "labels", rules.Labels.Keys),
            (PolicyLoader.RulesPath, "serviceAccounts", rules.ServiceAccounts.Keys),
            (PolicyLoader.RulesPath, "profiles", rules.Profiles.Keys),
            (PolicyLoader.RulesPath, "priorities", rules.Priorities.Keys),
            (PolicyLoader.PlatformPath, "namespaces", platform.Namespaces.Keys),
            (PolicyLoader.PlatformPath, "queues", platform.Queues.Keys),
        ];
        foreach ((string path, string key, IEnumerable<string> names) in places)
        {
            foreach (string name in names)
            {
                if (name != QuotasPolicy.DefaultTeam && !teams.ContainsKey(name))
                {
                    SourceSpan span = SpanOfKey(loaded, path, [key], name);
                    yield return At(
                        span,
                        $"`policies/quotas.yaml` has no team {name}{MessageText.Unknown(name, teams.Keys)}",
                        MessageText.Rename(span, name, teams.Keys)
                    );
                }
            }
        }

        foreach (
            Located<string> team in loaded
                .Policies.Images.Allowed.SelectMany(a => a.NamedTeams)
                .Concat(platform.NodePools.Values.SelectMany(p => p.Teams))
        )
        {
            if (!teams.ContainsKey(team.Value))
            {
                yield return At(
                    team.Span,
                    $"`policies/quotas.yaml` has no team {team.Value}{MessageText.Unknown(team.Value, teams.Keys)}",
                    MessageText.Rename(team.Span, team.Value, teams.Keys)
                );
            }
        }
    }
}
