namespace Rayquest.JobReport.Tests;

/// <summary>What a test can't run without; where it is missing the test is skipped and says so.</summary>
internal static class Needs
{
    /// <summary>Debian's chromium, or null.</summary>
    public static string? Browser { get; } = ProgramPath.Of("chromium");

    public static void Lua() => ProgramPath.Needed("lua5.4");

    public static void Chromium() => ProgramPath.Needed("chromium");
}
