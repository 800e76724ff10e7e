using System.Globalization;
using Rayquest.JobModel.Diagnostics;

namespace Rayquest.JobLint.Tests.Manifests;

/// <summary>
/// Objects of Kueue and Volcano, valid and with faults thrown in, against small models of the webhooks: each model reads the plain
/// values the object was written from and says refused or taken, and nothing of the linter's is used in it.
/// </summary>
public class GeneratedQueueTests
{
    private const int Each = 3_000;

    private static readonly string[] Resources = ["cpu", "memory", "nvidia.com/gpu", "example.com/rdma"];

    [Fact]
    public void ClusterQueues_and_cohorts_are_judged_as_Kueue_judges_them() => Compare(ClusterQueue, 0.25, 0.75);

    [Fact]
    public void Flavors_are_judged_as_Kueue_judges_them() => Compare(Flavor, 0.25, 0.75);

    [Fact]
    public void Jobs_with_a_queue_are_judged_as_Kueue_judges_them() => Compare(QueuedJob, 0.25, 0.75);

    [Fact]
    public void Jobs_of_Volcano_are_judged_as_Volcano_judges_them() => Compare(VolcanoJob, 0.25, 0.8);

    [Fact]
    public void Queues_of_Volcano_are_judged_as_Volcano_judges_them() => Compare(VolcanoQueue, 0.25, 0.75);

    /// <summary>Both verdicts occur often enough, and both are ours.</summary>
    private static void Compare(Func<Dice, (string Text, string? Refused)> make, double least, double most)
    {
        int refused = 0;
        Dictionary<string, int> rules = new(StringComparer.Ordinal);
        List<string> faults = [];
        for (int seed = 0; seed < Each; seed++)
        {
            (string text, string? rule) = make(new Dice(seed));
            refused += rule is null ? 0 : 1;
            rules[rule ?? ""] = rules.GetValueOrDefault(rule ?? "") + 1;
            Finding[] errors = [.. Lint.Text(text).Where(f => f.Severity == Severity.Error)];
            if (errors.Length > 0 != rule is not null)
            {
                faults.Add($"{seed}: {rule ?? "taken"}, but\n{Lint.Describe(errors)}\n{text}");
            }
        }

        faults.ShouldBeEmpty($"{faults.Count} of {Each}");
        ((double)refused / Each).ShouldBeInRange(least, most, string.Join(" ", rules));
        rules.Where(r => r.Value < 20).ShouldBeEmpty();
    }

