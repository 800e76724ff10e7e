using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Schemas;

namespace Rayquest.JobEngines.Kubernetes.Pods;

/// <summary>
/// RQ4201–RQ4229: what the API server refuses when the operator creates the pods. The RayJob is accepted and then
/// stays `Initializing`; the reason stands in an event of the RayCluster only, or, when longer than 1024 characters, nowhere.
/// </summary>
public static class PodRules
{
    private const string Stuck =
        "The object is accepted, but the API server refuses the pods made from it: the RayJob stays `Initializing` for ever, and the reason shows only as an event of the RayCluster.";

    /// <summary>RQ4201: a container name.</summary>
    public static RuleInfo ContainerName { get; } =
        Rule(
            "RQ4201",
            "bad-container-name",
            "A container's name is malformed or taken.",
            "Names are DNS labels (lower-case letters, digits, `-`) and unique over containers and init containers. The operator adds containers of its own: `autoscaler` with autoscaling, `wait-gcs-ready` in workers, `ray-job-submitter` in SidecarMode.",
            new ManifestExample { ContainerHead = "name: ray_head\nimage: rayproject/ray:2.52.0" },
            new ManifestExample()
        );

    /// <summary>RQ4202: an image.</summary>
    public static RuleInfo Image { get; } =
        Rule(
            "RQ4202",
            "bad-image",
            "A container's image is missing or no image reference.",
            "A missing image is refused by the API server; a malformed one by the kubelet (`InvalidImageName`), and the pod waits for ever.",
            new ManifestExample { ContainerHead = "name: ray-head\nimage: \"rayproject/ray:2.52.0 beta\"" },
            new ManifestExample()
        );

    /// <summary>RQ4203: a value outside of an enumeration that only pod validation knows.</summary>
    public static RuleInfo UnsupportedValue { get; } =
        Rule(
            "RQ4203",
            "unsupported-pod-value",
            "A field of a pod has a value it does not take.",
            "The schema of the custom resource lists no values here, so the object is accepted; pod validation does.",
            new ManifestExample { Container = "imagePullPolicy: OnNewer" },
            new ManifestExample { Container = "imagePullPolicy: IfNotPresent" }
        );

    /// <summary>RQ4204: a container port.</summary>
    public static RuleInfo Port { get; } =
        Rule(
            "RQ4204",
            "bad-port",
            "A container port's number, name or protocol is malformed or taken.",
            "Ports are 1 to 65535; names are at most 15 lower-case letters, digits and single dashes and unique in their container.",
            new ManifestExample { Worker = "", Container = "ports:\n  - name: dashboard\n    containerPort: 0" },
            new ManifestExample { Worker = "", Container = "ports:\n  - name: dashboard\n    containerPort: 8265" }
        );

    /// <summary>RQ4205: an environment variable.</summary>
    public static RuleInfo Environment { get; } =
        Rule(
            "RQ4205",
            "bad-env",
            "An environment variable's name or source is malformed.",
            "`valueFrom` names exactly one source and excludes `value`; a Secret or ConfigMap is named by a DNS name and a key; `fieldPath` knows a handful of fields.",
            new ManifestExample { Container = "env:\n  - name: A\n    valueFrom: {}" },
            new ManifestExample
            {
                Container = "env:\n  - name: A\n    valueFrom:\n      fieldRef:\n        fieldPath: metadata.name",
            }
        );

    /// <summary>RQ4206: a volume.</summary>
    public static RuleInfo Volume { get; } =
        Rule(
            "RQ4206",
            "bad-volume",
            "A volume's name or source is malformed.",
            "A volume has a DNS label as its name and at most one source; each source has fields it can't do without.",
            new ManifestExample { Pod = "volumes:\n  - name: My_Vol\n    emptyDir: {}" },
            new ManifestExample { Pod = "volumes:\n  - name: my-vol\n    emptyDir: {}" }
        );

