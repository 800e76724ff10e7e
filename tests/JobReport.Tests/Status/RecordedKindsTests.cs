using System.Globalization;
using System.Text;
using Rayquest.JobReport.Ledger;
using Rayquest.JobReport.Status;

namespace Rayquest.JobReport.Tests.Status;

public sealed class RecordedKindsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 30, 15, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("raycluster", "rayclusters")]
    [InlineData("rayservice", "rayservices")]
    [InlineData("raycronjob", "raycronjobs")]
    public void Every_recorded_moment_has_its_kinds_words(string kind, string list)
    {
        var text = new StringBuilder();
        foreach (
            var file in Directory
                .GetFiles(Path.Combine(Recordings.Folder, kind), $"*-{list}.json")
                .Order(StringComparer.Ordinal)
        )
        {
            var name = Path.GetFileName(file);
            foreach (var job in Recordings.Jobs(Path.Combine(kind, name)))
            {
                var state = JobStateMapper.Present(job);
                var words = StateText.Timeless(state);
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"{name[..2]} {job.Name} | {StateText.Word(state)} | {state.Label} | {state.DeploymentState} | {words.Line} | {words.Next}\n"
                );
            }
        }

        Golden.Matches(text.ToString(), $"recorded-lives-{kind}.txt");
    }

    [Fact]
    public void A_time_that_passed_without_a_run_is_told()
    {
        var job = Recordings.Jobs("raycronjob/19-raycronjobs.json").Single(item => item.Name == "ignored") with
        {
            TimeZone = "Europe/Berlin",
        };

        JobStateMapper
            .Of(Expected(job), job, JobContext.None, Now.AddMinutes(10))
            .Conditions.Single()
            .Kind.ShouldBe(JobConditionKind.RunOverdue);
        JobStateMapper
            .Of(Expected(job), job with { Suspend = true }, JobContext.None, Now.AddMinutes(10))
            .Conditions.ShouldBeEmpty();
        // In whose zone, nobody knows.
        JobStateMapper
            .Of(Expected(job), job with { TimeZone = "" }, JobContext.None, Now.AddMinutes(10))
            .Conditions.ShouldBeEmpty();
    }

    [Fact]
    public void A_refused_schedule_is_rejected_and_recovers()
    {
        var job = Recordings.Jobs("raycronjob/07-raycronjobs.json").Single(item => item.Name == "typo");
        JobStateMapper.IsWaiting(job).ShouldBeTrue();

        var state = JobStateMapper.Present(
            job,
            new WaitingReason("InvalidRayCronJobSpec", "team-b/typo: invalid cron schedule", Now, IsQueue: false)
        );

        state.Phase.ShouldBe(JobPhase.Rejected);
        state.IsFinal.ShouldBeFalse();
        JobStateMapper.IsWaiting(job with { LastRun = Now }).ShouldBeFalse();
    }

    [Fact]
    public void An_upgrade_says_what_its_new_cluster_waits_for()
    {
        var job = Recordings.Jobs("rayservice/08-rayservices.json").Single();
        job.WaitsForCluster.ShouldBe("chat-tbnd8");
        JobStateMapper.IsWaiting(job).ShouldBeTrue();

        var state = JobStateMapper.Present(
            job,
            new WaitingReason("Unschedulable", "0/4 nodes are available", Now, IsQueue: true)
        );

        state.Reason.ShouldBe(JobState.UpgradeWaits);
        StateText.Word(state).ShouldBe("upgrading");
        StateText.Timeless(state).Line.ShouldContain("Unschedulable: 0/4 nodes are available");
    }

    [Fact]
    public void A_state_of_a_service_is_kept_by_the_ledger()
    {
        var job = Recordings.Jobs("rayservice/04-rayservices.json").Single();
        var state = JobStateMapper.Present(job);
        var record = new JobRecord("llm", job.Name, job.Kind, job.Namespace, []);

        var read = JobRun.Of(record.With(StateEvent.Of(record, state, Now))).LastState!;

        read.Kind.ShouldBe(EngineKind.RayService);
        read.Endpoints.ShouldBe(2);
        StateText.Word(read).ShouldBe("healthy");
    }

    private static JobExpectation Expected(ObservedJob job) =>
        new()
        {
            Team = "vision",
            Kind = job.Kind,
            Namespace = job.Namespace,
            Name = job.Name,
        };
}
