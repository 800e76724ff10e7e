using System.Globalization;

namespace Rayquest.JobModel.Quantities;

/// <summary>How a quantity was written; it decides the canonical suffix.</summary>
public enum QuantityFormat
{
    /// <summary>Powers of 1000: <c>m</c>, none, <c>k</c>, <c>M</c>, <c>G</c> …</summary>
    DecimalSI,

    /// <summary>Powers of 1024: <c>Ki</c>, <c>Mi</c>, <c>Gi</c> …</summary>
    BinarySI,

    /// <summary>A decimal exponent: <c>1e3</c>.</summary>
    DecimalExponent,
}

/// <summary>
/// An amount as Kubernetes' <c>resource.Quantity</c> holds it: exact to a billionth, capped at 2^63-1,
/// re-serialised in the canonical form the operator's round trip gives (facts 4.3).
/// </summary>
public readonly record struct Quantity : IComparable<Quantity>
{
    private static readonly Int128 Nano = 1_000_000_000;
    private static readonly Int128 MaxNanos = (Int128)long.MaxValue * 1_000_000_000;

    private Quantity(Int128 nanos, QuantityFormat format)
    {
        Nanos = nanos;
        Format = format;
    }

    /// <summary>The amount in billionths.</summary>
    public Int128 Nanos { get; }

    /// <summary>How it was written.</summary>
    public QuantityFormat Format { get; }

    /// <summary>Nothing.</summary>
    public static Quantity Zero { get; } = new(0, QuantityFormat.DecimalSI);

    /// <summary>A whole amount.</summary>
    public static Quantity FromInteger(long value) => new((Int128)value * Nano, QuantityFormat.DecimalSI);

    /// <summary>The amount as a floating-point number, for prices and shares.</summary>
    public double ToDouble() => (double)Nanos / 1e9;

    /// <summary>The amount rounded up to a whole number, as Kubernetes' <c>Value()</c> does.</summary>
    public long Ceiling() => (long)(Nanos >= 0 ? (Nanos + Nano - 1) / Nano : Nanos / Nano);

    public static Quantity operator +(Quantity left, Quantity right) =>
        new(Clamp(left.Nanos + right.Nanos), left.Nanos == 0 ? right.Format : left.Format);

    public static Quantity operator *(Quantity left, long count) => new(Times(left.Nanos, count), left.Format);

    public static bool operator <(Quantity left, Quantity right) => left.Nanos < right.Nanos;

    public static bool operator >(Quantity left, Quantity right) => left.Nanos > right.Nanos;

    public static bool operator <=(Quantity left, Quantity right) => left.Nanos <= right.Nanos;

    public static bool operator >=(Quantity left, Quantity right) => left.Nanos >= right.Nanos;

    /// <summary>Adds; capped like Kubernetes caps.</summary>
    public static Quantity Add(Quantity left, Quantity right) => left + right;

    /// <summary>Multiplies by a count; capped.</summary>
    public static Quantity Multiply(Quantity left, long count) => left * count;

    /// <inheritdoc/>
    public int CompareTo(Quantity other) => Nanos.CompareTo(other.Nanos);

    /// <summary>Two quantities are equal when their amounts are, however they were written.</summary>
    public bool Equals(Quantity other) => Nanos == other.Nanos;

    /// <inheritdoc/>
    public override int GetHashCode() => Nanos.GetHashCode();

    /// <summary>
    /// Parses what Go's <c>resource.ParseQuantity</c> accepts: sign, digits with an optional point, and a suffix
    /// or an exponent of decimal digits. Fractions below a billionth round away from zero; too large is capped.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Quantity quantity)
    {
        quantity = Zero;
        int at = 0;
        bool negative = false;
        if (at < text.Length && text[at] is '+' or '-')
        {
            negative = text[at] == '-';
            at++;
        }

        int wholeStart = at;
        while (at < text.Length && char.IsAsciiDigit(text[at]))
        {
            at++;
        }

        ReadOnlySpan<char> whole = text[wholeStart..at];
        ReadOnlySpan<char> fraction = [];
        if (at < text.Length && text[at] == '.')
        {
            int fractionStart = ++at;
            while (at < text.Length && char.IsAsciiDigit(text[at]))
            {
                at++;
            }

            fraction = text[fractionStart..at];
        }

        if (whole.IsEmpty && fraction.IsEmpty)
        {
            return false;
        }

        if (!TryParseSuffix(text[at..], out QuantityFormat format, out int power, out long binary))
        {
            return false;
        }

        Int128 nanos = Scale(whole, fraction, power, binary);
        quantity = new Quantity(negative ? -nanos : nanos, format);
        return true;
    }

    /// <summary>The canonical text: no fraction, the largest suffix that loses nothing, the format kept where it can be.</summary>
    public override string ToString()
    {
        if (Nanos == 0)
        {
            return "0";
        }

        if (Format == QuantityFormat.BinarySI && Int128.Abs(Nanos) >= 1024 * Nano && Nanos % Nano == 0)
        {
            Int128 value = Nanos / Nano;
            int times = 0;
            while (value % 1024 == 0)
            {
                value /= 1024;
                times++;
            }

            return value.ToString(CultureInfo.InvariantCulture) + BinarySuffixes[times];
        }

        Int128 mantissa = Nanos;
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

        string digits = mantissa.ToString(CultureInfo.InvariantCulture);
        if (Format == QuantityFormat.DecimalExponent)
        {
            return exponent == 0 ? digits : $"{digits}e{exponent}";
        }

        return digits + DecimalSuffixes[(exponent / 3) + 3];
    }

    private static readonly string[] BinarySuffixes = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
    private static readonly string[] DecimalSuffixes = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];

    private static bool TryParseSuffix(
        ReadOnlySpan<char> suffix,
        out QuantityFormat format,
        out int power,
        out long binary
    )
    {
        format = QuantityFormat.DecimalSI;
        power = 0;
        binary = 1;
        for (int i = 0; i < DecimalSuffixes.Length; i++)
        {
            if (suffix.SequenceEqual(DecimalSuffixes[i]))
            {
                power = (i - 3) * 3;
                return true;
            }
        }

        for (int i = 1; i < BinarySuffixes.Length; i++)
        {
            if (suffix.SequenceEqual(BinarySuffixes[i]))
            {
                format = QuantityFormat.BinarySI;
                binary = 1L << (10 * i);
                return true;
            }
        }

        if (suffix.Length < 2 || suffix[0] is not ('e' or 'E'))
        {
            return false;
        }

        ReadOnlySpan<char> exponent = suffix[1..];
        bool negative = exponent[0] == '-';
        if (exponent[0] is '+' or '-')
        {
            exponent = exponent[1..];
        }

        if (exponent.IsEmpty || exponent.ContainsAnyExceptInRange('0', '9'))
        {
            return false;
        }

        format = QuantityFormat.DecimalExponent;
        int size = exponent.Length > 6 ? 999_999 : int.Parse(exponent, NumberStyles.None, CultureInfo.InvariantCulture);
        power = negative ? -size : size;
        return true;
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

        if (lost)
        {
            value++;
        }

        return value > MaxNanos ? MaxNanos : value;
    }

    private static Int128 Clamp(Int128 nanos) =>
        nanos > MaxNanos ? MaxNanos
        : nanos < -MaxNanos ? -MaxNanos
        : nanos;

    private static Int128 Times(Int128 nanos, long count)
    {
        if (nanos == 0 || count == 0)
        {
            return 0;
        }

        Int128 limit = MaxNanos / Int128.Abs(count);
        if (Int128.Abs(nanos) > limit)
        {
            return (nanos > 0) == (count > 0) ? MaxNanos : -MaxNanos;
        }

        return nanos * count;
    }
}
