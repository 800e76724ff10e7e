using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Rayquest.JobHosts.GitHub;
using Rayquest.JobHosts.Review;
using Rayquest.JobLint.Rules.Identity;
using Rayquest.JobModel.Repository;
using Rayquest.JobReport.Approvals;
using Rayquest.JobReport.Evaluation;

namespace Rayquest.Adversary.Tests.Races;

/// <summary>What is left out of the gate on purpose, to see that the simulation would notice.</summary>
public enum Flaw
{
    None,

    /// <summary>Success is put without reading a second time.</summary>
    NoReread,

    /// <summary>Old heads keep their success.</summary>
    NoSuperseding,

    /// <summary>The branch need not be up to date, and there is no queue.</summary>
    NoUpToDate,

    /// <summary>Approvals of any commit count.</summary>
    AnyApproval,
}

/// <summary>One commit: its files, and the commit of main that it contains.</summary>
internal sealed record RaceCommit(string Sha, ImmutableSortedDictionary<string, string> Files, RaceCommit? Fork)
{
    public ImmutableSortedDictionary<string, string> Files { get; } = Files;
}

internal sealed class RacePull(int number, string author)
{
    public int Number => number;
    public string Author => author;
    public bool IsOpen { get; set; } = true;
    public List<RaceCommit> Commits { get; } = [];
    public RaceCommit Head { get; set; } = null!;
    public HashSet<string> Pushers { get; } = [author];
    public Dictionary<string, long> PushedAt { get; } = [];
    public List<ApprovalEvent> Statements { get; } = [];

    /// <summary>When an evaluation that ended had read the pull request.</summary>
    public List<long> Evaluated { get; } = [];
}

/// <summary>
/// A model of GitHub with people, and evaluations that overlap in every way: <see cref="Assessor"/>, <see cref="VerdictRule"/> and
/// <see cref="StatusPublication"/> are the program's own. Everything comes from one seed.
/// </summary>
internal sealed partial class RaceWorld
{
    private const string QuotasPath = "policies/quotas.yaml";
    private static readonly string[] Members = ["alice", "bob", "carol", "mallory"];
    private static readonly string[] Approvers = ["bob", "carol", "dana"];

    private readonly Random random;
    private readonly Flaw flaw;
    private readonly bool hasQueue;
    private readonly Dictionary<string, List<PublishedStatus>> ids = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<(CommitState State, string Words)>> statuses = new(StringComparer.Ordinal);
    private readonly Dictionary<(string, string), Assessment?> assessed = [];
    private readonly List<RacePull> pulls = [];
    private readonly List<string> trace = [];
    private RaceCommit main;
    private long clock;
    private long nextId;

    public RaceWorld(int seed, Flaw flaw = Flaw.None)
    {
        Seed = seed;
        random = new Random(seed);
        this.flaw = flaw;
        hasQueue = flaw != Flaw.NoUpToDate && seed % 3 == 0;
        main = new RaceCommit(
            "main0",
            ImmutableSortedDictionary.CreateRange(
                StringComparer.Ordinal,
                [
                    KeyValuePair.Create("policies/platform.yaml", RaceFiles.Platform),
                    KeyValuePair.Create("policies/images.yaml", "allowed: [{pattern: \"rayproject/*\"}]\n"),
                    KeyValuePair.Create(QuotasPath, RaceFiles.Quotas(8, 16)),
                ]
            ),
            null
        );
    }

    public int Seed { get; }

    /// <summary>What went wrong; null where the gate held.</summary>
    public string? Violation { get; private set; }

    /// <summary>How many merges there were.</summary>
    public int Merges { get; private set; }

    /// <summary>How many merges GitHub refused.</summary>
    public int Refused { get; private set; }

    /// <summary>What happened, a line each.</summary>
    public string Trace => string.Join('\n', trace);

    /// <summary>Lets so many things happen.</summary>
    public void Run(int steps)
    {
        Open();
        Open();
        for (int i = 0; i < steps && Violation is null; i++)
        {
            // Mostly evaluations go on; now and then somebody does something, and at times everything comes to rest first.
            if (IsBusy && random.Next(10) < 8)
            {
                Advance();
                continue;
            }

            for (bool rests = Seed % 2 == 0 && random.Next(3) == 0; rests && IsBusy; )
            {
                Advance();
            }

            Act();
        }
    }

