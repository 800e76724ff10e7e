using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Rayquest.JobReport.Doctor.Checks;
using Rayquest.JobReport.Status;

namespace Rayquest.JobReport.Ledger;

/// <summary>
/// The ledger's file for one job run: who it is and everything that happened to it. Its bytes are canonical: one line
/// per event, sorted, so that Git's own diff and merge read well.
/// </summary>
public sealed class JobRecord
{
    public const int Schema = 1;

    public JobRecord(string team, string name, string kind, string ns, IEnumerable<LedgerEvent> events)
    {
        Team = team;
        Name = name;
        Kind = kind;
        Namespace = ns;
        Events = Sorted(events);
    }

    public string Team { get; }

    /// <summary>metadata.name: the request's name and the hash of its content.</summary>
    public string Name { get; }
    public string Kind { get; }
    public string Namespace { get; }

    /// <summary>Sorted by time, then kind, then key; no two of one identity.</summary>
    public ImmutableArray<LedgerEvent> Events { get; }

    /// <summary>Namespace and name, as the cluster knows it.</summary>
    public string Id => $"{Namespace}/{Name}";

    /// <summary>Where it is kept on the ledger branch.</summary>
    public string Path => PathOf(Team, Name);

    public static string PathOf(string team, string name) => $"ledger/{team}/{name}.json";

    /// <summary>The same record with more events; those already there change nothing.</summary>
    public JobRecord With(params IEnumerable<LedgerEvent> events) =>
        new(Team, Name, Kind, Namespace, Events.Concat(events));

    /// <summary>
    /// What both writers meant: commutative, associative and idempotent, so that the order of arrival never matters.
    /// </summary>
    public static JobRecord Merge(JobRecord left, JobRecord right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        var head = string.CompareOrdinal(left.Head(), right.Head()) >= 0 ? left : right;
        return new JobRecord(head.Team, head.Name, head.Kind, head.Namespace, left.Events.Concat(right.Events));
    }

    /// <summary>The canonical bytes.</summary>
    public byte[] Write()
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        buffer.Write(Encoding.UTF8.GetBytes(Head()));
        for (var index = 0; index < Events.Length; index++)
        {
            buffer.Write(index == 0 ? "\n"u8 : ",\n"u8);
            buffer.Write(Events[index].Bytes());
        }

        buffer.Write("\n]}\n"u8);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The same on one line, for a file of many runs.</summary>
    public byte[] Line()
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        buffer.Write(Encoding.UTF8.GetBytes(Head()));
        for (var index = 0; index < Events.Length; index++)
        {
            if (index > 0)
            {
                buffer.Write(","u8);
            }

            buffer.Write(Events[index].Bytes());
        }

        buffer.Write("]}\n"u8);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads a file of the ledger; the fault says what is wrong with it, in words.</summary>
    public static (JobRecord? Record, string? Fault) Read(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes);
            var root = document.RootElement;
            if (!root.IsUnicode())
            {
                return (null, "it holds text that is no Unicode");
            }

            if (root.Number("schema") is not { } schema)
            {
                return (null, "it has no schema number");
            }

            if (schema != Schema)
            {
                return (null, $"its schema is {schema}, this program reads {Schema}");
            }

            var events = new List<LedgerEvent>();
            foreach (var item in root.Items("events"))
            {
                if (LedgerEvent.Time(item.Text("at")) is not { } at)
                {
                    return (null, $"event {events.Count + 1} has no readable time");
                }

                if (item.Text("kind").Length == 0)
                {
                    return (null, $"event {events.Count + 1} has no kind");
                }

                events.Add(new LedgerEvent(at, item.Text("kind"), item.Text("key"), item.Map("data")));
            }

            var record = new JobRecord(
                root.Text("team"),
                root.Text("name"),
                root.Text("kind"),
                root.Text("namespace"),
                events
            );
            return record.Team.Length == 0 || record.Name.Length == 0
                ? (null, "it does not say whose job it is")
                : (record, null);
        }
        catch (JsonException e)
        {
            return (null, $"it is not JSON: {e.Message}");
        }
    }

    private string Head()
    {
        var buffer = new ArrayBufferWriter<byte>(128);
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true }))
        {
            writer.WriteStartObject();
            writer.WriteNumber("schema", Schema);
            writer.WriteString("team", Team);
            writer.WriteString("name", Name);
            writer.WriteString("kind", Kind);
            writer.WriteString("namespace", Namespace);
            writer.WriteStartArray("events");
            writer.Flush();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static ImmutableArray<LedgerEvent> Sorted(IEnumerable<LedgerEvent> events)
    {
        var sorted = new List<LedgerEvent>();
        foreach (var item in events.Order())
        {
            if (sorted.Count == 0 || !sorted[^1].SameIdentity(item))
            {
                sorted.Add(item);
            }
            else if (string.CompareOrdinal(item.Canonical, sorted[^1].Canonical) > 0)
            {
                // The same thing told twice with different words: either will do, but always the same one.
                sorted[^1] = item;
            }
        }

        return [.. sorted];
    }
}
