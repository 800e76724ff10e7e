using System.Text;
using Rayquest.JobLint.Catalogue;
using Rayquest.JobLint.Messages;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Repository;

namespace Rayquest.JobLint.Tests;

/// <summary>The bounds of single rules: what is just inside, what is just outside.</summary>
public class RuleTests
{
    private const string Head = "name: train\nentrypoint: python train.py\n";
    private const string Gpu = Head + "image: ray-gpu\nprofile: gpu\n";

    public static TheoryData<string, string, bool> Bounds { get; } =
        new()
        {
            { "RQ2022", Gpu + "timeout: 1h\nworkers: {replicas: 1, cpu: 10, gpu: a100, gpus: 8}\n", false },
            { "RQ2022", Gpu + "timeout: 1h\nworkers: {replicas: 1, cpu: 10, gpu: a100, gpus: 9}\n", true },
            {
                "RQ2023",
                Gpu + "timeout: 1h\nworkers: {replicas: 1, cpu: 46, memory: 176Gi, gpu: l4, gpus: 4}\n",
                false
            },
            { "RQ2023", Gpu + "timeout: 1h\nworkers: {replicas: 1, cpu: 46, memory: 177Gi, gpu: l4, gpus: 4}\n", true },
            { "RQ2024", Gpu + "timeout: 1h\nworkers: {replicas: 4, cpu: 11, memory: 44Gi, gpu: l4, gpus: 1}\n", false },
            { "RQ2024", Gpu + "timeout: 1h\nworkers: {replicas: 4, cpu: 12, memory: 44Gi, gpu: l4, gpus: 1}\n", true },
            { "RQ2024", Gpu + "timeout: 1h\nworkers: {replicas: 4, cpu: 11, memory: 45Gi, gpu: l4, gpus: 1}\n", true },
            {
                "RQ2024",
                Gpu + "timeout: 1h\nworkers: {replicas: 1, cpu: 40, memory: 100Gi, gpu: l4, gpus: 4}\n",
                false
            },
            { "RQ2025", Gpu + "timeout: 1h\nworkers: {replicas: 1, gpu: a100}\n", false },
            { "RQ2026", Head + "head: {cpu: 500m, memory: 2Gi}\nworkers: {replicas: 1}\n", true },
            { "RQ2026", Head + "head: {cpu: 2000m, memory: 2Gi}\nworkers: {replicas: 1}\n", false },
            { "RQ2027", Head + "head: {cpu: 8, memory: 8Gi}\nworkers: {replicas: 1, cpu: 1}\n", false },
            { "RQ2027", Head + "head: {cpu: 9, memory: 8Gi}\nworkers: {replicas: 1, cpu: 8}\n", true },
            { "RQ2027", Head + "head: {cpu: 16, memory: 8Gi}\nworkers: {replicas: 2, cpu: 8}\n", false },
            { "RQ2028", Head + "head: {cpu: 1, memory: 512m}\nworkers: {replicas: 1}\n", true },
            { "RQ2028", Head + "workers: {replicas: 1, memory: 64Mi}\n", false },
            { "RQ2029", Head + "workers: {replicas: 1, memory: 1G}\n", false },
            { "RQ2029", Head + "workers: {replicas: 1, memory: 999M}\n", true },
            { "RQ2029", Head + "head: {cpu: 1, memory: 900Mi}\nworkers: {replicas: 1}\n", true },
            { "RQ2030", Head + "head: {cpu: 1000, memory: 2Gi}\n", true },
            { "RQ2030", Head + "workers: {replicas: 1, cpu: 999}\n", false },
            { "RQ2031", Head + "workers: {replicas: {min: 2, max: 2}}\n", false },
            { "RQ2032", Head + "workers: {replicas: {min: 0, max: 1}}\n", false },
            { "RQ2033", Head + "workers: {replicas: 1}\n", false },
            { "RQ2033", Gpu + "workers: {replicas: 0, gpu: l4, gpus: 1}\n", false },
            { "RQ2033", Gpu + "workers: {replicas: 1, gpu: l4, gpus: 1}\ntimeout: soon\n", false },
            { "RQ2034", Head + "workers: {replicas: 1}\ntimeout: 2d\n", false },
            { "RQ2034", Head + "workers: {replicas: 1}\ntimeout: 49h\n", true },
            { "RQ2035", Head + "workers: {replicas: 1}\ntimeout: 1h\nqueueTimeout: 1h\n", true },
            { "RQ2035", Head + "workers: {replicas: 1}\ntimeout: 1h\nqueueTimeout: 59m\n", false },
            { "RQ2036", Gpu + "workers: {replicas: 1, gpu: l4, gpus: 1}\ntimeout: 1h\nkeep: 1h\n", false },
            { "RQ2036", Gpu + "workers: {replicas: 1, gpu: l4, gpus: 1}\ntimeout: 1h\nkeep: 61m\n", true },
            { "RQ2036", Head + "workers: {replicas: 1}\nkeep: 1d\n", false },
            { "RQ2037", Gpu + "workers: {replicas: 1, gpu: l4, gpus: 1}\ntimeout: 1h\nretries: 3\n", false },
            { "RQ2037", Gpu + "workers: {replicas: 1, gpu: l4, gpus: 1}\ntimeout: 1h\nretries: 4\n", true },
            { "RQ2037", Head + "workers: {replicas: 1}\nretries: 9\n", false },
            { "RQ2038", Head + "workers: {replicas: 1, numOfHosts: 1}\n", false },
            {
                "RQ2039",
                Head + "image: ray-tpu\nprofile: tpu\ntimeout: 1h\nworkers: {replicas: 1, gpu: tpu-v6e, gpus: 4}\n",
                false
            },
            {
                "RQ2039",
                Head
                    + "image: ray-tpu\nprofile: tpu\ntimeout: 1h\nworkers: {replicas: 1, gpu: tpu-v6e, gpus: 4, numOfHosts: 2}\n",
                true
            },
            { "RQ2010", Gpu + "timeout: 1h\nworkers: {replicas: 16, gpu: l4, gpus: 1}\n", false },
            { "RQ2010", Gpu + "timeout: 1h\nworkers: {replicas: {min: 1, max: 17}, gpu: l4, gpus: 1}\n", true },
            {
                "RQ2010",
                Gpu
                    + "timeout: 1h\nworkers: [{name: a, replicas: 9, gpu: l4, gpus: 1}, {name: b, replicas: 8, gpu: l4, gpus: 1}]\n",
                true
            },
            { "RQ2011", Head + "head: {cpu: 1, memory: 2Gi}\nworkers: {replicas: 51, cpu: 10, memory: 2Gi}\n", false },
            { "RQ2011", Head + "head: {cpu: 2, memory: 2Gi}\nworkers: {replicas: 51, cpu: 10, memory: 2Gi}\n", true },
            { "RQ2013", Head + "workers: {replicas: 64, cpu: 1, memory: 2Gi}\n", false },
            { "RQ2013", Head + "workers: {replicas: 32, numOfHosts: 3, cpu: 1, memory: 2Gi}\n", true },
            { "RQ2002", Gpu + "timeout: 1h\nworkers: {replicas: 8, cpu: 4, gpu: a100, gpus: 1}\n", false },
            { "RQ2002", Gpu + "timeout: 1h\nworkers: {replicas: 9, cpu: 4, gpu: a100, gpus: 1}\n", true },
            { "RQ2001", Gpu + "timeout: 1h\nworkers: {replicas: 16, cpu: 4, gpu: a100, gpus: 1}\n", false },
            { "RQ2001", Gpu + "timeout: 1h\nworkers: {replicas: 17, cpu: 4, gpu: a100, gpus: 1}\n", true },
            {
                "RQ0111",
                "name: train\nentrypoint: a ${sweep.a} ${sweep.b}\nsweep: {a: ["
                    + Numbers(16)
                    + "], b: ["
                    + Numbers(16)
                    + "]}\n",
                false
            },
            {
                "RQ0111",
                "name: train\nentrypoint: a ${sweep.a} ${sweep.b}\nsweep: {a: ["
                    + Numbers(16)
                    + "], b: ["
                    + Numbers(17)
                    + "]}\n",
                true
            },
            // 256 values of eight keys each are 2^64 jobs.
            {
                "RQ0111",
                Head
                    + "sweep: {"
                    + string.Join(", ", Enumerable.Range(1, 8).Select(i => $"k{i}: [{Numbers(256)}]"))
                    + "}\n",
                true
            },
            { "RQ3002", Head + "image: ray\n", false },
            {
                "RQ3004",
                Head + "image: rayproject/ray:2.52.0-py312\ntimeout: 1h\nworkers: {replicas: 1, gpu: l4}\n",
                true
            },
            {
                "RQ3004",
                Head + "image: rayproject/ray-llm:2.52.0-py311\ntimeout: 1h\nworkers: {replicas: 1, gpu: l4}\n",
                false
            },
            {
                "RQ3004",
                Head
                    + "image: ghcr.io/example/vision-x:1\nrayVersion: 2.52.0\ntimeout: 1h\nworkers: {replicas: 1, gpu: l4}\n",
                false
            },
            { "RQ3008", Head + "image: ray\nrayVersion: 2.52.0\n", false },
            { "RQ3009", Head + "image: ghcr.io/example/vision-x:1\nrayVersion: v2\n", false },
            { "RQ3010", Head + "image: rayproject/ray:2.30.0-py310\n", false },
            { "RQ3010", Head + "image: rayproject/ray:2.29.9-py310\n", true },
            { "RQ5001", Head + "image: ghcr.io/example/vision-x\nrayVersion: 2.52.0\n", true },
            { "RQ5001", Head + "image: ghcr.io/example/vision-x:nightly-py312\nrayVersion: 2.52.0\n", true },
            {
                "RQ5001",
                Head
                    + "image: ghcr.io/example/vision-x@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\nrayVersion: 2.52.0\n",
                false
            },
            { "RQ5002", Head + "image: ghcr.io/example/nlp-x:1\nrayVersion: 2.52.0\n", true },
            { "RQ5002", Head + "image: ghcr.io/example/shared/x:1\nrayVersion: 2.52.0\n", false },
            {
                "RQ5002",
                Head
                    + "image: rayproject/ray:2.52.0@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n",
                false
            },
            { "RQ5024", Head + "volumes: [{claim: datasets, mount: /tmp/raylogs}]\n", false },
            { "RQ5024", Head + "volumes: [{claim: datasets, mount: /home/ray/data}]\n", false },
            { "RQ5024", Head + "volumes: [{claim: datasets, mount: /dev/shm}]\n", true },
            { "RQ5024", Head + "secrets: [{name: wandb, mount: /etc}]\n", true },
            { "RQ5024", Head + "secrets: [{name: wandb, mount: /etc/wandb}]\n", false },
            { "RQ5030", Head + "runtimeEnv: {pip: [\"--trusted-host x\"]}\n", true },
            { "RQ5030", Head + "runtimeEnv: {pip: [\"--extra-index-url https://x/simple\"]}\n", true },
            { "RQ5030", Head + "runtimeEnv: {pip: [\"--index-url https://x/simple\"]}\n", false },
            { "RQ5030", Head + "runtimeEnv: {uv: [\"x @ git+git://h/x\"]}\n", true },
            { "RQ3041", Head + "code: {archive: https://github.com/e/t/archive/v1.2.0.zip}\n", false },
            { "RQ3041", Head + "code: {archive: https://github.com/e/t/archive/feature.zip}\n", true },
            { "RQ3041", Head + "code: {archive: https://artifacts.example.com/t/latest/t.zip}\n", true },
            {
                "RQ3041",
                Head + "runtimeEnv: {py_modules: [https://github.com/e/t/archive/refs/heads/main.zip]}\n",
                true
            },
            { "RQ3041", Head + "code: {archive: https://artifacts.example.com/train.zip}\n", false },
            { "RQ3042", Head + "code: {archive: s3://example-ml-artifacts/t.tgz}\n", false },
            { "RQ3042", Head + "code: {archive: ./train}\n", true },
            { "RQ3042", Head + "code: {archive: ssh://h/t.zip}\n", true },
            {
                "RQ3042",
                Head + "image: rayproject/ray:2.31.0-py310\ncode: {archive: https://artifacts.example.com/t.tar.gz}\n",
                true
            },
            { "RQ3042", Head + "runtimeEnv: {working_dir: \"gcs://x\"}\n", false },
            { "RQ5011", Head + "code: {archive: s3://example-ml-artifacts/t.zip}\n", false },
            { "RQ5011", Head + "code: {archive: gs://other-bucket/t.zip}\n", true },
            { "RQ5011", Head + "code: {archive: https://github.com@evil.example.net/t.zip}\n", true },
            {
                "RQ3023",
                Head + "runtimeEnv: {pip: [\"torch>=2\", ./x.whl, \"-r req.txt\", \"x @ https://h/x.whl\"]}\n",
                false
            },
            { "RQ3023", Head + "runtimeEnv: {uv: {packages: [torch]}}\n", true },
            { "RQ3026", Head + "runtimeEnv: {env_vars: {A: 5$}}\n", false },
            { "RQ3026", Head + "runtimeEnv: {env_vars: {A: \"`x`\"}}\n", true },
            { "RQ3026", Head + "submissionMode: SidecarMode\nruntimeEnv: {env_vars: {A: $X}}\n", true },
            { "RQ3026", Head + "runtimeEnv: {env_vars: {A: \"\\x24HOME\"}}\n", true },
            { "RQ0109", Head + "env: {A: \"\\x24{sweep.a}\"}\n", true },
            { "RQ0114", Head + "owner: \"\\x24{sweep.a}\"\n", true },
            { "RQ3027", Head + "env: {A: x}\nruntimeEnv: {env_vars: {A: y}}\n", true },
            { "RQ3027", Head + "env: {A: x}\nruntimeEnv: {env_vars: {B: y}}\n", false },
            { "RQ3027", Head + "secrets: [{name: wandb, key: a, env: A}, {name: wandb, key: b, env: A}]\n", true },
            { "RQ3029", Head + "runtimeEnv: {container: {image: x}}\n", true },
            { "RQ3065", "name: train\nentrypoint: python ray start\n", false },
            { "RQ3065", "name: train\nentrypoint: bash -c 'ray stop; python a.py'\n", true },
            {
                "RQ4508",
                "name: " + new string('a', 29) + "\nentrypoint: a\nworkers: {name: trainers, replicas: 1}\n",
                false
            },
            {
                "RQ4508",
                "name: " + new string('a', 30) + "\nentrypoint: a\nworkers: {name: trainers, replicas: 1}\n",
                true
            },
            { "RQ4509", "name: train\nentrypoint: a\nworkers:\n" + Groups(16), false },
            { "RQ4509", "name: train\nentrypoint: a\nworkers:\n" + Groups(17), true },
            { "RQ4509", "name: train\nentrypoint: a\nsubmissionMode: HTTPMode\nworkers:\n" + Groups(17), false },
            { "RQ4507", Head + "workers: {name: submitter, replicas: 1}\n", true },
            { "RQ4507", Head + "submissionMode: HTTPMode\nworkers: {name: submitter, replicas: 1}\n", false },
            { "RQ4506", Head + "workers: [{replicas: 1}, {replicas: 1}]\n", false },
            { "RQ4506", Head + "workers: [{replicas: 1}, {name: workers, replicas: 1}]\n", true },
            { "RQ0107", "name: train\nentrypoint: a\ncluster: shared-dev\ncode: {files: {a: b}}\n", true },
            { "RQ0101", "name: train\nentrypoint: [a]\n", false },
            { "RQ0102", "name: train\nentrypoint: |\n  # only\n\n  # comments\n", true },
            { "RQ5027", Head + "secrets: [{name: wandb, env: A}]\n", true },
            { "RQ5027", Head + "secrets: [{name: wandb, key: 5, env: A}]\n", false },
            { "RQ5041", Head + "env: {API_KEY: short1}\n", true },
            { "RQ5041", Head + "env: {API_KEY: aaaaaaaaaaaaaaaaaaaaaaa1}\n", true },
            { "RQ5041", Head + "env: {API_KEY: \"\"}\n", false },
            { "RQ5041", Head + "env: {USES_API_KEY: \"true\"}\n", false },
            { "RQ5041", Head + "env: {OTHER: x, API_KEY: $(OTHER)}\n", false },
            { "RQ5041", Head + "env: {API_KEY: /var/run/key/abc123def456}\n", false },
            { "RQ5041", Head + "env: {SOMETHING: 0a1b2c3d4e5f60718293a4b5}\n", false },
            { "RQ5043", Head + "env: {URL: \"https://user@host/x\"}\n", false },
            { "RQ5043", Head + "env: {URL: \"https://user:$PASS@host/x\"}\n", false },
            { "RQ5043", Head + "env: {URL: \"https://host/a:b@c\"}\n", false },
        };

