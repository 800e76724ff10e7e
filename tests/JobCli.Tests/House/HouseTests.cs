using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Rayquest.JobCli.Tests.House;

public sealed partial class HouseTests
{
    private static readonly Dictionary<string, string[]> Arrows = new(StringComparer.Ordinal)
    {
        ["JobModel"] = [],
        ["JobEngines"] = ["JobModel"],
        ["JobLint"] = ["JobModel", "JobEngines"],
        ["JobRender"] = ["JobModel"],
        ["JobReport"] = ["JobModel", "JobLint", "JobRender"],
        ["JobHosts"] = ["JobReport"],
        ["JobScaffold"] = ["JobReport"],
        ["JobRehearsal"] = ["JobHosts"],
        ["JobFormEngine"] = ["JobReport"],
        ["JobForm"] = ["JobFormEngine"],
        ["JobCli"] = ["JobFormEngine", "JobHosts", "JobScaffold", "JobRehearsal"],
    };

    [Fact]
    public void Arrows_between_projects_point_one_way()
    {
        var found = Directory
            .GetFiles(RepositoryFiles.Path("src"), "*.csproj", SearchOption.AllDirectories)
            .ToDictionary(
                file => Path.GetFileNameWithoutExtension(file)!,
                file =>
                    XDocument
                        .Load(file)
                        .Descendants("ProjectReference")
                        .Select(reference => Path.GetFileNameWithoutExtension((string)reference.Attribute("Include")!))
                        .ToArray(),
                StringComparer.Ordinal
            );
        found.Keys.ShouldBe(Arrows.Keys, ignoreOrder: true);
        foreach (var (project, references) in found)
        {
            references.ShouldBeSubsetOf(Arrows[project], $"{project} looks where it must not");
        }
    }

    [Fact]
    public void No_file_names_a_registry_or_one_machine()
    {
        Needs.Program("git");
        // Put together here, so that this file is not a finding of its own.
        string[] hosts = ["api.nu" + "get.org", "registry.npm" + "js", "deb.deb" + "ian.org", "flat" + "container"];
        foreach (var file in Tracked().Where(file => !file.Contains("/cases/", StringComparison.Ordinal)))
        {
            var text = File.ReadAllText(RepositoryFiles.Path(file));
            hosts.Where(host => text.Contains(host, StringComparison.OrdinalIgnoreCase)).ShouldBeEmpty(file);
            if (!file.EndsWith("lock.json", StringComparison.Ordinal))
            {
                MachinePath().Matches(text).Select(match => match.Value).ShouldBeEmpty(file);
            }
        }
    }

    [Fact]
    public void Relative_links_in_the_documents_lead_somewhere()
    {
        Needs.Program("git");
        foreach (
            var file in Tracked()
                .Where(file =>
                    file.EndsWith(".md", StringComparison.Ordinal)
                    && !file.StartsWith("tests/", StringComparison.Ordinal)
                )
        )
        {
            var folder = Path.GetDirectoryName(RepositoryFiles.Path(file))!;
            foreach (Match link in Link().Matches(Fence().Replace(File.ReadAllText(RepositoryFiles.Path(file)), "")))
            {
                var target = link.Groups[1].Value;
                if (
                    !target.Contains("://", StringComparison.Ordinal)
                    && !target.StartsWith('#')
                    && !target.StartsWith("mailto:", StringComparison.Ordinal)
                )
                {
                    Path.Exists(Path.Combine(folder, target.Split('#')[0])).ShouldBeTrue($"{file} links to {target}");
                }
            }
        }
    }

    [Fact]
    public void Every_decision_is_listed()
    {
        var list = File.ReadAllText(RepositoryFiles.Path("docs", "adr", "README.md"));
        foreach (var decision in Directory.GetFiles(RepositoryFiles.Path("docs", "adr"), "0*.md"))
        {
            list.ShouldContain($"({Path.GetFileName(decision)})");
        }
    }

    [Fact]
    public void Every_target_that_is_named_exists()
    {
        Needs.Program("git");
        var tasks = Task()
            .Matches(File.ReadAllText(RepositoryFiles.Path("build", "build.cake")))
            .Select(task => task.Groups[1].Value)
            .ToHashSet();
        tasks.ShouldContain("Default");
        foreach (
            var file in Tracked()
                .Where(file =>
                    file.EndsWith(".md", StringComparison.Ordinal) || file.EndsWith(".yml", StringComparison.Ordinal)
                )
        )
        {
            foreach (Match target in Target().Matches(File.ReadAllText(RepositoryFiles.Path(file))))
            {
                tasks.ShouldContain(target.Groups[1].Value, file);
            }
        }
    }

    private static IEnumerable<string> Tracked() =>
        Tool.Run("git", "ls-files", "-z")
            .Output.Split('\0', StringSplitOptions.RemoveEmptyEntries)
            .Where(file => File.Exists(RepositoryFiles.Path(file)) && !file.EndsWith(".png", StringComparison.Ordinal));

    // Folders of whoever works on it. /home/ray and /tmp/ray are the containers' own.
    [GeneratedRegex(
        "(?<![A-Za-z0-9_.~-])(/wo" + "rk/|/fa" + "rm/|/ro" + "ot/|/tm" + "p/(?!ray)[a-z]|/ho" + "me/(?!ray)[a-z]+/)"
    )]
    private static partial Regex MachinePath();

    [GeneratedRegex(@"\]\(([^)\s]+)\)", RegexOptions.NonBacktracking)]
    private static partial Regex Link();

    [GeneratedRegex("(?ms)^```.*?^```|`[^`\n]*`")]
    private static partial Regex Fence();

    [GeneratedRegex("Task\\(\"([A-Za-z]+)\"\\)", RegexOptions.NonBacktracking)]
    private static partial Regex Task();

    [GeneratedRegex("--target=([A-Za-z]+)", RegexOptions.NonBacktracking)]
    private static partial Regex Target();
}
