using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Rayquest.JobCli.Tests.House;
using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Quantities;
using Rayquest.JobRehearsal;
using Rayquest.JobRehearsal.Cluster;
using Rayquest.JobRehearsal.GitHub;

namespace Rayquest.JobCli.Tests.Status;

/// <summary>The real program, the real git and the real kubectl, between an emulated GitHub and an emulated cluster.</summary>
public sealed class StatusStoryTests : IDisposable
{
    private const string Platform = """
        scheduler: none
        namespace: ray-{team}
        gpus:
          a100: {resource: nvidia.com/gpu}
        argocd: {repoURL: "https://github.com/acme/ray-jobs.git"}
        """;

    private readonly string folder = Directory.CreateTempSubdirectory("rayquest-").FullName;
    private readonly EmulatedGitHub github;
    private readonly EmulatedCluster cluster = new();
    private readonly EmulatedOperator kubeRay;
    private readonly EmulatedUser alice;

    public StatusStoryTests()
    {
        github = EmulatedGitHub.Start(
            Path.Combine(folder, "origin"),
            new EmulatedGitHubOptions { Clock = new RehearsalClock(TimeProvider.System.GetUtcNow().AddMinutes(-10)) }
        );
        alice = github.AddUser("alice");
        kubeRay = new EmulatedOperator(cluster, TimeProvider.System);
        File.WriteAllText(Path.Combine(folder, "kubeconfig"), cluster.Kubeconfig);
    }