    [Theory]
    [MemberData(nameof(Bounds))]
    public void A_rule_speaks_just_outside_its_bounds(string code, string request, bool speaks)
    {
        IReadOnlyList<Finding> findings = Repository.Lint(Repository.Vision(request), only: code).Findings;
        findings.Any(f => f.Rule.Code == code).ShouldBe(speaks, request + Repository.Print(findings));
        findings.ShouldNotContain(f => f.Rule == LinterRules.InternalError, request);
    }

    [Fact]
    public void Links_are_told_and_never_followed()
    {
        LinkTree tree = new(
            Repository.Tree(
                ("jobs-requests/vision/train.yaml", Head + "code: {files: {train.py: train.py}}\n"),
                ("jobs-requests/vision/other.yaml", Head)
            ),
            "jobs-requests/vision/train.py",
            "jobs-requests/vision/linked.yaml"
        );
        Repository
            .Lint(tree, only: "RQ5013")
            .Findings.Where(f => f.Rule.Code == "RQ5013")
            .Select(f => f.Span.Text)
            .ShouldBe(["train.py"]);
        Repository
            .Lint(tree, only: "RQ5015")
            .Findings.Where(f => f.Rule.Code == "RQ5015")
            .Select(f => f.Span.Source.Path)
            .ShouldBe(["jobs-requests/vision/linked.yaml", "jobs-requests/vision/train.py"]);
    }

