namespace Rayquest.Programs;

/// <summary>Programs of this machine that tests run.</summary>
internal static class ProgramPath
{
    /// <summary>The full path of a program on PATH, or null.</summary>
    public static string? Of(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);

    /// <summary>Skips the test, and says so, where a program is not on PATH.</summary>
    public static void Needed(string program) => Assert.SkipWhen(Of(program) is null, $"{program} is not on PATH");
}
