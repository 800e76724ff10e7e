namespace Rayquest.JobCli.Tests.House;

/// <summary>
/// The launcher in a small repository whose .NET SDK is a stub that "builds" a program printing its source. What the stub
/// was given as its environment is in <c>environment</c>.
/// </summary>
internal sealed class LauncherFolder : IDisposable
{
    private const string Stub = """
        #!/usr/bin/env bash
        while [ $# -gt 0 ]; do
          if [ "$1" = --output ]; then into=$2; fi
          shift
        done
        root=$(cd "$(dirname "$0")/.." && pwd)
        echo built >> "$root/log"
        env > "$root/environment"
        if grep -q broken "$root/src/source"; then echo "source: error XX1: broken" ; exit 1; fi
        mkdir -p "$into"
        { echo '#!/bin/sh'; echo "echo $(cat "$root/src/source") \"\$@\""; } > "$into/rayquest"
        chmod +x "$into/rayquest"
        """;

    // Whatever runs these tests may be CI itself.
    private static readonly Dictionary<string, string> Nowhere = new()
    {
        ["RAYQUEST_BIN"] = "",
        ["CI"] = "",
        ["GITHUB_ACTIONS"] = "",
        ["RUNNER_TEMP"] = "",
        ["GITHUB_TOKEN"] = "",
        ["GH_TOKEN"] = "",
        ["RAYQUEST_APP_PRIVATE_KEY"] = "",
        ["RAYQUEST_KUBECONFIG"] = "",
    };

    public LauncherFolder()
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
                    ".github/workflows/source.yml",
                    "src/JobRehearsal/source",
                ]
        )
        {
            Write(file, "");
        }

        Write("src/source", "one");
        WriteProgram("stub/dotnet", Stub);
        File.Copy(RepositoryFiles.Path("rayquest"), System.IO.Path.Combine(Root, "rayquest"));
    }

    public string Root { get; } = Directory.CreateTempSubdirectory("rayquest-launcher-").FullName;

    public int Builds => File.Exists(Path("log")) ? File.ReadAllLines(Path("log")).Length : 0;

    public void Dispose() => Directory.Delete(Root, recursive: true);

    public string Path(string file) => System.IO.Path.Combine(Root, file);

    public void Write(string file, string text)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path(file))!);
        File.WriteAllText(Path(file), text);
    }

    public void WriteProgram(string file, string text)
    {
        Write(file, text);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Path(file), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <summary>Makes the folder a Git repository that holds what is in it, ignored or not.</summary>
    public void Commit(params string[] files)
    {
        Tool.Run("git", ["init", "--quiet"], Root, []).Code.ShouldBe(0);
        Tool.Run("git", ["add", "--force", "--", .. files], Root, []).Code.ShouldBe(0);
    }

    public (int Code, string Output, string Errors) Launch(params string[] arguments) => LaunchIn([], arguments);

    /// <summary>The launcher with these variables; those that tell of CI or hold a credential are empty unless given.</summary>
    public (int Code, string Output, string Errors) LaunchIn(
        Dictionary<string, string> variables,
        params string[] arguments
    )
    {
        Dictionary<string, string> environment = new(Nowhere)
        {
            ["PATH"] = Path("stub") + System.IO.Path.PathSeparator + Environment.GetEnvironmentVariable("PATH"),
        };
        foreach (var (name, value) in variables)
        {
            environment[name] = value;
        }

        return Tool.Run("bash", [Path("rayquest"), .. arguments], System.IO.Path.GetTempPath(), environment);
    }
}
