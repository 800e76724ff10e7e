using System.Collections.Immutable;
using Rayquest.JobHosts.GitHub;
using Rayquest.JobHosts.Review;
using Rayquest.JobReport.Approvals;
using Rayquest.JobReport.Evaluation;

namespace Rayquest.Adversary.Tests.Races;

/// <summary>The part that evaluates: each call of an evaluation is a step, and steps of all are taken in any order.</summary>
internal sealed partial class RaceWorld
{
    // A run takes longer than one call of another: from the second reading to the success, so many steps of others fit in.
    private const int StepsInACall = 2;

    private readonly Dictionary<(string, string), ImmutableSortedDictionary<string, string>?> merges = [];
    private readonly List<(TaskCompletionSource Next, bool IsUrgent)> waiting = [];
    private int urgentFor;

    private bool IsBusy => waiting.Count > 0;

    /// <summary>One step of one evaluation.</summary>
    private void Advance()
    {
        int index = random.Next(waiting.Count);
        if (waiting.FindIndex(w => w.IsUrgent) is >= 0 and var urgent && ++urgentFor > StepsInACall)
        {
            index = urgent;
        }

        (TaskCompletionSource next, bool isUrgent) = waiting[index];
        waiting.RemoveAt(index);
        if (isUrgent)
        {
            urgentFor = 0;
        }

        // A run that is killed never goes on.
        if (isUrgent || random.Next(100) >= 2)
        {
            next.SetResult();
        }
    }

    private Task Step(bool isUrgent = false)
    {
        TaskCompletionSource next = new();
        waiting.Add((next, isUrgent));
        return next.Task;
    }

    /// <summary>Starts a run of a workflow; some never start.</summary>
    private void Trigger(RacePull pull)
    {
        if (random.Next(100) >= 5)
        {
            Start(Evaluate(pull));
        }
    }

    // What goes wrong in a run shows when it is looked at; one that waits for ever was killed.
    private void Start(Task run) =>
        _ = run.ContinueWith(
            r => Violate("a run failed: " + r.Exception!.InnerException),
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default
        );

    private async Task Evaluate(RacePull pull)
    {
        for (int attempt = 0; attempt < 5; attempt++)
        {
            await Step();
            if (!pull.IsOpen)
            {
                return;
            }

            (RaceCommit head, ApprovalEvent[] said, long read) = (pull.Head, [.. pull.Statements], clock);
            StatusMark? mark = MarkOf(head.Sha);
            await Supersede(pull, head);
            await Step();
            RaceCommit tip = main;
            (CommitState state, string words) = Decide(tip, head, pull, said);
            if (mark is { } there && there.State == state && there.Description == words)
            {
                pull.Evaluated.Add(read);
                return;
            }

            Gate gate = new(this, pull, head, tip, said);
            if (await StatusPublication.Publish(gate, mark, state, words) == PublicationResult.Done)
            {
                Note($"evaluated #{pull.Number} at {head.Sha} as of {read}: {state}");
                pull.Evaluated.Add(read);
                return;
            }
        }
    }

    private async Task Supersede(RacePull pull, RaceCommit head)
    {
        if (flaw == Flaw.NoSuperseding)
        {
            return;
        }

        foreach (RaceCommit old in pull.Commits.Where(c => c != head).ToArray())
        {
            if (
                Newest(old.Sha) is { } newest
                && (newest.State == CommitState.Success || newest.Words == StatusPublication.Evaluating)
            )
            {
                await Step();
                Put(old.Sha, CommitState.Pending, "Superseded");
            }
        }
    }

    /// <summary>What follows a push to main: nobody stays green who may not be.</summary>
    private async Task Refresh()
    {
        await Step();
        RaceCommit tip = main;
        RacePull[] outdated =
        [
            .. pulls.Where(p =>
                p.IsOpen && Newest(p.Head.Sha) is { } newest && newest.State != Decide(tip, p.Head, p, []).State
            ),
        ];
        foreach (RacePull pull in outdated)
        {
            if (Newest(pull.Head.Sha) is (CommitState.Success, _))
            {
                await Step();
                Put(pull.Head.Sha, CommitState.Pending, "The base branch has changed");
            }
        }

        foreach (RacePull pull in outdated)
        {
            await Evaluate(pull);
        }
    }

    /// <summary>A merge queue evaluates what it has merged, and merges it where main is still what it was merged into.</summary>
    private async Task Queue(RacePull pull, RaceCommit head)
    {
        for (int attempt = 0; attempt < 3; attempt++)
        {
            await Step();
            if (!pull.IsOpen || pull.Head != head)
            {
                return;
            }

            (RaceCommit tip, ApprovalEvent[] said) = (main, [.. pull.Statements]);
            ImmutableSortedDictionary<string, string>? files = RaceFiles.Merge(head.Fork!.Files, tip.Files, head.Files);
            bool passes = Decide(tip, head, pull, said).State == CommitState.Success;
            if (passes)
            {
                CheckAsOf(pull, files!, said);
            }

            await Step();
            if (main != tip)
            {
                continue;
            }

            if (passes && pull.IsOpen)
            {
                Finish(pull, files!);
            }

            return;
        }
    }

