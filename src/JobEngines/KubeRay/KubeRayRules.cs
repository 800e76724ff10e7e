using Rayquest.JobEngines.Ray;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Schemas;

namespace Rayquest.JobEngines.KubeRay;

/// <summary>
/// RQ4101–RQ4199: what the KubeRay operator 1.7 refuses, or hangs on, once the API server has accepted the object.
/// One rule for each fact; the fact ids M, J, C, S, R, W, X are those of the engine facts.
/// </summary>
public static class KubeRayRules
{
    private const string Refused =
        "A RayJob gets the status `ValidationFailed`, from which it does not recover even when the spec is corrected: it must be deleted and created again. A RayCluster gets only a warning event, a RayService the condition `Ready=False`, a RayCronJob a warning event.";

    private const string Hangs = "The object is accepted and never gets anywhere: no error in its status tells why.";

    private const string Autoscaling = "enableInTreeAutoscaling: true";
    private const string VersionTwo = Autoscaling + "\nautoscalerOptions:\n  version: v2";
    private const string Replicas = "replicas: 1\nminReplicas: 1\nmaxReplicas: 2";

    /// <summary>RQ4101: M1, R1.</summary>
    public static RuleInfo NameTooLong { get; } =
        Refuses(
            "RQ4101",
            "name-too-long",
            "M1, R1",
            "The name leaves no room for the suffixes the operator adds.",
            "Services and pods are named after the object, and a name has 63 characters at most: a RayCluster may have 53, a RayJob or RayService 47, a RayCronJob 36.",
            new() { Name = new string('n', 48) },
            new()
        );

    /// <summary>RQ4102: M2.</summary>
    public static RuleInfo NameNotDnsLabel { get; } =
        Refuses(
            "RQ4102",
            "name-not-dns-label",
            "M2",
            "The name is no DNS-1035 label.",
            "It becomes the name of Services, which begin with a letter and hold no dots. A RayCronJob is accepted with a name like `1abc`, but each of its RayJobs is refused.",
            new() { Name = "2025-train" },
            new() { Name = "train-2025" }
        );

    /// <summary>RQ4103: M3.</summary>
    public static RuleInfo BadInitializingTimeout { get; } =
        Refuses(
            "RQ4103",
            "bad-initializing-timeout",
            "M3",
            "The annotation `ray.io/initializing-timeout` is not a duration.",
            "It is a Go duration such as `5m` or `1h30m`, or a whole number of seconds, greater than zero.",
            new() { Kind = "RayService", Metadata = "annotations:\n  ray.io/initializing-timeout: 5 m" },
            new() { Kind = "RayService", Metadata = "annotations:\n  ray.io/initializing-timeout: 5m" }
        );

    /// <summary>RQ4111: J1.</summary>
    public static RuleInfo SuspendWithoutShutdown { get; } =
        Refuses(
            "RQ4111",
            "suspend-without-shutdown",
            "J1",
            "A RayJob is suspended without `shutdownAfterJobFinishes`.",
            "Suspending deletes the cluster; the operator does that only for jobs whose cluster is theirs to delete.",
            new() { Spec = "suspend: true" },
            new() { Spec = "suspend: true\nshutdownAfterJobFinishes: true" }
        );

    /// <summary>RQ4112: J2, J3.</summary>
    public static RuleInfo BadTtl { get; } =
        Refuses(
            "RQ4112",
            "bad-ttl",
            "J2, J3",
            "`ttlSecondsAfterFinished` is negative, or has nothing to delete.",
            "It is the delay of `shutdownAfterJobFinishes`, so it needs that set.",
            new() { Spec = "ttlSecondsAfterFinished: 600" },
            new() { Spec = "shutdownAfterJobFinishes: true\nttlSecondsAfterFinished: 600" }
        );

    /// <summary>RQ4113: J4, C11, C13, C17, C19, C20, R.</summary>
    public static RuleInfo GateOff { get; } =
        Refuses(
            "RQ4113",
            "feature-gate-off",
            "J4, C11, C13, C17, C19, C20, R5",
            "A field needs a feature gate of the operator that is off.",
            "KubeRay 1.7 ships with `RayCronJob`, `RayClusterNetworkPolicy`, `GCSFaultToleranceEmbeddedStorage`, `RayClusterMTLS` and `RayClusterHistoryServer` off. Where your operator has one on, say so (`--feature-gates RayCronJob=true`). A RayCronJob is only warned of while nothing is known, since the whole kind is behind its gate: with the gate off, nothing happens at all.",
            new() { Kind = "RayCluster", Cluster = "tlsOptions:\n  enabled: false" },
            new() { Kind = "RayCluster" }
        );

    /// <summary>RQ4114: J5.</summary>
    public static RuleInfo DeletionRulesWithShutdown { get; } =
        Refuses(
            "RQ4114",
            "deletion-rules-with-shutdown",
            "J5",
            "`deletionRules` and `shutdownAfterJobFinishes` are both set.",
            "Both say when the cluster goes; the operator takes one of the two.",
            new() { Spec = "shutdownAfterJobFinishes: true\n" + Rules("DeleteCluster", 10) },
            new() { Spec = Rules("DeleteCluster", 10) }
        );

