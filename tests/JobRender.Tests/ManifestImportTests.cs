using System.Text;
using System.Text.RegularExpressions;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Repository;
using Rayquest.JobModel.Yaml;
using Rayquest.JobRender.Canonical;
using Rayquest.JobRender.Import;

namespace Rayquest.JobRender.Tests;

public partial class ManifestImportTests
{
    // A profile is the platform's: a request can't say what it brings.
    public static TheoryData<string> Cases =>
        [.. GoldenCases.Names.Where(n => !n.StartsWith("profile", StringComparison.Ordinal))];

    private static ImportedRequest? Import(string manifest, MemoryTree? policies = null)
    {
        FindingBag findings = new();
        YamlFile file = YamlReader.Read(
            "manifest.yaml",
            Encoding.UTF8.GetBytes(manifest),
            YamlLimits.Manifest,
            findings
        );
        findings.Findings.ShouldBeEmpty();
        return ManifestImport.Import(file, PolicyLoader.Load(policies ?? GoldenCases.TreeOf("name: a\n")).Policies);
    }

    private static MemoryTree Repository(ImportedRequest imported, MemoryTree policies)
    {
        Dictionary<string, byte[]> files = policies
            .List("policies/")
            .ToDictionary(e => e.Path, e => policies.Read(e.Path)!.Value.ToArray(), StringComparer.Ordinal);
        files[$"jobs-requests/vision/{imported.Name}.yaml"] = Encoding.UTF8.GetBytes(imported.Text);
        foreach ((string path, string text) in imported.Files)
        {
            files[$"jobs-requests/vision/{path}"] = Encoding.UTF8.GetBytes(text);
        }

        return new MemoryTree(files);
    }

    // Only the hash in the names may differ: it is of the request's own text.
    private static string WithoutHashes(IEnumerable<YamlMapping> documents) =>
        Hash().Replace(string.Concat(documents.Select(d => CanonicalYaml.Write(d))), "-00000");

    [GeneratedRegex("-[0-9a-f]{5}\\b", RegexOptions.CultureInvariant)]
    private static partial Regex Hash();

    [Theory]
    [MemberData(nameof(Cases))]
    public void Importing_what_was_rendered_and_rendering_it_gives_it_back(string name)
    {
        MemoryTree tree = GoldenCases.Tree(name);
        RenderedFile rendered = Renderer.Render(GoldenCases.Plan(tree));
        // A sweep's jobs are many; the import takes the first.
        YamlMapping[] documents =
        [
            .. rendered.Documents.Take(rendered.Documents.Count - rendered.Header.Jobs.Count + 1),
        ];
        ImportedRequest imported = Import(Encoding.UTF8.GetString(CanonicalYaml.Write(documents)), tree)
            .ShouldNotBeNull();
        imported
            .LeftBehind.Where(l => l.Path is not ("metadata.name" or "name"))
            .Select(l => $"{l.Path}: {l.Why}")
            .ShouldBeEmpty(imported.Text);
        RequestPlan plan = GoldenCases.Plan(Repository(imported, tree));
        WithoutHashes(Renderer.Render(plan).Documents).ShouldBe(WithoutHashes(documents), imported.Text);
    }

    [Fact]
    public void A_manifest_without_a_RayJob_is_not_imported() =>
        Import("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {}\n").ShouldBeNull();

