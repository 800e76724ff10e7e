namespace Rayquest.JobCli.Tests.House;

/// <summary>The launcher, on a small repository whose .NET SDK is a stub that "builds" a program printing its source.</summary>
public sealed class LauncherTests : IDisposable
{
    private const string Stub = """
        #!/usr/bin/env bash
        while [ $# -gt 0 ]; do
          if [ "$1" = --output ]; then into=$2; fi
          shift
        done
        root=$(cd "$(dirname "$0")/.." && pwd)
        echo built >> "$root/log"
        if grep -q broken "$root/src/source"; then echo "source: error XX1: broken" ; exit 1; fi
        mkdir -p "$into"
        { echo '#!/bin/sh'; echo "echo $(cat "$root/src/source") \"\$@\""; } > "$into/rayquest"
        chmod +x "$into/rayquest"
        """;

    private readonly string folder = Directory.CreateTempSubdirectory("rayquest-launcher-").FullName;

    public LauncherTests()
    {
        foreach (
            var file in (string[])
                [
                    "tests/Directory.Build.props",
                    "Directory.Build.props",
                    "Directory.Build.targets",
                    "Directory.Packages.props",
                    "global.json",
                    ".editorconfig",
                    "build/BannedSymbols.txt",
                    "tests/Rehearsal/source",
                ]
        )
        {
            Write(file, "");
        }

        Write("src/source", "one");
        Write("stub/dotnet", Stub);
        File.Copy(RepositoryFiles.Path("rayquest"), Path.Combine(folder, "rayquest"));
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(
                Path.Combine(folder, "stub", "dotnet"),
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            );
        }
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [ProgramFact("bash")]
    public void It_builds_once_and_says_so_on_the_error_stream()
    {
        Launch("lint", "a b").ShouldBe((0, "one lint a b\n", "building rayquest (once)…\n"));
        Launch("lint").ShouldBe((0, "one lint\n", ""));
        Builds().ShouldBe(1);
    }

    [ProgramFact("bash")]
    public void A_changed_source_is_built_and_a_restored_one_is_not_built_again()
    {
        Launch();
        Write("src/source", "two");
        Launch().Output.ShouldBe("two\n");
        Write("src/source", "one");
        Launch().Output.ShouldBe("one\n");
        Builds().ShouldBe(2);
    }

    [ProgramFact("bash")]
    public void A_source_of_the_same_size_and_an_older_time_is_seen()
    {
        Launch();
        Write("src/source", "two");
        File.SetLastWriteTimeUtc(
            Path.Combine(folder, "src", "source"),
            new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc)
        );
        Launch().Output.ShouldBe("two\n");
    }

    [ProgramFact("bash")]
    public void Added_and_removed_sources_are_seen_and_build_output_is_not()
    {
        Launch();
        Write("src/bin/output", "x");
        Write("src/obj/output", "x");
        Launch();
        Builds().ShouldBe(1);
        Write("src/more", "x");
        Launch();
        Builds().ShouldBe(2);
        File.Delete(Path.Combine(folder, "src", "more"));
        Write("src/other", "x");
        Launch();
        Builds().ShouldBe(3);
    }

    [ProgramFact("bash")]
    public async Task Several_that_start_at_once_build_once()
    {
        var runs = await Task.WhenAll(Enumerable.Range(0, 6).Select(number => Task.Run(() => Launch($"{number}"))));
        runs.Select(run => run.Output).ShouldBe(Enumerable.Range(0, 6).Select(number => $"one {number}\n"));
        Builds().ShouldBe(1);
    }

    [ProgramFact("bash")]
    public void A_build_that_fails_says_why_and_leaves_nothing_behind()
    {
        Write("src/source", "broken");
        var (code, output, errors) = Launch();
        code.ShouldBe(3);
        output.ShouldBeEmpty();
        errors.ShouldContain("error XX1");
        errors.ShouldContain("could not be built");
        Directory.GetDirectories(Path.Combine(folder, ".rayquest"), "program-*").ShouldBeEmpty();
        Write("src/source", "mended");
        Launch().Output.ShouldBe("mended\n");
    }

    [ProgramFact("bash")]
    public void A_program_that_is_named_is_run_as_it_is()
    {
        var (code, output, _) = Tool.Run(
            "bash",
            [Path.Combine(folder, "rayquest"), "as", "told"],
            folder,
            new() { ["RAYQUEST_BIN"] = RepositoryFiles.OnPath("echo")! }
        );
        code.ShouldBe(0);
        output.ShouldBe("as told\n");
        Directory.Exists(Path.Combine(folder, ".rayquest")).ShouldBeFalse();
    }

    private (int Code, string Output, string Errors) Launch(params string[] arguments) =>
        Tool.Run(
            "bash",
            [Path.Combine(folder, "rayquest"), .. arguments],
            Path.GetTempPath(),
            new()
            {
                ["PATH"] =
                    Path.Combine(folder, "stub") + Path.PathSeparator + Environment.GetEnvironmentVariable("PATH"),
                ["RAYQUEST_BIN"] = "",
            }
        );

    private int Builds() => File.ReadAllLines(Path.Combine(folder, "log")).Length;

    private void Write(string file, string text)
    {
        var path = Path.Combine(folder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
