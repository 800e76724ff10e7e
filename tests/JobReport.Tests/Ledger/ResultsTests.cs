using AngleSharp.Html.Parser;
using Rayquest.JobModel.Requests;
using Rayquest.JobReport.Ledger;
using Rayquest.JobReport.Status;
using Rayquest.JobReport.Tests.Markdown;

namespace Rayquest.JobReport.Tests.Ledger;

/// <summary>What a job printed as its results, from the ledger to where people read it.</summary>
public sealed class ResultsTests
{
    private static readonly DateTimeOffset End = LedgerTests.T0.AddHours(4);

    private static JobRecord Ran(
        string name,
        string log,
        JobPhase phase = JobPhase.Succeeded,
        BestResult? best = null,
        string request = "jobs-requests/vision/tune.yaml",
        string lr = "0.1"
    )
    {
        JobState state = new(phase) { Since = End, IsFinal = true };
        MergedFacts facts = MergedFacts.Read(LedgerTests.Record(name).Events[0])! with
        {
            Request = request,
            Best = best,
            SweepValues = MergedFacts.Read(LedgerTests.Record(name).Events[0])!.SweepValues.Add("lr", lr),
        };
        JobRecord record = LedgerTests.Then(
            new JobRecord("vision", name, "RayJob", "team-vision", [facts.ToEvent(LedgerTests.T0)]),
            state,
            End
        );
        return JobResults.Of(log) is { } results ? record.With(ResultsEvent.Of(results, End, state)) : record;
    }

    private static string Comment(params JobRecord[] records) =>
        StatusComment
            .Section([.. records.Select(JobRun.Of)], new Dictionary<string, LogTail>(), new StatusLinks(), End)
            .ToString();

    [Fact]
    public void Results_survive_their_way_through_the_ledger_and_its_compaction()
    {
        JobRecord record = Ran(
            "tune-00001",
            "RAYQUEST_RESULT {\"accuracy\": 0.93, \"model\": \"b\\\"ig\", \"ok\": true}"
        );
        const string json = """{"accuracy":0.93,"model":"b\"ig","ok":true}""";
        JobRun.Of(JobRecord.Read(record.Write()).Record!).Results!.Json().ShouldBe(json);
        JobRun.Of(LedgerCompaction.Compact(record)).Results!.Json().ShouldBe(json);
        MergedFacts facts = JobRun.Of(JobRecord.Read(record.Write()).Record!).Merged!;
        facts.SweepValues["lr"].ShouldBe("0.1");
        LedgerCheck.Verify([(record.Path, record.Write())], End.AddDays(1)).ShouldBeEmpty();
    }

    [Fact]
    public void A_ledger_without_results_has_none_and_one_that_was_changed_by_hand_is_read_with_care()
    {
        JobRun.Of(Ran("tune-00001", "")).Results.ShouldBeNull();
        LedgerEvent odd = new(
            End,
            EventKind.Results,
            "x",
            new Dictionary<string, string>
            {
                ["value/a"] = "[1]",
                ["value/b"] = "not json",
                ["value/c d"] = "1",
                ["value/e"] = "2",
            }
        );
        ResultsEvent.Read(odd)!.Json().ShouldBe("""{"e":2}""");
    }

    [Fact]
    public void A_single_job_shows_its_values() =>
        Comment(Ran("train-00001", "RAYQUEST_RESULT {\"accuracy\": 0.93, \"model\": \"big\"}"))
            .ShouldContain("| Result | Value |\n|---|---|\n| `accuracy` | 0.93 |\n| `model` | `big` |\n");

