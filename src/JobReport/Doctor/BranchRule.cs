namespace Rayquest.JobReport.Doctor;

/// <summary>A status or check that a branch requires.</summary>
/// <param name="App">The App it must come from; null when anybody's counts.</param>
public sealed record RequiredStatus(string Context, long? App);

/// <summary>One rule that holds on a branch, of a ruleset or of classic protection.</summary>
/// <param name="Type">GitHub's word: <c>pull_request</c>, <c>required_status_checks</c>, <c>merge_queue</c>, <c>update</c>, …</param>
/// <param name="Ruleset">The ruleset it is from; see <see cref="RulesetFacts"/>.</param>
public sealed record BranchRule(string Type, long Ruleset)
{
    /// <summary>What is required, of a rule about statuses.</summary>
    public IReadOnlyList<RequiredStatus> Statuses { get; init; } = [];

    /// <summary>Whether a head must have the newest base before its statuses count.</summary>
    public bool IsStrict { get; init; }

    /// <summary>Whether the owners of what a pull request changes must approve it.</summary>
    public bool NeedsCodeOwners { get; init; }

    /// <summary>Whether a push takes approvals away.</summary>
    public bool DismissesStale { get; init; }

    /// <summary>How many approvals any pull request needs.</summary>
    public int Approvals { get; init; }

    /// <summary>Whether it keeps a commit from being pushed to the branch.</summary>
    public bool RefusesPushes => Type is "pull_request" or "required_status_checks" or "merge_queue" or "update";
}

/// <summary>Somebody whom a ruleset lets by.</summary>
/// <param name="Type">Integration, OrganizationAdmin, RepositoryRole, Team, DeployKey or User.</param>
/// <param name="Id">Of the App, the role (2 maintain, 4 write, 5 admin), the team or the user.</param>
/// <param name="Mode">always, pull_request or exempt.</param>
public sealed record BypassActor(string Type, long? Id, string Mode)
{
    /// <summary>GitHub's number of the administrators' role.</summary>
    public const int AdminRole = 5;

    /// <summary>Whether these may change the rules anyway.</summary>
    public bool IsAdministrator => Type == "OrganizationAdmin" || (Type == "RepositoryRole" && Id == AdminRole);

    /// <summary>Whether a push of theirs passes, and not only a pull request.</summary>
    public bool MayPush => Mode != "pull_request";

    /// <summary>As people call them.</summary>
    public string Name =>
        Type switch
        {
            "Integration" => $"the App {Id}",
            "OrganizationAdmin" => "the organization's administrators",
            "RepositoryRole" => Id switch
            {
                1 => "everybody who may read",
                2 => "everybody who may maintain",
                3 => "everybody who may triage",
                4 => "everybody who may write",
                AdminRole => "the repository's administrators",
                _ => $"everybody with the role {Id}",
            },
            "Team" => $"the team {Id}",
            "DeployKey" => "every deploy key",
            _ => $"the user {Id}",
        };
}

/// <summary>A ruleset, or a part of classic protection: whom it lets by.</summary>
/// <param name="Bypass">Null when the token isn't shown it.</param>
/// <param name="OursMay">
/// What GitHub says of the token that asks: always, pull_requests_only, never or exempt; null when it says nothing.
/// </param>
public sealed record RulesetFacts(long Id, string Name, IReadOnlyList<BypassActor>? Bypass, string? OursMay)
{
    /// <summary>The required statuses of classic protection, as if they were a ruleset.</summary>
    public const long ClassicStatuses = -1;

    /// <summary>The reviews of classic protection.</summary>
    public const long ClassicReviews = -2;

    /// <summary>Who may push at all, in classic protection.</summary>
    public const long ClassicPushers = -3;

    /// <summary>Deletion and force pushes, in classic protection.</summary>
    public const long ClassicHistory = -4;
}

/// <summary>The rules of one branch, and whom each ruleset of them lets by.</summary>
public sealed record BranchFacts(
    string Branch,
    Reading<IReadOnlyList<BranchRule>> Rules,
    IReadOnlyDictionary<long, Reading<RulesetFacts>> Rulesets
);
