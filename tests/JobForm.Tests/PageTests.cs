using System.Text.Json;
using System.Text.RegularExpressions;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Rayquest.JobFormEngine.Requests;
using Rayquest.JobLint;
using Rayquest.JobLint.Catalogue;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobReport.Evaluation;
using Rayquest.JobReport.Output;

namespace Rayquest.JobForm.Tests;

/// <summary>The published, trimmed page in a real browser.</summary>
public sealed class PageTests(PageFixture fixture) : IClassFixture<PageFixture>
{
    [Fact]
    public async Task A_request_filled_in_is_to_the_byte_what_the_program_writes()
    {
        Needs.Page();
        IPage page = await fixture.Begin();
        await page.Locator("#team").SelectOptionAsync("vision");
        await page.Locator("#f-name").FillAsync("resnet");
        await page.Locator("#f-image").FillAsync("ray-gpu");
        await page.Locator("#f-entrypoint").FillAsync("python -V");
        await page.Locator("#f-workers-replicas").FillAsync("2");
        await page.Locator("#f-workers-gpu").SelectOptionAsync("a100");
        await page.Locator("#f-workers-gpus").FillAsync("1");
        await page.Locator("#f-timeout").FillAsync("6");
        (await PageFixture.Text(page)).ShouldBe(
            RequestScaffold.Write(
                new FirstRequest("resnet", "2", "1")
                {
                    Own = [("entrypoint", "python -V")],
                    Gpu = "a100",
                    Image = "ray-gpu",
                    Timeout = "6h",
                }
            )
        );
        (await PageFixture.Verdict(page)).ShouldBe("pass");
        (await page.Locator("#path").TextContentAsync()).ShouldBe("jobs-requests/vision/resnet.yaml");
        (await page.Locator("#pull-request").GetAttributeAsync("href"))!.ShouldStartWith(
            "https://github.com/example/ray-jobs/new/main?filename=jobs-requests%2F"
        );
    }

    [Fact]
    public async Task A_fault_stands_under_its_field_with_its_rule_and_is_mended_by_its_fix()
    {
        Needs.Page();
        IPage page = await fixture.Begin();
        await page.Locator("#yaml")
            .FillAsync(
                "# keep me\nname: resnet\nentrypoint: python -V\nworkers: {replicas: 2, memory: 64GB}\ntimout: 6h   # and me\n"
            );
        (await PageFixture.Verdict(page)).ShouldBe("blocked");
        ILocator under = page.Locator("[data-field='workers.memory'] .finding");
        (await under.TextContentAsync())!.ShouldContain("64GB");
        (await under.Locator("a").GetAttributeAsync("href"))!.ShouldBe(
            "https://github.com/example/ray-jobs/blob/main/docs/rules/RQ0022.md"
        );
        (await page.Locator("[data-field='workers.memory'] input").First.GetAttributeAsync("aria-invalid")).ShouldBe(
            "true"
        );
        await page.Locator(".found .fix").Filter(new LocatorFilterOptions { HasText = "timeout" }).ClickAsync();
        await PageFixture.Until(page, "document.getElementById('yaml').value.includes('timeout: 6h   # and me')");
        (await PageFixture.Text(page)).ShouldStartWith("# keep me\n");
    }

    [Fact]
    public async Task A_hostile_request_stays_text()
    {
        Needs.Page();
        IPage page = await fixture.Begin();
        const string Hostile =
            "name: \"<img src=x onerror=document.title='owned'>\"\nowner: \"javascript:alert(1)\"\nentrypoint: \"</textarea><script>document.title='owned'</script>\"\ndescription: \"![x](https://evil.example/x.png) @everyone\"\n";
        await page.Locator("#yaml").FillAsync(Hostile);
        (await PageFixture.Verdict(page)).ShouldBe("blocked");
        (await page.TitleAsync()).ShouldNotBe("owned");
        (await page.Locator("main img, main script, main a[href^='javascript']").CountAsync()).ShouldBe(0);
        (await page.Locator("#path").TextContentAsync())!.ShouldEndWith("/request.yaml");
        (await PageFixture.Text(page)).ShouldBe(Hostile);
    }

