using System.Collections.Immutable;
using Rayquest.JobReport.Ledger;
using Rayquest.JobReport.Status;

namespace Rayquest.JobReport.Tests.Ledger;

/// <summary>What is called as its request is: it is edited in place, and its name may be asked for again.</summary>
public sealed class KeptNameTests
{
    private static readonly DateTimeOffset T0 = new(2026, 12, 1, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_name_that_is_asked_for_again_begins_another_life()
    {
        var first = Seen(Cluster(T0, "m1", 7), JobPhase.Running, T0.AddHours(1));
        var ended = Seen(
            first.With(new LedgerEvent(T0.AddHours(5), EventKind.Withdrawn, "r1")),
            JobPhase.Stopped,
            T0.AddHours(5)
        );
        JobRun.Of(ended).IsLive.ShouldBeFalse();

        var second = ended.With(Facts("m2", 9).ToEvent(T0.AddDays(2)));

        var run = JobRun.Of(second);
        run.IsLive.ShouldBeTrue();
        run.Merged!.Pull.ShouldBe(9);
        run.LastState.ShouldBeNull();
        run.LeaseEnds.ShouldBe(T0.AddDays(9));
        // The hours of the first life stay.
        run.RunningTimes.Single().ShouldBe(new RunningTime(T0.AddHours(1), T0.AddHours(5)));
        JobRun.Of(Seen(second, JobPhase.Running, T0.AddDays(2).AddHours(1))).RunningTimes.Length.ShouldBe(2);
    }

    [Fact]
    public void An_edit_counts_the_lease_anew_and_keeps_the_pull_request()
    {
        var record = Cluster(T0, "m1", 7)
            .With((Facts("m2", 8) with { Lease = TimeSpan.FromDays(3) }).ToEvent(T0.AddDays(5), EventKind.Edited));

        var run = JobRun.Of(record);

        run.Merged!.Pull.ShouldBe(7);
        run.LeaseEnds.ShouldBe(T0.AddDays(8));
        run.Expectation.LeaseEnds.ShouldBe(T0.AddDays(8));
    }

    [Fact]
    public void History_tells_lives_and_edits_in_their_order_and_twice_the_same()
    {
        AddedJob[] added = [Added(T0, "m1", 7), Added(T0.AddDays(3), "m3", 9)];
        EditedJob[] edited = [new("vision", "dev", T0.AddDays(1), Facts("m2", 8))];
        RemovedJob[] removed = [new("vision", "dev", T0.AddDays(2), "r1", Archive: true)];

        var once = LedgerRebuild.Of(added, removed, [], edited);
        var twice = LedgerRebuild.Of(added, removed, once, edited);

        var run = JobRun.Of(once.Single());
        run.Merged!.Sha.ShouldBe("m3");
        run.Edited.ShouldBeNull();
        run.IsLive.ShouldBeTrue();
        twice.Single().Write().ShouldBe(once.Single().Write());
    }

    [Fact]
    public void A_cluster_whose_lease_has_ended_says_so()
    {
        var record = Seen(Cluster(T0, "m1", 7), JobPhase.Running, T0.AddHours(1))
            .With(new LedgerEvent(T0.AddDays(7).AddHours(1), EventKind.Withdrawn, "r1"));

        var state = JobStateMapper.Of(JobRun.Of(record).Expectation, null, JobContext.None, T0.AddDays(8));

        state.Phase.ShouldBe(JobPhase.Stopped);
        state.Reason.ShouldBe(JobState.LeaseEnded);
        StateText.Timeless(state).Line.ShouldBe("stopped (its lease has ended)");
    }

    private static AddedJob Added(DateTimeOffset at, string sha, int pull) =>
        new("vision", "RayCluster", "ray-vision", "dev", at, Facts(sha, pull));

    private static MergedFacts Facts(string sha, int pull) =>
        new()
        {
            Pull = pull,
            Author = "alice",
            Request = "jobs-requests/vision/dev.yaml",
            Sha = sha,
            Lease = TimeSpan.FromDays(7),
            Gpus = new Dictionary<string, int> { ["l4"] = 1 }.ToImmutableSortedDictionary(StringComparer.Ordinal),
        };

    private static JobRecord Cluster(DateTimeOffset at, string sha, int pull) =>
        new("vision", "dev", "RayCluster", "ray-vision", [Facts(sha, pull).ToEvent(at)]);

    private static JobRecord Seen(JobRecord record, JobPhase phase, DateTimeOffset at) =>
        record.With(
            StateEvent.Of(
                record,
                new JobState(phase)
                {
                    Kind = record.Kind,
                    Since = at,
                    Uid = "u",
                    IsFinal = phase == JobPhase.Stopped,
                },
                at
            )
        );
}
