using Rayquest.JobReport.Doctor;

namespace Rayquest.JobCli.Tests.House;

/// <summary>Whatever is not a request or rendered from one has an owner: it could run with the pipeline's credentials.</summary>
public sealed class CodeOwnersTests
{
    private static readonly CodeOwners Ours = new(File.ReadAllText(RepositoryFiles.Path(".github", "CODEOWNERS")));

    [Fact]
    public void Every_file_but_requests_and_rendered_jobs_has_an_owner()
    {
        Needs.Program("git");
        string[] files = Tool.Run("git", "ls-files", "-z").Output.Split('\0', StringSplitOptions.RemoveEmptyEntries);
        files.Length.ShouldBeGreaterThan(500);
        foreach (string file in files)
        {
            bool data =
                file.StartsWith("jobs-requests/", StringComparison.Ordinal)
                || file.StartsWith("jobs/", StringComparison.Ordinal);
            (Ours.OwnersOf(file).Count == 0).ShouldBe(data, file);
        }
    }

    [Theory]
    [InlineData(".rayquest/program-0123456789abcdef/rayquest")]
    [InlineData("Directory.Build.targets")]
    [InlineData("Directory.Build.rsp")]
    [InlineData("NuGet.config")]
    [InlineData("src/JobRehearsal/Story.cs")]
    [InlineData("src/jobs/evil.cs")]
    [InlineData("jobs-requests.yaml")]
    [InlineData(".github/CODEOWNERS")]
    [InlineData("CODEOWNERS")]
    [InlineData("policies/quotas.yaml")]
    public void What_anybody_could_add_has_an_owner_before_it_is_there(string path) =>
        Ours.OwnersOf(path).ShouldNotBeEmpty();

    [Fact]
    public void The_last_line_decides_and_an_unknown_form_is_refused()
    {
        new CodeOwners("* @a/b\n/jobs/ # nobody\n").OwnersOf("jobs/x/y.yaml").ShouldBeEmpty();
        new CodeOwners("/jobs/\n* @a/b @c\n").OwnersOf("jobs/x/y.yaml").ShouldBe(["@a/b", "@c"]);
        Should.Throw<FormatException>(() => new CodeOwners("*.yaml\n"));
    }
}
