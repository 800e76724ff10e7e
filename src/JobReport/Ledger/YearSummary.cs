using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Rayquest.JobReport.Status;

namespace Rayquest.JobReport.Ledger;

/// <summary>What a year's finished runs come to, so that sums need no run to be read.</summary>
public sealed record YearSummary(int Year, int Runs, ImmutableArray<GpuUse> Use)
{
    public static string PathOf(int year) => FinishedMonth.YearOf(year) + "summary.json";

    /// <summary>The year a path is the summary of; null for any other path.</summary>
    public static int? YearOf(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return
            path.Split('/') is ["finished", var year, "summary.json"]
            && int.TryParse(year, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
    }

    /// <summary>The summary of all runs of a year.</summary>
    public static YearSummary Of(int year, IEnumerable<JobRecord> records)
    {
        var view = new LedgerView(records);
        // All of them have ended, so that no clock has a say.
        return new YearSummary(year, view.Runs.Length, [.. view.GpuUse(DateTimeOffset.MinValue)]);
    }

    public byte[] Write()
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            writer.WriteStartObject();
            writer.WriteNumber("schema", JobRecord.Schema);
            writer.WriteNumber("year", Year);
            writer.WriteNumber("runs", Runs);
            writer.WriteStartArray("gpuUse");
            foreach (var use in Use)
            {
                writer.WriteStartObject();
                writer.WriteString("team", use.Team);
                writer.WriteString("gpu", use.GpuType);
                writer.WriteString("month", use.Month.ToString("yyyy-MM", CultureInfo.InvariantCulture));
                writer.WriteNumber("seconds", Math.Round(use.Seconds, 3));
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        buffer.Write("\n"u8);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads it back; null when it is none.</summary>
    public static YearSummary? Read(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes);
            var root = document.RootElement;
            return root.Number("year") is { } year && root.Number("schema") == JobRecord.Schema
                ? new YearSummary(
                    year,
                    root.Number("runs") ?? 0,
                    [
                        .. root.Items("gpuUse")
                            .Select(item =>
                                DateOnly.TryParseExact(
                                    item.Text("month") + "-01",
                                    "yyyy-MM-dd",
                                    CultureInfo.InvariantCulture,
                                    DateTimeStyles.None,
                                    out var month
                                ) && item.At("seconds") is { ValueKind: JsonValueKind.Number } seconds
                                    ? new GpuUse(item.Text("team"), item.Text("gpu"), month, seconds.GetDouble())
                                    : null
                            )
                            .OfType<GpuUse>(),
                    ]
                )
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
