using System.Text;
using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Policies;
using Rayquest.JobReport.Ledger;
using Rayquest.JobReport.Lifecycle;
using Rayquest.JobReport.Status;
using Rayquest.JobReport.Strings;
using Rayquest.JobReport.Tests.Preview;

namespace Rayquest.JobReport.Tests.Lifecycle;

/// <summary>What a command on a merged pull request comes to, decided from facts alone.</summary>
public sealed class CommandRuleTests
{
    private const string Resnet = "jobs-requests/vision/resnet.yaml";
    private static readonly DateTimeOffset Now = new(2026, 11, 27, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("alice", true)] // opened the pull request
    [InlineData("ALICE", true)]
    [InlineData("bob", true)] // approves for the team
    [InlineData("dana", true)] // approves for the platform
    [InlineData("erin", false)] // approves for another team
    [InlineData("stranger", false)]
    public void Only_who_answers_for_a_job_or_approves_for_its_team_is_followed(string login, bool followed)
    {
        CommandDecision decision = CommandRule.Decide(Facts("/stop", login));
        if (followed)
        {
            CommandDecision.OpenPull opens = decision.ShouldBeOfType<CommandDecision.OpenPull>();
            opens.Reply.Kind.ShouldBe(ReplyKind.Opened);
            opens.Change.Added.HasValue.ShouldBeFalse();
            opens.Change.Removed.ShouldBe([Resnet, "jobs/vision/resnet.yaml"]);
        }
        else
        {
            Kind(decision).ShouldBe(ReplyKind.NotAllowed);
            decision.Reply.Approvers.ShouldBe(["alice", "bob", "carol", "dana"]);
        }
    }

    [Theory]
    [InlineData(7, "Opened")]
    [InlineData(0, "Opened")] // GitHub didn't tell
    [InlineData(8, "NotAllowed")] // somebody else's login of the same name now
    public void A_login_that_is_another_account_now_is_not_followed(long account, string kind)
    {
        CommandFacts facts = Facts("/stop", "bob", quotas: "accounts: {bob: 7}") with { Account = account };
        Kind(CommandRule.Decide(facts)).ToString().ShouldBe(kind);
    }

    [Fact]
    public void The_author_of_another_team_may_not_stop_what_the_pull_request_did_not_bring()
    {
        CommandFacts facts = Facts("/stop", "erin") with { Author = "erin", Requests = [] };
        Kind(CommandRule.Decide(facts)).ShouldBe(ReplyKind.NoJobHere);
    }

    [Theory]
    [InlineData("/stop resnet", "Opened")]
    [InlineData("/stop other", "NameUnknown")]
    [InlineData("/stop resnet-00000", "NameUnknown")] // five digits, and not the ones of the job
    [InlineData("/stop now please", "Help")]
    [InlineData("/stpo", "Help")]
    [InlineData("/approve-quota", "AfterMerge")]
    public void The_name_must_be_of_what_the_pull_request_brought(string comment, string kind) =>
        Kind(CommandRule.Decide(Facts(comment, "alice"))).ToString().ShouldBe(kind);

    [Fact]
    public void Of_several_requests_one_has_to_be_named()
    {
        CommandFacts facts = Facts("/stop", "alice") with { Requests = [Resnet, "jobs-requests/vision/vit.yaml"] };
        CommandDecision decision = CommandRule.Decide(facts with { History = null });
        Kind(decision).ShouldBe(ReplyKind.AmbiguousName);
        decision.Reply.Names.ShouldBe(["resnet", "vit"]);
    }

    [Fact]
    public void An_edited_comment_or_an_old_one_is_not_followed()
    {
        Kind(CommandRule.Decide(Facts("/stop", "alice") with { IsEdited = true })).ShouldBe(ReplyKind.Edited);
        CommandFacts facts = Facts("/stop", "alice");
        Kind(CommandRule.Decide(facts with { Age = TimeSpan.FromHours(24) })).ShouldBe(ReplyKind.Opened);
        Kind(CommandRule.Decide(facts with { Age = TimeSpan.FromHours(24.01) })).ShouldBe(ReplyKind.TooOld);
    }