    private void Act()
    {
        RacePull? pull = pulls.Where(p => p.IsOpen).OrderBy(_ => random.Next()).FirstOrDefault();
        int what = random.Next(100);
        if (pull is null || (what < 10 && pulls.Count < 6))
        {
            Open();
            return;
        }

        switch (what)
        {
            case < 20:
                Push(pull, Edited(pull.Head, Pick(1, 1, 2, 2, 4, 6, 9, 12)));
                break;
            case < 24:
                Push(pull, pull.Commits[random.Next(pull.Commits.Count)]); // An old head again, by force.
                break;
            case < 28:
                PushBackAndMerge(pull);
                break;
            case < 34:
                UpdateBranch(pull);
                break;
            case < 52:
                Say(pull, Pick(Approvers), JobReport.Approvals.ApprovalAction.Approve, pull.Head.Sha);
                break;
            case < 56:
                // Of an older head.
                Say(
                    pull,
                    Pick(Approvers),
                    JobReport.Approvals.ApprovalAction.Approve,
                    pull.Commits[random.Next(pull.Commits.Count)].Sha
                );
                break;
            case < 64:
                Say(pull, Pick(Approvers), JobReport.Approvals.ApprovalAction.Withdraw, "");
                break;
            case < 68:
                Say(pull, Pick(Approvers), JobReport.Approvals.ApprovalAction.RequestChanges, pull.Head.Sha);
                break;
            case < 71:
                ChangePolicy();
                break;
            case < 72:
                pull.IsOpen = false;
                Note($"#{pull.Number} is closed");
                break;
            default:
                Merge(pull);
                break;
        }
    }

    private void Open()
    {
        RacePull pull = new(pulls.Count + 1, Pick(Members));
        pulls.Add(pull);
        RaceCommit commit = NewCommit(main.Files, main);
        string path = string.Create(CultureInfo.InvariantCulture, $"jobs-requests/vision/job{pull.Number}.yaml");
        Push(pull, NewCommit(RaceFiles.With(commit.Files, path, Pick(1, 2, 4, 8, 9, 12)), main));
    }

    private RaceCommit Edited(RaceCommit head, int gpus)
    {
        string[] requests = [.. head.Files.Keys.Where(RequestPath.IsRequest)];
        return requests.Length == 0
            ? head
            : NewCommit(RaceFiles.With(head.Files, requests[random.Next(requests.Length)], gpus), head.Fork!);
    }

    private void Push(RacePull pull, RaceCommit commit)
    {
        if (pull.Head == commit)
        {
            return; // Pushing what is there is no push.
        }

        string by = random.Next(8) == 0 ? Pick(Members) : pull.Author;
        pull.Pushers.Add(by);
        pull.PushedAt.TryAdd(by, ++clock);
        pull.Head = commit;
        if (!pull.Commits.Contains(commit))
        {
            pull.Commits.Add(commit);
        }

        Note($"{by} pushes {commit.Sha} to #{pull.Number}: {RaceFiles.Gpus(commit.Files)} GPUs on {commit.Fork!.Sha}");
        Trigger(pull);
    }

    /// <summary>Somebody pushes back what is green, or may become it, and merges before anything looks at it again.</summary>
    private void PushBackAndMerge(RacePull pull)
    {
        if (pull.Commits.Find(c => c != pull.Head && Newest(c.Sha) is (CommitState.Success, _)) is { } green)
        {
            Push(pull, green);
            Merge(pull);
        }
    }

    private void UpdateBranch(RacePull pull)
    {
        if (
            pull.Head.Fork == main
            || RaceFiles.Merge(pull.Head.Fork!.Files, main.Files, pull.Head.Files) is not { } files
        )
        {
            return;
        }

        RaceCommit commit = NewCommit(files, main);
        pull.Head = commit;
        pull.Commits.Add(commit);
        Note($"#{pull.Number} is updated to {commit.Sha} on {main.Sha}");
        Trigger(pull);
    }

    private void Say(RacePull pull, string who, ApprovalAction say, string sha)
    {
        pull.Statements.Add(new ApprovalEvent(who, say, sha, DateTimeOffset.UnixEpoch.AddSeconds(++clock)));
        Note($"{who} on #{pull.Number}: {say} {sha}");
        Trigger(pull);
    }

