using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Repository;

namespace Rayquest.JobLint.Tests;

/// <summary>What a request may say of its pods: node pools, sources of variables, and what the platform opens of them.</summary>
public class PodSettingRuleTests
{
    private const string Head = "name: train\nentrypoint: python train.py\n";
    private const string Gpus = "l4: {}, tpu-v6e: {}, tpu-v6e-16: {}";

    [Theory]
    [InlineData("RQ1014", "nodePool: spott", "spott -> spot")]
    [InlineData("RQ1014", "head: {nodePool: gone}", "gone")]
    [InlineData("RQ1014", "workers: [{cpu: 1}, {nodePool: gone}]", "gone")]
    [InlineData("RQ1014", "nodePool: spot\nhead: {nodePool: highmem}", "")]
    [InlineData("RQ5034", "nodePool: highmem", "highmem")]
    [InlineData("RQ5034", "workers: {nodePool: highmem}", "highmem")]
    [InlineData("RQ5034", "nodePool: spot", "")]
    [InlineData("RQ5034", "nodePool: gone", "")]
    [InlineData("RQ0107", "cluster: shared-dev\nnodePool: spot", "nodePool")]
    [InlineData("RQ0107", "cluster: shared-dev\nenvFrom: [{secret: wandb}]", "envFrom")]
    [InlineData("RQ5035", "envFrom: [{secret: wandb}, {configMap: vision-settings}]", "")]
    [InlineData("RQ5035", "envFrom: [{configMap: wandb}]", "wandb")]
    [InlineData("RQ5035", "envFrom: [{secret: huggingface}]", "huggingface")]
    [InlineData("RQ5035", "envFrom: [{configMap: train-00000-code}]", "train-00000-code")]
    [InlineData("RQ5035", "envFrom: [{}]", "{}")]
    [InlineData("RQ5035", "envFrom: [{secret: wandb, configMap: wandb}]", "{secret: wandb, configMap: wandb}")]
    [InlineData("RQ3027", "envFrom: [{secret: wandb}]\nenv: {WANDB_PROJECT: x}", "{secret: wandb}")]
    [InlineData(
        "RQ3027",
        "envFrom: [{secret: wandb}]\nsecrets: [{name: wandb, key: a, env: WANDB_API_KEY}]",
        "{secret: wandb}"
    )]
    [InlineData("RQ3027", "envFrom: [{secret: wandb}]\nruntimeEnv: {env_vars: {WANDB_API_KEY: x}}", "WANDB_API_KEY")]
    [InlineData("RQ3027", "envFrom: [{secret: wandb}]\nenv: {WANDB: x}", "")]
    [InlineData("RQ0125", "volumes: [{mount: /data}]", "{mount: /data}")]
    [InlineData("RQ0125", "volumes: [{claim: datasets, emptyDir: 1Gi, mount: /data}]", "1Gi")]
    [InlineData("RQ0125", "volumes: [{emptyDir: 1Gi, mount: /data, readOnly: true}]", "true")]
    [InlineData("RQ0125", "volumes: [{claim: datasets, medium: Memory, mount: /data}]", "Memory")]
    [InlineData("RQ0125", "volumes: [{emptyDir: lots, mount: /data}]", "")]
    [InlineData("RQ0125", "volumes: [{emptyDir: 1Gi, medium: Memory, mount: /data}, {claim: datasets, mount: /d}]", "")]
    [InlineData("RQ5024", "volumes: [{emptyDir: 1Gi, mount: /dev/shm}]", "/dev/shm")]
    [InlineData("RQ5024", "volumes: [{emptyDir: 1Gi, mount: /tmp}]", "")]
    [InlineData("RQ5024", "volumes: [{emptyDir: 1Gi, mount: /tmp/ray}]", "/tmp/ray")]
    [InlineData("RQ5024", "volumes: [{claim: datasets, mount: /tmp}]", "/tmp")]
    [InlineData("RQ5025", "volumes: [{emptyDir: 1Gi, mount: /a}, {emptyDir: 2Gi, mount: /a/}]", "/a/")]
    [InlineData("RQ2047", "head: {ephemeralStorage: 1Gi}\nvolumes: [{emptyDir: 2Gi, mount: /a}]", "1Gi")]
    [InlineData(
        "RQ2047",
        "workers: {ephemeralStorage: 3Gi}\nvolumes: [{emptyDir: 2Gi, mount: /a}, {emptyDir: 2Gi, mount: /b}]",
        "3Gi"
    )]
    [InlineData(
        "RQ2047",
        "workers: {ephemeralStorage: 4Gi}\nvolumes: [{emptyDir: 4Gi, mount: /a}, {emptyDir: 2Gi, medium: Memory, mount: /b}]",
        ""
    )]
    [InlineData("RQ2048", "workers: {memory: 8Gi, shm: 9Gi}", "9Gi")]
    [InlineData("RQ2048", "workers: {memory: 8Gi, shm: 8Gi}", "")]
    [InlineData(
        "RQ2048",
        "workers: {memory: 8Gi, shm: 6Gi}\nvolumes: [{emptyDir: 3Gi, medium: Memory, mount: /b}]",
        "6Gi"
    )]
    [InlineData("RQ2048", "head: {memory: 2Gi}\nvolumes: [{emptyDir: 3Gi, medium: Memory, mount: /b}]", "3Gi")]
    [InlineData("RQ2048", "cluster: shared-dev\nhead: {memory: 2Gi, shm: 3Gi}", "")]
    [InlineData("RQ2049", "workers: {memory: 10Gi, shm: 2Gi}", "2Gi")]
    [InlineData("RQ2049", "workers: {memory: 10Gi, shm: 3Gi}", "")]
    [InlineData("RQ2049", "head: {memory: 10Gi, shm: 2Gi}", "2Gi")]
    [InlineData("RQ2049", "workers: {memory: 10Gi, shm: 4Gi, rayStartParams: {object-store-memory: 5Gi}}", "4Gi")]
    [InlineData("RQ2049", "workers: {memory: 10Gi, shm: 1Gi, rayStartParams: {object-store-memory: 1Gi}}", "")]
    [InlineData("RQ2049", "workers: {memory: 64Gi, shm: 4Gi, rayStartParams: {object-store-memory: 20Gi}}", "")]
    [InlineData("RQ2049", "workers: {memory: 10Gi, shm: 1Gi, rayStartParams: {plasma-directory: /tmp}}", "")]
    [InlineData("RQ2050", "workers: {memory: 64Gi, shm: 4Gi, rayStartParams: {object-store-memory: 20Gi}}", "20Gi")]
    [InlineData("RQ2050", "workers: {memory: 64Gi, shm: 20Gi, rayStartParams: {object-store-memory: 20Gi}}", "")]
    [InlineData("RQ2050", "workers: {memory: 8Gi, rayStartParams: {object-store-memory: 9Gi}}", "9Gi")]
    [InlineData("RQ2050", "workers: {memory: 8Gi, rayStartParams: {memory: 9Gi}}", "9Gi")]
    [InlineData("RQ2050", "head: {memory: 8Gi, rayStartParams: {memory: 8Gi, object-store-memory: 74Mi}}", "74Mi")]
    [InlineData("RQ2050", "head: {memory: 8Gi, rayStartParams: {memory: 8Gi, object-store-memory: 75Mi}}", "")]
    [InlineData("RQ2051", "workers: {cpu: 1500m, rayStartParams: {num-cpus: 3}}", "3")]
    [InlineData("RQ2051", "workers: {cpu: 1500m, rayStartParams: {num-cpus: 2}}", "")]
    [InlineData("RQ2051", "head: {rayStartParams: {num-cpus: 0}}", "")]
    [InlineData(
        "RQ2052",
        "head: {rayStartParams: {plasma-directory: /data}}\nvolumes: [{claim: datasets, mount: /data}]",
        "/data"
    )]
    [InlineData(
        "RQ2052",
        "head: {rayStartParams: {plasma-directory: /data}}\nvolumes: [{emptyDir: 1Gi, mount: /data}]",
        ""
    )]
    [InlineData("RQ2052", "head: {rayStartParams: {plasma-directory: /dev/shm}}", "")]
    [InlineData("RQ0003", "head: {rayStartParams: {num-gpus: 1}}", "num-gpus -> num-cpus")]
    [InlineData("RQ0004", "head: {rayStartParams: {plasma-directory: /a; rm -rf}}", "/a; rm -rf")]
    [InlineData("RQ0004", "head: {rayStartParams: {plasma-directory: /a/../b}}", "/a/../b")]
    [InlineData("RQ2053", "head: {rayStartParams: {num-cpus: 0}}", "0")]
    [InlineData("RQ2053", "head: {rayStartParams: {num-cpus: 0}}\nworkers: {replicas: 0}", "0")]
    [InlineData("RQ2053", "head: {rayStartParams: {num-cpus: 0}}\nworkers: {replicas: {min: 0, max: 2}}", "")]
    [InlineData(
        "RQ2053",
        "head: {rayStartParams: {num-cpus: 0}}\nworkers: [{replicas: 1, rayStartParams: {num-cpus: 0}}, {replicas: 1}]",
        ""
    )]
    [InlineData(
        "RQ2053",
        "head: {rayStartParams: {num-cpus: 0}}\nworkers: {replicas: 1, rayStartParams: {num-cpus: 0}}",
        "0"
    )]
    [InlineData("RQ5036", "labels: {vision.example.com/a: b}", "")]
    [InlineData("RQ5036", "labels: {nlp.example.com/a: b}", "nlp.example.com/a")]
    [InlineData("RQ5036", "labels: {a: b}", "a")]
    [InlineData("RQ0107", "cluster: shared-dev\nlabels: {vision.example.com/a: b}", "labels")]
    public void A_rule_points_at_what_a_pod_can_not_have(string code, string rest, string expected) =>
        Pointed.At(code, Head + rest + "\n").ShouldBe(expected, rest);

