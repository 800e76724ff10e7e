using System.Text;
using System.Text.Json;
using Rayquest.JobCli.Tests.House;

namespace Rayquest.JobCli.Tests.CommandLineTests;

/// <summary>What <c>lint --format sarif</c> prints, by the standard's JSON Schema and by its makers' own tool with GitHub's rules.</summary>
public sealed class SarifTests : IDisposable
{
    private readonly Shell shell = new();

    public void Dispose() => shell.Dispose();

    /// <summary>The SARIF tool of this platform, or null.</summary>
    internal static string? Multitool { get; } =
        new[] { "linux", "darwin", "win32" }
            .Select(platform =>
                RepositoryFiles.Path("tests", "sarif", "node_modules", "@microsoft", "sarif-multitool-" + platform)
            )
            .SelectMany(folder =>
                new[] { "Sarif.Multitool", "Sarif.Multitool.exe" }.Select(file => Path.Combine(folder, file))
            )
            .FirstOrDefault(File.Exists);

    [Fact]
    public void Every_output_is_valid_by_the_standards_schema_and_the_tools_rules()
    {
        Needs.SarifTools();
        Assert.SkipWhen(Multitool is null, "npm has no SARIF tool for this platform");
        string[] files = Outputs();
        (int code, string output, string errors) = Tool.Run(
            "node",
            [RepositoryFiles.Path("tests", "sarif", "check.mjs"), .. files]
        );
        (code, output).ShouldBe((0, ""), errors);
        Validate(files).ShouldBeEmpty();
    }

    [Fact]
    public void What_is_wrong_is_found_by_both()
    {
        Needs.SarifTools();
        Assert.SkipWhen(Multitool is null, "npm has no SARIF tool for this platform");
        shell.Write("jobs-requests/vision/train.yaml", Shell.Good + "timout: 1h\n");
        string good = shell.Run("lint", "--format", "sarif").Out;
        string[] files =
        [
            Keep("level", good.Replace("\"level\": \"error\"", "\"level\": \"fatal\"", StringComparison.Ordinal)),
            Keep("line", good.Replace("\"startLine\": 4", "\"startLine\": 0", StringComparison.Ordinal)),
            Keep("key", good.Replace("\"ruleId\"", "\"ruleID\"", StringComparison.Ordinal)),
            Keep("uri", good.Replace("train.yaml", "tr ain.yaml", StringComparison.Ordinal)),
        ];
        files.ShouldAllBe(file => File.ReadAllText(file) != good);
        string found = Tool.Run("node", [RepositoryFiles.Path("tests", "sarif", "check.mjs"), .. files]).Output;
        found.ShouldContain("must be >= 1");
        found.ShouldContain("must be equal to one of the allowed values");
        found.ShouldContain("must NOT have additional properties");
        found.ShouldContain("must match format");
        string wrongEnd = Keep("end", good.Replace("\"endColumn\": 7", "\"endColumn\": 0", StringComparison.Ordinal));
        string wrongIndex = Keep(
            "index",
            good.Replace("\"ruleIndex\": 0", "\"ruleIndex\": 7", StringComparison.Ordinal)
        );
        Validate([wrongEnd]).ShouldNotBeEmpty();
        Validate([wrongIndex]).ShouldNotBeEmpty();
    }

    [Fact]
    public void Files_are_named_from_the_repositorys_root_and_percent_encoded()
    {
        shell.Write("jobs-requests/vision/50% größer #1?.yaml", Shell.Good);
        Uris(shell.Run("lint", "--format", "sarif").Out)
            .ShouldContain(("jobs-requests/vision/50%25%20gr%C3%B6%C3%9Fer%20%231%3F.yaml", "SRCROOT"));
    }

    [Fact]
    public void A_manifest_is_named_from_the_root_or_else_by_its_whole_path()
    {
        const string manifest = "apiVersion: ray.io/v1\nkind: RayJob\nmetadata: {name: a}\nspec:\n  entrypont: x\n";
        shell.Write("deploy/job.yaml", manifest);
        using Shell elsewhere = new();
        elsewhere.Write("job.yaml", manifest);
        string outside = Path.Combine(elsewhere.Root, "job.yaml").Replace('\\', '/');
        Uris(shell.Run("lint", "--format", "sarif", "--manifest", Path.Combine(shell.Root, "deploy", "job.yaml")).Out)
            .ShouldAllBe(place => place.Equals(new ValueTuple<string, string?>("deploy/job.yaml", "SRCROOT")));
        Uris(shell.Run("lint", "--format", "sarif", "--manifest", outside).Out)
            .ShouldAllBe(place => place.Uri == "file://" + outside && place.Base == null);
        shell
            .Run("lint", "--format", "github", "--manifest", Path.Combine(shell.Root, "deploy", "job.yaml"))
            .Out.ShouldContain("::error file=deploy/job.yaml,line=5,");
        shell.Run("lint", "--manifest", outside).Out.ShouldContain(outside + ":5:3: error RQ4001");
    }

