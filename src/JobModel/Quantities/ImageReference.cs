using System.Text.RegularExpressions;

namespace Rayquest.JobModel.Quantities;

/// <summary>A container image reference in its parts; registry is null when the text names none.</summary>
public sealed partial record ImageReference(string? Registry, string Repository, string? Tag, string? Digest)
{
    /// <summary>Whether the bytes behind the reference can't change.</summary>
    public bool IsPinned => Digest is not null;

    /// <summary>Registry and repository without tag and digest.</summary>
    public string Name => Registry is null ? Repository : $"{Registry}/{Repository}";

    /// <summary>Parses a reference as container runtimes do; null with a reason when they would refuse it.</summary>
    public static ImageReference? Parse(string text, out string? fault)
    {
        fault = null;
        if (text.Length == 0)
        {
            fault = "it is empty";
            return null;
        }

        if (text.Length > 512)
        {
            fault = "it is longer than 512 characters";
            return null;
        }

        if (text.AsSpan().ContainsAny(" \t\r\n"))
        {
            fault = "it holds white space";
            return null;
        }

        string rest = text;
        string? digest = null;
        int at = rest.IndexOf('@', StringComparison.Ordinal);
        if (at >= 0)
        {
            digest = rest[(at + 1)..];
            rest = rest[..at];
            if (!DigestPattern().IsMatch(digest))
            {
                fault = "its digest is not `sha256:` and 64 hex digits";
                return null;
            }
        }

        string? tag = null;
        int colon = rest.LastIndexOf(':');
        if (colon > rest.LastIndexOf('/'))
        {
            tag = rest[(colon + 1)..];
            rest = rest[..colon];
            if (!TagPattern().IsMatch(tag))
            {
                fault = "its tag has characters other than letters, digits, `_`, `.`, `-`, or is longer than 128";
                return null;
            }
        }

        string? registry = null;
        int slash = rest.IndexOf('/', StringComparison.Ordinal);
        if (slash > 0)
        {
            string first = rest[..slash];
            if (first.AsSpan().ContainsAny('.', ':') || first == "localhost")
            {
                if (!RegistryPattern().IsMatch(first))
                {
                    fault = $"`{first}` is not a registry host";
                    return null;
                }

                registry = first;
                rest = rest[(slash + 1)..];
            }
        }

        if (!RepositoryPattern().IsMatch(rest))
        {
            fault = rest.Any(char.IsAsciiLetterUpper)
                ? "its repository has capitals; image names are lower case"
                : "its repository is not made of lower-case words joined by `/`, `.`, `_`, `-`";
            return null;
        }

        return new ImageReference(registry, rest, tag, digest);
    }

    /// <inheritdoc/>
    public override string ToString() => Name + (Tag is null ? "" : ":" + Tag) + (Digest is null ? "" : "@" + Digest);

    [GeneratedRegex("^sha256:[0-9a-f]{64}$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex DigestPattern();

    [GeneratedRegex(
        "^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant
    )]
    private static partial Regex TagPattern();

    [GeneratedRegex(
        "^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?$",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant
    )]
    private static partial Regex RegistryPattern();

    [GeneratedRegex(
        "^[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*)*$",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant
    )]
    private static partial Regex RepositoryPattern();
}

/// <summary>What a tag of <c>rayproject/ray</c>, <c>ray-ml</c> or <c>ray-llm</c> says (facts 5.1).</summary>
/// <param name="Version">The Ray version, or <c>latest</c> / <c>nightly…</c>.</param>
/// <param name="Python"><c>py312</c>, or null for the image's default.</param>
/// <param name="Platform"><c>cpu</c>, <c>gpu</c>, <c>tpu</c>, <c>cu128</c>, or null for the image's default.</param>
/// <param name="IsAarch64">Whether it is built for 64-bit ARM.</param>
public sealed partial record RayImageTag(string Version, string? Python, string? Platform, bool IsAarch64)
{
    /// <summary>Parses a tag by the grammar of Ray's own release tooling; null when it is not of that grammar.</summary>
    public static RayImageTag? Parse(string tag)
    {
        Match match = Grammar().Match(tag);
        if (!match.Success)
        {
            return null;
        }

        return new RayImageTag(
            match.Groups["version"].Value,
            match.Groups["python"] is { Success: true } python ? python.Value : null,
            match.Groups["platform"] is { Success: true } platform ? platform.Value : null,
            match.Groups["arm"].Success
        );
    }

    /// <summary>The x.y.z part of the version, or null for <c>latest</c> and <c>nightly</c>.</summary>
    public string? Release { get; } =
        char.IsAsciiDigit(Version[0]) ? string.Join('.', Version.Split('.').Take(3)) : null;

    /// <summary>Whether the platform part promises CUDA; null when the tag does not say.</summary>
    public bool? HasCuda =>
        Platform is null ? null : Platform == "gpu" || Platform.StartsWith("cu", StringComparison.Ordinal);

    [GeneratedRegex(
        "^(?<version>latest|nightly[^-]*|[0-9]+\\.[0-9]+\\.[0-9]+(\\.\\w+)?)(-extra)?(-(?<python>py3[0-9]{1,2}))?(-(?<platform>cpu|gpu|tpu|cu[0-9]{3}))?(?<arm>-aarch64)?$",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant
    )]
    private static partial Regex Grammar();
}
