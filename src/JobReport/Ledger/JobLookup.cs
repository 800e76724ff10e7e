namespace Rayquest.JobReport.Ledger;

/// <summary>Finds the run a person means by a name: the object's, or the request's, with the team before it where two have one name.</summary>
public static class JobLookup
{
    /// <summary>
    /// The runs the name stands for. One means it is clear; several have to be told apart; none is known by it. Live runs
    /// hide finished ones, and of finished ones of one request only the last is meant.
    /// </summary>
    public static IReadOnlyList<JobRun> Find(LedgerView view, string asked)
    {
        ArgumentNullException.ThrowIfNull(view);
        ArgumentNullException.ThrowIfNull(asked);
        var cut = asked.LastIndexOf('/');
        var name = asked[(cut + 1)..];
        var owner = cut < 0 ? "" : asked[..cut];
        JobRun[] candidates =
        [
            .. view.Runs.Where(run =>
                owner.Length == 0
                || string.Equals(run.Record.Team, owner, StringComparison.Ordinal)
                || string.Equals(run.Record.Namespace, owner, StringComparison.Ordinal)
            ),
        ];
        JobRun[] exact = [.. candidates.Where(run => string.Equals(run.Record.Name, name, StringComparison.Ordinal))];
        if (exact.Length > 0)
        {
            return exact;
        }

        JobRun[] ofRequest =
        [
            .. candidates.Where(run => string.Equals(RequestName(run), name, StringComparison.Ordinal)),
        ];
        JobRun[] live = [.. ofRequest.Where(run => run.IsLive)];
        return live.Length > 0
            ? live
            :
            [
                .. ofRequest
                    .GroupBy(run => run.Record.Team, StringComparer.Ordinal)
                    .Select(group => group.MaxBy(run => run.MergedAt)!),
            ];
    }

    /// <summary>Every name that would find something, for a suggestion.</summary>
    public static IEnumerable<string> Names(LedgerView view)
    {
        ArgumentNullException.ThrowIfNull(view);
        return view
            .Live.Concat(view.Finished)
            .SelectMany(run => new[] { RequestName(run), run.Record.Name })
            .Distinct(StringComparer.Ordinal);
    }

    /// <summary>How to name a run so that no other is meant.</summary>
    public static string FullName(JobRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return $"{run.Record.Team}/{run.Record.Name}";
    }

    private static string RequestName(JobRun run)
    {
        var path = run.Merged?.Request ?? "";
        var file = path[(path.LastIndexOf('/') + 1)..];
        var dot = file.LastIndexOf('.');
        return dot > 0 ? file[..dot] : run.Record.Name;
    }
}
