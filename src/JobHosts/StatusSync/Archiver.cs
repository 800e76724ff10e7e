using System.Globalization;
using Rayquest.JobHosts.Cluster;
using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.GitHub;
using Rayquest.JobHosts.LedgerBranch;
using Rayquest.JobHosts.Protection;
using Rayquest.JobModel.Repository;
using Rayquest.JobReport.Ledger;
using Rayquest.JobReport.Status;

namespace Rayquest.JobHosts.StatusSync;

/// <summary>How finished jobs leave main.</summary>
public sealed record ArchiverOptions
{
    /// <summary>The branch, as a full reference name.</summary>
    public string Reference { get; init; } = "refs/heads/main";

    /// <summary>Name or address of the remote; null works on this repository alone.</summary>
    public string? Remote { get; init; } = "origin";
    public GitCredential? Credential { get; init; }
    public ArchiveLimits Limits { get; init; } = new();
    public TimeSpan DefaultKeep { get; init; } = TimeSpan.FromMinutes(10);
    public string AuthorName { get; init; } = "rayquest";
    public string AuthorEmail { get; init; } = "rayquest@users.noreply.github.com";
    public int Attempts { get; init; } = 4;
    public TimeProvider Time { get; init; } = TimeProvider.System;
}

/// <summary>What came of archiving.</summary>
/// <param name="Commit">The commit on main; null when there was none.</param>
public sealed record ArchiveResult(ObjectId? Commit, ArchivePlan Plan)
{
    /// <summary>The pull request that proposes it, where main's rules refuse our commits.</summary>
    public int? Pull { get; init; }

    /// <summary>That refusal, in words.</summary>
    public BranchProtected? Refusal { get; init; }
}

