namespace Rayquest.JobCli.Console;

/// <summary>What the program's exit says; these numbers don't change.</summary>
internal static class ExitCodes
{
    /// <summary>Clean.</summary>
    public const int Clean = 0;

    /// <summary>Findings: the request is wrong.</summary>
    public const int Findings = 1;

    /// <summary>Wrong usage, or a broken policy: we are wrong.</summary>
    public const int Usage = 2;

    /// <summary>GitHub, the cluster, Git or the disk failed: the world is wrong.</summary>
    public const int World = 3;
}
