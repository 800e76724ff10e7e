using System.Globalization;
using System.Text;
using Rayquest.JobLint;
using Rayquest.JobLint.Engine;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Repository;

namespace Rayquest.JobRender.Tests;

/// <summary>
/// Requests of every field and many values, the same for the same seed, with policies that allow nearly all of it. What the linter
/// refuses is not handed out: it is never rendered.
/// </summary>
internal static class GeneratedRequests
{
    /// <summary>Every scheduler the platform may name but scheduler-plugins, which runs no RayJob (RQ4512).</summary>
    public static readonly string[] Schedulers = ["none", "kueue", "volcano", "yunikorn", "kai"];

    private static readonly string[] Entrypoints =
    [
        "python train.py --epochs 3",
        "python -m app.main",
        "bash -c 'python prepare.py && python train.py'",
        "python train.py --name \"two words\"",
        "python train.py \\\n  --epochs 3",
        "./run.sh",
        "env A=1 python train.py",
        "python train.py --set a.b=1,2 --out s3://example/x",
    ];

    private static readonly string[] RuntimeEnvs =
    [
        "runtimeEnv: {pip: [torch==2.5.1, numpy==2.1.3]}\n",
        "runtimeEnv: {pip: {packages: [torch==2.5.1], pip_check: false}}\n",
        "runtimeEnv: {uv: [polars==1.17.1]}\n",
        "runtimeEnv: {env_vars: {HF_HUB_OFFLINE: \"1\", A: \"x: y\"}}\n",
        "runtimeEnv: {env_vars: {}}\n",
        "runtimeEnv: {working_dir: \"https://github.com/example/a/archive/0123456789abcdef0123456789abcdef01234567.zip\"}\n",
        "runtimeEnv: {conda: {dependencies: [python=3.12, pip, {pip: [torch==2.5.1]}]}}\n",
        "runtimeEnv: {config: {setup_timeout_seconds: 900, eager_install: true}}\n",
        "runtimeEnv: {nsight: default}\n",
    ];

    /// <summary>Policies that allow what the generator asks for.</summary>
    private static IEnumerable<(string Path, string Text)> Policies(string scheduler) =>
        [
            (
                "policies/platform.yaml",
                $$"""
                scheduler: {{scheduler}}
                kueue: 0.19.2
                kuberay: 1.7.0
                namespace: ray-{team}
                gpus:
                  a100:
                    resource: nvidia.com/gpu
                    nodeSelector: {example.com/gpu: a100}
                    tolerations: [{key: nvidia.com/gpu, operator: Exists, effect: NoSchedule}]
                    pricePerHour: 3
                    perNode: 8
                    node: {cpu: 94, memory: 1300Gi}
                  v6e:
                    resource: google.com/tpu
                    nodeSelector: {cloud.google.com/gke-tpu-accelerator: tpu-v6e-slice, cloud.google.com/gke-tpu-topology: 4x4}
                    pricePerHour: 3
                    perNode: 4
                prices: {cpu: 0.04, memory: 0.005}
                priorities: {normal: team-normal, high: team-high}
                clusters: {shared-dev: {teams: [vision]} }
                defaults: {image: ray, timeout: 4h, queueTimeout: 30m, keep: 10m, profile: plain}

                """
            ),
            (
                "policies/images.yaml",
                """
                aliases:
                  ray: rayproject/ray:2.52.0-py312
                  ray-gpu: rayproject/ray:2.52.0-py312-cu128
                  ray-tpu: rayproject/ray:2.52.0-py312-tpu
                  ray-old: rayproject/ray:2.46.0-py311-cpu
                  own: {image: ghcr.io/example/vision-train:1.4.2, rayVersion: 2.52.0, cuda: true}
                allowed: ["rayproject/ray:2.*", "ghcr.io/example/*"]
                pullSecrets: {ghcr.io/example: [ghcr-pull]}

                """
            ),
            (
                "policies/quotas.yaml",
                """
                approvers: [dana]
                teams:
                  vision:
                    members: [alice]
                    hard: {gpus: {a100: 10000, v6e: 10000}, cpu: 1000000, memory: 1000Ti, jobs: 10000}

                """
            ),
            (
                "policies/rules.yaml",
                """
                maxTimeout: 7d
                volumes: {vision: ["*"]}
                secrets: {vision: ["*"]}
                serviceAccounts: {vision: [trainer]}
                archiveHosts: [github.com]

                """
            ),
            ("policies/profiles/plain.yaml", "spec: {}\n"),
            (
                "policies/profiles/safe.yaml",
                """
                spec:
                  rayClusterSpec:
                    headGroupSpec:
                      template:
                        spec:
                          automountServiceAccountToken: false
                          nodeSelector: {example.com/pool: heads}
                          tolerations: [{key: example.com/pool, operator: Exists, effect: NoSchedule}]
                          securityContext: {runAsNonRoot: true, runAsUser: 1000, fsGroup: 100}
                    workerGroupSpecs:
                    - groupName: "*"
                      template:
                        spec:
                          automountServiceAccountToken: false
                          securityContext: {runAsNonRoot: true, runAsUser: 1000, fsGroup: 100}
                          containers:
                          - name: ray-worker
                            env: [{name: NCCL_DEBUG, value: WARN}]

                """
            ),
        ];

