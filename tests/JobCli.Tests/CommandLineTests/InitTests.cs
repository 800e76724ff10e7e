using Rayquest.JobCli.Tests.House;
using Rayquest.JobCli.Tests.Workflows;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Requests;
using Rayquest.JobScaffold;

namespace Rayquest.JobCli.Tests.CommandLineTests;

/// <summary><c>rayquest init</c>: what it writes is sound by the program's own checks, and it writes over nothing.</summary>
public sealed class InitTests : IDisposable
{
    private const string Commit = "3d3c42e5aac5ba805825da76410c181273ba90b1";
    private readonly string folder = Directory.CreateTempSubdirectory("rayquest-init-").FullName;

    private static readonly string[] Least =
    [
        "--org",
        "example",
        "--team",
        "vision=alice,bob",
        "--approver",
        "vision=bob",
        "--platform-approver",
        "dana",
        "--scheduler",
        "none",
    ];

    private static readonly string[] Much =
    [
        "--org",
        "acme",
        "--repository",
        "ray",
        "--team",
        "llm=li,wang",
        "--team",
        "search=chen_acme",
        "--approver",
        "llm=li",
        "--platform-approver",
        "zhao",
        "--platform-team",
        "acme/platform",
        "--scheduler",
        "kueue",
        "--queue",
        "llm=default",
        "--queue",
        "search=batch",
        "--cloud",
        "ack",
        "--gpu",
        "h20=4.2",
        "--gpu",
        "a10",
        "--kind",
        "RayJob",
        "--kind",
        "RayCluster",
        "--kind",
        "RayService",
        "--kind",
        "RayCronJob",
        "--namespace",
        "ml-{team}",
        "--server",
        "https://ghe.example.com",
        "--argocd-namespace",
        "gitops",
        "--argocd-keep",
        "settings",
        "--argocd-keep",
        "namespaces",
        "--argocd-keep",
        "queues",
        "--language",
        "zh-CN",
        "--action",
        $"acme/rayquest@{Commit}#0.1.0",
    ];

    public static TheoryData<string[]> Answers => [Least, Much];

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [MemberData(nameof(Answers))]
    public void What_it_writes_passes_every_check(string[] options)
    {
        Needs.Program("git");
        Init(options).Code.ShouldBe(0);
        Tool.Run("git", ["init", "--quiet", "--initial-branch=main"], folder, []).Code.ShouldBe(0);
        (int code, string output, string error) = Shell.RunIn(folder, "check");
        code.ShouldBe(0, output + error);
        output.ShouldNotContain("warning");

        (code, output, error) = Shell.RunIn(folder, "doctor", "--offline");
        code.ShouldBe(0, output + error);
        output.ShouldContain(" 0 could not be read, 0 to fix");

        string[] workflows = Directory.GetFiles(Path.Combine(folder, ".github", "workflows"));
        workflows.Length.ShouldBe(8);
        foreach (string workflow in workflows)
        {
            WorkflowRules.Check(File.ReadAllText(workflow)).ShouldBeEmpty(workflow);
        }
    }

    [Theory]
    [MemberData(nameof(Answers))]
    public void GitHub_accepts_its_workflows(string[] options)
    {
        Needs.LanguageService();
        Init(options).Code.ShouldBe(0);
        WorkflowLanguageTests
            .Ask(Directory.GetFiles(Path.Combine(folder, ".github", "workflows")))
            .Where(message => !message.EndsWith(WorkflowLanguageTests.UnknownToTheService, StringComparison.Ordinal))
            .ShouldBeEmpty();
    }

