using System.Text;
using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Quantities;
using Rayquest.JobModel.Repository;
using Rayquest.JobModel.Requests;

namespace Rayquest.JobModel.Tests;

public class PlanTests
{
    private const string Platform = """
        namespaces: {vision: team-vision}
        gpus:
          a100: {pricePerHour: 3, perNode: 8}
          l4: {pricePerHour: 1}
        prices: {cpu: 0.1, memory: 0.01}
        priorities: {normal: research-normal}
        defaults: {image: ray, timeout: 1h, gpu: l4}
        """;

    internal static LoadedPolicies Policies(
        string platform = Platform,
        string images = "aliases: {ray: 'rayproject/ray:2.52.0-py312'}\n"
    ) =>
        PolicyLoader.Load(
            Tree(
                ("policies/platform.yaml", platform),
                ("policies/images.yaml", images),
                ("policies/profiles/gpu.yaml", "spec: {suspend: false}\n")
            )
        );

    internal static MemoryTree Tree(params (string Path, string Text)[] files) =>
        new(files.ToDictionary(f => f.Path, f => Encoding.UTF8.GetBytes(f.Text)));

    private static RequestPlan? Plan(string text, MemoryTree? tree = null) =>
        JobPlanner.Plan(RequestTests.Read(text), Policies().Policies, tree ?? Tree());

    [Fact]
    public void Policies_fill_what_the_request_does_not_say()
    {
        Policies().Findings.ShouldBeEmpty();
        JobPlan job = Plan("name: train\nentrypoint: python t.py\nworkers: {replicas: 2}\n")!
            .Jobs.ShouldHaveSingleItem();
        job.Namespace.ShouldBe("team-vision");
        job.Image.Value.ShouldBe("rayproject/ray:2.52.0-py312");
        job.RayVersion!.Value.ShouldBe("2.52.0");
        job.Timeout!.Value.ShouldBe(new Duration(3600));
        job.Workers.ShouldHaveSingleItem().Name.Value.ShouldBe("workers");
        job.ObjectName.ShouldMatch("^train-[0-9a-f]{5}$");
        job.Anchor.Text.ShouldBe("train");
    }

    [Fact]
    public void Everything_a_job_holds_is_counted_autoscaling_at_its_maximum()
    {
        RequestPlan plan = Plan(
            "name: t\nentrypoint: x\ntimeout: 2h\nretries: 1\nhead: {cpu: 2, memory: 8Gi}\nworkers:\n- {replicas: {min: 1, max: 4}, cpu: 8, memory: 16Gi, gpu: a100, gpus: 2}\n- {replicas: 3, cpu: 1, memory: 1Gi, gpus: 1, numOfHosts: 2}\n"
        )!;
        // head 2, workers 4×8 and 6×1, submitter 0.5, autoscaler 0.5
        plan.Demand.Cpu.ToString().ShouldBe("41");
        plan.Demand.Gpus.ShouldBe(new Dictionary<string, long> { ["a100"] = 8, ["l4"] = 6 });
        plan.Demand.Memory.ToDouble().ShouldBe((8 + 64 + 6) * (double)(1L << 30) + (712L << 20));
        double perHour = (8 * 3) + (6 * 1) + (41 * 0.1) + ((78 + (712 / 1024.0)) * 0.01);
        plan.Demand.MaxCost!.Value.ShouldBe(perHour * 2 * 2, 1e-9);
    }

    [Fact]
    public void A_job_on_an_existing_cluster_holds_only_its_submitter()
    {
        JobPlan job = Plan("name: t\nentrypoint: x\ncluster: shared\nsubmissionMode: K8sJobMode\n")!.Jobs[0];
        job.Demand.Cpu.ToString().ShouldBe("500m");
        job.Workers.ShouldBeEmpty();
        Plan("name: t\nentrypoint: x\ncluster: shared\nsubmissionMode: HTTPMode\n")!
            .Jobs[0]
            .Demand.Cpu.ShouldBe(Quantity.Zero);
    }

    [Fact]
    public void A_sweep_is_one_job_for_every_combination()
    {
        RequestPlan plan = Plan(
            "name: t\nentrypoint: run ${sweep.lr} ${sweep.b} ${HOME}\nenv: {LR: \"${sweep.lr}\"}\nruntimeEnv: {env_vars: {B: \"${sweep.b}\"}}\nsweep: {lr: [0.1, 1e-4], b: [1, 2, 3]}\n"
        )!;
        plan.Jobs.Count.ShouldBe(6);
        plan.Jobs.Select(j => j.ObjectName).Distinct().Count().ShouldBe(6);
        plan.Jobs[5].Entrypoint!.Value.ShouldBe("run 1e-4 3 ${HOME}");
        plan.Jobs[5].Env[0].Value.Value.ShouldBe("1e-4");
        plan.Demand.Jobs.ShouldBe(6);
        Sweep
            .Uses("a ${sweep.x} b ${sweep.y}c ${sweep.")
            .Select(u => (u.Name, u.Offset))
            .ShouldBe([("x", 2), ("y", 15)]);
    }