    /// <summary>What the cluster of these policies has beside what is rendered.</summary>
    public static IReadOnlySet<string> Known { get; } =
        new HashSet<string>(StringComparer.Ordinal)
        {
            "PriorityClass/team-normal",
            "PriorityClass/team-high",
            "ServiceAccount/ray-vision/trainer",
            "RayCluster/ray-vision/shared-dev",
        };

    /// <summary>The repository of one generated request; null where the linter refuses it.</summary>
    public static (MemoryTree Tree, LintResult Told)? Repository(int seed, string scheduler)
    {
        Dictionary<string, byte[]> files = new(StringComparer.Ordinal);
        foreach ((string path, string text) in Policies(scheduler))
        {
            files[path] = Encoding.UTF8.GetBytes(text);
        }

        string request = Text(new Random(seed), scheduler);
        files["jobs-requests/vision/job.yaml"] = Encoding.UTF8.GetBytes(request);
        if (request.Contains("code: ", StringComparison.Ordinal))
        {
            files["jobs-requests/vision/job/train.py"] = Encoding.UTF8.GetBytes("import ray\n\nray.init()\n");
            files["jobs-requests/vision/job/lib/a.py"] = Encoding.UTF8.GetBytes("# caf\u00e9: \"x\"\nA = '''\n\t'''\n");
        }

        MemoryTree tree = new(files);
        LoadedPolicies policies = PolicyLoader.Load(tree);
        policies.Findings.Select(f => f.Message).ShouldBeEmpty();
        LintResult told = Linter.Run(new LintInput { Tree = tree, Policies = policies });
        return told.Findings.Any(f => f.Severity == Severity.Error) ? null : (tree, told);
    }