    [Fact]
    public void A_finding_keeps_its_fingerprint_when_lines_are_added_far_above()
    {
        string rest = string.Concat(Enumerable.Range(0, 9).Select(i => $"# a comment that stands below, {i}\n"));
        shell.Write("jobs-requests/vision/train.yaml", Shell.Good + "timout: 1h\n" + rest);
        string[] before = Fingerprints(shell.Run("lint", "--format", "sarif").Out);
        shell.Write("jobs-requests/vision/train.yaml", "# new\n\n" + Shell.Good + "  \ntimout: 1h\n" + rest);
        Fingerprints(shell.Run("lint", "--format", "sarif").Out).ShouldBe(before);
        before.ShouldHaveSingleItem().ShouldMatch("^[0-9a-f]+:1$");
    }

    private string[] Outputs()
    {
        List<string> files = [];
        shell.Write("jobs-requests/vision/train.yaml", Shell.Good);
        files.Add(Keep("none", shell.Run("lint", "--format", "sarif").Out));

        // Errors, warnings, safe and unsafe fixes, a related place, text beyond ASCII and beyond the basic plane.
        shell.Write(
            "jobs-requests/vision/train.yaml",
            "name: train\nname: größe\nentrypoint: python \"\U0001F600\" train.py | tee log\nworker: {replicas: \"2\"}\nenv: {A: no, API_TOKEN: ghp_0123456789abcdefghijklmnopqrstuvwxyz}\n"
        );
        shell.Write("jobs-requests/vision/zwei %41 größen #?&.yaml", "name: zwei\nentrypont: a\n");
        shell.Write("jobs-requests/vision/empty.yaml", "");
        shell.Write("jobs-requests/nlp/notes.txt", "hello\n");
        shell.Write("policies/rules.yaml", "severity: {RQ3060: warning}\n");
        files.Add(Keep("many", shell.Run("lint", "--format", "sarif").Out));
        foreach (string wanted in new[] { "\"warning\"", "\"error\"", "\"fixes\"", "\"relatedLocations\"", "größe" })
        {
            File.ReadAllText(files[^1]).ShouldContain(wanted);
        }

        shell.Write("policies/rules.yaml", "rule: {}\n");
        files.Add(Keep("policy", shell.Run("lint", "--format", "sarif").Out));
        File.Delete(Path.Combine(shell.Root, "policies", "rules.yaml"));

        for (int i = 0; i < 100; i++)
        {
            StringBuilder text = new($"name: many-{i}\nentrypoint: a\nworkers: {{replicas: 1}}\n");
            for (int k = 0; k < 10; k++)
            {
                text.Append($"unknown{k}: {k}\n");
            }

            shell.Write($"jobs-requests/vision/many-{i}.yaml", text.ToString());
        }

        files.Add(Keep("thousand", shell.Run("lint", "--format", "sarif").Out));
        using JsonDocument thousand = JsonDocument.Parse(File.ReadAllText(files[^1]));
        thousand.RootElement.GetProperty("runs")[0].GetProperty("results").GetArrayLength().ShouldBeGreaterThan(1000);

        shell.Write("job.yaml", "apiVersion: ray.io/v1\nkind: RayJob\nmetadata: {name: a}\nspec:\n  entrypont: x\n");
        files.Add(Keep("manifest", shell.Run("lint", "--manifest", "job.yaml", "--format", "sarif").Out));
        return [.. files];
    }

    private string Keep(string name, string sarif)
    {
        shell.Write($"out/{name}.sarif", sarif);
        return Path.Combine(shell.Root, "out", name + ".sarif");
    }

    /// <summary>What the SARIF tool calls an error or a warning, GitHub's rules included.</summary>
    private static string[] Validate(string[] files)
    {
        if (!OperatingSystem.IsWindows())
        {
            // npm may be told to run no install scripts; this one's does just this.
            File.SetUnixFileMode(Multitool!, File.GetUnixFileMode(Multitool!) | UnixFileMode.UserExecute);
        }

        string output = Tool.Run(
            Multitool!,
            ["validate", .. files, "--rule-kind", "Sarif;Ghas", "--level", "Error;Warning"]
        ).Output;
        output.ShouldContain($"{files.Length} files scanned.");
        return
        [
            .. output
                .Split('\n')
                .Where(line =>
                    line.Contains(": error ", StringComparison.Ordinal)
                    || line.Contains(": warning ", StringComparison.Ordinal)
                )
                // The program has no page of its own to point to: where it is kept is up to who uses it.
                .Where(line => !line.Contains("SARIF2005", StringComparison.Ordinal)),
        ];
    }

    private static (string Uri, string? Base)[] Uris(string sarif)
    {
        using JsonDocument json = JsonDocument.Parse(sarif);
        (string, string?)[] places =
        [
            .. json
                .RootElement.GetProperty("runs")[0]
                .GetProperty("results")
                .EnumerateArray()
                .Select(r =>
                    r.GetProperty("locations")[0].GetProperty("physicalLocation").GetProperty("artifactLocation")
                )
                .Select(a =>
                    (
                        a.GetProperty("uri").GetString()!,
                        a.TryGetProperty("uriBaseId", out JsonElement id) ? id.GetString() : null
                    )
                ),
        ];
        places.ShouldNotBeEmpty();
        return places;
    }

    private static string[] Fingerprints(string sarif)
    {
        using JsonDocument json = JsonDocument.Parse(sarif);
        return
        [
            .. json
                .RootElement.GetProperty("runs")[0]
                .GetProperty("results")
                .EnumerateArray()
                .Select(r => r.GetProperty("partialFingerprints").GetProperty("primaryLocationLineHash").GetString()!),
        ];
    }
}