    [Fact]
    public void Its_examples_are_clean_requests()
    {
        Init(Much).Code.ShouldBe(0);
        string[] examples = Directory.GetFiles(Path.Combine(folder, "examples"));
        examples.Length.ShouldBe(Scaffold.Kinds.Count);
        foreach (string example in examples)
        {
            string text = File.ReadAllText(example);
            string name = text.Split('\n').Single(line => line.StartsWith("name: ", StringComparison.Ordinal))[6..];
            Put($"jobs-requests/llm/{name}.yaml", text);
        }

        Put(
            "jobs-requests/llm/big.yaml",
            "name: big\nimage: ray-gpu\nprofile: gpu\nentrypoint: python t.py\nworkers: {replicas: 1, gpu: h20, gpus: 4}\ntimeout: 1h\n"
        );
        (int code, string output, string error) = Shell.RunIn(folder, "lint");
        code.ShouldBe(0, output + error);
        output.ShouldContain($"{Scaffold.Kinds.Count + 1} files clean");
    }

    [Fact]
    public void It_never_writes_over_a_file_and_says_so()
    {
        Put("README.md", "mine\n");
        (int code, string output, _) = Init(Least);
        code.ShouldBe(0);
        output.ShouldContain("kept  README.md\n");
        output.ShouldContain("1 file was there and is left as it was");
        File.ReadAllText(Path.Combine(folder, "README.md")).ShouldBe("mine\n");

        (_, output, _) = Init(Least);
        output.ShouldNotContain("wrote ");
        output.ShouldContain("same  policies/quotas.yaml\n");
    }

    [Fact]
    public void A_terminal_is_asked_for_what_is_not_given()
    {
        (int code, string output, string error) = new Asked(folder).Run(
            "acme\n\n\nvision,nlp\nalice\nnora,erin\nbob\n\ndana\nkueue\ngke\nl4\n\n",
            "init",
            "."
        );
        code.ShouldBe(0, output + error);
        string quotas = File.ReadAllText(Path.Combine(folder, "policies", "quotas.yaml"));
        quotas.ShouldContain("  nlp:\n    members: [nora, erin]\n    approvers: []\n");
        File.ReadAllText(Path.Combine(folder, "policies", "platform.yaml"))
            .ShouldContain("nodeSelector: {cloud.google.com/gke-accelerator: nvidia-l4}");
        Shell.RunIn(folder, "check").Code.ShouldBe(0);
    }

    [Theory]
    [InlineData("--org", "a b", "a login")]
    [InlineData("--team", "Vision=alice", "lower-case letters")]
    [InlineData("--team", "vision", "vision=NAME,NAME")]
    [InlineData("--approver", "vison=bob", "did you mean `vision`")]
    [InlineData("--gpu", "a1000", "did you mean `a100`")]
    [InlineData("--gpu", "a100=cheap", "a price such as 2.93")]
    [InlineData("--scheduler", "Kueue", "one of none, kueue")]
    [InlineData("--server", "ghe.example.com", "an address such as")]
    [InlineData("--action", "acme/rayquest@v1", "the full commit id")]
    [InlineData("--namespace", "ray", "a name with `{team}`")]
    public void A_wrong_answer_is_told(string option, string value, string expected)
    {
        (int code, string output, string error) = Init([
            .. Least.Where((_, i) => option != "--org" || i > 1).Where((_, i) => option != "--scheduler" || i < 8),
            option,
            value,
        ]);
        code.ShouldBe(2, output + error);
        error.ShouldContain(expected);
        Directory.EnumerateFileSystemEntries(folder).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("kueue", "say `--queue TEAM=default`")]
    [InlineData("volcano", "leave out `--kind RayCronJob`")]
    public void A_schedule_whose_runs_no_queue_takes_is_not_written(string scheduler, string expected)
    {
        (int code, string output, string error) = Init([
            .. Least.Take(8),
            "--scheduler",
            scheduler,
            "--kind",
            "RayCronJob",
        ]);
        code.ShouldBe(2, output + error);
        error.ShouldContain(expected);
        Directory.EnumerateFileSystemEntries(folder).ShouldBeEmpty();
    }

