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
/// <remarks>
/// Held as two small numbers and not as one <see cref="Int128"/>: code that touches that type can't be precompiled, and
/// nearly every rule touches a quantity. What does not fit 64 bits is left to <see cref="WideQuantity"/>.
/// </remarks>
public readonly record struct Quantity : IComparable<Quantity>
{
    private const int Nano = 1_000_000_000;
    private readonly long units;

    // Always added to the units, also to negative ones: -0.25 is -1 and 750,000,000 billionths.
    private readonly int billionths;

    internal Quantity(long units, int billionths, QuantityFormat format)
    {
        this.units = units;
        this.billionths = billionths;
        Format = format;
    }

    /// <summary>The amount in billionths.</summary>
    public Int128 Nanos => ((Int128)units * Nano) + billionths;

    /// <summary>How it was written.</summary>
    public QuantityFormat Format { get; }

    /// <summary>Whether it is nothing.</summary>
    public bool IsZero => units == 0 && billionths == 0;

    /// <summary>Whether it is below nothing.</summary>
    public bool IsNegative => units < 0;

    /// <summary>Whether it has no fraction.</summary>
    public bool IsWhole => billionths == 0;

    /// <summary>Nothing.</summary>
    public static Quantity Zero { get; } = new(0, 0, QuantityFormat.DecimalSI);

    /// <summary>A whole amount.</summary>
    public static Quantity FromInteger(long value) => new(value, 0, QuantityFormat.DecimalSI);

    /// <summary>The amount as a floating-point number, for prices and shares.</summary>
    public double ToDouble() =>
        billionths == 0 ? units
        : FitsNanos ? ((units * Nano) + billionths) / 1e9
        : WideQuantity.ToDouble(this);

    /// <summary>The amount rounded up to a whole number, as Kubernetes' <c>Value()</c> does.</summary>
    public long Ceiling() => billionths == 0 ? units : units + 1;

    /// <summary>The amount rounded towards nothing.</summary>
    public long Truncated() => units < 0 && billionths != 0 ? units + 1 : units;

    /// <summary>How many times a part, which is above nothing, fits into this amount.</summary>
    public long TimesContained(Quantity part) =>
        IsWhole && part.IsWhole ? units / part.units : WideQuantity.Divide(this, part);

    /// <summary>The whole part of the amount divided by a count.</summary>
    public long DividedBy(long count) => IsWhole ? units / count : WideQuantity.Divide(this, FromInteger(count));

    /// <summary>Whether the amount is a multiple of another, which is not nothing.</summary>
    public bool IsMultipleOf(Quantity other) =>
        IsWhole && other.IsWhole ? units % other.units == 0 : WideQuantity.IsMultiple(this, other);

    public static Quantity operator +(Quantity left, Quantity right)
    {
        long sum = unchecked(left.units + right.units);
        int rest = left.billionths + right.billionths - Nano;
        bool overflows = ((left.units ^ sum) & (right.units ^ sum)) < 0;
        if (overflows || sum is >= long.MaxValue - 1 or <= -long.MaxValue)
        {
            return WideQuantity.Add(left, right);
        }

        QuantityFormat format = left.IsZero ? right.Format : left.Format;
        return rest >= 0 ? new Quantity(sum + 1, rest, format) : new Quantity(sum, rest + Nano, format);
    }

    public static Quantity operator -(Quantity left, Quantity right) => left + (right * -1);

    public static Quantity operator *(Quantity left, long count)
    {
        if (left.IsZero || count == 0)
        {
            return new Quantity(0, 0, left.Format);
        }

        if (count is > Nano or < -Nano || left.units is > long.MaxValue / 2 or < long.MinValue / 2)
        {
            return WideQuantity.Times(left, count);
        }

        // One more than the units stands for the fraction; whatever comes near the cap is not for here.
        long size = Math.Abs(left.units) + 1;
        if (size > (long.MaxValue / Math.Abs(count)) - 1)
        {
            return WideQuantity.Times(left, count);
        }

        long fractions = left.billionths * count;
        long carry = Math.DivRem(fractions, Nano, out long rest);
        if (rest < 0)
        {
            carry--;
            rest += Nano;
        }

        return new Quantity((left.units * count) + carry, (int)rest, left.Format);
    }

    public static bool operator <(Quantity left, Quantity right) => left.CompareTo(right) < 0;

    public static bool operator >(Quantity left, Quantity right) => left.CompareTo(right) > 0;

    public static bool operator <=(Quantity left, Quantity right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Quantity left, Quantity right) => left.CompareTo(right) >= 0;

    /// <summary>Adds; capped like Kubernetes caps.</summary>
    public static Quantity Add(Quantity left, Quantity right) => left + right;

    /// <summary>Multiplies by a count; capped.</summary>
    public static Quantity Subtract(Quantity left, Quantity right) => left - right;

    public static Quantity Multiply(Quantity left, long count) => left * count;

    /// <inheritdoc/>
    public int CompareTo(Quantity other) =>
        units != other.units ? units.CompareTo(other.units) : billionths.CompareTo(other.billionths);

    /// <summary>Two quantities are equal when their amounts are, however they were written.</summary>
    public bool Equals(Quantity other) => units == other.units && billionths == other.billionths;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(units, billionths);

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

        quantity = TryScale(whole, fraction, power, binary, out long units, out int billionths)
            ? Signed(negative, units, billionths, format)
            : WideQuantity.Scale(negative, whole, fraction, power, binary, format);
        return true;
    }

    /// <summary>The canonical text: no fraction, the largest suffix that loses nothing, the format kept where it can be.</summary>
    public override string ToString()
    {
        if (IsZero)
        {
            return "0";
        }

        if (Format == QuantityFormat.BinarySI && IsWhole && units is >= 1024 or <= -1024)
        {
            long value = units;
            int times = 0;
            while (value % 1024 == 0)
            {
                value /= 1024;
                times++;
            }

            return value.ToString(CultureInfo.InvariantCulture) + BinarySuffixes[times];
        }

        if (!IsWhole && !FitsNanos)
        {
            return WideQuantity.ToText(this);
        }

        long mantissa = IsWhole ? units : (units * Nano) + billionths;
        int exponent = IsWhole ? 0 : -9;
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

        return Text(mantissa.ToString(CultureInfo.InvariantCulture), exponent, Format);
    }

    /// <summary>Digits with what stands for a power of ten, which is a multiple of three.</summary>
    internal static string Text(string digits, int exponent, QuantityFormat format)
    {
        if (format == QuantityFormat.DecimalExponent)
        {
            return exponent == 0 ? digits : $"{digits}e{exponent}";
        }

        return digits + DecimalSuffixes[(exponent / 3) + 3];
    }

    private bool FitsNanos => units is > -9_000_000_000 and < 9_000_000_000;

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

    // Numbers of the usual size; false for those that need more than 64 bits on the way.
    private static bool TryScale(
        ReadOnlySpan<char> whole,
        ReadOnlySpan<char> fraction,
        int power,
        long binary,
        out long units,
        out int billionths
    )
    {
        units = 0;
        billionths = 0;
        int scale = fraction.Length - power;
        if (whole.Length + fraction.Length > 18 || scale is > 18 or < -18)
        {
            return false;
        }

        long number = 0;
        foreach (char c in whole)
        {
            number = (number * 10) + (c - '0');
        }

        foreach (char c in fraction)
        {
            number = (number * 10) + (c - '0');
        }

        long factor = scale < 0 ? PowersOfTen[-scale] : binary;
        if (number > long.MaxValue / factor)
        {
            return false;
        }

        number *= factor;
        if (scale <= 0)
        {
            units = number;
            return true;
        }

        units = Math.DivRem(number, PowersOfTen[scale], out long rest);
        if (scale <= 9)
        {
            billionths = (int)(rest * PowersOfTen[9 - scale]);
            return true;
        }

        // Below a billionth: away from zero.
        long nanos = Math.DivRem(rest, PowersOfTen[scale - 9], out long lost);
        nanos += lost > 0 ? 1 : 0;
        units += nanos / Nano;
        billionths = (int)(nanos % Nano);
        return true;
    }

    private static Quantity Signed(bool negative, long units, int billionths, QuantityFormat format) =>
        !negative ? new Quantity(units, billionths, format)
        : billionths == 0 ? new Quantity(-units, 0, format)
        : new Quantity(-units - 1, Nano - billionths, format);

    private static readonly long[] PowersOfTen =
    [
        1,
        10,
        100,
        1_000,
        10_000,
        100_000,
        1_000_000,
        10_000_000,
        100_000_000,
        1_000_000_000,
        10_000_000_000,
        100_000_000_000,
        1_000_000_000_000,
        10_000_000_000_000,
        100_000_000_000_000,
        1_000_000_000_000_000,
        10_000_000_000_000_000,
        100_000_000_000_000_000,
        1_000_000_000_000_000_000,
    ];
}