    [Theory]
    [InlineData("{pool: a100}", "{pool: spot}", "spot")]
    [InlineData("{pool: a100}", "{pool: a100}", "")]
    [InlineData("{gpu: a100}", "{pool: spot}", "")]
    public void A_pool_without_nodes_of_the_GPU_type_is_told(string type, string pool, string expected) =>
        Pointed
            .At(
                "RQ2045",
                Repository.Tree(
                    (
                        "policies/platform.yaml",
                        $"gpus: {{a100: {{nodeSelector: {type}}}, {Gpus}}}\nnodePools: {{spot: {{nodeSelector: {pool}}}}}\ndefaults: {{image: ray-gpu}}\n"
                    ),
                    (
                        "jobs-requests/vision/train.yaml",
                        Head + "nodePool: spot\nworkers: [{gpu: a100}, {cpu: 1}]\ntimeout: 1h\n"
                    )
                )
            )
            .ShouldBe(expected);

    /// <summary>Of the same label the pool's counts; another one of the profile's a node must have as well.</summary>
    [Theory]
    [InlineData("{pool: plain}", "{pool: spot}", "nodePool: spot", "")]
    [InlineData("{pool: plain}", "{spot: \"true\"}", "nodePool: spot", "spot")]
    [InlineData("{pool: plain}", "{spot: \"true\"}", "head: {nodePool: spot}", "spot")]
    [InlineData("{pool: plain}", "{spot: \"true\"}", "workers: {replicas: 1, nodePool: spot}", "spot")]
    [InlineData("{kubernetes.io/arch: amd64}", "{spot: \"true\"}", "nodePool: spot", "")]
    [InlineData("{pool: plain}", "{spot: \"true\"}", "timeout: 1h", "")]
    [InlineData("{}", "{spot: \"true\"}", "nodePool: spot", "")]
    public void A_pool_beside_labels_of_the_profile_is_told(
        string profile,
        string pool,
        string rest,
        string expected
    ) =>
        Pointed
            .At(
                "RQ2055",
                Repository.Tree(
                    (
                        "policies/platform.yaml",
                        $"gpus: {{a100: {{}}, {Gpus}}}\nnodePools: {{spot: {{nodeSelector: {pool}}}}}\ndefaults: {{image: ray, profile: own}}\n"
                    ),
                    (
                        "policies/profiles/own.yaml",
                        $"spec: {{rayClusterSpec: {{headGroupSpec: {{template: {{spec: {{nodeSelector: {profile}}}}}}}, workerGroupSpecs: [{{groupName: \"*\", template: {{spec: {{nodeSelector: {profile}}}}}}}]}}}}\n"
                    ),
                    ("jobs-requests/vision/train.yaml", Head + rest + "\n")
                )
            )
            .Split(" | ")
            .Distinct()
            .ShouldBe([expected]);

