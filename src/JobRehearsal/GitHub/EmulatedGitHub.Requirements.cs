using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.GitHub;

namespace Rayquest.JobRehearsal.GitHub;

/// <summary>What a pull request must meet before it is merged: classic protection (the options) and rulesets.</summary>
public sealed partial class EmulatedGitHub
{
    private enum CheckResult
    {
        Expected,
        Pending,
        Failing,
        Met,
    }

    /// <summary>Why this person can't merge it now, in GitHub's words; null when they can.</summary>
    private string? MergeRefusal(EmulatedPull pull, EmulatedUser user, PullRequestMergeMethod method)
    {
        if (MissingChecks(pull, RequiredOfProtection(pull.BaseBranch), options.RequiresUpToDate) is { } missing)
            return missing;
        var broken = ActiveRules(pull.BaseBranch)
            .Where(applied => !applied.Ruleset.LetsBy(user))
            .SelectMany(applied => Violations(pull, applied.Rule, method))
            .ToList();
        return broken.Count == 0 ? null : RuleViolations(broken);
    }

    private static string RuleViolations(IReadOnlyList<string> broken) =>
        $"Repository rule violations found\n\n{string.Join("\n\n", broken)}\n\n";

    /// <summary>What is left to do before anybody without a bypass, or the queue, may take it.</summary>
    private IEnumerable<string> Unmet(EmulatedPull pull)
    {
        var queued = QueueRuleOf(pull.BaseBranch) is not null;
        if (
            MissingChecks(pull, RequiredOfProtection(pull.BaseBranch), options.RequiresUpToDate && !queued) is
            { } missing
        )
            yield return missing;
        foreach (var applied in ActiveRules(pull.BaseBranch).Where(applied => applied.Rule.Type != "merge_queue"))
        foreach (var violation in Violations(pull, applied.Rule, pull.AutoMerge, queued))
            yield return violation;
    }

    private IReadOnlyList<RequiredCheck> RequiredOfProtection(string branch) =>
        branch == "main" ? [.. options.RequiredContexts.Select(context => new RequiredCheck(context, null))] : [];

    /// <summary>Every check that anything requires of commits on a branch.</summary>
    private IEnumerable<RequiredCheck> RequiredChecks(string branch) =>
        RequiredOfProtection(branch).Concat(ActiveRules(branch).SelectMany(applied => applied.Rule.Checks)).Distinct();

    private IEnumerable<string> Violations(
        EmulatedPull pull,
        EmulatedRule rule,
        PullRequestMergeMethod? method,
        bool queued = false
    )
    {
        switch (rule.Type)
        {
            case "required_status_checks":
                if (MissingChecks(pull, rule.Checks, rule.Strict && !queued) is { } missing)
                    yield return missing;
                break;
            case "merge_queue":
                yield return "Changes must be made through the merge queue";
                break;
            case "pull_request":
                if (!queued && method is { } wanted && !rule.Allows(wanted))
                    yield return $"{MethodName(wanted)} are not allowed on this repository.";
                foreach (var missingReview in MissingReviews(pull, rule))
                    yield return missingReview;
                break;
            default:
                break;
        }
    }

    private string? MissingChecks(EmulatedPull pull, IReadOnlyList<RequiredCheck> required, bool strict)
    {
        if (required.Count == 0)
            return null;
        // A head without the newest base has none of the checks, however green it is.
        if (strict && IsBehind(pull))
            return Counted(required.Count, required.Count, required[0].Context, "expected");
        var results = required.Select(check => (Check: check, Result: ResultOf(pull.HeadSha, check))).ToList();
        foreach (var result in (CheckResult[])[CheckResult.Failing, CheckResult.Pending, CheckResult.Expected])
            if (results.Where(r => r.Result == result).ToList() is { Count: > 0 } such)
                return Counted(such.Count, required.Count, such[0].Check.Context, $"{result}".ToLowerInvariant());
        return null;

        static string Counted(int missing, int all, string context, string word) =>
            all == 1 || missing == 1
                ? $"Required status check \"{context}\" is {word}."
                : $"{missing} of {all} required status checks are {word}.";
    }

    private bool IsBehind(EmulatedPull pull) => !Git.IsAncestor(pull.BaseSha, pull.HeadSha);

    /// <summary>
    /// The newest status and the newest check run of a name count, both if there are both, and only those of the App
    /// where one is demanded. They belong to the commit for ever, whatever branch shows it meanwhile.
    /// </summary>
    private CheckResult ResultOf(ObjectId commit, RequiredCheck check)
    {
        var sha = commit.ToString();
        var status = statuses.FindLast(s =>
            s.Sha == sha && s.Context == check.Context && IsFrom(s.Creator, check.AppId)
        );
        var run = checkRuns.FindLast(r =>
            r.HeadSha == sha && r.Name == check.Context && IsFrom(r.Creator, check.AppId)
        );
        var ofStatus = status?.State switch
        {
            null => CheckResult.Met,
            "success" => CheckResult.Met,
            "pending" => CheckResult.Pending,
            _ => CheckResult.Failing,
        };
        var ofRun =
            run is null ? CheckResult.Met
            : run.Status != "completed" ? CheckResult.Pending
            : run.Conclusion is "success" or "neutral" or "skipped" ? CheckResult.Met
            : CheckResult.Failing;
        if (status is null && run is null)
            return CheckResult.Expected;
        return ofStatus == CheckResult.Failing || ofRun == CheckResult.Failing ? CheckResult.Failing
            : ofStatus == CheckResult.Pending || ofRun == CheckResult.Pending ? CheckResult.Pending
            : CheckResult.Met;

        static bool IsFrom(EmulatedUser creator, long? app) => app is null || creator.AppId == app;
    }

    private IEnumerable<string> MissingReviews(EmulatedPull pull, EmulatedRule rule)
    {
        // The last opinion of each writer; a comment is none.
        var opinions = pull
            .Reviews.Where(review => review.Author.CanWrite && review.State is not ("COMMENTED" or "PENDING"))
            .GroupBy(review => review.Author)
            .Select(reviews => reviews.Last())
            .ToList();
        var approvals = opinions.Where(review => review.State == "APPROVED").ToList();
        if (rule.Approvals > 0 && opinions.Exists(review => review.State == "CHANGES_REQUESTED"))
            yield return "Changes have been requested.";
        if (approvals.Count < rule.Approvals)
            yield return $"At least {rule.Approvals} approving review{(rule.Approvals == 1 ? " is" : "s are")} required by reviewers with write access.";
        if (rule.RequiresCodeOwners && !OwnersApproved(pull, approvals))
            yield return "Waiting on code owner review.";
        if (
            rule.RequiresLastPushApproval
            && pull.Synchronizations.LastOrDefault()?.Pusher is { } pusher
            && !approvals.Exists(review => review.Author != pusher)
        )
            yield return "New changes require approval from someone other than the last pusher.";
    }

    /// <summary>What GraphQL calls mergeStateStatus, and REST, in lower case, mergeable_state.</summary>
    private string MergeStateOf(EmulatedPull pull) =>
        !pull.IsOpen ? "UNKNOWN"
        : pull.Draft ? "DRAFT"
        : MergedTree(pull) is null ? "DIRTY"
        : IsStrict(pull.BaseBranch) && IsBehind(pull) ? "BEHIND"
        : Unmet(pull).Any() ? "BLOCKED"
        : "CLEAN";

    private bool IsStrict(string branch) =>
        QueueRuleOf(branch) is null
        && (
            options.RequiresUpToDate && RequiredOfProtection(branch).Count > 0
            || ActiveRules(branch).Any(applied => applied.Rule.Strict)
        );
}
