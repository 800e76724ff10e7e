using System.Diagnostics;
using System.Globalization;
using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.LedgerBranch;
using Rayquest.JobHosts.StatusSync;
using Rayquest.JobRehearsal;
using Rayquest.JobRehearsal.GitHub;
using Rayquest.JobReport.Ledger;
using Rayquest.JobReport.Status;

namespace Rayquest.JobHosts.Tests.StatusSync;

/// <summary>Hours of passes, every five minutes, by a clock that need not be waited for: what GitHub's budgets say to it.</summary>
public sealed class StatusHourTests(ITestOutputHelper output)
{
    private static readonly DateTimeOffset T0 = new(2026, 11, 23, 9, 0, 0, TimeSpan.Zero);

    /// <summary>A small one of the same make runs always.</summary>
    [Theory]
    [InlineData(60, 4, 300)]
    public void An_hour_with_changes_in_every_pass_is_told_as_it_comes(int live, int changes, int budget) =>
        Hour(live, changes, budget);

    [Theory]
    [InlineData(5_000, 50, 5_000)]
    public void An_hour_at_five_thousand_jobs(int live, int changes, int budget)
    {
        Needs.FullMatrix();
        Hour(live, changes, budget);
    }

    [Theory]
    [InlineData(40, 8, 60, 12)]
    public void A_storm_is_put_off_and_caught_up(int changed, int merged, int budget, int creations) =>
        Storm(changed, merged, budget, creations);

    [Theory]
    [InlineData(4_000, 1_000, 5_000, 500)]
    [InlineData(4_000, 1_000, 1_000, 500)]
    public void A_storm_of_five_thousand_jobs(int changed, int merged, int budget, int creations)
    {
        Needs.FullMatrix();
        Storm(changed, merged, budget, creations);
    }

    private void Hour(int live, int changes, int budget)
    {
        using var scene = new Scene(live, 0, budget, 500);
        var watch = Stopwatch.StartNew();
        var owed = 0;
        var reported = 0;
        for (var pass = 0; pass < 12; pass++)
        {
            for (var i = 0; i < changes; i++)
            {
                scene.End((pass * changes) + i, pass);
            }

            var result = scene.Pass(pass + 1);
            reported += result.PullsReported;
            owed = result.PullsPending;
        }

        output.WriteLine(
            $"{live} live, {changes} changed in each of 12 passes: {scene.GitHub.Calls.Count} calls within the hour of {budget}, {reported} reports, {watch.Elapsed.TotalSeconds:0} s of real time"
        );
        scene.GitHub.Calls.ShouldAllBe(call => call.Status < 300);
        scene.GitHub.BusiestHour.ShouldBeLessThanOrEqualTo(budget);
        owed.ShouldBe(0);
        reported.ShouldBe(12 * changes);
        // One call changes a pull request, another looks at twenty.
        scene.Calls.ShouldBeLessThanOrEqualTo(reported + (12 * ((changes + 19) / 20)) + 1);
        scene.AllIsTold();
    }

    private void Storm(int changed, int merged, int budget, int creations)
    {
        using var scene = new Scene(changed, merged, budget, creations);
        var watch = Stopwatch.StartNew();
        for (var number = 0; number < changed; number++)
        {
            scene.End(number, 0);
        }

        var passes = 0;
        var owed = int.MaxValue;
        var most = 0;
        var limit = 12 * 24;
        while (owed > 0 && passes < limit)
        {
            var result = scene.Pass(++passes);
            // Put off, never dropped: what is owed only goes down.
            result.PullsPending.ShouldBeLessThanOrEqualTo(owed);
            owed = result.PullsPending;
            most = Math.Max(most, owed);
        }

        var took = scene.GitHub.Clock.GetUtcNow() - T0;
        output.WriteLine(
            $"{changed} changed and {merged} merged at once, {budget} calls an hour: told within {took.TotalHours.ToString("0.0", CultureInfo.InvariantCulture)} h in {passes} passes, {scene.GitHub.Calls.Count} calls, busiest hour {scene.GitHub.BusiestHour} calls and {scene.GitHub.BusiestHourOfCreations} creations, {watch.Elapsed.TotalSeconds:0} s of real time"
        );
        most.ShouldBeGreaterThan(0);
        owed.ShouldBe(0);
        // GitHub never had to say no.
        scene.GitHub.Calls.ShouldAllBe(call => call.Status < 300);
        scene.GitHub.BusiestHour.ShouldBeLessThanOrEqualTo(budget);
        scene.GitHub.BusiestHourOfCreations.ShouldBeLessThanOrEqualTo(creations);
        scene.AllIsTold();
    }

    /// <summary>Running jobs whose pull requests have been told, and merged ones that nobody has been told about.</summary>
    private sealed class Scene : IDisposable
    {
        private readonly TemporaryFolder folder = new();
        private readonly GitRepository repository;
        private readonly LedgerStore ledger;
        private readonly PlainCluster cluster = new();
        private readonly int budget;
        private readonly int creations;
        private readonly int total;
        private const string Started = """
            "startTime":"2026-11-23T07:00:00Z","rayClusterName":"c1"
            """;

