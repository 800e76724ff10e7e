namespace Rayquest.JobReport.Doctor.Checks;

using CheckRule = (DoctorCheck Check, Func<DoctorFacts, IEnumerable<Fault>> Evaluate);

/// <summary>What the rules of the default branch require of everybody.</summary>
internal static class MainBranchChecks
{
    /// <summary>The status that is the gate.</summary>
    public const string Gate = "rayquest";

    /// <summary>The App behind the workflows' own token on github.com: every workflow of the repository is it.</summary>
    private const long ActionsApp = 15368;

    private const string Where = "Settings, Rules, Rulesets, the one of the default branch";

    public static IReadOnlyList<CheckRule> All { get; } =
    [
        (new("required-status", $"the status `{Gate}` is required", true, true), facts => OfRules(facts, Required)),
        (
            new("status-source", $"the status `{Gate}` counts from the pipeline's App alone", true, true),
            facts => OfRules(facts, (branch, rules) => Source(facts.Settings!, branch, rules))
        ),
        (
            new("up-to-date", "heads have the newest base, or a merge queue", true, true),
            facts => OfRules(facts, UpToDate)
        ),
        (
            new("code-owner-review", "code owners review what is theirs", true, true),
            facts => OfRules(facts, CodeOwnerReview)
        ),
        (new("stale-approvals", "a push takes approvals away", true, true), facts => OfRules(facts, StaleApprovals)),
        (new("history", "the branch is neither deleted nor rewritten", true, true), facts => OfRules(facts, History)),
        (new("ci-check", "the check `ci` is required", true, false), facts => OfRules(facts, CiCheck)),
        (new("approvals", "no approval is asked of every submission", true, false), facts => OfRules(facts, Approvals)),
    ];

    private static IEnumerable<Fault> OfRules(
        DoctorFacts facts,
        Func<string, IReadOnlyList<BranchRule>, IEnumerable<Fault>> check
    )
    {
        BranchFacts main = facts.Settings!.Main;
        return Fault.In(main.Rules, $"the rules of {main.Branch}", rules => check(main.Branch, rules));
    }

    private static List<RequiredStatus> Statuses(IReadOnlyList<BranchRule> rules, string context) =>
        [.. rules.SelectMany(rule => rule.Statuses).Where(status => status.Context == context)];

    private static IEnumerable<Fault> Required(string branch, IReadOnlyList<BranchRule> rules)
    {
        if (Statuses(rules, Gate).Count == 0)
        {
            yield return Fault.Error(
                $"nothing requires the status `{Gate}` on {branch}: a pull request is merged whatever the evaluation says",
                $"{Where}: Require status checks to pass, add `{Gate}`"
            );
        }
    }

    private static IEnumerable<Fault> Source(
        RepositorySettings settings,
        string branch,
        IReadOnlyList<BranchRule> rules
    )
    {
        List<RequiredStatus> required = Statuses(rules, Gate);
        string remedy = $"{Where}: Require status checks to pass, `{Gate}`, choose the App as its source";
        if (required.Count == 0 || required.Exists(status => status.App is { } app && app == settings.App))
        {
            yield break; // That it isn't required at all is another check's to say.
        }

        if (required.TrueForAll(status => status.App is null))
        {
            yield return Fault.Error(
                $"the status `{Gate}` counts on {branch} whoever sets it: anybody who may write can set it green",
                remedy
            );
        }
        else if (required.TrueForAll(status => status.App is null or ActionsApp))
        {
            yield return Fault.Error(
                $"the status `{Gate}` is expected from GitHub Actions on {branch}: any workflow of any branch can set it green",
                remedy
            );
        }
        else
        {
            long other = required.First(status => status.App is not null and not ActionsApp).App!.Value;
            yield return settings.App is { } app
                ? Fault.Error(
                    $"the status `{Gate}` is expected from the App {other}, and the pipeline's is {app}: ours never counts",
                    remedy
                )
                : Fault.WhichApp(
                    $"whether the App {other}, which the status `{Gate}` is expected from, is the pipeline's"
                );
        }
    }

    private static IEnumerable<Fault> UpToDate(string branch, IReadOnlyList<BranchRule> rules)
    {
        // Without a status to bring up to date, GitHub takes no notice of the word.
        if (!rules.Any(rule => rule.Type == "merge_queue" || rule is { IsStrict: true, Statuses.Count: > 0 }))
        {
            yield return Fault.Error(
                $"{branch} requires neither up-to-date branches nor a merge queue: two pull requests that are green alone can be merged one after the other, and are too much together",
                $"{Where}: Require merge queue, or Require branches to be up to date before merging"
            );
        }
    }

    private static IEnumerable<Fault> CodeOwnerReview(string branch, IReadOnlyList<BranchRule> rules)
    {
        if (!rules.Any(rule => rule.Type == "pull_request"))
        {
            yield return Fault.Error(
                $"{branch} takes commits without a pull request: nobody reviews what is pushed",
                $"{Where}: Require a pull request before merging, Require review from Code Owners"
            );
        }
        else if (!rules.Any(rule => rule.NeedsCodeOwners))
        {
            yield return Fault.Error(
                $"{branch} doesn't ask code owners: a pull request that changes the program, a workflow or a policy needs nobody, and the next trusted run runs it",
                $"{Where}: Require a pull request before merging, Require review from Code Owners"
            );
        }
    }

    private static IEnumerable<Fault> StaleApprovals(string branch, IReadOnlyList<BranchRule> rules)
    {
        if (rules.Any(rule => rule.Type == "pull_request") && !rules.Any(rule => rule.DismissesStale))
        {
            yield return Fault.Error(
                $"approvals on {branch} outlive a push: what a code owner approved is not what is merged",
                $"{Where}: Require a pull request before merging, Dismiss stale pull request approvals when new commits are pushed"
            );
        }
    }

    private static IEnumerable<Fault> History(string branch, IReadOnlyList<BranchRule> rules)
    {
        if (!rules.Any(rule => rule.Type == "non_fast_forward"))
        {
            yield return Fault.Error($"{branch} can be rewritten by a force push", $"{Where}: Block force pushes");
        }

        if (!rules.Any(rule => rule.Type == "deletion"))
        {
            yield return Fault.Error($"{branch} can be deleted, its rules with it", $"{Where}: Restrict deletions");
        }
    }

    private static IEnumerable<Fault> CiCheck(string branch, IReadOnlyList<BranchRule> rules)
    {
        if (Statuses(rules, "ci").Count == 0)
        {
            yield return Fault.Warning(
                $"nothing requires the check `ci` on {branch}: a change of the program is merged without its tests",
                $"{Where}: Require status checks to pass, add `ci` from GitHub Actions"
            );
        }
    }

    private static IEnumerable<Fault> Approvals(string branch, IReadOnlyList<BranchRule> rules)
    {
        if (rules.Where(rule => rule.Type == "pull_request").Max(rule => (int?)rule.Approvals) is > 0 and var count)
        {
            yield return Fault.Warning(
                $"{branch} asks for {count} approval{(count == 1 ? "" : "s")} on every pull request: a submission inside its quota waits for a person all the same, and a merge by the pipeline is refused",
                $"{Where}: Required approvals 0; code owners are asked for what is theirs all the same"
            );
        }
    }
}
