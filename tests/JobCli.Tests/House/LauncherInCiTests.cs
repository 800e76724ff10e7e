namespace Rayquest.JobCli.Tests.House;

/// <summary>
/// In CI the launcher stands between a checkout and the credentials of a workflow: it runs no program out of the first, and
/// builds none beside the second.
/// </summary>
public sealed class LauncherInCiTests : IDisposable
{
    private const string Key = "RAYQUEST_APP_PRIVATE_KEY";
    private const string Planted = "#!/bin/sh\necho PLANTED token=$GITHUB_TOKEN key=$RAYQUEST_APP_PRIVATE_KEY\n";

    private readonly LauncherFolder folder = new();
    private readonly string temporary = Directory.CreateTempSubdirectory("rayquest-runner-").FullName;

    public void Dispose()
    {
        folder.Dispose();
        Directory.Delete(temporary, recursive: true);
    }

    [Fact]
    public void A_program_that_somebody_committed_is_refused_by_name()
    {
        Needs.Program("bash");
        var program = Plant();
        folder.Commit(program);
        foreach (var variable in new[] { "CI", "GITHUB_ACTIONS" })
        {
            var (code, output, errors) = folder.LaunchIn(
                new()
                {
                    [variable] = "true",
                    ["GITHUB_TOKEN"] = "t",
                    [Key] = "k",
                },
                "review",
                "--pull",
                "1"
            );
            code.ShouldBe(3);
            output.ShouldBeEmpty();
            errors.ShouldContain(program);
        }
    }

    [Fact]
    public void A_program_that_lies_in_the_checkout_is_not_run_whoever_left_it()
    {
        Needs.Program("bash");
        Plant();
        var (code, output, _) = folder.LaunchIn(new() { ["CI"] = "true", ["RUNNER_TEMP"] = temporary }, "lint");
        (code, output).ShouldBe((0, "one lint\n"));
        Directory.GetDirectories(temporary, "rayquest").ShouldHaveSingleItem();
    }

    [Fact]
    public void It_is_built_without_credentials_and_run_with_them()
    {
        Needs.Program("bash");
        Dictionary<string, string> ci = new() { ["CI"] = "true", ["RUNNER_TEMP"] = temporary };
        Dictionary<string, string> trusted = new(ci) { ["GITHUB_TOKEN"] = "t", [Key] = "k" };

        // A target of Directory.Build.targets, of a project or of a package runs while it is built: it must find nothing.
        var (code, _, errors) = folder.LaunchIn(trusted, "review");
        code.ShouldBe(2);
        errors.ShouldContain($"nothing is built while {Key} is in the environment");
        folder.Builds.ShouldBe(0);

        folder.LaunchIn(ci, "--version").ShouldBe((0, "one --version\n", "building rayquest (once)…\n"));
        folder.LaunchIn(trusted, "review", "--pull", "1").ShouldBe((0, "one review --pull 1\n", ""));
        folder.Builds.ShouldBe(1);
        File.ReadAllText(folder.Path("environment")).ShouldNotContain($"{Key}=k");
        Directory.Exists(folder.Path(".rayquest")).ShouldBeFalse();
    }

    [Fact]
    public void Every_credential_of_our_workflows_keeps_it_from_building()
    {
        Needs.Program("bash");
        foreach (var name in new[] { "GITHUB_TOKEN", "GH_TOKEN", Key, "RAYQUEST_KUBECONFIG" })
        {
            folder
                .LaunchIn(
                    new()
                    {
                        ["CI"] = "true",
                        ["RUNNER_TEMP"] = temporary,
                        [name] = "x",
                    },
                    "status"
                )
                .Errors.ShouldContain($"while {name} is");
        }

        folder.Builds.ShouldBe(0);
        // A person's own machine holds a person's own token.
        folder.LaunchIn(new() { ["GITHUB_TOKEN"] = "t" }, "status").Code.ShouldBe(0);
    }

    [Fact]
    public void Where_CI_has_no_folder_for_it_the_program_goes_with_the_call()
    {
        Needs.Program("bash");
        Dictionary<string, string> ci = new() { ["CI"] = "true", ["TMPDIR"] = temporary };
        folder.LaunchIn(ci, "lint").Output.ShouldBe("one lint\n");
        folder.LaunchIn(ci, "lint").Output.ShouldBe("one lint\n");
        folder.Builds.ShouldBe(2);
        Directory.GetFileSystemEntries(temporary).ShouldBeEmpty();
        Directory.Exists(folder.Path(".rayquest")).ShouldBeFalse();
    }

    [Fact]
    public void The_exit_code_is_the_programs()
    {
        Needs.Program("bash");
        folder.Write("src/source", "x; exit 7 #");
        folder.LaunchIn(new() { ["CI"] = "true", ["TMPDIR"] = temporary }, "lint").Code.ShouldBe(7);
        folder.LaunchIn(new() { ["CI"] = "true", ["RUNNER_TEMP"] = temporary }, "lint").Code.ShouldBe(7);
    }

    /// <summary>A program where a build would have put its own: under the hash of the sources, which anybody can work out.</summary>
    private string Plant()
    {
        folder.Launch("lint").Code.ShouldBe(0);
        var built = Directory.GetDirectories(folder.Path(".rayquest"), "program-*").ShouldHaveSingleItem();
        var program = $".rayquest/{Path.GetFileName(built)}/rayquest";
        Directory.Delete(folder.Path(".rayquest"), recursive: true);
        File.Delete(folder.Path("log"));
        folder.WriteProgram(program, Planted);
        return program;
    }
}
