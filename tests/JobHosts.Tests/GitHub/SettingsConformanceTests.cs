using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Rayquest.JobHosts.GitHub;
using Rayquest.JobRehearsal.GitHub;

namespace Rayquest.JobHosts.Tests.GitHub;

/// <summary>What the emulator knows beyond what our client asks: its answers, by GitHub's own description.</summary>
public sealed class SettingsConformanceTests : IDisposable
{
    private readonly GitHubFixture fixture = new();
    private readonly HttpClient http = new();
    private readonly RSA key = RSA.Create(2048);

    public SettingsConformanceTests()
    {
        EmulatedUser admin = fixture.GitHub.AddUser("root", PermissionLevel.Admin);
        http.DefaultRequestHeaders.Add("Authorization", "Bearer " + admin.Token);
        http.BaseAddress = new Uri(fixture.GitHub.ApiUrl, "repos/acme/ray-jobs/");
        fixture.GitHub.AddApp("4711", 99, "rayquest", key.ExportSubjectPublicKeyInfoPem(), "secrets");
        EmulatedSettings settings = fixture.GitHub.Settings;
        settings.Environments.Add(
            new EmulatedEnvironment("rayquest")
            {
                Branches = ["main"],
                Secrets = { "RAYQUEST_APP_PRIVATE_KEY" },
                Variables = { ["A"] = "1" },
            }
        );
        settings.Environments.Add(new EmulatedEnvironment("free"));
        settings.Secrets.Add("TOKEN");
        settings.Environments.Add(new EmulatedEnvironment("slow") { WaitMinutes = 5 });
        settings.Runners.Add(new EmulatedRunner("box", "self-hosted", "gpu"));
        settings.OrganizationSecrets.Add("SHARED");
        settings.Variables["RAYQUEST_APP_ID"] = "4711";
        settings.Pages = new EmulatedPages("ledger");
        fixture.GitHub.DefineLabel("rayquest/pass");
        fixture.GitHub.Push(
            fixture.Alice,
            "main",
            "Owners",
            GitHubFixture.Content(".github/CODEOWNERS", "* @root @nobody\n![x] @root\n")
        );
    }

    public void Dispose()
    {
        http.Dispose();
        key.Dispose();
        fixture.Dispose();
    }

    [Fact]
    public async Task Every_setting_is_told_as_github_describes_it()
    {
        Needs.ApiDescription();
        await Post("rulesets", Ruleset("main", "active"));
        JsonNode made = await Post("rulesets", Ruleset("ledger", "evaluate"));
        await Send(HttpMethod.Put, $"rulesets/{made["id"]}", Ruleset("ledger", "active"));
        string[] paths =
        [
            "",
            "rulesets",
            $"rulesets/{made["id"]}",
            "rules/branches/main",
            "branches/main",
            "activity?ref=main",
            "commits/main",
            "pulls/1/commits",
            "environments",
            "environments/rayquest",
            "environments/rayquest/deployment-branch-policies",
            "environments/rayquest/secrets",
            "environments/rayquest/variables",
            "actions/secrets",
            "actions/organization-secrets",
            "actions/variables",
            "actions/permissions",
            "actions/permissions/workflow",
            "actions/runners",
            "actions/permissions/fork-pr-workflows-private-repos",
            "codeowners/errors",
            "pages",
            "labels",
        ];
        foreach (string path in paths)
        {
            await Get(path);
        }

        fixture.GitHub.Settings.IsPrivate = false;
        await Get("actions/permissions/fork-pr-contributor-approval");
        await http.GetStringAsync(new Uri(fixture.GitHub.ApiUrl, "apps/rayquest"));
        EmulatedReview review = fixture.GitHub.Review(fixture.Bob, 1, "APPROVED");
        await Send(HttpMethod.Put, $"pulls/1/reviews/{review.Id}/dismissals", new JsonObject { ["message"] = "again" });
        await Send(
            HttpMethod.Put,
            "contents/notes.md",
            new JsonObject
            {
                ["message"] = "Note",
                ["content"] = "eA==",
                ["branch"] = "resnet",
            }
        );
        await Send(HttpMethod.Delete, $"rulesets/{made["id"]}", null);
        using OpenApiDescription description = OpenApiDescription.Load();
        fixture.GitHub.HookFailure.ShouldBeNull();
        fixture.GitHub.Calls.SelectMany(description.CheckRequest).ShouldBeEmpty();
        fixture.GitHub.Calls.SelectMany(description.CheckAnswer).ShouldBeEmpty();
    }