    private static (string, string?) ClusterQueue(Dice dice)
    {
        bool isCohort = dice.One(3);
        bool hasParent = dice.One(2);
        string? refused = null;
        List<string> usedResources = [];
        List<string> usedFlavors = [];
        List<string> groups = [];
        int left = 0;
        int count = dice.Next(1, 2);
        for (int group = 0; group < count; group++)
        {
            // Group by group other resources; now and then one of them again.
            List<string> covered = [.. Resources.Skip(group * 2).Take(dice.Next(1, 2))];
            if (group > 0 && dice.One(12))
            {
                covered[0] = usedResources[0];
            }

            refused ??= covered.Any(usedResources.Contains) ? "KW1 resource in two groups" : null;
            usedResources.AddRange(covered);
            List<string> flavors = [];
            int kinds = dice.Next(1, 3);
            for (int number = 0; number < kinds; number++)
            {
                string flavor = $"f{left++}";
                if (usedFlavors.Count > 0 && dice.One(20))
                {
                    flavor = usedFlavors[0];
                    // In one list the schema's keys refuse it.
                    refused ??= "KW1 flavor twice";
                }

                usedFlavors.Add(flavor);
                List<string> names = [.. covered];
                if (names.Count > 1 && dice.One(15))
                {
                    names.Reverse();
                    refused ??= "KW1 order";
                }
                else if (dice.One(25))
                {
                    names.RemoveAt(names.Count - 1);
                    refused ??= "KW1 number";
                }

                flavors.Add($"{{name: {flavor}, resources: [{string.Join(", ", names.Select(Amounts))}]}}");
            }

            groups.Add(
                $"{{coveredResources: [{string.Join(", ", covered)}], flavors: [{string.Join(", ", flavors)}]}}"
            );
        }

        List<string> spec = [$"resourceGroups: [{string.Join(", ", groups)}]"];
        if (hasParent)
        {
            spec.Add(isCohort ? "parentName: all" : "cohortName: all");
        }

        if (!isCohort)
        {
            Preemption();
            Checks();
            if (dice.One(4))
            {
                string strategy = dice.Pick("BestEffortFIFO", "StrictFIFO");
                spec.Add($"queueingStrategy: {strategy}");
            }
        }

        if (dice.One(3))
        {
            string weight = dice.Pick("1", "0", "\"0.5\"", "2", "-1", "\"0.000000001\"");
            refused ??=
                weight is "-1" ? "weight"
                : weight.Contains("00000001", StringComparison.Ordinal) ? "weight"
                : null;
            spec.Add($"fairSharing: {{weight: {weight}}}");
        }

        return (Object("kueue.x-k8s.io/v1beta2", isCohort ? "Cohort" : "ClusterQueue", "", spec), refused);

        string Amounts(string resource)
        {
            int own = dice.Next(0, 8);
            bool isNegative = dice.One(40);
            string text = $"name: {resource}, nominalQuota: {(isNegative ? "-" : "")}{(isNegative ? own + 1 : own)}";
            refused ??= isNegative ? "KW1 negative" : null;
            if (dice.One(hasParent ? 2 : 20))
            {
                int most = dice.Next(0, 9);
                bool less = dice.One(20);
                text += $", borrowingLimit: {(less ? "-" : "")}{(less ? most + 1 : most)}";
                refused ??=
                    less ? "KW1 negative"
                    : hasParent ? null
                    : "KW2 borrowing without cohort";
            }

            if (dice.One(hasParent ? 3 : 20))
            {
                int lent = dice.Next(0, dice.One(4) ? 12 : own);
                text += $", lendingLimit: {lent}";
                refused ??=
                    !hasParent ? "KW2 lending without cohort"
                    : !isCohort && lent > (isNegative ? -1 : own) ? "KW2 lends more than its own"
                    : null;
            }

            return $"{{{text}}}";
        }

        void Preemption()
        {
            if (!dice.One(3))
            {
                return;
            }

            string? reclaim = dice.Pick(null, "Never", "Any", "LowerPriority");
            string? borrow = dice.Pick(null, null, "Never", "LowerPriority");
            List<string> parts = [];
            if (reclaim is not null)
            {
                parts.Add($"reclaimWithinCohort: {reclaim}");
            }

            if (borrow is not null)
            {
                parts.Add($"borrowWithinCohort: {{policy: {borrow}}}");
            }

            refused ??= reclaim is null or "Never" && borrow is "LowerPriority" ? "KW4 borrow without reclaim" : null;
            spec.Add($"preemption: {{{string.Join(", ", parts)}}}");
        }

        void Checks()
        {
            if (dice.One(4))
            {
                string on = dice.One(3) ? "nobody" : usedFlavors[dice.Next(0, usedFlavors.Count - 1)];
                refused ??= on == "nobody" ? "KW4 check on no flavor" : null;
                spec.Add($"admissionChecksStrategy: {{admissionChecks: [{{name: a, onFlavors: [{on}]}}]}}");
            }
        }
    }

    private static (string, string?) Flavor(Dice dice)
    {
        string? refused = null;
        List<string> spec = [];
        bool hasLabels = dice.One(2);
        if (hasLabels)
        {
            string key = dice.Pick("pool", "example.com/gpu", "a b", "-a", "nvidia.com/gpu.product");
            string value = dice.Pick("a100", "\"\"", "a", "\"bad value\"");
            refused = key is "a b" or "-a" || value.Contains(' ', StringComparison.Ordinal) ? "KW5 label" : null;
            spec.Add($"nodeLabels: {{{key}: {value}}}");
        }

        if (dice.One(4))
        {
            spec.Add("topologyName: racks");
            refused ??= hasLabels ? null : "KW5 topology without labels";
        }

        List<(string Key, string Effect)> taints = [];
        int count = dice.Next(0, 2);
        List<string> written = [];
        for (int number = 0; number < count; number++)
        {
            (string key, string effect) = (
                dice.Pick("gpu", "example.com/pool", "gpu"),
                dice.Pick("NoSchedule", "NoExecute", "PreferNoSchedule", "NoSchedule", "NoRun")
            );
            refused ??=
                effect == "NoRun" ? "KW5 effect"
                : taints.Contains((key, effect)) ? "KW5 taint twice"
                : null;
            taints.Add((key, effect));
            written.Add($"{{key: {key}, effect: {effect}{(dice.One(2) ? ", value: yes-a" : "")}}}");
        }

        if (count > 0)
        {
            spec.Add($"nodeTaints: [{string.Join(", ", written)}]");
        }

        if (dice.One(2))
        {
            string? op = dice.Pick(null, "Equal", "Exists", "Exists");
            string? key = dice.Pick("gpu", "gpu", "gpu", null);
            string? value = dice.Pick(null, null, "a");
            string? effect = dice.Pick(null, "NoSchedule", "NoExecute");
            bool seconds = dice.One(8);
            refused ??=
                key is null && op != "Exists" ? "KW5 toleration without key"
                : op == "Exists" && value is not null ? "KW5 value beside Exists"
                : seconds && effect != "NoExecute" ? "KW5 seconds"
                : null;
            string[] parts =
            [
                .. new[]
                {
                    op is null ? null : $"operator: {op}",
                    key is null ? null : $"key: {key}",
                    value is null ? null : $"value: {value}",
                    effect is null ? null : $"effect: {effect}",
                    seconds ? "tolerationSeconds: 5" : null,
                }.OfType<string>(),
            ];
            spec.Add($"tolerations: [{{{string.Join(", ", parts)}}}]");
        }

        return (Object("kueue.x-k8s.io/v1beta2", "ResourceFlavor", "", spec), refused);
    }

