using System.Collections.Immutable;
using System.Text;
using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.LedgerBranch;
using Rayquest.JobHosts.StatusSync;
using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Quantities;
using Rayquest.JobReport.Ledger;
using Rayquest.JobReport.Status;

namespace Rayquest.JobHosts.Tests.StatusSync;

public sealed class MainHistoryTests : IDisposable
{
    private static readonly DateTimeOffset T0 = new(2026, 11, 22, 5, 0, 0, TimeSpan.Zero);
    private readonly TemporaryFolder folder = new();
    private readonly GitRepository repository;
    private readonly Clock clock = new(T0);
    private readonly List<string> asked = [];

    public MainHistoryTests() => repository = GitRepository.InitBare(folder.Child("repository.git"));

    public void Dispose()
    {
        repository.Dispose();
        folder.Dispose();
    }

    private LedgerStore Ledger => new(repository, new LedgerStoreOptions { Remote = null, Time = clock });

    private MainHistory History(MergedPull? known = null) =>
        new(
            repository,
            commit =>
            {
                asked.Add(commit.Short);
                return known;
            }
        );

    private static byte[] Rendered(string request, params string[] names)
    {
        var body = string.Join(
            "---\n",
            names.Select(name =>
                $"apiVersion: ray.io/v1\nkind: RayJob\nmetadata:\n  name: {name}\n  namespace: ray-vision\nspec:\n  activeDeadlineSeconds: 3600\n  preRunningDeadlineSeconds: 600\n  ttlSecondsAfterFinished: 300\n"
            )
        );
        body = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: code\n---\n" + body;
        var header = new JobHeader(
            request,
            "r",
            JobHeader.Digest(Encoding.UTF8.GetBytes(body)),
            "alice",
            [.. names.Select(name => new HeaderJob(name, 3600))],
            new ResourceDemand(
                names.Length,
                GpuCounts.None.With("a100", 4 * names.Length),
                Quantity.FromInteger(8),
                Quantity.FromInteger(64),
                12.5 * names.Length
            )
        );
        return Encoding.UTF8.GetBytes(header.Write() + body);
    }

    private ObjectId Commit(string message, params (string Path, byte[]? Bytes)[] files)
    {
        clock.Now += TimeSpan.FromMinutes(1);
        var head = repository.TryResolve("refs/heads/main");
        var signature = new Signature("Alice", "alice@example.com", clock.Now);
        var commit = repository.WriteCommit(
            repository.WriteTree(head, [.. files.Select(file => new TreeEdit(file.Path, file.Bytes))]),
            head is { } parent ? [parent] : [],
            signature,
            signature,
            message
        );
        repository.UpdateReference("refs/heads/main", commit, head).ShouldBe(ReferenceUpdate.Updated);
        return commit;
    }

    private static (string, byte[]?) Request(string name, bool there = true) =>
        ($"jobs-requests/vision/{name}.yaml", there ? Encoding.UTF8.GetBytes($"name: {name}\n") : null);

    private static (string, byte[]?) Job(string name, params string[] names) =>
        ($"jobs/vision/{name}.yaml", names.Length == 0 ? null : Rendered($"jobs-requests/vision/{name}.yaml", names));

