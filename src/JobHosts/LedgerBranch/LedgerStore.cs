using System.Collections.Immutable;
using Rayquest.JobHosts.Git;
using Rayquest.JobReport.Ledger;

namespace Rayquest.JobHosts.LedgerBranch;

/// <summary>Where the ledger lives and who signs its commits.</summary>
public sealed record LedgerStoreOptions
{
    /// <summary>The branch, as a full reference name.</summary>
    public string Reference { get; init; } = "refs/heads/ledger";

    /// <summary>Name or address of the remote; null keeps the ledger in this repository alone.</summary>
    public string? Remote { get; init; } = "origin";
    public GitCredential? Credential { get; init; }
    public string AuthorName { get; init; } = "rayquest";
    public string AuthorEmail { get; init; } = "rayquest@users.noreply.github.com";

    /// <summary>How often a commit is built anew because another writer was faster.</summary>
    public int Attempts { get; init; } = 8;
    public TimeProvider Time { get; init; } = TimeProvider.System;
}

/// <summary>The ledger at one commit.</summary>
public sealed class LedgerSnapshot(
    ObjectId? head,
    DateTimeOffset? written,
    ImmutableSortedDictionary<string, JobRecord> records,
    ImmutableArray<LedgerFault> unreadable
)
{
    private LedgerView? view;

    /// <summary>Null while there is no ledger branch.</summary>
    public ObjectId? Head { get; } = head;

    /// <summary>When that commit was made.</summary>
    public DateTimeOffset? Written { get; } = written;

    /// <summary>By path.</summary>
    public ImmutableSortedDictionary<string, JobRecord> Records { get; } = records;

    /// <summary>Files that are no records, with why; they are left as they are.</summary>
    public ImmutableArray<LedgerFault> Unreadable { get; } = unreadable;

    public LedgerView View => view ??= new LedgerView(Records.Values);
}

/// <summary>What a writer wants of the ledger as it is now.</summary>
/// <param name="Records">United with what is there.</param>
public sealed record LedgerWrite(IReadOnlyCollection<JobRecord> Records, string Message)
{
    /// <summary>Further files, made from the whole ledger.</summary>
    public Func<LedgerView, IReadOnlyList<(string Path, byte[] Bytes)>> Files { get; init; } = _ => [];

    /// <summary>Writes the further files although no record changed.</summary>
    public bool Always { get; init; }
}

/// <summary>
/// The ledger branch through Git plumbing, without a checkout. A writer builds its commit on the head it saw and moves the
/// branch only if it is still there; if not, it thinks again about what the other writer wrote. Since events are united and
/// never changed, no order of writers loses anything; since what to write is decided on the very head it is built on,
/// none doubles anything either.
/// </summary>
public sealed class LedgerStore(GitRepository repository, LedgerStoreOptions options, ILedgerBranch? branch = null)
{
    private readonly ILedgerBranch branch = branch ?? new GitLedgerBranch(repository, options);
    private const string Folder = "ledger/";
    private const long LargestRecord = 4 << 20;

    /// <summary>Fetches the branch and reads every record. A repository without a ledger gives an empty one.</summary>
    /// <exception cref="GitFault">The remote could not be asked.</exception>
    public LedgerSnapshot Read() => Read(branch.Head());

