using System.Security.Cryptography;
using Rayquest.JobCli.Tests.House;

namespace Rayquest.JobCli.Tests.CommandLineTests;

/// <summary>
/// A published template repository is exactly what <c>init</c> writes with the words of <c>build/template.txt</c>: the targets
/// Template and Release write it so, and <c>tests/Fixtures/template.txt</c> lists it, file by file with its digest.
/// </summary>
public sealed class TemplateTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("rayquest-template-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void The_template_is_what_is_listed()
    {
        string golden = RepositoryFiles.Path("tests", "Fixtures", "template.txt");
        string listing = Listing(Written("template"));
        if (
            Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1"
            && Environment.GetEnvironmentVariable("CI") is null or ""
        )
        {
            File.WriteAllText(golden, listing);
        }

        listing.ShouldBe(
            File.ReadAllText(golden).ReplaceLineEndings("\n"),
            "what init writes has changed: look at artifacts/template (./build.sh --target=Template), then UPDATE_GOLDEN=1"
        );
    }

    [Fact]
    public void It_is_the_same_wherever_it_is_written() =>
        Listing(Written("one")).ShouldBe(Listing(Written("another-folder/two")));

    [Fact]
    public void It_passes_the_check_that_its_own_ci_runs()
    {
        string written = Written("template");
        Tool.Run("git", ["init", "--quiet", "--initial-branch=main"], written, []).Code.ShouldBe(0);
        (int code, string output, string errors) = Shell.RunIn(written, "check");
        code.ShouldBe(0, output + errors);
    }

    private string Written(string name)
    {
        string target = Path.Combine(folder, name);
        string[] words =
        [
            .. File.ReadLines(RepositoryFiles.Path("build", "template.txt"))
                .Where(line => line.Length > 0 && line[0] != '#'),
        ];
        (int code, string output, string errors) = Shell.RunIn(folder, ["init", target, .. words]);
        code.ShouldBe(0, output + errors);
        return target;
    }

    // The schemas follow every change of the request; `check` compares them byte for byte.
    private static string Listing(string written) =>
        string.Concat(
            Directory
                .GetFiles(written, "*", SearchOption.AllDirectories)
                .Select(file => (Path: Path.GetRelativePath(written, file).Replace('\\', '/'), File: file))
                .OrderBy(file => file.Path, StringComparer.Ordinal)
                .Select(file =>
                    file.Path.StartsWith("policies/schema/", StringComparison.Ordinal)
                        ? $"{"of this version", -64}  {file.Path}\n"
                        : $"{Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file.File)))}  {file.Path}\n"
                )
        );
}