    /// <summary>RQ4115: J9, J10, J13.</summary>
    public static RuleInfo DeletionNotSupported { get; } =
        Refuses(
            "RQ4115",
            "deletion-not-supported",
            "J9, J10, J13",
            "A deletion policy does not go with the rest of the RayJob.",
            "A shared cluster (`clusterSelector`) is never deleted; workers of an autoscaled cluster are the autoscaler's; `DeleteNone` contradicts `shutdownAfterJobFinishes`; `onSuccess` and `onFailure` each need a policy.",
            new() { Cluster = Autoscaling, Spec = Rules("DeleteWorkers", 10) },
            new() { Cluster = Autoscaling, Spec = Rules("DeleteCluster", 10) }
        );

    /// <summary>RQ4116: J11.</summary>
    public static RuleInfo DuplicateDeletionRule { get; } =
        Refuses(
            "RQ4116",
            "duplicate-deletion-rule",
            "J11",
            "Two deletion rules have the same condition and policy.",
            "One of them could never apply.",
            new() { Spec = Rules("DeleteCluster", 1) + RuleItem("DeleteCluster", 5) },
            new() { Spec = Rules("DeleteCluster", 5) }
        );

    /// <summary>RQ4117: J12.</summary>
    public static RuleInfo DeletionOrder { get; } =
        Refuses(
            "RQ4117",
            "deletion-order",
            "J12",
            "Deletion rules would delete the larger before the smaller.",
            "For one condition: workers go first, then the cluster, then the RayJob itself; the delays must not fall in that order.",
            new() { Spec = Rules("DeleteSelf", 5) + RuleItem("DeleteCluster", 10) },
            new() { Spec = Rules("DeleteSelf", 10) + RuleItem("DeleteCluster", 5) }
        );

    /// <summary>RQ4118: J6, J7, J8.</summary>
    public static RuleInfo DeletionIncomplete { get; } =
        Refuses(
            "RQ4118",
            "deletion-incomplete",
            "J6, J7, J8",
            "A deletion strategy says nothing, or half of it.",
            "It has either `deletionRules`, or both `onSuccess` and `onFailure` with a policy each.",
            new() { Spec = "deletionStrategy:\n  onSuccess: {}\n  onFailure:\n    policy: DeleteCluster" },
            new()
            {
                Spec =
                    "deletionStrategy:\n  onSuccess:\n    policy: DeleteCluster\n  onFailure:\n    policy: DeleteCluster",
            }
        );

    /// <summary>RQ4119: J14, J17.</summary>
    public static RuleInfo SelectorNotSupported { get; } =
        Refuses(
            "RQ4119",
            "selector-not-supported",
            "J14, J17",
            "`clusterSelector` does not go with this.",
            "A job on a shared cluster can't be suspended, retried (`backoffLimit`) or submitted from a sidecar: each of these needs a cluster of its own.",
            new() { HasCluster = false, Spec = Selector + "\nbackoffLimit: 1" },
            new() { HasCluster = false, Spec = Selector }
        );

    /// <summary>RQ4120: J15.</summary>
    public static RuleInfo NoCluster { get; } =
        Refuses(
            "RQ4120",
            "no-cluster",
            "J15",
            "A RayJob has neither a cluster spec nor a cluster selector.",
            "One of the two must say where it runs. When both are there, the selector wins and the spec is ignored.",
            new() { HasCluster = false },
            new()
        );

    /// <summary>RQ4121: J16.</summary>
    public static RuleInfo SelectorWithoutCluster { get; } =
        Refuses(
            "RQ4121",
            "selector-without-cluster",
            "J16",
            "`clusterSelector` names no cluster.",
            "Only the key `ray.io/cluster` is looked at, and its value is the RayCluster's name.",
            new() { HasCluster = false, Spec = "clusterSelector:\n  app: shared" },
            new() { HasCluster = false, Spec = Selector }
        );

    /// <summary>RQ4122: J16.</summary>
    public static RuleInfo SelectedClusterMissing { get; } =
        new(
            "RQ4122",
            "selected-cluster-missing",
            Severity.Error,
            "`clusterSelector` names a cluster that is not there."
        )
        {
            Why =
                "The RayJob waits for a RayCluster of that name in its namespace. Offline we see the files only: when they hold other RayClusters of the namespace, or are declared to be the whole world, a missing one is an error, otherwise a warning.",
            Facts = "J16",
        };

    /// <summary>RQ4123: J17, J18, J23.</summary>
    public static RuleInfo BadBackoffLimit { get; } =
        Refuses(
            "RQ4123",
            "bad-backoff-limit",
            "J18, J23",
            "`backoffLimit` is negative, or can't be used in this mode.",
            "Retries start the job anew from its entrypoint; in InteractiveMode a person submits it.",
            new() { Spec = "submissionMode: InteractiveMode\nbackoffLimit: 1" },
            new() { Spec = "backoffLimit: 1" }
        );

