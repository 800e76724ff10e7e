using Rayquest.JobLint.Engine;
using Rayquest.JobModel.Repository;

namespace Rayquest.JobLint.Tests;

/// <summary>Rules over the shape of a request, its sweep and the files around it.</summary>
public class ShapeRuleTests
{
    private const string Head = "name: train\nentrypoint: python train.py\n";

    public static TheoryData<string, string, string> Places { get; } =
        new()
        {
            { "RQ0101", "name: train\n", "train" },
            { "RQ0101", "name: train\nentrypiont: a\n", "" },
            { "RQ0101", "name: train\nsubmissionMode: InteractiveMode\n", "" },
            { "RQ0101", "name: train\nkind: RayCluster\n", "" },
            { "RQ0101", "name: train\nkind: RayJob\n", "train" },
            { "RQ0101", "name: train\nworkers: {\n", "" },
            { "RQ0102", "name: train\nentrypoint: \" \"\n", "\" \"" },
            { "RQ0102", "name: train\nentrypoint: |\n  # a\n  b\n", "" },
            { "RQ0105", Head + "code: {archive: a, files: {b: c}}\n", "a" },
            { "RQ0105", Head + "code: {archive: a}\nruntimeEnv: {working_dir: d}\n", "d" },
            { "RQ0105", Head + "code: {files: {b: c}}\nruntimeEnv: {working_dir: d}\n", "d" },
            { "RQ0105", Head + "code: {archive: a}\nruntimeEnv: {pip: [d]}\n", "" },
            { "RQ0105", Head + "runtimeEnv: {working_dir: d}\n", "" },
            { "RQ0106", Head + "code: {}\n", "{}" },
            { "RQ0106", Head + "code: {files: {}}\n", "{files: {}}" },
            { "RQ0106", Head + "code: {files: ~, archive: ~}\n", "{files: ~, archive: ~}" },
            { "RQ0106", Head + "code: {files: [a]}\n", "" },
            { "RQ0106", Head + "code: {archive: a}\n", "" },
            { "RQ0106", Head + "code: {files: {a: b}}\n", "" },
            { "RQ0106", Head, "" },
            {
                "RQ0107",
                "cluster: shared-dev\nhead: {}\nworkers: []\nautoscaling: {}\nimage: a\nrayVersion: b\nprofile: c\nvolumes: []\nsecrets: []\nserviceAccount: d\nenv: {}\n"
                    + Head,
                "head | workers | autoscaling | image | rayVersion | profile | volumes | secrets | serviceAccount | env"
            },
            { "RQ0107", "image: a\n" + Head, "" },
            { "RQ0107", "cluster: shared-dev\ncode: {files: {a: b}}\n" + Head, "{a: b}" },
            { "RQ0107", "cluster: shared-dev\ncode: {archive: a}\n" + Head, "" },
            { "RQ0108", Head + "autoscaling: {version: v2}\nworkers: [{replicas: 2}, {cpu: 1}]\n", "{version: v2}" },
            {
                "RQ0108",
                Head + "autoscaling: {version: v2}\nworkers: [{replicas: 2}, {replicas: {min: 1, max: 2}}]\n",
                ""
            },
            { "RQ0108", Head + "autoscaling: {version: v2}\ncluster: shared-dev\n", "" },
            { "RQ0108", Head + "workers: {replicas: 2}\n", "" },
            {
                "RQ0109",
                "name: train\nentrypoint: a ${sweep.b} ${sweep.lr}\nsweep: {lrs: [1, 2], b: [1]}\n",
                "${sweep.lr} -> ${sweep.lrs}"
            },
            { "RQ0109", "name: train\nentrypoint: a ${sweep.zzzz}\nsweep: {lr: [1, 2]}\n", "${sweep.zzzz}" },
            {
                "RQ0109",
                "name: train\nentrypoint: a\nenv: {A: \"${sweep.a}\"}\nruntimeEnv: {env_vars: {B: \"${sweep.b}\"}}\n",
                "${sweep.a} | ${sweep.b}"
            },
            { "RQ0110", "name: train\nentrypoint: a ${sweep.a}\nsweep: {a: [1, 2], b: [1, 2]}\n", "b" },
            { "RQ0110", "name: train\nentrypoint: a\nsweep: {a: [1, 2]}\nworkers: {\n", "" },
            { "RQ0110", Head, "" },
            { "RQ0112", Head + "sweep: {a: [1], b: [1, 2]}\n", "a" },
            { "RQ0112", Head, "" },
            { "RQ0118", Head + "results: {best: max a}\n", "{best: max a}" },
            { "RQ0118", Head + "results: {best: max a}\nsweep: {a: [1, 2]}\n", "" },
            { "RQ0118", Head, "" },
            { "RQ0113", Head + "sweep: {a: [1, 2, 1, 1], b: [1, 2]}\n", "1 | 1" },
            { "RQ0113", Head, "" },
            {
                "RQ0114",
                "name: train\nentrypoint: ${sweep.a}\nenv: {A: \"${sweep.a}\"}\nruntimeEnv: {B: \"${sweep.a}\"}\ndescription: ${sweep.a}\nowner: ${sweep.a}\n",
                "${sweep.a}"
            },
            { "RQ0114", Head + "workers: {cpu: \"${sweep.a}\", memory: \"$sweep.a\"}\n", "\"${sweep.a}\"" },
        };