        public Scene(int running, int merged, int budget, int creations)
        {
            this.budget = budget;
            this.creations = creations;
            total = running + merged;
            GitHub = EmulatedGitHub.Start(
                folder.Child("origin"),
                new EmulatedGitHubOptions
                {
                    Clock = new RehearsalClock(T0),
                    RateLimit = budget,
                    CreationLimit = creations,
                }
            );
            var alice = GitHub.AddUser("alice");
            var commit = GitHub.Push(alice, "main", "Begin", new Dictionary<string, string?> { ["README.md"] = "x" });
            var sha = commit.ToString();
            repository = GitRepository.InitBare(folder.Child("ledger.git"));
            ledger = new LedgerStore(repository, new LedgerStoreOptions { Remote = null, Time = GitHub.Clock });
            var records = new List<JobRecord>();
            var kept = new List<(string Path, byte[] Bytes)>();
            for (var number = 0; number < total; number++)
            {
                var pull = GitHub.PastPull(alice, $"Job {number}", commit).Number;
                var comment = GitHub.Comment(GitHub.Bot, pull, "<!-- rayquest:review v1 -->\nreviewed\n").Id;
                var record = new JobRecord(
                    "vision",
                    Name(number),
                    "RayJob",
                    "ray-vision",
                    [
                        new MergedFacts
                        {
                            Pull = pull,
                            Author = "alice",
                            Request = $"jobs-requests/vision/{Name(number)}.yaml",
                            Sha = sha,
                        }.ToEvent(T0.AddHours(-3)),
                    ]
                );
                cluster.RayJob(Name(number), $$"""{"jobDeploymentStatus":"Running",{{Started}}}""");
                if (number < running)
                {
                    GitHub.Label(pull, "ray/running");
                    var state = new JobState(JobPhase.Running)
                    {
                        Since = T0.AddHours(-2),
                        RayClusterName = "c1",
                        Uid = "u1",
                    };
                    var seen = StateEvent.Of(record, state, T0.AddHours(-1));
                    var deployment = GitHub.Deploy(GitHub.Bot, sha, "ray/vision", $"ray:{Name(number)}").Id;
                    record = record.With(
                        seen,
                        new LedgerEvent(seen.At, EventKind.Reported, state.Fingerprint),
                        new GitHubObjectRef(comment, $"IC_{comment}").ToEvent(T0.AddHours(-2), "comment"),
                        new GitHubObjectRef(deployment, $"DE_{deployment}").ToEvent(T0.AddHours(-2), "deployment")
                    );
                    kept.Add(($"comments/{pull}.md", "<!-- rayquest:review v1 -->\nreviewed\n"u8.ToArray()));
                }

                records.Add(record);
            }

            ledger.Commit(records, "begin", _ => kept);
            GitHub.ForgetCalls();
        }

        public EmulatedGitHub GitHub { get; }
        public int Calls => GitHub.Calls.Count;

        /// <summary>The job has succeeded a minute before that pass.</summary>
        public void End(int number, int pass) =>
            cluster.RayJob(
                Name(number),
                $$"""{"jobDeploymentStatus":"Complete","jobStatus":"SUCCEEDED","succeeded":1,"endTime":"{{LedgerEvent.Time(
                    T0.AddMinutes((5 * pass) + 4)
                )}}",{{Started}}}"""
            );

        public StatusPassResult Pass(int number)
        {
            var due = T0.AddMinutes(5 * number);
            if (due > GitHub.Clock.GetUtcNow())
            {
                GitHub.Clock.Advance(due - GitHub.Clock.GetUtcNow());
            }

            using var client = GitHub.Client();
            return new StatusPass(
                new ClusterReader(cluster, new ClusterReaderOptions { ArgoCdNamespace = null }),
                cluster,
                ledger,
                new GitHubStatusSink(client, new GitHubStatusSinkOptions { Reserve = Math.Min(150, budget / 4) }),
                new StatusPassOptions { Time = GitHub.Clock, MostCreated = creations * 4 / 5 }
            ).Run();
        }

        /// <summary>Every pull request has one comment with its job's present cluster in the ledger behind it, and one label.</summary>
        public void AllIsTold()
        {
            var view = ledger.Read().View;
            view.Runs.Length.ShouldBe(total);
            view.Runs.ShouldAllBe(run => !run.HasUnreportedState);
            GitHub.Comments.Count.ShouldBe(total);
            GitHub.Deployments.Count.ShouldBe(total);
            var bodies = GitHub.Comments.ToDictionary(comment => comment.Issue, comment => comment.Body);
            var deployments = GitHub.Deployments.ToDictionary(item => item.Task, StringComparer.Ordinal);
            foreach (var run in view.Runs.Where(run => run.States.Length > 1 || run.Deployment is null))
            {
                var pull = run.Merged!.Pull;
                var word = run.LastState!.Phase == JobPhase.Succeeded ? "succeeded" : "running";
                bodies[pull].ShouldContain($"**{word}**");
                GitHub.LabelsOf(pull).ShouldBe([$"ray/{word}"]);
                deployments[$"ray:{run.Record.Name}"]
                    .Statuses.Select(status => status.State)
                    .ShouldBe([word == "running" ? "in_progress" : "success"]);
            }

            ReportLease.Read(ledger.Text(ledger.Read(), ReportLease.File)).Holder.ShouldBeEmpty();
        }

        public void Dispose()
        {
            repository.Dispose();
            GitHub.Dispose();
            folder.Dispose();
        }

        private static string Name(int number) => string.Create(CultureInfo.InvariantCulture, $"a-{number:00000}");
    }
}
