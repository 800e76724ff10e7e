using System.Text;
using Rayquest.JobLint;
using Rayquest.JobLint.Engine;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Repository;
using Rayquest.JobModel.Requests;
using Rayquest.JobRender;
using Rayquest.JobReport.Approvals;
using Rayquest.JobReport.Evaluation;

namespace Rayquest.Adversary.Tests.Rules;

/// <summary>A small repository with policies of its own, what is merged in it, and what its rules say of a change.</summary>
internal sealed class TestRepository
{
    private readonly SortedDictionary<string, byte[]> files = new(StringComparer.Ordinal);

    public TestRepository()
    {
        Put(
            "policies/platform.yaml",
            """
            gpus:
              a100: {pricePerHour: 2.00, perNode: 8}
              l4: {pricePerHour: 0.70, perNode: 4}
            defaults: {image: "rayproject/ray:2.52.0-py311-gpu", gpu: a100, timeout: 4h}

            """
        );
        Put(
            "policies/quotas.yaml",
            """
            approvers: [dana]
            teams:
              vision:
                members: [alice, bob, carol]
                approvers: [bob, carol]
                soft: {gpus: {a100: 8, l4: 8}}
                hard: {gpus: {a100: 16, l4: 16}}

            """
        );
        Put("policies/images.yaml", "allowed: [{pattern: \"rayproject/*\"}]\n");
    }

    private TestRepository(TestRepository other) => files = new(other.files, StringComparer.Ordinal);

    public MemoryTree Files => new(new Dictionary<string, byte[]>(files, StringComparer.Ordinal));

    /// <summary>The same files, to change them.</summary>
    public TestRepository Branch() => new(this);

    public TestRepository Put(string path, string? text)
    {
        if (text is null)
        {
            files.Remove(path);
        }
        else
        {
            files[path] = Encoding.UTF8.GetBytes(text);
        }

        return this;
    }

    public TestRepository Put(string path, byte[] bytes)
    {
        files[path] = bytes;
        return this;
    }

    public string Text(string path) => Encoding.UTF8.GetString(files[path]);

    /// <summary>A request for GPUs of one type.</summary>
    public static string Request(string name, int gpus, string gpu = "a100", string more = "") =>
        $"name: {name}\nentrypoint: python train.py\nworkers: {{replicas: {gpus}, cpu: 4, memory: 16Gi, gpu: {gpu}, gpus: 1}}\ntimeout: 2h\n{more}";

    /// <summary>A request of team vision.</summary>
    public TestRepository Ask(string name, int gpus, string gpu = "a100", string more = "") =>
        Put($"jobs-requests/vision/{name}.yaml", Request(name, gpus, gpu, more));

    /// <summary>A request without GPUs, with further keys.</summary>
    public TestRepository Small(string name, string more) =>
        Put(
            $"jobs-requests/vision/{name}.yaml",
            $"name: {name}\nentrypoint: python train.py\nworkers: {{replicas: 1, cpu: 1, memory: 4Gi}}\n{more}"
        );

    /// <summary>Renders the requests as the merge would.</summary>
    public TestRepository Merged()
    {
        foreach (string path in files.Keys.Where(RequestPath.IsRequest).ToArray())
        {
            files[RequestPath.JobOf(path)] = Renderer.Render(Plan(path)).Bytes.ToArray();
        }

        return this;
    }

    public RequestPlan Plan(string path)
    {
        MemoryTree tree = Files;
        return JobPlanner
            .Plan(RequestDocument.Read(path, files[path]), PolicyLoader.Load(tree).Policies, tree)
            .ShouldNotBeNull();
    }

    /// <summary>What an earlier version rendered: the digest of its header is one that the owner counted in.</summary>
    public TestRepository WithDigest(string name, string digest)
    {
        string path = $"jobs/vision/{name}.yaml";
        return Put(path, Text(path).Replace(Header(name).RequestDigest, digest, StringComparison.Ordinal));
    }

    public JobHeader Header(string name) => JobHeader.Read(files[$"jobs/vision/{name}.yaml"], out _).ShouldNotBeNull();

    /// <summary>What <c>lint</c> says of the whole repository as it stands.</summary>
    public LintResult Lint(string? author = null) =>
        Linter.Run(
            new LintInput
            {
                Tree = Files,
                Policies = PolicyLoader.Load(Files),
                Author = author,
            }
        );

    /// <summary>What is said of the way from another state to this one; policies are the other's.</summary>
    public LintResult LintSince(TestRepository before, string? author = null)
    {
        string[] changed =
        [
            .. files
                .Keys.Union(before.files.Keys, StringComparer.Ordinal)
                .Where(p =>
                    !files.TryGetValue(p, out byte[]? now)
                    || !before.files.TryGetValue(p, out byte[]? then)
                    || !now.AsSpan().SequenceEqual(then)
                )
                .Order(StringComparer.Ordinal),
        ];
        return Linter.Run(
            new LintInput
            {
                Tree = Files,
                Base = before.Files,
                Policies = PolicyLoader.Load(before.Files),
                Paths = [.. changed.Where(p => RequestPath.IsRequest(p) && files.ContainsKey(p))],
                ChangedPaths = changed,
                Author = author,
            }
        );
    }

    /// <summary>The verdict of <c>preview</c> on the way from another state to this one.</summary>
    public ChangeEvaluation PreviewSince(
        TestRepository before,
        string author = "alice",
        IRecordedNames? recorded = null
    ) =>
        VerdictRule.Decide(
            Assessor.Assess(
                new AssessmentInput
                {
                    Base = before.Files,
                    Result = Files,
                    ChangedPaths =
                    [
                        .. files
                            .Keys.Union(before.files.Keys, StringComparer.Ordinal)
                            .Where(p =>
                                !files.TryGetValue(p, out byte[]? now)
                                || !before.files.TryGetValue(p, out byte[]? then)
                                || !now.AsSpan().SequenceEqual(then)
                            ),
                    ],
                    Recorded = recorded ?? NoRecordedNames.Instance,
                }
            ),
            new ApprovalInput(author, new HashSet<string>(), []),
            null
        );

    public static string Print(IEnumerable<Finding> findings) =>
        string.Join(
            "\n",
            findings.Select(f =>
                $"{f.Span.Source.Path}:{f.Span.Start.Line}:{f.Span.Start.Column} {f.Severity} {f.Rule.Code} {f.Message}"
            )
        );
}
