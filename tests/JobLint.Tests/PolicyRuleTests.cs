using Rayquest.JobLint.Catalogue;
using Rayquest.JobLint.Engine;
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
        findings.ShouldNotContain(f => f.Rule == LinterRules.InternalError, text);
        findings.Where(f => f.Rule.Code == code).ShouldAllBe(f => f.Span.Source.Path == path);
    }

    public static TheoryData<string, string, string, string> Places { get; } =
        new()
        {
            {
                "RQ0601",
                "policies/rules.yaml",
                "severity: {fractional-cpus: off, RQ2001: off, nonesuch-at-all: off}\n",
                "fractional-cpus -> fractional-cpu | nonesuch-at-all"
            },
            {
                "RQ0602",
                "policies/rules.yaml",
                "severity: {RQ0001: off, RQ2026: off, RQ2001: off, nonesuch: off}\n",
                "RQ0001 | RQ2001"
            },
            {
                "RQ0603",
                Quotas,
                "teams: {vision: {soft: {gpus: {a100: 3, l4: 2}}, hard: {gpus: {a100: 2, l4: 2}}}}\n",
                "3"
            },
            { "RQ0603", Quotas, "teams: {vision: {soft: {gpus: {a100: 3}}, hard: {gpus: {l4: 2}}}}\n", "" },
            {
                "RQ0603",
                Quotas,
                "teams: {vision: {soft: {cpu: 9, memory: 9Gi, jobs: 9}, hard: {cpu: 8, memory: 8Gi, jobs: 8}}}\n",
                "9 | 9Gi | 9"
            },
            {
                "RQ0603",
                Quotas,
                "teams: {vision: {soft: {cpu: 9, memory: 9Gi, jobs: 9}}, nlp: {hard: {cpu: 8, memory: 8Gi, jobs: 8}}}\n",
                ""
            },
            {
                "RQ0604",
                Quotas,
                "teams: {vision: {soft: {gpus: {l5: 1}}, hard: {gpus: {h100: 1}}, perJob: {gpus: {l4: 1, l3: 1}}, gpuHoursPerMonth: {l2: 1}}}\n",
                "l5 -> l4 | h100 -> a100 | l3 -> l4 | l2 -> l4"
            },
            {
                "RQ0605",
                "policies/images.yaml",
                "requireDigest: true\naliases: {a: \"x/y:1@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\", b: \"x/y:1\", c: \"x/y\"}\n",
                "\"x/y:1\" | \"x/y\""
            },
            {
                "RQ0606",
                "policies/profiles/cpu.yaml",
                "apiVersion: a\nkind: RayCluster\nmetadata: {name: b, labels: {}}\nspec: {suspend: true}\nstatus: {}\n",
                "RayCluster | name | suspend | status"
            },
            {
                "RQ0606",
                "policies/profiles/cpu.yaml",
                "spec: {rayClusterSpec: {enableInTreeAutoscaling: true, headGroupSpec: {}, workerGroupSpecs: [{replicas: 1, groupName: a}, {suspend: true}, b]}}\n",
                "enableInTreeAutoscaling | replicas | suspend"
            },
            { "RQ0607", "policies/rules.yaml", "naming: {vision: \"(\", nlp: \"a+\"}\n", "\"(\"" },
            {
                "RQ0608",
                Platform,
                Gpus + "priorities: {high: a}\ndefaults: {gpu: l5, priority: hihg, profile: gup, image: rya}\n",
                "l5 -> l4 | hihg -> high | gup -> gpu | rya -> ray"
            },
            {
                "RQ0608",
                Platform,
                Gpus + "priorities: {high: a}\ndefaults: {gpu: l4, priority: high, profile: gpu, image: ray}\n",
                ""
            },
            { "RQ0608", Platform, Gpus + "namespace: a\n", "" },
            {
                "RQ0609",
                Quotas,
                "teams: {vision: {soft: {workers: 8}, hard: {timeout: 1d, cpu: 1}}}\n",
                "workers | timeout"
            },
            {
                "RQ0610",
                Platform,
                Gpus + "namespaces: {visoin: a, default: b, vision: c}\nqueues: {npl: d}\n",
                "visoin -> vision | npl -> nlp"
            },
            {
                "RQ0610",
                "policies/rules.yaml",
                "naming: {visoin: a, default: b}\nvolumes: {visoin: [a]}\nsecrets: {visoin: [a]}\nserviceAccounts: {visoin: [a], vision: [b]}\n",
                "visoin -> vision | visoin -> vision | visoin -> vision | visoin -> vision"
            },
            {
                "RQ0611",
                Quotas,
                "teams: {vision: {hard: {gpus: {a100: 2, l4: 2}}, perJob: {gpus: {a100: 3, l4: 2, tpu-v6e: 9}}}}\n",
                "3"
            },
            {
                "RQ0611",
                Quotas,
                "teams: {vision: {hard: {cpu: 8, memory: 8Gi}, perJob: {cpu: 9, memory: 9Gi}}}\n",
                "9 | 9Gi"
            },
            {
                "RQ0611",
                Quotas,
                "teams: {vision: {perJob: {cpu: 9, memory: 9Gi}}, nlp: {hard: {cpu: 8, memory: 8Gi}}}\n",
                ""
            },
            {
                "RQ0612",
                Quotas,
                "teams: {vision: {soft: {gpus: {l4: 1}}}, nlp: {soft: {jobs: 1}, approvers: [erin]}, search: {soft: {}}}\n",
                "vision"
            },
            { "RQ0613", Platform, Gpus + "namespace: jobs\nnamespaces: {vision: own, nlp: own}\n", "jobs | own" },
            { "RQ0613", Platform, Gpus + "namespace: \"x-{team}\"\n", "" },
            {
                "RQ0614",
                Platform,
                Gpus + "links: {dashboard: \"https://x/{jbo}/{team}/{pod\", logs: \"https://x/{node}\"}\n",
                "\"https://x/{jbo}/{team}/{pod\" | \"https://x/{jbo}/{team}/{pod\" | \"https://x/{node}\""
            },
            { "RQ0615", Platform, Gpus + "defaults: {image: ray, timeout: 169h}\n", "169h" },
            { "RQ0615", Platform, Gpus + "defaults: {image: ray}\n", "" },
            {
                "RQ0616",
                "policies/profiles/cpu.yaml",
                "metadata: {labels: {a: 1, b: c}, annotations: {d: true}}\n",
                "1 | true"
            },
            {
                "RQ0616",
                "policies/profiles/cpu.yaml",
                "spec: {rayClusterSpec: {headGroupSpec: {templat: {}}}}\n",
                "templat -> template"
            },
        };

    [Theory]
    [MemberData(nameof(Places))]
    public void A_rule_over_policies_points_at_the_line_at_fault(
        string code,
        string path,
        string text,
        string expected
    ) => Pointed.At(code, Repository.Tree((path, text))).ShouldBe(expected, text);

    [Theory]
    [InlineData(
        "RQ0603",
        Quotas,
        "teams: {vision: {soft: {gpus: {a100: 3}}, hard: {gpus: {a100: 2}}}}",
        "team vision may hold 3 a100 without approval, but 2 at most"
    )]
    [InlineData("RQ0605", "policies/images.yaml", "aliases: {a: \"x/Y:1\"}", "`x/Y:1` is not an image reference")]
    [InlineData("RQ0605", "policies/images.yaml", "aliases: {a: \"x/y\"}", "alias `a`: the image has no tag")]
    [InlineData(
        "RQ0606",
        "policies/profiles/cpu.yaml",
        "spec: {suspend: true}",
        "may not set `suspend` here: it is decided by the request"
    )]
    [InlineData(
        "RQ0606",
        "policies/profiles/cpu.yaml",
        "spec: {rayClusterSpec: {rayVersion: a}}",
        "may not set `rayVersion` here: it is decided by the request"
    )]
    [InlineData(
        "RQ0606",
        "policies/profiles/cpu.yaml",
        "spec: {rayClusterSpec: {workerGroupSpecs: [{replicas: 1}]}}",
        "may not set `replicas` here: it is decided by the request"
    )]
    [InlineData(
        "RQ0606",
        "policies/profiles/cpu.yaml",
        "status: {}",
        "may not set `status` here: a profile holds `metadata.labels`"
    )]
    [InlineData("RQ0608", Platform, Gpus + "defaults: {gpu: l5}", "there is no GPU type `l5`; did you mean `l4`?")]
    [InlineData(
        "RQ0613",
        Platform,
        Gpus + "namespace: jobs",
        "nlp, platform, search and vision share the namespace jobs"
    )]
    [InlineData(
        "RQ0614",
        Platform,
        Gpus + "links: {logs: \"https://x/{jbo}\"}",
        "`{jbo}` is not filled in; did you mean `job`?"
    )]
    [InlineData("RQ0614", Platform, Gpus + "links: {logs: \"https://x/{job\"}", "`{job}` is not filled in")]
    public void A_rule_over_policies_says_what_is_wrong(string code, string path, string text, string expected) =>
        Pointed.Said(code, Repository.Tree((path, text + "\n"))).ShouldContain(expected);

    [Fact]
    public void Without_teams_or_with_a_default_any_team_may_be_named()
    {
        foreach (string quotas in new[] { "teams: {}\n", "teams: {vision: {}, default: {}}\n" })
        {
            Pointed
                .At("RQ0610", Repository.Tree((Quotas, quotas), ("policies/rules.yaml", "naming: {visoin: a}\n")))
                .ShouldBeEmpty();
        }

        Pointed
            .At(
                "RQ0613",
                Repository.Tree((Quotas, "teams: {vision: {}, default: {}}\n"), (Platform, "namespace: jobs\n"))
            )
            .ShouldBeEmpty();
    }

    [Theory]
    [InlineData("maxTimeout: 1h", "defaults: {timeout: 1h}", "")]
    [InlineData("maxTimeout: 1h", "defaults: {timeout: 2h}", "2h see 1h")]
    [InlineData("severity: {}", "defaults: {timeout: 2h}", "")]
    public void The_longest_timeout_holds_for_the_default_too(string rules, string platform, string expected) =>
        string.Join(
                " ",
                Repository
                    .Lint(
                        Repository.Tree(("policies/rules.yaml", rules + "\n"), (Platform, platform + "\n")),
                        only: "RQ0615"
                    )
                    .Findings.Where(f => f.Rule.Code == "RQ0615")
                    .Select(f => $"{f.Span.Text} see {f.Related.ShouldHaveSingleItem().Span.Text}")
            )
            .ShouldBe(expected);

    [Fact]
    public void The_hard_bound_is_shown_beside_the_soft_one()
    {
        Repository
            .Lint(
                Repository.Tree((Quotas, "teams: {vision: {soft: {gpus: {a100: 3}}, hard: {gpus: {a100: 2}}}}\n")),
                only: "RQ0603"
            )
            .Findings.Where(f => f.Rule.Code == "RQ0603")
            .ShouldHaveSingleItem()
            .Related.ShouldHaveSingleItem()
            .Span.Text.ShouldBe("2");
    }

    [Fact]
    public void Where_the_key_is_missing_the_nearest_above_it_is_shown()
    {
        // One namespace for all by default, and no line that says so.
        Pointed.At("RQ0613", Repository.Tree((Platform, "# first line\nnamespace: jobs\n"))).ShouldBe("jobs");
        Pointed
            .At(
                "RQ0613",
                Repository.Tree(
                    (Platform, "# first line\nnamespaces: {nlp: same, search: ray-vision}\n"),
                    (Quotas, "teams: {search: {}, vision: {}}\n")
                )
            )
            .ShouldBe("# first line");
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
    [Trait("rules", "all")]
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
