using System.Text.Json;
using Rayquest.JobReport.Approvals;
using Rayquest.JobReport.Comment;
using Rayquest.JobReport.Evaluation;
using Rayquest.JobReport.Jobs;
using Rayquest.JobReport.Ledger;
using Rayquest.JobReport.Lifecycle;
using Rayquest.JobReport.Output;
using Rayquest.JobReport.Status;
using Rayquest.JobReport.Tests.Preview;

namespace Rayquest.JobReport.Tests.Lifecycle;

/// <summary>A change that stops what is live says what that is, and waits for somebody's word.</summary>
public sealed class StopConfirmationTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 27, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(JobPhase.Running, Verdict.NeedsApproval)]
    [InlineData(JobPhase.Queued, Verdict.NeedsApproval)]
    [InlineData(JobPhase.Initializing, Verdict.NeedsApproval)]
    [InlineData(JobPhase.Retrying, Verdict.NeedsApproval)]
    [InlineData(JobPhase.Suspended, Verdict.NeedsApproval)]
    [InlineData(JobPhase.NotSynced, Verdict.Pass)]
    [InlineData(JobPhase.Vanished, Verdict.Pass)]
    [InlineData(JobPhase.Succeeded, Verdict.Pass)]
    [InlineData(JobPhase.Failed, Verdict.Pass)]
    public void Only_what_is_live_has_to_be_confirmed(JobPhase phase, Verdict verdict)
    {
        Change change = Removal();
        change.Known = Ledger(change, phase);
        ChangeEvaluation preview = change.Preview();
        preview.Verdict.ShouldBe(verdict);
        preview.Stops.Count(s => s.MustBeConfirmed).ShouldBe(verdict == Verdict.Pass ? 0 : 1);
    }

    [Fact]
    public void The_comment_says_what_is_stopped_since_when_and_what_it_used()
    {
        Change change = Removal();
        change.Known = Ledger(change, JobPhase.Running);
        string text = Comment(change);
        text.ShouldContain("Needs confirmation");
        string plain = text.Replace("`", "", StringComparison.Ordinal);
        plain.ShouldContain(
            $"{change.ObjectOf("vision", "old")} is **running** (27 Nov 08:30 UTC)",
            customMessage: text
        );
        plain.ShouldContain("its program has run for ≥ 3 h, ≥ 12 a100-h");
        text.ShouldContain($"/confirm-stop {Change.Head}\n");
        text.ShouldContain("`alice`, `bob`, `carol` or `dana` can confirm");
        ReviewComment.Headline(change.Preview()).ShouldStartWith("Needs confirmation: 1 job stopped");
    }

    [Fact]
    public void An_edited_request_stops_what_it_replaces()
    {
        Change change = new Change().Live("vision", "old", 4).Ask("vision", "old", 2);
        change.Known = Ledger(change, JobPhase.Running);
        change.Preview().Verdict.ShouldBe(Verdict.NeedsApproval);
        change.Says("alice", ApprovalAction.ConfirmStop).Preview().Verdict.ShouldBe(Verdict.Pass);
        Comment(change).ShouldContain("`alice` confirmed that");
    }

    [Theory]
    [InlineData("alice", ApprovalAction.ConfirmStop, null, Verdict.Pass)]
    [InlineData("dana", ApprovalAction.ConfirmStop, null, Verdict.Pass)]
    [InlineData("erin", ApprovalAction.ConfirmStop, null, Verdict.NeedsApproval)]
    [InlineData("alice", ApprovalAction.ConfirmStop, "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb", Verdict.NeedsApproval)]
    [InlineData("alice", ApprovalAction.UnclearStop, "", Verdict.NeedsApproval)]
    [InlineData("bob", ApprovalAction.Approve, null, Verdict.NeedsApproval)]
    public void It_counts_by_whom_it_may_and_for_this_head(string who, ApprovalAction say, string? sha, Verdict verdict)
    {
        Change change = Removal();
        change.Known = Ledger(change, JobPhase.Running);
        change.Says(who, say, sha).Preview().Verdict.ShouldBe(verdict);
        if (verdict != Verdict.Pass && say != ApprovalAction.Approve)
        {
            Comment(change).ShouldContain($"⚪ `{who}`");
        }
    }

    [Fact]
    public void A_confirmation_approves_no_quota_and_an_approval_confirms_no_stop()
    {
        Change change = new Change().Live("vision", "old", 4).Ask("vision", "old", 12);
        change.Known = Ledger(change, JobPhase.Running);
        change.Says("bob", ApprovalAction.ConfirmStop).Preview().Verdict.ShouldBe(Verdict.NeedsApproval);
        change.Preview().Approvals.IsGiven.ShouldBeFalse();
        change
            .Says("bob", ApprovalAction.Approve)
            .Preview()
            .Verdict.ShouldBe(Verdict.Pass, "each is said; neither takes the other back");
    }

    [Fact]
    public void Without_a_ledger_it_says_that_nobody_knows_and_asks_nothing()
    {
        Change change = Removal();
        change.Known = JobKnowledge.Of(null, Now);
        change.Preview().Verdict.ShouldBe(Verdict.Pass);
        Comment(change).ShouldContain("It isn't known whether");
        Comment(change).ShouldContain("there is no ledger");
        change.Known = JobKnowledge.Of(new LedgerView([]), Now);
        Comment(change).ShouldContain("no status sync has recorded it yet");
        change.Known = null;
        Comment(change).ShouldNotContain("It isn't known whether");
    }

    [Theory]
    [InlineData("en", true, "It isn't known whether")]
    [InlineData("en", false, "It isn't known whether")]
    [InlineData("zh-CN", true, "无法确定")]
    [InlineData("zh-CN", false, "无法确定")]
    public void What_no_status_sync_has_looked_at_is_no_better_known_than_without_a_ledger(
        string language,
        bool isRemoved,
        string said
    )
    {
        Change change = new Change(language).Live("vision", "old", 4);
        change = isRemoved
            ? change.Put("jobs-requests/vision/old.yaml", (string?)null)
            : change.Ask("vision", "old", 2);
        change.Known = Ledger(change, phase: null);
        change.Preview().Verdict.ShouldBe(Verdict.Pass, "where no status sync runs, nobody ever knows");
        StoppedJob stop = change.Preview().Stops.ShouldHaveSingleItem();
        stop.MustBeConfirmed.ShouldBeFalse();
        stop.Known.ShouldBeNull();
        Comment(change).ShouldContain(said);
        Comment(change).ShouldContain(change.ObjectOf("vision", "old"));
    }

    [Fact]
    public void Policy_may_do_without_confirmation_and_the_comment_still_says_what_is_stopped()
    {
        Change change = Removal().Policy("lifecycle: {confirmStop: false}");
        change.Known = Ledger(change, JobPhase.Running);
        change.Preview().Verdict.ShouldBe(Verdict.Pass);
        Comment(change).ShouldContain("**running**");
        Comment(change).ShouldNotContain("/confirm-stop");
    }

    [Fact]
    public void The_json_only_gains_a_field()
    {
        Change change = Removal();
        change.Known = Ledger(change, JobPhase.Running);
        JsonElement json = JsonDocument.Parse(PreviewJson.Write(change.Preview())).RootElement;
        json.GetProperty("schema").GetInt32().ShouldBe(1);
        json.GetProperty("verdict").GetString().ShouldBe("needs-approval");
        json.GetProperty("approvals").GetProperty("needed").GetBoolean().ShouldBeFalse();
        JsonElement stop = json.GetProperty("stops").EnumerateArray().ShouldHaveSingleItem();
        stop.GetProperty("name").GetString().ShouldBe(change.ObjectOf("vision", "old"));
        stop.GetProperty("state").GetString().ShouldBe("running");
        stop.GetProperty("since").GetString().ShouldBe("2026-11-27T08:30:00Z");
        stop.GetProperty("gpuHours").GetProperty("a100").GetDecimal().ShouldBe(14.0m);
        stop.GetProperty("confirmed").GetBoolean().ShouldBeFalse();
    }

    [Theory]
    [InlineData("/confirm-stop aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", ApprovalAction.ConfirmStop)]
    [InlineData(" /confirm-stop aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n", ApprovalAction.ConfirmStop)]
    [InlineData("/confirm-stop", ApprovalAction.UnclearStop)]
    [InlineData("/confirm-stop aaaaaaa", ApprovalAction.UnclearStop)]
    [InlineData("/confirm-stop aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa please", ApprovalAction.UnclearStop)]
    public void A_comment_confirms_only_as_the_whole_line(string body, ApprovalAction say)
    {
        ApprovalEvent.ParseComment("alice", body, Now, Now)!.Action.ShouldBe(say);
        ApprovalEvent
            .ParseComment("alice", body, Now, Now.AddSeconds(1))!
            .Action.ShouldBe(ApprovalAction.UnclearStop, "edited");
    }

    private static Change Removal() =>
        new Change().Live("vision", "old", 4).Put("jobs-requests/vision/old.yaml", (string?)null);

    /// <param name="phase">Null where no status sync has looked at it.</param>
    private static JobKnowledge Ledger(Change change, JobPhase? phase)
    {
        JobRecord record = new("vision", change.ObjectOf("vision", "old"), "RayJob", "ray-vision", []);
        JobState? state = phase is not { } seen
            ? null
            : new(seen)
            {
                Since = Now.AddHours(-3.5),
                Started = phase is JobPhase.Running or JobPhase.Succeeded or JobPhase.Failed
                    ? Now.AddHours(-3.5)
                    : null,
                Uid = "1",
                IsFinal = phase is JobPhase.Succeeded or JobPhase.Failed,
            };
        MergedFacts facts = new()
        {
            Pull = 1,
            Author = "alice",
            Request = "jobs-requests/vision/old.yaml",
            Sha = "s",
            Gpus = System.Collections.Immutable.ImmutableSortedDictionary.CreateRange([KeyValuePair.Create("a100", 4)]),
        };
        JobRecord merged = record.With(facts.ToEvent(Now.AddHours(-4)));
        return JobKnowledge.Of(
            new LedgerView([state is null ? merged : merged.With(StateEvent.Of(record, state, Now.AddHours(-3.5)))]),
            Now
        );
    }

    private static string Comment(Change change) =>
        ReviewComment
            .Write(
                change.Preview(),
                new CommentContext("https://github.com/acme/ray-jobs", Change.Head, new string('b', 40))
            )
            .ToString();
}
