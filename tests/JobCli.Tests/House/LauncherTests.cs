namespace Rayquest.JobCli.Tests.House;

public sealed class LauncherTests : IDisposable
{
    private readonly LauncherFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void It_builds_once_and_says_so_on_the_error_stream()
    {
        Needs.Program("bash");
        folder.Launch("lint", "a b").ShouldBe((0, "one lint a b\n", "building rayquest (once)…\n"));
        folder.Launch("lint").ShouldBe((0, "one lint\n", ""));
        folder.Builds.ShouldBe(1);
    }

    [Fact]
    public void A_changed_source_is_built_and_a_restored_one_is_not_built_again()
    {
        Needs.Program("bash");
        folder.Launch();
        folder.Write("src/source", "two");
        folder.Launch().Output.ShouldBe("two\n");
        folder.Write("src/source", "one");
        folder.Launch().Output.ShouldBe("one\n");
        folder.Builds.ShouldBe(2);
    }

    [Fact]
    public void A_source_of_the_same_size_and_an_older_time_is_seen()
    {
        Needs.Program("bash");
        folder.Launch();
        folder.Write("src/source", "two");
        File.SetLastWriteTimeUtc(folder.Path("src/source"), new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        folder.Launch().Output.ShouldBe("two\n");
    }

    [Fact]
    public void Added_and_removed_sources_are_seen_and_build_output_is_not()
    {
        Needs.Program("bash");
        folder.Launch();
        folder.Write("src/bin/output", "x");
        folder.Write("src/obj/output", "x");
        folder.Launch();
        folder.Builds.ShouldBe(1);
        folder.Write("src/more", "x");
        folder.Launch();
        folder.Builds.ShouldBe(2);
        File.Delete(folder.Path("src/more"));
        folder.Write("src/other", "x");
        folder.Launch();
        folder.Builds.ShouldBe(3);
    }

    [Fact]
    public async Task Several_that_start_at_once_build_once()
    {
        Needs.Program("bash");
        var runs = await Task.WhenAll(
            Enumerable.Range(0, 6).Select(number => Task.Run(() => folder.Launch($"{number}")))
        );
        runs.Select(run => run.Output).ShouldBe(Enumerable.Range(0, 6).Select(number => $"one {number}\n"));
        folder.Builds.ShouldBe(1);
    }

    [Fact]
    public void A_build_that_fails_says_why_and_leaves_nothing_behind()
    {
        Needs.Program("bash");
        folder.Write("src/source", "broken");
        var (code, output, errors) = folder.Launch();
        code.ShouldBe(3);
        output.ShouldBeEmpty();
        errors.ShouldContain("error XX1");
        errors.ShouldContain("could not be built");
        Directory.GetDirectories(folder.Path(".rayquest"), "program-*").ShouldBeEmpty();
        folder.Write("src/source", "fixed");
        folder.Launch().Output.ShouldBe("fixed\n");
    }

    [Fact]
    public void A_program_that_is_named_is_run_as_it_is()
    {
        Needs.Program("bash");
        var (code, output, _) = folder.LaunchIn(new() { ["RAYQUEST_BIN"] = ProgramPath.Of("echo")! }, "as", "told");
        code.ShouldBe(0);
        output.ShouldBe("as told\n");
        Directory.Exists(folder.Path(".rayquest")).ShouldBeFalse();
    }

    [Fact]
    public void Both_launchers_build_again_for_the_same_files()
    {
        Needs.Program("bash");
        var bash = Sources(File.ReadAllText(RepositoryFiles.Path("rayquest")), "sources=(", ")", ' ');
        var powershell = Sources(
            File.ReadAllText(RepositoryFiles.Path("rayquest.ps1")),
            "$sources = ",
            "\n$files",
            ','
        );
        powershell.ShouldBe(bash);
        bash.ShouldAllBe(source => Path.Exists(RepositoryFiles.Path(source)));

        // What the SDK and NuGet read by themselves from this folder, whether a project names it or not.
        string[] read =
        [
            "Directory.Build.props",
            "Directory.Build.targets",
            "Directory.Build.rsp",
            "Directory.Packages.props",
            "NuGet.config",
            "nuget.config",
            "NuGet.Config",
            "global.json",
            ".editorconfig",
            ".globalconfig",
        ];
        foreach (var file in read.Where(file => File.Exists(RepositoryFiles.Path(file))))
        {
            bash.ShouldContain(file);
        }
    }

    private static string[] Sources(string text, string begin, string end, char between)
    {
        text = text.ReplaceLineEndings("\n");
        var start = text.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        return
        [
            .. text[start..text.IndexOf(end, start, StringComparison.Ordinal)]
                .Split([between, ' ', '\n'], StringSplitOptions.RemoveEmptyEntries)
                .Select(source => source.Trim('\'')),
        ];
    }
}