    [Theory]
    [MemberData(nameof(Places))]
    public void A_rule_points_at_the_key_or_value_at_fault(string code, string request, string expected) =>
        Pointed.At(code, request).ShouldBe(expected, request);

    [Theory]
    [InlineData(
        "RQ0105",
        "code: {archive: a, files: {b: c}}\nruntimeEnv: {working_dir: d}",
        "the code comes from `code.files`, `code.archive` and `runtimeEnv.working_dir`"
    )]
    [InlineData(
        "RQ0107",
        "cluster: shared-dev\nimage: a",
        "`image` has no effect on the existing cluster shared-dev: the cluster has its own image"
    )]
    [InlineData("RQ0107", "cluster: shared-dev\nhead: {}", "the cluster has its own machines")]
    [InlineData("RQ0107", "cluster: shared-dev\nenv: {}", "use `runtimeEnv.env_vars`")]
    [InlineData(
        "RQ0109",
        "env: {A: \"${sweep.a}\"}",
        "`${sweep.a}` is used, but there is no `sweep`; add `sweep: {a: […]}`"
    )]
    [InlineData("RQ0109", "env: {A: \"${sweep.lr}\"}\nsweep: {lrs: [1]}", "the sweep has no `lr`; did you mean `lrs`?")]
    [InlineData("RQ0110", "sweep: {a: [1, 2, 3]}", "so its 3 values would make identical jobs")]
    [InlineData("RQ0110", "sweep: {a: [1]}", "so its 1 value would")]
    public void A_rule_says_what_is_wrong_with_it(string code, string rest, string expected) =>
        Pointed.Said(code, Head + rest + "\n").ShouldContain(expected);

    [Theory]
    [InlineData("RQ0105", "code: {archive: a, files: {b: c}}", "{b: c}")]
    [InlineData("RQ0113", "sweep: {a: [1, 2, 1]}", "1")]
    public void What_came_first_is_shown(string code, string rest, string expected) =>
        Pointed.Before(code, Head + rest + "\n").ShouldBe(expected);

    [Theory]
    [InlineData(new[] { 16, 16 }, "")]
    [InlineData(new[] { 256 }, "")]
    [InlineData(new[] { 16, 17 }, "the sweep makes 272 jobs (16 × 17), at most 256 are taken")]
    [InlineData(new[] { 16, 0, 17 }, "the sweep makes 272 jobs (16 × 17)")]
    [InlineData(new[] { 100, 100, 100, 100, 100 }, "the sweep makes 10,000,000,000 jobs")]
    [InlineData(new[] { 100, 100, 100, 100, 100, 100 }, "the sweep makes at least 1,000,000,000,000 jobs")]
    [InlineData(new[] { 256, 256, 256, 256, 256, 256, 256, 256 }, "the sweep makes at least 1,000,000,000,000 jobs")]
    public void The_jobs_of_a_sweep_are_counted_however_many(int[] counts, string expected)
    {
        string lists = string.Join(
            ", ",
            counts.Select((count, i) => $"k{i}: [{string.Join(", ", Enumerable.Range(1, count))}]")
        );
        string said = Pointed.Said("RQ0111", Head + $"sweep: {{{lists}}}\n");
        if (expected.Length == 0)
        {
            said.ShouldBeEmpty();
        }
        else
        {
            said.ShouldStartWith(expected);
        }
    }

    [Theory]
    [InlineData("jobs-requests/vision/a.yml", "is not read as a request: its ending must be `.yaml`")]
    [InlineData("jobs-requests/vision/a.YAML", "is not read as a request: its ending must be `.yaml`")]
    [InlineData("jobs-requests/a.yaml", "lies in no team's folder; move it to `jobs-requests/<team>/a.yaml`")]
    [InlineData("jobs-requests/a.yml", "lies in no team's folder")]
    [InlineData("jobs-requests/vision/b/a.yaml", "is not a request (those are")]
    [InlineData("jobs-requests/vision/a.txt", "is not a request (those are")]
    [InlineData("jobs-requests/a.txt", "is not a request (those are")]
    [InlineData("jobs-requests/vision/README.md", "")]
    [InlineData("jobs-requests/Notes.MD", "")]
    [InlineData("jobs-requests/vision/.gitkeep", "")]
    [InlineData("jobs-requests/CODEOWNERS", "")]
    [InlineData("jobs-requests/.editorconfig", "")]
    [InlineData("jobs-requests/.gitattributes", "")]
    [InlineData("jobs-requests/vision/shipped.py", "")]
    public void A_file_that_is_no_request_is_shipped_or_stray(string path, string expected)
    {
        (string, string) request = (
            "jobs-requests/vision/train.yaml",
            Head + "code: {files: {a: shipped.py, b: ../x}}\n"
        );
        MemoryTree tree = Repository.Tree(request, (path, "x"));
        string said = Pointed.Said("RQ0104", tree);
        string changed = string.Join(
            '\n',
            Repository
                .LintChange(Repository.Tree(request), tree, only: "RQ0104")
                .Findings.Where(f => f.Rule.Code == "RQ0104")
                .Select(f => f.Message)
        );
        changed.ShouldBe(said);
        if (expected.Length == 0)
        {
            said.ShouldBeEmpty();
        }
        else
        {
            said.ShouldStartWith($"`{path}` {expected}");
        }
    }

