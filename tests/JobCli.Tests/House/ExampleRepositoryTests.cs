using Rayquest.JobCli.Tests.CommandLineTests;

namespace Rayquest.JobCli.Tests.House;

/// <summary>The repositories under <c>examples/</c>, with the commands that their READMEs name.</summary>
public sealed class ExampleRepositoryTests
{
    [Theory]
    [InlineData("volcano", "lint")]
    [InlineData("volcano", "render", "--check")]
    [InlineData("volcano", "argocd", "--check")]
    public void It_is_what_the_program_writes(string name, params string[] command)
    {
        string folder = RepositoryFiles.Path("examples", name);
        File.ReadAllText(Path.Combine(folder, "README.md"))
            .ShouldContain($"./rayquest {string.Join(' ', command)} --repo examples/{name}");
        (int code, string output, string error) = Shell.RunIn(folder, [.. command, "--repo", folder]);
        code.ShouldBe(0, output + error);
    }

    [Fact]
    public void What_it_renders_is_taken_by_the_engine()
    {
        string jobs = RepositoryFiles.Path("examples", "volcano", "jobs");
        string queues = RepositoryFiles.Path("examples", "volcano", "argocd", "queues.yaml");
        (int code, string output, string error) = Shell.RunIn(RepositoryFiles.Root, "lint", "--manifest", jobs, queues);
        code.ShouldBe(0, output + error);
        Directory
            .GetFiles(jobs, "*.yaml", SearchOption.AllDirectories)
            .Select(file => File.ReadAllText(file).Contains("kind: Job\n", StringComparison.Ordinal))
            .ShouldBe([true, true]);
    }
}