    /// <summary>RQ4124: J19.</summary>
    public static RuleInfo SidecarConflict { get; } =
        Refuses(
            "RQ4124",
            "sidecar-conflict",
            "J19",
            "SidecarMode does not go with this.",
            "The submitter runs in the head pod: there is no submitter pod to describe, and the head must not restart.",
            new() { Spec = "submissionMode: SidecarMode\nsubmitterConfig:\n  backoffLimit: 1" },
            new() { Spec = "submissionMode: SidecarMode" }
        );

    /// <summary>RQ4125: J20, S1.</summary>
    public static RuleInfo TokenAuthNotSupported { get; } =
        Refuses(
            "RQ4125",
            "k8s-token-auth-not-supported",
            "J20, S1",
            "`enableK8sTokenAuth` is for RayClusters only.",
            "The operator itself could not talk to the dashboard of a RayJob's or RayService's cluster.",
            new() { RayVersion = "2.55.0", Cluster = "authOptions:\n  mode: token\n  enableK8sTokenAuth: true" },
            new() { RayVersion = "2.55.0", Cluster = "authOptions:\n  mode: token" }
        );

    /// <summary>RQ4126: J22.</summary>
    public static RuleInfo BadRuntimeEnv { get; } =
        Refuses(
            "RQ4126",
            "bad-runtime-env",
            "J22",
            "`runtimeEnvYAML` is not a YAML mapping.",
            "It is text that must parse as a mapping; what its keys mean is not checked by the operator. Empty text, `~` and comments alone are taken as nothing.",
            new() { Spec = "runtimeEnvYAML: \"- requests\"" },
            new() { Spec = "runtimeEnvYAML: |\n  pip:\n    - requests==2.32.3" }
        );

    /// <summary>RQ4127: J23.</summary>
    public static RuleInfo BadDeadline { get; } =
        Refuses(
            "RQ4127",
            "bad-deadline",
            "J23",
            "A deadline of the RayJob is not positive.",
            "`activeDeadlineSeconds` and `preRunningDeadlineSeconds` count from the start; zero would end the job before it began.",
            new() { Spec = "activeDeadlineSeconds: 0" },
            new() { Spec = "activeDeadlineSeconds: 3600" }
        );

    /// <summary>RQ4128: metadata and the Ray version.</summary>
    public static RuleInfo MetadataNeedsRay { get; } =
        Stuck(
            "RQ4128",
            "metadata-needs-ray-version",
            "J25",
            "`metadata` of the job needs a `rayVersion` of at least 2.6.0.",
            "The submit command can't be built with a version that is older, a prerelease, or no semantic version; only the operator's log says so. Without a `rayVersion` the operator takes it for new enough.",
            new() { RayVersion = "2.5.0", Spec = "metadata:\n  team: vision" },
            new() { Spec = "metadata:\n  team: vision" }
        );

    /// <summary>RQ4129: entrypointResources.</summary>
    public static RuleInfo BadEntrypointResources { get; } =
        Stuck(
            "RQ4129",
            "bad-entrypoint-resources",
            "J26",
            "`entrypointResources` is not JSON object of numbers.",
            "Nobody looks at it until `ray job submit` fails in the submitter pod, or, in HTTPMode, the operator fails to decode it.",
            new() { Spec = "entrypointResources: a=1" },
            new() { Spec = "entrypointResources: '{\"a\": 1}'" }
        );

    /// <summary>RQ4130: the submitter Job.</summary>
    public static RuleInfo BadSubmitter { get; } =
        Stuck(
            "RQ4130",
            "bad-submitter",
            "J23, X6",
            "The submitter Job would be refused.",
            "Once the cluster is ready, the operator makes a Kubernetes Job of the RayJob's name from `submitterPodTemplate`. A Job's pods have `restartPolicy` `Never` or `OnFailure`, at least one container, and `backoffLimit` is not negative; with no container the operator panics.",
            new() { Spec = Submitter("") },
            new() { Spec = Submitter("\n    restartPolicy: Never") }
        );

    /// <summary>RQ4131: X6.</summary>
    public static RuleInfo JobNameTaken { get; } =
        new("RQ4131", "job-name-taken", Severity.Error, "A Kubernetes Job has the RayJob's name already.")
        {
            Why =
                "The submitter Job is named like the RayJob. The operator can't create it (`already exists`), tries for ever, and the RayJob stays `Initializing`. Looked at among the files.",
            Facts = "X6",
        };

    /// <summary>RQ4132: X8.</summary>
    public static RuleInfo NoEntrypoint { get; } =
        Stuck(
            "RQ4132",
            "no-entrypoint",
            "X8",
            "A RayJob has no entrypoint.",
            "Nobody checks it; `ray job submit` is called without a command. Only InteractiveMode, and a submitter template with a command of its own, do without.",
            new() { Entrypoint = "" },
            new()
        );

    /// <summary>RQ4133: X1.</summary>
    public static RuleInfo BadSubmissionMode { get; } =
        Stuck(
            "RQ4133",
            "bad-submission-mode",
            "X1",
            "`submissionMode` is none the operator knows.",
            "The schema lists no values. With a misspelt one nothing is ever submitted, and without `activeDeadlineSeconds` the cluster idles for ever.",
            new() { Spec = "submissionMode: HttpMode" },
            new() { Spec = "submissionMode: HTTPMode" }
        );

