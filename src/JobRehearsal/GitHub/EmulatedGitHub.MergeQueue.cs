using System.Text.Json.Nodes;
using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.GitHub;

namespace Rayquest.JobRehearsal.GitHub;

/// <summary>A pull request in the queue, and the commit that was built for it on top of everything before it.</summary>
public sealed class EmulatedQueueEntry(long id, EmulatedPull pull, EmulatedUser enqueuer, DateTimeOffset at, bool jump)
{
    public long Id { get; } = id;
    public EmulatedPull Pull { get; } = pull;
    public EmulatedUser Enqueuer { get; } = enqueuer;
    public DateTimeOffset EnqueuedAt { get; } = at;
    public bool Jump { get; } = jump;

    /// <summary>QUEUED, AWAITING_CHECKS, MERGEABLE, UNMERGEABLE or LOCKED.</summary>
    public string State { get; internal set; } = "QUEUED";

    /// <summary>What the commit was built on: the base, or the commit of the entry before.</summary>
    public ObjectId? BaseCommit { get; internal set; }

    /// <summary>The commit whose checks decide; none while it waits for its build.</summary>
    public ObjectId? HeadCommit { get; internal set; }

    /// <summary>The temporary branch of the build, <c>refs/heads/gh-readonly-queue/…</c>.</summary>
    public string? HeadReference { get; internal set; }

    internal ObjectId? BuiltFrom { get; set; }
    internal DateTimeOffset BuiltAt { get; set; }
}

/// <summary>Why and when a pull request left the queue without being merged.</summary>
/// <param name="Reason">A word of the <c>dequeued</c> event: CI_FAILURE, CI_TIMEOUT, MANUAL, MERGE_CONFLICT …</param>
public sealed record EmulatedQueueRemoval(string Reason, ObjectId? BeforeCommit, DateTimeOffset At);

/// <summary>
/// The merge queue: every entry is built on all before it as a branch of its own, and a group whose checks are green
/// becomes the base, commit for commit.
/// </summary>
public sealed partial class EmulatedGitHub
{
    private readonly Dictionary<string, List<EmulatedQueueEntry>> queues = new(StringComparer.Ordinal);
    private bool advancing;

    /// <summary>The queue of a branch, its first entry first.</summary>
    public IReadOnlyList<EmulatedQueueEntry> QueueOf(string branch)
    {
        lock (gate)
        {
            FollowBranches();
            return [.. queues.GetValueOrDefault(branch) ?? []];
        }
    }

    /// <summary>Puts a pull request into the queue, as "Merge when ready" does on a green one.</summary>
    public EmulatedQueueEntry Enqueue(EmulatedUser user, int pull, bool jump = false)
    {
        lock (gate)
        {
            FollowBranches();
            return Enqueue(PullOf(pull), user, expectedHead: null, jump);
        }
    }

    public void Dequeue(EmulatedUser user, int pull)
    {
        lock (gate)
        {
            FollowBranches();
            Leave(PullOf(pull), "MANUAL", user);
        }
    }

    private EmulatedRule? QueueRuleOf(string branch) =>
        ActiveRules(branch).Select(applied => applied.Rule).FirstOrDefault(rule => rule.Type == "merge_queue");

    private EmulatedUser QueueBot => AddIdentity("github-merge-queue[bot]", PermissionLevel.Write, QueueApp);

    private EmulatedQueueEntry Enqueue(EmulatedPull pull, EmulatedUser user, string? expectedHead, bool jump)
    {
        if (QueueRuleOf(pull.BaseBranch) is null)
            throw new ApiFault(422, "Merge queue is not enabled for this branch");
        if (!user.CanWrite)
            throw new ApiFault(403, "Resource not accessible by integration");
        if (expectedHead is not null && expectedHead != pull.HeadSha.ToString())
            throw new ApiFault(422, "Head branch was modified. Review and try the merge again.");
        if (!pull.IsOpen || pull.Draft || MergedTree(pull) is null)
            throw new ApiFault(422, "Pull request is not mergeable");
        if (pull.QueueEntry is not null)
            throw new ApiFault(422, "Pull request is already in the queue");
        if (Unmet(pull).FirstOrDefault() is { } unmet)
            throw new ApiFault(422, "Pull request is not ready to be merged: " + unmet);
        var entry = new EmulatedQueueEntry(NextId(), pull, user, Tick(), jump);
        pull.QueueEntry = entry;
        pull.AutoMerge = null;
        if (!queues.TryGetValue(pull.BaseBranch, out var queue))
            queues[pull.BaseBranch] = queue = [];
        queue.Insert(jump ? 0 : queue.Count, entry);
        Notify(pull, "enqueued", user);
        Advance(pull.BaseBranch);
        return entry;
    }