    /// <summary>RQ4207: a volume mount or device.</summary>
    public static RuleInfo VolumeMount { get; } =
        Rule(
            "RQ4207",
            "bad-volume-mount",
            "A mount names no volume of its pod, or a path it can't have.",
            "Every mount names a volume of the same pod; paths differ; `subPath` stays inside the volume.",
            new ManifestExample { Container = "volumeMounts:\n  - name: data\n    mountPath: /data" },
            new ManifestExample
            {
                Container = "volumeMounts:\n  - name: data\n    mountPath: /data",
                Pod = "volumes:\n  - name: data\n    emptyDir: {}",
            }
        );

    /// <summary>RQ4208: a resource name or amount.</summary>
    public static RuleInfo Resource { get; } =
        Rule(
            "RQ4208",
            "bad-resource",
            "A resource's name or amount is not one a container can have.",
            "Names are `cpu`, `memory`, `ephemeral-storage`, `hugepages-<size>` or `domain/name` as device plugins announce them; amounts are not negative, and whole for devices.",
            new ManifestExample { Container = "resources:\n  limits:\n    CPU: \"1\"" },
            new ManifestExample { Container = "resources:\n  limits:\n    cpu: \"1\"" }
        );

    /// <summary>RQ4209: requests against limits.</summary>
    public static RuleInfo Overcommit { get; } =
        Rule(
            "RQ4209",
            "requests-over-limits",
            "A container requests more than its limit, or a device without an equal limit.",
            "A request above its limit is refused. GPUs and huge pages can't be overcommitted: they need a limit, and the request, if given, must equal it.",
            new ManifestExample { Container = "resources:\n  requests:\n    nvidia.com/gpu: \"1\"" },
            new ManifestExample { Container = "resources:\n  limits:\n    nvidia.com/gpu: \"1\"" },
            "X12"
        );

    /// <summary>RQ4210: a probe.</summary>
    public static RuleInfo Probe { get; } =
        Rule(
            "RQ4210",
            "bad-probe",
            "A probe's handler or numbers are malformed.",
            "A probe has exactly one of `exec`, `httpGet`, `tcpSocket`, `grpc`; its numbers are not negative; liveness and startup probes have `successThreshold: 1`.",
            new ManifestExample { Container = "livenessProbe:\n  periodSeconds: 5" },
            new ManifestExample { Container = "livenessProbe:\n  tcpSocket:\n    port: 8265\n  periodSeconds: 5" }
        );

    /// <summary>RQ4211: a lifecycle hook.</summary>
    public static RuleInfo Lifecycle { get; } =
        Rule(
            "RQ4211",
            "bad-lifecycle",
            "A lifecycle hook's handler is malformed.",
            "`postStart` and `preStop` have exactly one of `exec`, `httpGet`, `tcpSocket`, `sleep`; a sleep ends within the grace period.",
            new ManifestExample { Container = "lifecycle:\n  preStop: {}" },
            new ManifestExample { Container = "lifecycle:\n  preStop:\n    exec:\n      command: [ray, stop]" }
        );

    /// <summary>RQ4212: a security context.</summary>
    public static RuleInfo SecurityContext { get; } =
        Rule(
            "RQ4212",
            "bad-security-context",
            "A security context contradicts itself or holds a value out of range.",
            "User and group ids are 0 to 2147483647; profiles have a known type; a privileged container can't forbid privilege escalation.",
            new ManifestExample { Container = "securityContext:\n  runAsUser: -1" },
            new ManifestExample { Container = "securityContext:\n  runAsUser: 1000" }
        );

    /// <summary>RQ4213: affinity.</summary>
    public static RuleInfo Affinity { get; } =
        Rule(
            "RQ4213",
            "bad-affinity",
            "An affinity term is malformed.",
            "Operators are `In`, `NotIn`, `Exists`, `DoesNotExist` (for nodes also `Gt`, `Lt`); weights are 1 to 100; pod terms need a topology key.",
            new ManifestExample { Pod = NodeAffinity("Equals") },
            new ManifestExample { Pod = NodeAffinity("In") }
        );

