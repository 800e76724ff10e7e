namespace Rayquest.JobLint.Messages;

/// <summary>Who may give more, as messages name them.</summary>
internal static class ApproverText
{
    /// <summary>Who may give a team more: the team's approvers, or the platform's.</summary>
    public static Message Of(PolicySet policies, TeamPolicy? team)
    {
        IReadOnlyList<string> names = team is { Approvers.Count: > 0 } ? team.Approvers : policies.Quotas.Approvers;
        return names.Count == 0 ? "the platform team" : MessageText.List(names);
    }
}
