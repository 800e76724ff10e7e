using System.Globalization;
using System.Text.RegularExpressions;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobModel.Schemas;

/// <summary>What a YAML scalar is once kubectl has turned it into JSON.</summary>
public enum JsonKind
{
    /// <summary>Nothing.</summary>
    Null,

    /// <summary>A boolean.</summary>
    Boolean,

    /// <summary>A whole number, also one written with an integral fraction: <c>2.0</c>.</summary>
    Integer,

    /// <summary>Any other number.</summary>
    Number,

    /// <summary>Text.</summary>
    Text,
}

/// <summary>
/// The JSON value kubectl makes of a scalar: plain scalars by YAML 1.1 as Go's yaml.v2 resolves them
/// (<c>yes</c> is a boolean, <c>0x1F</c> an integer, <c>12:30</c> text), quoted and block scalars as text. A file that
/// begins with a brace is sent as the JSON it is, so there <c>1e18</c> stays a float; in YAML it becomes a whole number.
/// </summary>
public readonly partial record struct JsonScalar(JsonKind Kind, string Text, double Number, bool Boolean)
{
    // Beyond 2^53-1 a float is no longer taken for a whole number by the API server's validation.
    private const double MaxIntegralFloat = 9007199254740991;

    // Of YAML kubectl makes JSON, where a float below 1e21 is written in digits; up to 2^63 they are read as an integer.
    private const double TwoToThe63 = 9223372036854775808;

    private const ulong MostNegative = 1UL << 63;

    /// <summary>The whole number where it fits 64 bits; 0 otherwise.</summary>
    public long Integer { get; private init; }

    /// <summary>Whether <see cref="Integer"/> holds the whole number.</summary>
    public bool FitsInt64 { get; private init; }

    /// <summary>What people call it: "text", "an integer", "a number", "a boolean", "nothing".</summary>
    public string KindName =>
        Kind switch
        {
            JsonKind.Null => "nothing",
            JsonKind.Boolean => "a boolean",
            JsonKind.Integer => "an integer",
            JsonKind.Number => "a number",
            _ => "text",
        };

    /// <summary>Resolves a scalar.</summary>
    public static JsonScalar Of(YamlScalar scalar)
    {
        if (scalar.Style != YamlScalarStyle.Plain)
        {
            return new JsonScalar(JsonKind.Text, scalar.Value, 0, false);
        }

        if (scalar.IsNull)
        {
            return new JsonScalar(JsonKind.Null, "", 0, false);
        }

        return OfPlain(scalar);
    }

    private static bool IsJson(YamlScalar scalar) =>
        scalar.Span.Source is { } source && source.Text.AsSpan().TrimStart() is ['{', ..];

    private static JsonScalar OfPlain(YamlScalar scalar)
    {
        string value = scalar.Value;
        char first = value[0];
        if (char.IsAsciiDigit(first) || first is '-' or '+' or '.')
        {
            return OfNumber(value, IsJson(scalar));
        }

        return value switch
        {
            "y" or "Y" or "yes" or "Yes" or "YES" or "on" or "On" or "ON" or "true" or "True" or "TRUE" =>
                new JsonScalar(JsonKind.Boolean, value, 0, true),
            "n" or "N" or "no" or "No" or "NO" or "off" or "Off" or "OFF" or "false" or "False" or "FALSE" =>
                new JsonScalar(JsonKind.Boolean, value, 0, false),
            _ => new JsonScalar(JsonKind.Text, value, 0, false),
        };
    }

    private static JsonScalar OfNumber(string value, bool isJson)
    {
        if (NotFinite(value) is { } odd)
        {
            // There is no such number in JSON: kubectl stops at it.
            return new JsonScalar(JsonKind.Number, value, odd, false);
        }

        // After a leading point Go keeps the underscores, which no number has.
        string digits = value[0] == '.' ? value : value.Replace("_", "", StringComparison.Ordinal);
        if (
            long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole)
            && !HasLeadingZero(digits)
        )
        {
            return new JsonScalar(JsonKind.Integer, value, whole, false) { Integer = whole, FitsInt64 = true };
        }

        if (TryBased(digits, out bool isNegative, out ulong based))
        {
            // Go reads up to 64 bits without a sign; what does not fit 63 is a number, but none for an integer field.
            bool fits = isNegative || based <= long.MaxValue;
            long integer = isNegative ? unchecked(-(long)based) : unchecked((long)based);
            return new JsonScalar(
                fits ? JsonKind.Integer : JsonKind.Number,
                value,
                isNegative && based > 0 ? -(double)based : based,
                false
            )
            {
                Integer = fits ? integer : 0,
                FitsInt64 = fits,
            };
        }

        if (
            Float().IsMatch(digits)
            && double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            && (isJson || double.IsFinite(number))
        )
        {
            // uint64 is kept exact by Go, but no integer field takes it.
            bool integral =
                Math.Floor(number) == number
                && (isJson ? Math.Abs(number) <= MaxIntegralFloat : Math.Abs(number) < TwoToThe63);
            return new JsonScalar(integral ? JsonKind.Integer : JsonKind.Number, value, number, false)
            {
                Integer = integral ? (long)number : 0,
                FitsInt64 = integral,
            };
        }

        return new JsonScalar(JsonKind.Text, value, 0, false);
    }

    private static double? NotFinite(string value) =>
        value switch
        {
            ".inf" or ".Inf" or ".INF" or "+.inf" or "+.Inf" or "+.INF" => double.PositiveInfinity,
            "-.inf" or "-.Inf" or "-.INF" => double.NegativeInfinity,
            ".nan" or ".NaN" or ".NAN" => double.NaN,
            _ => null,
        };

    private static bool HasLeadingZero(string digits)
    {
        int start = digits[0] is '-' or '+' ? 1 : 0;
        return digits.Length > start + 1 && digits[start] == '0';
    }

    // In two parts: code that touches Int128 can't be precompiled.
    private static bool TryBased(string digits, out bool isNegative, out ulong magnitude)
    {
        magnitude = 0;
        isNegative = digits[0] == '-';
        ReadOnlySpan<char> body = digits.AsSpan(digits[0] is '-' or '+' ? 1 : 0);
        if (
            body.Length < 2
            || body[0] != '0'
            || !(char.IsAsciiDigit(body[1]) || "xXoObB".Contains(body[1], StringComparison.Ordinal))
        )
        {
            return false;
        }

        int radix = body[1] switch
        {
            'x' or 'X' => 16,
            'b' or 'B' => 2,
            _ => 8,
        };
        body = body[(char.IsAsciiDigit(body[1]) ? 1 : 2)..];
        if (body.IsEmpty || body.Length > 64)
        {
            return false;
        }

        ulong sum = 0;
        foreach (char c in body)
        {
            int digit = char.IsAsciiHexDigit(c) ? Convert.ToInt32(c.ToString(), 16) : 99;
            if (digit >= radix || sum > (ulong.MaxValue - (ulong)digit) / (ulong)radix)
            {
                return false;
            }

            sum = (sum * (ulong)radix) + (ulong)digit;
        }

        magnitude = sum;
        return !isNegative || sum <= MostNegative;
    }

    [GeneratedRegex(
        "^[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?$",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant
    )]
    private static partial Regex Float();
}
