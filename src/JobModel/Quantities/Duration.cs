using System.Globalization;

namespace Rayquest.JobModel.Quantities;

/// <summary>A span of time as requests write it: one whole number and one of <c>s m h d</c>; held in seconds.</summary>
public readonly record struct Duration(int Seconds) : IComparable<Duration>
{
    /// <summary>The longest duration, since Kubernetes keeps deadlines in 32 bits of seconds: a little over 68 years.</summary>
    public const int MaxSeconds = int.MaxValue;

    /// <summary>Parses <c>90s</c>, <c>10m</c>, <c>6h</c>, <c>2d</c>; false for anything else or beyond 32 bits of seconds.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Duration duration)
    {
        duration = default;
        if (text.Length < 2 || text.Length > 11 || text[..^1].ContainsAnyExceptInRange('0', '9'))
        {
            return false;
        }

        int unit = text[^1] switch
        {
            's' => 1,
            'm' => 60,
            'h' => 3600,
            'd' => 86_400,
            _ => 0,
        };
        long seconds = long.Parse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture) * unit;
        if (unit == 0 || seconds > MaxSeconds)
        {
            return false;
        }

        duration = new Duration((int)seconds);
        return true;
    }

    public static bool operator <(Duration left, Duration right) => left.Seconds < right.Seconds;

    public static bool operator >(Duration left, Duration right) => left.Seconds > right.Seconds;

    public static bool operator <=(Duration left, Duration right) => left.Seconds <= right.Seconds;

    public static bool operator >=(Duration left, Duration right) => left.Seconds >= right.Seconds;

    /// <inheritdoc/>
    public int CompareTo(Duration other) => Seconds.CompareTo(other.Seconds);

    /// <summary>The amount in hours, for prices.</summary>
    public double Hours => Seconds / 3600.0;

    /// <summary>The shortest exact text: <c>5400</c> seconds are <c>90m</c>.</summary>
    public override string ToString() =>
        Seconds == 0 ? "0s"
        : Seconds % 86_400 == 0 ? $"{Seconds / 86_400}d"
        : Seconds % 3600 == 0 ? $"{Seconds / 3600}h"
        : Seconds % 60 == 0 ? $"{Seconds / 60}m"
        : $"{Seconds}s";
}
