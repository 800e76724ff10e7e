using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Rayquest.JobModel.Quantities;

/// <summary>The same arithmetic for amounts whose billionths don't fit 64 bits: slower, and seldom needed.</summary>
/// <remarks>Inlined, any of these would keep its caller, and what only that one calls, from being precompiled.</remarks>
internal static class WideQuantity
{
    // Digits past these are below anything Kubernetes could tell apart.
    private const int ManyDigits = 1000;

    private static readonly Int128 Nano = 1_000_000_000;
    private static readonly Int128 MaxNanos = (Int128)long.MaxValue * 1_000_000_000;

    [MethodImpl(MethodImplOptions.NoInlining)]
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

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static Quantity Add(Quantity left, Quantity right) =>
        Of(left.Nanos + right.Nanos, left.IsZero ? right.Format : left.Format);

    [MethodImpl(MethodImplOptions.NoInlining)]
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

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static double ToDouble(Quantity quantity) => (double)quantity.Nanos / 1e9;

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static long Divide(Quantity quantity, Quantity by) =>
        (long)Int128.Clamp(quantity.Nanos / by.Nanos, long.MinValue, long.MaxValue);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static bool IsMultiple(Quantity quantity, Quantity of) => quantity.Nanos % of.Nanos == 0;

    [MethodImpl(MethodImplOptions.NoInlining)]
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

    // value × 10^shift billionths, rounded up at the end.
    private static Int128 Scale(ReadOnlySpan<char> whole, ReadOnlySpan<char> fraction, int power, long binary)
    {
        (Int128 value, int cut, bool lost) = Digits($"{whole}{fraction}".AsSpan().TrimStart('0'), binary);
        if (value == 0)
        {
            return 0;
        }

        int shift = power + 9 - fraction.Length + cut;
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

        return Int128.Min(lost ? value + 1 : value, MaxNanos);
    }

    // Multiplied while the digits are all there, then cut to 126 bits, more than any amount needs. What is cut only rounds.
    private static (Int128 Value, int Cut, bool Lost) Digits(ReadOnlySpan<char> digits, long binary)
    {
        ReadOnlySpan<char> kept = digits[..Math.Min(digits.Length, ManyDigits)];
        BigInteger value = kept.IsEmpty
            ? BigInteger.Zero
            : BigInteger.Parse(kept, NumberStyles.None, CultureInfo.InvariantCulture) * binary;
        long excess = value.GetBitLength() - 126;
        int cut = excess > 0 ? (int)(excess * 0.30103) + 1 : 0;
        (value, BigInteger rest) = BigInteger.DivRem(value, BigInteger.Pow(10, cut));
        return (
            (Int128)value,
            cut + digits.Length - kept.Length,
            !rest.IsZero || digits[kept.Length..].ContainsAnyExcept('0')
        );
    }
}
