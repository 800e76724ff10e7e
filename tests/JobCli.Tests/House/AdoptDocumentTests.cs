using System.Text.RegularExpressions;

namespace Rayquest.JobCli.Tests.House;

/// <summary>Every command of the ten-minutes page runs as it stands there, one after the other, and both languages show the same.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed partial class AdoptDocumentTests
{
    [Theory]
    [InlineData("adopt.md")]
    [InlineData("adopt.zh-CN.md")]
    public void The_commands_of_the_page_work_in_their_order(string page)
    {
        Needs.Program("bash");
        Needs.Program("git");
        string folder = Directory.CreateTempSubdirectory("rayquest-adopt-").FullName;
        try
        {
            string tools = Path.Combine(folder, "tools");
            Directory.CreateDirectory(tools);
            File.WriteAllText(
                Path.Combine(tools, "rayquest"),
                $"#!/bin/sh\nexec dotnet '{Path.Combine(AppContext.BaseDirectory, "rayquest.dll")}' \"$@\"\n"
            );
            File.SetUnixFileMode(Path.Combine(tools, "rayquest"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
            string script = string.Concat(Commands(page));
            (int code, string output, string errors) = Tool.Run(
                "bash",
                ["-e", "-u", "-x", "-c", script],
                folder,
                new() { ["PATH"] = $"{tools}:{Environment.GetEnvironmentVariable("PATH")}", ["NO_COLOR"] = "1" }
            );
            code.ShouldBe(0, output + errors);
            output.ShouldContain("1 file clean");
            output.ShouldContain("new      jobs/vision/hello-ray.yaml");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Both_languages_show_the_same_commands() => Commands("adopt.zh-CN.md").ShouldBe(Commands("adopt.md"));

    private static string[] Commands(string page) =>
        [
            .. Block()
                .Matches(File.ReadAllText(RepositoryFiles.Path("docs", page)).ReplaceLineEndings("\n"))
                .Select(match => match.Groups[1].Value),
        ];

    [GeneratedRegex("^```sh\n(.*?)^```$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Block();
}
