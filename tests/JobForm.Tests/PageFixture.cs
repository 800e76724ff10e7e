using System.Collections.Concurrent;
using Microsoft.Playwright;
using Rayquest.JobCli.Commands;
using Rayquest.JobFormEngine.Data;
using Rayquest.JobHosts.Files;
using Rayquest.JobHosts.FormSite;

namespace Rayquest.JobForm.Tests;

/// <summary>
/// The published page in the machine's own browser, served as <c>rayquest form --serve</c> serves it. Loading it takes seconds, so the
/// tests share one page and begin anew in it; what it asks the network for, and what it complains of, is kept for all of them.
/// </summary>
public sealed class PageFixture : IAsyncLifetime
{
    private IPlaywright? playwright;
    private IBrowser? browser;
    private FormServer? server;
    private Task? serving;
    private readonly CancellationTokenSource stop = new();
    private string? folder;
    private IPage? shared;

    /// <summary>Every address that any page of the tests asked for.</summary>
    public ConcurrentBag<string> Asked { get; } = [];

    /// <summary>What pages wrote to the console as errors, and what they threw.</summary>
    public ConcurrentBag<string> Complaints { get; } = [];

    /// <summary>The working tree the page saves into.</summary>
    public string Repository => folder!;

    public string Address => server!.Address;

    public string Origin => server!.Origin;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        if (Needs.Browser is null || !File.Exists(Path.Combine(Needs.Site, "index.html")))
        {
            return;
        }

        folder = Directory.CreateTempSubdirectory("rayquest-page-").FullName;
        foreach ((string path, byte[] bytes) in Files.Below("policies", "jobs", "jobs-requests"))
        {
            string full = Path.Combine(folder, path);
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            await File.WriteAllBytesAsync(full, bytes);
        }

        string data = (Files.Snapshot() with { CanSave = true }).Write();
        server = new FormServer(Needs.Site, 0, () => data, body => FormSave.Take(new FolderTree(folder), body));
        serving = server.Run(stop.Token);
        Needs.UseOwnNode();
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(
            new BrowserTypeLaunchOptions
            {
                ExecutablePath = Needs.Browser,
                Args = ["--no-sandbox", "--disable-dev-shm-usage"],
            }
        );
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (browser is not null)
        {
            await browser.DisposeAsync();
        }

        playwright?.Dispose();
        await stop.CancelAsync();
        if (serving is not null)
        {
            await serving;
        }

        server?.Dispose();
        stop.Dispose();
        if (folder is not null)
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>A page of its own, in a browser profile of its own.</summary>
    public async Task<IPage> Open(BrowserNewContextOptions? options = null, string hash = "")
    {
        options ??= new BrowserNewContextOptions();
        options.Locale ??= "en-US";
        options.ServiceWorkers ??= ServiceWorkerPolicy.Block;
        IBrowserContext context = await browser!.NewContextAsync(options);
        context.Request += (_, request) => Asked.Add(request.Url);
        IPage page = await context.NewPageAsync();
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                Complaints.Add(message.Text);
            }
        };
        page.PageError += (_, fault) => Complaints.Add(fault);
        await page.GotoAsync(Address + hash);
        await Ready(page);
        return page;
    }

    /// <summary>Waits until the page can be used.</summary>
    public static Task Ready(IPage page) =>
        page.WaitForSelectorAsync(
            "html[data-ready='yes']",
            new PageWaitForSelectorOptions { State = WaitForSelectorState.Attached, Timeout = 120_000 }
        );

    /// <summary>The shared page with a request to begin with.</summary>
    public async Task<IPage> Begin(string start = "kind=RayJob")
    {
        shared ??= await Open(
            new BrowserNewContextOptions
            {
                ViewportSize = new ViewportSize { Width = 1440, Height = 1000 },
            }
        );
        await shared.EvaluateAsync($"location.hash = '#{start}'");
        await shared.WaitForFunctionAsync("location.hash === ''");
        return shared;
    }

    /// <summary>Waits until a condition of the page holds; its own policy keeps Playwright from asking twice.</summary>
    public static Task Until(IPage page, string condition) =>
        page.EvaluateAsync(
            $"async () => {{ for (let i = 0; i < 1500; i++) {{ if ({condition}) return; await new Promise(r => setTimeout(r, 20)); }} throw new Error('never came'); }}"
        );

    /// <summary>The request as the page has it.</summary>
    public static Task<string> Text(IPage page) => page.Locator("#yaml").InputValueAsync();

    /// <summary>Waits until what is shown was evaluated, and says the verdict.</summary>
    public static async Task<string> Verdict(IPage page)
    {
        await page.WaitForSelectorAsync(
            "#took[data-behind='no']",
            new PageWaitForSelectorOptions { State = WaitForSelectorState.Attached }
        );
        return (await page.Locator("#verdict").GetAttributeAsync("data-verdict"))!;
    }
}
