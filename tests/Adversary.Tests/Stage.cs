using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.GitHub;
using Rayquest.JobHosts.Review;
using Rayquest.JobRehearsal.GitHub;
using Rayquest.JobReport.Evaluation;
using Rayquest.JobReport.Ledger;

namespace Rayquest.Adversary.Tests;

/// <summary>An emulated GitHub with real Git, and the runs of the workflows that events on it start: each in a clone of its own.</summary>
internal sealed class Stage : IDisposable
{
    private readonly TemporaryFolder clones = new();

    public Stage(bool autoMerge = false, EmulatedGitHubOptions? options = null) =>
        Fixture = new ReviewFixture(autoMerge, open: false, options);

    public ReviewFixture Fixture { get; }

    /// <summary>How many open pull requests a run evaluates again; what is beyond them must not stay green either.</summary>
    public int MaxReevaluated { get; init; } = new ReviewOptions().MaxReevaluated;

    public EmulatedGitHub GitHub => Fixture.GitHub;

    public ObjectId Main => GitHub.Git.Resolve("refs/heads/main");

    /// <summary>GPUs of a type that the manifests on main hold.</summary>
    public long Held(string team = "vision", string gpu = "a100") =>
        JobLint
            .Engine.Linter.ReadUsage(new CommitTree(GitHub.Git, Main), team)
            .Live.Sum(l => l.Header.Demand.Gpus.GetValueOrDefault(gpu));

    public string? OnMain(string path) =>
        GitHub.Git.ReadFile(Main, path) is { } bytes ? System.Text.Encoding.UTF8.GetString(bytes) : null;

    /// <summary>The last status of ours on a commit.</summary>
    public string? StatusOf(string sha) =>
        GitHub.Statuses.LastOrDefault(s => s.Sha == sha && s.Context == "rayquest")?.State;

    /// <summary>The workflow of a pull request's event.</summary>
    /// <param name="before">The head before a push.</param>
    public Task<ReviewOutcome> Review(int pull, string? before = null, LedgerView? ledger = null) =>
        Run((client, git) => new PullReviewer(client, git, Options(ledger) with { Before = before }).Review(pull));

    public async Task<Verdict> VerdictOf(int pull, LedgerView? ledger = null) =>
        (await Review(pull, ledger: ledger)).Preview!.Verdict;

    /// <summary>The workflow of a push to main.</summary>
    public async Task<IReadOnlyList<ReviewOutcome>> Merged(ObjectId before)
    {
        await Run((client, git) => new MergedReview(client, git, Options()).Review(before.ToString(), "main"));
        return await Refresh();
    }

    public Task<ReviewOutcome> Repair(ObjectId before) =>
        Run((client, git) => new MergedReview(client, git, Options()).Review(before.ToString(), "main"));

    public Task<IReadOnlyList<ReviewOutcome>> Refresh() =>
        Run(
            (client, git) =>
                new OpenSubmissions(client, git, Options() with { MaxReevaluated = MaxReevaluated }).Refresh("main")
        );

    public Task<ReviewOutcome> Queue(ObjectId group, string reference = "") =>
        Run((client, git) => new QueueReview(client, git, Options()).Review("main", reference, group.ToString()));

    /// <summary>Reviews, merges and lets the push's workflow run; what needs approval gets bob's.</summary>
    public async Task Land(int pull)
    {
        GitHub.Review(Fixture.Bob, pull, "APPROVED");
        await Review(pull);
        ObjectId before = Main;
        GitHub.Merge(Fixture.Bob, pull);
        await Merged(before);
    }

    public void Dispose()
    {
        Fixture.Dispose();
        clones.Dispose();
    }

    private ReviewOptions Options(LedgerView? ledger = null) =>
        new()
        {
            Remote = GitHub.Git.GitDirectory,
            Page = "https://github.com/acme/ray-jobs",
            Time = GitHub.Clock,
            Ledger = ledger,
        };

    private async Task<T> Run<T>(Func<GitHubClient, GitRepository, Task<T>> run)
    {
        string clone = Path.Combine(clones.Child("clones"), Guid.NewGuid().ToString("N"));
        using GitRepository git = GitRepository.InitBare(clone);
        using GitHubClient client = GitHub.Client();
        return await run(client, git);
    }
}