    [Theory]
    [InlineData("max accuracy", "tune-00002", "tune-00001", "tune-00004", "tune-00003")]
    [InlineData("min accuracy", "tune-00004", "tune-00001", "tune-00002", "tune-00003")]
    public void A_sweep_is_sorted_by_what_it_asks_for_and_the_best_is_marked(string goal, params string[] order)
    {
        BestResult best = BestResult.Parse(goal)!;
        string comment = Comment(
            Ran("tune-00001", "RAYQUEST_RESULT {\"accuracy\": 0.8}", best: best, lr: "0.1"),
            Ran("tune-00002", "RAYQUEST_RESULT {\"accuracy\": 0.95}", best: best, lr: "0.01"),
            Ran("tune-00003", "", best: best, lr: "1"),
            Ran("tune-00004", "RAYQUEST_RESULT {\"accuracy\": -2}", best: best, lr: "0.5")
        );
        comment.ShouldContain($"Sorted by `{goal}`.\n\n| Job | State | `lr` | `accuracy` |\n");
        string table = comment[comment.IndexOf("Sorted by", StringComparison.Ordinal)..];
        order
            .Select(name => table.IndexOf($"| `{name}`", StringComparison.Ordinal))
            .ShouldBeInOrder(SortDirection.Ascending);
        table.ShouldContain($"| `{order[0]}` **best** |");
        table.Split("**best**").Length.ShouldBe(2);
    }

    [Fact]
    public void What_failed_is_never_the_best()
    {
        BestResult best = new(IsMax: true, "accuracy");
        string comment = Comment(
            Ran("tune-00001", "RAYQUEST_RESULT {\"accuracy\": 0.8}", best: best),
            Ran("tune-00002", "RAYQUEST_RESULT {\"accuracy\": 0.99}", JobPhase.Failed, best)
        );
        comment.ShouldContain("| `tune-00001` **best** |");
    }

    [Fact]
    public void Before_all_have_ended_the_best_is_so_for_now()
    {
        BestResult best = new(IsMax: true, "accuracy");
        JobRecord running = new(
            "vision",
            "tune-00002",
            "RayJob",
            "team-vision",
            [Ran("tune-00002", "", best: best).Events[0]]
        );
        string comment = Comment(
            Ran("tune-00001", "RAYQUEST_RESULT {\"accuracy\": 0.8}", best: best),
            LedgerTests.Then(running, new JobState(JobPhase.Running) { Since = End }, End)
        );
        comment.ShouldContain("| `tune-00001` **best so far** |");
    }

    [Fact]
    public void Text_of_a_job_stays_text_on_the_pull_request()
    {
        string comment = Comment(
            Ran("a-00001", "RAYQUEST_RESULT {\"m\": \"@octocat | <b>x</b> `#1` https://example.com\"}", lr: "@octocat"),
            Ran("a-00002", "RAYQUEST_RESULT {\"m\": 1}")
        );
        comment.ShouldContain("@octocat");
        GitHubReading.Meanings(GitHubReading.Read(comment), "STRONG", "SUB").ShouldBeEmpty();
    }

    [Fact]
    public void A_line_that_cannot_be_read_is_said()
    {
        string comment = Comment(Ran("train-00001", "RAYQUEST_RESULT {\"accuracy\": NaN}"));
        comment.ShouldContain("- `train-00001` printed `RAYQUEST_RESULT`, but it is no flat JSON object: byte 14");
    }

    [Fact]
    public void The_page_and_the_export_have_them()
    {
        LedgerView view = new([
            Ran("train-00001", "RAYQUEST_RESULT {\"accuracy\": 0.93, \"m\": \"<script>x</script>\"}"),
        ]);
        string page = StatusPage.Page(view, new StatusPageOptions(), End);
        new HtmlParser().ParseDocument(page).QuerySelectorAll("script").ShouldBeEmpty();
        page.ShouldContain("accuracy 0.93 · m &lt;script&gt;");
        System
            .Text.Encoding.UTF8.GetString(StatusPage.Json(view, new StatusPageOptions(), End))
            .ShouldContain("\"results\": {\n        \"accuracy\": 0.93,");
        LedgerExport.JsonLines(view.Runs, End).ShouldContain("\"results\":{\"accuracy\":0.93,");
        LedgerExport.CsvHeader.ShouldEndWith(",maxCost,results\r\n");
        LedgerExport.CsvRows(view.Runs, End).ShouldContain(",\"{\"\"accuracy\"\":0.93,");
    }
}
