using System.Globalization;
using System.Text.Json.Nodes;
using Rayquest.JobHosts.GitHub;

namespace Rayquest.JobRehearsal.GitHub;

/// <summary>Who passes a ruleset's rules.</summary>
/// <param name="ActorType">Integration, OrganizationAdmin, RepositoryRole, Team, DeployKey or User.</param>
/// <param name="ActorId">An App's id, a user's, or a role's: 2 maintain, 4 write, 5 admin.</param>
/// <param name="Mode">always, pull_request or exempt.</param>
public sealed record EmulatedBypass(string ActorType, long? ActorId, string Mode = "always")
{
    public const int AdminRole = 5;
    public const int WriteRole = 4;

    /// <summary>The bypass of a GitHub App.</summary>
    public static EmulatedBypass App(long id) => new("Integration", id);

    internal bool IsFor(EmulatedUser user) =>
        ActorType switch
        {
            "Integration" => user.AppId == ActorId,
            "User" => user.AppId is null && user.Id == ActorId,
            "OrganizationAdmin" => user.Permission == PermissionLevel.Admin,
            "RepositoryRole" => !user.IsApp
                && (
                    ActorId == AdminRole
                        ? user.Permission == PermissionLevel.Admin
                        : ActorId == WriteRole && user.CanWrite
                ),
            _ => false,
        };
}

/// <summary>A status or check run that a commit needs.</summary>
/// <param name="AppId">The App it must come from, where that is demanded.</param>
public sealed record RequiredCheck(string Context, long? AppId);

/// <summary>One rule, with its parameters in GitHub's own words.</summary>
public sealed record EmulatedRule(string Type, JsonObject? Parameters = null)
{
    /// <summary>Nobody rewrites the branch's history.</summary>
    public static EmulatedRule NonFastForward => new("non_fast_forward");

    /// <summary>Only who passes the rules moves the branch.</summary>
    public static EmulatedRule Update => new("update");

    /// <summary>Only who passes the rules makes such a branch.</summary>
    public static EmulatedRule Creation => new("creation");

    /// <summary>Only who passes the rules takes the branch away.</summary>
    public static EmulatedRule Deletion => new("deletion");

    /// <summary>Only commits with a verified signature.</summary>
    public static EmulatedRule RequiredSignatures => new("required_signatures");

    /// <summary>Everything comes by pull request.</summary>
    public static EmulatedRule PullRequest(
        int approvals = 0,
        bool codeOwners = false,
        bool dismissStale = false,
        bool lastPush = false,
        params IReadOnlyList<string> methods
    )
    {
        var parameters = new JsonObject
        {
            ["required_approving_review_count"] = approvals,
            ["dismiss_stale_reviews_on_push"] = dismissStale,
            ["require_code_owner_review"] = codeOwners,
            ["require_last_push_approval"] = lastPush,
            ["required_review_thread_resolution"] = false,
        };
        if (methods.Count > 0)
            parameters["allowed_merge_methods"] = new JsonArray([.. methods.Select(method => (JsonNode)method)]);
        return new EmulatedRule("pull_request", parameters);
    }

    /// <summary>Statuses that must be green on the head, or, when strict, on a head with the newest base.</summary>
    public static EmulatedRule RequiredStatusChecks(bool strict, params IReadOnlyList<RequiredCheck> checks) =>
        new(
            "required_status_checks",
            new JsonObject
            {
                ["strict_required_status_checks_policy"] = strict,
                ["required_status_checks"] = new JsonArray([
                    .. checks.Select(check =>
                    {
                        var json = new JsonObject { ["context"] = check.Context };
                        if (check.AppId is { } app)
                            json["integration_id"] = app;
                        return (JsonNode)json;
                    }),
                ]),
            }
        );

    /// <summary>Everything goes through the merge queue.</summary>
    public static EmulatedRule MergeQueue(
        string method = "MERGE",
        string grouping = "ALLGREEN",
        int maxToBuild = 5,
        int maxToMerge = 5,
        int minToMerge = 1,
        int waitMinutes = 0,
        int timeoutMinutes = 60
    ) =>
        new(
            "merge_queue",
            new JsonObject
            {
                ["check_response_timeout_minutes"] = timeoutMinutes,
                ["grouping_strategy"] = grouping,
                ["max_entries_to_build"] = maxToBuild,
                ["max_entries_to_merge"] = maxToMerge,
                ["merge_method"] = method,
                ["min_entries_to_merge"] = minToMerge,
                ["min_entries_to_merge_wait_minutes"] = waitMinutes,
            }
        );