    private static (string, string?) QueuedJob(Dice dice)
    {
        string kind = dice.Pick("RayJob", "RayJob", "RayCluster", "RayService");
        string? queue = dice.Pick(null, "team", "team", "team", "team-a.b", "Team");
        bool isQueued = queue is not null;
        bool isElastic = dice.One(3);
        bool autoscales = dice.One(4);
        bool shutsDown = kind != "RayJob" || !dice.One(5);
        int groups = dice.One(10) ? dice.Next(16, 19) : dice.Next(0, 3);
        string? seconds = dice.Pick(null, null, null, "60", "0", "soon");
        bool isNamedHead = groups > 0 && dice.One(10);
        string? mode = kind == "RayJob" ? dice.Pick(null, "K8sJobMode", "HTTPMode") : null;
        int podSets = 1 + groups + (kind == "RayJob" && mode != "HTTPMode" ? 1 : 0);
        string? refused =
            queue == "Team" ? "KJ4 name of the queue"
            : seconds is "0" or "soon" ? "KJ6 seconds"
            : !isQueued ? null
            : !shutsDown ? "KJ1 not shut down"
            : autoscales && !isElastic ? "KJ2 autoscaling"
            : podSets > 18 ? "KJ2 pod sets"
            : isNamedHead ? "KJ2 group head"
            : null;

        List<string> labels = [];
        if (queue is not null)
        {
            labels.Add($"kueue.x-k8s.io/queue-name: {queue}");
        }

        if (seconds is not null)
        {
            labels.Add($"kueue.x-k8s.io/max-exec-time-seconds: \"{seconds}\"");
        }

        const string container = "image: rayproject/ray:2.52.0, resources: {limits: {cpu: 1, memory: 4Gi}}";
        string workers = string.Join(
            ", ",
            Enumerable
                .Range(0, groups)
                .Select(n =>
                    $"{{groupName: {(n == 0 && isNamedHead ? "head" : $"g{n}")}, replicas: 1, minReplicas: 0, maxReplicas: 2, template: {{spec: {{containers: [{{name: w, {container}}}]}}}}}}"
                )
        );
        List<string> cluster =
        [
            "rayVersion: 2.52.0",
            $"headGroupSpec: {{template: {{spec: {{containers: [{{name: h, {container}}}]}}}}}}",
        ];
        if (groups > 0)
        {
            cluster.Add($"workerGroupSpecs: [{workers}]");
        }

        if (autoscales)
        {
            cluster.Add("enableInTreeAutoscaling: true");
        }

        string inside = $"{{{string.Join(", ", cluster)}}}";
        List<string> spec = kind switch
        {
            "RayJob" => ["entrypoint: python a.py", $"rayClusterSpec: {inside}"],
            "RayService" => [$"rayClusterConfig: {inside}"],
            _ => cluster,
        };
        if (kind == "RayJob" && shutsDown)
        {
            spec.Add("shutdownAfterJobFinishes: true");
        }

        if (mode is not null)
        {
            spec.Add($"submissionMode: {mode}");
        }

        string metadata =
            $", labels: {{{string.Join(", ", labels)}}}"
            + (isElastic ? ", annotations: {kueue.x-k8s.io/elastic-job: \"true\"}" : "");
        return (Object("ray.io/v1", kind, metadata, spec), refused);
    }

