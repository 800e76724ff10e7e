using System.Globalization;
using System.Text;
using Rayquest.JobReport.Status;

namespace Rayquest.JobReport.Tests.Status;

public sealed class RecordedStatesTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 5, 10, 0, TimeSpan.Zero);

    [Fact]
    public void Every_recorded_RayJob_gives_its_row()
    {
        var text = new StringBuilder();
        foreach (var file in Directory.GetFiles(Recordings.Folder, "*-rayjobs.json").Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileName(file);
            if (name.StartsWith("table", StringComparison.Ordinal))
            {
                continue;
            }

            text.Append(CultureInfo.InvariantCulture, $"## {name}\n");
            foreach (var job in Recordings.Jobs(name))
            {
                var state = JobStateMapper.Present(job);
                var words = StateText.Of(state, Now);
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"{job.Id} | {state.Phase} | {state.Label} | {state.DeploymentState} | {words.Line} | {words.Next}\n"
                );
            }
        }

        Golden.Matches(text.ToString(), "recorded-rayjobs.txt");
    }

    [Fact]
    public void Every_recorded_RayCluster_gives_its_row()
    {
        var text = new StringBuilder();
        foreach (var file in Directory.GetFiles(Recordings.Folder, "*-rayclusters.json").Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileName(file);
            text.Append(CultureInfo.InvariantCulture, $"## {name}\n");
            foreach (var job in Recordings.Jobs(name))
            {
                var state = JobStateMapper.Present(job);
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"{job.Id} | {state.Phase} | {StateText.Of(state, Now).Line} | {state.DashboardUrl}\n"
                );
            }
        }

        Golden.Matches(text.ToString(), "recorded-rayclusters.txt");
    }

    [Fact]
    public void The_end_state_shows_one_of_each_outcome()
    {
        var phases = Recordings
            .Jobs("35-rayjobs.json")
            .ToDictionary(job => job.Name, job => JobStateMapper.Present(job));

        phases["train-ok"].Phase.ShouldBe(JobPhase.Succeeded);
        phases["http-ok"].Phase.ShouldBe(JobPhase.Succeeded);
        phases["train-fail"].Phase.ShouldBe(JobPhase.Failed);
        phases["retry-fail"]
            .ShouldSatisfyAllConditions(
                state => state.Phase.ShouldBe(JobPhase.Failed),
                state => state.Attempt.ShouldBe(2),
                state => state.AttemptsAllowed.ShouldBe(2)
            );
        phases["train-stopped"].Phase.ShouldBe(JobPhase.Stopped);
        phases["http-stopped"].Phase.ShouldBe(JobPhase.Stopped);
        phases["deadline"].Reason.ShouldBe("DeadlineExceeded");
        phases["prerun-deadline"].Reason.ShouldBe("PreRunningDeadlineExceeded");
        phases["invalid"].Phase.ShouldBe(JobPhase.Rejected);
        phases["suspended"].Phase.ShouldBe(JobPhase.Suspended);
        phases["stuck-init"].Phase.ShouldBe(JobPhase.Running);
    }

    [Fact]
    public void A_corrected_spec_stays_rejected_and_points_at_the_request()
    {
        var before = Recordings.Jobs("35-rayjobs.json").Single(job => job.Name == "invalid");
        var after = Recordings.Jobs("36-rayjobs.json").Single(job => job.Name == "invalid");

        JobStateMapper.Present(after).Fingerprint.ShouldBe(JobStateMapper.Present(before).Fingerprint);
        JobStateMapper.Present(after).RequestField.ShouldBe("keep");
        JobStateMapper.Present(after).IsFinal.ShouldBeTrue();
    }

    /// <summary>Walks all snapshots in order the way passes would, and lists what each job's people would have been told.</summary>
    [Fact]
    public void Passing_over_all_snapshots_tells_each_change_once()
    {
        var last = new SortedDictionary<string, LastRecordedState>(StringComparer.Ordinal);
        var told = new SortedDictionary<string, List<string>>(StringComparer.Ordinal);
        for (var number = 1; number <= 38; number++)
        {
            foreach (var job in Recordings.Jobs($"{number:00}-rayjobs.json"))
            {
                var expected = new JobExpectation
                {
                    Team = job.Namespace,
                    Kind = job.Kind,
                    Namespace = job.Namespace,
                    Name = job.Name,
                    Last = last.GetValueOrDefault(job.Id),
                };
                var change = StatusDifference.Of(
                    expected,
                    JobStateMapper.Of(expected, job, JobContext.None, job.StartTime ?? job.Created ?? Now)
                );
                if (change is null)
                {
                    continue;
                }

                last[job.Id] = new LastRecordedState(change.After, Now, EverSeen: true);
                if (!told.TryGetValue(job.Id, out var list))
                {
                    told[job.Id] = list = [];
                }

                list.Add(
                    $"{number:00} {change.After.Phase} {change.After.Reason} attempt {change.After.Attempt}"
                        + (change.NewCluster ? " new cluster" : "")
                        + (change.JustEndedBadly ? " log wanted" : "")
                );
            }
        }

        var text = string.Concat(
            told.Select(pair => $"{pair.Key}\n" + string.Concat(pair.Value.Select(line => $"  {line}\n")))
        );
        Golden.Matches(text, "told.txt");
    }
}