    [Fact]
    public void What_an_earlier_run_opened_is_what_the_command_became_whatever_happened_since()
    {
        CommandFacts facts = Facts("/stop", "alice") with
        {
            OpenedPull = 17,
            IsEdited = true,
            Age = TimeSpan.FromDays(9),
        };
        CommandDecision decision = CommandRule.Decide(facts);
        (Kind(decision), decision.Reply.Pull).ShouldBe((ReplyKind.Opened, 17));
        decision.ShouldBeOfType<CommandDecision.Answer>();
    }

    [Fact]
    public void A_request_that_went_is_not_stopped_again_and_an_archived_one_is_called_that()
    {
        CommandFacts facts = Facts("/stop", "alice");
        CommandDecision taken = CommandRule.Decide(
            facts with
            {
                History = facts.History! with { RemovedBy = "c0ffee" },
            }
        );
        (Kind(taken), taken.Reply.Commit).ShouldBe((ReplyKind.Withdrawn, "c0ffee"));
        Kind(
                CommandRule.Decide(
                    facts with
                    {
                        History = facts.History! with { RemovedBy = "c0ffee", IsArchived = true },
                    }
                )
            )
            .ShouldBe(ReplyKind.Archived);
    }

    [Fact]
    public void A_later_change_under_the_same_name_is_in_the_way_of_both_commands()
    {
        foreach (string command in new[] { "/stop", "/rerun" })
        {
            CommandFacts facts = Facts(command, "alice");
            CommandDecision decision = CommandRule.Decide(
                facts with
                {
                    History = facts.History! with { ChangedBy = "c0ffee" },
                }
            );
            (Kind(decision), decision.Reply.Commit).ShouldBe((ReplyKind.Superseded, "c0ffee"));
        }
    }

    [Theory]
    [InlineData(JobPhase.Running, "Opened")]
    [InlineData(JobPhase.Failed, "Ended")]
    [InlineData(JobPhase.Succeeded, "Ended")]
    public void What_has_ended_is_not_stopped(JobPhase phase, string kind)
    {
        CommandFacts facts = Facts("/stop", "alice");
        Kind(CommandRule.Decide(facts with { Ledger = Ledger(facts, phase) })).ToString().ShouldBe(kind);
    }

    [Fact]
    public void The_same_command_whose_pull_request_is_open_is_not_followed_twice()
    {
        CommandFacts facts = Facts("/rerun", "bob") with
        {
            StillOpen = [new AnsweredCommand(5, CommandVerb.Rerun, "vision/resnet", 21)],
        };
        CommandDecision decision = CommandRule.Decide(facts);
        (Kind(decision), decision.Reply.Pull).ShouldBe((ReplyKind.AlreadyAsked, 21));
        Kind(
                CommandRule.Decide(
                    facts with
                    {
                        StillOpen = [new AnsweredCommand(5, CommandVerb.Stop, "vision/resnet", 21)],
                    }
                )
            )
            .ShouldBe(ReplyKind.Opened);
    }

    [Fact]
    public void A_rerun_takes_the_next_run_whose_name_no_job_ever_had()
    {
        CommandFacts facts = Facts("/rerun", "bob");
        string second = Text(CommandRule.Decide(facts).ShouldBeOfType<CommandDecision.OpenPull>().Change);
        second.ShouldContain("run: 2\nowner: alice\n");
        string taken = JobPlanner
            .Plan(
                JobModel.Requests.RequestDocument.Read(Resnet, Encoding.UTF8.GetBytes(second)),
                facts.Policies.Policies,
                facts.Main
            )!
            .Jobs.Single()
            .ObjectName;
        CommandFacts known = facts with { Ledger = Ledger("vision", taken, JobPhase.Failed) };
        Text(CommandRule.Decide(known).ShouldBeOfType<CommandDecision.OpenPull>().Change)
            .ShouldContain("run: 3\nowner: alice\n");
    }

