using System.Collections.Concurrent;
using Rayquest.JobHosts.Git;
using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Repository;
using Rayquest.JobReport.Ledger;

namespace Rayquest.JobCli.Commands;

/// <summary>
/// The names of runs on the ledger branch, as far as this clone has it. Only the records of names that are asked for are read;
/// runs of years that are closed are not among them, as they are for nobody.
/// </summary>
internal sealed class LocalLedger(IRepositoryTree ledger) : IRecordedNames
{
    private static readonly string[] References = ["refs/remotes/origin/ledger", "refs/heads/ledger"];
    private readonly ConcurrentDictionary<string, string?> known = new(StringComparer.Ordinal);
    private readonly Lock gate = new();

    /// <summary>The names this clone knows; none without a ledger.</summary>
    public static IRecordedNames Names(GitRepository? git) =>
        git is not null && References.Select(git.TryResolve).FirstOrDefault(c => c is not null) is { } commit
            ? new LocalLedger(new CommitTree(git, commit))
            : NoRecordedNames.Instance;

    /// <summary>
    /// Whether a clone may have a ledger, told without asking Git. Where references are kept otherwise (another work tree's, a
    /// table), it may.
    /// </summary>
    public static bool IsLikely(string gitDirectory)
    {
        string packed = Path.Combine(gitDirectory, "packed-refs");
        return File.Exists(gitDirectory)
            || Directory.Exists(Path.Combine(gitDirectory, "reftable"))
            || References.Any(reference => File.Exists(Path.Combine([gitDirectory, .. reference.Split('/')])))
            || (File.Exists(packed) && File.ReadAllText(packed).Contains("/ledger\n", StringComparison.Ordinal));
    }

    /// <inheritdoc/>
    public string? DigestOf(string team, string name) => known.GetOrAdd(JobRecord.PathOf(team, name), Read);

    private string? Read(string path)
    {
        // Git is asked for one object at a time.
        lock (gate)
        {
            return ledger.Find(path) is not { Kind: TreeEntryKind.File } ? null
                : ledger.Read(path) is { } bytes && JobRecord.Read(bytes).Record is { } record
                    ? JobRun.Of(record).Merged?.Digest ?? ""
                : "";
        }
    }
}
