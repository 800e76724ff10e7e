using System.Text.RegularExpressions;

namespace Rayquest.JobHosts.Git;

/// <summary>The Git repository, its remote or the <c>git</c> program didn't do what was asked.</summary>
public sealed partial class GitException(string cause, string remedy) : HostException(Scrub(cause), remedy)
{
    /// <summary>Removes the user part of every URL: people put tokens there, and Git repeats it in its messages.</summary>
    internal static string Scrub(string text) => UserInfo().Replace(text, "://***@");

    [GeneratedRegex(@"://[^/\s@]+@", RegexOptions.NonBacktracking)]
    private static partial Regex UserInfo();
}