    [Fact]
    public void Each_thing_a_request_can_not_say_is_told()
    {
        ImportedRequest imported = Import(
                """
                apiVersion: ray.io/v1
                kind: RayJob
                metadata:
                  generateName: 9_Big.Job-with-a-very-long-name-indeed-it-is-much-too-long
                  labels: {app: x, kueue.x-k8s.io/priority-class: unknown}
                spec:
                  suspend: true
                  jobId: fixed
                  entrypoint: python a.py
                  submissionMode: HTTPMode
                  runtimeEnvYAML: "- not a mapping"
                  rayClusterSpec:
                    rayVersion: 2.40.0
                    enableInTreeAutoscaling: true
                    autoscalerOptions: {version: v2, upscalingMode: Default}
                    headGroupSpec:
                      rayStartParams: {num-cpus: "0"}
                      template:
                        spec:
                          restartPolicy: OnFailure
                          containers:
                          - name: head
                            image: rayproject/ray:2.52.0
                            ports: [{containerPort: 8265, name: dashboard}]
                            env:
                            - {name: A, value: one}
                            - {name: POD, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
                            resources: {requests: {cpu: 1}, limits: {cpu: 2}}
                            volumeMounts:
                            - {name: tmp, mountPath: /var/x}
                            - {name: conf, mountPath: /etc/conf}
                          - {name: side, image: other}
                          volumes:
                          - {name: tmp, emptyDir: {}}
                          - {name: conf, configMap: {name: elsewhere}}
                    workerGroupSpecs:
                    - groupName: w
                      replicas: 2
                      template:
                        spec:
                          nodeSelector: {pool: x}
                          tolerations: [{operator: Exists}]
                          containers:
                          - name: w
                            image: rayproject/ray:2.51.0
                            env: [{name: A, value: two}]
                            resources: {limits: {cpu: 1, memory: 1Gi, example.com/fpga: 1}}
                """
            )
            .ShouldNotBeNull();
        string[] told = [.. imported.LeftBehind.Select(l => l.Path)];
        const string head = "spec.rayClusterSpec.headGroupSpec";
        const string worker = "spec.rayClusterSpec.workerGroupSpecs[0]";
        told.ShouldBe(
            [
                "metadata.name",
                "metadata.labels.app",
                "priority",
                "spec.shutdownAfterJobFinishes",
                "spec.suspend",
                "spec.jobId",
                "spec.runtimeEnvYAML",
                "spec.rayClusterSpec.autoscalerOptions.upscalingMode",
                $"{head}.template.spec.restartPolicy",
                $"{head}.template.spec.containers[0].env[1].valueFrom.fieldRef",
                $"{head}.template.spec.containers[0].resources",
                $"{head}.template.spec.containers[0].resources.requests.cpu",
                $"{head}.template.spec.containers[0].volumeMounts[0].name",
                $"{head}.template.spec.containers[0].volumeMounts[1].mountPath",
                $"{head}.template.spec.containers[1]",
                $"{worker}.maxReplicas",
                $"{worker}.replicas",
                $"{worker}.template.spec.nodeSelector.pool",
                $"{worker}.template.spec.tolerations",
                $"{worker}.template.spec.containers[0].env[0]",
                $"{worker}.template.spec.containers[0].resources.limits.example.com/fpga",
            ],
            ignoreOrder: true
        );
        imported.LeftBehind.ShouldAllBe(l => l.Why.Length > 0);
        imported.Name.ShouldBe("job-9-big-job-with-a-very-long-name-indee");
        imported.Text.ShouldBe(
            """
            name: job-9-big-job-with-a-very-long-name-indee
            image: rayproject/ray:2.52.0
            rayVersion: "2.40.0"
            entrypoint: python a.py
            head:
              rayStartParams:
                num-cpus: 0
            workers:
              cpu: "1"
              image: rayproject/ray:2.51.0
              memory: 1Gi
              name: w
              replicas:
                max: 2
                min: 0
            autoscaling:
              version: v2
            env:
              A: one
            submissionMode: HTTPMode
            # not imported: spec.suspend: a request can't hold a job back: it starts once it is merged and there is room; import it when it may run
            # not imported: spec.rayClusterSpec.headGroupSpec.template.spec.containers[0].env[1].valueFrom.fieldRef: a request's variables are text or from Secrets; write the value under `env`
            # not imported: spec.rayClusterSpec.headGroupSpec.template.spec.containers[0].volumeMounts[0].name: its volume is empty and has no size; write `{emptyDir: SIZE, mount: /var/x}` under `volumes`
            # not imported: spec.rayClusterSpec.headGroupSpec.template.spec.containers[0].volumeMounts[1].mountPath: its ConfigMap is not in this file, so its files are not there; put them beside the request and name them under `code.files`
            # not imported: spec.rayClusterSpec.headGroupSpec.template.spec.containers[1]: a request has Ray's container alone, so `side` doesn't run beside it; it belongs into a profile
            # not imported: spec.rayClusterSpec.workerGroupSpecs[0].template.spec.nodeSelector.pool: a request can't say it; if it is needed, the platform team can put it into a profile
            # not imported: spec.rayClusterSpec.workerGroupSpecs[0].template.spec.containers[0].env[0]: a request gives head and workers the same, and they differ here: the value of the first is taken
            # not imported: spec.rayClusterSpec.workerGroupSpecs[0].template.spec.containers[0].resources.limits.example.com/fpga: a request can't say it; if it is needed, the platform team can put it into a profile

            """.ReplaceLineEndings("\n")
        );
        _ = GoldenCases.Plan(Repository(imported, GoldenCases.TreeOf("name: a\n")));
    }

    private const string Plain = """
        kind: RayJob
        metadata: {name: train, labels: {LABELS}}
        spec:
          suspend: true
          shutdownAfterJobFinishes: true
          entrypoint: python a.py
          rayClusterSpec:
            headGroupSpec:
              template:
                spec:
                  POD
                  containers:
                  - name: head
                    image: rayproject/ray:2.52.0-py312
                    env:
                    - {name: TOKEN, valueFrom: {secretKeyRef: {name: hf, key: token, optional: OPTIONAL}}}
                    resources: {limits: {cpu: 4, memory: 16Gi}}
        """;