    /// <summary>RQ4214: a toleration.</summary>
    public static RuleInfo Toleration { get; } =
        Rule(
            "RQ4214",
            "bad-toleration",
            "A toleration is malformed.",
            "`operator` is `Exists` (then no value) or `Equal`; no key means all keys and needs `Exists`; `tolerationSeconds` needs the effect `NoExecute`.",
            new ManifestExample { Pod = "tolerations:\n  - key: gpu\n    operator: Exists\n    value: \"true\"" },
            new ManifestExample { Pod = "tolerations:\n  - key: gpu\n    operator: Exists" }
        );

    /// <summary>RQ4215: topology spread.</summary>
    public static RuleInfo TopologySpread { get; } =
        Rule(
            "RQ4215",
            "bad-topology-spread",
            "A topology spread constraint is malformed.",
            "`maxSkew` is at least 1, `whenUnsatisfiable` is `DoNotSchedule` or `ScheduleAnyway`, `minDomains` needs `DoNotSchedule`.",
            new ManifestExample { Pod = Spread(0) },
            new ManifestExample { Pod = Spread(1) }
        );

    /// <summary>RQ4216: a node selector.</summary>
    public static RuleInfo NodeSelector { get; } =
        Rule(
            "RQ4216",
            "bad-node-selector",
            "A node selector's key or value can't be a label.",
            "Nodes are selected by labels, so keys and values follow the rules of labels.",
            new ManifestExample { Pod = "nodeSelector:\n  model: big node" },
            new ManifestExample { Pod = "nodeSelector:\n  model: big-node" }
        );

    /// <summary>RQ4217: metadata of a pod template.</summary>
    public static RuleInfo TemplateMetadata { get; } =
        Rule(
            "RQ4217",
            "bad-template-metadata",
            "Labels, annotations or the name of a pod template are malformed.",
            "They go to every pod and follow the same rules there. Only the head pod keeps its template's name.",
            new ManifestExample { Template = "metadata:\n  labels:\n    owner: ann & bob" },
            new ManifestExample { Template = "metadata:\n  annotations:\n    owner: ann & bob" }
        );

    /// <summary>RQ4218: a name a pod refers to.</summary>
    public static RuleInfo PodName { get; } =
        Rule(
            "RQ4218",
            "bad-pod-reference",
            "A name in a pod spec is malformed.",
            "Host names are DNS labels; service accounts, runtime, priority classes and the like are DNS names.",
            new ManifestExample { Pod = "serviceAccountName: Ray_Runner" },
            new ManifestExample { Pod = "serviceAccountName: ray-runner" }
        );

    /// <summary>RQ4219: DNS of a pod.</summary>
    public static RuleInfo Dns { get; } =
        Rule(
            "RQ4219",
            "bad-pod-dns",
            "DNS settings or host aliases of a pod are malformed.",
            "`dnsPolicy: None` needs name servers; there are at most 3, given as addresses; aliases map an address to DNS names.",
            new ManifestExample { Pod = "dnsPolicy: None" },
            new ManifestExample { Pod = "dnsPolicy: None\ndnsConfig:\n  nameservers: [10.0.0.10]" }
        );

    /// <summary>RQ4220: fields of a pod that exclude each other or are out of range.</summary>
    public static RuleInfo PodSpec { get; } =
        Rule(
            "RQ4220",
            "bad-pod-spec",
            "Fields of a pod spec contradict each other or can't be set.",
            "Pod validation and the priority and runtime-class admission of the API server look at the spec as a whole: a priority without its class, overhead without a runtime class, ephemeral containers in a new pod, are refused.",
            new ManifestExample { Pod = "activeDeadlineSeconds: 0" },
            new ManifestExample { Pod = "activeDeadlineSeconds: 3600" }
        );