    // A queue goes by the words that were there when it built the group.
    private void CheckAsOf(RacePull pull, ImmutableSortedDictionary<string, string> files, ApprovalEvent[] said)
    {
        if (said.Length == pull.Statements.Count)
        {
            pull.Evaluated.Add(clock);
            Check(pull, files);
        }
    }

    private (CommitState State, string Words) Decide(
        RaceCommit tip,
        RaceCommit head,
        RacePull pull,
        ApprovalEvent[] said
    )
    {
        if (!assessed.TryGetValue((tip.Sha, head.Sha), out Assessment? assessment))
        {
            ImmutableSortedDictionary<string, string>? merged = Merged(tip, head);
            assessment = Assessor.Assess(
                new AssessmentInput
                {
                    Base = RaceFiles.Tree(tip.Files),
                    Result = RaceFiles.Tree(merged ?? tip.Files),
                    ChangedPaths = RaceFiles.Changed(
                        merged is null ? head.Fork!.Files : tip.Files,
                        merged ?? head.Files
                    ),
                    Obstacle = merged is null ? MergeObstacle.Conflict : MergeObstacle.None,
                }
            );
            assessed[(tip.Sha, head.Sha)] = assessment;
        }

        ImmutableSortedDictionary<string, string>? result = Merged(tip, head);
        HashSet<string> heads = new([head.Sha], StringComparer.Ordinal);
        heads.UnionWith(
            pull.Commits.Where(c =>
                    flaw == Flaw.AnyApproval
                    || (result is not null && Merged(tip, c) is { } same && RaceFiles.IsSame(same, result))
                )
                .Select(c => c.Sha)
        );
        return ReviewStatus.Of(
            VerdictRule.Decide(
                assessment!,
                new ApprovalInput(pull.Author, heads, said) { AlsoAuthors = [.. pull.Pushers] },
                null
            )
        );
    }

    private ImmutableSortedDictionary<string, string>? Merged(RaceCommit tip, RaceCommit head)
    {
        if (!merges.TryGetValue((tip.Sha, head.Sha), out ImmutableSortedDictionary<string, string>? merged))
        {
            merged = RaceFiles.Merge(head.Fork!.Files, tip.Files, head.Files);
            merges[(tip.Sha, head.Sha)] = merged;
        }

        return merged;
    }

    private PublishedStatus Put(string sha, CommitState state, string words)
    {
        if (!statuses.TryGetValue(sha, out List<(CommitState, string)>? all))
        {
            statuses[sha] = all = [];
            ids[sha] = [];
        }

        long id = ++nextId;
        PublishedStatus status = new(id, $"SC_{id}", DateTimeOffset.UnixEpoch.AddSeconds(clock));
        all.Add((state, words));
        ids[sha].Add(status);
        Note($"  {sha[^4..]} is {state} ({words})");
        return status;
    }

    private StatusMark? MarkOf(string sha) =>
        Newest(sha) is { } newest
            ? new StatusMark(ids[sha][^1].NodeId!, newest.State, newest.Words, ids[sha][^1].CreatedAt)
            : null;

    private sealed class Gate(RaceWorld world, RacePull pull, RaceCommit head, RaceCommit tip, ApprovalEvent[] said)
        : IStatusGate
    {
        private bool hasComment;

        public async Task<PublishedStatus> Put(CommitState state, string description)
        {
            await world.Step();
            return world.Put(head.Sha, state, description);
        }

        public async Task<PublishedStatus?> PutSuccess(string description)
        {
            await world.Step(isUrgent: true);
            // An outage: before it is sent again, everything is read again.
            while (world.random.Next(100) < 5)
            {
                if (await Reread() != PublicationResult.Done)
                {
                    return null;
                }

                await world.Step(isUrgent: true);
            }

            return world.Put(head.Sha, CommitState.Success, description);
        }

        public async Task<IReadOnlyList<PublishedStatus>> All()
        {
            await world.Step();
            return [.. world.ids[head.Sha]];
        }

        public async Task<PublicationResult> Reread()
        {
            await world.Step();
            return world.flaw == Flaw.NoReread ? PublicationResult.Done
                : pull.Head != head ? PublicationResult.HeadMoved
                : world.main != tip || !pull.Statements.SequenceEqual(said) ? PublicationResult.Contested
                : PublicationResult.Done;
        }

        public async Task<bool> WriteParts()
        {
            await world.Step();
            await world.Step();
            (bool made, hasComment) = (!hasComment, true);
            return made && world.MarkOf(head.Sha) is null;
        }
    }
}
