namespace Rayquest.JobCli.Console;

/// <summary>The command line or a file it names can't be used as given: exit code 2.</summary>
internal sealed class UsageException(string cause, string remedy) : Exception($"{cause}: {remedy}")
{
    public string Cause { get; } = cause;

    public string Remedy { get; } = remedy;
}