    [Fact]
    public void What_was_merged_replaced_and_taken_back_is_noted_once()
    {
        Commit("Begin", ("README.md", "x"u8.ToArray()));
        Commit("Merge pull request #7 from alice/resnet\n\nTrain", Request("resnet"), Job("resnet", "resnet-00000"));
        var first = History().CatchUp(Ledger, repository.Resolve("refs/heads/main"));
        var run = first.View.Runs.Single();
        run.Record.Path.ShouldBe("ledger/vision/resnet-00000.json");
        run.Merged!.ShouldSatisfyAllConditions(
            facts => facts.Pull.ShouldBe(7),
            facts => facts.Author.ShouldBe("Alice"),
            facts => facts.Gpus["a100"].ShouldBe(4),
            facts => facts.MaxCost.ShouldBe(12.5m),
            facts => facts.Timeout.ShouldBe(TimeSpan.FromHours(1)),
            facts => facts.QueueTimeout.ShouldBe(TimeSpan.FromMinutes(10)),
            facts => facts.Keep.ShouldBe(TimeSpan.FromMinutes(5))
        );
        History().CatchUp(Ledger, repository.Resolve("refs/heads/main")).Head.ShouldBe(first.Head);

        Commit("Change resnet (#8)", Request("resnet"), Job("resnet", "resnet-11111"));
        Commit("Sweep (#9)", Request("sweep"), Job("sweep", "sweep-00001", "sweep-00002"));
        Commit("Unrelated", ("docs/x.md", "y"u8.ToArray()));
        Commit("Stop it (#10)", Request("resnet", there: false), Job("resnet"));
        var second = History().CatchUp(Ledger, repository.Resolve("refs/heads/main"));
        second
            .View.Runs.Select(item => (item.Record.Name, item.Merged!.Pull, item.WithdrawnAt is not null))
            .ShouldBe([
                ("resnet-00000", 7, true),
                ("resnet-11111", 8, true),
                ("sweep-00001", 9, false),
                ("sweep-00002", 9, false),
            ]);
        second.View.Runs[1].Merged!.Replaces.ShouldBe("resnet-00000");
        second.View.Runs[2].Merged!.Gpus["a100"].ShouldBe(4);
        LedgerCheck.Verify(Ledger.Files(), clock.Now).ShouldBeEmpty();
    }

    [Fact]
    public void A_lost_ledger_comes_back_the_same()
    {
        Commit("Merge pull request #7 from alice/resnet", Request("resnet"), Job("resnet", "resnet-00000"));
        Commit("Change (#8)", Request("resnet"), Job("resnet", "resnet-11111"));
        var head = repository.Resolve("refs/heads/main");
        var pull = new MergedPull(12, "alice", ["bob"]);
        var before = History(pull)
            .CatchUp(Ledger, head)
            .Records.Values.Select(record => Encoding.UTF8.GetString(record.Write()))
            .ToArray();

        repository.DeleteReference("refs/heads/ledger", repository.Resolve("refs/heads/ledger"));
        History(pull)
            .CatchUp(Ledger, head)
            .Records.Values.Select(record => Encoding.UTF8.GetString(record.Write()))
            .ShouldBe(before);
        var whole = History(pull).CatchUp(Ledger, head, new HistoryScope(null, _ => true));
        whole.Records.Values.Select(record => Encoding.UTF8.GetString(record.Write())).ShouldBe(before);
        whole.View.Runs[0].Merged!.Approvers.ShouldBe(["bob"]);
    }

    [Fact]
    public void A_rendering_that_came_after_the_merge_belongs_to_the_pull_request_that_brought_the_request()
    {
        Commit("Merge pull request #21 from mallory/patch", Request("resnet"));
        Commit("Merge pull request #22 from bob/other", Request("other"));
        Commit(
            "Render the merged requests\n\nThese files are what the merged requests render to.",
            Job("resnet", "resnet-00000"),
            Job("other", "other-00000")
        );
        var view = History().CatchUp(Ledger, repository.Resolve("refs/heads/main")).View;
        view.Runs.Select(run => (run.Record.Name, run.Merged!.Pull))
            .ShouldBe([("other-00000", 22), ("resnet-00000", 21)]);
    }

    [Fact]
    public void A_hand_written_file_without_our_header_is_no_job()
    {
        Commit(
            "Smuggle",
            ("jobs/vision/x.yaml", "kind: RayJob\nmetadata: {name: x}\n"u8.ToArray()),
            ("jobs/loose.yaml", Rendered("r", "y-00000"))
        );
        History().CatchUp(Ledger, repository.Resolve("refs/heads/main")).Records.ShouldBeEmpty();
        asked.ShouldBeEmpty();
    }

    private void End(string name, JobPhase phase, DateTimeOffset ended)
    {
        var record = Ledger.Read().Records[JobRecord.PathOf("vision", name)];
        Ledger.Commit(
            [
                record.With(
                    StateEvent.Of(
                        record,
                        new JobState(phase) { Since = ended, IsFinal = phase != JobPhase.Running },
                        ended
                    )
                ),
            ],
            "state"
        );
    }

