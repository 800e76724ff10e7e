using System.Security.Cryptography;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Rayquest.JobHosts.GitHub;

/// <summary>Text that must not be seen: printing it shows three asterisks.</summary>
public sealed class SecretText(string value)
{
    internal string Value { get; } = value;

    public override string ToString() => "***";
}

/// <summary>Who is asking GitHub.</summary>
public abstract class GitHubCredential
{
    internal abstract ValueTask<string> TokenAsync(Connection connection, CancellationToken cancel);

    /// <summary>Whether a 401 may be fixed by asking for a fresh token.</summary>
    internal virtual bool Renew() => false;

    /// <summary>
    /// From what a workflow gives: an App (<c>RAYQUEST_APP_ID</c>, <c>RAYQUEST_APP_INSTALLATION_ID</c>,
    /// <c>RAYQUEST_APP_PRIVATE_KEY</c>) before <c>GITHUB_TOKEN</c>; null when neither is set.
    /// </summary>
    public static GitHubCredential? FromVariables(Func<string, string?> variable)
    {
        var (app, installation) = (variable("RAYQUEST_APP_ID"), variable("RAYQUEST_APP_INSTALLATION_ID"));
        var key = variable("RAYQUEST_APP_PRIVATE_KEY");
        if (!string.IsNullOrEmpty(app) && long.TryParse(installation, out var id) && !string.IsNullOrEmpty(key))
            return new GitHubApp(app, id, new SecretText(key));
        var token = variable("GITHUB_TOKEN");
        return string.IsNullOrEmpty(token) ? null : new GitHubToken(new SecretText(token));
    }
}

/// <summary>A token as it is: the workflow's own, or a person's.</summary>
public sealed class GitHubToken(SecretText token) : GitHubCredential
{
    internal override ValueTask<string> TokenAsync(Connection connection, CancellationToken cancel) => new(token.Value);

    public override string ToString() => "GITHUB_TOKEN";
}

/// <summary>
/// A GitHub App's installation: signs a short JWT with its key, changes it for an installation token and keeps that
/// until five minutes before it expires.
/// </summary>
/// <param name="appId">The App's id or client id.</param>
/// <param name="privateKey">PEM, PKCS#1 or PKCS#8; <c>\n</c> may stand for line feeds.</param>
public sealed class GitHubApp(string appId, long installationId, SecretText privateKey) : GitHubCredential, IDisposable
{
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(5);

    private readonly SemaphoreSlim gate = new(1);
    private InstallationToken? current;

    public void Dispose() => gate.Dispose();

    public override string ToString() => $"GitHub App {appId}";

    internal override bool Renew()
    {
        current = null;
        return true;
    }

    internal override async ValueTask<string> TokenAsync(Connection connection, CancellationToken cancel)
    {
        if (current is { } fresh && fresh.ExpiresAt - Margin > connection.Time.GetUtcNow())
            return fresh.Token;
        await gate.WaitAsync(cancel);
        try
        {
            if (current is { } other && other.ExpiresAt - Margin > connection.Time.GetUtcNow())
                return other.Token;
            var jwt = Sign(connection.Time.GetUtcNow());
            current = await connection.InstallationToken(installationId, jwt, cancel);
            return current.Token;
        }
        finally
        {
            gate.Release();
        }
    }

    private string Sign(DateTimeOffset now)
    {
        using var rsa = RSA.Create();
        try
        {
            rsa.ImportFromPem(privateKey.Value.Replace("\\n", "\n", StringComparison.Ordinal));
        }
        catch (Exception fault) when (fault is ArgumentException or CryptographicException)
        {
            throw new GitHubUnavailable(
                "the GitHub App's private key can't be read",
                "store the whole PEM file, with its BEGIN and END lines, as the secret"
            );
        }

        // The key dies with this call, so its signature provider must not be cached.
        var key = new RsaSecurityKey(rsa)
        {
            CryptoProviderFactory = new CryptoProviderFactory { CacheSignatureProviders = false },
        };
        // A minute back for a runner's clock that is ahead of GitHub's; GitHub allows ten minutes at most.
        var descriptor = new SecurityTokenDescriptor
        {
            Issuer = appId,
            IssuedAt = now.UtcDateTime.AddMinutes(-1),
            Expires = now.UtcDateTime.AddMinutes(8),
            SigningCredentials = new SigningCredentials(key, SecurityAlgorithms.RsaSha256),
        };
        var handler = new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false };
        return handler.CreateToken(descriptor);
    }
}
