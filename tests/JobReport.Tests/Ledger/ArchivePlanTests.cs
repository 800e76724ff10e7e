using Rayquest.JobModel.Repository;
using Rayquest.JobReport.Ledger;
using Rayquest.JobReport.Status;

namespace Rayquest.JobReport.Tests.Ledger;

/// <summary>How many finished jobs may leave main at once, and which never do.</summary>
public sealed class ArchivePlanTests
{
    private static readonly DateTimeOffset Now = LedgerTests.T0.AddDays(1);
    private static readonly TimeSpan Keep = TimeSpan.FromMinutes(10);

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(3, 3, 1)]
    [InlineData(7, 7, 1)]
    [InlineData(8, 8, 2)]
    [InlineData(8, 1, 1)]
    [InlineData(199, 199, 49)]
    [InlineData(200, 200, 50)]
    [InlineData(400, 400, 50)]
    [InlineData(400, 30, 30)]
    public void A_quarter_of_the_live_files_or_fifty_go_at_once(int live, int finished, int gone)
    {
        ArchivePlan plan = Plan([
            .. Enumerable
                .Range(0, live)
                .Select(i => Job($"job-{i:000}", i < finished ? JobPhase.Succeeded : JobPhase.Running)),
        ]);
        (plan.Runs.Length, plan.Waiting).ShouldBe((gone, finished - gone));
        plan.Paths.Length.ShouldBe(2 * gone);
    }

    [Fact]
    public void More_go_when_policy_says_so()
    {
        JobRecord[] all = [.. Enumerable.Range(0, 120).Select(i => Job($"job-{i:000}", JobPhase.Failed))];
        Plan(all, new ArchiveLimits(1000, 100)).Runs.Length.ShouldBe(120);
        Plan(all, new ArchiveLimits(5, 100)).Runs.Length.ShouldBe(5);
        Plan(all, new ArchiveLimits(1000, 10)).Runs.Length.ShouldBe(12);
    }

    [Fact]
    public void The_jobs_of_a_sweep_count_one_by_one_and_the_first_file_always_goes()
    {
        JobRecord[] sweep =
        [
            .. Enumerable.Range(0, 40).Select(i => Job($"sweep-{i:00000}", JobPhase.Succeeded, "sweep")),
        ];
        JobRecord[] next =
        [
            .. Enumerable.Range(0, 40).Select(i => Job($"tune-{i:00000}", JobPhase.Succeeded, "tune", later: 1)),
        ];
        ArchivePlan plan = Plan([.. sweep, .. next], new ArchiveLimits(50, 100));
        plan.Paths.ShouldBe(["jobs-requests/vision/sweep.yaml", "jobs/vision/sweep.yaml"]);
        (plan.Runs.Length, plan.Waiting).ShouldBe((40, 1));
        Plan(sweep, new ArchiveLimits(10, 100)).Runs.Length.ShouldBe(40, "it would else wait for ever");
    }

    [Theory]
    [InlineData(JobPhase.NotSynced)]
    [InlineData(JobPhase.Queued)]
    [InlineData(JobPhase.Suspended)]
    [InlineData(JobPhase.Initializing)]
    [InlineData(JobPhase.Running)]
    [InlineData(JobPhase.Retrying)]
    [InlineData(JobPhase.Vanished)]
    public void What_is_not_recorded_as_finished_never_goes(JobPhase phase) =>
        Plan([Job("job-0", phase)], new ArchiveLimits(50, 100)).Paths.ShouldBeEmpty();

    [Fact]
    public void What_the_ledger_does_not_know_never_goes_and_what_ran_again_stays()
    {
        JobRecord known = Job("a-0", JobPhase.Succeeded, "a");
        ArchivePlan
            .Of(
                new LedgerView([known]),
                new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal)
                {
                    ["jobs-requests/vision/a.yaml"] = ["a-0", "a-1"],
                    ["jobs-requests/vision/b.yaml"] = ["b-0"],
                    ["jobs-requests/vision/c.yaml"] = [],
                },
                _ => null,
                RequestPath.JobOf,
                new ArchiveLimits(50, 100),
                Keep,
                Now
            )
            .Paths.ShouldBeEmpty();

        JobState again = new(JobPhase.Running) { Uid = "2", Since = Now.AddMinutes(-1) };
        Plan([known.With(StateEvent.Of(known, again, Now.AddMinutes(-1)))]).Paths.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(0, 1)]
    public void It_stays_for_its_keep(int secondsPastKeep, int gone)
    {
        DateTimeOffset ended = Now - Keep - TimeSpan.FromSeconds(secondsPastKeep);
        Plan([Job("job-0", JobPhase.Succeeded, ended: ended)]).Runs.Length.ShouldBe(gone);
    }

    private static JobRecord Job(
        string name,
        JobPhase phase,
        string? request = null,
        int later = 0,
        DateTimeOffset? ended = null
    )
    {
        DateTimeOffset at = ended ?? Now.AddHours(-2).AddMinutes(later);
        JobRecord record = new("vision", name, "RayJob", "ray-vision", []);
        MergedFacts facts = new()
        {
            Pull = 1,
            Author = "alice",
            Request = $"jobs-requests/vision/{request ?? name}.yaml",
            Sha = "s",
        };
        JobState state = new(phase)
        {
            Since = at,
            Uid = "1",
            IsFinal = phase is JobPhase.Succeeded or JobPhase.Failed,
        };
        return record.With(facts.ToEvent(Now.AddHours(-5)), StateEvent.Of(record, state, at));
    }

    private static ArchivePlan Plan(JobRecord[] records, ArchiveLimits? limits = null)
    {
        LedgerView view = new(records);
        return ArchivePlan.Of(
            view,
            view.Runs.GroupBy(r => r.Merged!.Request, StringComparer.Ordinal)
                .ToDictionary(
                    g => g.Key,
                    g => (IReadOnlyList<string>)[.. g.Select(r => r.Record.Name)],
                    StringComparer.Ordinal
                ),
            _ => null,
            RequestPath.JobOf,
            limits ?? new ArchiveLimits(),
            Keep,
            Now
        );
    }
}
