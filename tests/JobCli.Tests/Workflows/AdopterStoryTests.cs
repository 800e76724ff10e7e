using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Rayquest.JobCli.Tests.House;
using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.GitHub;
using Rayquest.JobRehearsal;
using Rayquest.JobRehearsal.Cluster;
using Rayquest.JobRehearsal.GitHub;

namespace Rayquest.JobCli.Tests.Workflows;

/// <summary>
/// From nothing to a job that runs, as an organisation does it: <c>rayquest init</c>, a commit, and then its own workflow files on
/// an emulated GitHub, with the action and the program and no SDK.
/// </summary>
public sealed class AdopterStoryTests : IDisposable
{
    private const string Good =
        "name: hello-ray\nentrypoint: python -c \"import ray; ray.init()\"\nworkers: {replicas: 1}\ntimeout: 30m\n";

    private readonly string folder = Directory.CreateTempSubdirectory("rayquest-adopter-").FullName;
    private readonly EmulatedGitHub github;
    private readonly EmulatedUser dana;
    private readonly EmulatedUser alice;
    private readonly EmulatedUser mallory;
    private readonly WorkflowRunner runner;
    private readonly string began;

    public AdopterStoryTests()
    {
        Needs.Program("git");
        Needs.Program("bash");
        string action = Path.Combine(folder, "action");
        Directory.CreateDirectory(Path.Combine(action, "action", "digests"));
        File.Copy(RepositoryFiles.Path("action.yml"), Path.Combine(action, "action.yml"));
        foreach (string script in new[] { "program.sh", "run.sh" })
        {
            File.Copy(RepositoryFiles.Path("action", script), Path.Combine(action, "action", script));
        }

        // The release that this action pins: the program that is tested.
        string program = Path.Combine(AppContext.BaseDirectory, "rayquest");
        string digest = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(program)));
        File.WriteAllText(Path.Combine(action, "action", "digests", "newest"), "0.1.0\n");
        File.WriteAllText(
            Path.Combine(action, "action", "digests", "0.1.0.txt"),
            $"{digest}  rayquest-linux-x64\n{digest}  rayquest-linux-arm64\n"
        );

        github = EmulatedGitHub.Start(
            Path.Combine(folder, "origin"),
            new EmulatedGitHubOptions { Clock = new RehearsalClock(TimeProvider.System.GetUtcNow()) }
        );
        dana = github.AddUser("dana");
        alice = github.AddUser("alice");
        mallory = github.AddUser("mallory", PermissionLevel.Read);
        runner = new WorkflowRunner(github, folder, action, program);

        github.Push(dana, "main", "Try", new Dictionary<string, string?> { ["README.md"] = "# An earlier text\n" });
        began = Tip;
        string written = Path.Combine(folder, "written");
        (int code, string output, string errors) = CommandLineTests.Shell.RunIn(
            folder,
            "init",
            written,
            "--org",
            "acme",
            "--repository",
            "ray-jobs",
            "--team",
            "vision=alice,bob",
            "--approver",
            "vision=bob",
            "--platform-approver",
            "dana",
            "--scheduler",
            "none",
            "--action",
            "acme/rayquest@3d3c42e5aac5ba805825da76410c181273ba90b1#0.1.0"
        );
        code.ShouldBe(0, output + errors);
        github.Push(
            dana,
            "main",
            "Begin the repository of Ray jobs",
            Directory
                .GetFiles(written, "*", SearchOption.AllDirectories)
                .ToDictionary(
                    file => Path.GetRelativePath(written, file).Replace('\\', '/'),
                    string? (file) => File.ReadAllText(file)
                )
        );
    }

    public void Dispose()
    {
        github.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void A_request_is_evaluated_merged_rendered_noted_and_reported()
    {
        Needs.Program("kubectl");
        int pull = Propose(alice, "hello", ("jobs-requests/vision/hello-ray.yaml", Good));
        JobRun evaluated = Opened(pull).ShouldHaveSingleItem();
        (evaluated.Workflow, evaluated.Code).ShouldBe(("submission", 0), evaluated.Output);
        evaluated.Output.ShouldContain("Ready to merge: 1 job");
        string comment = github.Comments.ShouldHaveSingleItem().Body;
        comment.ShouldContain("Ready to merge");
        // One commit was checked out; of its history came what is in no file but those that were read.
        Git("run-1", "rev-parse", "--is-shallow-repository").ShouldBe("false\n");
        string[] objects = Git("run-1", "cat-file", "--batch-all-objects", "--batch-check=%(objectname)").Split('\n');
        objects.ShouldContain(began);
        objects.ShouldNotContain(Git("origin", "rev-parse", $"{began}:README.md").Trim());
        objects.ShouldContain(Git("origin", "rev-parse", "refs/heads/main:policies/quotas.yaml").Trim());
        objects.ShouldNotContain(Git("origin", "rev-parse", "refs/heads/main:.github/CODEOWNERS").Trim());
        Directory
            .GetDirectories(Path.Combine(folder, "run-1"))
            .Select(Path.GetFileName)
            .Order()
            .ShouldBe([".git", "policies"]);

        string before = Tip;
        github.Merge(alice, pull);
        JobRun[] merged =
        [
            .. runner.Raise(
                "push",
                new JsonObject
                {
                    ["ref"] = "refs/heads/main",
                    ["before"] = before,
                    ["after"] = Tip,
                }
            ),
        ];
        merged.Select(run => run.Workflow).ShouldBe(["ci", "merge"], ignoreOrder: true);
        merged.ShouldAllBe(run => run.Code == 0, string.Concat(merged.Select(run => run.Output)));
        string rendered = System.Text.Encoding.UTF8.GetString(
            github.Git.ReadFile(github.Git.Resolve("refs/heads/main"), "jobs/vision/hello-ray.yaml")!
        );
        rendered.ShouldContain("kind: RayJob");
        github.Git.TryResolve("refs/heads/ledger").ShouldNotBeNull();

        // Where it stands comes back to the pull request, once the variable is on.
        runner.Raise("workflow_dispatch", []).Select(run => run.Workflow).ShouldBe(["merge"]);
        using EmulatedCluster cluster = new();
        EmulatedOperator kubeRay = new(cluster, TimeProvider.System);
        string name = rendered
            .Split('\n')
            .First(line => line.StartsWith("  name: hello-ray-", StringComparison.Ordinal))[8..];
        cluster.Put(
            JsonNode
                .Parse(
                    $$$"""{"apiVersion":"ray.io/v1","kind":"RayJob","metadata":{"name":"{{{name}}}","namespace":"ray-vision","labels":{"app.kubernetes.io/managed-by":"rayquest"}},"spec":{}}"""
                )!
                .AsObject()
        );
        kubeRay.Advance("ray-vision", name, LifecycleStep.Initialize, LifecycleStep.PodsPending);
        runner.Variables["RAYQUEST_STATUS"] = "on";
        runner.Secrets["cluster"] = new JsonObject { ["RAYQUEST_KUBECONFIG"] = cluster.Kubeconfig };
        JobRun status = runner
            .Raise("repository_dispatch", new JsonObject { ["action"] = "ray-status" })
            .ShouldHaveSingleItem();
        (status.Workflow, status.Code).ShouldBe(("status", 0), status.Output);
        status.Output.ShouldContain($"ray-vision/{name}: new > queued");
    }

    [Fact]
    public void A_faulty_request_is_refused_with_its_lines_and_its_corrected_text_passes()
    {
        int pull = Propose(alice, "hello", ("jobs-requests/vision/hello-ray.yaml", Good + "timout: 1h\n"));
        JobRun refused = Opened(pull).ShouldHaveSingleItem();
        refused.Code.ShouldBe(1, refused.Output);
        github.Comments.ShouldHaveSingleItem().Body.ShouldContain("timout");

        ObjectId head = github.Pull(pull).HeadSha;
        github.Push(
            alice,
            "hello",
            "Correct it",
            new Dictionary<string, string?> { ["jobs-requests/vision/hello-ray.yaml"] = Good }
        );
        JobRun passed = runner
            .Raise("pull_request_target", Payload(pull, "synchronize", head.ToString()))
            .ShouldHaveSingleItem();
        passed.Code.ShouldBe(0, passed.Output);
    }

    [Fact]
    public void What_is_proposed_runs_without_secrets_and_changes_nothing_of_the_verdict()
    {
        runner.Secrets["rayquest"] = new JsonObject { ["RAYQUEST_APP_PRIVATE_KEY"] = "the key" };
        // A workflow that would print the key, a policy that allows everything, and a request over everything.
        int pull = Propose(
            mallory,
            "evil",
            (
                ".github/workflows/submission.yml",
                "on:\n  pull_request_target:\n    types: [opened]\n  pull_request:\njobs:\n  steal:\n    runs-on: ubuntu-latest\n    environment:\n      name: rayquest\n    permissions: {contents: write}\n    steps:\n      - run: echo \"stolen $KEY\"\n        env:\n          KEY: ${{ secrets.RAYQUEST_APP_PRIVATE_KEY }}\n"
            ),
            ("policies/quotas.yaml", "teams: {vision: {members: [mallory]}}\n"),
            (
                "jobs-requests/vision/hello-ray.yaml",
                Good.Replace("replicas: 1", "replicas: 900", StringComparison.Ordinal)
            )
        );
        JobRun[] trusted = [.. Opened(pull)];
        trusted.ShouldHaveSingleItem().Job.ShouldBe("evaluate");
        trusted[0].Output.ShouldNotContain("stolen");
        github.Statuses.ShouldNotContain(status => status.State == "success");

        JobRun[] proposed =
        [
            .. runner.Raise("pull_request", Payload(pull, "opened"), github.Pull(pull).HeadSha.ToString()),
        ];
        proposed.Select(run => run.Job).ShouldContain("steal");
        string.Concat(proposed.Select(run => run.Output)).ShouldNotContain("the key");
    }

    [Fact]
    public void A_change_of_policy_is_checked_by_ci_without_rights()
    {
        int pull = Propose(dana, "policy", ("policies/rules.yaml", "maxTimeout: soon\n"));
        JobRun ci = runner
            .Raise("pull_request", Payload(pull, "opened"), github.Pull(pull).HeadSha.ToString())
            .Single(run => run.Workflow == "ci");
        ci.Code.ShouldBe(2, ci.Output);
        ci.Output.ShouldContain("policies/rules.yaml:1:13");
    }

    [Fact]
    public void A_pull_request_that_raises_the_action_is_told_what_it_changes()
    {
        int pull = Propose(dana, "bump", ("README.md", "# Ours\n"));
        JsonObject payload = Payload(pull, "opened");
        payload["changes_workflows"] = true;
        JobRun upgrade = runner
            .Raise("pull_request", payload, github.Pull(pull).HeadSha.ToString())
            .Single(run => run.Workflow == "upgrade");
        upgrade.Code.ShouldBe(0, upgrade.Output);
        upgrade.Output.ShouldContain("Merged manifests: 0 bytes change.");
    }

    [Fact]
    public void A_tampered_program_runs_nothing()
    {
        File.WriteAllText(
            Path.Combine(folder, "action", "action", "digests", "0.1.0.txt"),
            $"{new string('0', 64)}  rayquest-linux-x64\n{new string('0', 64)}  rayquest-linux-arm64\n"
        );
        int pull = Propose(alice, "hello", ("jobs-requests/vision/hello-ray.yaml", Good));
        JobRun run = Opened(pull).ShouldHaveSingleItem();
        run.Code.ShouldBe(3);
        run.Output.ShouldContain("is not version 0.1.0: its SHA-256 is");
        github.Comments.ShouldBeEmpty();
        github.Statuses.ShouldBeEmpty();
    }

    private string Git(string repository, params string[] arguments)
    {
        (int code, string output, string errors) = Tool.Run("git", arguments, Path.Combine(folder, repository), []);
        code.ShouldBe(0, errors);
        return output;
    }

    private string Tip => github.Git.Resolve("refs/heads/main").ToString();

    private int Propose(EmulatedUser user, string branch, params (string Path, string Text)[] files)
    {
        github.Push(user, branch, "Ask", files.ToDictionary(file => file.Path, string? (file) => file.Text), "main");
        return github.OpenPull(user, branch, $"Run {branch}").Number;
    }

    private IReadOnlyList<JobRun> Opened(int pull) => runner.Raise("pull_request_target", Payload(pull, "opened"));

    private JsonObject Payload(int pull, string action, string? before = null) =>
        new()
        {
            ["action"] = action,
            ["before"] = before,
            ["pull_request"] = new JsonObject
            {
                ["number"] = pull,
                ["updated_at"] = TimeProvider.System.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'"),
                ["head"] = new JsonObject { ["sha"] = github.Pull(pull).HeadSha.ToString() },
            },
        };
}
