using System.Diagnostics;
using Rayquest.JobRehearsal.GitHub;

namespace Rayquest.JobCli.Tests;

/// <summary>The review commands as a workflow calls them: a process in a clone, with nothing but its variables.</summary>
public sealed class ReviewCommandTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("rayquest-cli-").FullName;
    private readonly EmulatedGitHub github;
    private readonly EmulatedUser alice;

    public ReviewCommandTests()
    {
        github = EmulatedGitHub.Start(Path.Combine(folder, "origin"));
        alice = github.AddUser("alice");
        github.Push(
            alice,
            "main",
            "Begin",
            new Dictionary<string, string?>
            {
                ["policies/platform.yaml"] =
                    "gpus: {a100: {pricePerHour: 2.00, perNode: 8}}\ndefaults: {image: \"rayproject/ray:2.52.0-py311-gpu\", timeout: 4h}\n",
                ["policies/quotas.yaml"] =
                    "approvers: [bob]\nteams: {vision: {members: [alice], soft: {gpus: {a100: 8}}, hard: {gpus: {a100: 16}}, gpuHoursPerMonth: {a100: 1000}}}\n",
                ["policies/images.yaml"] = "allowed: [{pattern: \"rayproject/*\"}]\n",
            }
        );
        Git("clone", "--quiet", github.Git.GitDirectory, "clone");
    }

    public void Dispose()
    {
        github.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void A_workflow_gets_verdict_outputs_and_summary()
    {
        Ask("resnet", 4);
        (int code, string text) = Rayquest("review", "--pull", "1");
        code.ShouldBe(0, text);
        text.ShouldContain("Ready to merge: 1 job, 4 × a100");
        File.ReadAllText(Path.Combine(folder, "outputs"))
            .ShouldMatch("^verdict=pass\njobs=resnet-[0-9a-f]{5}\ncost=16.00\n$");
        File.ReadAllText(Path.Combine(folder, "summary")).ShouldContain("### ✅ Ready to merge");
        github.Comments.Count.ShouldBe(1);

        Rayquest("review", "--head", github.Pull(1).HeadSha.ToString()).Text.ShouldContain("nothing had changed");
    }

    [Fact]
    public void What_is_blocked_is_exit_code_1_and_a_dry_run_writes_nothing()
    {
        Ask("resnet", 40);
        (int code, string text) = Rayquest("review", "--pull", "1", "--dry-run");
        code.ShouldBe(1, text);
        text.ShouldContain("Can't be merged yet");
        github.Comments.ShouldBeEmpty();
        github.Statuses.ShouldBeEmpty();
    }

    [Fact]
    public void Each_call_of_GitHub_is_told_when_it_is_asked_for()
    {
        Ask("resnet", 4);
        Rayquest("review", "--pull", "1", "--dry-run").Text.ShouldNotContain("github 200");
        Rayquest("review", "--pull", "1", "--dry-run", "--trace")
            .Text.ShouldMatch(@"(?m)^github 200 +[0-9]+ ms  (GET|POST) /\S+$");
    }

    [Fact]
    public void Wrong_usage_is_2() => Rayquest("review", "--head", "main").Code.ShouldBe(2);

    [Fact]
    public void A_push_is_repaired_and_noted()
    {
        string before = github.Git.Resolve("refs/heads/main").ToString();
        github.Push(
            alice,
            "main",
            "Merge",
            new Dictionary<string, string?> { ["jobs-requests/vision/mine.yaml"] = Request("mine", 1) }
        );
        string after = github.Git.Resolve("refs/heads/main").ToString();
        (int code, string text) = Rayquest("merged", "--base", before, "--head", after);
        code.ShouldBe(0, text);
        github.Git.ReadFile(github.Git.Resolve("refs/heads/main"), "jobs/vision/mine.yaml").ShouldNotBeNull();
        github.Git.TryResolve("refs/heads/ledger").ShouldNotBeNull();
    }

    [Fact]
    public void A_merge_tells_who_is_left_without_room()
    {
        Ask("first", 8);
        Ask("second", 7);
        Rayquest("review", "--pull", "1").Code.ShouldBe(0);
        Rayquest("review", "--pull", "2").Code.ShouldBe(0);
        string before = github.Git.Resolve("refs/heads/main").ToString();
        github.Merge(alice, 1);
        string after = github.Git.Resolve("refs/heads/main").ToString();

        (int code, string text) = Rayquest("merged", "--base", before, "--head", after);
        code.ShouldBe(0, text);
        text.ShouldContain("evaluated again: pull request 2: Needs approval: 1 job, 7 × a100");
        Rayquest("merged", "--base", before, "--head", after).Text.ShouldNotContain("evaluated again");
    }

    [Fact]
    public void A_preview_needs_no_GitHub()
    {
        Ask("resnet", 12);
        Git("-C", "clone", "fetch", "--quiet", "origin");
        (int code, string text) = Rayquest(
            "preview",
            "--base",
            "origin/main",
            "--head",
            "origin/resnet",
            "--format",
            "json"
        );
        code.ShouldBe(0, text);
        text.ShouldContain("\"verdict\": \"needs-approval\"");
    }

    private static string Request(string name, int gpus) =>
        $"name: {name}\nentrypoint: python train.py\nworkers: {{replicas: {gpus}, cpu: 4, memory: 16Gi, gpu: a100, gpus: 1}}\ntimeout: 2h\n";

    private void Ask(string name, int gpus)
    {
        github.Push(
            alice,
            name,
            "Ask",
            new Dictionary<string, string?> { [$"jobs-requests/vision/{name}.yaml"] = Request(name, gpus) },
            "main"
        );
        github.OpenPull(alice, name, $"Run {name}");
    }

    private (int Code, string Text) Rayquest(params string[] arguments)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "rayquest.dll");
        return Run("dotnet", Path.Combine(folder, "clone"), [program, .. arguments]);
    }

    private void Git(params string[] arguments) => Run("git", folder, arguments).Code.ShouldBe(0);

    private (int Code, string Text) Run(string program, string directory, IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (
            string name in start
                .Environment.Keys.Where(k =>
                    k.StartsWith("GITHUB_", StringComparison.Ordinal)
                    || k.StartsWith("RAYQUEST_APP_", StringComparison.Ordinal)
                )
                .ToList()
        )
        {
            start.Environment.Remove(name);
        }

        start.Environment["GITHUB_TOKEN"] = github.Bot.Token;
        start.Environment["GITHUB_REPOSITORY"] = github.Name.ToString();
        start.Environment["GITHUB_API_URL"] = github.ApiUrl.AbsoluteUri.TrimEnd('/');
        start.Environment["GITHUB_STEP_SUMMARY"] = Path.Combine(folder, "summary");
        start.Environment["GITHUB_OUTPUT"] = Path.Combine(folder, "outputs");
        start.Environment["RAYQUEST_APP_ID"] = "";
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + error.Result);
    }
}
