namespace Rayquest.JobModel.Schedules;

/// <summary>Durations as Go's <c>time.ParseDuration</c> reads them: <c>1h30m</c>, <c>1.5s</c>, <c>-2ms</c>, <c>0</c>.</summary>
public static class GoDuration
{
    private static readonly (string Name, ulong Nanoseconds)[] Units =
    [
        ("ns", 1),
        ("us", 1_000),
        ("µs", 1_000),
        ("μs", 1_000),
        ("ms", 1_000_000),
        ("s", 1_000_000_000),
        ("m", 60_000_000_000),
        ("h", 3_600_000_000_000),
    ];

    // One more than the largest 64-bit number of nanoseconds: only a negative duration reaches it.
    private const ulong Most = 1UL << 63;

    /// <summary>The nanoseconds, or null when the text is no duration or beyond 64 bits of them.</summary>
    public static long? Parse(string text)
    {
        ReadOnlySpan<char> rest = text;
        bool negative = rest is ['-', ..];
        if (rest is ['-' or '+', ..])
        {
            rest = rest[1..];
        }

        if (rest is "0")
        {
            return 0;
        }

        if (rest.IsEmpty)
        {
            return null;
        }

        ulong sum = 0;
        while (!rest.IsEmpty)
        {
            if (Part(ref rest) is not { } part || part > Most - sum)
            {
                return null;
            }

            sum += part;
        }

        return negative ? (long)(0 - sum)
            : sum < Most ? (long)sum
            : null;
    }

    /// <summary>One number with its unit, cut off the front; what is below a nanosecond is dropped as Go drops it.</summary>
    private static ulong? Part(ref ReadOnlySpan<char> rest)
    {
        int whole = Digits(rest);
        int end = whole;
        int fraction = 0;
        if (end < rest.Length && rest[end] == '.')
        {
            fraction = Digits(rest[(end + 1)..]);
            end += 1 + fraction;
        }

        if (whole + fraction == 0)
        {
            return null;
        }

        int length = 0;
        while (end + length < rest.Length && !char.IsAsciiDigit(rest[end + length]) && rest[end + length] != '.')
        {
            length++;
        }

        if (UnitOf(rest.Slice(end, length)) is not { } unit)
        {
            return null;
        }

        UInt128 sum = 0;
        foreach (char digit in rest[..whole])
        {
            sum = (sum * 10) + (uint)(digit - '0');
            if (sum * unit > Most)
            {
                return null;
            }
        }

        sum *= unit;
        double below = 0;
        double scale = 1;
        for (int i = 0; i < Math.Min(fraction, 18); i++)
        {
            below = (below * 10) + (rest[whole + 1 + i] - '0');
            scale *= 10;
        }

        sum += (ulong)(below * (unit / scale));
        rest = rest[(end + length)..];
        return sum > Most ? null : (ulong)sum;
    }

    private static int Digits(ReadOnlySpan<char> text)
    {
        int count = text.IndexOfAnyExceptInRange('0', '9');
        return count < 0 ? text.Length : count;
    }

    private static ulong? UnitOf(ReadOnlySpan<char> name)
    {
        foreach ((string unit, ulong nanoseconds) in Units)
        {
            if (name.SequenceEqual(unit))
            {
                return nanoseconds;
            }
        }

        return null;
    }
}
