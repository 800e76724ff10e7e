using System.Globalization;

namespace Rayquest.JobModel.Quantities;

/// <summary>The same arithmetic for amounts whose billionths don't fit 64 bits: slower, and seldom needed.</summary>
internal static class WideQuantity
{
    private static readonly Int128 Nano = 1_000_000_000;
    private static readonly Int128 MaxNanos = (Int128)long.MaxValue * 1_000_000_000;

    public static Quantity Scale(
        bool negative,
        ReadOnlySpan<char> whole,
        ReadOnlySpan<char> fraction,
        int power,
        long binary,
        QuantityFormat format
    )
    {
        Int128 nanos = Scale(whole, fraction, power, binary);
        return Of(negative ? -nanos : nanos, format);
    }

    public static Quantity Add(Quantity left, Quantity right) =>
        Of(left.Nanos + right.Nanos, left.IsZero ? right.Format : left.Format);

    public static Quantity Times(Quantity quantity, long count)
    {
        Int128 nanos = quantity.Nanos;
        Int128 limit = MaxNanos / Int128.Abs(count);
        if (Int128.Abs(nanos) > limit)
        {
            return Of((nanos > 0) == (count > 0) ? MaxNanos : -MaxNanos, quantity.Format);
        }

        return Of(nanos * count, quantity.Format);
    }

    public static double ToDouble(Quantity quantity) => (double)quantity.Nanos / 1e9;

    public static long Divide(Quantity quantity, Quantity by) =>
        (long)Int128.Clamp(quantity.Nanos / by.Nanos, long.MinValue, long.MaxValue);

    public static bool IsMultiple(Quantity quantity, Quantity of) => quantity.Nanos % of.Nanos == 0;

    public static string ToText(Quantity quantity)
    {
        Int128 mantissa = quantity.Nanos;
        int exponent = -9;
        while (mantissa % 10 == 0)
        {
            mantissa /= 10;
            exponent++;
        }

        while (exponent % 3 != 0)
        {
            mantissa *= 10;
            exponent--;
        }

        return Quantity.Text(mantissa.ToString(CultureInfo.InvariantCulture), exponent, quantity.Format);
    }

    private static Quantity Of(Int128 nanos, QuantityFormat format)
    {
        nanos =
            nanos > MaxNanos ? MaxNanos
            : nanos < -MaxNanos ? -MaxNanos
            : nanos;
        (Int128 units, Int128 rest) = Int128.DivRem(nanos, Nano);
        return rest < 0
            ? new Quantity((long)units - 1, (int)(rest + Nano), format)
            : new Quantity((long)units, (int)rest, format);
    }

    // All digits as one integer with a decimal power, capped early so that huge exponents cost nothing.
    private static Int128 Scale(ReadOnlySpan<char> whole, ReadOnlySpan<char> fraction, int power, long binary)
    {
        Int128 value = 0;
        int shift = power + 9;
        bool lost = false;
        Int128 limit = Int128.MaxValue / 100;
        int seen = 0;
        for (int i = 0; i < whole.Length + fraction.Length; i++)
        {
            int digit = (i < whole.Length ? whole[i] : fraction[i - whole.Length]) - '0';
            if (value >= limit)
            {
                // Beyond any precision kept: whole digits still scale, fraction digits only round.
                lost |= digit != 0;
                if (i < whole.Length)
                {
                    shift++;
                }

                continue;
            }

            value = (value * 10) + digit;
            if (i >= whole.Length)
            {
                seen++;
            }
        }

        shift -= seen;
        if (value == 0)
        {
            return 0;
        }

        if (binary > 1)
        {
            // Multiply first while it fits, so that 1.5Gi is exact.
            if (value > MaxNanos / binary && shift >= 0)
            {
                return MaxNanos;
            }

            if (value <= Int128.MaxValue / binary)
            {
                value *= binary;
            }
            else
            {
                Int128 down = value / 1_000_000_000;
                shift += 9;
                value = down > Int128.MaxValue / binary ? Int128.MaxValue : down * binary;
            }
        }

        for (; shift > 0; shift--)
        {
            if (value > MaxNanos / 10)
            {
                return MaxNanos;
            }

            value *= 10;
        }

        for (; shift < 0 && value > 0; shift++)
        {
            (value, Int128 rest) = Int128.DivRem(value, 10);
            lost |= rest != 0;
        }

        if (lost && value < MaxNanos)
        {
            value++;
        }

        return value > MaxNanos ? MaxNanos : value;
    }
}