    /// <summary>Takes a pull request out of the queue; all behind it are built anew.</summary>
    private void Leave(EmulatedPull pull, string reason, EmulatedUser? by)
    {
        if (pull.QueueEntry is not { } entry)
            throw new ApiFault(422, "Pull request is not in the queue");
        Unqueue(entry, reason, by);
        Advance(pull.BaseBranch);
    }

    private void Unqueue(EmulatedQueueEntry entry, string reason, EmulatedUser? by)
    {
        queues[entry.Pull.BaseBranch].Remove(entry);
        entry.Pull.QueueEntry = null;
        entry.Pull.QueueRemovals.Add(new EmulatedQueueRemoval(reason, entry.HeadCommit, Tick()));
        DropBuild(entry, reason == "MANUAL" ? "dequeued" : "invalidated");
        entry.State = "UNMERGEABLE";
        Notify(entry.Pull, "dequeued", by ?? QueueBot, new JsonObject { ["reason"] = reason });
    }

    /// <summary>Builds what isn't built on the present base, drops what failed, merges what is green, until all waits.</summary>
    private void Advance(string branch)
    {
        if (advancing || !queues.TryGetValue(branch, out var queue) || QueueRuleOf(branch) is not { } rule)
            return;
        advancing = true;
        try
        {
            while (queue.Count > 0)
            {
                Build(branch, queue, rule);
                if (Failed(branch, queue, rule) is { } failed)
                    Unqueue(failed.Entry, failed.Reason, null);
                else if (Ready(branch, queue, rule) is var ready and > 0)
                    MergeGroup(branch, queue, ready);
                else
                    break;
            }
        }
        finally
        {
            advancing = false;
        }
    }

    private void Build(string branch, List<EmulatedQueueEntry> queue, EmulatedRule rule)
    {
        var onto = Git.Resolve("refs/heads/" + branch);
        var method = Enum.Parse<PullRequestMergeMethod>(rule.Word("merge_method") ?? "MERGE", ignoreCase: true);
        var most = Math.Max(1, rule.Number("max_entries_to_build"));
        foreach (var (entry, position) in queue.ToList().Select((entry, i) => (entry, i)))
        {
            if (entry.HeadCommit is { } built && entry.BaseCommit == onto && entry.BuiltFrom == entry.Pull.HeadSha)
            {
                onto = built;
                continue;
            }

            DropBuild(entry, "invalidated");
            if (position >= most)
                continue;
            if (Combine(entry.Pull, onto, entry.Enqueuer, method) is not { } commit)
            {
                Unqueue(entry, "MERGE_CONFLICT", null);
                continue;
            }

            Built(branch, entry, onto, commit);
            onto = commit;
        }
    }

    private void Built(string branch, EmulatedQueueEntry entry, ObjectId onto, ObjectId commit)
    {
        entry.BaseCommit = onto;
        entry.HeadCommit = commit;
        entry.BuiltFrom = entry.Pull.HeadSha;
        entry.BuiltAt = Clock.GetUtcNow();
        entry.State = "AWAITING_CHECKS";
        // Which SHA GitHub writes at the end isn't documented; two builds of one pull request differ by it.
        entry.HeadReference = $"refs/heads/gh-readonly-queue/{branch}/pr-{entry.Pull.Number}-{onto}";
        Git.UpdateReference(entry.HeadReference, commit, Git.TryResolve(entry.HeadReference));
        NotifyGroup(entry, "checks_requested", entry.Enqueuer, null);
    }

    private void DropBuild(EmulatedQueueEntry entry, string reason)
    {
        if (entry.HeadReference is { } reference && entry.HeadCommit is { } commit)
        {
            Git.DeleteReference(reference, commit);
            NotifyGroup(entry, "destroyed", QueueBot, reason);
        }

        (entry.HeadReference, entry.HeadCommit, entry.BaseCommit) = (null, null, null);
        entry.State = "QUEUED";
    }

