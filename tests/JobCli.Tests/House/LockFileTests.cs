using System.Text.Json;

namespace Rayquest.JobCli.Tests.House;

/// <summary>
/// The program is restored in several ways (as it is, native, as a .NET tool), each with a lock file of its own, of which an
/// ordinary build writes one alone. A release refuses what doesn't fit, so the others must follow.
/// </summary>
public sealed class LockFileTests
{
    public static TheoryData<string> Others { get; } =
    [
        .. Directory
            .GetFiles(RepositoryFiles.Path("src", "JobCli"), "packages.*.lock.json")
            .Select(file => Path.GetFileName(file)!)
            .Order(StringComparer.Ordinal),
    ];

    [Theory]
    [MemberData(nameof(Others))]
    public void Every_lock_file_of_the_program_names_the_same_packages(string file)
    {
        Others.Count.ShouldBeGreaterThanOrEqualTo(2);
        Dictionary<string, string> wanted = Packages("packages.lock.json");
        wanted.Count.ShouldBeGreaterThan(15);
        Dictionary<string, string> found = Packages(file);
        foreach ((string name, string entry) in wanted)
        {
            found.ShouldContainKey(
                name,
                $"restore it again: dotnet restore src/JobCli/JobCli.csproj --force-evaluate, with -p:AotFor=… or -p:AsTool=true"
            );
            found[name].ShouldBe(entry);
        }
    }

    // What a project leans on, or a package's version and hash; the linker's and compiler's own packages differ.
    private static Dictionary<string, string> Packages(string file)
    {
        using JsonDocument document = JsonDocument.Parse(
            File.ReadAllBytes(RepositoryFiles.Path("src", "JobCli", file))
        );
        return document
            .RootElement.GetProperty("dependencies")
            .EnumerateObject()
            .First()
            .Value.EnumerateObject()
            .Where(package => !package.Name.StartsWith("Microsoft.NET.ILLink", StringComparison.Ordinal))
            .ToDictionary(package => package.Name, package => package.Value.GetRawText(), StringComparer.Ordinal);
    }
}
