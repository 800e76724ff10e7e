using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.GitHub;
using Rayquest.JobHosts.LedgerBranch;
using Rayquest.JobReport.Ledger;
using Rayquest.JobReport.Status;

namespace Rayquest.Adversary.Tests.Delivery;

/// <summary>The ledger must not grow when nothing happens, and what a run fetches must not grow with the years.</summary>
[Hole(28)]
public sealed class LedgerGrowthTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 9, 0, 0, TimeSpan.Zero);

    private static JobRecord Run(string team, string name, int pull, DateTimeOffset merged, params JobState[] states)
    {
        JobRecord record = new(
            team,
            name,
            "RayJob",
            $"ray-{team}",
            [
                new MergedFacts
                {
                    Pull = pull,
                    Author = "alice",
                    Request = $"jobs-requests/{team}/{name}.yaml",
                    Sha = "4c1f0c0f0e7fbd0e9bd50f6ab2d1bca5a42ef6f3",
                    Manifest = $"jobs/{team}/{name}.yaml",
                    Approvers = ["bob"],
                    Gpus = ImmutableSortedDictionary<string, int>.Empty.Add("a100", 4),
                }.ToEvent(merged),
            ]
        );
        foreach (JobState state in states)
        {
            LedgerEvent item = StateEvent.Of(record, state, state.Since!.Value);
            record = record.With(item, new LedgerEvent(item.At, EventKind.Reported, state.Fingerprint));
        }

        return record.With(new GitHubObjectRef(77, "IC_77").ToEvent(merged, "comment"));
    }

    private static JobRecord Ended(string team, string name, int pull, DateTimeOffset merged) =>
        Run(
                team,
                name,
                pull,
                merged,
                new JobState(JobPhase.Queued)
                {
                    Since = merged.AddMinutes(1),
                    Uid = "u",
                    Message = "no room",
                },
                new JobState(JobPhase.Running)
                {
                    Since = merged.AddHours(1),
                    Started = merged.AddHours(1),
                    Uid = "u",
                    RayClusterName = "c",
                },
                new JobState(JobPhase.Failed)
                {
                    Since = merged.AddHours(3),
                    Started = merged.AddHours(1),
                    IsFinal = true,
                    Reason = "AppFailed",
                    Message = "exit 1",
                    Uid = "u",
                }
            )
            .With(new LedgerEvent(merged.AddHours(4), EventKind.Archived, "sha"));

    [Fact]
    public void A_pass_that_finds_nothing_new_leaves_no_trace()
    {
        using LedgerStage stage = new();
        stage.Pass();
        ObjectId head = stage.GitHub.Git.Resolve("refs/heads/ledger");
        for (int hour = 0; hour < 6; hour++)
        {
            stage.GitHub.Push(
                stage.Alice,
                "main",
                "Of no concern",
                new Dictionary<string, string?> { ["README.md"] = hour.ToString(CultureInfo.InvariantCulture) }
            );
            stage.Pass();
        }

        stage.GitHub.Git.Resolve("refs/heads/ledger").ShouldBe(head);
    }

    [Fact]
    public void What_ended_months_ago_is_put_together_and_nothing_that_counts_is_lost()
    {
        using LedgerStage stage = new();
        using GitHubClient client = stage.GitHub.Client();
        LedgerStore store = stage.Ledger(client);
        List<JobRecord> records =
        [
            Ended("vision", "old-00001", 1, new DateTimeOffset(2025, 12, 31, 23, 0, 0, TimeSpan.Zero)),
            Ended("vision", "old-00002", 1, new DateTimeOffset(2026, 3, 4, 5, 0, 0, TimeSpan.Zero)),
            Ended("nlp", "old-00003", 2, new DateTimeOffset(2026, 3, 5, 5, 0, 0, TimeSpan.Zero)),
            // October is the month before this one: it stays, and so does what is not over.
            Ended("vision", "new-00004", 2, new DateTimeOffset(2026, 10, 1, 0, 0, 0, TimeSpan.Zero)),
            Run(
                "vision",
                "live-00005",
                3,
                new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero),
                new JobState(JobPhase.Running) { Since = new DateTimeOffset(2026, 1, 2, 0, 0, 0, TimeSpan.Zero) }
            ),
        ];
        store.Commit(
            records,
            "begin",
            _ => [.. new[] { 1, 2, 3 }.Select(pull => ($"comments/{pull}.md", "reviewed"u8.ToArray()))]
        );
        LedgerView before = store.Read().View;

        store.Compact(Now).ShouldBe(3);

        LedgerSnapshot after = store.Read();
        stage
            .GitHub.Git.ListTree(after.Head!)
            .Select(entry => entry.Path)
            .ShouldBe([
                ".nojekyll",
                // The pull request of the two that are gone; the second one's has a run left.
                "comments/2.md",
                "comments/3.md",
                "finished/2026/01/vision.jsonl",
                "finished/2026/03/nlp.jsonl",
                "finished/2026/03/vision.jsonl",
                "finished/2026/summary.json",
                "ledger/vision/live-00005.json",
                "ledger/vision/new-00004.json",
            ]);
        after.View.GpuUse(Now).ShouldBe(before.GpuUse(Now));
        store.ReadRecent().View.GpuUse(Now).ShouldBe(before.GpuUse(Now));
        store.ReadRecent().Records.Count.ShouldBe(2);
        store.ReadInPortions().Sum(portion => portion.Count).ShouldBe(5);
        foreach (JobRun was in before.Runs)
        {
            JobRun run = after.View.ById[was.Record.Id];
            run.Merged!.ShouldSatisfyAllConditions(
                facts => facts.Pull.ShouldBe(was.Merged!.Pull),
                facts => facts.Author.ShouldBe("alice"),
                facts => facts.Approvers.ShouldBe(["bob"]),
                facts => facts.Request.ShouldBe(was.Merged!.Request)
            );
            Same(run, was);
        }

        LedgerCheck.Verify(store.Files(), Now).ShouldBeEmpty();
        store.Compact(Now).ShouldBe(0);
        store.ReadRecent().Head.ShouldBe(after.Head);

        // The month after, what was left joins what is there.
        store.Compact(Now.AddMonths(1)).ShouldBe(1);
        store.Read().View.GpuUse(Now).ShouldBe(before.GpuUse(Now));
    }

    private static void Same(JobRun run, JobRun was)
    {
        run.RunningTimes.ShouldBe(was.RunningTimes);
        run.EndedAt.ShouldBe(was.EndedAt);
        run.ArchivedAt.ShouldBe(was.ArchivedAt);
        run.WithdrawnAt.ShouldBe(was.WithdrawnAt);
        run.MergedAt.ShouldBe(was.MergedAt);
        run.IsLive.ShouldBe(was.IsLive);
        (run.LastState?.Phase, run.LastState?.Reason, run.LastState?.Attempt).ShouldBe(
            (was.LastState?.Phase, was.LastState?.Reason, was.LastState?.Attempt)
        );
    }

    [Fact]
    public void A_line_tells_when_it_ran_as_the_record_did_whatever_happened_to_it()
    {
        JobPhase[] phases = Enum.GetValues<JobPhase>();
        for (int seed = 0; seed < 2000; seed++)
        {
            Random random = new(seed);
            DateTimeOffset at = Now;
            List<JobState> states = [];
            for (int count = random.Next(8); count >= 0; count--)
            {
                at = at.AddMinutes(random.Next(1, 500));
                JobPhase phase = phases[random.Next(phases.Length)];
                states.Add(
                    new JobState(phase)
                    {
                        Since = at,
                        Started = random.Next(2) == 0 ? null : at.AddMinutes(-random.Next(60)),
                        Attempt = random.Next(1, 4),
                        IsFinal = phase is JobPhase.Succeeded or JobPhase.Failed or JobPhase.Stopped,
                        Reason = random.Next(2) == 0 ? "" : "AppFailed",
                    }
                );
            }

            JobRecord record = Run("vision", "x-00000", 1, Now, [.. states]);
            record = random.Next(2) == 0 ? record : record.With(new LedgerEvent(at, EventKind.Withdrawn, "sha"));
            JobRecord line = JobRecord.Read(LedgerCompaction.Compact(record).Line()).Record.ShouldNotBeNull();
            Same(JobRun.Of(line), JobRun.Of(record));
            LedgerCompaction.Compact(line).Line().ShouldBe(line.Line(), $"seed {seed}");
        }
    }

    [Fact]
    public void Only_the_last_commit_and_the_files_that_are_read_are_fetched()
    {
        using LedgerStage stage = new();
        using GitHubClient client = stage.GitHub.Client();
        LedgerStore store = stage.Ledger(client);
        store.Commit(
            [Ended("vision", "old-00001", 1, Now.AddMonths(-6)), Ended("vision", "new-00002", 2, Now)],
            "begin",
            _ => [("comments/1.md", "old words"u8.ToArray()), ("status.html", new byte[100_000])]
        );
        store.Compact(Now);
        for (int change = 0; change < 20; change++)
        {
            store.Commit(
                [],
                "more",
                _ => [("status.html", Encoding.UTF8.GetBytes($"page {change}"))],
                alwaysPages: true
            );
        }

        // GitHub knows filters; a plain folder has to be told.
        File.AppendAllText(
            Path.Combine(stage.GitHub.Git.GitDirectory, "config"),
            "[uploadpack]\n\tallowFilter = true\n\tallowAnySHA1InWant = true\n"
        );
        using GitRepository fresh = GitRepository.InitBare(stage.Child("fresh.git"));
        LedgerStore reader = stage.Ledger(client, fresh);
        LedgerSnapshot seen = reader.ReadRecent();
        seen.Records.Keys.ShouldBe(["ledger/vision/new-00002.json"]);
        string[] here = [.. Objects(fresh).Order(StringComparer.Ordinal)];
        ObjectId head = seen.Head!;
        string[] wanted =
        [
            .. stage
                .GitHub.Git.ListTree(head)
                .Where(entry => entry.Path is "ledger/vision/new-00002.json" or "finished/2026/summary.json")
                .Select(entry => entry.Id.ToString()),
        ];
        stage
            .GitHub.Git.ListTree(head)
            .Select(entry => entry.Id.ToString())
            .Intersect(here)
            .ShouldBe(wanted, ignoreOrder: true);
        // One commit, and the folders: root, ledger, ledger/vision, finished, a year, a month.
        here.Length.ShouldBeLessThanOrEqualTo(wanted.Length + 1 + 7);
        reader.Read().Records.Count.ShouldBe(2);
        reader.Text(seen, "status.html").ShouldBe("page 19");
        Objects(fresh).Count.ShouldBe(here.Length + 2);
    }

    private static List<string> Objects(GitRepository repository)
    {
        using System.Diagnostics.Process git = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo(
                "git",
                ["-C", repository.GitDirectory, "cat-file", "--batch-all-objects", "--batch-check=%(objectname)"]
            )
            {
                RedirectStandardOutput = true,
            }
        )!;
        string said = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        return [.. said.Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }
}
