namespace Rayquest.JobHosts.Git;

/// <summary>Lines at the end of our commits' messages, by which they are recognised.</summary>
public static class CommitTrailers
{
    /// <summary>Begins the line of a commit that carries out a command; the number of the comment follows.</summary>
    public const string Command = "Rayquest-Command: ";

    /// <summary>The line of a commit that archives ended jobs.</summary>
    public const string Archive = "Rayquest-Archive: true";
}
