using System.Globalization;
using System.Text;
using Rayquest.JobHosts.Git;
using Rayquest.JobReport.Ledger;

namespace Rayquest.JobHosts.LedgerBranch;

/// <summary>What is done to the branch itself: making it ours again, and keeping it small.</summary>
public sealed partial class LedgerStore
{
    /// <summary>
    /// Makes the branch ours again: what we wrote last is put back over what somebody else left there, in one more commit.
    /// </summary>
    /// <param name="adopt">Takes over what stands there instead, whoever wrote it.</param>
    /// <returns>The commit whose content holds now; null when nothing of ours was left, or there is no branch.</returns>
    public ObjectId? Restore(bool adopt)
    {
        if (branch.Tip() is not { } tip)
        {
            return null;
        }

        var ours = adopt ? tip : branch.LastByBot(tip);
        if (ours == tip && !adopt)
        {
            return tip;
        }

        var wanted = ours is { } good ? repository.ListTree(good) : [];
        var there = repository.ListTree(tip);
        var changed = wanted.Except(there).ToList();
        branch.Fetch([.. changed.Select(entry => entry.Id)]);
        var blobs = repository.ReadBlobs(changed.Select(entry => entry.Id), LargestRecord);
        List<TreeEdit> edits =
        [
            .. changed.Select(entry => new TreeEdit(entry.Path, blobs[entry.Id])),
            .. there
                .Select(entry => entry.Path)
                .Except(wanted.Select(entry => entry.Path), StringComparer.Ordinal)
                .Select(path => new TreeEdit(path, null)),
            new TreeEdit(
                "restored.json",
                Encoding.UTF8.GetBytes(
                    $"{{\"schema\":1,\"over\":\"{tip}\",\"content\":\"{ours?.ToString() ?? "none"}\"}}\n"
                )
            ),
        ];
        var message = adopt ? "Take over the ledger as it stands" : "Put back the ledger as we wrote it last";
        return Moved(new LedgerChange(tip, edits, message)) is null
            ? throw new GitException("the ledger moved while it was being restored", "run it again")
            : ours;
    }

    /// <summary>
    /// Moves runs that ended long ago into their months' files, a thousand at most; nothing is written when none is due.
    /// </summary>
    /// <returns>How many were moved.</returns>
    public int Compact(DateTimeOffset now)
    {
        for (var attempt = 1; ; attempt++)
        {
            var snapshot = ReadRecent();
            var due = LedgerCompaction.Due(snapshot.View.Runs, now);
            if (due.Count == 0)
            {
                return 0;
            }

            if (Moved(new LedgerChange(snapshot.Head, Compacted(snapshot, due), Message(due.Count))) is not null)
            {
                return due.Count;
            }

            if (attempt >= options.Attempts)
            {
                // There is no hurry: the next pass finds the same.
                return 0;
            }
        }

        static string Message(int count) =>
            string.Create(
                CultureInfo.InvariantCulture,
                $"Put {count} finished run{(count == 1 ? "" : "s")} with their months"
            );
    }

    private List<TreeEdit> Compacted(LedgerSnapshot snapshot, IReadOnlyList<(FinishedMonth Month, JobRun Run)> due)
    {
        var edits = new List<TreeEdit>();
        foreach (var year in due.GroupBy(item => item.Month.Year))
        {
            var files = Months(snapshot.Files).Where(month => month.Month.Year == year.Key).ToList();
            branch.Fetch([.. files.Select(file => file.Id)]);
            var blobs = repository.ReadBlobs(files.Select(file => file.Id), LargestMonth);
            var contents = files.ToDictionary(file => file.Month, file => blobs.GetValueOrDefault(file.Id) ?? []);
            foreach (var month in year.GroupBy(item => item.Month))
            {
                var lines = LedgerCompaction.Lines(
                    Records(contents.GetValueOrDefault(month.Key) ?? []),
                    month.Select(item => item.Run.Record)
                );
                contents[month.Key] = lines;
                edits.Add(new TreeEdit(month.Key.Path, lines));
            }

            edits.Add(
                new TreeEdit(
                    YearSummary.PathOf(year.Key),
                    YearSummary.Of(year.Key, contents.Values.SelectMany(file => Records(file))).Write()
                )
            );
        }

        var gone = due.Select(item => item.Run.Record.Path).ToHashSet(StringComparer.Ordinal);
        edits.AddRange(gone.Select(path => new TreeEdit(path, null)));
        // What the review wrote is kept only as long as a run of its pull request may be told of.
        var pulls = snapshot
            .View.Runs.Where(run => !gone.Contains(run.Record.Path))
            .Select(run => run.Merged?.Pull)
            .ToHashSet();
        edits.AddRange(
            due.Select(item => item.Run.Merged?.Pull)
                .OfType<int>()
                .Distinct()
                .Where(pull => !pulls.Contains(pull))
                .Select(pull => string.Create(CultureInfo.InvariantCulture, $"comments/{pull}.md"))
                .Where(snapshot.Files.ContainsKey)
                .Select(path => new TreeEdit(path, null))
        );
        return edits;

        static IEnumerable<JobRecord> Records(byte[] file) =>
            LedgerCompaction.Read(file).Select(line => line.Record).OfType<JobRecord>();
    }
}