    [Fact]
    public void Names_of_a_large_sweep_never_collide()
    {
        string values = string.Join(", ", Enumerable.Range(0, 16));
        RequestPlan plan = Plan($"name: t\nentrypoint: x\nsweep: {{a: [{values}], b: [{values}]}}\n")!;
        plan.Jobs.Select(j => j.ObjectName).Distinct().Count().ShouldBe(256);
    }

    [Theory]
    [InlineData(
        "name: t\nentrypoint: x\nworkers: {replicas: 1}\n",
        "workers: {replicas: 1}\nentrypoint: x\nname: t\n",
        true
    )]
    [InlineData("name: t\nentrypoint: x\n", "name: t\nentrypoint: \"x\" # why\n", true)]
    [InlineData("name: t\nentrypoint: x\n", "name: t\nentrypoint: x\ndescription: other words\n", true)]
    [InlineData("name: t\nentrypoint: x\n", "name: t\nentrypoint: x\nresults: {best: max accuracy}\n", true)]
    [InlineData("name: t\nentrypoint: x\n", "name: t\nentrypoint: y\n", false)]
    [InlineData("name: t\nentrypoint: x\n", "name: t\nentrypoint: x\nrun: 2\n", false)]
    [InlineData("name: t\nentrypoint: x\nenv: {A: b}\n", "name: t\nentrypoint: x\nenv: {A: \"b,1\"}\n", false)]
    [InlineData(
        "name: t\nentrypoint: x\nhead: {cpu: 1000m, memory: 8192Mi}\n",
        "name: t\nentrypoint: x\nhead: {memory: 8Gi, cpu: \"1\"}\n",
        true
    )]
    [InlineData(
        "name: t\nentrypoint: x\nworkers: [{cpu: 2000m}]\n",
        "name: t\nentrypoint: x\nworkers: [{cpu: 2}]\n",
        true
    )]
    [InlineData(
        "name: t\nentrypoint: x\ntimeout: 60m\nkeep: 120s\n",
        "name: t\nentrypoint: x\ntimeout: 1h\nkeep: 2m\n",
        true
    )]
    [InlineData(
        "name: t\nentrypoint: x\nworkers: {replicas: {min: 0, max: 2}}\nautoscaling: {idleTimeout: 60s}\n",
        "name: t\nentrypoint: x\nworkers: {replicas: {min: 0, max: 2}}\nautoscaling: {idleTimeout: 1m}\n",
        true
    )]
    [InlineData("name: t\nentrypoint: x\ntimeout: 60m\n", "name: t\nentrypoint: x\ntimeout: 61m\n", false)]
    [InlineData("name: t\nentrypoint: x\nenv: {cpu: 1000m}\n", "name: t\nentrypoint: x\nenv: {cpu: \"1\"}\n", false)]
    [InlineData(
        "name: t\nentrypoint: x\nruntimeEnv: {head: {cpu: 1000m}, timeout: 60m}\n",
        "name: t\nentrypoint: x\nruntimeEnv: {head: {cpu: \"1\"}, timeout: 1h}\n",
        false
    )]
    [InlineData("name: t\nworkers: {shm: 1024Mi}\n", "name: t\nworkers: {shm: 1Gi}\n", true)]
    [InlineData("name: t\nhead: {ephemeralStorage: 1Gi}\n", "name: t\nhead: {ephemeralStorage: 2Gi}\n", false)]
    [InlineData(
        "name: t\nvolumes: [{emptyDir: 1024Mi, mount: /a}]\n",
        "name: t\nvolumes: [{emptyDir: 1Gi, mount: /a}]\n",
        true
    )]
    [InlineData(
        "name: t\nhead: {rayStartParams: {object-store-memory: 1024Mi}}\n",
        "name: t\nhead: {rayStartParams: {object-store-memory: 1Gi}}\n",
        true
    )]
    [InlineData("name: t\nlabels: {a: b}\n", "name: t\nlabels: {a: c}\n", false)]
    public void The_digest_follows_meaning_not_form(string left, string right, bool same) =>
        (Plan(left)!.Digest == Plan(right)!.Digest).ShouldBe(same);

