using System.Text;
using System.Text.Json;
using AngleSharp.Html.Parser;
using Rayquest.JobReport.Ledger;
using Rayquest.JobReport.Status;

namespace Rayquest.JobReport.Tests.Status;

/// <summary>What the cluster or Argo CD failed to do is found by a pass and named in the comment and on the status page.</summary>
public sealed class JobConditionTests
{
    private static readonly DateTimeOffset Merged = new(2026, 11, 27, 6, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Started = Merged.AddMinutes(5);
    private const string Object = "resnet-1f0c3";

    public static TheoryData<JobConditionKind, string, string> Neglected =>
        new()
        {
            {
                JobConditionKind.TimeoutNotEnforced,
                "Running",
                "its timeout of 1 h has passed and the operator did not end it"
            },
            {
                JobConditionKind.StuckBeyondQueueTimeout,
                "Initializing",
                "its queueTimeout of 30 min has passed and the operator did not end it"
            },
            { JobConditionKind.OutOfSync, "", "Argo CD has not applied it" },
            { JobConditionKind.NotPruned, "Running", "its request was taken back and Argo CD has not removed it" },
        };

    [Theory]
    [MemberData(nameof(Neglected))]
    public void It_is_named_in_the_comment_and_on_the_page_once_it_is_late(
        JobConditionKind kind,
        string status,
        string words
    )
    {
        bool withdrawn = kind == JobConditionKind.NotPruned;
        JobRecord record = Record(withdrawn);
        DateTimeOffset late = withdrawn ? Merged.AddMinutes(30 + 61) : Merged.AddMinutes(80);
        DateTimeOffset intime = withdrawn
            ? Merged.AddMinutes(30 + 59)
            : Merged.AddMinutes(kind == JobConditionKind.StuckBeyondQueueTimeout ? 35 : 59);

        record = Pass(record, status, intime);
        LedgerView early = new([record]);
        early.Runs.Single().LastState!.Conditions.ShouldNotContain(c => c.Kind == kind);
        Comment(early).ShouldNotContain(words);

        JobRecord after = Pass(record, status, late);
        LedgerView view = new([after]);
        view.Runs.Single().LastState!.Conditions.ShouldContain(c => c.Kind == kind);
        view.Runs.Single().HasUnreportedState.ShouldBeTrue("the pull request is told");
        Comment(view).ShouldContain(words);
        string page = new HtmlParser()
            .ParseDocument(StatusPage.Page(view, new StatusPageOptions(), late))
            .Body!.TextContent;
        page.ShouldContain(words);
        JsonDocument
            .Parse(Encoding.UTF8.GetString(StatusPage.Json(view, new StatusPageOptions(), late)))
            .RootElement.GetRawText()
            .ShouldContain(kind.ToString());

        // It is no news a second time.
        Pass(after, status, late.AddMinutes(5)).Events.Length.ShouldBe(after.Events.Length);
    }

    [Fact]
    public void What_is_being_deleted_is_not_called_out_of_sync()
    {
        JobRecord record = Record(withdrawn: true);
        DateTimeOffset late = Merged.AddHours(2);
        Pass(record, "Running", late, deleting: late.AddMinutes(-2))
            .Events.Where(e => e.Kind == EventKind.State)
            .ShouldAllBe(e =>
                !e.Data.Keys.Any(k =>
                    k.StartsWith("concern/", StringComparison.Ordinal)
                    && k.EndsWith("NotPruned", StringComparison.Ordinal)
                )
            );
    }

    private static JobRecord Record(bool withdrawn)
    {
        MergedFacts facts = new()
        {
            Pull = 1,
            Author = "alice",
            Request = "jobs-requests/vision/resnet.yaml",
            Sha = "s",
            Timeout = TimeSpan.FromHours(1),
            QueueTimeout = TimeSpan.FromMinutes(30),
        };
        JobRecord record = new JobRecord("vision", Object, "RayJob", "ray-vision", []).With(facts.ToEvent(Merged));
        return withdrawn ? record.With(new LedgerEvent(Merged.AddMinutes(30), EventKind.Withdrawn, "c")) : record;
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public void A_finished_job_whose_object_is_gone_is_said_while_its_request_is_there(bool withdrawn, bool said)
    {
        DateTimeOffset later = Merged.AddHours(3);
        JobRecord record = Pass(Record(withdrawn: false), "Complete", Merged.AddHours(2));
        StatusPlan.Of(new LedgerView([record]), Sight([]), team => team, later).Changes.ShouldBeEmpty();
        record = withdrawn ? record.With(new LedgerEvent(later, EventKind.Withdrawn, "c")) : record;
        string? deleted = StatusPlan.Of(new LedgerView([record]), Sight([]), team => team, later).Deleted;
        (deleted is not null).ShouldBe(said);
        (deleted ?? $"{Object} DELETE_RAYJOB_CR_AFTER_JOB_FINISHES").ShouldContain(Object);
        (deleted ?? "DELETE_RAYJOB_CR_AFTER_JOB_FINISHES").ShouldContain("DELETE_RAYJOB_CR_AFTER_JOB_FINISHES");
    }

    /// <summary>The ledger's record after one look at the cluster.</summary>
    private static JobRecord Pass(JobRecord record, string status, DateTimeOffset now, DateTimeOffset? deleting = null)
    {
        Dictionary<string, ObservedJob> jobs = new(StringComparer.Ordinal);
        if (status.Length > 0)
        {
            string gone = deleting is { } at ? $",\"deletionTimestamp\":\"{Text(at)}\"" : "";
            string json = $$$"""
                {"kind": "RayJob", "spec": {},
                 "metadata": {"name": "{{{Object}}}", "namespace": "ray-vision", "uid": "u1", "creationTimestamp": "{{{Text(
                    Started
                )}}}"{{{gone}}} },
                 "status": {"jobDeploymentStatus": "{{{status}}}", "startTime": "{{{Text(Started)}}}"} }
                """;
            jobs[ClusterSnapshot.Key("RayJob", "ray-vision", Object)] = ObservedJob.Read(
                JsonDocument.Parse(json).RootElement
            )!;
        }

        StatusPlan plan = StatusPlan.Of(new LedgerView([record]), Sight(jobs), team => $"ray-{team}", now);
        return plan.Changes.IsEmpty
            ? record
            : record.With(StateEvent.Of(record, plan.Changes.Single().Change.After, now));
    }

    private static string Comment(LedgerView view) =>
        StatusComment
            .Section([.. view.Runs], new Dictionary<string, LogTail>(StringComparer.Ordinal), new StatusLinks(), Merged)
            .ToString();

    private static ClusterSnapshot Sight(Dictionary<string, ObservedJob> jobs) =>
        new() { Jobs = jobs, KindsListed = new HashSet<string>(["RayJob"], StringComparer.Ordinal) };

    private static string Text(DateTimeOffset time) =>
        time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
}
