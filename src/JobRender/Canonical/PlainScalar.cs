using System.Buffers;
using System.Globalization;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobRender.Canonical;

/// <summary>What a plain scalar is to kubectl and to the API server.</summary>
public enum PlainKind
{
    /// <summary>Text that needed no quotes.</summary>
    Text,

    /// <summary>Nothing.</summary>
    Null,

    /// <summary><c>true</c> or <c>false</c>.</summary>
    Boolean,

    /// <summary>A whole number of at most 64 bits.</summary>
    Integer,

    /// <summary>Any other number.</summary>
    Float,
}

/// <summary>Reads plain scalars the way kubectl does, so that what is written means the same to every reader.</summary>
public static class PlainScalar
{
    private static readonly SearchValues<char> FloatCharacters = SearchValues.Create("0123456789.eE+-");

    /// <summary>The kind of a plain scalar, and its canonical text: octal and hexadecimal become decimal, <c>TRUE</c> becomes <c>true</c>.</summary>
    public static PlainKind Resolve(string value, out string canonical)
    {
        canonical = value;
        if (value is "" or "~" or "null" or "Null" or "NULL")
        {
            canonical = "null";
            return PlainKind.Null;
        }

        if (value is "true" or "True" or "TRUE" or "false" or "False" or "FALSE")
        {
            canonical = value[0] is 't' or 'T' ? "true" : "false";
            return PlainKind.Boolean;
        }

        char first = value[0];
        if (!char.IsAsciiDigit(first) && first is not ('-' or '+' or '.'))
        {
            return PlainKind.Text;
        }

        if (Integer(value) is { } integer)
        {
            canonical = integer;
            return PlainKind.Integer;
        }

        return IsFloat(value) ? PlainKind.Float : PlainKind.Text;
    }

    // kubectl reads 0777 as octal, and takes 0x1F, 0o17, 0b11 and 1_000 for numbers as well.
    private static string? Integer(string value)
    {
        bool negative = value[0] == '-';
        string digits = (value[0] is '-' or '+' ? value[1..] : value).Replace("_", "", StringComparison.Ordinal);
        if (digits.Length == 0 || !char.IsAsciiDigit(digits[0]))
        {
            return null;
        }

        (int radix, string body) = digits switch
        {
            ['0', 'x' or 'X', _, ..] => (16, digits[2..]),
            ['0', 'o' or 'O', _, ..] => (8, digits[2..]),
            ['0', 'b' or 'B', _, ..] => (2, digits[2..]),
            ['0', _, ..] => (8, digits[1..]),
            _ => (10, digits),
        };
        Int128 number = 0;
        foreach (char c in body)
        {
            int digit = char.IsAsciiHexDigit(c) ? Convert.ToInt32(c.ToString(), 16) : 99;
            if (digit >= radix || number > long.MaxValue)
            {
                return null;
            }

            number = (number * radix) + digit;
        }

        number = negative ? -number : number;
        return number < long.MinValue || number > long.MaxValue ? null : number.ToString(CultureInfo.InvariantCulture);
    }

    private static bool IsFloat(string value)
    {
        string body = value[0] is '-' or '+' ? value[1..] : value;
        if (body is ".inf" or ".Inf" or ".INF" or ".nan" or ".NaN" or ".NAN")
        {
            return true;
        }

        return body.Length > 0
            && !body.AsSpan().ContainsAnyExcept(FloatCharacters)
            && (char.IsAsciiDigit(body[0]) || body[0] == '.')
            && double.TryParse(
                body,
                NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
                CultureInfo.InvariantCulture,
                out _
            );
    }

    /// <summary>Whether the scalar is text to every reader, however it was written.</summary>
    public static bool IsText(YamlScalar scalar) =>
        scalar.Style != YamlScalarStyle.Plain || Resolve(scalar.Value, out _) == PlainKind.Text;
}
