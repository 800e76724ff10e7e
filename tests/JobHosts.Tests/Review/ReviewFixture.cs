using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.GitHub;
using Rayquest.JobHosts.Review;
using Rayquest.JobRehearsal.GitHub;

namespace Rayquest.JobHosts.Tests.Review;

/// <summary>
/// An emulated GitHub with policies on main, people who may do this and that, and a runner's clone to review from. A new
/// reviewer is made for every run, as a new process would be.
/// </summary>
internal sealed class ReviewFixture : IDisposable
{
    public const string Platform = """
        gpus:
          a100: {pricePerHour: 2.00, perNode: 8}
        defaults: {image: "rayproject/ray:2.52.0-py311-gpu", timeout: 4h}
        """;

    public const string Quotas = """
        approvers: [dana]
        teams:
          vision:
            members: [alice, bob, carol, mallory]
            approvers: [alice, bob]
            soft: {gpus: {a100: 8}}
            hard: {gpus: {a100: 16}}
        """;

    private readonly TemporaryFolder folder = new();

    public ReviewFixture(bool autoMerge = false, bool open = true, EmulatedGitHubOptions? options = null)
    {
        GitHub = EmulatedGitHub.Start(
            folder.Child("origin"),
            options ?? new EmulatedGitHubOptions { RequiredContexts = ["rayquest"] }
        );
        Alice = GitHub.AddUser("alice");
        Bob = GitHub.AddUser("bob");
        Mallory = GitHub.AddUser("mallory");
        GitHub.Push(
            Alice,
            "main",
            "Begin",
            new Dictionary<string, string?>
            {
                ["README.md"] = "# jobs\n",
                ["policies/platform.yaml"] = $"{Platform}\nautoMerge: {(autoMerge ? "true" : "false")}\n",
                ["policies/quotas.yaml"] = Quotas + "\n",
                ["policies/images.yaml"] = "allowed: [{pattern: \"rayproject/*\"}]\n",
            }
        );
        if (open)
        {
            Ask("resnet", 4);
        }

        GitHub.ForgetCalls();
    }

    public EmulatedGitHub GitHub { get; }
    public EmulatedUser Alice { get; }
    public EmulatedUser Bob { get; }
    public EmulatedUser Mallory { get; }

    public string Head(int pull = 1) => GitHub.Pull(pull).HeadSha.ToString();

    public string BotComment(int pull = 1) =>
        GitHub.Comments.Single(c => c.Issue == pull && c.Author == GitHub.Bot).Body;

    public static string Request(string name, int gpus, string more = "") =>
        $"name: {name}\nentrypoint: python train.py\nworkers: {{replicas: {gpus}, cpu: 4, memory: 16Gi, gpu: a100, gpus: 1}}\ntimeout: 2h\n{more}";

    public static Dictionary<string, string?> Files(params ReadOnlySpan<(string Path, string? Text)> files)
    {
        Dictionary<string, string?> all = [];
        foreach ((string path, string? text) in files)
        {
            all[path] = text;
        }

        return all;
    }

    /// <summary>A pull request of Alice's that asks for GPUs.</summary>
    public EmulatedPull Ask(string name, int gpus, string more = "", EmulatedUser? author = null)
    {
        GitHub.Push(
            author ?? Alice,
            name,
            $"Ask for {name}",
            Files(($"jobs-requests/vision/{name}.yaml", Request(name, gpus, more))),
            "main"
        );
        return GitHub.OpenPull(author ?? Alice, name, $"Run {name}");
    }

    public void Push(string branch, params ReadOnlySpan<(string Path, string? Text)> files) =>
        GitHub.Push(Alice, branch, "Change it", Files(files));

    public Task<ReviewOutcome> Review(
        int pull = 1,
        DateTimeOffset? changedAt = null,
        CancellationToken cancel = default
    ) => Review(GitHub, folder.Child("clones"), pull, changedAt: changedAt, cancel: cancel);

    /// <summary>What an event says of when the pull request was last changed: in whole seconds.</summary>
    public static DateTimeOffset EventTime(EmulatedGitHub github, int pull) =>
        DateTimeOffset.FromUnixTimeSeconds(github.Pull(pull).UpdatedAt.ToUnixTimeSeconds());

    /// <summary>One run of the workflow: a fresh clone, a fresh client.</summary>
    public static async Task<ReviewOutcome> Review(
        EmulatedGitHub github,
        string clones,
        int pull,
        JobReport.Ledger.LedgerView? ledger = null,
        DateTimeOffset? changedAt = null,
        CancellationToken cancel = default
    )
    {
        string clone = Path.Combine(clones, Guid.NewGuid().ToString("N"));
        using GitRepository git = GitRepository.InitBare(clone);
        // Where a call is left hanging, a little more patience than usual: git is run behind some of them.
        using GitHubClient client = github.Client(
            null,
            o =>
                o with
                {
                    AttemptTimeout =
                        o.AttemptTimeout < TimeSpan.FromSeconds(10) ? TimeSpan.FromSeconds(2) : o.AttemptTimeout,
                }
        );
        try
        {
            return await new PullReviewer(
                client,
                git,
                new ReviewOptions
                {
                    Remote = github.Git.GitDirectory,
                    Page = "https://github.com/acme/ray-jobs",
                    Ledger = ledger,
                    Time = github.Clock,
                    ChangedAt = changedAt ?? EventTime(github, pull),
                }
            ).Review(pull, cancel);
        }
        finally
        {
            git.Dispose();
            Directory.Delete(clone, recursive: true);
        }
    }

    /// <summary>For a fixture whose GitHub somebody else has closed.</summary>
    public void DisposeFolder() => folder.Dispose();

    public void Dispose()
    {
        GitHub.Dispose();
        folder.Dispose();
    }
}