    [Fact]
    public async Task Classic_protection_is_told_as_github_describes_it()
    {
        Needs.ApiDescription();
        using GitHubFixture classic = new(
            new EmulatedGitHubOptions
            {
                RequiredContexts = ["rayquest"],
                RequiresUpToDate = true,
                RequiresPullRequest = true,
            }
        );
        EmulatedUser admin = classic.GitHub.AddUser("root", PermissionLevel.Admin);
        using HttpClient client = new();
        client.DefaultRequestHeaders.Add("Authorization", "Bearer " + admin.Token);
        Uri branch = new(classic.GitHub.ApiUrl, "repos/acme/ray-jobs/branches/main");
        JsonNode seen = (await client.GetFromJsonAsync<JsonNode>(branch))!;
        $"{seen["protection"]!["required_status_checks"]!["contexts"]![0]}".ShouldBe("rayquest");
        JsonNode whole = (await client.GetFromJsonAsync<JsonNode>(new Uri(branch + "/protection")))!;
        whole["required_status_checks"]!["strict"]!.GetValue<bool>().ShouldBeTrue();
        using OpenApiDescription description = OpenApiDescription.Load();
        classic.GitHub.Calls.SelectMany(description.CheckAnswer).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("actions/secrets")]
    [InlineData("environments/rayquest/secrets")]
    [InlineData("actions/permissions/workflow")]
    [InlineData("pages")]
    public async Task A_setting_is_not_shown_to_a_token_without_its_permission(string path)
    {
        using HttpClient client = new();
        client.DefaultRequestHeaders.Add("Authorization", "Bearer " + fixture.GitHub.Bot.Token);
        using HttpResponseMessage answer = await client.GetAsync(new Uri(http.BaseAddress!, path));
        answer.StatusCode.ShouldBe(System.Net.HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Who_owns_what_is_said_with_the_lines_that_github_cannot_use()
    {
        JsonArray errors = (await Get("codeowners/errors"))["errors"]!.AsArray();
        errors.Select(error => $"{error!["kind"]}").ShouldBe(["Invalid pattern", "Unknown owner"]);
    }

    [Theory]
    [InlineData("refs/heads/main", true)]
    [InlineData("refs/heads/attack", false)]
    [InlineData("refs/pull/1/merge", false)]
    [InlineData("refs/heads/gh-readonly-queue/main/pr-1-abc", false)]
    public void An_environment_admits_by_the_reference(string reference, bool admitted) =>
        fixture.GitHub.Settings.Environments[0].Admits(reference).ShouldBe(admitted);

    private static JsonObject Ruleset(string name, string enforcement) =>
        new()
        {
            ["name"] = name,
            ["target"] = "branch",
            ["enforcement"] = enforcement,
            ["bypass_actors"] = new JsonArray(
                new JsonObject
                {
                    ["actor_id"] = 4711,
                    ["actor_type"] = "Integration",
                    ["bypass_mode"] = "always",
                }
            ),
            ["conditions"] = new JsonObject
            {
                ["ref_name"] = new JsonObject
                {
                    ["include"] = new JsonArray("refs/heads/" + name),
                    ["exclude"] = new JsonArray(),
                },
            },
            ["rules"] = new JsonArray(new JsonObject { ["type"] = "non_fast_forward" }),
        };

    private async Task<JsonNode> Get(string path) => (await http.GetFromJsonAsync<JsonNode>(Place(path)))!;

    private async Task<JsonNode> Post(string path, JsonObject body) => (await Send(HttpMethod.Post, path, body))!;

    private async Task<JsonNode?> Send(HttpMethod method, string path, JsonObject? body)
    {
        using HttpRequestMessage request = new(method, Place(path));
        if (body is not null)
        {
            request.Content = JsonContent.Create(body);
        }

        using HttpResponseMessage answer = await http.SendAsync(request);
        string text = await answer.Content.ReadAsStringAsync();
        answer.IsSuccessStatusCode.ShouldBeTrue(text);
        return text.Length == 0 ? null : JsonNode.Parse(text);
    }

    // The repository itself has no slash at its end.
    private Uri Place(string path) =>
        path.Length == 0 ? new Uri(http.BaseAddress!.AbsoluteUri.TrimEnd('/')) : new Uri(http.BaseAddress!, path);
}