    /// <summary>RQ4134: X7.</summary>
    public static RuleInfo FixedJobId { get; } =
        new("RQ4134", "fixed-job-id", Severity.Warning, "A fixed `jobId` on a shared cluster runs once only.")
        {
            Why =
                "On the second run the submitter finds the old job of that id, follows its logs and reports its status; nothing new runs.",
            Facts = "X7",
            Bad = new ManifestExample { HasCluster = false, Spec = Selector + "\njobId: train-1" },
            Good = new ManifestExample { HasCluster = false, Spec = Selector },
        };

    /// <summary>RQ4141: C1.</summary>
    public static RuleInfo NoContainer { get; } =
        Refuses(
            "RQ4141",
            "no-container",
            "C1",
            "A group's pod template has no container.",
            "The first container is Ray's.",
            new()
            {
                Kind = "RayCluster",
                Spec = "headGroupSpec:\n  template:\n    spec:\n      containers: []",
                HasCluster = false,
                Name = "empty",
            },
            new() { Kind = "RayCluster" }
        );

    /// <summary>RQ4142: C2.</summary>
    public static RuleInfo ResourcesTwice { get; } =
        Refuses(
            "RQ4142",
            "resources-twice",
            "C2",
            "A group states its Ray resources twice.",
            "Either `resources` of the group, or `num-cpus`, `num-gpus`, `memory`, `resources` in `rayStartParams`.",
            new() { Head = "resources:\n  CPU: \"1\"\nrayStartParams:\n  num-cpus: \"1\"" },
            new() { Head = "resources:\n  CPU: \"1\"" }
        );

    /// <summary>RQ4143: C3.</summary>
    public static RuleInfo BadGroupLabels { get; } =
        Refuses(
            "RQ4143",
            "bad-group-labels",
            "C3",
            "A group's Ray labels are malformed, or in `rayStartParams`.",
            "Labels go under `labels` of the group and follow the grammar of Kubernetes labels.",
            new() { Head = "rayStartParams:\n  labels: tier=gold" },
            new() { Head = "labels:\n  tier: gold" }
        );

    /// <summary>RQ4144: C5.</summary>
    public static RuleInfo BadReplicas { get; } =
        Refuses(
            "RQ4144",
            "bad-replicas",
            "C4, C5",
            "A group's replica bounds are negative or crossed.",
            "`minReplicas` ≤ `maxReplicas`, both not negative.",
            new() { Worker = "minReplicas: 3\nmaxReplicas: 2" },
            new() { Worker = "minReplicas: 2\nmaxReplicas: 3" }
        );

    /// <summary>RQ4145: C6.</summary>
    public static RuleInfo BadIdleTimeout { get; } =
        Refuses(
            "RQ4145",
            "bad-idle-timeout",
            "C6, C16",
            "An idle timeout is negative or needs autoscaler v2.",
            "A group's own `idleTimeoutSeconds` is known to autoscaler v2 only, and `autoscalerOptions.version` must say so.",
            new() { Cluster = Autoscaling, Worker = Replicas + "\nidleTimeoutSeconds: 60" },
            new() { Cluster = VersionTwo, Worker = Replicas + "\nidleTimeoutSeconds: 60" }
        );

    /// <summary>RQ4146: C7.</summary>
    public static RuleInfo BadPriority { get; } =
        Refuses(
            "RQ4146",
            "bad-group-priority",
            "C7",
            "A group's priority needs autoscaler v2 and Ray 2.56.",
            "Older Ray versions and autoscaler v1 know no priorities of groups.",
            new() { Cluster = VersionTwo, Worker = Replicas + "\npriority: 1" },
            new()
            {
                RayVersion = "2.56.0",
                Cluster = VersionTwo,
                Worker = Replicas + "\npriority: 1",
            }
        );

    /// <summary>RQ4147: C8, C9, C10, C12.</summary>
    public static RuleInfo FaultToleranceConflict { get; } =
        Refuses(
            "RQ4147",
            "gcs-fault-tolerance-conflict",
            "C8, C9, C10, C12",
            "GCS fault tolerance is set up in two ways.",
            "It is `gcsFaultToleranceOptions`; the older annotation `ray.io/ft-enabled`, the environment variables `RAY_REDIS_ADDRESS`, `REDIS_PASSWORD`, `REDIS_USERNAME` and the start parameters `redis-password`, `redis-username` exclude it, whatever their value.",
            new() { Kind = "RayCluster", Container = "env:\n  - name: RAY_REDIS_ADDRESS\n    value: redis:6379" },
            new() { Kind = "RayCluster", Cluster = "gcsFaultToleranceOptions:\n  redisAddress: redis:6379" }
        );

