using System.Security.Cryptography;
using Rayquest.JobHosts.GitHub;

namespace Rayquest.JobHosts.Tests.GitHub;

public sealed class GitHubAppTests : IDisposable
{
    private readonly GitHubFixture fixture = new();
    private readonly RSA key = RSA.Create(2048);

    public GitHubAppTests() => fixture.GitHub.AddApp("4711", 99, "rayquest", key.ExportSubjectPublicKeyInfoPem());

    public void Dispose()
    {
        key.Dispose();
        fixture.Dispose();
    }

    [Fact]
    public async Task An_app_gets_a_token_once_and_keeps_it()
    {
        using var client = Client(key.ExportRSAPrivateKeyPem());

        (await client.GraphQL.Viewer()).ShouldBe("rayquest[bot]");
        await client.PullRequest.Get(1);

        fixture.GitHub.Calls.Count(call => call.Path.EndsWith("access_tokens", StringComparison.Ordinal)).ShouldBe(1);
        fixture.GitHub.Calls[0].Body!.ToJsonString().ShouldBe("{\"repositories\":[\"ray-jobs\"]}");
    }

    [Fact]
    public async Task A_token_is_renewed_five_minutes_before_it_expires()
    {
        using var client = Client(key.ExportPkcs8PrivateKeyPem().Replace("\n", "\\n", StringComparison.Ordinal));
        await client.PullRequest.Get(1);
        fixture.GitHub.Clock.Advance(TimeSpan.FromMinutes(54));
        await client.PullRequest.Get(1);
        Tokens().ShouldBe(1);

        fixture.GitHub.Clock.Advance(TimeSpan.FromMinutes(2));
        await client.PullRequest.Get(1);

        Tokens().ShouldBe(2);
    }

    [Fact]
    public async Task A_token_that_was_revoked_is_renewed_once()
    {
        using var client = Client(key.ExportRSAPrivateKeyPem());
        await client.PullRequest.Get(1);
        fixture.GitHub.RevokeInstallationTokens();

        (await client.PullRequest.Get(1)).Number.ShouldBe(1);

        Tokens().ShouldBe(2);
    }

    [Fact]
    public async Task Another_key_is_refused()
    {
        using var stranger = RSA.Create(2048);
        using var client = Client(stranger.ExportRSAPrivateKeyPem());

        var fault = await Should.ThrowAsync<GitHubRefused>(client.PullRequest.Get(1));

        fault.Cause.ShouldContain("access_tokens");
        fault.Cause.ShouldContain("JSON web token");
        fault.Remedy.ShouldContain("private key");
    }

    [Fact]
    public async Task A_key_that_is_no_key_is_said_so_and_not_shown()
    {
        using var client = Client("-----BEGIN RSA PRIVATE KEY-----\nnonsense\n-----END RSA PRIVATE KEY-----");

        var fault = await Should.ThrowAsync<GitHubUnavailable>(client.PullRequest.Get(1));

        fault.Remedy.ShouldContain("PEM");
        fault.ToString().ShouldNotContain("nonsense");
    }

    [Fact]
    public void An_app_is_preferred_to_the_workflows_token()
    {
        var variables = new Dictionary<string, string?> { ["GITHUB_TOKEN"] = "t" };
        GitHubCredential.FromVariables(variables.GetValueOrDefault).ShouldBeOfType<GitHubToken>();
        variables["RAYQUEST_APP_ID"] = "4711";
        variables["RAYQUEST_APP_INSTALLATION_ID"] = "99";
        variables["RAYQUEST_APP_PRIVATE_KEY"] = "pem";

        using var app = GitHubCredential.FromVariables(variables.GetValueOrDefault).ShouldBeOfType<GitHubApp>();

        app.ToString().ShouldBe("GitHub App 4711");
        GitHubCredential.FromVariables(_ => null).ShouldBeNull();
    }

    private int Tokens() =>
        fixture.GitHub.Calls.Count(call => call.Path.EndsWith("access_tokens", StringComparison.Ordinal));

    private GitHubClient Client(string pem) =>
        new(
            new GitHubOptions
            {
                Repository = fixture.GitHub.Name,
                ApiUrl = fixture.GitHub.ApiUrl,
                Time = fixture.GitHub.Clock,
                WriteSpacing = TimeSpan.Zero,
            },
            new GitHubApp("4711", 99, new SecretText(pem))
        );
}