    /// <summary>Under a cap on local disk a pod that says nothing of its own isn't counted.</summary>
    [Theory]
    [InlineData("{ephemeralStorage: 1Ti}", "head: {ephemeralStorage: 1Gi}", "", "")]
    [InlineData("{ephemeralStorage: 1Ti}", "timeout: 1h", "", "nothing is said of the local disk of `head`")]
    [InlineData(
        "{ephemeralStorage: 1Ti}",
        "workers: [{name: a}, {name: b, replicas: 0}]",
        "",
        "nothing is said of the local disk of `head` and `a`"
    )]
    [InlineData("{ephemeralStorage: 1Ti}", "volumes: [{emptyDir: 1Gi, mount: /s}]", "", "")]
    [InlineData(
        "{ephemeralStorage: 1Ti}",
        "timeout: 1h",
        "{containers: [{name: ray-head, resources: {limits: {ephemeral-storage: 9Gi}}}]}",
        ""
    )]
    [InlineData("{cpu: 100}", "timeout: 1h", "", "")]
    public void A_pod_that_the_cap_on_disk_does_not_count_is_told(string cap, string rest, string profile, string says)
    {
        string said = Pointed.Said(
            "RQ2054",
            Repository.Tree(
                (
                    "policies/quotas.yaml",
                    $"teams: {{vision: {{perJob: {cap}, soft: {{gpus: {{a100: 1, l4: 1, tpu-v6e: 1, tpu-v6e-16: 1}}}}}}}}\n"
                ),
                (
                    "policies/profiles/cpu.yaml",
                    $"spec: {{rayClusterSpec: {{headGroupSpec: {{template: {{spec: {(profile.Length == 0 ? "{}" : profile)}}}}}}}}}\n"
                ),
                ("jobs-requests/vision/train.yaml", Head + rest + "\n")
            )
        );
        said.ShouldContain(says);
        said.Length.ShouldBe(says.Length == 0 ? 0 : said.Length);
    }

