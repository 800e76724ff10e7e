using Rayquest.JobEngines.Kubernetes;
using Rayquest.JobEngines.Kubernetes.Pods;
using Rayquest.JobEngines.Manifests;
using Rayquest.JobModel.Quantities;
using Rayquest.JobModel.Schemas;

namespace Rayquest.JobEngines.Volcano;

/// <summary>The VJ rules: what Volcano's webhook refuses of a Job at creation, with the pods it would make.</summary>
public static class VolcanoJobChecks
{
    private static readonly string[] Plugins = ["svc", "env", "ssh", "mpi", "tensorflow", "pytorch", "ray", "hcclrank"];

    /// <summary>Checks a Job; its pods are handed to <paramref name="look"/> as well.</summary>
    public static void Check(ManifestDocument document, FaultList faults, Action<PodContext> look)
    {
        Field own = document.Root["spec"];
        Field spec = own;
        if (document.Kind == "CronJob")
        {
            VolcanoCronJobChecks.Check(document, faults);
            spec = own["jobTemplate"]["spec"];
        }

        Tasks(document, spec, faults);
        DependsOn(spec["tasks"], faults);
        VolcanoPolicyChecks.Check(spec["policies"], faults);
        Topology(spec["networkTopology"], faults);
        Volumes(spec["volumes"], faults);
        foreach ((YamlScalar key, Field value) in spec["plugins"].Entries())
        {
            if (!Plugins.Contains(key.Value))
            {
                faults.Add(
                    VolcanoRules.BadPlugins,
                    VolcanoRules.BadPlugins.DefaultSeverity,
                    value.Path,
                    key.Span,
                    $"Volcano has no plugin `{NameGrammar.Shorten(key.Value)}`; it has {NameGrammar.Listing(Plugins)}{DidYouMean.Phrase(key.Value, Plugins)}",
                    null
                );
            }
        }

        if (spec["queue"].Text == "root")
        {
            faults.Add(VolcanoRules.BadJob, spec["queue"], "the queue `root` takes no jobs; name one below it");
        }

        VolcanoPluginChecks.Check(document, spec, faults);
        faults.NextLayer();
        foreach (Field task in spec["tasks"].Items())
        {
            PodContext pod = new(faults, task["template"], PodRole.Submitter);
            PodTemplateChecks.Check(pod);
            look(pod);
        }
    }

    private static void Tasks(ManifestDocument document, Field spec, FaultList faults)
    {
        HashSet<string> names = new(StringComparer.Ordinal);
        long replicas = 0;
        int index = 0;
        foreach (Field task in spec["tasks"].Items())
        {
            Field name = task["name"];
            long count = task["replicas"].Integer ?? 1;
            replicas += count;
            if (name.Text is { } text)
            {
                if (!names.Add(text))
                {
                    faults.Add(
                        VolcanoRules.BadTasks,
                        name,
                        $"a task is named `{NameGrammar.Shorten(text)}` already; choose another name"
                    );
                }

                long last = Math.Max(index, count - 1);
                int length = (document.Name?.Length ?? 0) + text.Length + Digits(last) + 2;
                if (document.Name is not null && length > 63)
                {
                    faults.Add(
                        VolcanoRules.BadTasks,
                        name,
                        $"pods of the task have names of {length} characters, `<job>-<task>-{last}`, but 63 are allowed; shorten the Job's name or the task's"
                    );
                }
            }

            if (task["minAvailable"].Integer is { } least && least > count)
            {
                faults.Add(
                    VolcanoRules.BadTasks,
                    task["minAvailable"],
                    $"`minAvailable` is {least}, above the task's {count} replica(s); lower it"
                );
            }

            Partitions(task, count, faults);
            VolcanoPolicyChecks.Check(task["policies"], faults);
            WholeCpus(task, faults);
            index++;
        }

        GangOfDependents(spec, replicas, faults);
        if (spec["minAvailable"].Integer is { } needed && needed > replicas && spec["tasks"].Count > 0)
        {
            faults.Add(
                VolcanoRules.BadTasks,
                spec["minAvailable"],
                $"`minAvailable` is {needed}, above the {replicas} replica(s) of all tasks; lower it"
            );
        }
    }

    // Without a number of its own the gang is all pods, and none is bound while those that wait for others are missing.
    private static void GangOfDependents(Field spec, long replicas, FaultList faults)
    {
        Field? waits = null;
        long first = 0;
        foreach (Field task in spec["tasks"].Items())
        {
            waits = task["dependsOn"].Exists ? task["dependsOn"] : waits;
            first += task["dependsOn"].Exists ? 0 : task["replicas"].Integer ?? 1;
        }

        long least = spec["minAvailable"].Integer ?? replicas;
        if (waits is { } field && least > first)
        {
            faults.Warn(
                VolcanoRules.BadTasks,
                spec["minAvailable"].Exists ? spec["minAvailable"] : field,
                $"the gang waits for {least} pods, and but {first} are made before those of a task that waits for another (`dependsOn`): neither begins; write `minAvailable: {first}` or less"
            );
        }
    }

    private static int Digits(long number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture).Length;

