namespace Rayquest.JobLint.Manifests.KubeRay;

/// <summary>Durations as Go's <c>time.ParseDuration</c> reads them: <c>1h30m</c>, <c>1.5s</c>, <c>-2ms</c>, <c>0</c>.</summary>
internal static class GoDuration
{
    private static readonly (string Name, double Seconds)[] Units =
    [
        ("ns", 1e-9),
        ("us", 1e-6),
        ("µs", 1e-6),
        ("μs", 1e-6),
        ("ms", 1e-3),
        ("s", 1),
        ("m", 60),
        ("h", 3600),
    ];

    /// <summary>The seconds, or null when the text is no duration or beyond 64 bits of nanoseconds.</summary>
    public static double? Parse(string text)
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

        double seconds = 0;
        bool any = false;
        while (!rest.IsEmpty)
        {
            int digits = 0;
            while (digits < rest.Length && (char.IsAsciiDigit(rest[digits]) || rest[digits] == '.'))
            {
                digits++;
            }

            if (
                !double.TryParse(
                    rest[..digits],
                    System.Globalization.NumberStyles.AllowDecimalPoint,
                    System.Globalization.CultureInfo.InvariantCulture,
                    out double number
                )
            )
            {
                return null;
            }

            rest = rest[digits..];
            int length = 0;
            while (length < rest.Length && !char.IsAsciiDigit(rest[length]) && rest[length] != '.')
            {
                length++;
            }

            if (UnitOf(rest[..length]) is not { } unit)
            {
                return null;
            }

            rest = rest[length..];
            seconds += number * unit;
            any = true;
        }

        return any && seconds <= 9223372036 ? (negative ? -seconds : seconds) : null;
    }

    private static double? UnitOf(ReadOnlySpan<char> name)
    {
        foreach ((string unit, double seconds) in Units)
        {
            if (name.SequenceEqual(unit))
            {
                return seconds;
            }
        }

        return null;
    }
}