    private Archiver Archiver(ArchiveLimits? limits = null) =>
        new(
            repository,
            Ledger,
            new PlainCluster(),
            new ArchiverOptions
            {
                Remote = null,
                Time = clock,
                Limits = limits ?? new ArchiveLimits(),
            }
        );

    [Fact]
    public void Finished_jobs_leave_main_after_their_keep_and_never_too_many_at_once()
    {
        for (var number = 0; number < 8; number++)
        {
            Commit($"Ask (#{number + 1})", Request($"job{number}"), Job($"job{number}", $"job{number}-00000"));
        }

        History().CatchUp(Ledger, repository.Resolve("refs/heads/main"));
        var ended = clock.Now;
        for (var number = 0; number < 6; number++)
        {
            End($"job{number}-00000", number == 5 ? JobPhase.Running : JobPhase.Succeeded, ended.AddSeconds(number));
        }

        clock.Now = ended.AddMinutes(4);
        Archiver().Run().Commit.ShouldBeNull();

        clock.Now = ended.AddMinutes(20);
        var (commit, plan) = Archiver().Run();
        plan.Runs.Select(run => run.Record.Name).ShouldBe(["job0-00000", "job1-00000"]);
        plan.Waiting.ShouldBe(3);
        repository.ListTree(commit!, "jobs/", "jobs-requests/").Count.ShouldBe(12);
        Ledger.Read().View.Runs.Count(run => run.ArchivedAt is not null).ShouldBe(2);

        // Its own commit, read from history again, says nothing new.
        var events = Ledger.Read().Records.Values.Sum(record => record.Events.Length);
        History()
            .CatchUp(Ledger, repository.Resolve("refs/heads/main"))
            .Records.Values.Sum(record => record.Events.Length)
            .ShouldBe(events);

        var all = Archiver(new ArchiveLimits(50, 100)).Run().Plan;
        all.Runs.Length.ShouldBe(3);
        repository.ListTree(repository.Resolve("refs/heads/main"), "jobs/").Count.ShouldBe(3);
        Archiver(new ArchiveLimits(50, 100)).Run().Commit.ShouldBeNull();
    }

    [Fact]
    public void Killed_between_the_commit_and_its_note_the_next_pass_learns_it_from_history()
    {
        Commit("Ask (#1)", Request("a"), Job("a", "a-00000"));
        History().CatchUp(Ledger, repository.Resolve("refs/heads/main"));
        End("a-00000", JobPhase.Failed, clock.Now);
        clock.Now += TimeSpan.FromHours(1);
        var before = repository.Resolve("refs/heads/ledger");
        Archiver().Run().Commit.ShouldNotBeNull();
        repository.UpdateReference("refs/heads/ledger", before, repository.Resolve("refs/heads/ledger"));

        History()
            .CatchUp(Ledger, repository.Resolve("refs/heads/main"))
            .View.Runs.Single()
            .ArchivedAt.ShouldNotBeNull();
        Archiver().Run().Commit.ShouldBeNull();
    }

    [Fact]
    public void A_sweep_goes_when_all_of_it_has_finished_and_the_unknown_never_goes()
    {
        Commit("Ask (#1)", Request("sweep"), Job("sweep", "sweep-00001", "sweep-00002"));
        History().CatchUp(Ledger, repository.Resolve("refs/heads/main"));
        Commit("Behind our back", Request("odd"), Job("odd", "odd-00000"));
        End("sweep-00001", JobPhase.Succeeded, clock.Now);
        clock.Now += TimeSpan.FromHours(1);
        Archiver().Run().Commit.ShouldBeNull();
        End("sweep-00002", JobPhase.Stopped, clock.Now);
        clock.Now += TimeSpan.FromHours(1);
        Archiver().Run().Plan.Paths.ShouldBe(["jobs-requests/vision/sweep.yaml", "jobs/vision/sweep.yaml"]);
    }
}
