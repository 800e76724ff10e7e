namespace Rayquest.JobLint.Rules.Identity;

/// <summary>Who belongs to a team.</summary>
internal static class Members
{
    /// <summary>Whether a login is a member or approver of the team, or an approver of all teams; GitHub logins know no case.</summary>
    public static bool Has(TeamPolicy team, PolicySet policies, string login) =>
        In(team.Members, login) || In(team.Approvers, login) || In(policies.Quotas.Approvers, login);

    private static bool In(IReadOnlyList<string> logins, string login)
    {
        foreach (string known in logins)
        {
            if (known.Equals(login, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