    [Fact]
    public void Code_larger_than_a_ConfigMap_is_told()
    {
        MemoryTree Of(int size) =>
            Repository.Tree(
                ("jobs-requests/vision/train.yaml", Head + "code: {files: {train.py: train.py}}\n"),
                ("jobs-requests/vision/train.py", new string('#', size))
            );
        Repository.Lint(Of((900 * 1024) - 8), only: "RQ3045").Findings.ShouldNotContain(f => f.Rule.Code == "RQ3045");
        Repository.Lint(Of((900 * 1024) - 7), only: "RQ3045").Findings.ShouldContain(f => f.Rule.Code == "RQ3045");
    }

    [Fact]
    public void Code_that_is_no_text_is_told()
    {
        Dictionary<string, byte[]> files = Repository.Files("policies").ToDictionary();
        files["jobs-requests/vision/train.yaml"] = Encoding.UTF8.GetBytes(
            Head + "code: {files: {train.py: train.py}}\n"
        );
        files["jobs-requests/vision/train.py"] = [0xC3, 0x28];
        Repository.Lint(new MemoryTree(files), only: "RQ3044").Findings.ShouldContain(f => f.Rule.Code == "RQ3044");
    }

    [Fact]
    public void Whoever_approves_for_all_teams_may_submit_for_any()
    {
        MemoryTree tree = Repository.Vision(Head);
        Repository.Lint(tree, "dana", "RQ1007").Findings.ShouldNotContain(f => f.Rule.Code == "RQ1007");
        Repository.Lint(tree, "ALICE", "RQ1007").Findings.ShouldNotContain(f => f.Rule.Code == "RQ1007");
        Repository.Lint(tree, "erin", "RQ1007").Findings.ShouldContain(f => f.Rule.Code == "RQ1007");
    }

