using System.Security.Cryptography;
using Rayquest.JobCli.Tests.House;

namespace Rayquest.JobCli.Tests.Workflows;

/// <summary>The action takes the program whose digest stands in its own tree, from wherever it lies, and no other.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class ActionTests : IDisposable
{
    private const string Program =
        "#!/bin/sh\nfor word; do echo \"<$word>\"; done\necho \"key=$RAYQUEST_APP_PRIVATE_KEY\"\n[ -z \"$RAYQUEST_OLD\" ] || echo \"old=$RAYQUEST_OLD\"\n";
    private readonly string folder = Directory.CreateTempSubdirectory("rayquest-action-").FullName;
    private readonly string platform;

    public ActionTests()
    {
        Needs.Program("bash");
        Needs.Program("curl");
        platform =
            System.Runtime.InteropServices.RuntimeInformation.OSArchitecture
            == System.Runtime.InteropServices.Architecture.X64
                ? "rayquest-linux-x64"
                : "rayquest-linux-arm64";
        foreach (string script in new[] { "program.sh", "run.sh" })
        {
            Put($"action/{script}", File.ReadAllText(RepositoryFiles.Path("action", script)));
            File.SetUnixFileMode(At($"action/{script}"), File.GetUnixFileMode(RepositoryFiles.Path("action", script)));
        }

        Put("good", Program);
        Put("action/digests/newest", "1.2.0\n");
        Put("action/digests/1.2.0.txt", $"{Digest("good")}  {platform}\n{new string('0', 64)}  rayquest-osx-arm64\n");
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_good_program_is_taken_from_its_path_or_from_the_variable()
    {
        Find(("RAYQUEST_PATH", At("good"))).ShouldBe((0, At("good"), ""));
        Find(("RAYQUEST_BIN", At("good"))).ShouldBe((0, At("good"), ""));
        Find(("RAYQUEST_PATH", At("good")), ("RAYQUEST_VERSION", "1.2.0")).Code.ShouldBe(0);
    }

    [Fact]
    public void A_tampered_program_is_refused_wherever_it_comes_from()
    {
        Put("bad", Program + "# more\n");
        (int code, string output, string errors) = Find(("RAYQUEST_PATH", At("bad")));
        (code, output).ShouldBe((3, ""));
        errors.ShouldContain($"its SHA-256 is {Digest("bad")}, and this action takes {Digest("good")}");
        Find(("RAYQUEST_BIN", At("bad"))).Code.ShouldBe(3);

        // Of the tool cache it is fetched again; what is fetched is looked at too.
        Put($"cache/rayquest/1.2.0/{platform["rayquest-".Length..]}/{platform}", Program + "# more\n");
        Release("bad");
        (code, output, errors) = Find();
        (code, output).ShouldBe((3, ""));
        errors.ShouldContain("what the tool cache holds is not version 1.2.0");
        errors.ShouldContain("is not version 1.2.0: its SHA-256 is");
    }

    [Fact]
    public void The_release_is_fetched_once_and_then_the_tool_cache_answers()
    {
        Release("good");
        string cached = At($"cache/rayquest/1.2.0/{platform["rayquest-".Length..]}/{platform}");
        Find().ShouldBe((0, cached, ""));
        File.ReadAllText(cached).ShouldBe(Program);
        Directory.Delete(At("releases"), recursive: true);
        Find().ShouldBe((0, cached, ""));
    }

    [Theory]
    [InlineData("1.1.0", "knows no version 1.1.0")]
    [InlineData("../../evil", "is no version")]
    public void A_version_it_does_not_list_is_refused(string version, string expected)
    {
        (int code, string output, string errors) = Find(("RAYQUEST_VERSION", version), ("RAYQUEST_PATH", At("good")));
        (code, output).ShouldBe((3, ""));
        errors.ShouldContain(expected);
        errors.ShouldStartWith("::error title=rayquest::");
    }

    [Fact]
    public void Another_programs_version_is_refused()
    {
        Put("action/digests/1.3.0.txt", $"{new string('1', 64)}  {platform}\n");
        Find(("RAYQUEST_VERSION", "1.3.0"), ("RAYQUEST_PATH", At("good"))).Errors.ShouldContain("is not version 1.3.0");
    }

    [Fact]
    public void An_offline_machine_is_told_where_to_put_the_program()
    {
        // Nobody listens on the port of discarded datagrams.
        (int code, string output, string errors) = Find(("GITHUB_SERVER_URL", "http://127.0.0.1:9"));
        (code, output).ShouldBe((3, ""));
        errors.ShouldContain("could not be fetched");
        errors.ShouldContain($"at {At("cache")}/rayquest/1.2.0/");
    }

    [Fact]
    public void A_missing_release_is_told_from_a_missing_network()
    {
        Put("curl/curl", "#!/bin/sh\nexit 22\n");
        File.SetUnixFileMode(At("curl/curl"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        (int code, _, string errors) = Find(("PATH", $"{At("curl")}:{Environment.GetEnvironmentVariable("PATH")}"));
        code.ShouldBe(3);
        errors.ShouldContain("is not there; see whether the release v1.2.0 of example/rayquest has it");
    }

    [Fact]
    public void A_full_disk_is_called_one_and_leaves_nothing()
    {
        // What curl says when it can't write what it got.
        Put("curl/curl", "#!/bin/sh\necho 'curl: (23) Failure writing output to destination' >&2\nexit 23\n");
        File.SetUnixFileMode(At("curl/curl"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        (int code, string output, string errors) = Find(
            ("PATH", $"{At("curl")}:{Environment.GetEnvironmentVariable("PATH")}")
        );
        (code, output).ShouldBe((3, ""));
        errors.ShouldContain("the disk is full");
        Directory.GetFiles(At("cache"), "*", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Fact]
    public void Words_of_the_arguments_stay_words()
    {
        var (code, output, errors) = Tool.Run(
            At("action/run.sh"),
            [],
            folder,
            new()
            {
                ["RAYQUEST_PROGRAM"] = Executable("good"),
                ["RAYQUEST_COMMAND"] = "review",
                ["RAYQUEST_ARGS"] = " --pull 3\n$(touch planted) `id` * \"a b\" ",
                ["RAYQUEST_APP_PRIVATE_KEY"] = "line 1\nline 2",
            }
        );
        code.ShouldBe(0, errors);
        output.ShouldBe(
            "<review>\n<--pull>\n<3>\n<$(touch>\n<planted)>\n<`id`>\n<*>\n<\"a>\n<b\">\nkey=line 1\nline 2\n"
        );
        File.Exists(At("planted")).ShouldBeFalse();
    }

    [Fact]
    public void An_upgrade_is_compared_with_the_version_that_the_branch_names()
    {
        Needs.Program("git");
        Put("old", Program + "# older\n");
        Put("action/digests/1.1.0.txt", $"{Digest("old")}  {platform}\n");
        Put(
            ".github/workflows/submission.yml",
            $"jobs:\n  a:\n    steps:\n      - uses: acme/rayquest@{new string('a', 40)} # v1.1.0\n"
        );
        foreach (
            string line in new[]
            {
                "init --quiet",
                "add .github",
                "-c user.name=a -c user.email=a@example.com commit --quiet -m Begin",
                "update-ref refs/remotes/origin/main HEAD",
            }
        )
        {
            Tool.Run("git", line.Split(' '), folder, []).Code.ShouldBe(0);
        }

        string path = At($"releases/example/rayquest/releases/download/v1.1.0/{platform}");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.Copy(At("old"), path);
        (int code, string output, string errors) = Tool.Run(
            At("action/run.sh"),
            [],
            folder,
            new()
            {
                ["RAYQUEST_PROGRAM"] = Executable("good"),
                ["RAYQUEST_COMMAND"] = "upgrade",
                ["RAYQUEST_REPOSITORY"] = "example/rayquest",
                ["GITHUB_SERVER_URL"] = new Uri(At("releases")).AbsoluteUri,
                ["RUNNER_TOOL_CACHE"] = At("cache"),
                ["RUNNER_TEMP"] = folder,
                ["GITHUB_BASE_REF"] = "main",
            }
        );
        code.ShouldBe(0, errors);
        output.ShouldContain("<upgrade>\n");
        output.ShouldContain($"old={At("cache")}/rayquest/1.1.0/");
    }

    [Fact]
    public void A_build_from_source_is_the_launcher_of_the_actions_own_tree()
    {
        Put("rayquest", Program);
        Find(("RAYQUEST_PATH", "source")).ShouldBe((0, At("rayquest"), ""));
    }

    [Fact]
    public void The_action_holds_no_expression_in_a_script_and_credentials_in_one_step()
    {
        string action = File.ReadAllText(RepositoryFiles.Path("action.yml"));
        foreach (string line in action.Split('\n').Where(line => line.Contains("run:", StringComparison.Ordinal)))
        {
            line.ShouldMatch("""^ +run: '"\$GITHUB_ACTION_PATH/action/(program|run)\.sh"'$""");
        }

        foreach (string line in action.Split('\n').Where(line => line.Contains("uses:", StringComparison.Ordinal)))
        {
            line.ShouldMatch("uses: actions/checkout@[0-9a-f]{40} # v[0-9.]+$");
        }

        string before = action[..action.IndexOf("action/run.sh", StringComparison.Ordinal)];
        before.ShouldNotContain("${{ inputs.app-private-key }}");
        before.ShouldNotContain("${{ inputs.kubeconfig }}");
        action.ShouldNotContain("setup-dotnet");
        action.ShouldNotContain("actions/cache");
    }

    private (int Code, string Program, string Errors) Find(params (string Name, string Value)[] variables)
    {
        File.WriteAllText(At("output"), "");
        Dictionary<string, string> environment = new()
        {
            ["GITHUB_OUTPUT"] = At("output"),
            ["RUNNER_TOOL_CACHE"] = At("cache"),
            ["RAYQUEST_REPOSITORY"] = "example/rayquest",
            ["GITHUB_SERVER_URL"] = new Uri(At("releases")).AbsoluteUri,
            ["RAYQUEST_BIN"] = "",
            ["RAYQUEST_PATH"] = "",
            ["RAYQUEST_VERSION"] = "",
        };
        foreach ((string name, string value) in variables)
        {
            environment[name] = value;
        }

        (int code, _, string errors) = Tool.Run(At("action/program.sh"), [], folder, environment);
        string output = File.ReadAllText(At("output")).Trim();
        return (code, output.StartsWith("program=", StringComparison.Ordinal) ? output[8..] : output, errors);
    }

    // A release as it lies on a server; a folder is one to curl.
    private void Release(string file)
    {
        string path = At($"releases/example/rayquest/releases/download/v1.2.0/{platform}");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.Copy(At(file), path, overwrite: true);
    }

    private string Executable(string file)
    {
        File.SetUnixFileMode(At(file), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return At(file);
    }

    private string Digest(string file) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(At(file))));

    private string At(string path) => Path.Combine(folder, path);

    private void Put(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(path))!);
        File.WriteAllText(At(path), text);
    }
}
