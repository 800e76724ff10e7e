using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Schemas;
using Rayquest.JobModel.Text;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobLint.Tests.Manifests;

/// <summary>A placeholder in place of every value there is, one at a time: a warning there, and no error anywhere.</summary>
public class PlaceholderPositionTests
{
    private static readonly string[] Forms = ["$NAME", "${NAME}", "<name>"];

    // Texts in which shells, programs or Ray read such things for themselves.
    private static readonly string[] Free = ["entrypoint", "command", "args", "env", "annotations", "data"];

    private static string VolcanoJob =>
        """
            apiVersion: batch.volcano.sh/v1alpha1
            kind: Job
            metadata: {name: train, namespace: a, labels: {team: a}}
            spec:
              queue: team
              minAvailable: 1
              schedulerName: volcano
              maxRetry: 2
              ttlSecondsAfterFinished: 60
              plugins: {ray: [], svc: []}
              policies: [{event: PodFailed, action: AbortJob}, {exitCode: 3, action: RestartJob}]
              volumes: [{mountPath: /data, volumeClaimName: data}]
              tasks:
              - name: head
                replicas: 1
                template:
                  spec:
                    containers: [{name: head, image: "rayproject/ray:2.52.0", resources: {limits: {cpu: 1, memory: 1Gi}}}]
              - name: worker
                replicas: 2
                minAvailable: 1
                topologyPolicy: none
                template:
                  spec:
                    containers: [{name: worker, image: "rayproject/ray:2.52.0"}]

            """;

    private static string Queues =>
        """
            apiVersion: kueue.x-k8s.io/v1beta2
            kind: ClusterQueue
            metadata: {name: team}
            spec:
              cohortName: all
              queueingStrategy: BestEffortFIFO
              stopPolicy: None
              preemption: {reclaimWithinCohort: Any, withinClusterQueue: LowerPriority}
              namespaceSelector: {matchLabels: {team: a}}
              fairSharing: {weight: 1}
              resourceGroups:
              - coveredResources: [cpu, memory]
                flavors:
                - name: default
                  resources: [{name: cpu, nominalQuota: 8, borrowingLimit: 2, lendingLimit: 1}, {name: memory, nominalQuota: 8Gi}]
            ---
            apiVersion: kueue.x-k8s.io/v1beta2
            kind: ResourceFlavor
            metadata: {name: default}
            spec:
              nodeLabels: {pool: a}
              nodeTaints: [{key: gpu, value: a, effect: NoSchedule}]
              tolerations: [{key: gpu, operator: Equal, value: a, effect: NoSchedule}]
            ---
            apiVersion: kueue.x-k8s.io/v1beta2
            kind: LocalQueue
            metadata: {name: team, namespace: a}
            spec: {clusterQueue: team, stopPolicy: None}
            ---
            apiVersion: scheduling.volcano.sh/v1beta1
            kind: Queue
            metadata: {name: team}
            spec: {weight: 1, reclaimable: true, capability: {cpu: 8}, deserved: {cpu: 4}, guarantee: {resource: {cpu: 2}}, parent: root}

            """;

    private static IEnumerable<(string Of, string Text)> Manifests()
    {
        foreach (KeyValuePair<string, byte[]> file in Repository.Files("jobs"))
        {
            // The two that were merged before the autoscaler had a token.
            if (file.Key is not ("jobs/nlp/embed-corpus.yaml" or "jobs/vision/image-resize.yaml"))
            {
                yield return (file.Key, System.Text.Encoding.UTF8.GetString(file.Value));
            }
        }

        const string pod =
            "serviceAccountName: a\nruntimeClassName: a\npriorityClassName: a\nhostNetwork: true\ndnsPolicy: ClusterFirst\nimagePullSecrets: [{name: a}]\ntolerations: [{key: a, operator: Equal, value: b, effect: NoExecute, tolerationSeconds: 5}]\nsecurityContext: {runAsUser: 1000, fsGroup: 100, runAsNonRoot: true}\nvolumes:\n  - {name: shm, emptyDir: {medium: Memory, sizeLimit: 1Gi}}\n  - {name: conf, configMap: {name: a, defaultMode: 420}}\n  - {name: claim, persistentVolumeClaim: {claimName: a, readOnly: true}}";
        const string container =
            "ports: [{name: gcs, containerPort: 6379, protocol: TCP}, {name: dashboard, containerPort: 8265}, {name: serve, containerPort: 8000}]\nimagePullPolicy: Always\nsecurityContext: {allowPrivilegeEscalation: false, runAsUser: 1000}\nlivenessProbe: {httpGet: {path: /, port: 8265}, periodSeconds: 5, timeoutSeconds: 1}\nvolumeMounts:\n  - {name: shm, mountPath: /dev/shm}\n  - {name: conf, mountPath: /conf, readOnly: true}\nresources:\n  limits: {cpu: 2, memory: 8Gi, nvidia.com/gpu: 1}\n  requests: {cpu: 1, memory: 4Gi}";
        foreach (string kind in (string[])["RayJob", "RayCluster", "RayService", "RayCronJob"])
        {
            string spec = kind is "RayJob" or "RayCronJob"
                ? "submissionMode: K8sJobMode\nactiveDeadlineSeconds: 60\nbackoffLimit: 1\nshutdownAfterJobFinishes: true\nttlSecondsAfterFinished: 60\nsubmitterConfig: {backoffLimit: 2}\nmetadata: {a: b}"
                : "";
            yield return (
                kind,
                new ManifestExample
                {
                    Kind = kind,
                    Metadata = "namespace: a\nlabels: {team: a}",
                    Spec = spec,
                    Cluster = "autoscalerOptions: {upscalingMode: Default, idleTimeoutSeconds: 60}",
                    Head = "serviceType: ClusterIP\nrayStartParams: {num-cpus: \"0\"}",
                    Pod = pod,
                    Container = container,
                    ContainerHead = "name: ray-head\nimage: rayproject/ray:2.52.0-py312-cu128",
                    Worker =
                        "replicas: 1\nminReplicas: 0\nmaxReplicas: 2\nnumOfHosts: 1\nrayStartParams: {num-cpus: \"2\"}",
                }.Text()
            );
        }

        yield return ("Volcano", VolcanoJob);
        yield return ("queues", Queues);
    }