    [Fact]
    public void A_commit_on_main_holds_the_manifest_and_is_made_only_where_nobody_has_to_approve()
    {
        CommandFacts facts = Facts("/rerun", "bob", "lifecycle: {rerun: commit, stop: commit}", live: 4, ended: true);
        CommandDecision.CommitToMain commits = CommandRule.Decide(facts).ShouldBeOfType<CommandDecision.CommitToMain>();
        commits.Whole.Rendered!.Value.Path.ShouldBe("jobs/vision/resnet.yaml");
        commits.Change.Rendered.ShouldBeNull();

        // Sixteen are over the soft limit of eight: an approver has to see them.
        CommandFacts large = Facts("/rerun", "bob", "lifecycle: {rerun: commit, stop: commit}", live: 16, ended: true);
        CommandDecision.OpenPull opens = CommandRule.Decide(large).ShouldBeOfType<CommandDecision.OpenPull>();
        opens.Reply.FellBack.ShouldBeTrue();
    }

    [Fact]
    public void A_dry_run_and_broken_policies_do_nothing()
    {
        Kind(CommandRule.Decide(Facts("/stop", "alice") with { IsDryRun = true })).ShouldBe(ReplyKind.WouldBeDone);
        Kind(CommandRule.Decide(Facts("/stop", "alice", "gpus: [broken"))).ShouldBe(ReplyKind.PoliciesBroken);
    }

    [Theory]
    [InlineData("<!-- rayquest:command comment=12 -->\nno", 12, null, 0)]
    [InlineData("<!-- rayquest:command comment=12 rerun=vision/resnet pull=7 -->\nyes", 12, CommandVerb.Rerun, 7)]
    public void A_marker_is_read_as_it_was_written(string body, long comment, CommandVerb? word, int pull)
    {
        AnsweredCommand read = AnsweredCommand.Read(body)!;
        (read.Comment, read.Word, read.Pull).ShouldBe((comment, word, pull));
        body.ShouldStartWith($"<!-- {read.Marker} -->");
    }

    [Theory]
    [InlineData("/stop")]
    [InlineData("> <!-- rayquest:command comment=12 -->")]
    [InlineData("<!-- rayquest:command comment=12 rerun=vision/resnet -->")]
    public void Anything_else_is_no_marker(string body) => AnsweredCommand.Read(body).ShouldBeNull();

    private static ReplyKind Kind(CommandDecision decision) => decision.Reply.Kind;

    private const string Train =
        "description: d\nparams:\n  lr: {type: number, max: 1}\n  data: {type: string, default: cifar, pattern: \"[a-z0-9]+\"}\nrequest:\n  entrypoint: python train.py --lr ${params.lr} --data ${params.data}\n  timeout: 2h\n  workers: {replicas: 1}\n";

    [Theory]
    [InlineData("params: {lr: 0.1}\n", "/rerun lr=0.01", "params: {lr: 0.01}\n")]
    [InlineData(
        "params:\n  lr: 0.1 # why\n",
        "/rerun resnet lr=1e-3 data=imagenet",
        "params:\n  data: \"imagenet\"\n  lr: 1e-3 # why\n"
    )]
    [InlineData("params: {lr: 0.1}\n", "/rerun data=imagenet", "params: {data: \"imagenet\", lr: 0.1}\n")]
    public void A_parameter_is_changed_and_nothing_else(string written, string comment, string expected)
    {
        CommandFacts facts = OfTemplate(written, comment);
        CommandDecision.OpenPull opens = CommandRule.Decide(facts).ShouldBeOfType<CommandDecision.OpenPull>();
        Text(opens.Change).ShouldBe($"name: resnet\nowner: alice\ntemplate: train\n{expected}run: 2\n");
    }

    [Theory]
    [InlineData("/rerun gpus=4", "the request has no parameter `gpus`; it has `lr`, `data`")]
    [InlineData("/rerun ld=4", "did you mean `lr`?")]
    [InlineData("/rerun lr=2", "is out of bounds: a number, 1 at most is wanted here")]
    [InlineData("/rerun lr=fast", "`fast` is text, but a number, 1 at most is wanted here")]
    [InlineData("/rerun lr=0.1,data:evil", "a number, 1 at most is wanted here")]
    [InlineData("/rerun data=A-B", "does not match `[a-z0-9]+`")]
    public void A_parameter_that_does_not_fit_is_refused_and_said(string comment, string said)
    {
        CommandDecision decision = CommandRule.Decide(OfTemplate("params: {lr: 0.1}\n", comment));
        Kind(decision).ShouldBe(ReplyKind.ParameterRefused);
        decision.Reply.Fault.ShouldContain(said);
        decision
            .Reply.Write(JobReport.Strings.CommentStrings.English, null)
            .ToString()
            .ShouldContain("can't be changed so");
    }

