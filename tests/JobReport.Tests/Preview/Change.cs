using System.Text;
using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Repository;
using Rayquest.JobModel.Requests;
using Rayquest.JobRender;
using Rayquest.JobReport.Approvals;
using Rayquest.JobReport.Evaluation;

namespace Rayquest.JobReport.Tests.Preview;

/// <summary>A repository with policies and live jobs, and a change to it: the words of the tests.</summary>
internal sealed class Change
{
    public const string Policies = """
        gpus:
          a100: {pricePerHour: 2.00, perNode: 8}
          l4: {pricePerHour: 0.70, perNode: 4}
        defaults: {image: "rayproject/ray:2.52.0-py311-gpu", timeout: 4h}
        """;

    public const string Quotas = """
        approvers: [dana]
        teams:
          vision:
            members: [alice, bob, carol]
            approvers: [bob, carol]
            soft: {gpus: {a100: 8}}
            hard: {gpus: {a100: 16}}
          nlp:
            members: [erin, frank, alice]
            approvers: [erin]
            soft: {gpus: {a100: 8}}
            hard: {gpus: {a100: 16}}
        """;

    private readonly SortedDictionary<string, byte[]> before = new(StringComparer.Ordinal);
    private SortedDictionary<string, byte[]>? fork;
    private readonly SortedDictionary<string, byte[]?> edits = new(StringComparer.Ordinal);

    public Change(string language = "en")
    {
        before["policies/platform.yaml"] = Encoding.UTF8.GetBytes($"language: {language}\n{Policies}\n");
        before["policies/quotas.yaml"] = Encoding.UTF8.GetBytes(Quotas + "\n");
        before["policies/images.yaml"] = Encoding.UTF8.GetBytes("allowed: [{pattern: \"rayproject/*\"}]\n");
    }

    public string Author { get; set; } = "alice";

    public bool IsFork { get; set; }

    /// <summary>What the ledger says; nobody asked when null.</summary>
    public Rayquest.JobReport.Jobs.JobKnowledge? Known { get; set; }

    public List<ApprovalEvent> Statements { get; } = [];

    public List<PendingDemand> Elsewhere { get; } = [];

    public static string Request(string name, int gpus, string gpu = "a100", string more = "") =>
        $"name: {name}\nentrypoint: python train.py\nworkers: {{replicas: {gpus}, cpu: 4, memory: 16Gi, gpu: {gpu}, gpus: 1}}\ntimeout: 2h\n{more}";

    /// <summary>A request of the base, with its rendered file.</summary>
    public Change Live(string team, string name, int gpus)
    {
        string path = $"jobs-requests/{team}/{name}.yaml";
        before[path] = Encoding.UTF8.GetBytes(Request(name, gpus));
        before[RequestPath.JobOf(path)] = Rendered(path, before[path]);
        return this;
    }

    /// <summary>A file of the base.</summary>
    public Change Live(string path, string text)
    {
        before[path] = Encoding.UTF8.GetBytes(text);
        return this;
    }

    /// <summary>A request that was merged after the change began.</summary>
    public Change LiveSince(string team, string name, int gpus)
    {
        fork ??= new SortedDictionary<string, byte[]>(before, StringComparer.Ordinal);
        return Live(team, name, gpus);
    }

    public byte[] Rendered(string path, byte[] request)
    {
        MemoryTree tree = new(before);
        RequestPlan plan = JobPlanner.Plan(
            RequestDocument.Read(path, request),
            PolicyLoader.Load(tree).Policies,
            tree
        )!;
        return Renderer.Render(plan).Bytes.ToArray();
    }

    /// <summary>A line more in the platform's policy.</summary>
    public Change Policy(string line)
    {
        before["policies/platform.yaml"] =
        [
            .. before["policies/platform.yaml"],
            .. Encoding.UTF8.GetBytes(line + "\n"),
        ];
        return this;
    }

    /// <summary>The object name of a live request.</summary>
    public string ObjectOf(string team, string name) =>
        JobHeader.Read(before[$"jobs/{team}/{name}.yaml"], out _)!.Jobs.Single().Name;

    public Change Put(string path, string? text)
    {
        edits[path] = text is null ? null : Encoding.UTF8.GetBytes(text);
        return this;
    }

    public Change Put(string path, byte[] bytes)
    {
        edits[path] = bytes;
        return this;
    }

    public Change Ask(string team, string name, int gpus, string more = "") =>
        Put($"jobs-requests/{team}/{name}.yaml", Request(name, gpus, more: more));

    public AssessmentInput Input()
    {
        SortedDictionary<string, byte[]> result = new(before, StringComparer.Ordinal);
        foreach ((string path, byte[]? bytes) in edits)
        {
            if (bytes is null)
            {
                result.Remove(path);
            }
            else
            {
                result[path] = bytes;
            }
        }

        return new AssessmentInput
        {
            Base = new MemoryTree(before),
            Result = new MemoryTree(result),
            Fork = fork is null ? null : new MemoryTree(fork),
            ChangedPaths = [.. edits.Keys],
            CanCommit = !IsFork,
            Elsewhere = Elsewhere,
        };
    }

    public ApprovalInput Said() => new(Author, new HashSet<string>([Head], StringComparer.Ordinal), Statements);

    public static string Head => new('a', 40);

    public ChangeEvaluation Preview() => VerdictRule.Decide(Assessor.Assess(Input()), Said(), Known);

    public Change Says(string login, ApprovalAction say, string? sha = null)
    {
        Statements.Add(
            new ApprovalEvent(login, say, sha ?? Head, DateTimeOffset.UnixEpoch.AddSeconds(Statements.Count))
        );
        return this;
    }
}