    [Fact]
    public async Task An_edit_of_a_live_cluster_is_explained_and_shown_against_what_is_merged()
    {
        Needs.Page();
        IPage page = await fixture.Begin("from=vision/notebook-alice");
        string before = await File.ReadAllTextAsync(Files.Path("jobs-requests", "vision", "notebook-alice.yaml"));
        (await PageFixture.Text(page)).ShouldBe(before);
        RequestText request = new(before);
        string changed = request
            .With(FieldPlace.Root.Key("head").Key("cpu"), RequestNodes.Plain("3"))
            .ShouldNotBeNull();
        await page.Locator("#yaml").FillAsync(changed);
        await PageFixture.Verdict(page);
        (await page.Locator(".edits li").CountAsync()).ShouldBeGreaterThan(0);
        FormEngine engine = new(Files.Snapshot());
        FormOutcome native = engine.Evaluate(
            engine.DraftOf("jobs-requests/vision/notebook-alice.yaml")! with
            {
                Text = changed,
            }
        );
        (await page.Locator("#diff").TextContentAsync()).ShouldBe(native.ManifestDiff);
        (await page.Locator("#manifest").TextContentAsync()).ShouldBe(native.Manifest);
        (await page.Locator("#edit-on-github").CountAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task The_form_edits_by_value_and_comments_stay()
    {
        Needs.Page();
        IPage page = await fixture.Begin();
        await page.Locator("#yaml")
            .FillAsync("# first\nname: a   # second\nentrypoint: python -V\n# third\nworkers: {replicas: 1}\n");
        await page.Locator("#add-f-workers").ClickAsync();
        await page.Locator("#f-workers-1-replicas").FillAsync("3");
        await page.Locator("#f-workers-0-replicas-how").SelectOptionAsync("range");
        await page.Locator("#f-workers-0-replicas-max").FillAsync("8");
        string text = await PageFixture.Text(page);
        (
            text.Contains("# first\n", StringComparison.Ordinal),
            text.Contains("a   # second\n", StringComparison.Ordinal),
            text.Contains("# third\n", StringComparison.Ordinal)
        ).ShouldBe((true, true, true));
        RequestText read = new(text);
        read.Word(new FieldPlace(["workers", 1, "replicas"])).ShouldBe("3");
        read.Word(new FieldPlace(["workers", 0, "replicas", "max"])).ShouldBe("8");
    }

    [Fact]
    public async Task A_draft_survives_a_reload_and_a_link_carries_it()
    {
        Needs.Page();
        IPage page = await fixture.Open();
        const string Text = "name: kept   # 中文\nentrypoint: python -V\n";
        await page.Locator("#yaml").FillAsync(Text);
        await PageFixture.Verdict(page);
        await PageFixture.Until(page, "(localStorage.getItem('rayquest.draft') ?? '').includes('kept')");
        await page.ReloadAsync();
        await PageFixture.Ready(page);
        (await PageFixture.Text(page)).ShouldBe(Text);
        (await page.Locator("#discard").CountAsync()).ShouldBe(1);
        (await page.Context.CookiesAsync()).ShouldBeEmpty();
        await page.Context.CloseAsync();

        IPage other = await fixture.Begin(JobFormEngine.Links.FormStart.Share(new FormDraft("nlp", Text))[1..]);
        (await PageFixture.Text(other)).ShouldBe(Text);
        (await other.Locator("#team").InputValueAsync()).ShouldBe("nlp");
    }

    [Fact]
    public async Task What_is_saved_lands_in_the_working_tree()
    {
        Needs.Page();
        IPage page = await fixture.Begin();
        await page.Locator("#yaml").FillAsync("name: saved-here\nentrypoint: python -V\n");
        await page.Locator("#save").ClickAsync();
        await PageFixture.Until(page, "document.querySelector('.notice').textContent.includes('saved-here.yaml')");
        string team = await page.Locator("#team").InputValueAsync();
        File.ReadAllText(Path.Combine(fixture.Repository, "jobs-requests", team, "saved-here.yaml"))
            .ShouldBe("name: saved-here\nentrypoint: python -V\n");
    }

    [Fact]
    public async Task The_trimmed_page_says_of_every_golden_case_and_example_what_the_whole_program_says()
    {
        Needs.Page();
        IPage page = await fixture.Begin();
        List<string> differ = [];
        int compared = 0;
        foreach (GoldenDraft given in GoldenDraft.All.Concat(Examples()))
        {
            FormOutcome native = new FormEngine(given.Snapshot).Evaluate(given.Draft);
            string answer = await page.EvaluateAsync<string>(
                "a => DotNet.invokeMethodAsync('Rayquest.JobForm', 'Evaluate', ...a)",
                new[]
                {
                    given.Snapshot.Write(),
                    given.Draft.Team,
                    given.Draft.Text,
                    JsonSerializer.Serialize(
                        given.Draft.Files.ToDictionary(
                            f => f.Key,
                            f => Convert.ToBase64String(f.Value),
                            StringComparer.Ordinal
                        )
                    ),
                }
            );
            using JsonDocument said = JsonDocument.Parse(answer);
            compared++;
            if (
                said.RootElement.GetProperty("preview").GetString() != PreviewJson.Write(native.Evaluation)
                || said.RootElement.GetProperty("manifest").GetString() != native.Manifest
            )
            {
                differ.Add(given.Name);
            }
        }

        differ.ShouldBeEmpty();
        compared.ShouldBeGreaterThan(150);
    }

    [Theory]
    [InlineData("en-US", false)]
    [InlineData("zh-CN", true)]
    public async Task Axe_finds_nothing_serious(string locale, bool dark)
    {
        Needs.Page();
        IPage page = await fixture.Open(
            new BrowserNewContextOptions
            {
                Locale = locale,
                ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
                ViewportSize = new ViewportSize { Width = 1440, Height = 1000 },
            }
        );
        await page.Locator("#yaml")
            .FillAsync(
                "name: resnet\nentrypoint: python -V\nenv: {A: b}\nworkers: {replicas: 200, memory: 64GB, gpu: a100, gpus: 1}\ntimout: 6h\n"
            );
        await PageFixture.Verdict(page);
        await page.EvaluateAsync("document.querySelectorAll('details').forEach(d => d.open = true)");
        (await page.Locator("html").GetAttributeAsync("lang")).ShouldBe(dark ? "zh-CN" : "en");
        AxeResult result = await page.RunAxe();
        result
            .Violations.Where(v => v.Impact is "serious" or "critical")
            .Select(v => $"{v.Id}: {v.Help}: {string.Join(" | ", v.Nodes.Take(5).Select(n => n.Html))}")
            .ShouldBeEmpty();
        await page.Context.CloseAsync();
    }

    [Theory]
    [InlineData(390)]
    [InlineData(768)]
    [InlineData(1440)]
    public async Task Nothing_is_wider_than_the_screen(int width)
    {
        Needs.Page();
        IPage page = await fixture.Begin("example=gpu");
        await page.SetViewportSizeAsync(width, 900);
        try
        {
            foreach (string view in (string[])["form", "request", "outcome"])
            {
                if (width < 700)
                {
                    await page.Locator("#view-" + view).ClickAsync();
                }

                (
                    await page.EvaluateAsync<int>(
                        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
                    )
                ).ShouldBe(0, view);
                (await page.Locator($"#pane-{view}").IsVisibleAsync()).ShouldBeTrue();
            }
        }
        finally
        {
            await page.SetViewportSizeAsync(1440, 1000);
        }
    }

    [Fact]
    public async Task It_works_by_keyboard_alone()
    {
        Needs.Page();
        IPage page = await fixture.Begin();
        await page.Locator("#f-name").FocusAsync();
        await page.Keyboard.PressAsync("Control+A");
        await page.Keyboard.TypeAsync("by-keys");
        for (int tabs = 0; tabs < 12; tabs++)
        {
            await page.Keyboard.PressAsync("Tab");
            if (await page.EvaluateAsync<string>("document.activeElement.id") == "f-entrypoint")
            {
                break;
            }
        }

        await page.Keyboard.PressAsync("Control+A");
        await page.Keyboard.TypeAsync("python -V");
        ILocatorAssertions text = Assertions.Expect(page.Locator("#yaml"));
        await text.ToHaveValueAsync(new Regex("name: by-keys\nentrypoint: python -V\n"));
        await page.Locator("#yaml").FocusAsync();
        await page.Keyboard.PressAsync("Control+End");
        await page.Keyboard.TypeAsync("ret");
        await page.Keyboard.PressAsync("Control+Space");
        await page.Locator(".offered button").First.PressAsync("Enter");
        await text.ToHaveValueAsync(new Regex("retries: $"));
        await page.Keyboard.TypeAsync("2");
        await text.ToHaveValueAsync(new Regex("retries: 2$"));
    }

    [Fact]
    public async Task After_the_first_load_it_works_without_a_network()
    {
        Needs.Page();
        IPage page = await fixture.Open(new BrowserNewContextOptions { ServiceWorkers = ServiceWorkerPolicy.Allow });
        await page.EvaluateAsync(
            "async () => { const c = await caches.open('rayquest-form'); for (let i = 0; i < 600; i++) { if (await c.match('form.json') && (await c.keys()).some(k => k.url.endsWith('dotnet.native.wasm'))) return; await new Promise(r => setTimeout(r, 50)); } throw new Error('nothing was kept'); }"
        );
        await page.Context.SetOfflineAsync(true);
        await page.ReloadAsync();
        await PageFixture.Ready(page);
        await page.Locator("#f-name").FillAsync("offline");
        (await PageFixture.Verdict(page)).ShouldNotBeEmpty();
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task It_asks_no_other_site_for_anything_and_breaks_no_rule_of_its_own_policy()
    {
        Needs.Page();
        IPage page = await fixture.Begin("example=sweep");
        await PageFixture.Verdict(page);
        fixture.Asked.ShouldNotBeEmpty();
        fixture
            .Asked.Where(u =>
                !u.StartsWith(fixture.Address, StringComparison.Ordinal)
                && !u.StartsWith("data:", StringComparison.Ordinal)
                && !u.StartsWith("blob:" + fixture.Origin, StringComparison.Ordinal)
            )
            .ShouldBeEmpty();
        fixture
            .Complaints.Where(c => !c.Contains("net::ERR_INTERNET_DISCONNECTED", StringComparison.Ordinal))
            .ShouldBeEmpty();
        string policy = (
            await page.Locator("meta[http-equiv='Content-Security-Policy']").GetAttributeAsync("content")
        )!;
        policy.ShouldStartWith("default-src 'none'");
        policy.ShouldNotContain("http");
        policy.ShouldNotContain("'unsafe-eval'");
        // Nothing that the policy forbids is let through: another site is not asked.
        (
            await page.EvaluateAsync<bool>("fetch('https://example.com/').then(() => true, () => false)")
        ).ShouldBeFalse();
    }

    private static IEnumerable<GoldenDraft> Examples()
    {
        JobFormEngine.Data.FormSnapshot policies = Files.Snapshot(JobFormEngine.Data.SnapshotContent.Policies);
        return RuleCatalog
            .All.Where(r => r.Bad is { Kind: ExampleKind.Request })
            .Select(r => new GoldenDraft("example " + r.Code, policies, new FormDraft("vision", r.Bad!.Text)));
    }
}
