using System.Text;
using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Requests;
using Rayquest.JobReport.Lifecycle;
using Rayquest.JobReport.Tests.Preview;

namespace Rayquest.JobReport.Tests.Lifecycle;

/// <summary>Schedules and clusters rest and go on, and a run of a schedule is started now.</summary>
public sealed class ScheduleCommandTests
{
    private const string Path = "jobs-requests/vision/nightly.yaml";
    private const string Schedule =
        "kind: RayCronJob\nname: nightly\nschedule: \"30 3 * * *\"\ntimeZone: Asia/Shanghai\nentrypoint: python eval.py # all of it\nworkers: {replicas: 1}\ntimeout: 2h\n";
    private const string Cluster = "kind: RayCluster\nname: nightly\nworkers: {replicas: 1}\nlease: 7d\n";

    [Fact]
    public void A_schedule_is_suspended_by_one_line()
    {
        CommandDecision.OpenPull opens = Opens("/suspend", Schedule);

        opens.Reply.Kind.ShouldBe(ReplyKind.Opened);
        Text(opens.Change).ShouldBe(Schedule + "suspend: true\n");
        opens.Change.Removed.ShouldBeEmpty();
        Kind("/suspend", Schedule + "suspend: true\n").ShouldBe(ReplyKind.AlreadySo);
    }

    [Fact]
    public void A_schedule_goes_on_under_another_name_so_that_nothing_is_caught_up()
    {
        CommandDecision.OpenPull opens = Opens(
            "/resume",
            Schedule.Replace("entrypoint", "suspend: true\nentrypoint", StringComparison.Ordinal)
        );

        opens.Change.Request.ShouldBe("jobs-requests/vision/nightly-r2.yaml");
        Text(opens.Change).ShouldBe(Schedule.Replace("name: nightly", "name: nightly-r2", StringComparison.Ordinal));
        opens.Change.Removed.ShouldBe([Path, "jobs/vision/nightly.yaml"]);
        opens.Reply.Names.ShouldBe(["nightly-r2"]);
        Kind("/resume", Schedule).ShouldBe(ReplyKind.AlreadySo);
    }

    [Fact]
    public void One_run_of_a_schedule_is_a_job_of_its_own()
    {
        CommandDecision.OpenPull opens = Opens("/run", Schedule);

        opens.Change.Request.ShouldBe("jobs-requests/vision/nightly-run2.yaml");
        Text(opens.Change)
            .ShouldBe(
                "name: nightly-run2\nentrypoint: python eval.py # all of it\nworkers: {replicas: 1}\ntimeout: 2h\n"
            );
        opens.Change.Removed.ShouldBeEmpty();
        RequestDocument read = RequestDocument.Read(opens.Change.Request, opens.Change.Added!.Value.Span);
        read.HasErrors.ShouldBeFalse();
        read.Request!.KindOrDefault.ShouldBe(JobKind.RayJob);
    }

    [Fact]
    public void A_cluster_rests_and_goes_on_by_a_field_that_is_said()
    {
        Text(Opens("/suspend", Cluster).Change).ShouldBe(Cluster + "suspend: true\n");
        Text(Opens("/resume", Cluster + "suspend: true\n").Change).ShouldBe(Cluster + "suspend: false\n");
        Kind("/run", Cluster).ShouldBe(ReplyKind.NotOfThisKind);
        Kind("/suspend", Cluster, "scheduler: kueue").ShouldBe(ReplyKind.OfKueue);
    }

    [Theory]
    [InlineData("/suspend")]
    [InlineData("/resume")]
    [InlineData("/run")]
    public void A_job_knows_none_of_them(string command) =>
        Kind(command, Change.Request("nightly", 1)).ShouldBe(ReplyKind.NotOfThisKind);

    [Fact]
    public void Who_may_is_the_same_as_for_a_stop() =>
        CommandRule.Decide(Facts("/suspend", Schedule) with { By = "erin" }).Reply.Kind.ShouldBe(ReplyKind.NotAllowed);

    [Fact]
    public void What_is_edited_in_place_is_commanded_where_it_began()
    {
        CommandFacts facts = Facts("/stop", Schedule);
        CommandFacts edited = facts with { History = facts.History! with { ChangedBy = "c0ffee" }, By = "bob" };
        CommandRule.Decide(edited).ShouldBeOfType<CommandDecision.OpenPull>();
        // Who asked for what others have changed since no longer answers for it.
        CommandRule.Decide(edited with { By = "alice" }).Reply.Kind.ShouldBe(ReplyKind.NotAllowed);
    }

    [Fact]
    public void A_request_on_one_line_is_left_to_a_person() =>
        Kind(
                "/run",
                "{kind: RayCronJob, name: nightly, schedule: \"30 3 * * *\", entrypoint: python eval.py, workers: {replicas: 1}, timeout: 2h}\n"
            )
            .ShouldBe(ReplyKind.RunNotRaised);

    private static CommandDecision.OpenPull Opens(string command, string request) =>
        CommandRule.Decide(Facts(command, request)).ShouldBeOfType<CommandDecision.OpenPull>();

    private static ReplyKind Kind(string command, string request, string? policy = null) =>
        CommandRule.Decide(Facts(command, request, policy)).Reply.Kind;

    private static string Text(CommandChange change) => Encoding.UTF8.GetString(change.Added!.Value.Span);

    private static CommandFacts Facts(string command, string request, string? policy = null)
    {
        Change change = new Change().Live("vision", "nightly", 1);
        if (policy is not null)
        {
            change.Policy(policy);
        }

        byte[] bytes = Encoding.UTF8.GetBytes(request);
        Rayquest.JobModel.Repository.IRepositoryTree main = change.Input().Result;
        JobKind kind = RequestDocument.Read(Path, bytes).Request!.KindOrDefault;
        JobHeader header = JobHeader.Read(main.Read("jobs/vision/nightly.yaml")!.Value, out _)!;
        return new CommandFacts(LifecycleCommand.ParseComment(command)!, "alice", [Path], main, PolicyLoader.Load(main))
        {
            Age = TimeSpan.FromMinutes(1),
            Author = "alice",
            History = new RequestHistory
            {
                Bytes = bytes,
                Header = header with { Owner = null, Jobs = [new HeaderJob("nightly", 0) { Kind = kind }] },
            },
        };
    }
}
