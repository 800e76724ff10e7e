using Rayquest.JobReport.Markdown;
using Rayquest.JobReport.Status;

namespace Rayquest.JobReport.Ledger;

/// <summary>What jobs came to, as a pull request shows it: a table a request, a row a run.</summary>
internal static class ResultsTables
{
    private const int MostRows = 60;
    private const int MostColumns = 8;
    private const int MostValues = 50;
    private const int MostFaults = 5;
    private const int Length = 80;

    /// <summary>The tables; nothing where no run has printed results.</summary>
    public static MarkdownText Of(IReadOnlyCollection<JobRun> runs) =>
        MarkdownText.Join(
            runs.Where(run => run.Merged is not null)
                .GroupBy(run => run.Merged!.Request, StringComparer.Ordinal)
                .OrderBy(group => group.Key, StringComparer.Ordinal)
                .Where(group => group.Any(run => run.Results is not null))
                .Select(group => Of(ResultsRanking.Of(group)))
        );

    private static MarkdownText Of(ResultsRanking ranking) =>
        (ranking.Runs is [var only] ? Values(only.Results!) : Table(ranking)) + Faults(ranking);

    private static MarkdownText Values(JobResults results)
    {
        if (results.Values.IsEmpty)
        {
            return MarkdownText.Empty;
        }

        var rows = MarkdownText.Join(
            results
                .Values.Take(MostValues)
                .Select(value => MarkdownText.Of($"| {MarkdownText.Code(value.Name)} | {Cell(value)} |\n"))
        );
        return MarkdownText.Of($"| Result | Value |\n|---|---|\n{rows}\n");
    }

    private static MarkdownText Table(ResultsRanking ranking)
    {
        var goal = ranking.Goal?.Name;
        string[] names =
        [
            .. ranking
                .Runs.SelectMany(run => run.Results?.Values.Select(value => value.Name) ?? [])
                .Distinct(StringComparer.Ordinal)
                .OrderBy(name => name != goal)
                .ThenBy(name => name, StringComparer.Ordinal)
                .Take(MostColumns),
        ];
        string[] keys =
        [
            .. ranking
                .Runs.SelectMany(run => run.Merged!.SweepValues.Keys)
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal)
                .Take(MostColumns),
        ];
        if (names.Length == 0)
        {
            return MarkdownText.Empty;
        }

        var bar = MarkdownText.Of($" | ");
        var heads = MarkdownText.Join([.. keys.Concat(names).Select(name => MarkdownText.Code(name, Length))], bar);
        var line = MarkdownText.Join(Enumerable.Repeat(MarkdownText.Of($"---|"), keys.Length + names.Length));
        var rows = MarkdownText.Join(
            ranking
                .Runs.Take(MostRows)
                .Select(run =>
                {
                    var best =
                        run != ranking.Best ? MarkdownText.Empty
                        : ranking.IsOver ? MarkdownText.Of($" **best**")
                        : MarkdownText.Of($" **best so far**");
                    var cells = MarkdownText.Join(
                        [
                            .. keys.Select(key =>
                                run.Merged!.SweepValues.TryGetValue(key, out var value)
                                    ? MarkdownText.Code(value, Length)
                                    : MarkdownText.Empty
                            ),
                            .. names.Select(name => run.Results?[name] is { } value ? Cell(value) : MarkdownText.Empty),
                        ],
                        bar
                    );
                    var word = run.LastState is { } state ? StateText.Word(state) : "";
                    return MarkdownText.Of($"| {MarkdownText.Code(run.Record.Name)}{best} | {word} | {cells} |\n");
                })
        );
        var more =
            ranking.Runs.Length > MostRows
                ? MarkdownText.Of($"\n… and {ranking.Runs.Length - MostRows} more.\n")
                : MarkdownText.Empty;
        var sorted = ranking.Goal is { } by
            ? MarkdownText.Of($"Sorted by {MarkdownText.Code(by.ToString())}.\n\n")
            : MarkdownText.Empty;
        return MarkdownText.Of($"{sorted}| Job | State | {heads} |\n|---|---|{line}\n{rows}{more}\n");
    }

    private static MarkdownText Faults(ResultsRanking ranking)
    {
        JobRun[] broken = [.. ranking.Runs.Where(run => run.Results?.Fault is not null)];
        var lines = MarkdownText.Join(
            broken
                .Take(MostFaults)
                .Select(run =>
                    MarkdownText.Of(
                        $"- {MarkdownText.Code(run.Record.Name)} printed {MarkdownText.Code(JobResults.Word)}, but {MarkdownText.Prose(run.Results!.Fault!, 300)}.\n"
                    )
                )
        );
        var more =
            broken.Length > MostFaults
                ? MarkdownText.Of($"- … and {broken.Length - MostFaults} more.\n")
                : MarkdownText.Empty;
        return broken.Length == 0 ? MarkdownText.Empty : MarkdownText.Of($"{lines}{more}\n");
    }

    private static MarkdownText Cell(ResultValue value) =>
        value.Number is null ? MarkdownText.Code(value.Text, Length) : MarkdownText.Prose(value.Json);
}
