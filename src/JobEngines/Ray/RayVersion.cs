using System.Text.RegularExpressions;

namespace Rayquest.JobEngines.Ray;

/// <summary>
/// The two ways the operator reads a Ray version: leniently for features (Kubernetes' generic version), and as a
/// semantic version for the submit command.
/// </summary>
internal static partial class RayVersion
{
    /// <summary>The numbers of a version read leniently: at least two, whatever follows them; null when it is none.</summary>
    public static ulong[]? Parse(string text)
    {
        ReadOnlySpan<char> rest = text.AsSpan().TrimStart("\t\n\f\r ");
        if (rest is ['v', ..])
        {
            rest = rest[1..];
        }

        int length = NumbersLength(rest);
        if (length == 0 || rest[length..].Contains('\n'))
        {
            return null;
        }

        string[] parts = rest[..length].ToString().Split('.');
        if (parts.Length < 2 || (parts[0].Length > 1 && parts[0][0] == '0'))
        {
            return null;
        }

        ulong[] numbers = new ulong[Math.Max(parts.Length, 3)];
        for (int i = 0; i < parts.Length; i++)
        {
            if (!ulong.TryParse(parts[i], System.Globalization.CultureInfo.InvariantCulture, out numbers[i]))
            {
                return null;
            }
        }

        return numbers;
    }

    /// <summary>Whether a version is at least another.</summary>
    public static bool IsAtLeast(ulong[] version, ulong major, ulong minor) =>
        version[0] != major ? version[0] > major : version[1] >= minor;

    /// <summary>
    /// Whether the operator takes it for at least 2.6.0 when it builds the submit command: a semantic version,
    /// and no prerelease, which its comparison never lets through. Null when it is no semantic version.
    /// </summary>
    public static bool? AllowsMetadata(string text)
    {
        Match match = Semantic().Match(text);
        return
            match.Success
            && Number(match.Groups["major"]) is { } major
            && Number(match.Groups["minor"]) is { } minor
            && Number(match.Groups["patch"]) is { } patch
            ? !match.Groups["pre"].Success && IsAtLeast([major, minor, patch], 2, 6)
            : null;
    }

    private static ulong? Number(Group group) =>
        !group.Success ? 0
        : ulong.TryParse(group.ValueSpan, System.Globalization.CultureInfo.InvariantCulture, out ulong number) ? number
        : null;

    // Digits, with single points between them.
    private static int NumbersLength(ReadOnlySpan<char> text)
    {
        int length = 0;
        while (
            length < text.Length
            && (
                char.IsAsciiDigit(text[length])
                || (
                    text[length] == '.' && length > 0 && length + 1 < text.Length && char.IsAsciiDigit(text[length + 1])
                )
            )
        )
        {
            length++;
        }

        return length;
    }

    [GeneratedRegex(
        @"^v?(?<major>[0-9]+)(\.(?<minor>[0-9]+))?(\.(?<patch>[0-9]+))?(?<pre>-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?(\+[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?\z",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        1000
    )]
    private static partial Regex Semantic();
}