    // The payload names no pull request, on GitHub either.
    private void NotifyGroup(EmulatedQueueEntry entry, string action, EmulatedUser sender, string? reason)
    {
        var head = Git.ReadCommit(entry.HeadCommit!);
        var payload = new JsonObject
        {
            ["action"] = action,
            ["merge_group"] = new JsonObject
            {
                ["head_sha"] = head.Id.ToString(),
                ["head_ref"] = entry.HeadReference,
                ["base_sha"] = entry.BaseCommit!.ToString(),
                ["base_ref"] = "refs/heads/" + entry.Pull.BaseBranch,
                ["head_commit"] = new JsonObject
                {
                    ["id"] = head.Id.ToString(),
                    ["tree_id"] = head.Tree.ToString(),
                    ["message"] = head.Message.TrimEnd('\n'),
                    ["timestamp"] = Shapes.Time(head.Committer.When),
                },
            },
        };
        if (reason is not null)
            payload["reason"] = reason;
        Notify("merge_group", action, sender, payload);
    }

    private (EmulatedQueueEntry Entry, string Reason)? Failed(
        string branch,
        List<EmulatedQueueEntry> queue,
        EmulatedRule rule
    )
    {
        var built = queue.Where(entry => entry.HeadCommit is not null).ToList();
        // Where only the head of a group must be green, a failure before it is forgiven.
        var looked = rule.Word("grouping_strategy") == "HEADGREEN" ? built.TakeLast(1) : built;
        if (looked.FirstOrDefault(entry => WorstOf(branch, entry) == CheckResult.Failing) is { } failing)
            return (failing, "CI_FAILURE");
        var patience = TimeSpan.FromMinutes(Math.Max(1, rule.Number("check_response_timeout_minutes")));
        var late = built.Find(entry =>
            WorstOf(branch, entry) != CheckResult.Met && Clock.GetUtcNow() - entry.BuiltAt > patience
        );
        return late is null ? null : (late, "CI_TIMEOUT");
    }

    private CheckResult WorstOf(string branch, EmulatedQueueEntry entry) =>
        RequiredChecks(branch)
            .Select(check => ResultOf(entry.HeadCommit!, check))
            .Aggregate(
                CheckResult.Met,
                (worst, next) =>
                    worst == CheckResult.Failing || next == CheckResult.Failing ? CheckResult.Failing
                    : next == CheckResult.Met ? worst
                    : CheckResult.Pending
            );

    /// <summary>How many entries may be merged now.</summary>
    private int Ready(string branch, List<EmulatedQueueEntry> queue, EmulatedRule rule)
    {
        var most = Math.Max(1, rule.Number("max_entries_to_merge"));
        var green = queue
            .TakeWhile(entry => entry.HeadCommit is not null)
            .Take(most)
            .Select(entry => WorstOf(branch, entry) == CheckResult.Met)
            .ToList();
        for (var i = 0; i < green.Count; i++)
            queue[i].State = green[i] ? "MERGEABLE" : "AWAITING_CHECKS";
        var count =
            rule.Word("grouping_strategy") == "HEADGREEN"
                ? green.LastIndexOf(true) + 1
                : green.TakeWhile(met => met).Count();
        var waited =
            queue.Count > 0
            && Clock.GetUtcNow() - queue[0].EnqueuedAt
                >= TimeSpan.FromMinutes(rule.Number("min_entries_to_merge_wait_minutes"));
        return count >= rule.Number("min_entries_to_merge") || waited ? count : 0;
    }

    private void MergeGroup(string branch, List<EmulatedQueueEntry> queue, int count)
    {
        var group = queue.Take(count).ToList();
        var (before, after) = (group[0].BaseCommit!, group[^1].HeadCommit!);
        if (Git.UpdateReference("refs/heads/" + branch, after, before) == ReferenceUpdate.Moved)
            return;
        Record("refs/heads/" + branch, before, after, QueueBot, ActivityType.MergeQueueMerge);
        queue.RemoveRange(0, count);
        foreach (var entry in group)
        {
            var commit = entry.HeadCommit!;
            var @base = entry.BaseCommit;
            DropBuild(entry, "merged");
            (entry.State, entry.BaseCommit, entry.HeadCommit) = ("LOCKED", @base, commit);
            entry.Pull.QueueEntry = null;
            MarkMerged(entry.Pull, QueueBot, commit);
        }

        FollowBranches();
    }
}
