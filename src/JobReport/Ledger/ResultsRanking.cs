using System.Collections.Immutable;
using Rayquest.JobModel.Requests;
using Rayquest.JobReport.Status;

namespace Rayquest.JobReport.Ledger;

/// <summary>The runs of one request in the order of their results.</summary>
/// <param name="Goal">What they are compared by; null for nothing.</param>
/// <param name="Runs">The best first, those without that result last; by name where nothing is compared.</param>
/// <param name="Best">The best of those that succeeded, where there is more than one to compare; null for none.</param>
/// <param name="IsOver">Whether none of them can change any more.</param>
public sealed record ResultsRanking(BestResult? Goal, ImmutableArray<JobRun> Runs, JobRun? Best, bool IsOver)
{
    /// <summary>Ranks the runs of a request; the newest merge says what they are compared by.</summary>
    public static ResultsRanking Of(IEnumerable<JobRun> runs)
    {
        JobRun[] all = [.. runs.OrderBy(run => run.Record.Path, StringComparer.Ordinal)];
        var goal = all.MaxBy(run => run.MergedAt)?.Merged?.Best;
        if (goal is null)
        {
            return new ResultsRanking(null, [.. all], null, IsOver: false);
        }

        ImmutableArray<JobRun> sorted =
        [
            .. all.OrderBy(run => Of(run, goal) is null)
                .ThenBy(run => goal.IsMax ? -(Of(run, goal) ?? 0) : Of(run, goal) ?? 0),
        ];
        return new ResultsRanking(
            goal,
            sorted,
            all.Length > 1
                ? sorted.FirstOrDefault(run => run.LastState?.Phase == JobPhase.Succeeded && Of(run, goal) is not null)
                : null,
            all.All(run => !run.IsLive)
        );
    }

    private static double? Of(JobRun run, BestResult goal) => run.Results?[goal.Name]?.Number;
}
