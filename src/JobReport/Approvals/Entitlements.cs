using Rayquest.JobLint.Rules.Identity;
using Rayquest.JobModel.Policies;
using Rayquest.JobReport.Evaluation;

namespace Rayquest.JobReport.Approvals;

/// <summary>
/// Who may do what to which team's requests, by the policies of the base: the one answer for reviews, commands and
/// confirmations. GitHub logins know no case.
/// </summary>
public sealed class Entitlements(QuotasPolicy quotas)
{
    private readonly HashSet<string> others = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The same, knowing the numbers of the accounts that stand behind some logins just now.</summary>
    /// <param name="seen">GitHub's number of an account, by login; 0 for one that wasn't told.</param>
    public Entitlements(QuotasPolicy quotas, IEnumerable<KeyValuePair<string, long>> seen)
        : this(quotas) => others.UnionWith(seen.Where(s => !IsAccount(s.Key, s.Value)).Select(s => s.Key));

    /// <summary>Whether an account is the one that the policy means by a login; any is where it names no number.</summary>
    public bool IsAccount(string login, long id) =>
        id == 0
        || !quotas.Accounts.Any(a => Same(a.Key, login))
        || quotas.Accounts.Any(a => Same(a.Key, login) && a.Value == id);

    /// <summary>Who may approve for a team: its approvers and the platform's.</summary>
    public IReadOnlyList<string> Approvers(string team) =>
        [
            .. (quotas.Of(team)?.Approvers ?? [])
                .Concat(quotas.Approvers)
                .Distinct(StringComparer.OrdinalIgnoreCase)
                .Order(StringComparer.Ordinal),
        ];

    /// <summary>Whether somebody may approve for a team.</summary>
    public bool MayApprove(string team, string login) => !others.Contains(login) && Has(Approvers(team), login);

    /// <summary>Whether somebody is listed as a member of a team, or may approve for it.</summary>
    public bool Belongs(string team, string login) =>
        !others.Contains(login) && (Has(quotas.Of(team)?.Members ?? [], login) || MayApprove(team, login));

    /// <summary>Whether somebody may add requests to a team's folder: a team that lists no members takes them from anyone.</summary>
    public bool MayAdd(string team, string login) => quotas.Of(team) is { Members.Count: 0 } || Belongs(team, login);

    /// <summary>
    /// Whether somebody may do to a team's folder what a change does. What stands there already is not anyone's, even in a team
    /// that lists no members: it is changed by who belongs to the team, or answers for it.
    /// </summary>
    /// <param name="touched">Requests that are there before the change and are edited or deleted by it.</param>
    /// <param name="owners">The owners of requests before the change.</param>
    public bool MayChange(
        string team,
        string login,
        IReadOnlyList<string> touched,
        IReadOnlyDictionary<string, string> owners
    ) =>
        Belongs(team, login)
        || (
            !others.Contains(login)
            && MayAdd(team, login)
            && touched
                .Where(r => JobModel.Repository.RequestPath.TeamOf(r) == team)
                .All(r => owners.TryGetValue(r, out string? owner) && Same(owner, login))
        );

    /// <summary>Who may stop a job, ask for it again, or confirm its end: who answers for it, and who may approve for its team.</summary>
    /// <param name="people">Who answers for it: its owner, who submitted it; nulls are left out.</param>
    public IReadOnlyList<string> MayStop(string team, params ReadOnlySpan<string?> people)
    {
        List<string> may = [];
        foreach (string? person in people)
        {
            if (person is { Length: > 0 })
            {
                may.Add(person);
            }
        }

        return [.. may.Concat(Approvers(team)).Distinct(StringComparer.OrdinalIgnoreCase)];
    }

    private static bool Has(IEnumerable<string> logins, string login) => logins.Any(known => Same(known, login));

    private static bool Same(string one, string other) => one.Equals(other, StringComparison.OrdinalIgnoreCase);
}
