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
/// (<c>yes</c> is a boolean, <c>0x1F</c> an integer, <c>12:30</c> text), quoted and block scalars as text.
/// </summary>
public readonly partial record struct JsonScalar(JsonKind Kind, string Text, double Number, bool Boolean)
{
    // Beyond 2^53-1 a float is no longer taken for a whole number by the API server's validation.
    private const double MaxIntegralFloat = 9007199254740991;

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

        return OfPlain(scalar.Value);
    }

    private static JsonScalar OfPlain(string value)
    {
        char first = value[0];
        if (char.IsAsciiDigit(first) || first is '-' or '+' or '.')
        {
            return OfNumber(value);
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

    private static JsonScalar OfNumber(string value)
    {
        string digits = value.Replace("_", "", StringComparison.Ordinal);
        if (
            long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole)
            && !HasLeadingZero(digits)
        )
        {
            return new JsonScalar(JsonKind.Integer, value, whole, false) { Integer = whole, FitsInt64 = true };
        }

        if (TryBased(digits, out long based))
        {
            return new JsonScalar(JsonKind.Integer, value, based, false) { Integer = based, FitsInt64 = true };
        }

        if (
            Float().IsMatch(digits)
            && double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
        )
        {
            // uint64 is kept exact by Go, but no integer field takes it.
            bool integral = Math.Floor(number) == number && Math.Abs(number) <= MaxIntegralFloat;
            return new JsonScalar(integral ? JsonKind.Integer : JsonKind.Number, value, number, false)
            {
                Integer = integral ? (long)number : 0,
                FitsInt64 = integral,
            };
        }

        return new JsonScalar(JsonKind.Text, value, 0, false);
    }

    private static bool HasLeadingZero(string digits)
    {
        int start = digits[0] is '-' or '+' ? 1 : 0;
        return digits.Length > start + 1 && digits[start] == '0';
    }

    private static bool TryBased(string digits, out long value)
    {
        value = 0;
        bool negative = digits[0] == '-';
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
        if (body.IsEmpty || body.Length > 60)
        {
            return false;
        }

        Int128 sum = 0;
        foreach (char c in body)
        {
            int digit = char.IsAsciiHexDigit(c) ? Convert.ToInt32(c.ToString(), 16) : 99;
            if (digit >= radix)
            {
                return false;
            }

            sum = (sum * radix) + digit;
            if (sum > long.MaxValue)
            {
                return false;
            }
        }

        value = negative ? -(long)sum : (long)sum;
        return true;
    }

    [GeneratedRegex(
        "^[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?$",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant
    )]
    private static partial Regex Float();
}
