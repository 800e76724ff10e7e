namespace Rayquest.JobHosts.GitHub;

/// <summary>Logins, which GitHub writes in several ways.</summary>
public static class GitHubLogin
{
    /// <summary>Whether two logins are one account's.</summary>
    public static bool IsSame(string one, string other) =>
        string.Equals(Bare(one), Bare(other), StringComparison.OrdinalIgnoreCase);

    private static string Bare(string login) => login.EndsWith("[bot]", StringComparison.Ordinal) ? login[..^5] : login;
}