    [Fact]
    [Trait("rules", "all")]
    public void A_broken_policy_of_the_base_is_not_told_to_the_author_of_a_request()
    {
        MemoryTree before = Repository.Tree(("policies/rules.yaml", "severity: {nothing: off}\n"));
        MemoryTree after = Repository.Tree(
            ("policies/rules.yaml", "severity: {nothing: off}\n"),
            ("jobs-requests/vision/train.yaml", Head)
        );
        Repository
            .LintChange(before, after)
            .Findings.ShouldNotContain(f => f.Span.Source.Path.StartsWith("policies/", StringComparison.Ordinal));
        MemoryTree worse = Repository.Tree(("policies/rules.yaml", "severity: {nothing-else: off}\n"));
        Repository
            .LintChange(before, worse)
            .Findings.ShouldContain(f => f.Rule.Code == "RQ0601" && f.Message.Contains("nothing-else"));
    }

    [Fact]
    [Trait("rules", "all")]
    public void Severity_of_a_rule_is_what_the_policy_says()
    {
        MemoryTree Of(string severity) =>
            Repository.Tree(
                ("policies/rules.yaml", $"severity: {{fractional-cpu: {severity}}}\n"),
                ("jobs-requests/vision/train.yaml", Head + "workers: {replicas: 1, cpu: 500m}\n")
            );
        Repository
            .Lint(Of("error"))
            .Findings.ShouldContain(f => f.Rule.Code == "RQ2026" && f.Severity == Severity.Error);
        Repository.Lint(Of("off")).Findings.ShouldNotContain(f => f.Rule.Code == "RQ2026");
    }