    /// <summary>RQ4148: C11.</summary>
    public static RuleInfo StorageConflict { get; } =
        Refuses(
            "RQ4148",
            "gcs-storage-conflict",
            "C11",
            "The storage of GCS fault tolerance contradicts itself.",
            "`backend: rocksdb` has `storage` and nothing of Redis; `backend: redis` has no `storage`; a claim of your own has no size or class.",
            new()
            {
                Kind = "RayCluster",
                Cluster = "gcsFaultToleranceOptions:\n  redisAddress: redis:6379\n  storage:\n    size: 1Gi",
            },
            new() { Kind = "RayCluster", Cluster = "gcsFaultToleranceOptions:\n  redisAddress: redis:6379" }
        );

    /// <summary>RQ4149: C13.</summary>
    public static RuleInfo SuspendedGroup { get; } =
        Refuses(
            "RQ4149",
            "suspended-group",
            "C13",
            "A worker group is suspended in an autoscaled cluster.",
            "The autoscaler would start the workers again.",
            new() { Cluster = Autoscaling, Worker = Replicas + "\nsuspend: true" },
            new() { Cluster = Autoscaling, Worker = Replicas }
        );

    /// <summary>RQ4150: C14, C15.</summary>
    public static RuleInfo AutoscalerConflict { get; } =
        Refuses(
            "RQ4150",
            "autoscaler-conflict",
            "C14, C15, C16",
            "Autoscaler settings contradict each other.",
            "`RAY_enable_autoscaler_v2` needs `enableInTreeAutoscaling` and excludes `autoscalerOptions.version`; version v2 needs pods that do not restart by themselves.",
            new() { Cluster = VersionTwo, Pod = "restartPolicy: Always" },
            new() { Cluster = VersionTwo, Pod = "restartPolicy: Never" }
        );

    /// <summary>RQ4151: C17.</summary>
    public static RuleInfo HistoryServer { get; } =
        Refuses(
            "RQ4151",
            "bad-history-server",
            "C17",
            "History server options are incomplete or reserved.",
            "The collector needs an image and a literal `STORAGE_BACKEND`, with what that backend wants (`GCS`: `GCS_BUCKET`; `S3`: `S3_REGION`; `ALIYUNOSS`: `OSS_BUCKET`, `OSS_ENDPOINT`, `OSS_REGION`; `AZUREBLOB`: `AZURE_STORAGE_CONNECTION_STRING` or `AZURE_STORAGE_ACCOUNT_URL`, as `AZURE_STORAGE_AUTH_MODE` says); some variables and the container name `ray-history-collector` are the operator's. The gate `RayClusterHistoryServer` must be on.",
            new() { Kind = "RayCluster", Cluster = "historyServerOptions: {}" },
            null
        );

    /// <summary>RQ4152: C18.</summary>
    public static RuleInfo BadAuth { get; } =
        Refuses(
            "RQ4152",
            "bad-auth",
            "C18",
            "Token authentication needs another Ray version or mode.",
            "`mode: token` needs `rayVersion` ≥ 2.52.0; `enableK8sTokenAuth` needs that mode, ≥ 2.55.0 and no secret of your own.",
            new() { RayVersion = "2.51.0", Cluster = "authOptions:\n  mode: token" },
            new() { RayVersion = "2.52.0", Cluster = "authOptions:\n  mode: token" }
        );

    /// <summary>RQ4153: C19.</summary>
    public static RuleInfo BadNetworkPolicy { get; } =
        Refuses(
            "RQ4153",
            "bad-network-policy",
            "C19",
            "Network policy rules contradict their mode, name no group, or are none.",
            "Where only ingress is denied, egress rules mean nothing, and the reverse; group names must be those of worker groups and DNS labels; ports, peers and address ranges must be such that the API server takes the NetworkPolicy made of them.",
            new() { Kind = "RayCluster", Cluster = "networkPolicy:\n  workerGroups:\n    - groupName: nope" },
            null
        );

    /// <summary>RQ4154: C20.</summary>
    public static RuleInfo BadTls { get; } =
        Refuses(
            "RQ4154",
            "bad-tls",
            "C20",
            "TLS is set up in two ways, or its prerequisites are missing.",
            "With `tlsOptions` the operator sets `RAY_USE_TLS` and its companions and mounts `/etc/ray/tls` itself, with certificates from cert-manager, in Ray's containers and the autoscaler; other containers may have their own.",
            new()
            {
                Kind = "RayCluster",
                Cluster = "tlsOptions:\n  enabled: true",
                Container = "env:\n  - name: RAY_USE_TLS\n    value: \"1\"",
            },
            new() { Kind = "RayCluster", Container = "env:\n  - name: RAY_USE_TLS\n    value: \"1\"" }
        );

    /// <summary>RQ4155: C21.</summary>
    public static RuleInfo UpgradeStrategyOnChild { get; } =
        Stuck(
            "RQ4155",
            "upgrade-strategy-on-child",
            "C21",
            "`upgradeStrategy` is for RayClusters people create themselves.",
            "In the cluster spec of a RayJob or RayService it passes their validation, and the RayCluster made from it is refused.",
            new() { Cluster = "upgradeStrategy:\n  type: Recreate" },
            new() { Kind = "RayCluster", Cluster = "upgradeStrategy:\n  type: Recreate" }
        );

