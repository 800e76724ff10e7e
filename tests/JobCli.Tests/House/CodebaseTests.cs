using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Rayquest.JobCli.Tests.House;

/// <summary><c>docs/codebase.md</c> against the project files and the folders.</summary>
public sealed partial class CodebaseTests
{
    private static readonly string Page = File.ReadAllText(RepositoryFiles.Path("docs", "codebase.md"));

    [Fact]
    public void The_drawing_has_the_references_of_the_projects()
    {
        List<string> drawn = [.. Arrow().Matches(Page).Select(arrow => $"{arrow.Groups[1]} {arrow.Groups[2]}")];
        List<string> real =
        [
            .. Projects()
                .SelectMany(project =>
                    XDocument
                        .Load(project)
                        .Descendants("ProjectReference")
                        .Where(reference => (string?)reference.Attribute("OutputItemType") != "Analyzer")
                        .Select(reference =>
                            $"{Name(project)} {Name(((string?)reference.Attribute("Include"))!.Replace('\\', '/'))}"
                        )
                ),
        ];
        real.Count.ShouldBeGreaterThan(10);
        drawn.Order(StringComparer.Ordinal).ShouldBe(real.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_project_has_its_row() =>
        Row()
            .Matches(Page)
            .Select(row => row.Groups[1].Value)
            .Order(StringComparer.Ordinal)
            .ShouldBe(Projects().Select(Name).Order(StringComparer.Ordinal));

    [Fact]
    public void What_is_pure_is_what_the_analyzer_holds_so()
    {
        IEnumerable<string> held = Projects()
            .Where(project => File.ReadAllText(project).Contains("<IsPure>true</IsPure>", StringComparison.Ordinal))
            .Select(Name);
        Row()
            .Matches(Page)
            .Where(row => row.Groups[2].Value == "yes")
            .Select(row => row.Groups[1].Value)
            .Order(StringComparer.Ordinal)
            .ShouldBe(held.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_path_that_it_names_is_there()
    {
        string[] missing =
        [
            .. SourcePath()
                .Matches(Page)
                .Select(path => path.Groups[1].Value)
                .Select(path => path.Split('<')[0])
                .Where(path => !Path.Exists(RepositoryFiles.Path(path))),
        ];
        missing.ShouldBeEmpty();
    }

    private static IEnumerable<string> Projects() =>
        Directory.EnumerateFiles(RepositoryFiles.Path("src"), "*.csproj", SearchOption.AllDirectories);

    private static string Name(string project) => Path.GetFileNameWithoutExtension(project);

    [GeneratedRegex("^  (Job[A-Za-z]+) --> (Job[A-Za-z]+)$", RegexOptions.Multiline)]
    private static partial Regex Arrow();

    [GeneratedRegex(@"^\| `(Job[A-Za-z]+)` \|.*\| (yes|no) \|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("`(src/[^`]+)`")]
    private static partial Regex SourcePath();
}
