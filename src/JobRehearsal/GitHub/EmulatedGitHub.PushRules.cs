using Rayquest.JobHosts.Git;

namespace Rayquest.JobRehearsal.GitHub;

/// <summary>GitHub takes no such push from this person; the message is what <c>git push</c> prints.</summary>
public sealed class PushDeclined(string message) : Exception(message);

/// <summary>What rules say to moves of a reference, however they come: by git, by REST, by GraphQL.</summary>
public sealed partial class EmulatedGitHub
{
    private const string Heads = "refs/heads/";

    /// <summary>The rules that this person's move would break, in GitHub's words; none for who passes them.</summary>
    private List<string> BrokenByPush(
        EmulatedUser user,
        string reference,
        ObjectId? before,
        ObjectId? after,
        bool withProtection = true
    )
    {
        if (!reference.StartsWith(Heads, StringComparison.Ordinal))
            return [];
        var branch = reference[Heads.Length..];
        if (branch.StartsWith("gh-readonly-queue/", StringComparison.Ordinal))
            return ["Cannot update this protected ref."];
        var broken = ActiveRules(branch)
            .Where(applied => !applied.Ruleset.LetsPushBy(user))
            .SelectMany(applied => BrokenBy(applied.Rule, before, after));
        if (withProtection && options.RequiresPullRequest && branch == "main" && before is not null)
            broken = broken.Append(ByPullRequest);
        return [.. broken.Distinct()];
    }

    private const string ByPullRequest = "Changes must be made through a pull request.";

    private IEnumerable<string> BrokenBy(EmulatedRule rule, ObjectId? before, ObjectId? after)
    {
        switch (rule.Type)
        {
            case "creation" when before is null:
                yield return "Cannot create ref due to creations being restricted.";
                break;
            case "deletion" when after is null:
                yield return "Cannot delete this branch";
                break;
            case "update" when before is not null && after is not null:
                yield return "Cannot update this protected ref.";
                break;
            case "non_fast_forward" when before is { } old && after is { } now && !Git.IsAncestor(old, now):
                yield return "Cannot force-push to this branch";
                break;
            case "pull_request" when before is not null && after is not null:
                yield return ByPullRequest;
                break;
            case "merge_queue" when before is not null && after is not null:
                yield return "Changes must be made through the merge queue";
                break;
            case "required_status_checks" when after is { } pushed:
                var missing = rule.Checks.Where(check => ResultOf(pushed, check) != CheckResult.Met).ToList();
                if (missing.Count == 1)
                    yield return $"Required status check \"{missing[0].Context}\" is expected.";
                else if (missing.Count > 1)
                    yield return $"{missing.Count} of {rule.Checks.Count} required status checks are expected.";
                break;
            case "required_signatures" when after is { } pushed:
                if (IntroducedBy(before, pushed).Any(commit => !signed.Contains(commit.Id)))
                    yield return "Commits must have verified signatures.";
                break;
            default:
                break;
        }
    }

    // A new branch is measured by what no branch has yet.
    private List<CommitInfo> IntroducedBy(ObjectId? before, ObjectId after) =>
        [
            .. RunGit(
                    before is { } old
                        ? ["rev-list", after.ToString(), "^" + old]
                        : ["rev-list", after.ToString(), "--not", "--branches"]
                )
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => Git.ReadCommit(ObjectId.Parse(line))),
        ];

    /// <summary>What <c>git push</c> is told, line by line, before its report.</summary>
    private string DeclinedText(string reference, IEnumerable<string> broken) =>
        $"error: GH013: Repository rule violations found for {reference}.\n"
        + $"Review all repository rules at {Shape.Page("rules")}?ref={Uri.EscapeDataString(reference)}\n\n"
        + string.Concat(broken.Select(rule => $"- {rule}\n\n"));

    /// <summary>Refuses a scripted push that the rulesets refuse.</summary>
    private void MustTake(EmulatedUser user, string reference, ObjectId? before, ObjectId? after)
    {
        if (BrokenByPush(user, reference, before, after, withProtection: false) is { Count: > 0 } broken)
            throw new PushDeclined(
                DeclinedText(reference, broken)
                    + $"! [remote rejected] {reference} (push declined due to repository rule violations)"
            );
    }

    /// <summary>Refuses a move by REST that the rules refuse.</summary>
    private void MustAllow(EmulatedUser user, string reference, ObjectId? before, ObjectId? after, int status = 422)
    {
        if (BrokenByPush(user, reference, before, after) is { Count: > 0 } broken)
            throw new ApiFault(status, RuleViolations(broken));
    }
}
