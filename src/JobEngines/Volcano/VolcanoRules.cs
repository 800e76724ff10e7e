using Rayquest.JobEngines.Kubernetes;
using Rayquest.JobModel.Diagnostics;

namespace Rayquest.JobEngines.Volcano;

/// <summary>RQ4331–RQ4339: what the webhooks of Volcano 1.15 refuse of a Job or Queue, and what a Job of Ray's hangs on.</summary>
public static class VolcanoRules
{
    /// <summary>RQ4331: VJ2 to VJ4, VJ13, VJ17.</summary>
    public static RuleInfo BadTasks { get; } =
        Rule(
            "RQ4331",
            "volcano-bad-tasks",
            "VJ2, VJ3, VJ4, VJ13, VJ17",
            "The tasks of a Volcano Job contradict each other or its name.",
            "Names of tasks are distinct, `minAvailable` is no more than there are replicas (of the task, and of all tasks), pod names `<job>-<task>-<index>` have 63 characters at most, partitions make up the replicas, and `dependsOn` names tasks without a circle.",
            Job(minAvailable: 5),
            Job()
        );

    /// <summary>RQ4332: VJ6 to VJ8.</summary>
    public static RuleInfo BadPolicies { get; } =
        Rule(
            "RQ4332",
            "volcano-bad-policies",
            "VJ6, VJ7, VJ8",
            "A lifecycle policy of a Volcano Job is none.",
            "A policy has either events or an exit code other than 0; no event or code stands in two policies, `*` stands alone; events and actions are those that people may use.",
            Job(more: "  policies:\n    - event: PodFailed\n      action: SyncJob\n"),
            Job(more: "  policies:\n    - event: PodFailed\n      action: TerminateJob\n")
        );

    /// <summary>RQ4333: VJ9, VJ10, VR2, VR3, VR9.</summary>
    public static RuleInfo BadPlugins { get; } =
        Rule(
            "RQ4333",
            "volcano-bad-plugins",
            "VJ9, VJ10, VR2, VR3, VR9",
            "A plugin of a Volcano Job is unknown, or finds no task or container of its name.",
            "The webhook knows `svc`, `env`, `ssh`, `mpi`, `tensorflow`, `pytorch`, `ray` and `hcclrank`, and wants mpi's master task. The ray plugin is not checked there: without its head task every pod fails, the Job is tried fifteen times and then ends. It puts `ray start` into the container `head` of the task `head` and `worker` of `worker`, or what `--head`, `--headContainer`, `--worker` and `--workerContainer` say; an argument it doesn't know is told in the controller's log alone.",
            Job(plugins: "ray: [\"--head=master\"]"),
            Job(plugins: "ray: [\"--head=head\"]")
        );

    /// <summary>RQ4334: VJ11.</summary>
    public static RuleInfo BadVolumes { get; } =
        Rule(
            "RQ4334",
            "volcano-bad-volumes",
            "VJ11",
            "A volume of a Volcano Job is none.",
            "It has a `mountPath` of its own and either `volumeClaim` or `volumeClaimName`.",
            Job(more: "  volumes:\n    - mountPath: /data\n"),
            Job(more: "  volumes:\n    - mountPath: /data\n      volumeClaimName: data\n")
        );

    /// <summary>RQ4335: VJ15, VJ16, VS1.</summary>
    public static RuleInfo BadJob { get; } =
        Rule(
            "RQ4335",
            "volcano-bad-job",
            "VJ12, VJ15, VJ16, VS1",
            "A field of a Volcano Job is refused, or what is made of it would be.",
            "The queue `root` takes no jobs; a network topology has one highest tier, by number or by name; a topology policy needs whole CPUs; with the plugins `svc` and `ray` the Job's name is a Service's, and `<job>-head-svc` has 63 characters at most.",
            Job(more: "  queue: root\n"),
            Job(more: "  queue: default\n")
        );

    /// <summary>RQ4336: VQ1, VQ2, VQ4, VQ5.</summary>
    public static RuleInfo BadQueue { get; } =
        Rule(
            "RQ4336",
            "volcano-bad-queue",
            "VQ1, VQ2, VQ4, VQ5",
            "Volcano refuses a Queue.",
            "For every resource, what is guaranteed is no more than what is deserved, and that no more than the capability; amounts are not negative, and whole for devices and what is counted, such as `pods`; a queue is not its own parent; `volcano.sh/hierarchy` has as many parts as its weights, which are above 0.",
            Queue("4", "8"),
            Queue("8", "4")
        );

    /// <summary>RQ4337: VC1.</summary>
    public static RuleInfo BadCronJob { get; } =
        Rule(
            "RQ4337",
            "volcano-bad-cron-job",
            "VC1",
            "Volcano refuses a CronJob's name, schedule or time zone.",
            "The name has 52 characters at most, since the Jobs it makes add eleven; the schedule has five fields or is one of `@daily` and its like, without `TZ=`; the time zone is one of the database's, and not `Local`.",
            CronJob("TZ=UTC 0 3 * * *"),
            CronJob("0 3 * * *")
        );

    /// <summary>All rules of this category, in the order of their codes.</summary>
    public static IReadOnlyList<RuleInfo> All { get; } =
    [BadTasks, BadPolicies, BadPlugins, BadVolumes, BadJob, BadQueue, BadCronJob];

    private static RuleInfo Rule(
        string code,
        string name,
        string facts,
        string summary,
        string why,
        string bad,
        string good
    ) =>
        new(code, name, Severity.Error, summary)
        {
            Why = why,
            Facts = facts,
            Bad = new RuleExample(ExampleKind.Manifest, bad),
            Good = new RuleExample(ExampleKind.Manifest, good),
        };

    private static string Job(int minAvailable = 3, string plugins = "ray: []", string more = "") =>
        $"apiVersion: batch.volcano.sh/v1alpha1\nkind: Job\nmetadata:\n  name: train\nspec:\n  schedulerName: volcano\n  minAvailable: {minAvailable}\n{more}  plugins:\n    {plugins}\n  tasks:\n{Task("head", 1)}{Task("worker", 2)}";

    private static string CronJob(string schedule) =>
        $"apiVersion: batch.volcano.sh/v1alpha1\nkind: CronJob\nmetadata:\n  name: nightly\nspec:\n  schedule: \"{schedule}\"\n  jobTemplate:\n    spec:\n      schedulerName: volcano\n      minAvailable: 1\n      tasks:\n        - name: head\n          replicas: 1\n          template:\n            spec:\n              restartPolicy: OnFailure\n              containers:\n                - name: head\n                  image: rayproject/ray:2.52.0\n";

    private static string Task(string name, int replicas) =>
        $"    - name: {name}\n      replicas: {replicas}\n      template:\n        spec:\n          restartPolicy: OnFailure\n          containers:\n            - name: {name}\n              image: rayproject/ray:2.52.0\n";

    private static string Queue(string deserved, string guaranteed) =>
        $"apiVersion: scheduling.volcano.sh/v1beta1\nkind: Queue\nmetadata:\n  name: team\nspec:\n  deserved:\n    cpu: \"{deserved}\"\n  guarantee:\n    resource:\n      cpu: \"{guaranteed}\"\n";
}