    [Fact]
    public void The_checklist_has_a_command_beside_each_line()
    {
        string output = Init(Much).Out;
        string[] lines = output[output.IndexOf("Left to do:", StringComparison.Ordinal)..]
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)[1..];
        lines.Length.ShouldBeGreaterThan(20);
        for (int line = 0; line < lines.Length; line += 2)
        {
            lines[line].ShouldMatch("^ *[0-9]+\\. [a-z]");
            lines[line + 1].ShouldMatch("^       \\S");
        }

        output.ShouldContain("GH_HOST=ghe.example.com gh repo create acme/ray ");
        output.ShouldContain("kubectl get nodes -L aliyun.accelerator/nvidia_name\n");
        output.ShouldNotContain("@COMMIT", Case.Sensitive);
    }

    [Fact]
    public void An_enterprise_server_gets_its_own_addresses_and_no_key_it_does_not_know()
    {
        Init(Much).Code.ShouldBe(0);
        string all = string.Concat(
            Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Select(File.ReadAllText)
        );
        all.ShouldContain("https://ghe.example.com/acme/ray.git");
        all.ShouldNotContain("github.com/acme");
        all.ShouldNotContain("deployment: false");
        all.ShouldNotContain("queue: max");
        Directory.Exists(Path.Combine(folder, "argocd")).ShouldBeTrue();
        File.Exists(Path.Combine(folder, "argocd", "argocd-cm.yaml")).ShouldBeFalse();
        File.Exists(Path.Combine(folder, "argocd", "queues.yaml")).ShouldBeFalse();
        File.ReadAllText(Path.Combine(folder, "argocd", "namespaces.yaml")).ShouldNotContain("kind: Namespace\n");
    }

    [Fact]
    public void A_value_stays_a_value()
    {
        ScaffoldFile platform = Scaffold
            .Write(
                new RepositoryAnswers
                {
                    Organization = "example",
                    Teams = [new TeamAnswer("vision", ["yes", "a: b", "123"], ["null"])],
                    PlatformApprovers = ["a}, admin: {x: y"],
                    Owners = ["@dana"],
                    Gpus = [new GpuAnswer(GpuCatalogue.Find("l4")!, 0.5m)],
                    Action = new ActionReference("example/rayquest", ActionReference.Unknown, "0.1.0"),
                }
            )
            .Single(file => file.Path == "policies/quotas.yaml");
        platform.Text.ShouldContain("members: [\"yes\", \"a: b\", \"123\"]");
        platform.Text.ShouldContain("approvers: [\"null\"]");
        platform.Text.ShouldContain("approvers: [\"a}, admin: {x: y\"]");
        Should.Throw<ArgumentException>(() =>
            Scaffold.Write(
                new RepositoryAnswers
                {
                    Organization = "example\n* @mallory",
                    Teams = [new TeamAnswer("vision", [], [])],
                    PlatformApprovers = ["dana"],
                    Owners = ["@dana\n* @mallory"],
                    Action = new ActionReference("example/rayquest", ActionReference.Unknown, "0.1.0"),
                }
            )
        );
    }

    [Fact]
    public void Every_kind_with_an_example_and_every_scheduler_can_be_asked_for()
    {
        Scaffold.Kinds.ShouldBe(Enum.GetValues<JobKind>());
        foreach ((string word, _) in PolicyFormat.Schedulers)
        {
            string target = Path.Combine(folder, word);
            Shell.RunIn(folder, ["init", target, .. Least[..8], "--scheduler", word]).Code.ShouldBe(0);
            (int code, string output, string error) = Shell.RunIn(target, "check");
            code.ShouldBe(0, $"{word}: {output}{error}");
        }
    }

    private (int Code, string Out, string Error) Init(string[] options) =>
        Shell.RunIn(folder, ["init", ".", .. options]);

    private void Put(string path, string text)
    {
        string full = Path.Combine(folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }

    // On a terminal that answers.
    private sealed class Asked(string folder)
    {
        public (int Code, string Out, string Error) Run(string input, params string[] arguments) =>
            Shell.RunIn(folder, input, isTerminal: true, arguments);
    }
}