    private void ChangePolicy()
    {
        (int soft, int hard) = Pick((8, 16), (4, 12), (8, 8), (12, 20));
        SetMain(NewCommit(main.Files.SetItem(QuotasPath, RaceFiles.Quotas(soft, hard)), null));
        Note($"the quota is {soft} and {hard} on {main.Sha}");
        Start(Refresh());
    }

    /// <summary>What GitHub does when somebody clicks on "Merge".</summary>
    private void Merge(RacePull pull)
    {
        if (Newest(pull.Head.Sha) is not (CommitState.Success, _))
        {
            Refused++;
            return;
        }

        if (hasQueue)
        {
            Start(Queue(pull, pull.Head));
            return;
        }

        if (flaw != Flaw.NoUpToDate && pull.Head.Fork != main)
        {
            Refused++;
            UpdateBranch(pull);
            return;
        }

        if (RaceFiles.Merge(pull.Head.Fork!.Files, main.Files, pull.Head.Files) is { } files)
        {
            Check(pull, files);
            Finish(pull, files);
        }
    }

    private void Finish(RacePull pull, ImmutableSortedDictionary<string, string> files)
    {
        pull.IsOpen = false;
        Merges++;
        SetMain(NewCommit(files, null));
        Note($"#{pull.Number} is merged: {RaceFiles.Gpus(files)} GPUs on {main.Sha}");
        Start(Refresh());
    }

    /// <summary>By sums and statements of its own, not by the program's.</summary>
    private void Check(RacePull pull, ImmutableSortedDictionary<string, string> files)
    {
        (int soft, int hard) = RaceFiles.Limits(main.Files);
        (int before, int after) = (RaceFiles.Gpus(main.Files), RaceFiles.Gpus(files));
        if (after > hard && after > before)
        {
            Violate($"#{pull.Number} brings {before} to {after} of {hard} GPUs");
        }

        if (after <= soft || after <= before)
        {
            return;
        }

        // Whoever approved what brings the same, and hasn't said otherwise since.
        // So does a push, which makes somebody an author.
        long known = pull.Evaluated.Count == 0 ? 0 : pull.Evaluated.Max();
        ApprovalEvent[] last =
        [
            .. pull
                .Statements.GroupBy(s => s.Login, StringComparer.Ordinal)
                .Where(g =>
                    Approvers.Contains(g.Key, StringComparer.Ordinal)
                    && g.Key != pull.Author
                    && !(pull.PushedAt.GetValueOrDefault(g.Key, long.MaxValue) <= known)
                )
                .Select(g => g.Last()),
        ];
        bool isApproved =
            last.Any(s => s.Action == JobReport.Approvals.ApprovalAction.Approve && BringsTheSame(pull, s.Sha, files))
            && !last.Any(s => s.Action == JobReport.Approvals.ApprovalAction.RequestChanges);
        // A word takes effect when it is evaluated; until then GitHub goes by the status before it.
        long said = pull.Statements.Count == 0 ? 0 : pull.Statements[^1].At.ToUnixTimeSeconds();
        if (!isApproved && (pull.Statements.Count == 0 || pull.Evaluated.Exists(read => read >= said)))
        {
            Violate($"#{pull.Number} brings {before} to {after} over {soft} GPUs, and nobody's approval is in force");
        }
    }

    private bool BringsTheSame(RacePull pull, string sha, ImmutableSortedDictionary<string, string> files) =>
        pull.Commits.Find(c => c.Sha == sha) is { } commit
        && RaceFiles.Merge(commit.Fork!.Files, main.Files, commit.Files) is { } merged
        && RaceFiles.IsSame(merged, files);

    private void Violate(string what)
    {
        Violation ??= what;
        Note("VIOLATION: " + what);
    }

    private void SetMain(RaceCommit commit) => main = commit;

    private RaceCommit NewCommit(ImmutableSortedDictionary<string, string> files, RaceCommit? fork) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{++nextId:x40}"), files, fork);

    private T Pick<T>(params ReadOnlySpan<T> from) => from[random.Next(from.Length)];

    private void Note(string line) => trace.Add(line);

    private (CommitState State, string Words)? Newest(string sha) =>
        statuses.TryGetValue(sha, out List<(CommitState, string)>? all) ? all[^1] : null;
}
