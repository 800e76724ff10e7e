using System.Diagnostics;
using System.Globalization;
using System.Text;
using Rayquest.JobReport.Ledger;
using Rayquest.JobReport.Status;

namespace Rayquest.JobReport.Tests.Ledger;

/// <summary>The page in a real browser, wide and on a phone, light and dark. RAYQUEST_SCREENSHOTS names a folder to keep the pictures.</summary>
public sealed class StatusPageInBrowserTests
{
    private static readonly DateTimeOffset Now = LedgerTests.T0.AddDays(20);

    private static LedgerView View(int live)
    {
        var records = new List<JobRecord>();
        string[] teams = ["vision", "nlp", "search"];
        for (var number = 0; number < 52 + live; number++)
        {
            var team = teams[number % 3];
            var record = LedgerTests.Record(
                string.Create(CultureInfo.InvariantCulture, $"job{number}-{number:00000}"),
                team,
                1 + (number % 8),
                number + 1
            );
            var start = LedgerTests.T0.AddHours(Math.Min(number, 60) * 7);
            record = LedgerTests.Then(
                record,
                new JobState(JobPhase.Running) { Since = start, Workers = new WorkerCount(4, 4) },
                start.AddMinutes(1)
            );
            if (number < 52)
            {
                record = LedgerTests.Then(
                    record,
                    new JobState(number % 5 == 0 ? JobPhase.Failed : JobPhase.Succeeded)
                    {
                        Reason = number % 5 == 0 ? "AppFailed" : "",
                        Message =
                            number % 5 == 0
                                ? "a-very-long-word-without-any-place-to-break-it-" + new string('x', 200)
                                : "",
                        Since = start.AddHours(5 + (number % 9)),
                        IsFinal = true,
                    },
                    start.AddHours(20)
                );
            }

            records.Add(record);
        }

        var waiting = LedgerTests.Record("bert-33333", "nlp", 8, 99);
        records.Add(
            LedgerTests.Then(
                waiting,
                new JobState(JobPhase.Queued)
                {
                    Reason = "Pending",
                    Message =
                        "couldn't assign flavors to pod set trainers: insufficient unused quota for nvidia.com/gpu in flavor a100, 4 more needed",
                    Since = Now.AddHours(-3),
                    Conditions = [new JobCondition(JobConditionKind.StuckBeyondQueueTimeout, Now.AddHours(-3), "2 h")],
                },
                Now
            )
        );
        return new LedgerView(records);
    }

    [Theory]
    [InlineData("wide", 1200, false, 8)]
    [InlineData("phone", 500, false, 8)]
    [InlineData("phone-dark", 500, true, 8)]
    [InlineData("empty", 500, false, 0)]
    [InlineData("many", 1200, true, 600)]
    [InlineData("many-phone", 500, false, 600)]
    public void The_page_draws_and_fits(string name, int width, bool dark, int live)
    {
        Needs.Chromium();
        var folder = Directory.CreateTempSubdirectory("rayquest-").FullName;
        try
        {
            var page = Path.Combine(folder, "status.html");
            File.WriteAllText(
                page,
                StatusPage.Page(
                    live == 0 ? new LedgerView([]) : View(live),
                    new StatusPageOptions { RepositoryUrl = "https://github.com/acme/ray-jobs" },
                    Now
                )
            );
            var picture = Path.Combine(folder, "status.png");
            Chromium(folder, $"--window-size={width},2400", dark, $"--screenshot={picture}", page);
            var bytes = File.ReadAllBytes(picture);
            // A PNG says its size in its first chunk; a page that failed to draw compresses to next to nothing.
            (bytes[18] << 8 | bytes[19]).ShouldBe(width);
            bytes.Length.ShouldBeGreaterThan(live == 0 ? 5_000 : 30_000);
            if (Environment.GetEnvironmentVariable("RAYQUEST_SCREENSHOTS") is { Length: > 0 } keep)
            {
                Directory.CreateDirectory(keep);
                File.Copy(picture, Path.Combine(keep, $"status-{name}.png"), overwrite: true);
            }

            // The browser's own word on whether anything sticks out: a copy of the page with a script that says so.
            var probe = Path.Combine(folder, "probe.html");
            File.WriteAllText(
                probe,
                File.ReadAllText(page)
                    .Replace("default-src 'none'", "default-src 'unsafe-inline'", StringComparison.Ordinal)
                    .Replace(
                        "</body>",
                        "<script>document.title='width '+document.documentElement.scrollWidth+' of '+document.documentElement.clientWidth</script></body>",
                        StringComparison.Ordinal
                    )
            );
            var dom = Chromium(folder, $"--window-size={width},2400", dark, "--dump-dom", probe);
            var title = dom[
                (dom.IndexOf("<title>", StringComparison.Ordinal) + 7)..dom.IndexOf(
                    "</title>",
                    StringComparison.Ordinal
                )
            ];
            var words = title.Split(' ');
            words[0].ShouldBe("width", dom.Length > 300 ? dom[..300] : dom);
            int.Parse(words[1], CultureInfo.InvariantCulture)
                .ShouldBeLessThanOrEqualTo(int.Parse(words[3], CultureInfo.InvariantCulture));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Chromium(string folder, string size, bool dark, string act, string page)
    {
        var start = new ProcessStartInfo(Needs.Browser!)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        foreach (
            var argument in new[]
            {
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--hide-scrollbars",
                "--disable-extensions",
                "--no-first-run",
                "--disable-quic",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                $"--user-data-dir={Path.Combine(folder, "profile")}",
                dark ? "--blink-settings=preferredColorScheme=0" : "--blink-settings=preferredColorScheme=1",
                size,
                act,
                new Uri(page).AbsoluteUri,
            }
        )
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        _ = errors.GetAwaiter().GetResult();
        return output;
    }
}
