using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Rayquest.JobHosts.Authorship;
using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.GitHub;
using Rayquest.JobHosts.LedgerBranch;
using Rayquest.JobHosts.Review;
using Rayquest.JobModel.Repository;
using Rayquest.JobReport.Ledger;
using Rayquest.JobReport.Status;

namespace Rayquest.JobHosts.StatusSync;

/// <summary>Who asked for what a commit brought.</summary>
public sealed record MergedPull(int Number, string Author, ImmutableArray<string> Approvers)
{
    /// <summary>The pull request a commit of main came from, by GitHub's word.</summary>
    public static MergedPull? Of(GitHubClient client, ObjectId commit)
    {
        ArgumentNullException.ThrowIfNull(client);
        var pulls = client.Repository.Commit.PullRequests(commit.ToString()).GetAwaiter().GetResult();
        var pull =
            pulls.FirstOrDefault(item =>
                string.Equals(item.MergeCommitSha, commit.ToString(), StringComparison.Ordinal)
            ) ?? pulls.FirstOrDefault(item => item.MergedAt is not null);
        if (pull is null)
        {
            return null;
        }

        var asked = PullRequestAuthor.Of(client, pull, null, CancellationToken.None).GetAwaiter().GetResult().Pull;
        return new MergedPull(asked.Number, asked.User?.Login ?? "", []);
    }
}

/// <summary>What commits of main did to jobs, in their order.</summary>
public sealed record MainChanges(List<AddedJob> Added, List<EditedJob> Edited, List<RemovedJob> Removed)
{
    public bool IsEmpty => Added.Count == 0 && Edited.Count == 0 && Removed.Count == 0;

    /// <summary>The same of some teams alone.</summary>
    public MainChanges Of(Func<string, bool> isOurs) =>
        new(
            [.. Added.Where(job => isOurs(job.Team))],
            [.. Edited.Where(job => isOurs(job.Team))],
            [.. Removed.Where(job => isOurs(job.Team))]
        );
}

/// <summary>Which part of the main branch's history a rebuild counts.</summary>
/// <param name="Since">Left out with everything before it; null for the whole history.</param>
/// <param name="Counts">Whether a team is this repository's: the history of one that was copied holds others' jobs too.</param>
public sealed record HistoryScope(ObjectId? Since, Func<string, bool> Counts);

/// <summary>What a rebuild would write.</summary>
/// <param name="Added">Jobs that the ledger doesn't know yet, by team.</param>
/// <param name="Gone">Ends that it doesn't know yet.</param>
/// <param name="LeftOut">Jobs of teams that aren't this repository's, by team.</param>
public sealed record HistoryPreview(
    IReadOnlyDictionary<string, int> Added,
    int Gone,
    IReadOnlyDictionary<string, int> LeftOut
);

/// <summary>
/// What the main branch's commits say about jobs: which came, which went. The ledger's merged, taken-back and archived
/// events come from here, whether at the merge, when a merge was missed, or when the whole ledger is made anew.
/// </summary>
/// <param name="lookup">Asks GitHub for a commit's pull request; null where it does not know.</param>
public sealed partial class MainHistory(GitRepository repository, Func<ObjectId, MergedPull?> lookup)
{
    /// <summary>File on the ledger branch that names the last commit of main whose jobs have been noted.</summary>
    public const string MarkFile = "main.json";
    private const long LargestFile = 16 << 20;
    private readonly Dictionary<ObjectId, MergedPull> pulls = [];

    /// <summary>Everything the commits after <paramref name="since"/> up to <paramref name="head"/> brought and took.</summary>
    public MainChanges Read(ObjectId? since, ObjectId head)
    {
        var found = new MainChanges([], [], []);
        foreach (var id in repository.FirstParents(since, head, RequestPath.Jobs))
        {
            Read(repository.ReadCommit(id), found);
        }

        return found;
    }

