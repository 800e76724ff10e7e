using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Rayquest.JobReport.Ledger;

/// <summary>The ledger as tables for other programs: one row per job run.</summary>
public static class LedgerExport
{
    private static readonly string[] Columns =
    [
        "team",
        "name",
        "kind",
        "namespace",
        "request",
        "pull",
        "author",
        "merged",
        "state",
        "reason",
        "started",
        "ended",
        "attempts",
        "gpus",
        "gpuSeconds",
        "maxCost",
        "results",
    ];

    /// <summary>One JSON object a line, values as text or numbers, absent where unknown.</summary>
    public static string JsonLines(IEnumerable<JobRun> runs, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(runs);
        var buffer = new ArrayBufferWriter<byte>(4096);
        foreach (var run in runs)
        {
            using (var writer = new Utf8JsonWriter(buffer))
            {
                writer.WriteStartObject();
                writer.WriteNumber("schema", JobRecord.Schema);
                var row = Row(run, now);
                for (var index = 0; index < Columns.Length; index++)
                {
                    if (row[index].Length == 0)
                    {
                        continue;
                    }

                    if (Columns[index] is "pull" or "attempts" or "gpuSeconds" or "maxCost" or "results")
                    {
                        writer.WritePropertyName(Columns[index]);
                        writer.WriteRawValue(row[index]);
                    }
                    else
                    {
                        writer.WriteString(Columns[index], row[index]);
                    }
                }

                writer.WriteEndObject();
            }

            buffer.Write("\n"u8);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>The first line of a table of rows.</summary>
    public static string CsvHeader { get; } = string.Join(',', Columns) + "\r\n";

    /// <summary>RFC 4180 without the header; a value that a spreadsheet would run as a formula is defused with an apostrophe.</summary>
    public static string CsvRows(IEnumerable<JobRun> runs, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(runs);
        var text = new StringBuilder();
        foreach (var run in runs)
        {
            text.AppendJoin(',', Row(run, now).Select(Cell)).Append("\r\n");
        }

        return text.ToString();
    }

    private static string[] Row(JobRun run, DateTimeOffset now)
    {
        var gpus = run.Gpus.Values.Sum();
        var seconds = run.RunningTimes.Sum(time => ((time.To ?? now) - time.From).TotalSeconds);
        return
        [
            run.Record.Team,
            run.Record.Name,
            run.Record.Kind,
            run.Record.Namespace,
            run.Merged?.Request ?? "",
            run.Merged?.Pull.ToString(CultureInfo.InvariantCulture) ?? "",
            run.Merged?.Author ?? "",
            Time(run.MergedAt),
            run.LastState?.Phase.ToString() ?? "",
            run.LastState?.Reason ?? "",
            run.RunningTimes.IsEmpty ? "" : Time(run.RunningTimes[0].From),
            Time(run.EndedAt),
            (run.LastState?.Attempt ?? 0).ToString(CultureInfo.InvariantCulture),
            run.Facts is { } facts ? string.Join(' ', facts.Gpus.Select(pair => $"{pair.Key}={pair.Value}")) : "",
            Math.Round(Math.Max(0, seconds) * gpus).ToString("0", CultureInfo.InvariantCulture),
            run.Merged?.MaxCost?.ToString(CultureInfo.InvariantCulture) ?? "",
            run.Results is { Values.IsEmpty: false } results ? results.Json() : "",
        ];
    }

    private static string Time(DateTimeOffset? time) => time is { } value ? LedgerEvent.Time(value) : "";

    private static string Cell(string value)
    {
        var safe = value.Length > 0 && value[0] is '=' or '+' or '-' or '@' or '\t' or '\r' ? "'" + value : value;
        return safe.AsSpan().IndexOfAny(",\"\r\n") < 0
            ? safe
            : $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
