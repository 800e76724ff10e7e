using System.Buffers;

namespace Rayquest.JobModel.Yaml;

/// <summary>What YAML readers of different versions make of a plain scalar.</summary>
public static class YamlCoreSchema
{
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF_");
    private static readonly SearchValues<char> OctalDigits = SearchValues.Create("01234567_");

    /// <summary>Whether some YAML reader takes the plain scalar for an integer or a float.</summary>
    public static bool LooksNumeric(string value) =>
        TrapOf(value) is YamlTrap.Number or YamlTrap.Version || IsDecimalInteger(value);

    /// <summary>Whether the text is an optional sign and decimal digits without a leading zero.</summary>
    public static bool IsDecimalInteger(ReadOnlySpan<char> value)
    {
        if (value.Length > 0 && value[0] is '-' or '+')
        {
            value = value[1..];
        }

        if (value.IsEmpty || (value.Length > 1 && value[0] == '0'))
        {
            return false;
        }

        return !value.ContainsAnyExceptInRange('0', '9');
    }

    /// <summary>What another reader would turn the plain scalar into, where that differs from its text.</summary>
    public static YamlTrap TrapOf(string value)
    {
        if (value.Length is 0 or > 64)
        {
            return YamlTrap.None;
        }

        char first = value[0];
        if (char.IsAsciiDigit(first) || first is '-' or '+' or '.')
        {
            return TrapOfNumber(value);
        }

        return value switch
        {
            "y" or "Y" or "n" or "N" => YamlTrap.Boolean,
            "yes" or "Yes" or "YES" or "no" or "No" or "NO" => YamlTrap.Boolean,
            "on" or "On" or "ON" or "off" or "Off" or "OFF" => YamlTrap.Boolean,
            "true" or "True" or "TRUE" or "false" or "False" or "FALSE" => YamlTrap.Boolean,
            _ => YamlTrap.None,
        };
    }

    private static YamlTrap TrapOfNumber(string value)
    {
        ReadOnlySpan<char> body = value.AsSpan(value[0] is '-' or '+' ? 1 : 0);
        if (body.IsEmpty)
        {
            return YamlTrap.None;
        }

        if (body is ".inf" or ".Inf" or ".INF" or ".nan" or ".NaN" or ".NAN")
        {
            return YamlTrap.Number;
        }

        if (body.Length > 2 && body[0] == '0' && body[1] is 'x' or 'X')
        {
            return body[2..].ContainsAnyExcept(HexDigits) ? YamlTrap.None : YamlTrap.Number;
        }

        if (body.Length > 2 && body[0] == '0' && body[1] is 'o' or 'b')
        {
            return body[2..].ContainsAnyExcept(OctalDigits) ? YamlTrap.None : YamlTrap.Number;
        }

        int colons = 0;
        int dots = 0;
        int exponents = 0;
        bool underscores = false;
        for (int i = 0; i < body.Length; i++)
        {
            char c = body[i];
            if (char.IsAsciiDigit(c))
            {
                continue;
            }

            switch (c)
            {
                case ':' when i > 0 && i + 1 < body.Length:
                    colons++;
                    break;
                case '.':
                    dots++;
                    break;
                case 'e' or 'E' when i > 0 && exponents == 0:
                    exponents++;
                    if (i + 1 < body.Length && body[i + 1] is '+' or '-')
                    {
                        i++;
                    }

                    break;
                case '_' when i > 0:
                    underscores = true;
                    break;
                default:
                    return YamlTrap.None;
            }
        }

        if (!char.IsAsciiDigit(body[0]) && !(body[0] == '.' && body.Length > 1 && char.IsAsciiDigit(body[1])))
        {
            return YamlTrap.None;
        }

        if (colons > 0)
        {
            return dots == 0 && exponents == 0 ? YamlTrap.Sexagesimal : YamlTrap.None;
        }

        if (dots > 1)
        {
            return YamlTrap.None;
        }

        if (exponents == 1)
        {
            return char.IsAsciiDigit(body[^1]) ? YamlTrap.Number : YamlTrap.None;
        }

        if (dots == 1)
        {
            return YamlTrap.Version;
        }

        return underscores || (body.Length > 1 && body[0] == '0') ? YamlTrap.Number : YamlTrap.None;
    }
}

/// <summary>What a plain scalar turns into for some readers.</summary>
public enum YamlTrap
{
    /// <summary>Every reader sees the same.</summary>
    None,

    /// <summary><c>no</c>, <c>on</c>, <c>Y</c>: a boolean in YAML 1.1.</summary>
    Boolean,

    /// <summary><c>0o17</c>, <c>017</c>, <c>1e3</c>, <c>1_000</c>, <c>.inf</c>: a number of another value than it looks.</summary>
    Number,

    /// <summary><c>12:30</c>: 750 in YAML 1.1.</summary>
    Sexagesimal,

    /// <summary><c>2.10</c>: a float, so it equals 2.1.</summary>
    Version,
}