    [Fact]
    public void Code_beside_the_request_is_a_part_of_the_digest()
    {
        const string request = "name: t\nentrypoint: x\ncode: {files: {a/train.py: code/train.py}}\n";
        RequestPlan one = Plan(request, Tree(("jobs-requests/vision/code/train.py", "print(1)")))!;
        RequestPlan two = Plan(request, Tree(("jobs-requests/vision/code/train.py", "print(2)")))!;
        one.Jobs[0].CodeFiles.ShouldHaveSingleItem().Content.ShouldBe("print(1)");
        one.Digest.ShouldNotBe(two.Digest);
        Plan(request).ShouldBeNull("the file is missing");
    }

    [Theory]
    [InlineData("entrypoint: x\n")]
    [InlineData("name: t\nentrypoint: x\nworkers: {gpu: h100}\n")]
    [InlineData("name: t\nentrypoint: \"x\n")]
    [InlineData("name: t\nentrypoint: x\ncode: {files: {a: ../a}}\n")]
    public void Nothing_is_planned_where_something_essential_is_missing(string text) => Plan(text).ShouldBeNull();

    [Fact]
    public void Without_any_image_nothing_is_planned() =>
        JobPlanner.Plan(RequestTests.Read("name: t\nentrypoint: x\n"), Policies("{}").Policies, Tree()).ShouldBeNull();

    [Fact]
    public void The_header_survives_the_round_trip()
    {
        ResourceDemand holding = new(
            2,
            GpuCounts.None.With("a100", 4),
            Quantity.FromInteger(3),
            Quantity.FromInteger(1 << 20),
            12.3456
        );
        JobHeader header = new(
            "jobs-requests/a/b.yaml",
            "aa",
            "bb",
            "alice",
            [new HeaderJob("b-1", 60), new HeaderJob("b-2", 0)],
            holding
        );
        byte[] file = Encoding.UTF8.GetBytes(header.Write() + "kind: RayJob\n");
        JobHeader read = JobHeader.Read(file, out int body).ShouldNotBeNull();
        Encoding.UTF8.GetString(file[body..]).ShouldBe("kind: RayJob\n");
        read.RequestPath.ShouldBe(header.RequestPath);
        (read.RequestDigest, read.ContentDigest, read.Owner).ShouldBe(("aa", "bb", "alice"));
        read.Jobs.ShouldBe(header.Jobs);
        read.Demand.Gpus["a100"].ShouldBe(4);
        read.Demand.MaxCost.ShouldBe(12.35);
        read.Demand.Cpu.ShouldBe(holding.Cpu);
    }

    [Theory]
    [InlineData("")]
    [InlineData("kind: RayJob\n")]
    [InlineData("# Rendered by Rayquest from a; do not edit this file, edit the request.\n")]
    [InlineData("# Rendered by Rayquest from a; do not edit this file, edit the request.\n# rayquest: nonsense\n")]
    [InlineData(
        "# Rendered by Rayquest from a; do not edit this file, edit the request.\n# rayquest: {\"schema\":2}\n"
    )]
    [InlineData(
        "# Rendered by Rayquest from a; do not edit this file, edit the request.\n# rayquest: {\"schema\":1}\n"
    )]
    public void Other_files_have_no_header(string text) =>
        JobHeader.Read(Encoding.UTF8.GetBytes(text), out _).ShouldBeNull();

    [Theory]
    [InlineData("jobs-requests/vision/a.yaml", true, "vision", "jobs/vision/a.yaml")]
    [InlineData("jobs-requests/vision/code/a.yaml", false, "vision", null)]
    [InlineData("jobs-requests/a.yaml", false, null, null)]
    [InlineData("jobs-requests/vision/a.yml", false, "vision", null)]
    [InlineData("src/a.yaml", false, null, null)]
    public void Paths_say_what_they_are(string path, bool request, string? team, string? job)
    {
        RequestPath.IsRequest(path).ShouldBe(request);
        RequestPath.TeamOf(path).ShouldBe(team);
        if (job is not null)
        {
            RequestPath.JobOf(path).ShouldBe(job);
            RequestPath.RequestOf(job).ShouldBe(path);
        }
    }

    [Theory]
    [InlineData("code/a.py", "jobs-requests/vision/code/a.py")]
    [InlineData("./a.py", "jobs-requests/vision/a.py")]
    [InlineData("../a.py", null)]
    [InlineData("a/../../b", null)]
    [InlineData("/etc/passwd", null)]
    [InlineData("a\\b", null)]
    [InlineData(".", null)]
    public void Paths_beside_a_request_stay_in_its_folder(string relative, string? path) =>
        RequestPath.Beside("jobs-requests/vision/a.yaml", relative).ShouldBe(path);

