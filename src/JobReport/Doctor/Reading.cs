namespace Rayquest.JobReport.Doctor;

/// <summary>A setting as it was read, or what it takes to read it: what nobody could look at is never fine.</summary>
/// <param name="Value">What was read; null when it couldn't be.</param>
/// <param name="Needs">The permission that is missing, by GitHub's name; null when it was read.</param>
public sealed record Reading<T>(T? Value, string? Needs)
    where T : class;

/// <summary>Makes readings.</summary>
public static class Reading
{
    /// <summary>What was read.</summary>
    public static Reading<T> Of<T>(T value)
        where T : class => new(value, null);

    /// <summary>What the token may not read.</summary>
    /// <param name="needs">The permission, by GitHub's name: <c>administration: read</c>.</param>
    public static Reading<T> Unreadable<T>(string needs)
        where T : class => new(null, needs);
}