    public void Dispose()
    {
        github.Dispose();
        cluster.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private static string Rendered(string name)
    {
        var body =
            $"apiVersion: ray.io/v1\nkind: RayJob\nmetadata:\n  name: {name}\n  namespace: ray-vision\nspec:\n  ttlSecondsAfterFinished: 0\n";
        return new JobHeader(
                "jobs-requests/vision/resnet.yaml",
                "r",
                JobHeader.Digest(Encoding.UTF8.GetBytes(body)),
                "alice",
                [new HeaderJob(name, 0)],
                new ResourceDemand(
                    1,
                    GpuCounts.None.With("a100", 4),
                    Quantity.FromInteger(8),
                    Quantity.FromInteger(64),
                    12.5
                )
            ).Write() + body;
    }

    private (int Code, string Output, string Errors) Rayquest(params string[] arguments) => Wide("", arguments);

    /// <param name="columns">The terminal's width; empty for none.</param>
    private (int Code, string Output, string Errors) Wide(string columns, params string[] arguments) =>
        Tool.Run(
            "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "rayquest.dll"), .. arguments],
            Path.Combine(folder, "clone"),
            new Dictionary<string, string>
            {
                ["RAYQUEST_KUBECONFIG"] = Path.Combine(folder, "kubeconfig"),
                ["HOME"] = folder,
                ["COLUMNS"] = columns,
                ["GITHUB_TOKEN"] = github.Bot.Token,
                ["GITHUB_API_URL"] = github.ApiUrl.ToString(),
                ["GITHUB_REPOSITORY"] = github.Name.ToString(),
                ["RAYQUEST_APP_ID"] = "",
            }
        );

    private string Comment => github.Comments.Single(comment => comment.Author == github.Bot).Body;

    [Fact]
    public void From_the_merge_to_the_archive()
    {
        Needs.Program("kubectl");
        github.Push(alice, "main", "Begin", new Dictionary<string, string?> { ["policies/platform.yaml"] = Platform });
        github.Push(
            alice,
            "resnet",
            "Ask",
            new Dictionary<string, string?>
            {
                ["jobs-requests/vision/resnet.yaml"] = "name: resnet\n",
                ["jobs/vision/resnet.yaml"] = Rendered("resnet-1f0c3"),
            },
            "main"
        );
        var pull = github.OpenPull(alice, "resnet", "Train resnet").Number;
        github.Comment(github.Bot, pull, "<!-- rayquest:review 1 -->\n**Ready to merge**\n");
        github.Merge(alice, pull);
        Tool.Run("git", ["clone", "-q", Path.Combine(folder, "origin"), Path.Combine(folder, "clone")], folder, [])
            .Code.ShouldBe(0);

        // Argo CD applies, KubeRay looks.
        cluster.Put(
            JsonNode
                .Parse(
                    """{"apiVersion":"ray.io/v1","kind":"RayJob","metadata":{"name":"resnet-1f0c3","namespace":"ray-vision","labels":{"app.kubernetes.io/managed-by":"rayquest"}},"spec":{}}"""
                )!
                .AsObject()
        );
        kubeRay.Advance("ray-vision", "resnet-1f0c3", LifecycleStep.Initialize, LifecycleStep.PodsPending);
        var first = Rayquest("status");
        first.Code.ShouldBe(0, first.Errors + first.Output);
        first.Output.ShouldContain(
            "ray-vision/resnet-1f0c3: new > queued (Unschedulable: 0/3 nodes are available: 3 Insufficient nvidia.com/gpu)"
        );
        github.LabelsOf(pull).ShouldBe(["ray/queued"]);
        Comment.ShouldContain("**queued** (Unschedulable");

        kubeRay.Advance("ray-vision", "resnet-1f0c3", LifecycleStep.ClusterReady, LifecycleStep.ProgramRuns);
        cluster.SetLog("ray-vision", "resnet-1f0c3-submit", "epoch 1\nDB_PASSWORD=hunter2\nKeyError: 'x'\n");
        Rayquest("status").Code.ShouldBe(0);
        github.LabelsOf(pull).ShouldBe(["ray/running"]);

        var jobs = Rayquest("jobs", "--format", "json");
        using (var document = JsonDocument.Parse(jobs.Output))
        {
            var row = document.RootElement.GetProperty("jobs")[0];
            row.GetProperty("state").GetString().ShouldBe("Running");
            row.GetProperty("pull").GetInt32().ShouldBe(pull);
        }

        Rayquest("jobs", "vision").Output.ShouldContain("running for");
        Rayquest("logs", "resnet").Output.ShouldBe("epoch 1\nDB_PASSWORD=[redacted]\nKeyError: 'x'\n");
        Rayquest("logs", "resnet-1f0c3", "--follow", "--tail", "1").Output.ShouldBe("KeyError: 'x'\n");
        Rayquest("logs", "vision/resnet", "--tail", "1").Output.ShouldBe("KeyError: 'x'\n");
        var unknown = Rayquest("logs", "resnett");
        unknown.Code.ShouldBe(2);
        unknown.Errors.ShouldContain("there is no job `resnett`; did you mean `resnet`?");

        // On a narrow terminal a few lines a job, none longer than it; on a wide one the name stays in one piece.
        var narrow = Wide("60", "jobs").Output.TrimEnd('\n').Split('\n');
        narrow[0].ShouldBe($"resnet-1f0c3  vision  4×a100  #{pull}");
        narrow[1].ShouldStartWith("  running for");
        narrow.ShouldAllBe(line => line.Length <= 60);
        Wide("110", "jobs").Output.ShouldContain("resnet-1f0c3");
        Rayquest("jobs", "nlp").Output.ShouldBe("no live jobs of nlp\n");

        cluster.Down();
        var down = Rayquest("status");
        down.Code.ShouldBe(3, down.Output);
        var blind = Rayquest("jobs");
        blind.Code.ShouldBe(3);
        blind.Output.ShouldContain("The cluster cannot be asked: this is what the ledger last noted");
        blind.Output.ShouldContain("running for");
        Rayquest("jobs", "--format", "json").Output.ShouldContain("\"Stale\"");
        github.LabelsOf(pull).ShouldBe(["ray/running"]);
        cluster.Up();

        cluster.SetLog(
            "ray-vision",
            "resnet-1f0c3-submit",
            "RAYQUEST_RESULT {\"accuracy\": 0.93, \"note\": \"\\u001b[31mred\"}\nDB_PASSWORD=hunter2\nKeyError: 'x'\n"
        );
        kubeRay.Advance("ray-vision", "resnet-1f0c3", LifecycleStep.Fail);
        var last = Rayquest("status");
        last.Code.ShouldBe(0, last.Errors);
        last.Output.ShouldContain("archived 1 finished jobs");
        github.LabelsOf(pull).ShouldBe(["ray/failed"]);
        Comment.ShouldContain("DB_PASSWORD=[redacted]");
        Comment.ShouldContain("**Ready to merge**");
        Comment.ShouldContain("| `accuracy` | 0.93 |");
        Rayquest("jobs", "--results")
            .Output.ShouldBe("jobs-requests/vision/resnet.yaml\n  resnet-1f0c3  accuracy=0.93  note=red\n");
        Rayquest("jobs", "--results", "--format", "json").Output.ShouldContain("\"accuracy\": 0.93");
        Rayquest("ledger", "export").Output.ShouldContain("\"results\":{\"accuracy\":0.93");
        github.Git.ReadFile(github.Git.Resolve("refs/heads/main"), "jobs/vision/resnet.yaml").ShouldBeNull();
        github.Git.ReadFile(github.Git.Resolve("refs/heads/ledger"), "status.html").ShouldNotBeNull();

        Rayquest("ledger", "verify").Output.ShouldBe("1 records, nothing wrong\n");
        Rayquest("ledger", "export", "--format", "csv")
            .Output.ShouldContain("vision,resnet-1f0c3,RayJob,ray-vision,jobs-requests/vision/resnet.yaml,");

        // Lost, and made anew from history and GitHub.
        github.Git.DeleteReference("refs/heads/ledger", github.Git.Resolve("refs/heads/ledger"));
        Rayquest("ledger", "rebuild").Output.ShouldContain("1 records");
        Rayquest("ledger", "export").Output.ShouldContain($"\"pull\":{pull},\"author\":\"alice\"");
        var calm = Rayquest("status");
        calm.Output.ShouldContain("0 changes, 0 pull requests reported to");
    }

    [Fact]
    public void Without_a_credential_nothing_is_begun_and_a_dry_run_needs_none()
    {
        Needs.Program("git");
        github.Push(alice, "main", "Begin", new Dictionary<string, string?> { ["policies/platform.yaml"] = Platform });
        Tool.Run("git", ["clone", "-q", Path.Combine(folder, "origin"), Path.Combine(folder, "clone")], folder, [])
            .Code.ShouldBe(0);
        var result = Tool.Run(
            "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "rayquest.dll"), "status"],
            Path.Combine(folder, "clone"),
            new Dictionary<string, string> { ["GITHUB_TOKEN"] = "", ["RAYQUEST_APP_ID"] = "" }
        );
        result.Code.ShouldBe(2);
        result.Errors.ShouldContain("GITHUB_TOKEN");
    }
}