    /// <summary>RQ4156: W1, X3.</summary>
    public static RuleInfo DuplicateGroup { get; } =
        Stuck(
            "RQ4156",
            "duplicate-group",
            "W1, X3",
            "Two worker groups have the same name.",
            "The operator counts their pods together, so one group gets none and the cluster never becomes ready.",
            new()
            {
                Cluster =
                    "workerGroupSpecs:\n  - groupName: small\n    template: &worker\n      spec:\n        containers:\n          - name: ray-worker\n            image: rayproject/ray:2.52.0\n  - groupName: small\n    template: *worker",
            },
            new() { Worker = "" }
        );

    /// <summary>RQ4157: X4.</summary>
    public static RuleInfo BadGroupName { get; } =
        Stuck(
            "RQ4157",
            "bad-group-name",
            "X4",
            "A worker group's name can't be part of a pod's name and label.",
            "It becomes the label `ray.io/group` and, in lower case, a part of the pods' names: letters, digits, `-` and `.`, at most 63.",
            new() { Worker = "", Group = "gpu_large" },
            new() { Worker = "", Group = "gpu-large" }
        );

    /// <summary>RQ4158: X9.</summary>
    public static RuleInfo BadNumOfHosts { get; } =
        Stuck(
            "RQ4158",
            "bad-num-of-hosts",
            "X9",
            "`numOfHosts` is negative, or zero.",
            "A negative number panics the operator again and again; with 0 the group has no workers at all, which is only warned of.",
            new() { Worker = "numOfHosts: -1" },
            new() { Worker = "numOfHosts: 2" }
        );

    /// <summary>RQ4159: X10.</summary>
    public static RuleInfo ReplicasClamped { get; } =
        new("RQ4159", "replicas-clamped", Severity.Warning, "`replicas` is outside of its group's bounds.")
        {
            Why = "The operator silently takes the nearest bound.",
            Facts = "X10",
            Bad = new ManifestExample { Worker = "replicas: 5\nminReplicas: 1\nmaxReplicas: 2" },
            Good = new ManifestExample { Worker = "replicas: 2\nminReplicas: 1\nmaxReplicas: 2" },
        };

    /// <summary>RQ4160: X11.</summary>
    public static RuleInfo RayVersionMismatch { get; } =
        new(
            "RQ4160",
            "ray-version-mismatch",
            Severity.Warning,
            "`rayVersion` differs from the version in the image's tag."
        )
        {
            Why =
                "Probes, authentication and the autoscaler are set up for `rayVersion`, not for what the image holds.",
            Facts = "X11",
            Bad = new ManifestExample { RayVersion = "2.9.0" },
            Good = new ManifestExample(),
        };

    /// <summary>RQ4167: suspended for ever.</summary>
    public static RuleInfo SuspendedForEver { get; } =
        Stuck(
            "RQ4167",
            "suspended-for-ever",
            "S7",
            "The cluster inside a RayJob or RayService is suspended, and nobody resumes it.",
            "`suspend` of a RayJob lies beside its cluster, and a RayService has none but its cluster's, which Kueue clears once the service has quota. Inside, it makes a cluster without pods.",
            new() { Cluster = "suspend: true" },
            new() { Spec = "suspend: true\nshutdownAfterJobFinishes: true" }
        );

    /// <summary>RQ4168: nobody serves.</summary>
    public static RuleInfo NobodyServes { get; } =
        Stuck(
            "RQ4168",
            "nobody-serves",
            "S7",
            "A RayService takes its head out of the Service and has no workers.",
            "`excludeHeadPodFromServeSvc` leaves the workers to take traffic; without any the Service has no endpoint and the RayService is never ready.",
            new() { Kind = "RayService", Spec = "excludeHeadPodFromServeSvc: true" },
            new()
            {
                Kind = "RayService",
                Spec = "excludeHeadPodFromServeSvc: true",
                Worker = Replicas,
            }
        );

    /// <summary>RQ4161: X2.</summary>
    public static RuleInfo NoDashboardPort { get; } =
        Stuck(
            "RQ4161",
            "no-dashboard-port",
            "X2",
            "The head declares ports, but none named `dashboard`.",
            "With no ports at all the operator fills in the usual ones; with any, it takes yours alone, finds no dashboard by name, and the RayJob stays `Initializing`.",
            new() { Container = "ports:\n  - name: gcs-server\n    containerPort: 6379" },
            new()
            {
                Container =
                    "ports:\n  - name: gcs-server\n    containerPort: 6379\n  - name: dashboard\n    containerPort: 8265",
            }
        );

    /// <summary>RQ4162: S7.</summary>
    public static RuleInfo NoServePort { get; } =
        Stuck(
            "RQ4162",
            "no-serve-port",
            "S7",
            "A RayService's head declares ports, but none named `serve`.",
            "The Service that takes traffic is made from that port; its absence shows only when the cluster is up.",
            new() { Kind = "RayService", Container = "ports:\n  - name: dashboard\n    containerPort: 8265" },
            new()
            {
                Kind = "RayService",
                Container =
                    "ports:\n  - name: dashboard\n    containerPort: 8265\n  - name: serve\n    containerPort: 8000",
            }
        );