    [Fact]
    public void A_change_is_judged_by_its_own_files_alone()
    {
        (string, string) stray = ("jobs-requests/vision/old.txt", "x");
        MemoryTree before = Repository.Tree(stray, ("jobs-requests/vision/gone.txt", "x"));
        MemoryTree after = Repository.Tree(stray, ("README.txt", "x"));
        Repository.LintChange(before, after, only: "RQ0104").Findings.ShouldBeEmpty();
        Pointed.Said("RQ0104", after).ShouldStartWith("`jobs-requests/vision/old.txt` is not a request");
    }

    [Fact]
    public void Some_requests_of_a_tree_are_not_all_its_files()
    {
        LinkTree tree = new(
            Repository.Tree(("jobs-requests/vision/train.yaml", Head), ("jobs-requests/vision/old.txt", "x")),
            "jobs-requests/vision/link"
        );
        LintResult Some(string code) =>
            Linter.Run(
                new LintInput
                {
                    Tree = tree,
                    Policies = JobModel.Policies.PolicyLoader.Load(tree),
                    Paths = ["jobs-requests/vision/train.yaml"],
                    Only = Repository.Rule(code),
                }
            );
        Some("RQ0104").Findings.ShouldBeEmpty();
        Some("RQ5015").Findings.ShouldBeEmpty();
        Pointed.Said("RQ5015", tree).ShouldStartWith("`jobs-requests/vision/link` is a symbolic link");
        Pointed
            .Said("RQ5015", new LinkTree(Repository.Tree(), "jobs/vision/link"))
            .ShouldStartWith("`jobs/vision/link` is a symbolic link");
    }

    [Fact]
    public void A_linked_request_that_is_named_is_told_and_not_read()
    {
        // Some trees would read what lies behind it.
        const string Path = "jobs-requests/vision/train.yaml";
        LinkTree tree = new(Repository.Tree((Path, "x: 1\n")), Path) { ReadsThrough = true };
        LintResult Linted(IReadOnlyList<string>? paths) =>
            Linter.Run(
                new LintInput
                {
                    Tree = tree,
                    Policies = JobModel.Policies.PolicyLoader.Load(tree),
                    Paths = paths,
                }
            );
        Linted([Path]).Findings.Select(f => f.Rule.Code).ShouldBe(["RQ5015"]);
        Linted(null).Findings.Select(f => f.Rule.Code).ShouldBe(["RQ5015"]);
    }

    [Fact]
    public void Links_of_a_change_are_told_where_it_brings_them()
    {
        MemoryTree inner = Repository.Tree(("jobs-requests/vision/train.yaml", Head));
        LinkTree after = new(inner, "jobs-requests/vision/a", "jobs/vision/b", "docs/c");
        Repository
            .LintChange(inner, after, only: "RQ5015")
            .Findings.Where(f => f.Rule.Code == "RQ5015")
            .Select(f => f.Span.Source.Path)
            .ShouldBe(["jobs-requests/vision/a", "jobs/vision/b"]);
        Repository.LintChange(after, inner, only: "RQ5015").Findings.ShouldNotContain(f => f.Rule.Code == "RQ5015");
    }

    [Theory]
    [InlineData("policies/rules.yaml", "jobs-requests/vision/train.yaml", "train")]
    [InlineData("docs/rules.yaml", "jobs-requests/vision/train.yaml", "")]
    [InlineData("policies/rules.yaml", "jobs-requests/vision/train.txt", "")]
    public void A_request_and_a_policy_come_in_changes_of_their_own(string policy, string request, string expected)
    {
        (string, string) other = ("jobs-requests/vision/other.yaml", "name: other\nentrypoint: a\n");
        Pointed
            .Of(
                "RQ0115",
                Repository
                    .LintChange(
                        Repository.Tree(other),
                        Repository.Tree(other, (policy, "severity: {}\n"), (request, Head)),
                        only: "RQ0115"
                    )
                    .Findings
            )
            .ShouldBe(expected);
    }
}
