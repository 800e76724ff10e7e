namespace Rayquest.JobLint.Messages;

/// <summary>Versions of three numbers, compared as numbers.</summary>
internal static class RayRelease
{
    /// <summary>Whether a version is below another; false when either can't be read.</summary>
    public static bool IsBelow(string? version, string bound) =>
        version is not null
        && Version.TryParse(version, out Version? left)
        && Version.TryParse(bound, out Version? right)
        && left < right;
}