    [Theory]
    [InlineData("ray-head", "volumes: [{emptyDir: 1Gi, mount: /certs}]", "/certs")]
    [InlineData("ray-head", "profile: own\nvolumes: [{claim: datasets, mount: /certs/.}]", "/certs/.")]
    [InlineData("ray-head", "secrets: [{name: wandb, mount: /certs}]", "/certs")]
    [InlineData("ray-head", "volumes: [{emptyDir: 1Gi, mount: /cert}]", "")]
    [InlineData("ray-head", "profile: other\nvolumes: [{emptyDir: 1Gi, mount: /certs}]", "")]
    [InlineData("sidecar", "volumes: [{emptyDir: 1Gi, mount: /certs}]", "")]
    public void A_mount_over_one_of_the_profile_is_told(string container, string rest, string expected) =>
        Pointed
            .At(
                "RQ5025",
                Repository.Tree(
                    (
                        "policies/platform.yaml",
                        $"gpus: {{a100: {{}}, {Gpus}}}\ndefaults: {{image: ray, profile: own}}\n"
                    ),
                    (
                        "policies/profiles/own.yaml",
                        $"spec:\n  rayClusterSpec:\n    headGroupSpec:\n      template:\n        spec:\n          containers: [{{name: {container}, volumeMounts: [{{name: ca, mountPath: /certs/}}]}}]\n          volumes: [{{name: ca, configMap: {{name: ca}}}}]\n"
                    ),
                    ("policies/profiles/other.yaml", "spec:\n  rayClusterSpec: {}\n"),
                    ("jobs-requests/vision/train.yaml", Head + rest + "\n")
                )
            )
            .ShouldBe(expected);

