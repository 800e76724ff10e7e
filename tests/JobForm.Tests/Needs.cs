using System.Reflection;

namespace Rayquest.JobForm.Tests;

/// <summary>What a test can't run without; where it is missing the test is skipped and says so.</summary>
internal static class Needs
{
    /// <summary>Debian's chromium, or null.</summary>
    public static string? Browser { get; } = ProgramPath.Of("chromium");

    /// <summary>The published page, which <c>./build.sh --target=Form</c> and <c>Test</c> make.</summary>
    public static string Site { get; } = Files.Path("artifacts", "form", "wwwroot");

    public static void Page()
    {
        Assert.SkipWhen(Browser is null, "chromium is not on PATH");
        Assert.SkipUnless(
            File.Exists(Path.Combine(Site, "index.html")),
            "the form was not published (./build.sh --target=Form)"
        );
        Assert.SkipWhen(Driver is null, "Playwright's driver needs Node.js on PATH");
    }

    private static string? Driver { get; } = ProgramPath.Of("node");

    /// <summary>Makes Playwright run its driver from the package, by the machine's own Node.js.</summary>
    public static void UseOwnNode()
    {
        Environment.SetEnvironmentVariable("PLAYWRIGHT_NODEJS_PATH", Driver);
        Environment.SetEnvironmentVariable(
            "PLAYWRIGHT_DRIVER_SEARCH_PATH",
            typeof(Needs)
                .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
                .Single(a => a.Key == "Playwright")
                .Value
        );
    }
}
