using Rayquest.JobLint.Rules.RenderedJobs;

namespace Rayquest.JobLint.Rules.PolicyFaults;

/// <summary>RQ0621: a namespace that no longer fits what is merged.</summary>
public sealed class NamespaceMoved : RepositoryRule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ0621",
            "namespace-moved",
            Severity.Warning,
            "Merged jobs of a team are in another namespace than the policies say."
        )
        {
            Category = RuleCategory.Policy,
            Why =
                "What was merged is frozen with its namespace, and Argo CD's project of the team allows only the one that the policies say: with the next bundle the whole team's sync is refused. Let the jobs end or withdraw them first, or keep the namespace.",
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RepositoryContext context)
    {
        if (context.EvaluatedPolicies is not { } loaded)
        {
            yield break;
        }

        PlatformPolicy platform = loaded.Policies.Platform;
        foreach (
            IGrouping<(string Team, string Namespace), JobFile> moved in JobFile
                .All(context)
                .Where(f => f.Header is not null && f.Namespace.Length > 0)
                .GroupBy(f => (Team: RequestPath.TeamOf(f.Path) ?? "", f.Namespace))
                .Where(g => g.Key.Team.Length > 0 && platform.NamespaceOf(g.Key.Team) != g.Key.Namespace)
                .OrderBy(g => g.Key)
        )
        {
            (string team, string ns) = moved.Key;
            int count = moved.Count();
            yield return new Finding(
                Info,
                Info.DefaultSeverity,
                PolicyRule.SpanOf(
                    loaded,
                    PolicyLoader.PlatformPath,
                    platform.Namespaces.ContainsKey(team) ? ["namespaces", team] : ["namespace"]
                ),
                $"{MessageText.Count(count, "merged file")} of team {team} {(count == 1 ? "is" : "are")} in {ns}, and the policies say {platform.NamespaceOf(team)}; Argo CD refuses them there: keep {ns} until they have ended, or withdraw them first"
            );
        }
    }
}
