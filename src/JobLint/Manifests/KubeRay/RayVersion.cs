using System.Text.RegularExpressions;

namespace Rayquest.JobLint.Manifests.KubeRay;

/// <summary>
/// The two ways the operator reads a Ray version: leniently for features (Kubernetes' generic version), and as a
/// semantic version for the submit command.
/// </summary>
internal static partial class RayVersion
{
    /// <summary>The numbers of a version read leniently: at least two, whatever follows them; null when it is none.</summary>
    public static int[]? Parse(string text)
    {
        Match match = Generic().Match(text);
        if (!match.Success)
        {
            return null;
        }

        string[] parts = match.Groups["numbers"].Value.Split('.');
        if (parts.Length < 2)
        {
            return null;
        }

        int[] numbers = new int[Math.Max(parts.Length, 3)];
        for (int i = 0; i < parts.Length; i++)
        {
            if (!int.TryParse(parts[i], System.Globalization.CultureInfo.InvariantCulture, out numbers[i]))
            {
                return null;
            }
        }

        return numbers;
    }

    /// <summary>Whether a version is at least another.</summary>
    public static bool IsAtLeast(int[] version, int major, int minor) =>
        version[0] != major ? version[0] > major : version[1] >= minor;

    /// <summary>
    /// Whether the operator takes it for at least 2.6.0 when it builds the submit command: a semantic version,
    /// and no prerelease, which its comparison never lets through. Null when it is no semantic version.
    /// </summary>
    public static bool? AllowsMetadata(string text)
    {
        Match match = Semantic().Match(text);
        if (!match.Success)
        {
            return null;
        }

        return !match.Groups["pre"].Success
            && Parse(text.Contains('.', StringComparison.Ordinal) ? text : text + ".0") is { } version
            && IsAtLeast(version, 2, 6);
    }

    [GeneratedRegex(
        @"^\s*v?(?<numbers>[0-9]+(\.[0-9]+)*)",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        1000
    )]
    private static partial Regex Generic();

    [GeneratedRegex(
        @"^v?[0-9]+(\.[0-9]+)?(\.[0-9]+)?(?<pre>-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?(\+[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?$",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        1000
    )]
    private static partial Regex Semantic();
}