    /// <summary>A file of the branch beside the records, as text; null when there is none.</summary>
    public string? Text(LedgerSnapshot snapshot, string path)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        return snapshot.Head is { } head && repository.ReadFile(head, path, LargestRecord) is { } bytes
            ? System.Text.Encoding.UTF8.GetString(bytes)
            : null;
    }

    /// <summary>The files as they are, for <see cref="LedgerCheck"/>.</summary>
    public IReadOnlyList<(string Path, ReadOnlyMemory<byte> Bytes)> Files() =>
        branch.Head() is { } head ? Files(head) : [];

    /// <summary>
    /// Unites records with the ledger and commits what that changed. <paramref name="pages"/> makes further files from the
    /// whole ledger; they are written along, and by themselves only when <paramref name="alwaysPages"/> is set.
    /// </summary>
    /// <returns>The ledger after the commit; the same head when nothing had to be written.</returns>
    public LedgerSnapshot Commit(
        IReadOnlyCollection<JobRecord> records,
        string message,
        Func<LedgerView, IReadOnlyList<(string Path, byte[] Bytes)>>? pages = null,
        bool alwaysPages = false,
        LedgerSnapshot? seen = null
    )
    {
        ArgumentNullException.ThrowIfNull(records);
        return Commit(
            _ => new LedgerWrite(records, message) { Files = pages ?? (_ => []), Always = alwaysPages },
            seen
        );
    }

    /// <summary>
    /// The same for a writer whose word depends on what is there: it is asked anew for every head its commit is built on.
    /// </summary>
    /// <param name="write">May be called several times; only its last answer is written.</param>
    /// <exception cref="GitFault">The remote could not be asked, or never held still.</exception>
    public LedgerSnapshot Commit(Func<LedgerSnapshot, LedgerWrite> write, LedgerSnapshot? seen = null)
    {
        ArgumentNullException.ThrowIfNull(write);
        for (var attempt = 1; ; attempt++)
        {
            // The first try trusts the caller's own read: when nobody else wrote meanwhile, that saves a fetch.
            var snapshot = attempt == 1 && seen is not null ? seen : Read();
            var wanted = write(snapshot);
            var edits = new List<TreeEdit>();
            var merged = snapshot.Records.ToBuilder();
            foreach (var record in wanted.Records)
            {
                var there = merged.GetValueOrDefault(record.Path);
                var united = there is null ? record : JobRecord.Merge(there, record);
                var bytes = united.Write();
                if (there is null || !bytes.AsSpan().SequenceEqual(there.Write()))
                {
                    merged[record.Path] = united;
                    edits.Add(new TreeEdit(record.Path, bytes));
                }
            }

            if (edits.Count == 0 && !wanted.Always)
            {
                return snapshot;
            }

            var after = new LedgerSnapshot(snapshot.Head, snapshot.Written, merged.ToImmutable(), snapshot.Unreadable);
            edits.AddRange(wanted.Files(after.View).Select(page => new TreeEdit(page.Path, page.Bytes)));
            if (edits.Count == 0)
            {
                return snapshot;
            }

            var now = options.Time.GetUtcNow();
            var signature = new Signature(options.AuthorName, options.AuthorEmail, now);
            var commit = repository.WriteCommit(
                repository.WriteTree(snapshot.Head, edits),
                snapshot.Head is { } parent ? [parent] : [],
                signature,
                signature,
                wanted.Message
            );
            if (Moved(commit, snapshot.Head))
            {
                return new LedgerSnapshot(commit, now, after.Records, after.Unreadable);
            }

            if (attempt >= options.Attempts)
            {
                throw new GitFault(
                    $"the ledger moved {attempt} times while it was being written",
                    "let one status pass run at a time (the workflow's concurrency group does that) and run it again"
                );
            }
        }
    }

    /// <summary>A line that broke after the branch had moved has done its work: looking again tells.</summary>
    private bool Moved(ObjectId commit, ObjectId? old)
    {
        try
        {
            return branch.Move(commit, old) == ReferenceUpdate.Updated;
        }
        catch (GitFault)
        {
            if (branch.Head() == commit)
            {
                return true;
            }

            throw;
        }
    }

    private LedgerSnapshot Read(ObjectId? head)
    {
        var records = ImmutableSortedDictionary.CreateBuilder<string, JobRecord>(StringComparer.Ordinal);
        var faults = ImmutableArray.CreateBuilder<LedgerFault>();
        foreach (var (path, bytes) in head is { } commit ? Files(commit) : [])
        {
            var (record, fault) = JobRecord.Read(bytes);
            if (record is null)
            {
                faults.Add(new LedgerFault(path, fault ?? "it cannot be read", Mends: false));
            }
            else if (!string.Equals(record.Path, path, StringComparison.Ordinal))
            {
                faults.Add(new LedgerFault(path, $"it belongs at {record.Path}", Mends: true));
            }
            else
            {
                records[path] = record;
            }
        }

        return new LedgerSnapshot(
            head,
            head is { } id ? repository.ReadCommit(id).Committer.When : null,
            records.ToImmutable(),
            faults.ToImmutable()
        );
    }

    private List<(string Path, ReadOnlyMemory<byte> Bytes)> Files(ObjectId head)
    {
        var entries = repository
            .ListTree(head, Folder)
            .Where(entry => entry.Path.EndsWith(".json", StringComparison.Ordinal) && entry.Mode is EntryMode.Regular)
            .ToList();
        var blobs = repository.ReadBlobs(entries.Select(entry => entry.Id).Distinct(), LargestRecord);
        // A file over the limit is shown as an empty one, which is no record and is told as such.
        return
        [
            .. entries.Select(entry => (entry.Path, (ReadOnlyMemory<byte>)(blobs.GetValueOrDefault(entry.Id) ?? []))),
        ];
    }
}