    private static string Text(Random random, string scheduler)
    {
        StringBuilder text = new("name: job\nowner: alice\n");
        bool gpus = Chance(3);
        bool tpus = !gpus && Chance(6);
        bool shared = scheduler != "volcano" && Chance(8);
        string mode =
            scheduler == "kai" ? Pick("HTTPMode", "SidecarMode")
            : shared ? Pick("", "HTTPMode", "K8sJobMode")
            : Pick("", "", "", "HTTPMode", "SidecarMode", "InteractiveMode", "K8sJobMode");
        bool interactive = mode == "InteractiveMode";
        bool sweep = !interactive && Chance(8);
        if (mode.Length > 0)
        {
            text.Append($"submissionMode: {mode}\n");
        }

        if (!interactive)
        {
            text.Append($"entrypoint: {Quoted(Pick(Entrypoints) + (sweep ? " --lr ${sweep.lr}" : ""))}\n");
        }

        if (sweep)
        {
            text.Append("sweep: {lr: [0.1, 0.01]}\n");
        }

        Some(3, "description: |\n  two lines: of\n  text\n");
        if (shared)
        {
            text.Append("cluster: shared-dev\n");
        }
        else
        {
            text.Append(
                gpus ? Pick("image: ray-gpu\n", "image: own\n")
                : tpus ? "image: ray-tpu\n"
                : Pick("", "", "image: ray-old\n", "image: own\n", "image: rayproject/ray:2.50.1-py311\n")
            );
            Some(3, "profile: safe\n");
            Some(
                2,
                $"head: {{cpu: {Pick("1", "2", "1500m", "4.0")}, memory: {Pick("4Gi", "8G", "8192Mi", "1e10")}}}\n"
            );
            Workers(gpus, tpus);
            Some(3, "volumes:\n- {claim: datasets, mount: /data, readOnly: true}\n- {claim: out.v2, mount: /out}\n");
            Some(4, "secrets:\n- {name: wandb, key: api.key, env: WANDB_KEY}\n- {name: certs, mount: /etc/certs}\n");
            Some(
                3,
                sweep
                    ? "env: {SWEPT: \"lr ${sweep.lr}\"}\n"
                    : "env: {LR: \"0.1\", EMPTY: \"\", REF: $(LR)/x, UNI: \"a\\tb\\u00e9\"}\n"
            );
            Some(6, "serviceAccount: trainer\n");
            Some(4, $"keep: {Pick("0s", "1h", "10m")}\n");
            Some(4, $"queueTimeout: {Pick("5m", "1h")}\n");
            Some(4, "code: {files: {train.py: job/train.py, lib/a.py: job/lib/a.py}}\n");
            Some(interactive ? 100_000 : 5, "retries: 2\n");
        }

        Some(3, Pick(RuntimeEnvs));
        Some(mode is "" or "K8sJobMode" ? 4 : 100_000, $"submitterRetries: {random.Next(4)}\n");
        Some(4, $"priority: {Pick("normal", "high")}\n");
        Some(6, $"run: {1 + random.Next(3)}\n");
        text.Append($"timeout: {Pick("2h", "90m", "1d")}\n");
        return text.ToString();

        void Workers(bool withGpus, bool withTpus)
        {
            int groups = random.Next(4);
            if (groups == 0)
            {
                return;
            }

            bool ranges = false;
            text.Append("workers:\n");
            for (int number = 0; number < groups; number++)
            {
                text.Append("- {");
                Some(2, string.Create(CultureInfo.InvariantCulture, $"name: g{number}, "));
                bool isRange = Chance(3);
                ranges |= isRange;
                text.Append(
                    isRange
                        ? $"replicas: {{min: {random.Next(3)}, max: {3 + random.Next(4)}}}"
                        : $"replicas: {1 + random.Next(4)}"
                );
                Some(2, $", cpu: {Pick("4", "8", "2", "3")}");
                Some(2, $", memory: {Pick("16Gi", "32G", "65536Mi")}");
                if (withTpus && number == 0)
                {
                    text.Append(", gpu: v6e, gpus: 4, numOfHosts: 4");
                }
                else if (withGpus)
                {
                    text.Append($", gpu: a100, gpus: {Pick("1", "2", "8")}");
                }

                text.Append("}\n");
            }

            if (ranges)
            {
                Some(3, $"autoscaling: {{version: {Pick("v1", "v2")}, idleTimeout: {Pick("30s", "5m")}}}\n");
            }
        }

        string Pick(params string[] values) => values[random.Next(values.Length)];
        bool Chance(int oneIn) => random.Next(oneIn) == 0;
        void Some(int oneIn, string line)
        {
            if (Chance(oneIn))
            {
                text.Append(line);
            }
        }
    }

    private static string Quoted(string text) => System.Text.Json.JsonSerializer.Serialize(text);
}