    private static (string, string?) VolcanoJob(Dice dice)
    {
        string? refused = null;
        int count = dice.Next(1, 4);
        List<string> names = [];
        List<string> tasks = [];
        int total = 0;
        for (int number = 0; number < count; number++)
        {
            string name = number > 0 && dice.One(20) ? names[0] : $"task-{number}";
            refused ??= names.Contains(name) ? "VJ2 name twice" : null;
            names.Add(name);
            int replicas = dice.Next(1, 5);
            total += replicas;
            List<string> parts = [$"name: {name}", $"replicas: {replicas}"];
            string limits = dice.Pick("", ", resources: {limits: {cpu: 2}}", ", resources: {requests: {cpu: 500m}}");
            if (dice.One(4))
            {
                int least = dice.Next(0, dice.One(4) ? 7 : replicas);
                parts.Add($"minAvailable: {least}");
                refused ??= least > replicas ? "VJ4 task" : null;
            }
            else if (dice.One(6))
            {
                int partitions = dice.Next(0, 3);
                int size = dice.Next(1, 2);
                if (dice.One(2) && partitions > 0)
                {
                    total += (partitions * size) - replicas;
                    replicas = partitions * size;
                    parts[1] = $"replicas: {replicas}";
                }

                parts.Add($"partitionPolicy: {{totalPartitions: {partitions}, partitionSize: {size}}}");
                refused ??= partitions == 0 || partitions * size != replicas ? "VJ17 partitions" : null;
            }

            if (dice.One(8))
            {
                string policy = dice.Pick("none", "best-effort", "single-numa-node");
                parts.Add($"topologyPolicy: {policy}");
                refused ??=
                    policy != "none" && !limits.Contains(": 2}", StringComparison.Ordinal) ? "VJ15 whole CPUs" : null;
            }

            if (number > 0 && dice.One(5))
            {
                string on = dice.Pick(names[0], names[0], $"task-{number}", "nobody");
                parts.Add($"dependsOn: {{name: [{on}]}}");
                refused ??= on == name || on == "nobody" ? "VJ13 depends on" : null;
            }

            if (dice.One(5))
            {
                parts.Add($"policies: {Policies()}");
            }

            parts.Add($"template: {{spec: {{containers: [{{name: c, image: busybox{limits}}}]}}}}");
            tasks.Add($"{{{string.Join(", ", parts)}}}");
        }

        List<string> spec = [$"tasks: [{string.Join(", ", tasks)}]"];
        if (dice.One(3))
        {
            int least = dice.Next(0, total + (dice.One(3) ? 2 : 0));
            spec.Add($"minAvailable: {least}");
            refused ??= least > total ? "VJ4 job" : null;
        }

        if (dice.One(3))
        {
            spec.Add($"policies: {Policies()}");
        }

        if (dice.One(4))
        {
            string plugin = dice.Pick("svc", "env", "ssh", "tensorflow", "pytorch", "hcclrank", "gpu");
            spec.Add($"plugins: {{{plugin}: []}}");
            refused ??= plugin == "gpu" ? "VJ9 plugin" : null;
        }

        if (dice.One(4))
        {
            Volumes();
        }

        if (dice.One(6))
        {
            bool both = dice.One(3);
            spec.Add(
                $"networkTopology: {{mode: hard, highestTierAllowed: 1{(both ? ", highestTierName: rack" : "")}}}"
            );
            refused ??= both ? "VJ16 tiers" : null;
        }

        if (dice.One(6))
        {
            string queue = dice.Pick("team", "default", "root");
            spec.Add($"queue: {queue}");
            refused ??= queue == "root" ? "VJ12 root" : null;
        }

        return (Object("batch.volcano.sh/v1alpha1", "Job", "", spec), refused);

        void Volumes()
        {
            List<string> paths = [];
            List<string> volumes = [];
            int number = dice.Next(1, 2);
            for (int at = 0; at < number; at++)
            {
                string path = dice.Pick("/data", "/out", "/a:b");
                string claim = dice.Pick(
                    "volumeClaimName: a",
                    "volumeClaim: {accessModes: [ReadWriteOnce]}",
                    "volumeClaimName: a",
                    "volumeClaimName: a, volumeClaim: {accessModes: [ReadWriteOnce]}"
                );
                refused ??=
                    paths.Contains(path) ? "VJ11 path twice"
                    : path.Contains(':', StringComparison.Ordinal) ? "VJ11 colon"
                    : claim.Contains("a, v", StringComparison.Ordinal) ? "VJ11 both claims"
                    : null;
                paths.Add(path);
                volumes.Add($"{{mountPath: \"{path}\", {claim}}}");
            }

            spec.Add($"volumes: [{string.Join(", ", volumes)}]");
        }

        string Policies()
        {
            HashSet<string> events = [];
            HashSet<int> codes = [];
            List<string> policies = [];
            int number = dice.Next(1, 3);
            for (int at = 0; at < number; at++)
            {
                string action = dice.Pick(
                    "AbortJob",
                    "RestartJob",
                    "TerminateJob",
                    "CompleteJob",
                    "RestartJob",
                    "SyncJob"
                );
                if (dice.One(3))
                {
                    int code = dice.Next(dice.One(4) ? 0 : 1, 4);
                    string public1 = dice.Pick("AbortJob", "RestartJob");
                    refused ??=
                        code == 0 ? "VJ6 exit code 0"
                        : !codes.Add(code) ? "VJ6 exit code twice"
                        : null;
                    policies.Add($"{{exitCode: {code}, action: {public1}}}");
                    continue;
                }

                string name = dice.Pick("PodFailed", "PodEvicted", "TaskCompleted", "Unknown", "PodRunning", "\"*\"");
                refused ??=
                    name == "PodRunning" ? "VJ7 event"
                    : action == "SyncJob" ? "VJ8 action"
                    : !events.Add(name) ? "VJ6 event twice"
                    : events.Contains("\"*\"") && events.Count > 1 ? "VJ6 any beside another"
                    : null;
                policies.Add(
                    dice.One(2) ? $"{{event: {name}, action: {action}}}" : $"{{events: [{name}], action: {action}}}"
                );
            }

            return $"[{string.Join(", ", policies)}]";
        }
    }

