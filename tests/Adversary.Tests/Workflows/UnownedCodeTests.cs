using Rayquest.JobCli.Tests.House;

namespace Rayquest.Adversary.Tests.Workflows;

/// <summary>
/// What a pull request puts beside the requests (a program where the launcher looks for one, a target that runs while it is
/// built) must be reviewed by its owner, and must find no credential.
/// </summary>
[Hole(2)]
public sealed class UnownedCodeTests : IDisposable
{
    private readonly LauncherFolder folder = new();
    private readonly string temporary = Directory.CreateTempSubdirectory("rayquest-runner-").FullName;

    public void Dispose()
    {
        folder.Dispose();
        Directory.Delete(temporary, recursive: true);
    }

    [Fact]
    public void A_committed_program_gets_neither_token_nor_key()
    {
        Needs.Program("bash");
        folder.Launch().Code.ShouldBe(0);
        string built = Path.GetFileName(Directory.GetDirectories(folder.Path(".rayquest"), "program-*").Single());
        string planted = $".rayquest/{built}/rayquest";
        folder.WriteProgram(planted, "#!/bin/sh\necho PLANTED $GITHUB_TOKEN $RAYQUEST_APP_PRIVATE_KEY\n");
        folder.Commit(planted);
        (int code, string output, string errors) = folder.LaunchIn(Trusted(), "review", "--pull", "1");
        (code, output).ShouldBe((3, ""));
        errors.ShouldContain(planted);
    }

    [Fact]
    public void What_runs_while_the_program_is_built_gets_neither()
    {
        Needs.Program("bash");
        folder.LaunchIn(Trusted(), "review", "--pull", "1").Code.ShouldBe(2);
        File.Exists(folder.Path("environment")).ShouldBeFalse();
        folder.LaunchIn(new() { ["CI"] = "true", ["RUNNER_TEMP"] = temporary }, "--version").Code.ShouldBe(0);
        File.ReadAllText(folder.Path("environment")).ShouldNotContain("SECRET");
        folder.LaunchIn(Trusted(), "review", "--pull", "1").Output.ShouldBe("one review --pull 1\n");
    }

    [Theory]
    [InlineData(".rayquest/program-0123456789abcdef/rayquest")]
    [InlineData("Directory.Build.targets")]
    [InlineData("NuGet.config")]
    [InlineData("src/JobRehearsal/Story.cs")]
    [InlineData("global.json")]
    public void Whatever_is_no_request_has_an_owner(string path)
    {
        CodeOwners owners = new(File.ReadAllText(RepositoryFiles.Path(".github", "CODEOWNERS")));
        owners.OwnersOf(path).ShouldNotBeEmpty();
        owners.OwnersOf("jobs-requests/vision/resnet.yaml").ShouldBeEmpty();
    }

    private Dictionary<string, string> Trusted() =>
        new()
        {
            ["CI"] = "true",
            ["RUNNER_TEMP"] = temporary,
            ["GITHUB_TOKEN"] = "SECRET token",
            ["RAYQUEST_APP_PRIVATE_KEY"] = "SECRET key",
        };
}