    internal bool Strict => Flag("strict_required_status_checks_policy");

    internal IReadOnlyList<RequiredCheck> Checks =>
        [
            .. (Parameters?["required_status_checks"] as JsonArray ?? [])
                .OfType<JsonObject>()
                .Select(check => new RequiredCheck(
                    check["context"]!.GetValue<string>(),
                    check["integration_id"] is JsonValue id ? long.Parse($"{id}", CultureInfo.InvariantCulture) : null
                )),
        ];

    internal int Approvals => Number("required_approving_review_count");

    internal bool RequiresCodeOwners => Flag("require_code_owner_review");

    internal bool RequiresLastPushApproval => Flag("require_last_push_approval");

    internal bool DismissesStaleReviews => Flag("dismiss_stale_reviews_on_push");

    internal bool Allows(PullRequestMergeMethod method) =>
        Parameters?["allowed_merge_methods"] is not JsonArray { Count: > 0 } allowed
        || allowed.Any(word => $"{word}".Equals($"{method}", StringComparison.OrdinalIgnoreCase));

    internal int Number(string name) => Parameters?[name]?.GetValue<int>() ?? 0;

    internal string? Word(string name) => Parameters?[name]?.GetValue<string>();

    private bool Flag(string name) => Parameters?[name]?.GetValue<bool>() ?? false;
}

/// <summary>A named set of rules for some branches.</summary>
public sealed class EmulatedRuleset(long id, string name)
{
    public long Id { get; } = id;
    public string Name { get; internal set; } = name;

    /// <summary>active, evaluate or disabled; only the first is enforced.</summary>
    public string Enforcement { get; internal set; } = "active";

    /// <summary>Full reference names with <c>*</c> and <c>**</c>, <c>~DEFAULT_BRANCH</c> or <c>~ALL</c>.</summary>
    public IReadOnlyList<string> Include { get; internal set; } = [];

    public IReadOnlyList<string> Exclude { get; internal set; } = [];

    public IReadOnlyList<EmulatedBypass> Bypass { get; internal set; } = [];

    public IReadOnlyList<EmulatedRule> Rules { get; internal set; } = [];

    internal bool LetsBy(EmulatedUser user) => Bypass.Any(bypass => bypass.IsFor(user));

    /// <summary>Whether somebody passes by a push; some may only by a pull request.</summary>
    internal bool LetsPushBy(EmulatedUser user) =>
        Bypass.Any(bypass => bypass.Mode is "always" or "exempt" && bypass.IsFor(user));

    /// <param name="branch">Its name without <c>refs/heads/</c>.</param>
    internal bool Covers(string branch) =>
        Enforcement == "active"
        && Include.Any(pattern => Matches(pattern, branch))
        && !Exclude.Any(pattern => Matches(pattern, branch));

    private static bool Matches(string pattern, string branch) =>
        pattern switch
        {
            "~ALL" => true,
            "~DEFAULT_BRANCH" => branch == "main",
            _ => FileNamePattern.Matches(pattern, "refs/heads/" + branch),
        };
}

/// <summary>Ruby's fnmatch with File::FNM_PATHNAME, which GitHub matches references by: one star stays in a folder.</summary>
internal static class FileNamePattern
{
    public static bool Matches(string pattern, string text) => Matches(pattern.AsSpan(), text.AsSpan());

    private static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text)
    {
        if (pattern.IsEmpty)
            return text.IsEmpty;
        if (pattern.StartsWith("**/"))
        {
            for (var rest = text; ; rest = rest[(rest.IndexOf('/') + 1)..])
            {
                if (Matches(pattern[3..], rest))
                    return true;
                if (!rest.Contains('/'))
                    return false;
            }
        }

        if (pattern[0] == '*')
        {
            for (var length = 0; length <= text.Length && (length == 0 || text[length - 1] != '/'); length++)
                if (Matches(pattern[1..], text[length..]))
                    return true;
            return false;
        }

        return !text.IsEmpty
            && (pattern[0] == '?' ? text[0] != '/' : pattern[0] == text[0])
            && Matches(pattern[1..], text[1..]);
    }
}
