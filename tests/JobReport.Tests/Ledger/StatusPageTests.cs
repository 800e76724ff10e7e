using System.Text;
using System.Text.Json;
using AngleSharp.Html.Parser;
using Rayquest.JobReport.Ledger;
using Rayquest.JobReport.Status;

namespace Rayquest.JobReport.Tests.Ledger;

public sealed class StatusPageTests
{
    private static readonly DateTimeOffset Now = LedgerTests.T0.AddDays(2);

    private static LedgerView View(string evil = "exit 1")
    {
        var running = LedgerTests.Then(
            LedgerTests.Record("resnet-1f0c3"),
            new JobState(JobPhase.Running) { Since = LedgerTests.T0.AddHours(3), Workers = new WorkerCount(4, 4) },
            LedgerTests.T0.AddHours(4)
        );
        var queued = LedgerTests.Then(
            LedgerTests.Record("bert-00000", "text", 8, 9),
            new JobState(JobPhase.Queued)
            {
                Reason = "Pending",
                Message = evil,
                Since = LedgerTests.T0.AddHours(3),
            },
            LedgerTests.T0.AddHours(4)
        );
        var failed = LedgerTests.Then(
            LedgerTests.Record("vit-22222", "vision", 2, 8),
            new JobState(JobPhase.Failed)
            {
                Reason = "AppFailed",
                Message = evil,
                Started = LedgerTests.T0.AddHours(20),
                Since = LedgerTests.T0.AddHours(28),
                IsFinal = true,
            },
            LedgerTests.T0.AddHours(29)
        );
        return new LedgerView([running, queued, failed, LedgerTests.Record("new-33333", "text", 0, 10)]);
    }

    private static readonly StatusPageOptions Options = new() { RepositoryUrl = "https://github.com/acme/rayquest" };

    [Fact]
    public void The_page_shows_live_jobs_results_and_use()
    {
        var page = StatusPage.Page(View(), Options, Now);
        var document = new HtmlParser().ParseDocument(page);

        document
            .QuerySelectorAll("table:not(.teams)")[0]
            .QuerySelectorAll("tbody tr td:nth-child(2)")
            .Select(cell => cell.TextContent)
            .ShouldBe(["resnet-1f0c3vision", "new-33333text", "bert-00000text"]);
        document
            .QuerySelectorAll("a")
            .Select(link => link.GetAttribute("href"))
            .ShouldContain("https://github.com/acme/rayquest/pull/7");
        document.QuerySelectorAll("figure").Length.ShouldBe(1);
        document.QuerySelectorAll("rect").Length.ShouldBeGreaterThan(1);
        document.QuerySelector("style")!.TextContent.ShouldContain("""content:"";""");
        document.QuerySelectorAll("script").ShouldBeEmpty();
        page.ShouldNotContain(" src=");
        Encoding.UTF8.GetByteCount(page).ShouldBeLessThan(12_000);
    }

    [Fact]
    public void Hostile_text_stays_text()
    {
        const string evil = "\"><script>alert(1)</script><img src=x onerror=alert(1)>'`&\u0000\u202e";
        var document = new HtmlParser().ParseDocument(StatusPage.Page(View(evil), Options, Now));
        document.QuerySelectorAll("script,img").ShouldBeEmpty();
        document.Body!.TextContent.ShouldContain("<script>alert(1)</script>");

        using var json = JsonDocument.Parse(StatusPage.Json(View(evil), Options, Now));
        Encoding.UTF8.GetString(StatusPage.Json(View(evil), Options, Now)).ShouldNotContain("<script>");
        json.RootElement.GetProperty("schema").GetInt32().ShouldBe(1);
        json.RootElement.GetProperty("live").GetArrayLength().ShouldBe(3);
        json.RootElement.GetProperty("results")[0].GetProperty("state").GetString().ShouldBe("Failed");
    }

    [Fact]
    public void A_repository_address_that_is_not_https_makes_no_link()
    {
        var document = new HtmlParser().ParseDocument(
            StatusPage.Page(View(), Options with { RepositoryUrl = "javascript:alert(1)//" }, Now)
        );
        document.QuerySelectorAll("a").ShouldBeEmpty();
    }

    [Fact]
    public void An_empty_ledger_and_a_lost_cluster_say_so()
    {
        var page = StatusPage.Page(new LedgerView([]), Options with { UnreachableSince = Now.AddMinutes(-20) }, Now);
        page.ShouldContain("Nothing is running or waiting.");
        page.ShouldContain("The cluster cannot be asked since");
    }

    [Fact]
    public void The_same_ledger_gives_the_same_bytes()
    {
        StatusPage.Page(View(), Options, Now).ShouldBe(StatusPage.Page(View(), Options, Now));
        StatusPage.Json(View(), Options, Now).ShouldBe(StatusPage.Json(View(), Options, Now));
    }
}
