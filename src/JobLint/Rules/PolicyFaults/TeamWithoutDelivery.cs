using System.Text;

namespace Rayquest.JobLint.Rules.PolicyFaults;

/// <summary>RQ0622: a team that only <c>default</c> covers, and nothing delivers to.</summary>
public sealed class TeamWithoutDelivery : RepositoryRule
{
    private const string Projects = "argocd/projects.yaml";

    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ0622",
            "team-without-delivery",
            Severity.Warning,
            "A team has requests and no part in the Argo CD bundle."
        )
        {
            Category = RuleCategory.Policy,
            Why =
                "`teams.default` lets any team ask for jobs, but `argocd/` has projects, namespaces and Applications for the teams that `quotas.yaml` lists: what such a team merges never runs.",
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RepositoryContext context)
    {
        if (
            context.EvaluatedPolicies is not { } loaded
            || !loaded.Policies.Quotas.Teams.ContainsKey(QuotasPolicy.DefaultTeam)
            || context.Tree.Read(Projects) is not { } bundle
        )
        {
            yield break;
        }

        string text = Encoding.UTF8.GetString(bundle.Span);
        string[] teams =
        [
            .. context
                .RequestEntries.Select(e => RequestPath.TeamOf(e.Path))
                .OfType<string>()
                .Distinct(StringComparer.Ordinal)
                .Where(t =>
                    !loaded.Policies.Quotas.Teams.ContainsKey(t)
                    && !text.Contains($"jobs/{t}", StringComparison.Ordinal)
                    && !text.Contains(loaded.Policies.Platform.NamespaceOf(t), StringComparison.Ordinal)
                )
                .Order(StringComparer.Ordinal),
        ];
        if (teams.Length > 0)
        {
            yield return new Finding(
                Info,
                Info.DefaultSeverity,
                PolicyRule.SpanOfKey(loaded, PolicyLoader.QuotasPath, ["teams"], QuotasPolicy.DefaultTeam),
                $"{MessageText.List(teams, "and")} {(teams.Length == 1 ? "has" : "have")} requests, and `argocd/` delivers nothing there: what is merged never runs; list {(teams.Length == 1 ? "the team" : "the teams")} under `teams`, and run `rayquest argocd`"
            );
        }
    }
}
