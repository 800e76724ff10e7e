using Rayquest.JobCli.Tests.House;
using Rayquest.JobRehearsal;
using Rayquest.JobRehearsal.GitHub;

namespace Rayquest.JobCli.Tests;

/// <summary>
/// A run of GitHub Actions: the program as a process in a checkout of the default branch, with the workflow's own token and
/// the variables that a runner sets.
/// </summary>
internal sealed class WorkflowRun : IDisposable
{
    public const string File = ".github/workflows/submission.yml";

    private readonly string folder = Directory.CreateTempSubdirectory("rayquest-run-").FullName;

    /// <param name="platform">What <c>policies/platform.yaml</c> says beside the GPUs.</param>
    public WorkflowRun(string platform = "")
    {
        // The program is a process of its own, and believes this machine's clock.
        RehearsalClock clock = new(TimeProvider.System.GetUtcNow());
        GitHub = EmulatedGitHub.Start(Path.Combine(folder, "origin"), new EmulatedGitHubOptions { Clock = clock });
        Alice = GitHub.AddUser("alice");
        Push(
            ("src/program", "one"),
            (File, "one"),
            (
                "policies/platform.yaml",
                "gpus: {a100: {pricePerHour: 2.00, perNode: 8}}\ndefaults: {image: \"rayproject/ray:2.52.0-py311-gpu\", timeout: 4h}\n"
                    + platform
            ),
            (
                "policies/quotas.yaml",
                "approvers: [bob]\nteams: {vision: {members: [alice], soft: {gpus: {a100: 8}}, hard: {gpus: {a100: 16}}}}\n"
            ),
            ("policies/images.yaml", "allowed: [{pattern: \"rayproject/*\"}]\n")
        );
        Tool.Run("git", ["clone", "--quiet", GitHub.Git.GitDirectory, "clone"], folder, []).Code.ShouldBe(0);
        Started = Tip;
    }

    public EmulatedGitHub GitHub { get; }

    public EmulatedUser Alice { get; }

    /// <summary>What the default branch holds now.</summary>
    public string Tip => GitHub.Git.Resolve("refs/heads/main").ToString();

    /// <summary>The commit whose workflow file GitHub took; of a run that is started again, the old one.</summary>
    public string Started { get; set; }

    public void Dispose()
    {
        GitHub.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    public static string Request(string name, int gpus) =>
        $"name: {name}\nentrypoint: python train.py\nworkers: {{replicas: {gpus}, cpu: 4, memory: 16Gi, gpu: a100, gpus: 1}}\ntimeout: 2h\n";

    /// <summary>Moves the default branch on.</summary>
    public void Push(params (string Path, string? Text)[] files) =>
        GitHub.Push(Alice, "main", "Change", files.ToDictionary(file => file.Path, file => file.Text));

    /// <summary>A pull request that asks for GPUs.</summary>
    public int Ask(string name, int gpus)
    {
        Dictionary<string, string?> files = new() { [$"jobs-requests/vision/{name}.yaml"] = Request(name, gpus) };
        GitHub.Push(Alice, name, "Ask", files, "main");
        return GitHub.OpenPull(Alice, name, $"Run {name}").Number;
    }

    /// <summary>What <c>actions/checkout</c> does with <c>ref:</c> the default branch.</summary>
    public void Checkout() => Tool.Run("git", ["-C", "clone", "pull", "--quiet"], folder, []).Code.ShouldBe(0);

    public (int Code, string Text) Call(params string[] arguments)
    {
        Dictionary<string, string> variables = new()
        {
            ["GITHUB_ACTIONS"] = "true",
            ["GITHUB_WORKFLOW_SHA"] = Started,
            ["GITHUB_WORKFLOW_REF"] = $"{GitHub.Name}/{File}@refs/heads/main",
            ["GITHUB_REPOSITORY"] = GitHub.Name.ToString(),
            ["GITHUB_API_URL"] = GitHub.ApiUrl.AbsoluteUri.TrimEnd('/'),
            ["GITHUB_TOKEN"] = GitHub.Bot.Token,
            ["GITHUB_STEP_SUMMARY"] = "",
            ["GITHUB_OUTPUT"] = "",
            ["RAYQUEST_APP_ID"] = "",
        };
        string program = Path.Combine(AppContext.BaseDirectory, "rayquest.dll");
        (int code, string output, string errors) = Tool.Run(
            "dotnet",
            [program, .. arguments],
            Path.Combine(folder, "clone"),
            variables
        );
        return (code, output + errors);
    }
}
