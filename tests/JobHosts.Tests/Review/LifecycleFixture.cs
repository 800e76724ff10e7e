using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.GitHub;
using Rayquest.JobHosts.Review;
using Rayquest.JobHosts.StatusSync;
using Rayquest.JobModel.Repository;
using Rayquest.JobRehearsal.GitHub;
using Rayquest.JobReport.Ledger;
using Rayquest.JobReport.Status;

namespace Rayquest.JobHosts.Tests.Review;

/// <summary>A fixture whose pull requests are merged, and the runs of the workflow that a comment on one of them wakes.</summary>
internal static class LifecycleFixture
{
    public const string Resnet = "jobs-requests/vision/resnet.yaml";

    /// <summary>Alice's request for four GPUs, reviewed and merged: pull request 1.</summary>
    public static async Task<ReviewFixture> Merged(
        string platform = "",
        int gpus = 4,
        string more = "",
        EmulatedGitHubOptions? options = null
    )
    {
        ReviewFixture fixture = new(open: false, options: options);
        if (platform.Length > 0)
        {
            fixture.GitHub.Push(
                fixture.Bob,
                "main",
                "Set the policy",
                ReviewFixture.Files(("policies/platform.yaml", $"{ReviewFixture.Platform}\n{platform}\n"))
            );
        }

        fixture.Ask("resnet", gpus, more);
        await Merge(fixture, 1);
        fixture.GitHub.ForgetCalls();
        return fixture;
    }

    public static async Task Merge(ReviewFixture fixture, int pull)
    {
        // Whoever's approval it needs has given it.
        fixture.GitHub.Review(fixture.GitHub.AddUser("dana"), pull, "APPROVED");
        await fixture.Review(pull);
        fixture.GitHub.Merge(fixture.Bob, pull);
    }

    /// <summary>One run of the workflow for a merged pull request.</summary>
    public static async Task<LifecycleOutcome> Follow(
        EmulatedGitHub github,
        string clones,
        int pull = 1,
        LedgerView? ledger = null,
        bool dryRun = false,
        CancellationToken cancel = default
    )
    {
        string clone = Path.Combine(clones, Guid.NewGuid().ToString("N"));
        using GitRepository git = GitRepository.InitBare(clone);
        using GitHubClient client = github.Client(null, o => o with { AttemptTimeout = TimeSpan.FromSeconds(3) });
        try
        {
            return await new LifecycleCommands(
                client,
                git,
                new ReviewOptions
                {
                    Remote = github.Git.GitDirectory,
                    Page = "https://github.com/acme/ray-jobs",
                    Time = github.Clock,
                    Ledger = ledger,
                    DryRun = dryRun,
                }
            ).Handle(pull, cancel);
        }
        finally
        {
            git.Dispose();
            Directory.Delete(clone, recursive: true);
        }
    }

    /// <summary>The ledger after the jobs on main were seen in a phase.</summary>
    public static LedgerView Ledger(EmulatedGitHub github, JobPhase phase, int pull = 1)
    {
        ObjectId main = github.Git.Resolve("refs/heads/main");
        DateTimeOffset now = github.Clock.GetUtcNow();
        List<JobRecord> records = [];
        foreach (JobHosts.Git.TreeEntry entry in github.Git.ListTree(main, RequestPath.Jobs))
        {
            MergedJobFile file = MergedJobFile.Read(entry.Path, github.Git.ReadFile(main, entry.Path)!)!;
            foreach (RenderedJob job in file.Jobs)
            {
                JobRecord record = new(RequestPath.TeamOf(entry.Path)!, job.Name, job.Kind, job.Namespace, []);
                MergedFacts facts = new()
                {
                    Pull = pull,
                    Author = "alice",
                    Request = file.Header.RequestPath,
                    Sha = main.ToString(),
                    Gpus = System.Collections.Immutable.ImmutableSortedDictionary.CreateRange([
                        KeyValuePair.Create("a100", 4),
                    ]),
                };
                JobState state = new(phase)
                {
                    Since = now.AddHours(-3),
                    Started = now.AddHours(-3),
                    Uid = "1",
                    IsFinal = phase is JobPhase.Succeeded or JobPhase.Failed,
                };
                records.Add(
                    record.With(facts.ToEvent(now.AddHours(-4)), StateEvent.Of(record, state, now.AddHours(-3)))
                );
            }
        }

        return new LedgerView(records);
    }

    /// <summary>The answers to commands on a pull request.</summary>
    public static string[] Answers(EmulatedGitHub github, int pull = 1) =>
        [
            .. github
                .Comments.Where(c =>
                    c.Issue == pull
                    && c.Author == github.Bot
                    && c.Body.StartsWith("<!-- rayquest:command ", StringComparison.Ordinal)
                )
                .Select(c => c.Body),
        ];
}