    /// <summary>RQ4163: Services.</summary>
    public static RuleInfo BadService { get; } =
        Stuck(
            "RQ4163",
            "bad-service",
            "X2",
            "A Service the operator makes from this would be refused.",
            "The head Service has a port for each of the head container's ports, plus `metrics` 8080, plus those of `headService`: names and numbers must differ. Types are `ClusterIP`, `NodePort`, `LoadBalancer`.",
            new() { Head = "serviceType: Cluster" },
            new() { Head = "serviceType: ClusterIP" }
        );

    /// <summary>RQ4164: Ingress.</summary>
    public static RuleInfo BadIngress { get; } =
        Stuck(
            "RQ4164",
            "bad-ingress",
            "",
            "The Ingress the operator makes from this would be refused.",
            "A host is a DNS name, possibly with `*.` before it, and no address; a path begins with `/`.",
            new() { Head = "enableIngress: true\ningressOptions:\n  host: 10.0.0.1" },
            new() { Head = "enableIngress: true\ningressOptions:\n  host: ray.example.com" }
        );

    /// <summary>RQ4165: Ray's autoscaler.</summary>
    public static RuleInfo AutoscalerWithoutToken { get; } =
        Stuck(
            "RQ4165",
            "autoscaler-without-token",
            "X15",
            "Autoscaling is on, and the autoscaler gets no service account token.",
            "The autoscaler is a container of the head's pod. It asks the API server for workers with the token and the CA that lie under `/var/run/secrets/kubernetes.io/serviceaccount`. `automountServiceAccountToken: false`, which keeps user code from that token, takes it from the autoscaler as well, and the operator does not put it back. Mount a projected token into the autoscaler alone: a volume of the head's pod with `serviceAccountToken`, `kube-root-ca.crt` and the namespace, and `autoscalerOptions.volumeMounts`.",
            new() { Cluster = Autoscaling, Pod = "automountServiceAccountToken: false" },
            new()
            {
                Cluster =
                    Autoscaling
                    + "\nautoscalerOptions:\n  volumeMounts:\n    - name: autoscaler-token\n      mountPath: /var/run/secrets/kubernetes.io/serviceaccount\n      readOnly: true",
                Pod =
                    "automountServiceAccountToken: false\nvolumes:\n  - name: autoscaler-token\n    projected:\n      sources:\n        - serviceAccountToken:\n            path: token\n            expirationSeconds: 3600\n        - configMap:\n            name: kube-root-ca.crt\n            items:\n              - key: ca.crt\n                path: ca.crt",
            }
        );

    /// <summary>RQ4166: Ray's autoscaler.</summary>
    public static RuleInfo AutoscalerWithoutCpu { get; } =
        Stuck(
            "RQ4166",
            "autoscaler-without-cpu",
            "X15",
            "Autoscaling is on, and a group doesn't say how many CPUs its pods have.",
            "Ray's autoscaler works the CPUs of every group out of `num-cpus` in `rayStartParams` (a whole number), or the limit, or else the request of the group's first container. Where it finds none, the head group included, it ends with an error each time it starts, and no worker is ever added.",
            new() { Cluster = Autoscaling, HasCpu = false },
            new() { Cluster = Autoscaling }
        ) with
        {
            DefaultSeverity = Severity.Warning,
        };

    /// <summary>RQ4171: S3.</summary>
    public static RuleInfo HeadServiceName { get; } =
        Refuses(
            "RQ4171",
            "head-service-name",
            "S3",
            "A RayService names its head Service.",
            "Its clusters come and go, and two of them would fight for the name.",
            new() { Kind = "RayService", Head = "headService:\n  metadata:\n    name: x" },
            new() { Kind = "RayService" }
        );

    /// <summary>RQ4172: S4, S5, S6.</summary>
    public static RuleInfo BadUpgrade { get; } =
        Refuses(
            "RQ4172",
            "bad-upgrade-strategy",
            "S4, S5, S6",
            "A RayService's upgrade strategy is unknown or incomplete.",
            "Types are `NewCluster`, `NewClusterWithIncrementalUpgrade`, `None`. The incremental one needs autoscaling and options: percentages 0 to 100, the step not above the surge, a positive interval, a gateway class.",
            new() { Kind = "RayService", Spec = "upgradeStrategy:\n  type: Rolling" },
            new() { Kind = "RayService", Spec = "upgradeStrategy:\n  type: NewCluster" }
        );

    /// <summary>RQ4181: R2.</summary>
    public static RuleInfo BadSchedule { get; } =
        Refuses(
            "RQ4181",
            "bad-schedule",
            "R2",
            "A RayCronJob's schedule is none.",
            "Five fields (minute, hour, day of month, month, day of week 0–6) or `@hourly`, `@daily`, `@weekly`, `@monthly`, `@yearly`, `@every 1h30m`. No seconds, no `@reboot`, no time zone inside.",
            new() { Kind = "RayCronJob", Schedule = "schedule: \"0 3 * *\"" },
            new() { Kind = "RayCronJob" }
        );

