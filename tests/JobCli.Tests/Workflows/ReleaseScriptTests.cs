using System.Security.Cryptography;
using Rayquest.JobCli.Tests.House;

namespace Rayquest.JobCli.Tests.Workflows;

/// <summary>
/// How a release's commit gets the digests: the very scripts, with the real git and a bare repository, and programs that only
/// note how they were called in the place of <c>gh</c> and <c>docker</c>.
/// </summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class ReleaseScriptTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("rayquest-release-").FullName;

    public ReleaseScriptTests()
    {
        Needs.Program("bash");
        Needs.Program("git");
        Git(folder, "init", "--quiet", "--bare", "--initial-branch=main", "origin.git");
        Git(folder, "clone", "--quiet", At("origin.git"), "clone");
        Put("clone/Directory.Build.props", "<Project>\n  <Version>1.2.0</Version>\n</Project>\n");
        Put("clone/action/digests/1.1.0.txt", $"{new string('1', 64)}  rayquest-linux-x64\n");
        Put("clone/action/digests/newest", "1.1.0\n");
        foreach (string script in new[] { "pin.sh", "publish.sh", "image.sh" })
        {
            Copy(RepositoryFiles.Path("build", script), $"clone/build/{script}");
        }

        Copy(RepositoryFiles.Path("action", "program.sh"), "clone/action/program.sh");
        Git(At("clone"), "add", "--all");
        Git(At("clone"), "commit", "--quiet", "--message=Begin");
        Git(At("clone"), "push", "--quiet", "origin", "HEAD:refs/heads/main");
        Files("the program");

        // What it is asked, one line a call; whether a release is there is the file of that name.
        Stub(
            "gh",
            """
            echo "gh $*" >>"$NOTES"
            case "$1 $2" in
              'release view') [ -f "$STATE" ] || exit 1; cat "$STATE" ;;
              'release create') [ ! -f "$STATE.broken" ] || { echo true >"$STATE"; exit 1; }; echo false >"$STATE" ;;
              'release delete') rm "$STATE" ;;
              'repo view') echo main ;;
            esac
            """
        );
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void The_tag_is_what_was_built_and_the_digests_of_it()
    {
        string built = Head;
        (int code, string output, string errors) = Publish();
        code.ShouldBe(0, output + errors);
        string tag = Git(At("origin.git"), "rev-parse", "refs/tags/v1.2.0").Trim();
        Git(At("origin.git"), "rev-parse", $"{tag}^").Trim().ShouldBe(built);
        Git(At("origin.git"), "diff", "--name-only", built, tag)
            .ShouldBe("action/digests/1.2.0.txt\naction/digests/newest\n");
        Git(At("origin.git"), "show", $"{tag}:action/digests/1.2.0.txt")
            .ShouldBe($"{Digest("release/rayquest-linux-x64")}  rayquest-linux-x64\n");
        // Who comes from an older version still finds its program.
        Git(At("origin.git"), "show", $"{tag}:action/digests/1.1.0.txt").ShouldContain(new string('1', 64));
        Git(At("origin.git"), "rev-parse", "refs/heads/main").Trim().ShouldBe(built);
        Git(At("origin.git"), "rev-parse", "refs/heads/release-v1.2.0").Trim().ShouldBe(tag);
        Notes().ShouldContain($"Pin the action by {tag}.");
        Notes().ShouldContain("gh pr create --base main --head release-v1.2.0");
    }

    [Fact]
    public void The_action_of_the_tag_takes_the_released_program_and_no_other()
    {
        Publish().Code.ShouldBe(0);
        Git(folder, "clone", "--quiet", "--branch", "v1.2.0", At("origin.git"), "pinned");
        Find("release/rayquest-linux-x64").ShouldBe(0);
        Put("tampered", "another program");
        Find("tampered").ShouldBe(3);
    }

    [Fact]
    public void A_second_run_makes_nothing_new()
    {
        Publish().Code.ShouldBe(0);
        string tag = Git(At("origin.git"), "rev-parse", "refs/tags/v1.2.0");
        File.Delete(At("notes"));
        Git(At("clone"), "reset", "--quiet", "--hard");
        (int code, string output, string errors) = Publish();
        code.ShouldBe(0, output + errors);
        Git(At("origin.git"), "rev-parse", "refs/tags/v1.2.0").ShouldBe(tag);
        Notes().ShouldNotContain("release create");
    }

    [Fact]
    public void A_run_that_was_ended_half_way_is_finished_by_the_next()
    {
        Put("state.broken", "");
        Publish().Code.ShouldNotBe(0);
        File.Delete(At("state.broken"));
        Git(At("clone"), "reset", "--quiet", "--hard");
        (int code, string output, string errors) = Publish();
        code.ShouldBe(0, output + errors);
        Notes().ShouldContain("gh release delete v1.2.0 --yes");
        File.ReadAllText(At("state")).ShouldBe("false\n");
    }

    [Fact]
    public void Other_bytes_are_not_released_under_a_version_that_is_out()
    {
        Publish().Code.ShouldBe(0);
        Git(At("clone"), "reset", "--quiet", "--hard");
        Files("another program");
        (int code, _, string errors) = Publish();
        code.ShouldBe(3);
        errors.ShouldContain("v1.2.0 was released from another commit");
        errors.ShouldContain("raise <Version>");
    }

    [Fact]
    public void What_main_held_before_is_not_published()
    {
        string built = Head;
        Put("clone/README.md", "newer\n");
        Git(At("clone"), "add", "--all");
        Git(At("clone"), "commit", "--quiet", "--message=Newer");
        (int code, _, string errors) = Publish(built);
        code.ShouldBe(3);
        errors.ShouldContain($"main has moved since {built} was built");
        Git(At("origin.git"), "tag").ShouldBeEmpty();
    }

    [Fact]
    public void Files_that_changed_on_their_way_are_not_published()
    {
        File.AppendAllText(At("release/rayquest-linux-x64"), "more");
        (int code, _, string errors) = Publish();
        code.ShouldBe(3);
        errors.ShouldContain("the files are not those of SHA256SUMS");
        Git(At("origin.git"), "tag").ShouldBeEmpty();
    }

    [Fact]
    public void The_image_is_named_by_the_digest_that_the_registry_gave()
    {
        Needs.Program("tar");
        Stub("kubectl", "exit 0");
        Stub(
            "docker",
            """
            echo "docker $*" >>"$NOTES"
            case "$1" in
              login) cat >>"$NOTES" ;;
              build) ls "${@: -1}/deploy/program" >>"$NOTES" ;;
              image) echo "registry.example.com/rayquest@sha256:0123" ;;
            esac
            """
        );
        Put("context/rayquest-container/deploy/Containerfile", "FROM scratch\n");
        Put("context/rayquest-container/deploy/program/rayquest", "the program");
        Tool.Run(
                "tar",
                ["-czf", At("release/rayquest-container.tar.gz"), "-C", At("context"), "rayquest-container"],
                folder,
                []
            )
            .Code.ShouldBe(0);
        Sums();
        (int code, string output, string errors) = Tool.Run(
            At("clone/build/image.sh"),
            [At("release"), "registry.example.com/rayquest"],
            folder,
            With(("GITHUB_OUTPUT", At("outputs")), ("REGISTRY_USER", "somebody"), ("REGISTRY_TOKEN", "the-token"))
        );
        code.ShouldBe(0, output + errors);
        File.ReadAllText(At("outputs")).ShouldBe("digest=sha256:0123\n");
        Notes().ShouldContain("docker login --username somebody --password-stdin registry.example.com\nthe-token\n");
        Notes().ShouldContain("kubectl\nrayquest\n");
        Notes().ShouldContain("docker push registry.example.com/rayquest:1.2.0\n");
    }

    private string Head => Git(At("clone"), "rev-parse", "HEAD").Trim();

    private (int Code, string Output, string Errors) Publish(string? built = null) =>
        Tool.Run(At("clone/build/publish.sh"), [At("release")], At("clone"), With(("GITHUB_SHA", built ?? Head)));

    private int Find(string program) =>
        Tool.Run(
            At("pinned/action/program.sh"),
            [],
            folder,
            With(("RAYQUEST_PATH", At(program)), ("GITHUB_OUTPUT", At("outputs")), ("RAYQUEST_VERSION", ""))
        ).Code;

    private Dictionary<string, string> With(params (string Name, string Value)[] variables) =>
        new(
            variables
                .Append(("PATH", $"{At("stubs")}:{Environment.GetEnvironmentVariable("PATH")}"))
                .Append(("NOTES", At("notes")))
                .Append(("STATE", At("state")))
                .Append(("GH_TOKEN", "the-token"))
                .Append(("GITHUB_SERVER_URL", "https://github.com"))
                .Select(variable => KeyValuePair.Create(variable.Item1, variable.Item2)),
            StringComparer.Ordinal
        );

    private string Notes() => File.ReadAllText(At("notes"));

    private void Files(string program)
    {
        Put("release/rayquest-linux-x64", program);
        Put("release/rayquest.cdx.json", "{}");
        Sums();
    }

    private void Sums()
    {
        File.Delete(At("release/SHA256SUMS"));
        Put(
            "release/SHA256SUMS",
            string.Concat(
                Directory
                    .GetFiles(At("release"))
                    .Order(StringComparer.Ordinal)
                    .Select(file => $"{Digest(file)}  {Path.GetFileName(file)}\n")
            )
        );
    }

    private string Digest(string file) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(At(file))));

    private void Stub(string name, string body)
    {
        Put($"stubs/{name}", $"#!/usr/bin/env bash\nset -eu\n{body}\n");
        Executable($"stubs/{name}");
    }

    private void Copy(string from, string to)
    {
        Put(to, File.ReadAllText(from));
        Executable(to);
    }

    private void Executable(string path) =>
        File.SetUnixFileMode(At(path), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

    private static string Git(string folder, params string[] arguments)
    {
        (int code, string output, string errors) = Tool.Run(
            "git",
            ["-c", "user.name=a", "-c", "user.email=a@example.com", .. arguments],
            folder,
            []
        );
        code.ShouldBe(0, errors);
        return output;
    }

    private string At(string path) => Path.Combine(folder, path);

    private void Put(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(path))!);
        File.WriteAllText(At(path), text);
    }
}