    private static void Partitions(Field task, long replicas, FaultList faults)
    {
        Field policy = task["partitionPolicy"];
        if (!policy.Exists)
        {
            return;
        }

        long total = policy["totalPartitions"].Integer ?? 0;
        long size = policy["partitionSize"].Integer ?? 0;
        long least = policy["minPartitions"].Integer ?? 0;
        if (total <= 0 || size <= 0)
        {
            Field at = policy[total <= 0 ? "totalPartitions" : "partitionSize"];
            faults.Add(VolcanoRules.BadTasks, at, "`totalPartitions` and `partitionSize` are above 0; write both");
        }
        else if (replicas != total * size)
        {
            faults.Add(
                VolcanoRules.BadTasks,
                task["replicas"].Exists ? task["replicas"] : policy["totalPartitions"],
                $"{total} partitions of {size} are {total * size} replicas, but the task has {replicas}; make them equal"
            );
        }
        else if (least > 0 && task["minAvailable"].Integer is { } available && available != least * size)
        {
            faults.Add(
                VolcanoRules.BadTasks,
                task["minAvailable"],
                $"{least} partitions of {size} are {least * size} pods, but `minAvailable` is {available}; make them equal"
            );
        }

        Topology(policy["networkTopology"], faults);
    }

    private static void Topology(Field topology, FaultList faults)
    {
        if (topology["highestTierAllowed"].Exists && topology["highestTierName"].Text is { Length: > 0 })
        {
            faults.Add(
                VolcanoRules.BadJob,
                topology["highestTierName"],
                "`highestTierAllowed` and `highestTierName` say the same; keep one"
            );
        }
    }

    private static void WholeCpus(Field task, FaultList faults)
    {
        if (task["topologyPolicy"].Text is null or "" or "none")
        {
            return;
        }

        Field pod = task["template"]["spec"];
        foreach (Field container in pod["containers"].Items().Concat(pod["initContainers"].Items()))
        {
            Field resources = container["resources"];
            Field cpu = (resources["requests"].Count > 0 ? resources["requests"] : resources["limits"])["cpu"];
            if (
                !(
                    cpu.Json is { } json
                    && Quantity.TryParse(json.Text, out Quantity amount)
                    && amount is { IsWhole: true, IsZero: false }
                )
            )
            {
                faults.Add(
                    VolcanoRules.BadJob,
                    cpu.Exists ? cpu : container["name"],
                    $"with `topologyPolicy` each container requests whole CPUs, above 0; fix `{NameGrammar.Shorten(container["name"].Text ?? "?")}`"
                );
            }
        }
    }

    private static void Volumes(Field volumes, FaultList faults)
    {
        HashSet<string> paths = new(StringComparer.Ordinal);
        foreach (Field volume in volumes.Items())
        {
            Field path = volume["mountPath"];
            Field name = volume["volumeClaimName"];
            bool named = name.Text is { Length: > 0 };
            if (path.Text is { Length: > 0 } text && !paths.Add(text))
            {
                faults.Add(
                    VolcanoRules.BadVolumes,
                    path,
                    $"a volume is mounted at `{NameGrammar.Shorten(text)}` already; choose another path"
                );
            }

            if (named == volume["volumeClaim"].Exists)
            {
                faults.Add(
                    VolcanoRules.BadVolumes,
                    named ? name : path,
                    "a volume has either `volumeClaimName`, of a claim that exists, or `volumeClaim`, of one to be made"
                );
            }
            else if (named && NameGrammar.Subdomain(name.Text!) is { } fault)
            {
                faults.Add(
                    VolcanoRules.BadVolumes,
                    name,
                    $"`{NameGrammar.Shorten(name.Text!)}` is not a claim's name: it {fault}"
                );
            }
        }
    }

    // Takes away what depends on nothing that is left, until nothing can be taken.
    private static void DependsOn(Field tasks, FaultList faults)
    {
        List<(Field Task, string Name)> left = [.. tasks.Items().Select(t => (t, t["name"].Text ?? ""))];
        HashSet<string> done = new(StringComparer.Ordinal);
        while (left.FindIndex(t => On(t.Task).All(n => done.Contains(n.Text ?? ""))) is >= 0 and int at)
        {
            done.Add(left[at].Name);
            left.RemoveAt(at);
        }

        if (left.Count == 0)
        {
            return;
        }

        HashSet<string> all = [.. tasks.Items().Select(t => t["name"].Text ?? "")];
        Field unknown = left.SelectMany(t => On(t.Task)).FirstOrDefault(n => !all.Contains(n.Text ?? ""));
        faults.Add(
            VolcanoRules.BadTasks,
            unknown.Exists ? unknown : left[0].Task["dependsOn"]["name"],
            unknown.Exists
                ? $"no task is named `{NameGrammar.Shorten(unknown.Text ?? "")}`{DidYouMean.Phrase(unknown.Text ?? "", all)}"
                : $"{NameGrammar.Listing(left.Select(t => t.Name))} depend on each other in a circle; take one out"
        );
    }

    private static IEnumerable<Field> On(Field task) => task["dependsOn"]["name"].Items();
}
