using System.Collections.Immutable;
using System.Globalization;
using System.Text;
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
/// The ledger branch without a checkout. A writer builds its commit on the head it saw and moves the branch only if it is still
/// there; if not, it thinks again about what the other writer wrote. Since events are united and never changed, no order of
/// writers loses anything; since what to write is decided on the very head it is built on, none doubles anything either. A head
/// that somebody else made is not read at all.
/// </summary>
public sealed partial class LedgerStore(
    GitRepository repository,
    LedgerStoreOptions options,
    ILedgerBranch? branch = null
)
{
    private readonly ILedgerBranch branch = branch ?? new GitLedgerBranch(repository, options);
    private const string Folder = "ledger/";
    private const long LargestRecord = 4 << 20;
    private const long LargestMonth = 256 << 20;

    /// <summary>Whether the commits it reads were checked to be ours.</summary>
    public bool ChecksAuthors => branch.ChecksAuthors;

    /// <summary>
    /// Fetches the branch and reads every run there ever was. A repository without a ledger gives an empty one.
    /// </summary>
    /// <exception cref="LedgerNotTrustedException">Somebody else made the last commit.</exception>
    /// <exception cref="HostException">The remote could not be asked.</exception>
    public LedgerSnapshot Read() => Read(branch.Head(), whole: true);

    /// <summary>
    /// The same without the runs that ended long ago, of which only the sums are known: what a pass needs, and all that is
    /// fetched for it.
    /// </summary>
    /// <exception cref="LedgerNotTrustedException">Somebody else made the last commit.</exception>
    /// <exception cref="HostException">The remote could not be asked.</exception>
    public LedgerSnapshot ReadRecent() => Read(branch.Head(), whole: false);

    /// <summary>Every run there ever was, some hundreds at a time, so that a long history needs little memory.</summary>
    public IEnumerable<IReadOnlyList<JobRecord>> ReadInPortions()
    {
        var recent = ReadRecent();
        yield return [.. recent.Records.Values];
        var months = Months(recent.Files).ToList();
        branch.Fetch([.. months.Select(month => month.Id)]);
        foreach (var (_, id) in months)
        {
            yield return
            [
                .. LedgerCompaction
                    .Read(repository.ReadBlobs([id], LargestMonth).GetValueOrDefault(id) ?? [])
                    .Select(line => line.Record)
                    .OfType<JobRecord>()
                    // One that is told by a file of its own as well was told above.
                    .Where(record => !recent.Records.ContainsKey(record.Path)),
            ];
        }
    }

    /// <summary>A file of the branch beside the records, as text; null when there is none.</summary>
    public string? Text(LedgerSnapshot snapshot, string path)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        if (snapshot.Edited.TryGetValue(path, out var edited))
        {
            return edited is null ? null : Encoding.UTF8.GetString(edited);
        }

        if (!snapshot.Files.TryGetValue(path, out var id))
        {
            return null;
        }

        branch.Fetch([id]);
        return repository.ReadBlobs([id], LargestRecord).GetValueOrDefault(id) is { } bytes
            ? Encoding.UTF8.GetString(bytes)
            : null;
    }

    /// <summary>Brings files that will be asked for one by one, in one conversation.</summary>
    public void Bring(LedgerSnapshot snapshot, IEnumerable<string> paths)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        branch.Fetch([.. paths.Select(path => snapshot.Files.GetValueOrDefault(path)).OfType<ObjectId>()]);
    }

    /// <summary>The files as they are, for <see cref="LedgerCheck"/>.</summary>
    public IReadOnlyList<(string Path, ReadOnlyMemory<byte> Bytes)> Files()
    {
        if (branch.Head() is not { } head)
        {
            return [];
        }

        var files = Tree(head);
        var months = Months(files).ToList();
        branch.Fetch([.. months.Select(month => month.Id)]);
        var blobs = repository.ReadBlobs(months.Select(month => month.Id), LargestMonth);
        return
        [
            .. Contents(files),
            .. months.Select(month =>
                (month.Month.Path, (ReadOnlyMemory<byte>)(blobs.GetValueOrDefault(month.Id) ?? []))
            ),
        ];
    }

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
    /// <exception cref="HostException">The remote could not be asked, or never held still.</exception>
    public LedgerSnapshot Commit(Func<LedgerSnapshot, LedgerWrite> write, LedgerSnapshot? seen = null)
    {
        ArgumentNullException.ThrowIfNull(write);
        for (var attempt = 1; ; attempt++)
        {
            // The first try trusts the caller's own read: when nobody else wrote meanwhile, that saves a fetch.
            var snapshot =
                attempt == 1 && seen is not null ? seen
                : seen is { IsWhole: true } ? Read()
                : ReadRecent();
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

            var records = merged.ToImmutable();
            edits.AddRange(
                wanted
                    .Files(new LedgerView(records.Values, snapshot.Past))
                    .Select(page => new TreeEdit(page.Path, page.Bytes))
            );
            if (edits.Count == 0)
            {
                return snapshot;
            }

            if (Moved(new LedgerChange(snapshot.Head, edits, wanted.Message)) is { } commit)
            {
                return snapshot.After(commit, options.Time.GetUtcNow(), records, edits);
            }

            if (attempt >= options.Attempts)
            {
                throw new GitException(
                    $"the ledger moved {attempt} times while it was being written",
                    "let one status pass run at a time (the workflow's concurrency group does that) and run it again"
                );
            }
        }
    }

    /// <summary>A line that broke after the branch had moved has done its work: looking again tells.</summary>
    private ObjectId? Moved(LedgerChange change)
    {
        try
        {
            return branch.Commit(change);
        }
        catch (HostException)
        {
            if (
                branch.Tip() is { } tip
                && tip != change.Parent
                && LedgerMark.AreSame(repository.ReadCommit(tip).Message, change.Marked)
            )
            {
                return tip;
            }

            throw;
        }
    }

    private LedgerSnapshot Read(ObjectId? head, bool whole)
    {
        var records = ImmutableSortedDictionary.CreateBuilder<string, JobRecord>(StringComparer.Ordinal);
        var faults = ImmutableArray.CreateBuilder<LedgerFault>();
        var files = head is { } commit ? Tree(commit) : [];
        foreach (var (path, bytes) in Contents(files))
        {
            var (record, fault) = JobRecord.Read(bytes);
            if (record is null)
            {
                faults.Add(new LedgerFault(path, fault ?? "it cannot be read", IsRebuildable: false));
            }
            else if (!string.Equals(record.Path, path, StringComparison.Ordinal))
            {
                faults.Add(new LedgerFault(path, $"it belongs at {record.Path}", IsRebuildable: true));
            }
            else
            {
                records[path] = record;
            }
        }

        if (whole)
        {
            ReadMonths(files, records, faults);
        }

        return new LedgerSnapshot(
            head,
            head is { } id ? repository.ReadCommit(id).Committer.When : null,
            files,
            records.ToImmutable(),
            faults.ToImmutable()
        )
        {
            IsWhole = whole,
            Past = whole ? [] : Past(files),
        };
    }

    private void ReadMonths(
        Dictionary<string, ObjectId> files,
        ImmutableSortedDictionary<string, JobRecord>.Builder records,
        ImmutableArray<LedgerFault>.Builder faults
    )
    {
        var months = Months(files).ToList();
        branch.Fetch([.. months.Select(month => month.Id)]);
        foreach (var (month, id) in months)
        {
            var bytes = repository.ReadBlobs([id], LargestMonth).GetValueOrDefault(id) ?? [];
            foreach (var (record, fault) in LedgerCompaction.Read(bytes))
            {
                if (record is null)
                {
                    faults.Add(new LedgerFault(month.Path, fault ?? "a line cannot be read", IsRebuildable: false));
                }
                else
                {
                    records[record.Path] = records.TryGetValue(record.Path, out var own)
                        ? JobRecord.Merge(own, record)
                        : record;
                }
            }
        }
    }

    /// <summary>GPU time of the runs that are not read, from the summaries of their years.</summary>
    private ImmutableArray<GpuUse> Past(Dictionary<string, ObjectId> files)
    {
        var years = files.Where(file => YearSummary.YearOf(file.Key) is not null).Select(file => file.Value).ToList();
        branch.Fetch(years);
        return
        [
            .. repository
                .ReadBlobs(years, LargestRecord)
                .Values.Select(bytes => YearSummary.Read(bytes))
                .OfType<YearSummary>()
                .SelectMany(year => year.Use),
        ];
    }

    private static IEnumerable<(FinishedMonth Month, ObjectId Id)> Months(
        IReadOnlyDictionary<string, ObjectId> files
    ) =>
        files
            .Select(file => (Month: FinishedMonth.Of(file.Key), Id: file.Value))
            .Where(file => file.Month is not null)
            .Select(file => (file.Month!, file.Id))
            .OrderBy(file => file.Item1.Path, StringComparer.Ordinal);

    private Dictionary<string, ObjectId> Tree(ObjectId head) =>
        repository
            .ListTree(head)
            .Where(entry => entry.Mode is EntryMode.Regular)
            .ToDictionary(entry => entry.Path, entry => entry.Id, StringComparer.Ordinal);

    private List<(string Path, ReadOnlyMemory<byte> Bytes)> Contents(Dictionary<string, ObjectId> files)
    {
        var entries = files
            .Where(file =>
                file.Key.StartsWith(Folder, StringComparison.Ordinal)
                && file.Key.EndsWith(".json", StringComparison.Ordinal)
            )
            .ToList();
        branch.Fetch([.. entries.Select(entry => entry.Value)]);
        var blobs = repository.ReadBlobs(entries.Select(entry => entry.Value), LargestRecord);
        // A file over the limit is shown as an empty one, which is no record and is told as such.
        return
        [
            .. entries.Select(entry => (entry.Key, (ReadOnlyMemory<byte>)(blobs.GetValueOrDefault(entry.Value) ?? []))),
        ];
    }
}
