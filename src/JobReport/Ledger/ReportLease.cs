using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using Rayquest.JobReport.Status;

namespace Rayquest.JobReport.Ledger;

/// <summary>What one pass made on GitHub.</summary>
/// <param name="Created">Comments and Deployments; GitHub allows 500 such writes an hour whatever the token.</param>
public sealed record WriteSpending(DateTimeOffset At, int Created);

/// <summary>
/// The lease on reporting to the pull requests, and what was created there within the last hour:
/// <c>report-lease.json</c> on the ledger branch. The pass that moves the branch with its own name in the file holds the
/// lease; another pass records what it sees and reports nothing. The lease of a pass that was killed expires.
/// </summary>
public sealed record ReportLease
{
    public const string File = "report-lease.json";

    /// <summary>The file's former name: read where <see cref="File"/> does not exist yet.</summary>
    public const string FormerFile = "desk.json";
    public static readonly ReportLease Empty = new();
    private static readonly TimeSpan Window = TimeSpan.FromHours(1);

    /// <summary>The pass that holds the lease; empty when none does.</summary>
    public string Holder { get; init; } = "";
    public DateTimeOffset? Until { get; init; }

    /// <summary>No pass reports before that: GitHub's hourly budget was used up down to what the reviews need.</summary>
    public DateTimeOffset? ClosedUntil { get; init; }
    public ImmutableArray<WriteSpending> Spent { get; init; } = [];

    /// <summary>True when that pass may acquire the lease: it is free, it has expired, or that pass holds it already.</summary>
    public bool IsFreeFor(string holder, DateTimeOffset now) =>
        !IsClosed(now)
        && (
            Holder.Length == 0
            || string.Equals(Holder, holder, StringComparison.Ordinal)
            || Until is not { } until
            || until <= now
        );

    /// <summary>An hour is the longest a limit lasts; a later time was written by a wrong clock.</summary>
    public bool IsClosed(DateTimeOffset now) => ClosedUntil is { } closed && closed > now && closed - now <= Window;

    public ReportLease Acquired(string holder, DateTimeOffset until) => this with { Holder = holder, Until = until };

    /// <summary>The lease after that pass has released it; another holder's name stays.</summary>
    public ReportLease Released(string holder, int created, DateTimeOffset? closedUntil, DateTimeOffset now) =>
        (string.Equals(Holder, holder, StringComparison.Ordinal) ? this with { Holder = "", Until = null } : this) with
        {
            ClosedUntil = closedUntil,
            Spent =
            [
                .. Spent.Where(item => item.At > now - Window && item.At <= now + Window),
                .. created > 0 ? new[] { new WriteSpending(now, created) } : [],
            ],
        };

    /// <summary>What was made within the last hour.</summary>
    public int CreatedLately(DateTimeOffset now) =>
        Spent.Where(item => item.At > now - Window && item.At <= now + Window).Sum(item => item.Created);

    public byte[] Write()
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteNumber("schema", 1);
            if (Holder.Length > 0 && Until is { } until)
            {
                writer.WriteString("holder", Holder);
                writer.WriteString("until", LedgerEvent.Time(until));
            }

            if (ClosedUntil is { } closed)
            {
                writer.WriteString("closedUntil", LedgerEvent.Time(closed));
            }

            writer.WriteStartArray("spent");
            foreach (var item in Spent)
            {
                writer.WriteStartObject();
                writer.WriteString("at", LedgerEvent.Time(item.At));
                writer.WriteNumber("created", item.Created);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return [.. buffer.WrittenSpan, (byte)'\n'];
    }

    /// <summary>Reads it back; what cannot be read is a free lease, which at worst reports something twice.</summary>
    public static ReportLease Read(string? text)
    {
        try
        {
            using var document = JsonDocument.Parse(text ?? "{}");
            var root = document.RootElement;
            return new ReportLease
            {
                Holder = root.Text("holder"),
                Until = LedgerEvent.Time(root.Text("until")),
                ClosedUntil = LedgerEvent.Time(root.Text("closedUntil")),
                Spent =
                [
                    .. root.Items("spent")
                        .Select(item =>
                            LedgerEvent.Time(item.Text("at")) is { } at
                                ? new WriteSpending(at, item.Number("created") ?? 0)
                                : null
                        )
                        .OfType<WriteSpending>(),
                ],
            };
        }
        catch (JsonException)
        {
            return Empty;
        }
    }
}