    private static (string, string?) VolcanoQueue(Dice dice)
    {
        string? refused = null;
        List<string> spec = ["weight: 1"];
        int? capability = dice.One(2) ? dice.Next(0, 8) : null;
        int? deserved = dice.One(2) ? dice.Next(0, 8) : null;
        int? guarantee = dice.One(3) ? dice.Next(0, 6) : null;
        if (capability is not null)
        {
            spec.Add($"capability: {{cpu: {capability}, memory: 64Gi}}");
        }

        if (deserved is not null)
        {
            bool isNegative = dice.One(10);
            spec.Add($"deserved: {{cpu: {(isNegative ? "-1" : $"{deserved}")}}}");
            refused ??=
                isNegative ? "VQ1 negative"
                : deserved > capability ? "VQ1 deserved over capability"
                : null;
        }

        if (guarantee is not null)
        {
            spec.Add($"guarantee: {{resource: {{cpu: {guarantee}}}}}");
            refused ??= deserved is null || guarantee > deserved ? "VQ1 guarantee over deserved" : null;
        }

        if (dice.One(4))
        {
            string parent = dice.Pick("root", "other", "a");
            spec.Add($"parent: {parent}");
            refused ??= parent == "a" ? "VQ2 own parent" : null;
        }

        string metadata = "";
        if (dice.One(3))
        {
            int parts = dice.Next(1, 3);
            int weights = dice.One(4) ? dice.Next(1, 3) : parts;
            string weight = dice.Pick("1", "2", "0.5", "0", "x");
            metadata =
                $", annotations: {{volcano.sh/hierarchy: {string.Join('/', Enumerable.Repeat("a", parts))}, volcano.sh/hierarchy-weights: \"{string.Join('/', Enumerable.Repeat(weight, weights))}\"}}";
            refused ??=
                parts != weights ? "VQ4 number of weights"
                : weight is "0" or "x" ? "VQ4 weight"
                : null;
        }

        return (Object("scheduling.volcano.sh/v1beta1", "Queue", metadata, spec), refused);
    }

    private static string Object(string apiVersion, string kind, string metadata, IEnumerable<string> spec) =>
        $"apiVersion: {apiVersion}\nkind: {kind}\nmetadata: {{name: a{metadata}}}\nspec:\n"
        + string.Concat(spec.Select(s => string.Create(CultureInfo.InvariantCulture, $"  {s}\n")));

    private sealed class Dice(int seed)
    {
        private readonly Random random = new(seed);

        public int Next(int least, int most) => random.Next(least, most + 1);

        public bool One(int of) => random.Next(of) == 0;

        public T Pick<T>(params T[] values) => values[random.Next(values.Length)];
    }
}