    [Theory]
    [InlineData("/rerun lr=`id`")]
    [InlineData("/rerun lr=$(id)")]
    [InlineData("/rerun lr=${params.data}")]
    [InlineData("/rerun lr=0.1\"}")]
    [InlineData("/rerun lr=0.1;b")]
    [InlineData("/rerun lr=@octocat<b>")]
    [InlineData("/rerun lr=")]
    [InlineData("/rerun lr=1 lr=2")]
    [InlineData("/rerun a.b=1")]
    [InlineData("/rerun lr=1 resnet")]
    [InlineData("/stop resnet lr=1")]
    public void A_command_that_could_mean_something_elsewhere_is_none(string comment) =>
        LifecycleCommand.ParseComment(comment)!.Word.ShouldBe(CommandVerb.Unknown);

    [Fact]
    public void A_request_without_parameters_has_none_to_change()
    {
        CommandDecision decision = CommandRule.Decide(Facts("/rerun lr=1", "alice"));
        decision.Reply.Fault.ShouldBe("the request has no parameters");
    }

    private static CommandFacts OfTemplate(string parameters, string comment)
    {
        CommandFacts facts = Facts(comment, "alice");
        string request = $"name: resnet\nowner: alice\ntemplate: train\n{parameters}";
        Rayquest.JobModel.Repository.IRepositoryTree main = new Rayquest.JobModel.Repository.OverlayTree(
            facts.Main,
            new Dictionary<string, byte[]?>
            {
                ["policies/templates/train.yaml"] = Encoding.UTF8.GetBytes(Train),
                [Resnet] = Encoding.UTF8.GetBytes(request),
            }
        );
        return facts with
        {
            Main = main,
            Policies = PolicyLoader.Load(main),
            History = facts.History! with { Bytes = Encoding.UTF8.GetBytes(request) },
        };
    }

    private static string Text(CommandChange change) => Encoding.UTF8.GetString(change.Added!.Value.Span);

    private static CommandFacts Facts(
        string comment,
        string by,
        string? policy = null,
        int live = 4,
        bool ended = false,
        string? quotas = null
    )
    {
        Change change = new Change().Live("vision", "resnet", live);
        if (quotas is not null)
        {
            change.Put("policies/quotas.yaml", $"{Change.Quotas}\n{quotas}\n");
        }

        if (policy is not null)
        {
            change.Policy(policy);
        }

        Rayquest.JobModel.Repository.IRepositoryTree main = change.Input().Result;
        CommandFacts facts = new(LifecycleCommand.ParseComment(comment)!, by, [Resnet], main, PolicyLoader.Load(main))
        {
            Age = TimeSpan.FromMinutes(1),
            Author = "alice",
            History = new RequestHistory
            {
                Bytes = main.Read(Resnet),
                Header = JobHeader.Read(main.Read("jobs/vision/resnet.yaml")!.Value, out _),
            },
        };
        if (!ended)
        {
            return facts;
        }

        // Archived: what stood there is known, and not on the main branch any more.
        Rayquest.JobModel.Repository.IRepositoryTree without = new Change().Policy(policy!).Input().Base;
        return facts with { Main = without, Policies = PolicyLoader.Load(without) };
    }

    private static LedgerView Ledger(CommandFacts facts, JobPhase phase) =>
        Ledger("vision", facts.History!.Header!.Jobs.Single().Name, phase);

    private static LedgerView Ledger(string team, string name, JobPhase phase)
    {
        JobRecord record = new(team, name, "RayJob", $"ray-{team}", []);
        JobState state = new(phase)
        {
            Since = Now.AddHours(-3.5),
            Started = Now.AddHours(-3.5),
            Uid = "1",
            IsFinal = phase is JobPhase.Succeeded or JobPhase.Failed,
        };
        return new LedgerView([record.With(StateEvent.Of(record, state, Now.AddHours(-3)))]);
    }
}
