using Rayquest.JobCli.Console;
using Rayquest.JobLint.Output;
using Rayquest.JobReport.Ledger;
using Rayquest.JobReport.Status;

namespace Rayquest.JobCli.Commands;

/// <summary>What jobs came to, as a terminal shows it: a request, what its runs are compared by, and a line a run.</summary>
internal static class ResultsText
{
    /// <summary>Those that printed results, request by request, the best first.</summary>
    public static IReadOnlyList<JobRow> Sorted(IReadOnlyList<JobRow> rows)
    {
        Dictionary<string, JobRow> byPath = rows.Where(row => row.Run is not null)
            .ToDictionary(row => row.Run!.Record.Path, StringComparer.Ordinal);
        return
        [
            .. Rankings(rows)
                .SelectMany(ranking => ranking.Runs)
                .Where(run => run.Results is not null)
                .Select(run => byPath[run.Record.Path]),
        ];
    }

    /// <summary>Writes them.</summary>
    public static void Write(IReadOnlyList<JobRow> rows, Terminal terminal)
    {
        if (rows.Count == 0)
        {
            terminal.Out.WriteLine($"no job has printed results (a line `{JobResults.Word} {{\"accuracy\": 0.93}}`)");
        }

        foreach (ResultsRanking ranking in Rankings(rows))
        {
            string goal = ranking.Goal is { } by ? $", sorted by {by}" : "";
            terminal.Out.WriteLine(TerminalText.Line($"{ranking.Runs[0].Merged?.Request ?? ""}{goal}"));
            foreach (JobRun run in ranking.Runs)
            {
                string best = run == ranking.Best ? "  (best)" : "";
                terminal.Out.WriteLine(TerminalText.Line($"  {run.Record.Name}{best}  {Of(run)}"));
            }
        }
    }

    private static string Of(JobRun run)
    {
        IEnumerable<string> swept = run.Merged?.SweepValues.Select(pair => $"{pair.Key}={pair.Value}") ?? [];
        string values = string.Join(
            "  ",
            swept.Concat(run.Results!.Values.Select(value => $"{value.Name}={value.Text}"))
        );
        return run.Results.Fault is { } fault ? $"no results: {fault}" : values;
    }

    private static IEnumerable<ResultsRanking> Rankings(IReadOnlyList<JobRow> rows) =>
        rows.Select(row => row.Run)
            .OfType<JobRun>()
            .GroupBy(run => (run.Record.Team, run.Merged?.Request))
            .OrderBy(group => group.Key.Team, StringComparer.Ordinal)
            .ThenBy(group => group.Key.Request, StringComparer.Ordinal)
            .Select(ResultsRanking.Of);
}
