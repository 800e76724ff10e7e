using Rayquest.JobModel.Repository;
using Rayquest.JobReport.Ledger;
using Rayquest.JobReport.Status;

namespace Rayquest.JobReport.Tests.Ledger;

public sealed class LeaseRuleTests
{
    private const string Request = "jobs-requests/vision/dev.yaml";
    private static readonly DateTimeOffset T0 = new(2026, 12, 1, 9, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Ends = T0.AddDays(7);

    [Fact]
    public void It_is_told_a_day_before_its_end_and_once()
    {
        var record = Cluster(TimeSpan.FromDays(7));

        Due(record, Ends.AddDays(-1).AddMinutes(-1)).ShouldBeEmpty();
        var run = Due(record, Ends.AddDays(-1)).ShouldHaveSingleItem();
        Due(record.With(LeaseRule.Reminded(run, Ends.AddDays(-1))), Ends.AddHours(-1)).ShouldBeEmpty();
    }

    [Fact]
    public void A_short_lease_is_told_when_half_of_it_is_over()
    {
        var record = Cluster(TimeSpan.FromHours(4));

        Due(record, T0.AddMinutes(119)).ShouldBeEmpty();
        Due(record, T0.AddHours(2)).ShouldHaveSingleItem();
    }

    [Fact]
    public void Nothing_ends_before_it_was_told_of_and_some_time_passed()
    {
        var record = Cluster(TimeSpan.FromDays(7));
        LeaseRule.EndsAt(JobRun.Of(record)).ShouldBeNull();

        LeaseRule.EndsAt(Reminded(record, Ends.AddDays(-1))).ShouldBe(Ends);
        // Nobody looked for two days.
        LeaseRule.EndsAt(Reminded(record, Ends.AddDays(2))).ShouldBe(Ends.AddDays(2).AddHours(1));
        LeaseRule.HasEnded(Reminded(record, Ends.AddDays(-1)), Ends.AddSeconds(-1)).ShouldBeFalse();
        LeaseRule.HasEnded(Reminded(record, Ends.AddDays(-1)), Ends).ShouldBeTrue();
    }

    [Fact]
    public void A_renewal_is_another_lease_with_a_reminder_of_its_own()
    {
        var reminded = Cluster(TimeSpan.FromDays(7));
        reminded = reminded.With(LeaseRule.Reminded(JobRun.Of(reminded), Ends.AddDays(-1)));
        var renewed = reminded.With(
            (Facts(TimeSpan.FromDays(3)) with { Sha = "m2" }).ToEvent(Ends.AddHours(-2), EventKind.Edited)
        );

        LeaseRule.EndsAt(JobRun.Of(renewed)).ShouldBeNull();
        JobRun.Of(renewed).LeaseEnds.ShouldBe(Ends.AddHours(-2).AddDays(3));
        Due(renewed, Ends).ShouldBeEmpty();
        Due(renewed, Ends.AddDays(2)).ShouldHaveSingleItem();
        LeaseRule.Marker(JobRun.Of(renewed)).ShouldNotBe(LeaseRule.Marker(JobRun.Of(reminded)));
    }

    [Fact]
    public void The_files_go_when_it_has_ended_and_stay_when_main_has_renewed_it()
    {
        var run = Reminded(Cluster(TimeSpan.FromDays(7)), Ends.AddDays(-1));

        Plan(run, "d1", Ends.AddMinutes(-1)).Paths.ShouldBeEmpty();
        // The ledger hasn't heard of the merge that renewed it.
        Plan(run, "d2", Ends).Paths.ShouldBeEmpty();
        var plan = Plan(run, "d1", Ends);
        plan.Paths.ShouldBe([Request, "jobs/vision/dev.yaml"]);
        // It lives, and that is no reason to keep it.
        plan.Confirmed(_ => new ObservedJob
            {
                Kind = "RayCluster",
                Namespace = "ray-vision",
                Name = "dev",
            })
            .Paths.Length.ShouldBe(2);
    }

    [Fact]
    public void The_reminder_says_what_to_do()
    {
        var run = JobRun.Of(Cluster(TimeSpan.FromDays(7)));

        var text = LeaseRule.Reminder(run);

        text.ShouldStartWith(LeaseRule.Marker(run));
        text.ShouldContain("8 Dec 2026 09:00 UTC");
        text.ShouldContain(Request);
        text.ShouldContain("/stop");
    }

    private static IReadOnlyList<JobRun> Due(JobRecord record, DateTimeOffset now) =>
        LeaseRule.Reminders(new LedgerView([record]), now);

    private static JobRun Reminded(JobRecord record, DateTimeOffset at) =>
        JobRun.Of(record.With(LeaseRule.Reminded(JobRun.Of(record), at)));

    private static ArchivePlan Plan(JobRun run, string digest, DateTimeOffset now) =>
        ArchivePlan.Of(
            new LedgerView([run.Record]),
            new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal) { [Request] = ["dev"] },
            _ => digest,
            RequestPath.JobOf,
            new ArchiveLimits(),
            TimeSpan.FromMinutes(10),
            now
        );

    private static MergedFacts Facts(TimeSpan lease) =>
        new()
        {
            Pull = 7,
            Author = "alice",
            Request = Request,
            Sha = "m1",
            Digest = "d1",
            Lease = lease,
        };

    private static JobRecord Cluster(TimeSpan lease)
    {
        var record = new JobRecord("vision", "dev", "RayCluster", "ray-vision", [Facts(lease).ToEvent(T0)]);
        return record.With(
            StateEvent.Of(record, new JobState(JobPhase.Running) { Kind = "RayCluster", Uid = "u" }, T0.AddMinutes(5))
        );
    }
}