    [Theory]
    [InlineData("RQ0630", "{nodeSelector: {pool: a b}}", "a b")]
    [InlineData("RQ0630", "{tolerations: [{key: spot, operator: Exists, effects: NoSchedule}]}", "effects")]
    [InlineData("RQ0630", "{}", "spot")]
    [InlineData("RQ0630", "{nodeSelector: {}}", "spot")]
    [InlineData("RQ0630", "{nodeSelector: {pool: spot}}", "")]
    [InlineData("RQ0630", "{nodeSelector: {pool: spot}, teams: []}", "[]")]
    [InlineData("RQ0610", "{nodeSelector: {pool: spot}, teams: [visoin]}", "visoin -> vision")]
    public void A_pool_that_leads_nowhere_is_told_in_the_policy(string code, string pool, string expected) =>
        Pointed
            .At(
                code,
                Repository.Tree(
                    (
                        "policies/platform.yaml",
                        $"gpus: {{a100: {{}}, {Gpus}}}\nnodePools: {{spot: {pool}}}\ndefaults: {{image: ray}}\n"
                    )
                )
            )
            .ShouldBe(expected);

    [Theory]
    [InlineData("{secret: a, keys: [A]}", "")]
    [InlineData("{secret: a}", "a")]
    [InlineData("{secret: a, configMap: b, keys: [A]}", "b")]
    [InlineData("{keys: [A]}", "vision")]
    [InlineData("{secret: a, keys: [A], prefix: A_}", "A_")]
    [InlineData(
        "{secret: a, keys: [LD_PRELOAD, A, RAY_ADDRESS, RAY_X_HOOK, PYTHONPATH]}",
        "LD_PRELOAD | RAY_ADDRESS | RAY_X_HOOK | PYTHONPATH"
    )]
    [InlineData("{configMap: a, keys: [A, NVIDIA_VISIBLE_DEVICES]}", "NVIDIA_VISIBLE_DEVICES")]
    [InlineData("{configMap: a, prefix: NVIDIA_}", "NVIDIA_")]
    [InlineData("{secret: a, prefix: RAY_JOB_}", "RAY_JOB_")]
    [InlineData("{secret: a, prefix: R}", "R")]
    [InlineData("{secret: a, prefix: PYTHONP}", "PYTHONP")]
    [InlineData("{secret: a, prefix: SETTINGS_}", "")]
    [InlineData("{secret: a, prefix: EN}", "EN")]
    [InlineData("{secret: a, prefix: ENVIRONMENT_}", "")]
    public void A_source_that_could_set_what_is_protected_is_told_in_the_policy(string source, string expected) =>
        Pointed
            .At("RQ0631", Repository.Tree(("policies/rules.yaml", $"envFrom: {{vision: [{source}]}}\n")))
            .ShouldBe(expected);

    [Fact]
    public void Without_the_policy_no_source_may_be_named() =>
        Pointed
            .At(
                "RQ5035",
                Repository.Tree(
                    ("policies/rules.yaml", "maxTimeout: 7d\n"),
                    ("jobs-requests/vision/train.yaml", Head + "envFrom: [{secret: wandb}]\n")
                )
            )
            .ShouldBe("wandb");

    [Theory]
    [InlineData("GPU: 1", false)]
    [InlineData("CPU: 1", false)]
    [InlineData("TPU: 4", false)]
    [InlineData("memory: 4", false)]
    [InlineData("\"a b\": 1", false)]
    [InlineData("\"a'; rm\": 1", false)]
    [InlineData("a: 0", false)]
    [InlineData("a: 0.5", false)]
    [InlineData("a: 1, GPUX: 2", true)]
    public void Resources_of_your_own_are_whole_numbers_and_not_those_that_quotas_count(string said, bool isRead) =>
        Repository
            .Lint(Repository.Vision($"{Head}workers: {{replicas: 1, rayStartParams: {{resources: {{{said}}}}}}}\n"))
            .Findings.Any(f => f.Rule.Code.StartsWith("RQ00", StringComparison.Ordinal))
            .ShouldBe(!isRead);