    [Theory]
    [InlineData("RQ2002", false)]
    [InlineData("RQ5026", false)]
    [InlineData("RQ5040", false)]
    [InlineData("RQ1001", false)]
    [InlineData("RQ2017", false)]
    [InlineData("RQ3001", false)]
    [InlineData("RQ3028", false)]
    [InlineData("RQ3029", false)]
    [InlineData("RQ2026", true)]
    [InlineData("RQ3060", true)]
    public void A_request_may_ignore_only_what_harms_nobody_else(string code, bool may) =>
        RuleCatalog.Find(code)!.MayBeIgnored.ShouldBe(may);

    [Theory]
    [InlineData("ghcr.io/x/*", "ghcr.io/x/a:1", true)]
    [InlineData("ghcr.io/x/*", "ghcr.io/xy/a:1", false)]
    [InlineData("*", "", true)]
    [InlineData("a*b*c", "a--b--c", true)]
    [InlineData("a*b*c", "a--c--b", false)]
    [InlineData("a.c", "abc", false)]
    [InlineData("abc", "abc", true)]
    [InlineData("*.example.com", "files.example.com", true)]
    [InlineData("*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false)]
    public void A_star_stands_for_any_characters(string pattern, string text, bool matches) =>
        Glob.Matches(pattern, text).ShouldBe(matches);

    private static string Numbers(int count) => string.Join(", ", Enumerable.Range(1, count));

    private static string Groups(int count) =>
        string.Concat(Enumerable.Range(1, count).Select(i => $"- {{name: g{i}, replicas: 1, cpu: 1, memory: 2Gi}}\n"));
}
