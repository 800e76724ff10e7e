using System.Text.Json.Nodes;
using Rayquest.JobCli.Tests.House;
using Rayquest.JobHosts.GitHub;
using Rayquest.JobRehearsal.GitHub;

namespace Rayquest.JobCli.Tests;

/// <summary><c>rayquest doctor</c> as a person or a workflow calls it.</summary>
public sealed class DoctorCommandTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("rayquest-doctor-").FullName;
    private readonly EmulatedGitHub github;
    private readonly EmulatedUser root;

    public DoctorCommandTests()
    {
        github = EmulatedGitHub.Start(Path.Combine(folder, "origin"));
        root = github.AddUser("root", PermissionLevel.Admin);
        WellKeptRepository.SetUp(github, root);
        Tool.Run("git", ["clone", "--quiet", github.Git.GitDirectory, "clone"], folder, []).Code.ShouldBe(0);
    }

    public void Dispose()
    {
        github.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void Nothing_wrong_is_0()
    {
        (int code, string text) = Doctor(root.Token);
        code.ShouldBe(0, text);
        text.ShouldContain("acme/ray-jobs, main");
        text.ShouldContain("0 let somebody past the gate, 0 could not be read, 0 to fix");
    }

    [Fact]
    public void What_gets_past_the_gate_is_1_and_machines_read_it()
    {
        github.Settings.Secrets.Add("RAYQUEST_APP_PRIVATE_KEY");
        (int code, string text) = Doctor(root.Token, "--format", "json");
        code.ShouldBe(1, text);
        JsonNode told = JsonNode.Parse(text)!;
        told["letsPast"]!.GetValue<bool>().ShouldBeTrue();
        JsonNode finding = told["findings"]!.AsArray().Single(one => $"{one!["state"]}" == "error")!;
        $"{finding["check"]}".ShouldBe("repository-secrets");
        $"{finding["remedy"]}".ShouldContain("delete this one");
    }

    [Fact]
    public void What_does_not_work_but_holds_is_0()
    {
        github.UndefineLabel("ray-job");
        (int code, string text) = Doctor(root.Token);
        code.ShouldBe(0, text);
        text.ShouldContain("warning  labels");
    }

    [Fact]
    public void What_could_not_be_read_is_3()
    {
        (int code, string text) = Doctor(github.AddUser("alice").Token);
        code.ShouldBe(3, text);
        text.ShouldContain("needs secrets: read");
    }

    [Fact]
    public void A_token_that_GitHub_does_not_know_is_3() => Doctor("nobody's").Code.ShouldBe(3);

    [Fact]
    public void A_GitHub_that_does_not_answer_is_3_and_soon_said()
    {
        // Taken and given back: nobody listens there.
        using System.Net.Sockets.TcpListener listener = new(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        int port = ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        long began = Environment.TickCount64;
        (int code, string text) = Doctor(root.Token, new Uri($"http://127.0.0.1:{port}"));
        code.ShouldBe(3, text);
        text.ShouldContain("GitHub can't be reached");
        text.ShouldContain("--offline");
        text.ShouldNotContain("half-done");
        (Environment.TickCount64 - began).ShouldBeLessThan(60_000, "a person waits for it");
    }

    [Fact]
    public void Without_a_token_it_is_2_and_offline_it_looks_at_the_tree()
    {
        (int code, string text) = Doctor("");
        code.ShouldBe(2, text);
        text.ShouldContain("--offline");
        Doctor("", "--offline").Code.ShouldBe(0);

        File.Delete(Path.Combine(folder, "clone", ".github", "CODEOWNERS"));
        (code, text) = Doctor("", "--offline");
        code.ShouldBe(1, text);
        text.ShouldContain("there is no CODEOWNERS file");
        text.ShouldNotContain("ledger-rules");
    }

    private (int Code, string Text) Doctor(string token, params string[] arguments) =>
        Doctor(token, new Uri(github.ApiUrl.AbsoluteUri.TrimEnd('/')), arguments);

    private (int Code, string Text) Doctor(string token, Uri api, params string[] arguments)
    {
        Dictionary<string, string> variables = new()
        {
            ["GITHUB_REPOSITORY"] = github.Name.ToString(),
            ["GITHUB_API_URL"] = api.AbsoluteUri.TrimEnd('/'),
            ["GITHUB_TOKEN"] = token,
            ["GITHUB_ACTIONS"] = "",
            ["RAYQUEST_APP_ID"] = "",
        };
        string program = Path.Combine(AppContext.BaseDirectory, "rayquest.dll");
        (int code, string output, string errors) = Tool.Run(
            "dotnet",
            [program, "doctor", .. arguments],
            Path.Combine(folder, "clone"),
            variables
        );
        return (code, output + errors);
    }
}