    private static string PlainManifest(string labels = "", string pod = "", string optional = "false") =>
        Plain
            .Replace("LABELS", labels, StringComparison.Ordinal)
            .Replace("POD", pod, StringComparison.Ordinal)
            .Replace("OPTIONAL", optional, StringComparison.Ordinal);

    /// <summary>Kueue suspends what waits in its queue; without a queue somebody meant the job not to start.</summary>
    [Theory]
    [InlineData("", true)]
    [InlineData("kueue.x-k8s.io/queue-name: team", false)]
    public void A_job_that_is_held_back_is_told(string labels, bool isOpen)
    {
        ImportedRequest imported = Import(PlainManifest(labels)).ShouldNotBeNull();
        imported.LeftBehind.Single(l => l.Path == "spec.suspend").ChangesRun.ShouldBe(isOpen);
        imported.Text.Contains("# not imported: spec.suspend", StringComparison.Ordinal).ShouldBe(isOpen);
    }

    [Theory]
    [InlineData("true", 1)]
    [InlineData("false", 0)]
    public void A_Secret_that_need_not_be_there_is_told(string optional, int count)
    {
        LeftBehind[] told =
        [
            .. Import(PlainManifest(optional: optional))
                .ShouldNotBeNull()
                .LeftBehind.Where(l => l.Path.EndsWith(".optional", StringComparison.Ordinal)),
        ];
        told.Length.ShouldBe(count);
        told.ShouldAllBe(l => l.ChangesRun && l.Why.Contains("must be there", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("true", 1)]
    [InlineData("false", 0)]
    public void A_source_that_need_not_be_there_is_told(string optional, int count)
    {
        string manifest = PlainManifest()
            .Replace(
                "env:\n",
                $"envFrom:\n            - secretRef: {{name: wandb, optional: {optional}}}\n            env:\n",
                StringComparison.Ordinal
            );
        MemoryTree policies = GoldenCases.TreeOf("name: a\n", ("policies/rules.yaml", PodPolicies + "\n"));
        Import(manifest, policies)
            .ShouldNotBeNull()
            .LeftBehind.Count(l => l.Why.Contains("must be there", StringComparison.Ordinal))
            .ShouldBe(count);
    }

    /// <summary>Tolerations are the platform's, GPUs or not: those that no node pool or GPU type brings are told.</summary>
    [Fact]
    public void Tolerations_of_a_pod_without_GPUs_are_told() =>
        Import(PlainManifest(pod: "tolerations: [{key: nvidia.com/gpu, operator: Exists, effect: NoSchedule}]"))
            .ShouldNotBeNull()
            .LeftBehind.Select(l => l.Path)
            .ShouldContain("spec.rayClusterSpec.headGroupSpec.template.spec.tolerations");

    /// <summary>Of the profiles that don't fit whole, the one with which the least is left behind, and what it would add.</summary>
    [Theory]
    [InlineData(
        "{hostNetwork: true, dnsPolicy: ClusterFirstWithHostNet}",
        "`profile: rdma` brings `dnsPolicy`, `hostNetwork`"
    )]
    [InlineData(
        "{hostNetwork: true, terminationGracePeriodSeconds: 9}",
        "`profile: rdma` brings `hostNetwork`, and `dnsPolicy`, `enableServiceLinks`, which the manifest doesn't have"
    )]
    [InlineData(
        "{terminationGracePeriodSeconds: 9, priorityClassName: x}",
        "`profile: slow` brings `terminationGracePeriodSeconds`"
    )]
    [InlineData("{hostPID: true}", "")]
    public void The_profile_that_leaves_the_least_is_proposed(string pod, string says)
    {
        const string Head = "spec: {rayClusterSpec: {headGroupSpec: {template: {spec: SPEC}}}}\n";
        MemoryTree policies = GoldenCases.TreeOf(
            "name: a\n",
            (
                "policies/profiles/rdma.yaml",
                Head.Replace(
                    "SPEC",
                    "{hostNetwork: true, dnsPolicy: ClusterFirstWithHostNet, enableServiceLinks: false}",
                    StringComparison.Ordinal
                )
            ),
            (
                "policies/profiles/slow.yaml",
                Head.Replace(
                    "SPEC",
                    "{terminationGracePeriodSeconds: 9, enableServiceLinks: false, hostIPC: true}",
                    StringComparison.Ordinal
                )
            )
        );
        LeftBehind? told = Import(
                PlainManifest(pod: pod[1..^1].Replace(", ", "\n          ", StringComparison.Ordinal)),
                policies
            )
            .ShouldNotBeNull()
            .LeftBehind.SingleOrDefault(l => l.Path == "profile");
        (told is null).ShouldBe(says.Length == 0);
        told?.Why.ShouldContain(says);
    }

    private const string PodPolicies = """
        envFrom:
          vision:
          - {secret: wandb, keys: [WANDB_API_KEY]}
          - {configMap: settings, prefix: S_}
        labels: {vision: [vision.example.com/*]}
        """;

    [Fact]
    public void What_a_request_can_say_of_pods_is_kept()
    {
        MemoryTree policies = GoldenCases.TreeOf("name: a\n", ("policies/rules.yaml", PodPolicies + "\n"));
        const string Pod = """
            metadata: {labels: {vision.example.com/run: "7", app: x}}
            spec:
              nodeSelector: {example.com/pool: spot}
              tolerations: [{key: example.com/spot, operator: Exists}]
              containers:
              - name: ray
                image: rayproject/ray:2.52.0-py312
                envFrom:
                - secretRef: {name: wandb}
                - {prefix: S_, configMapRef: {name: settings}}
                - configMapRef: {name: elsewhere}
                resources: {limits: {cpu: 4, memory: 16Gi, ephemeral-storage: 100Gi}, requests: {ephemeral-storage: 50Gi}}
                volumeMounts:
                - {name: shm, mountPath: /dev/shm}
                - {name: logs, mountPath: /tmp/ray}
                - {name: scratch, mountPath: /scratch}
              volumes:
              - {name: shm, emptyDir: {medium: Memory, sizeLimit: 8Gi}}
              - {name: logs, emptyDir: {}}
              - {name: scratch, emptyDir: {sizeLimit: 10Gi}}
            """;
        string pod = Pod.ReplaceLineEndings("\n        ");
        string manifest =
            "kind: RayJob\nmetadata: {name: train}\nspec:\n  shutdownAfterJobFinishes: true\n  ttlSecondsAfterFinished: 600\n  entrypoint: python a.py\n  rayClusterSpec:\n    headGroupSpec:\n      rayStartParams: {num-cpus: \"0\"}\n      template:\n        "
            + pod
            + "\n    workerGroupSpecs:\n    - groupName: w\n      replicas: 1\n      rayStartParams: {resources: '\"{\\\"accel\\\": 2}\"', object-store-memory: \"4294967296\", num-gpus: \"1\"}\n      template:\n        "
            + pod
            + "\n";
        ImportedRequest imported = Import(manifest, policies).ShouldNotBeNull();
        imported.Text.ShouldStartWith(
            """
            name: train
            entrypoint: python a.py
            head:
              cpu: "4"
              ephemeralStorage: 100Gi
              memory: 16Gi
              rayStartParams:
                num-cpus: 0
              shm: 8Gi
            workers:
              ephemeralStorage: 100Gi
              name: w
              rayStartParams:
                object-store-memory: 4Gi
                resources:
                  accel: 2
              replicas: 1
              shm: 8Gi
            volumes:
            - emptyDir: 10Gi
              mount: /scratch
            envFrom:
            - secret: wandb
            - configMap: settings
            labels:
              vision.example.com/run: "7"
            """.ReplaceLineEndings("\n")
        );
        imported
            .LeftBehind.Where(l => l.ChangesRun)
            .Select(l => l.Path[(l.Path.LastIndexOf('.') + 1)..])
            .Distinct()
            .ShouldBe(["com/pool", "configMapRef", "num-gpus"], ignoreOrder: true);
    }

    [Theory]
    [InlineData("spot", "spot", "nodePool: spot\n", "")]
    [InlineData("steady", "spot", "head:\n  nodePool: steady\n", "  nodePool: spot\n")]
    [InlineData("other", "spot", "", "  nodePool: spot\n")]
    public void A_pool_is_recognised_by_what_it_stands_for(string head, string worker, string first, string second)
    {
        MemoryTree tree = GoldenCases.Tree("node-pools");
        string Pod(string pool) =>
            $"{{spec: {{nodeSelector: {{example.com/pool: {pool}}}, tolerations: [{{key: example.com/spot, operator: Exists, effect: NoSchedule}}, {{key: nvidia.com/gpu, operator: Exists, effect: NoSchedule}}], containers: [{{name: r, image: \"rayproject/ray:2.52.0-py312\", resources: {{limits: {{cpu: 2, memory: 8Gi}}}}}}]}}}}";
        ImportedRequest imported = Import(
                $"kind: RayJob\nmetadata: {{name: train}}\nspec:\n  entrypoint: python a.py\n  rayClusterSpec:\n    headGroupSpec:\n      template: {Pod(head)}\n    workerGroupSpecs:\n    - groupName: w\n      template: {Pod(worker)}\n",
                tree
            )
            .ShouldNotBeNull();
        imported.Text.ShouldContain(first);
        imported.Text.ShouldContain(second);
        (imported.Text.Split("nodePool:").Length - 1).ShouldBe(
            (first.Length > 0 ? 1 : 0) + (second.Length > 0 ? 1 : 0)
        );
    }

    [Fact]
    public void What_a_cluster_adds_is_not_told()
    {
        ImportedRequest imported = Import(
                """
                apiVersion: ray.io/v1
                kind: RayJob
                metadata:
                  name: train
                  namespace: ray-vision
                  uid: 4b6e7a0c-0000-0000-0000-000000000000
                  resourceVersion: "12"
                  generation: 1
                  creationTimestamp: "2026-01-01T00:00:00Z"
                  finalizers: [ray.io/rayjob-finalizer]
                  managedFields: [{manager: kubectl}]
                  annotations: {"argocd.argoproj.io/tracking-id": "x:ray.io/RayJob:ray-vision/train", kubectl.kubernetes.io/last-applied-configuration: "{}"}
                spec:
                  backoffLimit: 0
                  entrypoint: python a.py
                  submissionMode: K8sJobMode
                  shutdownAfterJobFinishes: true
                  ttlSecondsAfterFinished: 600
                  rayClusterSpec:
                    rayVersion: 2.52.0
                    headGroupSpec:
                      rayStartParams: {}
                      template:
                        metadata: {}
                        spec:
                          containers:
                          - {name: ray-head, image: "rayproject/ray:2.52.0", resources: {limits: {cpu: 2, memory: 8Gi}}}
                    workerGroupSpecs:
                    - groupName: workers
                      replicas: 1
                      minReplicas: 1
                      maxReplicas: 1
                      numOfHosts: 1
                      priority: 0
                      scaleStrategy: {}
                      template:
                        spec:
                          containers:
                          - {name: ray-worker, image: "rayproject/ray:2.52.0", resources: {limits: {cpu: 4, memory: 16Gi}}}
                status: {jobStatus: RUNNING}
                """
            )
            .ShouldNotBeNull();
        imported.LeftBehind.Select(l => l.Path).ShouldBe(["metadata.namespace", "status"]);
        imported.Text.ShouldBe(
            "name: train\nimage: rayproject/ray:2.52.0\nentrypoint: python a.py\nworkers:\n  name: workers\n  replicas: 1\n"
        );
    }

    private static string Job(string spec, string container = "", string group = "", string pod = "") =>
        """
            apiVersion: ray.io/v1
            kind: RayJob
            metadata: {name: train}
            spec:
              entrypoint: python train.py
              shutdownAfterJobFinishes: true
              ttlSecondsAfterFinished: 600
              SPEC
              rayClusterSpec:
                headGroupSpec:
                  rayStartParams: {dashboard-host: 0.0.0.0, block: "true"}
                  template: {spec: {containers: [{name: ray-head, image: "rayproject/ray:2.52.0", imagePullPolicy: IfNotPresent, resources: {limits: {cpu: "2", memory: 8Gi}}CONTAINER}]POD}}
                workerGroupSpecs:
                - groupName: gpu
                  replicas: 2
                  minReplicas: 2
                  maxReplicas: 2
                  rayStartParams: {num-cpus: "4"}
                  template: {spec: {GROUP}}
            """.Replace("SPEC", spec, StringComparison.Ordinal).Replace(
            "CONTAINER",
            container,
            StringComparison.Ordinal
        ).Replace("POD", pod, StringComparison.Ordinal).Replace("GROUP", group, StringComparison.Ordinal);

    private static string Worker(string amounts, string more = "") =>
        $"containers: [{{name: ray-worker, image: \"rayproject/ray:2.52.0\", resources: {{limits: {{cpu: \"4\", memory: 16Gi, {amounts}}}}}}}]{more}";

    private const string Catalogue =
        "gpus:\n  a100: {resource: nvidia.com/gpu, nodeSelector: {gpu: a100}}\n  l4: {resource: nvidia.com/gpu, nodeSelector: {gpu: l4}}\n  v6e: {resource: google.com/tpu}\ndefaults: {image: ray DEFAULT}\n";

    [Theory]
    [InlineData("nvidia.com/gpu: \"1\"", "", ", gpu: l4", "gpus: 1", "default, l4")]
    [InlineData("nvidia.com/gpu: \"2\"", "", "", "gpus: 2", "one of a100, l4")]
    [InlineData("nvidia.com/gpu: \"2\"", ", nodeSelector: {gpu: a100}", ", gpu: l4", "gpu: a100 gpus: 2", "")]
    [InlineData(
        "nvidia.com/gpu: 1",
        ", nodeSelector: {nvidia.com/gpu.product: NVIDIA-A100-SXM4-80GB}",
        "",
        "gpu: a100",
        ""
    )]
    [InlineData(
        "nvidia.com/gpu: 1",
        ", affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: x, operator: In, values: [Tesla-L4]}]}]}}}",
        "",
        "gpu: l4",
        ""
    )]
    [InlineData("google.com/tpu: 4", "", "", "gpu: v6e gpus: 4", "")]
    [InlineData("amd.com/gpu: 4", "", "", "gpu: amd gpus: 4", "no type with this resource")]
    [InlineData("nvidia.com/mig-1g.5gb: 1", "", "", "gpu: nvidia", "no type with this resource")]
    [InlineData("nvidia.com/gpu: 0", "", "", "", "")]
    public void Accelerators_are_never_lost(string amounts, string more, string standard, string expected, string told)
    {
        MemoryTree policies = GoldenCases.TreeOf(
            "name: a\n",
            ("policies/platform.yaml", Catalogue.Replace(" DEFAULT", standard, StringComparison.Ordinal))
        );
        ImportedRequest imported = Import(Job("", group: Worker(amounts, more)), policies).ShouldNotBeNull();
        string.Join(
                ' ',
                imported
                    .Text.Split('\n')
                    .Select(l => l.Trim())
                    .Where(l => l.StartsWith("gpu", StringComparison.Ordinal))
            )
            .ShouldBe(expected, imported.Text);
        string why = string.Join(
            '\n',
            imported.LeftBehind.Where(l => l.Path.Contains(".limits.", StringComparison.Ordinal)).Select(l => l.Why)
        );
        if (told.Length == 0)
        {
            why.ShouldBe("");
        }
        else
        {
            why.ShouldContain(told);
        }
    }

    [Fact]
    public void GPUs_of_the_head_leave_a_mark_in_the_request()
    {
        ImportedRequest imported = Import(
                Job("", group: Worker(""))
                    .Replace(
                        "limits: {cpu: \"2\", memory: 8Gi}",
                        "limits: {cpu: \"2\", memory: 8Gi, nvidia.com/gpu: 1}",
                        StringComparison.Ordinal
                    )
            )
            .ShouldNotBeNull();
        imported.Text.ShouldContain("# not imported: spec.rayClusterSpec.headGroupSpec");
        imported.Text.ShouldContain("nvidia.com/gpu: the head of a request has no accelerators");
    }

    [Theory]
    [InlineData("ghcr.io/example/vision-ray:2.52.0", "\"2.52.0\"")]
    [InlineData("rayproject/ray:2.52.0", "")]
    [InlineData("docker.io/rayproject/ray:2.52.0-py312", "")]
    public void The_Ray_version_is_kept_unless_the_tag_is_believed(string image, string expected)
    {
        ImportedRequest imported = Import(
                Job("", group: Worker(""))
                    .Replace("rayproject/ray:2.52.0", image, StringComparison.Ordinal)
                    .Replace(
                        "    headGroupSpec:",
                        "    rayVersion: 2.52.0\n    headGroupSpec:",
                        StringComparison.Ordinal
                    )
            )
            .ShouldNotBeNull();
        imported
            .Text.Split('\n')
            .Where(l => l.StartsWith("rayVersion: ", StringComparison.Ordinal))
            .Select(l => l["rayVersion: ".Length..])
            .ShouldBe(expected.Length == 0 ? [] : [expected]);
    }

    [Theory]
    [InlineData("{plasma-directory: \"/s;id\"}", "{sizeLimit: 1Gi}", "rayStartParams.plasma-directory")]
    [InlineData("{resources: '\"{\\\"NPU\\\": 8}\"'}", "{sizeLimit: 1Gi}", "rayStartParams.resources")]
    [InlineData("{resources: '\"{\\\"1a\\\": 8}\"'}", "{sizeLimit: 1Gi}", "rayStartParams.resources")]
    [InlineData("{}", "{medium: HugePages, sizeLimit: 1Gi}", "of the medium HugePages")]
    public void What_a_request_would_refuse_is_not_imported(string parameters, string empty, string told)
    {
        ImportedRequest imported = Import(
                $"kind: RayJob\nmetadata: {{name: train}}\nspec:\n  entrypoint: python a.py\n  rayClusterSpec:\n    headGroupSpec:\n      rayStartParams: {parameters}\n      template:\n        spec:\n          containers:\n          - name: ray-head\n            image: rayproject/ray:2.52.0\n            resources: {{limits: {{cpu: 1, memory: 4Gi}}}}\n            volumeMounts: [{{name: s, mountPath: /s}}]\n          volumes: [{{name: s, emptyDir: {empty}}}]\n"
            )
            .ShouldNotBeNull();
        imported.LeftBehind.ShouldContain(l => $"{l.Path}: {l.Why}".Contains(told, StringComparison.Ordinal));
    }

    [Fact]
    public void What_KubeRay_sets_itself_is_no_loss() =>
        Import(
                Job(
                    "",
                    container: ", ports: [{containerPort: 6379}, {containerPort: 8265}], volumeMounts: [{name: shm, mountPath: /dev/shm}]",
                    pod: ", volumes: [{name: shm, emptyDir: {medium: Memory}}]",
                    group: Worker("")
                )
            )
            .ShouldNotBeNull()
            .LeftBehind.ShouldBeEmpty();

    [Fact]
    public void Code_mounted_elsewhere_is_taken_and_named_by_its_new_place()
    {
        string manifest =
            Job(
                    "",
                    container: ", volumeMounts: [{name: code, mountPath: /app}]",
                    pod: ", volumes: [{name: code, configMap: {name: code}}]",
                    group: Worker("")
                )
                .Replace("python train.py", "python /app/train.py --x 1", StringComparison.Ordinal)
            + "\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: code}\ndata: {train.py: \"print(1)\\n\"}\n";
        ImportedRequest imported = Import(manifest).ShouldNotBeNull();
        imported.Text.ShouldContain("entrypoint: python /home/ray/train.py --x 1\n");
        imported.Text.ShouldContain("train.py: train/train.py");
        imported.Text.ShouldNotContain("not imported:");
        imported.Files.ShouldHaveSingleItem().Value.ShouldBe("print(1)\n");
        Import(manifest.Replace("python /app/train.py", "cd /app; python train.py", StringComparison.Ordinal))
            .ShouldNotBeNull()
            .Text.ShouldContain("# not imported: spec.entrypoint: the files of /app lie in /home/ray now");
    }

    [Fact]
    public void A_container_beside_Rays_leaves_a_mark_in_the_request()
    {
        ImportedRequest imported = Import(
                """
                apiVersion: ray.io/v1
                kind: RayJob
                metadata: {name: train}
                spec:
                  entrypoint: python a.py
                  rayClusterSpec:
                    headGroupSpec:
                      template:
                        spec:
                          containers:
                          - {name: ray-head, image: "rayproject/ray:2.52.0"}
                          - {name: proxy, image: envoy, ports: [{containerPort: 80}]}
                """
            )
            .ShouldNotBeNull();
        LeftBehind lost = imported.LeftBehind.Where(l => l.Path.Contains("containers[1]")).ShouldHaveSingleItem();
        lost.ChangesRun.ShouldBeTrue();
        imported.Text.ShouldContain(
            "containers[1]: a request has Ray's container alone, so `proxy` doesn't run beside it"
        );
    }

    [Fact]
    public void Every_RayJob_of_a_file_is_imported()
    {
        string job = Job("", group: Worker(""));
        string list =
            "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: ray.io/v1, kind: RayJob, metadata: {name: other}, spec: {entrypoint: python a.py}}\n";
        FindingBag findings = new();
        YamlFile file = YamlReader.Read(
            "manifest.yaml",
            Encoding.UTF8.GetBytes($"{job}\n---\n{job}\n---\n{list}"),
            YamlLimits.Manifest,
            findings
        );
        findings.Findings.ShouldBeEmpty();
        ManifestImport
            .ImportAll(file, PolicyLoader.Load(GoldenCases.TreeOf("name: a\n")).Policies)
            .Select(i => i.Name)
            .ShouldBe(["train", "train-2", "other"]);
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Upstream_samples_become_requests_that_plan_and_render(string path)
    {
        ImportedRequest imported = Import(File.ReadAllText(Path.Combine(SampleFolder, path))).ShouldNotBeNull();
        RequestPlan plan = GoldenCases.Plan(Repository(imported, GoldenCases.TreeOf("name: a\n")));
        Renderer.Render(plan).Header.Jobs.ShouldHaveSingleItem();
    }

    public static TheoryData<string> Samples =>
        [
            .. Directory
                .GetFiles(SampleFolder, "*.yaml", SearchOption.AllDirectories)
                .Where(f => File.ReadAllText(f).Contains("kind: RayJob", StringComparison.Ordinal))
                .Select(f => Path.GetRelativePath(SampleFolder, f).Replace('\\', '/'))
                .Order(StringComparer.Ordinal),
        ];

    private static string SampleFolder =>
        Path.Combine(Schemas.Definitions.Repository, "tests", "Fixtures", "samples", "kuberay");

    private const string GpuJob = """
        apiVersion: ray.io/v1
        kind: RayJob
        metadata: {name: train}
        spec:
          entrypoint: python a.py
          activeDeadlineSeconds: 3600
          shutdownAfterJobFinishes: true
          rayClusterSpec:
            headGroupSpec:
              template:
                spec:
                  containers: [{name: h, image: "rayproject/ray:2.52.0-gpu", HEAD}]
            workerGroupSpecs:
            - groupName: w
              replicas: 1
              template:
                spec:
                  POD
                  containers: [{name: w, image: "rayproject/ray:2.52.0-gpu", CONTAINERresources: {limits: {cpu: 2, memory: 8Gi, nvidia.com/gpu: 1}}}]
          SPEC
        """;

    /// <summary>What changes what runs, or on what, leaves a comment that lint refuses until somebody has looked.</summary>
    [Theory]
    [InlineData("POD", "nodeSelector: {cloud.google.com/gke-accelerator: nvidia-h100-80gb}", "nvidia-h100-80gb")]
    [InlineData("POD", "nodeSelector: {node.kubernetes.io/instance-type: p5.48xlarge}", "p5.48xlarge")]
    [InlineData("POD", "nodeSelector: {pool: fast}", "nodeSelector.pool")]
    [InlineData("HEAD", "env: [{name: CUDA_VISIBLE_DEVICES, value: ''}]", "not only this pod")]
    [InlineData("CONTAINER", "workingDir: /app, ", "workingDir")]
    [InlineData(
        "SPEC",
        "submitterPodTemplate: {spec: {containers: [{name: s, image: a, command: [python, other.py]}]}}",
        "submitterPodTemplate"
    )]
    public void What_changes_the_run_is_left_open(string place, string value, string told)
    {
        ImportedRequest imported = Import(Filled(place, value)).ShouldNotBeNull();
        imported
            .Text.Split('\n')
            .Where(line => line.StartsWith("# not imported:", StringComparison.Ordinal))
            .ShouldContain(line => line.Contains(told, StringComparison.Ordinal), imported.Text);
    }

    [Fact]
    public void A_type_that_is_excluded_is_not_the_one_that_is_meant()
    {
        string affinity =
            "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: cloud.google.com/gke-accelerator, operator: NotIn, values: [nvidia-tesla-a100]}]}]}}}";
        Import(Filled("POD", affinity)).ShouldNotBeNull().Text.ShouldContain("asks for nodes without a100");
        string meant = Import(Filled("POD", affinity.Replace("NotIn", "In", StringComparison.Ordinal)))
            .ShouldNotBeNull()
            .Text;
        meant.ShouldContain("gpu: a100");
        meant.ShouldNotContain("# not imported:");
    }

    [Fact]
    public void Variables_that_differ_are_left_open()
    {
        string manifest = Filled("HEAD", "env: [{name: A, value: '1'}]")
            .Replace("{name: w, image", "{name: w, env: [{name: A, value: '2'}], image", StringComparison.Ordinal);
        Import(manifest).ShouldNotBeNull().Text.ShouldContain("# not imported: ");
    }

    [Fact]
    public void Without_an_end_of_its_own_the_platforms_is_told()
    {
        MemoryTree policies = new(
            new Dictionary<string, byte[]>(StringComparer.Ordinal)
            {
                ["policies/platform.yaml"] = Encoding.UTF8.GetBytes("defaults: {timeout: 4h}\n"),
            }
        );
        string manifest = Filled("", "");
        Import(manifest, policies)
            .ShouldNotBeNull()
            .LeftBehind.ShouldNotContain(left => left.Path == "spec.activeDeadlineSeconds");
        Import(manifest.Replace("activeDeadlineSeconds: 3600", "backoffLimit: 0", StringComparison.Ordinal), policies)
            .ShouldNotBeNull()
            .LeftBehind.ShouldContain(left => left.Path == "spec.activeDeadlineSeconds" && !left.ChangesRun);
    }

    [Fact]
    public void Objects_beside_the_jobs_are_told_unless_they_are_code()
    {
        FindingBag findings = new();
        YamlFile file = YamlReader.Read(
            "manifest.yaml",
            Encoding.UTF8.GetBytes(
                Filled("POD", "volumes: [{name: c, configMap: {name: code}}]")
                    + "\n---\nkind: ConfigMap\nmetadata: {name: code}\ndata: {a.py: x}\n---\nkind: Secret\nmetadata: {name: token}\n---\nkind: ConfigMap\nmetadata: {name: other}\n"
            ),
            YamlLimits.Manifest,
            findings
        );
        ManifestImport.OthersOf(file).Select(left => left.Path).ShouldBe(["Secret token", "ConfigMap other"]);
    }

    private static string Filled(string place, string value) =>
        new[] { "HEAD", "POD", "CONTAINER", "SPEC" }.Aggregate(
            GpuJob,
            (text, name) => text.Replace(name, name == place ? value : "", StringComparison.Ordinal)
        );
}