/// <summary>
/// Takes the request and the manifest of finished jobs off main, in one commit, before Argo CD could run them again (4.2).
/// Only what the ledger records as finished goes, and only when the cluster, asked once more, says so too; never more than the
/// limits allow. Where the rules of main refuse the commit, a pull request proposes it.
/// </summary>
/// <param name="client">Makes the commit through the API, signed by GitHub; null makes it with Git and pushes it.</param>
public sealed class Archiver(
    GitRepository repository,
    LedgerStore ledger,
    ICluster cluster,
    ArchiverOptions options,
    GitHubClient? client = null
)
{
    private const long LargestFile = 16 << 20;

    /// <summary>Works out what is due on a commit of main.</summary>
    public ArchivePlan Plan(LedgerView view, ObjectId head) => Plan(view, head, options.Limits);

    private ArchivePlan Plan(LedgerView view, ObjectId head, ArchiveLimits limits)
    {
        var now = options.Time.GetUtcNow();
        var entries = repository
            .ListTree(head, RequestPath.Jobs, RequestPath.Requests)
            .Where(entry => entry.Mode is EntryMode.Regular)
            .ToDictionary(entry => entry.Path, StringComparer.Ordinal);
        var rendered = entries
            .Values.Where(entry => entry.Path.StartsWith(RequestPath.Jobs, StringComparison.Ordinal))
            .ToList();
        var blobs = repository.ReadBlobs(rendered.Select(entry => entry.Id), LargestFile);
        var digestOf = new Dictionary<string, string>(StringComparer.Ordinal);
        var jobsOf = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var entry in rendered)
        {
            if (blobs.GetValueOrDefault(entry.Id) is { } bytes && MergedJobFile.Read(entry.Path, bytes) is { } file)
            {
                // A header could name another request: only the one whose rendered file this is may go with it.
                var request = RequestPath.RequestOf(entry.Path);
                if (
                    entries.ContainsKey(request)
                    && string.Equals(file.Header.RequestPath, request, StringComparison.Ordinal)
                )
                {
                    digestOf[request] = file.Header.RequestDigest;
                    jobsOf[request] = [.. file.Jobs.Select(job => job.Name)];
                }
            }
        }

        return ArchivePlan.Of(
            view,
            jobsOf,
            request => digestOf.GetValueOrDefault(request),
            RequestPath.JobOf,
            limits,
            options.DefaultKeep,
            now
        );
    }

    /// <summary>Archives what is due.</summary>
    /// <exception cref="BranchProtected">The rules of main refuse it, and there is no way to open a pull request.</exception>
    public ArchiveResult Run()
    {
        for (var attempt = 1; ; attempt++)
        {
            var snapshot = ledger.ReadRecent();
            var head = Head();
            var plan = Plan(snapshot.View, head).Confirmed(Seen);
            if (plan.Paths.IsEmpty)
            {
                return new ArchiveResult(null, plan);
            }

            var now = options.Time.GetUtcNow();
            ObjectId? commit = null;
            BranchProtected? refusal = null;
            try
            {
                commit = client is null ? Push(plan, head, now) : Commit(client, plan, head);
            }
            catch (HostException fault) when (BranchRules.Refusal(fault, Branch) is { } said)
            {
                refusal = said;
            }

            if (refusal is not null)
            {
                return client is null ? throw refusal : Propose(client, snapshot, head, plan, refusal);
            }

            if (commit is not null)
            {
                Note(snapshot, plan, commit, now);
                return new ArchiveResult(commit, plan);
            }

            if (attempt >= options.Attempts)
            {
                throw new GitException(
                    "main moved while finished jobs were being archived",
                    "the next pass tries again"
                );
            }
        }
    }

    /// <summary>Headline and body of the commit; the last line is how main's history knows it again.</summary>
    internal static (string Headline, string Body) Message(ArchivePlan plan) =>
        (
            string.Create(
                CultureInfo.InvariantCulture,
                $"Archive {plan.Runs.Length} finished job{(plan.Runs.Length == 1 ? "" : "s")}"
            ),
            $"{string.Concat(plan.Runs.Take(50).Select(run => $"{run.Record.Team}/{run.Record.Name}: {Why(plan, run)}\n"))}\n{CommitTrailers.Archive}\n"
        );

    private static string Why(ArchivePlan plan, JobRun run) =>
        plan.LeaseEnded.Contains(run) ? "its lease has ended" : run.LastState!.Phase.ToString();

    private string Branch => options.Reference["refs/heads/".Length..];

    private ObjectId? Commit(GitHubClient github, ArchivePlan plan, ObjectId head)
    {
        var (headline, body) = Message(plan);
        var made = github
            .GraphQL.CreateCommitOnBranch(new CommitOnBranch(Branch, head.ToString(), headline, body, [], plan.Paths))
            .GetAwaiter()
            .GetResult();
        if (made.Oid is not { } oid)
        {
            return null;
        }

        // One that was opened while the rules refused us has nothing to add.
        new ArchivePullRequest(github, repository, options).Withdraw();
        return ObjectId.Parse(oid);
    }

    private ObjectId? Push(ArchivePlan plan, ObjectId head, DateTimeOffset now)
    {
        var signature = new Signature(options.AuthorName, options.AuthorEmail, now);
        var (headline, body) = Message(plan);
        var commit = repository.WriteCommit(
            repository.WriteTree(head, [.. plan.Paths.Select(path => new TreeEdit(path, null))]),
            [head],
            signature,
            signature,
            $"{headline}\n\n{body}"
        );
        var moved = options.Remote is { } remote
            ? repository.Push(remote, options.Reference, commit, head, options.Credential)
            : repository.UpdateReference(options.Reference, commit, head);
        return moved == ReferenceUpdate.Updated ? commit : null;
    }

    private ArchiveResult Propose(
        GitHubClient github,
        LedgerSnapshot snapshot,
        ObjectId head,
        ArchivePlan plan,
        BranchProtected refusal
    )
    {
        var due = Plan(snapshot.View, head, new ArchiveLimits(int.MaxValue, 100))
            .Paths.ToHashSet(StringComparer.Ordinal);
        return new ArchiveResult(null, plan)
        {
            Pull = new ArchivePullRequest(github, repository, options).Propose(head, plan, due),
            Refusal = refusal,
        };
    }

    /// <summary>Killed before this, the next pass learns the same from main's history.</summary>
    private void Note(LedgerSnapshot snapshot, ArchivePlan plan, ObjectId commit, DateTimeOffset now) =>
        ledger.Commit(
            there => new LedgerWrite(
                [
                    .. plan
                        .Runs.Select(run => there.Records.GetValueOrDefault(run.Record.Path) ?? run.Record)
                        // Another pass may have read it off main's history already.
                        .Where(record => JobRun.Of(record) is { ArchivedAt: null, WithdrawnAt: null })
                        // What still lives is taken back: its end is yet to be seen.
                        .Select(record =>
                            record.With(
                                new LedgerEvent(
                                    now,
                                    plan.LeaseEnded.Any(run => run.Record.Path == record.Path)
                                        ? EventKind.Withdrawn
                                        : EventKind.Archived,
                                    commit.ToString()
                                )
                            )
                        ),
                ],
                string.Create(CultureInfo.InvariantCulture, $"Note {plan.Runs.Length} archived")
            ),
            snapshot
        );

    private ObservedJob? Seen(JobRun run) =>
        ClusterResource.OfKind(run.Record.Kind) is { } kind
            ? cluster.Get(kind, run.Record.Namespace, run.Record.Name, item => ObservedJob.Read(item, kind.Kind))
            : null;

    private ObjectId Head()
    {
        if (options.Remote is not { } remote)
        {
            return repository.Resolve(options.Reference);
        }

        const string local = "refs/rayquest/main";
        repository.Fetch(remote, $"+{options.Reference}:{local}", options.Credential);
        return repository.Resolve(local);
    }
}
