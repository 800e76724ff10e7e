using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.LedgerBranch;
using Rayquest.JobReport.Ledger;
using Rayquest.JobReport.Status;

namespace Rayquest.JobHosts.Tests.LedgerBranch;

public sealed class LedgerStoreTests : IDisposable
{
    private static readonly DateTimeOffset T0 = new(2026, 11, 22, 5, 0, 0, TimeSpan.Zero);
    private readonly TemporaryFolder folder = new();
    private readonly GitRepository remote;

    public LedgerStoreTests() => remote = GitRepository.InitBare(folder.Child("remote.git"));

    public void Dispose()
    {
        remote.Dispose();
        folder.Dispose();
    }

    private LedgerStore Writer(string name, int attempts = 8) =>
        new(
            GitRepository.InitBare(folder.Child(name)),
            new LedgerStoreOptions { Remote = folder.Child("remote.git"), Attempts = attempts }
        );

    private static JobRecord Record(string name, params LedgerEvent[] events) =>
        new(
            "vision",
            name,
            "RayJob",
            "ray-vision",
            [
                new MergedFacts
                {
                    Pull = 7,
                    Author = "alice",
                    Request = "jobs-requests/vision/x.yaml",
                    Sha = "sha",
                }.ToEvent(T0),
                .. events,
            ]
        );

    private static LedgerEvent State(JobPhase phase, int minute) =>
        StateEvent.Of(Record("x-00000"), new JobState(phase) { Since = T0.AddMinutes(minute) }, T0.AddHours(1));

    [Fact]
    public void An_empty_remote_has_an_empty_ledger_and_the_first_commit_makes_the_branch()
    {
        var store = Writer("one");
        store.Read().Head.ShouldBeNull();
        var after = store.Commit(
            [Record("x-00000")],
            "note",
            view => [("status.json", [(byte)'0', (byte)view.Runs.Length])]
        );
        remote.Resolve("refs/heads/ledger").ShouldBe(after.Head!);
        remote
            .ListTree(after.Head!)
            .Select(entry => entry.Path)
            .ShouldBe(["ledger/vision/x-00000.json", "status.json"]);
        remote.ReadFile(after.Head!, "status.json")![1].ShouldBe((byte)1);
        Writer("two").Read().Records.Keys.ShouldBe(["ledger/vision/x-00000.json"]);
    }

    [Fact]
    public void Nothing_new_makes_no_commit()
    {
        var store = Writer("one");
        var first = store.Commit([Record("x-00000")], "note", _ => [("status.json", [1])]);
        store.Commit([Record("x-00000")], "again", _ => [("status.json", [2])]).Head.ShouldBe(first.Head);
        store.Commit([], "nothing").Head.ShouldBe(first.Head);
        store.Commit([], "hourly", _ => [("status.json", [2])], alwaysPages: true).Head.ShouldNotBe(first.Head);
    }

    [Fact]
    public void Two_writers_that_saw_the_same_head_lose_nothing()
    {
        var one = Writer("one");
        var two = Writer("two");
        one.Commit([Record("x-00000")], "merged");
        var seenByOne = one.Read();
        var seenByTwo = two.Read();

        one.Commit([Record("x-00000", State(JobPhase.Running, 10))], "one", seen: seenByOne);
        two.Commit([Record("x-00000", State(JobPhase.Queued, 5)), Record("y-00000")], "two", seen: seenByTwo);

        var all = one.Read();
        all.Records.Count.ShouldBe(2);
        JobRun
            .Of(all.Records["ledger/vision/x-00000.json"])
            .States.Select(state => state.State.Phase)
            .ShouldBe([JobPhase.Queued, JobPhase.Running]);
        var history = all.Head!;
        remote.ReadCommit(history).Parents.Count.ShouldBe(1);
    }

    [Fact]
    public void Many_writers_at_once_end_with_everything_once()
    {
        Writer("zero").Commit([Record("x-00000")], "merged");
        Parallel.For(
            0,
            4,
            new ParallelOptions { MaxDegreeOfParallelism = 4 },
            writer =>
            {
                var store = Writer($"writer-{writer}", attempts: 50);
                for (var round = 0; round < 3; round++)
                {
                    store.Commit(
                        [
                            Record("x-00000", State(JobPhase.Running, (writer * 3) + round)),
                            Record($"w{writer}-0000{round}"),
                        ],
                        "w"
                    );
                }
            }
        );
        var all = Writer("reader").Read();
        all.Records.Count.ShouldBe(13);
        all.Records["ledger/vision/x-00000.json"].Events.Length.ShouldBe(13);
        LedgerCheck.Verify(Writer("checker").Files(), T0.AddDays(1)).ShouldBeEmpty();
    }

    [Fact]
    public void A_branch_that_never_holds_still_is_given_up_with_a_reason()
    {
        var other = Writer("other");
        other.Commit([Record("x-00000")], "merged");
        var store = Writer("one", attempts: 2);
        var round = 0;
        var fault = Should.Throw<GitException>(() =>
            store.Commit(
                [Record("y-00000")],
                "mine",
                _ =>
                {
                    other.Commit([Record($"z-0000{round++}")], "faster");
                    return [];
                }
            )
        );
        fault.Message.ShouldContain("moved 2 times");
        fault.Remedy.ShouldContain("concurrency");
    }

    [Fact]
    public void Files_that_are_no_records_are_told_and_left_alone()
    {
        var store = Writer("one");
        var first = store.Commit(
            [Record("x-00000")],
            "note",
            _ => [("ledger/vision/odd.json", "{}"u8.ToArray()), ("README.md", "hi"u8.ToArray())]
        );
        var read = store.Read();
        read.Unreadable.Single().Path.ShouldBe("ledger/vision/odd.json");
        var after = store.Commit([Record("x-00000", State(JobPhase.Running, 1))], "more");
        remote.ListTree(after.Head!).Count.ShouldBe(3);
        after.Head.ShouldNotBe(first.Head);
    }

    [Fact]
    public void A_remote_that_cannot_be_asked_is_a_fault_not_an_empty_ledger()
    {
        var store = new LedgerStore(
            GitRepository.InitBare(folder.Child("alone")),
            new LedgerStoreOptions { Remote = folder.Child("nowhere.git") }
        );
        Should.Throw<GitException>(() => store.Read());
    }

    [Fact]
    public void Without_a_remote_the_ledger_stays_in_the_repository()
    {
        using var local = GitRepository.InitBare(folder.Child("local"));
        var store = new LedgerStore(local, new LedgerStoreOptions { Remote = null });
        store.Commit([Record("x-00000")], "note");
        store.Read().Records.Count.ShouldBe(1);
        local.Resolve("refs/heads/ledger").ShouldBe(store.Read().Head!);
    }
}
