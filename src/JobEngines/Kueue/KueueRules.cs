using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Schemas;

namespace Rayquest.JobEngines.Kueue;

/// <summary>RQ4301–RQ4309: what the webhooks of Kueue 0.19 refuse of Ray's objects and of its own.</summary>
public static class KueueRules
{
    private const string Queue = "labels:\n  kueue.x-k8s.io/queue-name: team";

    /// <summary>RQ4301: KJ1, KJ2.</summary>
    public static RuleInfo JobNotManaged { get; } =
        new("RQ4301", "kueue-refuses-job", Severity.Error, "Kueue refuses an object that names a queue.")
        {
            Why =
                "With the label `kueue.x-k8s.io/queue-name`, Kueue's webhook asks for what its quota needs: a RayJob deletes its cluster at the end (`shutdownAfterJobFinishes: true`) and has one of its own (no `clusterSelector` beside the spec), and the autoscaler is on only for elastic jobs (annotation `kueue.x-k8s.io/elastic-job: \"true\"`, from Kueue 0.18 on). Without the label, and where Kueue doesn't manage unlabelled jobs, nothing of it holds.",
            Facts = "KJ1, KJ2",
            Bad = new ManifestExample { Metadata = Queue },
            Good = new ManifestExample { Metadata = Queue, Spec = "shutdownAfterJobFinishes: true" },
        };

    /// <summary>RQ4302: KJ2, KJ14.</summary>
    public static RuleInfo PodSets { get; } =
        new("RQ4302", "kueue-pod-sets", Severity.Error, "Kueue can't make pod sets of the groups.")
        {
            Why =
                "Kueue makes a pod set of the head, called `head`, one of each worker group, called by its name in lower case, and one of the submitter in `K8sJobMode`, called `submitter`. A Workload holds 18, and no two of one name.",
            Facts = "KJ2, KJ14",
            Bad = new ManifestExample
            {
                Kind = "RayCluster",
                Metadata = Queue,
                Group = "head",
                Worker = "replicas: 1",
            },
            Good = new ManifestExample
            {
                Kind = "RayCluster",
                Metadata = Queue,
                Group = "small",
                Worker = "replicas: 1",
            },
        };

    /// <summary>RQ4303: KJ3 to KJ6.</summary>
    public static RuleInfo BadMetadata { get; } =
        new("RQ4303", "kueue-bad-metadata", Severity.Error, "A label or annotation of Kueue's is malformed.")
        {
            Why =
                "The webhook reads them wherever Kueue is installed, queue or not: `queue-name` and `prebuilt-workload-name` are DNS names, `max-exec-time-seconds` is a whole number above 0, `admission-gated-by` a list of distinct `domain/name` without gaps. On a RayCronJob they reach no job, which is warned of.",
            Facts = "KJ3, KJ4, KJ6, KJ13",
            Bad = new ManifestExample
            {
                Metadata = "labels:\n  kueue.x-k8s.io/queue-name: team_a",
                Spec = "shutdownAfterJobFinishes: true",
            },
            Good = new ManifestExample
            {
                Metadata = "labels:\n  kueue.x-k8s.io/queue-name: team-a",
                Spec = "shutdownAfterJobFinishes: true",
            },
        };

    /// <summary>RQ4304: topology annotations.</summary>
    public static RuleInfo BadTopology { get; } =
        new("RQ4304", "kueue-bad-topology", Severity.Error, "What a group asks of the topology contradicts itself.")
        {
            Why =
                "One of `podset-required-topology`, `podset-preferred-topology` and `podset-unconstrained-topology`, each naming a node label (the last one a boolean); slices have both `podset-slice-required-topology` and `podset-slice-size`, no larger than the group; `podset-group-name` joins two groups that ask for the same, one of them of one pod.",
            Facts = "KJ2",
            Bad = new ManifestExample
            {
                Template =
                    "metadata:\n  annotations:\n    kueue.x-k8s.io/podset-required-topology: rack\n    kueue.x-k8s.io/podset-preferred-topology: rack",
            },
            Good = new ManifestExample
            {
                Template = "metadata:\n  annotations:\n    kueue.x-k8s.io/podset-required-topology: rack",
            },
        };

    /// <summary>RQ4305: KW1 to KW5.</summary>
    public static RuleInfo BadQueue { get; } =
        new("RQ4305", "kueue-bad-queue", Severity.Error, "Kueue refuses a ClusterQueue, Cohort or ResourceFlavor.")
        {
            Why =
                "Each flavor states the covered resources in their order; a resource or flavor stands in one group only; no amount is negative; borrowing and lending limits need a cohort (a Cohort's need a parent), and a ClusterQueue lends no more than it has; admission checks name flavors of the queue; taints of a flavor differ by key and effect.",
            Facts = "KW1, KW2, KW3, KW4, KW5",
            Bad = new RuleExample(ExampleKind.Manifest, ExampleQueue("memory", "cpu")),
            Good = new RuleExample(ExampleKind.Manifest, ExampleQueue("cpu", "memory")),
        };

    /// <summary>All rules of this category, in the order of their codes.</summary>
    public static IReadOnlyList<RuleInfo> All { get; } = [JobNotManaged, PodSets, BadMetadata, BadTopology, BadQueue];

    private static string ExampleQueue(string first, string second) =>
        $"apiVersion: kueue.x-k8s.io/v1beta2\nkind: ClusterQueue\nmetadata:\n  name: team\nspec:\n  namespaceSelector: {{}}\n  resourceGroups:\n    - coveredResources: [cpu, memory]\n      flavors:\n        - name: default\n          resources:\n            - name: {first}\n              nominalQuota: 8\n            - name: {second}\n              nominalQuota: 8\n";
}