    /// <summary>
    /// Brings the ledger up to a commit of main. It goes on from the commit noted last, or from the beginning; commits
    /// that were noted before change nothing.
    /// </summary>
    /// <param name="scope">Reads this part of the history again (rebuild); null goes on from the last time.</param>
    public LedgerSnapshot CatchUp(LedgerStore ledger, ObjectId head, HistoryScope? scope = null)
    {
        bool whole = scope is not null;
        ArgumentNullException.ThrowIfNull(ledger);
        var snapshot = ledger.ReadRecent();
        var mark = Mark(ledger.Text(snapshot, MarkFile));
        if (!whole && mark == head)
        {
            return snapshot;
        }

        // After a rewritten main the mark is no ancestor: then everything is looked at again.
        var since =
            !whole
            && mark is { } noted
            && repository.TryResolve(noted.ToString()) is { } there
            && repository.IsAncestor(there, head)
                ? there
                : (ObjectId?)null;
        var found = Read(scope?.Since ?? since, head);
        if (scope is not null)
        {
            found = found.Of(scope.Counts);
        }

        if (since is null)
        {
            // Old merges come up again: which of them are known, only the whole ledger tells.
            snapshot = ledger.Read();
        }
        else if (found.IsEmpty)
        {
            // Commits that brought no job are looked at again next time, which costs less than a commit here.
            return snapshot;
        }

        return ledger.Commit(
            there => new LedgerWrite(
                [.. LedgerRebuild.Of(found.Added, found.Removed, there.Records.Values, found.Edited)],
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Note main up to {head.Short}: {found.Added.Count} added, {found.Removed.Count} gone"
                )
            )
            {
                Files = _ =>
                    [(MarkFile, System.Text.Encoding.UTF8.GetBytes($"{{\"schema\":1,\"commit\":\"{head}\"}}\n"))],
                // What was noted before and brings no record anew is no commit.
                Always = mark != head,
            },
            snapshot
        );
    }

    /// <summary>What <see cref="CatchUp"/> would write of a part of the history, without writing it.</summary>
    public HistoryPreview Preview(LedgerStore ledger, ObjectId head, HistoryScope scope)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        ArgumentNullException.ThrowIfNull(scope);
        var found = Read(scope.Since, head);
        var known = ledger.Read().Records;
        var ours = found.Of(scope.Counts);
        var records = LedgerRebuild
            .Of(ours.Added, ours.Removed, known.Values, ours.Edited)
            .ToDictionary(record => record.Path, StringComparer.Ordinal);
        return new HistoryPreview(
            Counted(records.Values.Where(record => !known.ContainsKey(record.Path)).Select(record => record.Team)),
            records.Values.Sum(record =>
                Ends(record) - (known.TryGetValue(record.Path, out var before) ? Ends(before) : 0)
            ),
            Counted(found.Added.Where(job => !scope.Counts(job.Team)).Select(job => job.Team))
        );

        static int Ends(JobRecord record) =>
            record.Events.Count(item => item.Kind is EventKind.Archived or EventKind.Withdrawn);

        static SortedDictionary<string, int> Counted(IEnumerable<string> teams) =>
            new(teams.CountBy(team => team).ToDictionary(), StringComparer.Ordinal);
    }

    /// <summary>Our own commit, or the merge of the pull request that proposed it.</summary>
    private bool IsArchive(CommitInfo commit) =>
        commit.Message.Contains(CommitTrailers.Archive, StringComparison.Ordinal)
        || (
            commit.Parents is [_, var merged]
            && repository.TryResolve(merged.ToString()) is { } proposed
            && repository.ReadCommit(proposed).Message.Contains(CommitTrailers.Archive, StringComparison.Ordinal)
        );

    private void Read(CommitInfo commit, MainChanges found)
    {
        var parent = commit.Parents.Count > 0 ? commit.Parents[0] : (ObjectId?)null;
        var changes = parent is { } before
            ? repository.Diff(before, commit.Id)
            :
            [
                .. repository
                    .ListTree(commit.Id, RequestPath.Jobs)
                    .Select(entry => new TreeChange(entry.Path, EntryMode.None, entry.Mode, ObjectId.Zero, entry.Id)),
            ];
        var ours = changes
            .Where(change =>
                change.Path.StartsWith(RequestPath.Jobs, StringComparison.Ordinal)
                && RequestPath.TeamOf(change.Path) is not null
            )
            .ToList();
        var blobs = repository.ReadBlobs(
            ours.SelectMany(change => new[] { (change.OldMode, Id: change.OldId), (change.NewMode, Id: change.NewId) })
                .Where(side => side.Item1 is not (EntryMode.None or EntryMode.Submodule))
                .Select(side => side.Id),
            LargestFile
        );
        var archive = IsArchive(commit);
        foreach (var change in ours)
        {
            var team = RequestPath.TeamOf(change.Path)!;
            var old = File(change.Path, change.OldId);
            var now = File(change.Path, change.NewId);
            var oldNames = old?.Jobs.Select(job => job.Name).ToHashSet(StringComparer.Ordinal) ?? [];
            var newNames = now?.Jobs.Select(job => job.Name).ToHashSet(StringComparer.Ordinal) ?? [];
            foreach (var job in now?.Jobs.Where(job => !oldNames.Contains(job.Name)) ?? [])
            {
                var pull = PullOf(commit, now!.Header.RequestPath);
                found.Added.Add(
                    new AddedJob(
                        team,
                        job.Kind,
                        job.Namespace,
                        job.Name,
                        commit.Committer.When,
                        Facts(now!, job, commit.Id, change.Path, pull, oldNames)
                    )
                );
            }

            if (now is not null && old is not null && now.Header.RequestDigest != old.Header.RequestDigest)
            {
                var kept = now.Jobs.Where(job => oldNames.Contains(job.Name) && EngineKind.KeepsName(job.Kind));
                found.Edited.AddRange(
                    kept.Select(job => new EditedJob(
                        team,
                        job.Name,
                        commit.Committer.When,
                        Facts(now, job, commit.Id, change.Path, PullOf(commit, now.Header.RequestPath), [])
                    ))
                );
            }

            found.Removed.AddRange(
                oldNames
                    .Where(name => !newNames.Contains(name))
                    .Order(StringComparer.Ordinal)
                    .Select(name => new RemovedJob(team, name, commit.Committer.When, commit.Id.ToString(), archive))
            );
        }

        MergedJobFile? File(string path, ObjectId id) =>
            blobs.GetValueOrDefault(id) is { } bytes ? MergedJobFile.Read(path, bytes) : null;
    }

    private static MergedFacts Facts(
        MergedJobFile file,
        RenderedJob job,
        ObjectId commit,
        string path,
        MergedPull pull,
        HashSet<string> replaced
    )
    {
        var header = file.Header;
        // The header tells what all jobs of the file hold together; a sweep's jobs are alike.
        var share = Math.Max(1, header.Demand.Jobs);
        return new MergedFacts
        {
            Pull = pull.Number,
            Author = pull.Author,
            Approvers = pull.Approvers,
            Request = header.RequestPath,
            Digest = header.RequestDigest,
            Manifest = path,
            Sha = commit.ToString(),
            Gpus = header.Demand.Gpus.ToImmutableSortedDictionary(
                pair => pair.Key,
                pair => (int)Math.Min(int.MaxValue, pair.Value / share),
                StringComparer.Ordinal
            ),
            Cpu = header.Demand.Cpu.ToString(),
            Memory = header.Demand.Memory.ToString(),
            MaxCost = header.Demand.MaxCost is { } cost ? (decimal)Math.Round(cost / share, 2) : null,
            Timeout = job.Timeout,
            QueueTimeout = job.QueueTimeout,
            Keep = job.Keep,
            Lease = job.Lease,
            Schedule = job.Schedule,
            TimeZone = job.TimeZone,
            Replaces = replaced.Count == 1 ? replaced.Single() : "",
            Best = header.Best,
            SweepValues = (
                header.Jobs.FirstOrDefault(other => other.Name == job.Name)?.SweepValues ?? []
            ).ToImmutableSortedDictionary(StringComparer.Ordinal),
        };
    }

    /// <summary>
    /// The pull request behind a commit. A fork's rendering comes with a commit of ours after the merge: then it is the one
    /// that brought the request.
    /// </summary>
    private MergedPull PullOf(CommitInfo commit, string request)
    {
        if (Known(commit) is { Number: > 0 } own)
        {
            return own;
        }

        var source =
            RequestPath.IsRequest(request) && repository.LastChange(commit.Id, request) is { } id && id != commit.Id
                ? repository.ReadCommit(id)
                : commit;
        return Known(source);
    }

    private MergedPull Known(CommitInfo commit)
    {
        if (pulls.TryGetValue(commit.Id, out var known))
        {
            return known;
        }

        // What GitHub knows is better than what a message says, which anybody may have written.
        if (lookup(commit.Id) is { } reported)
        {
            return pulls[commit.Id] = reported;
        }

        var match = PullNumber.Match(commit.Message);
        return pulls[commit.Id] = new MergedPull(
            match.Success
            && int.TryParse(match.Groups[1].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? number
                : 0,
            Commander(commit) ?? commit.Author.Name,
            []
        );
    }

    /// <summary>Who asked by a comment for a commit that we then made; null for any other commit.</summary>
    private static string? Commander(CommitInfo commit) =>
        commit.Message.Contains('\n' + CommitTrailers.Command, StringComparison.Ordinal)
        && CoAuthor.Match(commit.Message) is { Success: true } match
            ? match.Groups[1].Value
            : null;

    private static ObjectId? Mark(string? json)
    {
        var match = MarkedCommit.Match(json ?? "");
        return match.Success ? ObjectId.Parse(match.Groups[1].Value) : null;
    }

    [GeneratedRegex(@"(?:\AMerge pull request #|\A[^\n]{0,500}\(#)(\d{1,9})\b", RegexOptions.None, 1000)]
    private static partial Regex PullNumber { get; }

    [GeneratedRegex(@"^Co-authored-by: ([A-Za-z0-9-]{1,39}) <", RegexOptions.Multiline, 1000)]
    private static partial Regex CoAuthor { get; }

    [GeneratedRegex("\"commit\":\\s?\"([0-9a-f]{40})\"", RegexOptions.None, 1000)]
    private static partial Regex MarkedCommit { get; }
}
