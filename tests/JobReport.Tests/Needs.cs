namespace Rayquest.JobReport.Tests;

/// <summary>What a test can't run without; where it is missing the test is skipped and says so.</summary>
internal static class Needs
{
    /// <summary>Debian's chromium, or null.</summary>
    public static string? Browser { get; } =
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, "chromium"))
            .FirstOrDefault(File.Exists);

    public static void Lua() => Assert.SkipWhen(Argo.Lua.Program is null, "lua5.4 is not on PATH");

    public static void Chromium() => Assert.SkipWhen(Browser is null, "chromium is not on PATH");
}