    /// <summary>RQ4221: fields of an init container.</summary>
    public static RuleInfo InitContainer { get; } =
        Rule(
            "RQ4221",
            "bad-init-container",
            "An init container has fields only sidecars may have.",
            "Probes and lifecycle hooks are for containers that keep running: an init container needs `restartPolicy: Always` to have them.",
            new ManifestExample { Pod = Init("") },
            new ManifestExample { Pod = Init("\n    restartPolicy: Always") }
        );

    /// <summary>RQ4222: resource claims.</summary>
    public static RuleInfo ResourceClaim { get; } =
        Rule(
            "RQ4222",
            "bad-resource-claim",
            "A resource claim is malformed or unknown to its pod.",
            "A container may claim what `resourceClaims` of its pod lists; each of those names a claim or a template, not both.",
            new ManifestExample { Container = "resources:\n  claims:\n    - name: gpu" },
            new ManifestExample
            {
                Container = "resources:\n  claims:\n    - name: gpu",
                Pod = "resourceClaims:\n  - name: gpu\n    resourceClaimTemplateName: one-gpu",
            }
        );

    /// <summary>RQ4223: an object that must exist.</summary>
    public static RuleInfo MissingObject { get; } =
        Rule(
            "RQ4223",
            "missing-object",
            "A pod names an object nobody has declared.",
            "The API server refuses a pod whose runtime class, priority class or service account does not exist. What the cluster holds can't be known offline: pass the object's manifest along, or list it as known. A service account out of sight is only a warning.",
            new ManifestExample { Pod = "runtimeClassName: gvisor" },
            new ManifestExample(),
            "X15"
        );

    /// <summary>RQ4224: a quota in the files that refuses the pod.</summary>
    public static RuleInfo Quota { get; } =
        Rule(
            "RQ4224",
            "quota-wants-resources",
            "A container states no resources although a ResourceQuota of its namespace wants them.",
            "Where a quota limits `requests.cpu`, every container of every pod must state a CPU request, and so on; a pod that does not is refused. Looked at when the ResourceQuota is among the files.",
            null,
            null,
            "X15"
        );

    /// <summary>All rules of this category.</summary>
    public static IReadOnlyList<RuleInfo> All { get; } =
    [
        ContainerName,
        Image,
        UnsupportedValue,
        Port,
        Environment,
        Volume,
        VolumeMount,
        Resource,
        Overcommit,
        Probe,
        Lifecycle,
        SecurityContext,
        Affinity,
        Toleration,
        TopologySpread,
        NodeSelector,
        TemplateMetadata,
        PodName,
        Dns,
        PodSpec,
        InitContainer,
        ResourceClaim,
        MissingObject,
        Quota,
        MetadataRules.Placeholder,
    ];

    private static RuleInfo Rule(
        string code,
        string name,
        string summary,
        string why,
        ManifestExample? bad,
        ManifestExample? good,
        string facts = ""
    ) =>
        new(code, name, Severity.Error, summary)
        {
            Why = why + "\n\n" + Stuck,
            Bad = bad?.ToRuleExample(),
            Good = good?.ToRuleExample(),
            Facts = facts,
        };

    private static string NodeAffinity(string op) =>
        "affinity:\n  nodeAffinity:\n    requiredDuringSchedulingIgnoredDuringExecution:\n      nodeSelectorTerms:\n        - matchExpressions:\n            - key: model\n              operator: "
        + op
        + "\n              values: [h100]";

    private static string Spread(int skew) =>
        $"topologySpreadConstraints:\n  - maxSkew: {skew}\n    topologyKey: zone\n    whenUnsatisfiable: ScheduleAnyway\n    labelSelector:\n      matchLabels:\n        app: ray";

    private static string Init(string more) =>
        "initContainers:\n  - name: proxy\n    image: busybox:1.36"
        + more
        + "\n    readinessProbe:\n      tcpSocket:\n        port: 80";
}