    [Fact]
    public void A_broken_policy_is_told_with_its_place()
    {
        LoadedPolicies broken = Policies("schedulr: kueue\ngpus: {a100: {pricePerHour: cheap}}\n");
        broken.IsBroken.ShouldBeTrue();
        broken
            .Findings.Select(f => (f.Rule.Code, f.Span.Source.Path, f.Span.Start.Line))
            .ShouldBe([("RQ0003", "policies/platform.yaml", 1), ("RQ0004", "policies/platform.yaml", 2)]);
        broken.Findings[0].Message.ShouldContain("`scheduler`");
    }

    [Fact]
    public void Every_policy_key_is_read()
    {
        LoadedPolicies loaded = PolicyLoader.Load(
            Tree(
                (
                    "policies/platform.yaml",
                    "labelPrefix: ray.acme.org\nnamespace: ml-{team}\nscheduler: kueue\nqueues: {vision: gpu-queue}\nkuberay: 1.7.0\nkueue: 0.19.2\ngpus: {a100: {resource: nvidia.com/gpu, nodeSelector: {pool: a100}, tolerations: [{key: nvidia.com/gpu, operator: Exists}], pricePerHour: 3.5, perNode: 8, node: {cpu: 96, memory: 1100Gi}}}\nprices: {cpu: 0.05, memory: 0.01, currency: EUR}\nlinks: {dashboard: 'https://ray.acme.org/{job}', logs: 'https://logs.acme.org/{job}'}\nlanguage: zh-CN\nautoMerge: true\npriorities: {high: high-class}\nclusters: {shared: {teams: [vision]}}\ndefaults: {image: ray, profile: cpu, priority: high, gpu: a100, head: {cpu: 1, memory: 4Gi}, worker: {cpu: 2}, timeout: 4h, queueTimeout: 1h, keep: 1h, submissionMode: HTTPMode}\nargocd: {namespace: argo, repoURL: 'https://git.acme.org/jobs', revision: live, server: 'https://k8s', projectPrefix: r-}\narchive: {maxJobs: 10, maxPercent: 5}\n"
                ),
                (
                    "policies/images.yaml",
                    "aliases: {ray: 'rayproject/ray:2.52.0'}\nallowed: ['ghcr.io/acme/*', {pattern: 'x/*', teams: [nlp]}]\nrequireDigest: true\n"
                ),
                (
                    "policies/quotas.yaml",
                    "approvers: [root]\nteams: {default: {hard: {jobs: 1}}, vision: {members: [a], approvers: [b], soft: {gpus: {a100: 1}, cpu: 1, memory: 1Gi, jobs: 2}, hard: {}, perJob: {workers: 2, timeout: 1h}, gpuHoursPerMonth: {a100: 10}, maxCost: 12.5}}\n"
                ),
                (
                    "policies/rules.yaml",
                    "severity: {RQ2001: warning, gpu-over-quota: off}\nnaming: {vision: '^v-'}\nmaxTimeout: 3d\nvolumes: {default: [d-*]}\nsecrets: {vision: [s]}\nserviceAccounts: {vision: [sa]}\narchiveHosts: [github.com]\n"
                ),
                ("policies/profiles/gpu.yaml", "spec: {}\n"),
                ("policies/profiles/notes.txt", "not a profile")
            )
        );
        loaded.Findings.ShouldBeEmpty();
        PolicySet set = loaded.Policies;
        set.Platform.NamespaceOf("vision").ShouldBe("ml-vision");
        set.Platform.QueueOf("vision").ShouldBe("gpu-queue");
        set.Platform.QueueOf("nlp").ShouldBe("nlp");
        set.Platform.Gpus["a100"].NodeMemory!.Value.ToString().ShouldBe("1100Gi");
        set.Platform.Defaults.WorkerMemory.ToString().ShouldBe("16Gi", "worker memory was not said");
        set.Platform.ArgoCd.Revision.ShouldBe("live");
        set.Images.Allowed[1].Teams.ShouldBe(["nlp"]);
        set.Quotas.Of("vision")!.MaxCost.ShouldBe(12.5);
        set.Quotas.Of("stranger")!.Hard.Jobs.ShouldBe(1);
        set.Rules.Severities.Count.ShouldBe(2);
        set.Rules.Volumes["default"].ShouldBe(["d-*"]);
        set.Profiles.Keys.ShouldBe(["gpu"]);
    }
}
