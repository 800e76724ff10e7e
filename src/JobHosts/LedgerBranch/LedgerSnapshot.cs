using System.Collections.Immutable;
using Rayquest.JobHosts.Git;
using Rayquest.JobReport.Ledger;

namespace Rayquest.JobHosts.LedgerBranch;

/// <summary>The ledger at one commit.</summary>
public sealed class LedgerSnapshot
{
    private LedgerView? view;

    internal LedgerSnapshot(
        ObjectId? head,
        DateTimeOffset? written,
        IReadOnlyDictionary<string, ObjectId> files,
        ImmutableSortedDictionary<string, JobRecord> records,
        ImmutableArray<LedgerFault> unreadable
    ) => (Head, Written, Files, Records, Unreadable) = (head, written, files, records, unreadable);

    /// <summary>Null while there is no ledger branch.</summary>
    public ObjectId? Head { get; }

    /// <summary>When that commit was made.</summary>
    public DateTimeOffset? Written { get; }

    /// <summary>By path.</summary>
    public ImmutableSortedDictionary<string, JobRecord> Records { get; }

    /// <summary>Files that are no records, with why; they are left as they are.</summary>
    public ImmutableArray<LedgerFault> Unreadable { get; }

    public LedgerView View => view ??= new LedgerView(Records.Values, Past);

    /// <summary>GPU time of the runs that were not read.</summary>
    public ImmutableArray<GpuUse> Past { get; internal init; } = [];

    /// <summary>Whether the runs that ended long ago are among the records.</summary>
    public bool IsWhole { get; internal init; }

    /// <summary>Whether the branch holds such a file.</summary>
    public bool Has(string path) =>
        Edited.TryGetValue(path, out var edited) ? edited is not null : Files.ContainsKey(path);

    /// <summary>Every file of the commit that was read, by path; what was written since is in <see cref="Edited"/>.</summary>
    internal IReadOnlyDictionary<string, ObjectId> Files { get; }

    /// <summary>Files written since; null for those taken away.</summary>
    internal ImmutableDictionary<string, byte[]?> Edited { get; private init; } =
        ImmutableDictionary.Create<string, byte[]?>(StringComparer.Ordinal);

    /// <summary>The ledger after a commit of ours, which need not be fetched to be known.</summary>
    internal LedgerSnapshot After(
        ObjectId head,
        DateTimeOffset written,
        ImmutableSortedDictionary<string, JobRecord> records,
        IEnumerable<TreeEdit> edits
    ) =>
        new(head, written, Files, records, Unreadable)
        {
            IsWhole = IsWhole,
            Past = Past,
            Edited = Edited.SetItems(edits.Select(edit => KeyValuePair.Create(edit.Path, edit.Content))),
        };
}
