using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.GitHub;

namespace Rayquest.JobHosts.StatusSync;

/// <summary>Lets Git push with what GitHub is asked with.</summary>
public static class GitAccess
{
    /// <summary>A credential for a remote, or null when the remote is not reached over https (then Git knows its own way).</summary>
    public static GitCredential? Of(GitHubClient client, GitHubCredential credential, string? remoteUrl)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(credential);
        if (
            !Uri.TryCreate(remoteUrl, UriKind.Absolute, out var uri)
            || !string.Equals(uri.Scheme, Uri.UriSchemeHttps, StringComparison.Ordinal)
        )
        {
            return null;
        }

        var token = credential.TokenAsync(client.Connection, CancellationToken.None).AsTask().GetAwaiter().GetResult();
        return GitCredential.ForToken(uri, token);
    }
}
