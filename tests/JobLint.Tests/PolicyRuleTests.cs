using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Repository;

namespace Rayquest.JobLint.Tests;

/// <summary>The bounds of rules over policies: what is just inside, what is just outside.</summary>
public class PolicyRuleTests
{
    private const string Quotas = "policies/quotas.yaml";
    private const string Platform = "policies/platform.yaml";
    private const string Gpus = "gpus: {a100: {}, l4: {}, tpu-v6e: {}, tpu-v6e-16: {}}\n";

    public static TheoryData<string, string, string, bool> Bounds { get; } =
        new()
        {
            { "RQ0603", Quotas, "teams: {vision: {soft: {cpu: 8}, hard: {cpu: 8}}}\n", false },
            { "RQ0603", Quotas, "teams: {vision: {soft: {cpu: 9}, hard: {cpu: 8}}}\n", true },
            { "RQ0603", Quotas, "teams: {vision: {soft: {memory: 8Gi}, hard: {memory: 8Gi}}}\n", false },
            { "RQ0603", Quotas, "teams: {vision: {soft: {memory: 9Gi}, hard: {memory: 8Gi}}}\n", true },
            { "RQ0603", Quotas, "teams: {vision: {soft: {jobs: 2}, hard: {jobs: 2}}}\n", false },
            { "RQ0603", Quotas, "teams: {vision: {soft: {jobs: 3}, hard: {jobs: 2}}}\n", true },
            { "RQ0603", Quotas, "teams: {vision: {soft: {jobs: 3}}}\n", false },
            { "RQ0604", Quotas, "teams: {vision: {gpuHoursPerMonth: {h100: 8}}}\n", true },
            { "RQ0604", Quotas, "teams: {vision: {perJob: {gpus: {h100: 8}}}}\n", true },
            { "RQ0604", Quotas, "teams: {vision: {soft: {gpus: {h100: 8}}}}\n", true },
            { "RQ0609", Quotas, "teams: {vision: {soft: {workers: 8}}}\n", true },
            { "RQ0609", Quotas, "teams: {vision: {perJob: {workers: 8, timeout: 1d}}}\n", false },
            { "RQ0610", Quotas, "teams: {vision: {}, nlp: {}, search: {}, platform: {}}\n", false },
            {
                "RQ0611",
                Quotas,
                "teams: {vision: {hard: {cpu: 8, memory: 8Gi}, perJob: {cpu: 8, memory: 8Gi}}}\n",
                false
            },
            { "RQ0611", Quotas, "teams: {vision: {hard: {cpu: 8}, perJob: {cpu: 9}}}\n", true },
            { "RQ0611", Quotas, "teams: {vision: {hard: {memory: 8Gi}, perJob: {memory: 9Gi}}}\n", true },
            { "RQ0612", Quotas, "approvers: [dana]\nteams: {vision: {soft: {jobs: 1}}}\n", false },
            { "RQ0612", Quotas, "teams: {vision: {hard: {jobs: 1}}}\n", false },
            { "RQ0612", Quotas, "teams: {vision: {soft: {cpu: 1}}}\n", true },
            { "RQ0612", Quotas, "teams: {vision: {soft: {memory: 1Gi}}}\n", true },
            { "RQ0612", Quotas, "teams: {vision: {soft: {jobs: 1}}}\n", true },
            { "RQ0605", "policies/images.yaml", "aliases: {ray: \"rayproject/Ray:2\"}\n", true },
            { "RQ0605", "policies/images.yaml", "aliases: {ray: \"rayproject/ray\"}\n", true },
            {
                "RQ0605",
                "policies/images.yaml",
                "requireDigest: true\naliases: {ray: \"rayproject/ray:2.52.0\"}\n",
                true
            },
            { "RQ0605", "policies/images.yaml", "aliases: {ray: \"rayproject/ray:2.52.0\"}\n", false },
            { "RQ0606", "policies/profiles/cpu.yaml", "kind: RayCluster\nspec: {}\n", true },
            { "RQ0606", "policies/profiles/cpu.yaml", "kind: RayJob\napiVersion: ray.io/v1\nspec: {}\n", false },
            { "RQ0606", "policies/profiles/cpu.yaml", "data: {}\n", true },
            { "RQ0606", "policies/profiles/cpu.yaml", "spec: {activeDeadlineSeconds: 5}\n", true },
            { "RQ0606", "policies/profiles/cpu.yaml", "spec: {rayClusterSpec: {rayVersion: 2.52.0}}\n", true },
            {
                "RQ0606",
                "policies/profiles/cpu.yaml",
                "spec: {rayClusterSpec: {workerGroupSpecs: [{groupName: \"*\", template: {spec: {}}}]}}\n",
                false
            },
            { "RQ0607", "policies/rules.yaml", "naming: {vision: \"(?=a)b\"}\n", true },
            { "RQ0608", Platform, Gpus + "defaults: {image: rayproject/ray:2.52.0-py312}\n", false },
            { "RQ0608", Platform, Gpus + "defaults: {image: rya}\n", true },
            { "RQ0608", Platform, Gpus + "defaults: {profile: gpus}\n", true },
            { "RQ0610", Platform, Gpus + "queues: {visoin: q}\n", true },
            { "RQ0610", Platform, Gpus + "namespaces: {visoin: q}\n", true },
            { "RQ0613", Platform, Gpus + "namespaces: {vision: jobs, nlp: jobs}\n", true },
            { "RQ0613", Platform, Gpus + "namespaces: {vision: jobs}\n", false },
            {
                "RQ0614",
                Platform,
                Gpus + "links: {dashboard: \"https://x/{team}/{namespace}/{cluster}/{job}\"}\n",
                false
            },
            { "RQ0614", Platform, Gpus + "links: {dashboard: \"https://x/{job\"}\n", true },
            { "RQ0614", Platform, Gpus + "links: {dashboard: \"https://x/{pod}\"}\n", true },
            { "RQ0615", Platform, Gpus + "defaults: {image: ray, timeout: 7d}\n", false },
            { "RQ0615", Platform, Gpus + "defaults: {image: ray, timeout: 169h}\n", true },
        };