    [Theory]
    [InlineData("kubernetes.io/a")]
    [InlineData("app.kubernetes.io/managed-by")]
    [InlineData("ray.io/cluster")]
    [InlineData("kueue.x-k8s.io/queue-name")]
    [InlineData("rayquest.dev/team")]
    [InlineData("sub.rayquest.dev/team")]
    [InlineData("sidecar.istio.io/inject")]
    [InlineData("applicationId")]
    public void Labels_of_the_engines_and_our_own_are_refused_whatever_is_opened(string key) =>
        Pointed
            .At(
                "RQ5036",
                Repository.Tree(
                    ("policies/rules.yaml", $"labels: {{vision: [\"*\", \"{key}\", \"{key.Split('/')[0]}/*\"]}}\n"),
                    ("jobs-requests/vision/train.yaml", $"{Head}labels: {{{key}: x, notray.io/a: b}}\n")
                )
            )
            .ShouldStartWith(key);

    [Theory]
    [InlineData("\"*\"", "\"*\"")]
    [InlineData("\"*/a\"", "\"*/a\"")]
    [InlineData("example.com/a*b", "example.com/a*b")]
    [InlineData("ray.io/*", "ray.io/*")]
    [InlineData("a/b/*", "a/b/*")]
    [InlineData("example.com/*", "")]
    [InlineData("example.com/team-*", "")]
    [InlineData("tier", "")]
    public void A_pattern_of_labels_keeps_to_a_domain(string pattern, string expected) =>
        Pointed
            .At("RQ0632", Repository.Tree(("policies/rules.yaml", $"labels: {{vision: [{pattern}]}}\n")))
            .ShouldBe(expected);

    [Theory]
    [InlineData("1Ti", "replicas: 10, ephemeralStorage: 100Gi", "", "")]
    [InlineData("999Gi", "replicas: 10, ephemeralStorage: 100Gi", "", "100Gi")]
    [InlineData("219Gi", "replicas: {min: 1, max: 10}", "volumes: [{emptyDir: 20Gi, mount: /a}]", "20Gi")]
    [InlineData("220Gi", "replicas: {min: 1, max: 10}", "volumes: [{emptyDir: 20Gi, mount: /a}]", "")]
    [InlineData("1Gi", "replicas: 10", "volumes: [{emptyDir: 2Gi, medium: Memory, mount: /a}]", "")]
    public void Local_disk_is_counted_where_the_quota_says_so(
        string cap,
        string workers,
        string more,
        string expected
    ) =>
        Pointed
            .At(
                "RQ2046",
                Repository.Tree(
                    ("policies/quotas.yaml", $"teams: {{vision: {{perJob: {{ephemeralStorage: {cap}}}}}}}\n"),
                    ("jobs-requests/vision/train.yaml", $"{Head}workers: {{{workers}}}\n{more}\n")
                )
            )
            .ShouldBe(expected);

    [Theory]
    [InlineData("busybox:latest", "busybox:latest")]
    [InlineData("registry.example.com/tool:1.0.0", "registry.example.com/tool:1.0.0")]
    [InlineData("ghcr.io/example/shared/fetch:1.0.0", "")]
    [InlineData("rayproject/ray:2.52.0-py312-cpu", "")]
    public void The_image_policy_holds_for_init_containers_of_profiles(string image, string expected) =>
        Pointed
            .At(
                "RQ0633",
                Repository.Tree(
                    (
                        "policies/profiles/gpu.yaml",
                        $"spec: {{rayClusterSpec: {{workerGroupSpecs: [{{groupName: \"*\", template: {{spec: {{initContainers: [{{name: a, image: \"{image}\"}}]}}}}}}]}}}}\n"
                    )
                )
            )
            .Trim('"')
            .ShouldBe(expected);

    [Fact]
    public void A_request_has_no_init_containers_and_no_free_node_selectors() =>
        Pointed
            .At(
                "RQ0003",
                Head
                    + "initContainers: [{name: a}]\nnodeSelector: {a: b}\ntolerations: [{operator: Exists}]\nworkers: {nodeSelector: {a: b}}\n"
            )
            .ShouldBe("initContainers | nodeSelector | tolerations | nodeSelector");
}
