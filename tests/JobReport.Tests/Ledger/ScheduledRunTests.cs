using System.Collections.Immutable;
using Rayquest.JobReport.Ledger;
using Rayquest.JobReport.Status;

namespace Rayquest.JobReport.Tests.Ledger;

public sealed class ScheduledRunTests
{
    private static readonly DateTimeOffset T0 = new(2026, 12, 1, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Runs_of_our_schedules_become_runs_of_their_request()
    {
        var schedule = Schedule("nightly");

        var plan = Plan(
            [schedule],
            Cron("nightly", "u1"),
            Run("nightly-1", "nightly", "u1", 2, "Complete", "SUCCEEDED"),
            Run("nightly-2", "nightly", "u1", 1, "Running", "RUNNING"),
            // Of the schedule that had the name before, and of one that is none of ours.
            Run("nightly-0", "nightly", "u0", 0, "Running", "RUNNING"),
            Run("other-1", "other", "u2", 1, "Running", "RUNNING")
        );

        plan.Changes.Select(item => item.Run.Record.Name).ShouldBe(["nightly", "nightly-2", "nightly-1"]);
        plan.Unknown.ShouldBeEmpty();
        var run = plan.Changes[2].Run;
        run.ScheduledBy.ShouldBe("nightly");
        run.Merged!.Pull.ShouldBe(7);
        run.Merged.Request.ShouldBe("jobs-requests/vision/nightly.yaml");
        run.MergedAt.ShouldBe(T0.AddMinutes(2));
        run.Gpus["l4"].ShouldBe(2);
    }

    [Fact]
    public void The_runs_use_the_GPUs_and_the_schedule_holds_none()
    {
        var schedule = Told(Schedule("nightly"), new JobState(JobPhase.Running) { Since = T0 });
        var run = Told(
            ScheduledRun
                .Of(
                    Run("nightly-1", "nightly", "u1", 0, "Running", "RUNNING"),
                    new Dictionary<string, JobRun> { ["ray-vision/nightly"] = JobRun.Of(schedule) },
                    Snapshot(Cron("nightly", "u1"))
                )!
                .Record,
            new JobState(JobPhase.Running) { Since = T0 }
        );

        var view = new LedgerView([schedule, run]);

        view.GpuHoursThisMonth("vision", "l4", T0.AddHours(3)).ShouldBe(6, 0.001);
        view.RunsOf(JobRun.Of(schedule)).Single().Record.Name.ShouldBe("nightly-1");
    }

    [Fact]
    public void The_schedule_says_when_it_runs_next_and_how_the_last_runs_ended()
    {
        var schedule = JobRun.Of(Told(Schedule("nightly"), new JobState(JobPhase.Running) { Reason = "Scheduled" }));
        JobRun[] runs =
        [
            .. Enumerable
                .Range(1, 6)
                .Select(hour =>
                    JobRun.Of(
                        Told(
                            new JobRecord(
                                "vision",
                                $"nightly-{hour}",
                                "RayJob",
                                "ray-vision",
                                [(Facts() with { ScheduledBy = "nightly" }).ToEvent(T0.AddHours(hour))]
                            ),
                            new JobState(hour == 6 ? JobPhase.Failed : JobPhase.Succeeded) { IsFinal = true }
                        )
                    )
                ),
        ];

        var words = RunText.Of(
            schedule,
            schedule.LastState!,
            LedgerView.ScheduledRunsOf(schedule, runs),
            T0.AddHours(7)
        );

        words.Line.ShouldBe(
            "scheduled; next run 1 Dec 19:30 UTC (2 Dec 03:30 in Asia/Shanghai); last runs: failed, succeeded, succeeded, succeeded, succeeded"
        );
        var section = StatusComment
            .Section([schedule, .. runs], ImmutableDictionary<string, LogTail>.Empty, new StatusLinks(), T0.AddHours(7))
            .ToString();
        section.ShouldContain("| Run | Due | State |");
        section.ShouldContain("nightly-2");
        section.ShouldNotContain("nightly-1`");
    }

    [Fact]
    public void The_runs_of_a_schedule_that_was_taken_back_are_stopped_with_it()
    {
        var schedule = Schedule("nightly").With(new LedgerEvent(T0.AddHours(1), EventKind.Withdrawn, "sha2"));
        var run = Told(
            new JobRecord(
                "vision",
                "nightly-1",
                "RayJob",
                "ray-vision",
                [(Facts() with { ScheduledBy = "nightly" }).ToEvent(T0)]
            ),
            new JobState(JobPhase.Running) { Uid = "x" }
        );

        var plan = StatusPlan.Of(
            new LedgerView([schedule, run]),
            new ClusterSnapshot
            {
                KindsListed = new HashSet<string> { "RayJob", "RayCronJob" },
                RunsListed = true,
            },
            team => team,
            T0.AddHours(2)
        );

        plan.Changes.Single(item => item.Run.Record.Name == "nightly-1").Change.After.Phase.ShouldBe(JobPhase.Stopped);

        // What was not listed has not gone.
        StatusPlan
            .Of(
                new LedgerView([schedule, run]),
                new ClusterSnapshot
                {
                    KindsListed = new HashSet<string> { "RayJob", "RayCronJob" },
                },
                team => team,
                T0.AddHours(2)
            )
            .Changes.ShouldNotContain(item => item.Run.Record.Name == "nightly-1");
    }

    private static StatusPlan Plan(JobRecord[] records, params ObservedJob[] observed) =>
        StatusPlan.Of(new LedgerView(records), Snapshot(observed), team => team, T0.AddHours(1));

    private static ClusterSnapshot Snapshot(params ObservedJob[] observed) =>
        new()
        {
            Jobs = observed.Where(job => job.StartedBy is null).ToDictionary(Key),
            Runs = observed.Where(job => job.StartedBy is not null).ToDictionary(Key),
            RunsListed = true,
            KindsListed = new HashSet<string> { "RayJob", "RayCronJob" },
        };

    private static string Key(ObservedJob job) => ClusterSnapshot.Key(job.Kind, job.Namespace, job.Name);

    private static MergedFacts Facts() =>
        new()
        {
            Pull = 7,
            Author = "alice",
            Request = "jobs-requests/vision/nightly.yaml",
            Sha = "sha1",
            Schedule = "30 3 * * *",
            TimeZone = "Asia/Shanghai",
            Gpus = new Dictionary<string, int> { ["l4"] = 2 }.ToImmutableSortedDictionary(StringComparer.Ordinal),
        };

    private static JobRecord Schedule(string name) =>
        new("vision", name, "RayCronJob", "ray-vision", [Facts().ToEvent(T0)]);

    private static JobRecord Told(JobRecord record, JobState state) =>
        record.With(StateEvent.Of(record, state, T0.AddHours(6.5)));

    private static ObservedJob Cron(string name, string uid) =>
        new()
        {
            Kind = "RayCronJob",
            Namespace = "ray-vision",
            Name = name,
            Uid = uid,
        };

    private static ObservedJob Run(
        string name,
        string owner,
        string uid,
        double minute,
        string deployment,
        string status
    ) =>
        new()
        {
            Kind = "RayJob",
            Namespace = "ray-vision",
            Name = name,
            Uid = $"uid-{name}",
            StartedBy = new ScheduleOwner(owner, uid, T0.AddMinutes(minute)),
            DeploymentStatus = deployment,
            JobStatus = status,
        };
}