    [Theory]
    [MemberData(nameof(Bounds))]
    public void A_rule_over_policies_speaks_just_outside_its_bounds(string code, string path, string text, bool speaks)
    {
        IReadOnlyList<Finding> findings = Repository.Lint(Repository.Tree((path, text)), only: code).Findings;
        findings.Any(f => f.Rule.Code == code).ShouldBe(speaks, text + Repository.Print(findings));
        findings.Where(f => f.Rule.Code == code).ShouldAllBe(f => f.Span.Source.Path == path);
    }

    [Fact]
    public void A_script_of_an_untouched_request_is_no_stray_file()
    {
        (string, string) request = (
            "jobs-requests/vision/train.yaml",
            "name: train\nentrypoint: python a.py\ncode: {files: {a.py: train/a.py}}\n"
        );
        MemoryTree before = Repository.Tree(request, ("jobs-requests/vision/train/a.py", "print(1)\n"));
        MemoryTree after = Repository.Tree(
            request,
            ("jobs-requests/vision/train/a.py", "print(2)\n"),
            ("jobs-requests/vision/train/b.py", "print(3)\n")
        );
        Repository
            .LintChange(before, after, only: "RQ0104")
            .Findings.Select(f => $"{f.Rule.Code} {f.Span.Source.Path}")
            .ShouldBe(["RQ0104 jobs-requests/vision/train/b.py"]);
    }

    [Theory]
    [InlineData("bash -c 'python trian.py && echo done'", true)]
    [InlineData("bash -c 'python train.py && echo done'", false)]
    [InlineData("python -u trian.py", true)]
    [InlineData("python -m trian", false)]
    [InlineData("python -c pass", false)]
    [InlineData("python ./train.py", false)]
    [InlineData("python /opt/trian.py", false)]
    [InlineData("nvidia-smi", false)]
    public void The_script_behind_python_is_looked_for_among_the_files(string entrypoint, bool speaks)
    {
        MemoryTree tree = Repository.Tree(
            (
                "jobs-requests/vision/train.yaml",
                $"name: train\nentrypoint: {entrypoint}\ncode: {{files: {{train.py: train/train.py}}}}\n"
            ),
            ("jobs-requests/vision/train/train.py", "print(1)\n")
        );
        Repository.Lint(tree, only: "RQ3064").Findings.Any(f => f.Rule.Code == "RQ3064").ShouldBe(speaks);
    }

    [Fact]
    public void No_output_repeats_a_secret()
    {
        const string secret = "ghp_abcdefghijklmnopqrstuvwxyz0123456789";
        LintResult result = Repository.Lint(
            Repository.Vision(
                $"name: train\nentrypoint: a\nenv: {{TOKEN: {secret}}}\nimage: {secret}\nowner: {secret}\n"
            )
        );
        JobLint.Output.LintReport report = new(result.Findings, 1, "0.0.0");
        JobLint.Output.TextOutput.Write(report, colour: false).ShouldNotContain(secret);
        result.Findings.ShouldAllBe(f => !f.Message.Contains(secret));
        result.Findings.Count(f => f.Rule.Code == "RQ5040").ShouldBe(3);
    }
}
