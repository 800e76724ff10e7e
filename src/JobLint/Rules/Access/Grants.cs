namespace Rayquest.JobLint.Rules.Access;

/// <summary>What a policy grants to a team.</summary>
internal static class Grants
{
    /// <summary>The patterns of the team, else of <c>default</c>; nothing is granted to a team that neither names; null when the policy is not there at all.</summary>
    public static IReadOnlyList<string>? Of(IReadOnlyDictionary<string, IReadOnlyList<string>> byTeam, string team) =>
        byTeam.Count == 0
            ? null
            : byTeam.GetValueOrDefault(team) ?? byTeam.GetValueOrDefault(QuotasPolicy.DefaultTeam) ?? [];
}