    /// <summary>RQ4182: R3.</summary>
    public static RuleInfo BadTimeZone { get; } =
        Refuses(
            "RQ4182",
            "bad-time-zone",
            "R3",
            "A RayCronJob's time zone is not in the time zone database.",
            "`Europe/Berlin`, `UTC`, `Local`; abbreviations such as `CEST` are none.",
            new() { Kind = "RayCronJob", Schedule = "schedule: \"0 3 * * *\"\ntimeZone: CEST" },
            new() { Kind = "RayCronJob", Schedule = "schedule: \"0 3 * * *\"\ntimeZone: Europe/Berlin" }
        );

    /// <summary>RQ4191: X15.</summary>
    public static RuleInfo SubmitterLacks { get; } =
        new(
            "RQ4191",
            "submitter-lacks",
            Severity.Warning,
            "The submitter's pod lacks what the head has to pull its image, find a node or be admitted."
        )
        {
            Why =
                "In `K8sJobMode` a pod of its own submits the job. KubeRay makes it of the head's image and nothing else: without the head's pull secrets it stays in `ImagePullBackOff`, without its tolerations and node selector it may find no node, without its security context a namespace with Pod Security may refuse it, and without its service account a policy or the pull secrets of that account are missing. The cluster is up all the while, and holds its GPUs to the deadline. What is rendered from requests has a `submitterPodTemplate` with all of it. Pull secrets on the namespace's default service account, and the tolerations of a Kueue flavor, reach the submitter without it.",
            Bad = new ManifestExample { Pod = "imagePullSecrets:\n  - name: regcred" },
            Good = new ManifestExample
            {
                Pod = "imagePullSecrets:\n  - name: regcred",
                Spec = Submitter("\n    restartPolicy: Never\n    imagePullSecrets:\n      - name: regcred"),
            }.ToRuleExample(),
            Facts = "X15",
        };

    /// <summary>All rules of this category, in the order of their codes.</summary>
    public static IReadOnlyList<RuleInfo> All { get; } =
    [
        NameTooLong,
        NameNotDnsLabel,
        BadInitializingTimeout,
        SuspendWithoutShutdown,
        BadTtl,
        GateOff,
        DeletionRulesWithShutdown,
        DeletionNotSupported,
        DuplicateDeletionRule,
        DeletionOrder,
        DeletionIncomplete,
        SelectorNotSupported,
        NoCluster,
        SelectorWithoutCluster,
        SelectedClusterMissing,
        BadBackoffLimit,
        SidecarConflict,
        TokenAuthNotSupported,
        BadRuntimeEnv,
        BadDeadline,
        MetadataNeedsRay,
        BadEntrypointResources,
        BadSubmitter,
        JobNameTaken,
        NoEntrypoint,
        BadSubmissionMode,
        FixedJobId,
        NoContainer,
        ResourcesTwice,
        BadGroupLabels,
        BadReplicas,
        BadIdleTimeout,
        BadPriority,
        FaultToleranceConflict,
        StorageConflict,
        SuspendedGroup,
        AutoscalerConflict,
        HistoryServer,
        BadAuth,
        BadNetworkPolicy,
        BadTls,
        UpgradeStrategyOnChild,
        DuplicateGroup,
        BadGroupName,
        BadNumOfHosts,
        ReplicasClamped,
        RayVersionMismatch,
        NoDashboardPort,
        NoServePort,
        BadService,
        BadIngress,
        AutoscalerWithoutToken,
        AutoscalerWithoutCpu,
        SuspendedForEver,
        NobodyServes,
        HeadServiceName,
        BadUpgrade,
        BadSchedule,
        BadTimeZone,
        SubmitterLacks,
    ];

    private const string Selector = "clusterSelector:\n  ray.io/cluster: shared";

    private static RuleInfo Refuses(
        string code,
        string name,
        string facts,
        string summary,
        string why,
        ManifestExample bad,
        ManifestExample? good
    ) => Rule(code, name, facts, summary, why + "\n\n" + Refused, bad, good);

    private static RuleInfo Stuck(
        string code,
        string name,
        string facts,
        string summary,
        string why,
        ManifestExample bad,
        ManifestExample? good
    ) => Rule(code, name, facts, summary, why + "\n\n" + Hangs, bad, good);

    private static RuleInfo Rule(
        string code,
        string name,
        string facts,
        string summary,
        string why,
        ManifestExample bad,
        ManifestExample? good
    ) =>
        new(code, name, Severity.Error, summary)
        {
            Why = why,
            Bad = bad,
            Good = good?.ToRuleExample(),
            Facts = facts,
        };

    private static string Rules(string policy, int ttl) =>
        "deletionStrategy:\n  deletionRules:" + RuleItem(policy, ttl);

    private static string RuleItem(string policy, int ttl) =>
        $"\n    - policy: {policy}\n      condition:\n        jobStatus: SUCCEEDED\n        ttlSeconds: {ttl}";

    private static string Submitter(string more) =>
        "submitterPodTemplate:\n  spec:"
        + more
        + "\n    containers:\n      - name: submit\n        image: rayproject/ray:2.52.0";
}
