using System.Reflection;

namespace Rayquest.JobCli.Console;

/// <summary>Which version of the program this is.</summary>
internal static class ProgramVersion
{
    /// <summary>The version of the program.</summary>
    public static string Text { get; } =
        typeof(ProgramVersion)
            .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()
            ?.InformationalVersion
        ?? "0.0.0";
}