    [Fact]
    public void A_placeholder_is_a_warning_in_place_of_every_value()
    {
        int tried = 0;
        List<string> faults = [];
        foreach ((string of, string text) in Manifests())
        {
            string[] before = Errors(text);
            before.ShouldBeEmpty(of + text);
            foreach (YamlScalar scalar in Scalars(text))
            {
                foreach (string form in Forms)
                {
                    TextSpan span = scalar.Span.Span;
                    string changed = $"{text[..span.Start]}\"{form}\"{text[span.End..]}";
                    tried++;
                    string[] errors = Errors(changed);
                    bool isTold = Lint.Text(changed)
                        .Any(f => f.Rule.Code == "RQ4225" && f.Span.Span.Start == span.Start);
                    if (errors.Length > 0 || !isTold)
                    {
                        faults.Add(
                            $"{of}:{scalar.Span.Start.Line} {scalar.Span.Text} {form} {isTold} {string.Join(" ", errors)}"
                        );
                    }
                }
            }
        }

        faults.ShouldBeEmpty($"{faults.Count} of {tried}");
        tried.ShouldBeGreaterThan(1_500);
    }

    [Fact]
    public void An_error_that_no_value_cures_stays()
    {
        Errors(new ManifestExample { Name = "${NAME}", Spec = "ttlSecondsAfterFinished: -1" }.Text())
            .ShouldHaveSingleItem()
            .ShouldStartWith("RQ4112");
        Errors(
            new ManifestExample
            {
                Pod = "volumes: [{name: \"${A}\", emptyDir: {}}]",
                Container = "volumeMounts:\n  - {name: b, mountPath: /b}\n  - {name: c, mountPath: /c}",
            }.Text()
        )
            .Length.ShouldBe(0, "either of the two may be there");
        Errors(
                new ManifestExample
                {
                    Pod = "volumes: [{name: \"data-${A}\", emptyDir: {}}]",
                    Container = "volumeMounts:\n  - {name: b, mountPath: /b}",
                }.Text()
            )
            .ShouldHaveSingleItem()
            .ShouldStartWith("RQ4207");
    }

    private static string[] Errors(string text) =>
        [
            .. Lint.Text(text)
                .Where(f => f.Severity == Severity.Error)
                .Select(f => $"{f.Rule.Code}:{f.Span.Start.Line} {f.Message}"),
        ];

    private static IEnumerable<YamlScalar> Scalars(string text)
    {
        FindingBag bag = new();
        YamlFile file = YamlReader.Parse(new SourceText("m.yaml", text), YamlLimits.Manifest, bag);
        return file.Documents.SelectMany(d =>
            ((YamlMapping)d).Entries.Where(e => e.Key.Value is not ("apiVersion" or "kind")).SelectMany(e => Within(e))
        );
    }

    private static IEnumerable<YamlScalar> Within(YamlEntry entry) =>
        Free.Contains(entry.Key.Value) || entry.Key.Value.EndsWith("YAML", StringComparison.Ordinal)
            ? []
            : Within(entry.Value);

    private static IEnumerable<YamlScalar> Within(YamlNode node) =>
        node switch
        {
            YamlScalar scalar => [scalar],
            YamlMapping mapping => mapping.Entries.SelectMany(Within),
            YamlSequence list => list.Items.SelectMany(Within),
            _ => [],
        };
}
