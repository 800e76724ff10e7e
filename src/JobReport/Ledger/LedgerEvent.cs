using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Rayquest.JobReport.Ledger;

/// <summary>The kinds of events the ledger knows; others are kept and passed through.</summary>
public static class EventKind
{
    /// <summary>A request was merged; key: the merge commit.</summary>
    public const string Merged = "merged";

    /// <summary>A merge changed the request of an object that keeps its name; key: the merge commit, data as of a merge.</summary>
    public const string Edited = "edited";

    /// <summary>The pull request was reminded that a lease ends; key: when it does.</summary>
    public const string Reminded = "reminded";

    /// <summary>A new state was seen; key: its fingerprint.</summary>
    public const string State = "state";

    /// <summary>The pull request was told about a state; key: its fingerprint.</summary>
    public const string Reported = "reported";

    /// <summary>Something made on GitHub for this job; key: comment or deployment, data: id, and node where it is known.</summary>
    /// <summary>A comment or Deployment that was made; its name in the file is as the first version wrote it.</summary>
    public const string GitHubObject = "desk";

    /// <summary>What a finished run printed as its results; key: the fingerprint of the state in which it ended.</summary>
    public const string Results = "results";

    /// <summary>The request was removed or replaced on main; key: the commit.</summary>
    public const string Withdrawn = "taken-back";

    /// <summary>Request and manifest left main after the job had finished; key: the commit.</summary>
    public const string Archived = "archived";
}

/// <summary>
/// One thing that happened to a job, never changed once written. Identity is (kind, time, key); two writers that saw the
/// same thing write the same event, and a set union of both is what both meant.
/// </summary>
public sealed class LedgerEvent : IEquatable<LedgerEvent>, IComparable<LedgerEvent>
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'";

    public LedgerEvent(
        DateTimeOffset at,
        string kind,
        string key,
        IEnumerable<KeyValuePair<string, string>>? data = null
    )
    {
        At = at.ToUniversalTime();
        Kind = kind ?? throw new ArgumentNullException(nameof(kind));
        Key = key ?? throw new ArgumentNullException(nameof(key));
        Data = (data ?? []).ToImmutableSortedDictionary(StringComparer.Ordinal);
    }

    public DateTimeOffset At { get; }
    public string Kind { get; }
    public string Key { get; }

    /// <summary>Everything else, as text; a slash in a name groups (<c>gpus/a100</c>).</summary>
    public ImmutableSortedDictionary<string, string> Data { get; }

    /// <summary>The value of that name, or empty.</summary>
    public string this[string name] => Data.GetValueOrDefault(name, "");

    /// <summary>The one way to write it; also what decides between two of the same identity.</summary>
    public string Canonical => Encoding.UTF8.GetString(Bytes());

    public bool SameIdentity(LedgerEvent other) =>
        other is not null
        && At == other.At
        && string.Equals(Kind, other.Kind, StringComparison.Ordinal)
        && string.Equals(Key, other.Key, StringComparison.Ordinal);

    public int CompareTo(LedgerEvent? other)
    {
        if (other is null)
        {
            return 1;
        }

        var order = At.CompareTo(other.At);
        order = order != 0 ? order : string.CompareOrdinal(Kind, other.Kind);
        return order != 0 ? order : string.CompareOrdinal(Key, other.Key);
    }

    public bool Equals(LedgerEvent? other) =>
        other is not null && SameIdentity(other) && string.Equals(Canonical, other.Canonical, StringComparison.Ordinal);

    public override bool Equals(object? obj) => Equals(obj as LedgerEvent);

    public override int GetHashCode() => HashCode.Combine(At, Kind, Key);

    public static bool operator ==(LedgerEvent? left, LedgerEvent? right) => left?.Equals(right) ?? right is null;

    public static bool operator !=(LedgerEvent? left, LedgerEvent? right) => !(left == right);

    public static bool operator <(LedgerEvent left, LedgerEvent right) => left is null || left.CompareTo(right) < 0;

    public static bool operator <=(LedgerEvent left, LedgerEvent right) => left is null || left.CompareTo(right) <= 0;

    public static bool operator >(LedgerEvent left, LedgerEvent right) => !(left <= right);

    public static bool operator >=(LedgerEvent left, LedgerEvent right) => !(left < right);

    public static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    internal static DateTimeOffset? Time(string text) =>
        DateTimeOffset.TryParseExact(
            text,
            TimeFormat,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var time
        )
            ? time
            : null;

    internal byte[] Bytes()
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("at", Time(At));
            writer.WriteString("kind", Kind);
            writer.WriteString("key", Key);
            if (!Data.IsEmpty)
            {
                writer.WriteStartObject("data");
                foreach (var (name, value) in Data)
                {
                    writer.WriteString(name, value);
                }

                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
