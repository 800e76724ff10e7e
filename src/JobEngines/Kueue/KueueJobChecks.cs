using System.Globalization;
using Rayquest.JobEngines.Kubernetes;
using Rayquest.JobEngines.Manifests;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Schemas;

namespace Rayquest.JobEngines.Kueue;

/// <summary>The KJ rules: what Kueue's webhooks for RayJob, RayCluster and RayService refuse at creation.</summary>
public static class KueueJobChecks
{
    /// <summary>The label that names a queue.</summary>
    public const string QueueLabel = "kueue.x-k8s.io/queue-name";

    private const string ElasticAnnotation = "kueue.x-k8s.io/elastic-job";
    private const string PrebuiltKey = "kueue.x-k8s.io/prebuilt-workload-name";
    private const string MaxTimeLabel = "kueue.x-k8s.io/max-exec-time-seconds";
    private const string GatedAnnotation = "kueue.x-k8s.io/admission-gated-by";
    private const string MultiKueue = "kueue.x-k8s.io/multikueue";
    private const int MaxPodSets = 18;

    /// <summary>Checks an object of Ray's.</summary>
    public static void Check(ManifestDocument document, FaultList faults)
    {
        Field root = document.Root;
        Field metadata = root["metadata"];
        if (document.Kind == "RayCronJob")
        {
            CronJob(metadata, faults);
            Field job = root["spec"]["jobTemplate"];
            Topology(job["rayClusterSpec"], SubmitterOf(job), faults);
            return;
        }

        Field cluster = document.Kind switch
        {
            "RayJob" => root["spec"]["rayClusterSpec"],
            "RayService" => root["spec"]["rayClusterConfig"],
            _ => root["spec"],
        };
        if (metadata["labels"][QueueLabel].Text is { Length: > 0 })
        {
            // A job that isn't managed is looked at no further, its labels included.
            if (document.Kind == "RayJob" && !Job(root["spec"], faults))
            {
                return;
            }

            Cluster(document.Kind!, root, cluster, faults);
        }

        Metadata(metadata, faults);
        Topology(cluster, document.Kind == "RayJob" ? SubmitterOf(root["spec"]) : default, faults);
    }

    // A job on a shared cluster isn't managed, and one without any cluster is KubeRay's to refuse.
    private static bool Job(Field spec, FaultList faults)
    {
        if (spec["clusterSelector"].Count > 0)
        {
            if (spec["rayClusterSpec"].Exists)
            {
                faults.Add(
                    KueueRules.JobNotManaged,
                    spec["clusterSelector"],
                    "a RayJob with a queue doesn't run on a shared cluster; remove `clusterSelector`, or the queue label"
                );
            }

            return false;
        }

        if (!spec["rayClusterSpec"].Exists)
        {
            return false;
        }

        Field shutdown = spec["shutdownAfterJobFinishes"];
        if (!shutdown.IsTrue)
        {
            faults.Add(
                KueueRules.JobNotManaged,
                shutdown,
                "a RayJob with a queue gives its quota back at the end, so Kueue wants `shutdownAfterJobFinishes: true`; add it"
            );
        }

        return true;
    }

    private static void Cluster(string kind, Field root, Field cluster, FaultList faults)
    {
        bool elastic = root["metadata"]["annotations"][ElasticAnnotation].Text == "true";
        Field autoscaling = cluster["enableInTreeAutoscaling"];
        if (autoscaling.IsTrue && !elastic)
        {
            faults.Add(
                KueueRules.JobNotManaged,
                autoscaling,
                $"Kueue queues an autoscaling {kind} only as an elastic job; add the annotation `{ElasticAnnotation}: \"true\"`, or remove the autoscaler"
            );
        }
        else if (autoscaling.IsTrue && kind == "RayCluster" && cluster["managedBy"].Text == MultiKueue)
        {
            faults.Add(
                KueueRules.JobNotManaged,
                autoscaling,
                "MultiKueue knows no elastic RayCluster; remove the autoscaler, or `managedBy`"
            );
        }

        int groups = cluster["workerGroupSpecs"].Count;
        bool submits = kind == "RayJob" && Submits(root["spec"]);
        int sets = groups + 1 + (submits ? 1 : 0);
        if (sets > MaxPodSets)
        {
            faults.Add(
                KueueRules.PodSets,
                cluster["workerGroupSpecs"],
                $"{groups} worker groups{(submits ? ", the head and the submitter" : " and the head")} are {sets} pod sets, of which a Workload holds {MaxPodSets}; join groups of like shape"
            );
        }

        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (Field group in cluster["workerGroupSpecs"].Items())
        {
            Field name = group["groupName"];
            if (name.Text is not { } text)
            {
                continue;
            }

            if (text == "head")
            {
                faults.Add(
                    KueueRules.PodSets,
                    name,
                    "`head` is the name of the head's own pod set; choose another name"
                );
            }
            else if (submits && text.Equals("submitter", StringComparison.OrdinalIgnoreCase))
            {
                faults.Add(
                    KueueRules.PodSets,
                    name,
                    "`submitter` is the name of the submitter's own pod set; choose another name"
                );
            }
            else if (!names.Add(text.ToLowerInvariant()) && !faults.Faults.Any(f => f.Path.Equals(name.Path)))
            {
                faults.Add(
                    KueueRules.PodSets,
                    name,
                    $"a pod set is named `{NameGrammar.Shorten(text.ToLowerInvariant())}` already, whatever the case of the groups' names; choose another name"
                );
            }
        }
    }

    private static bool Submits(Field job) => job["submissionMode"].Text is null or "" or "K8sJobMode";

    // The submitter is a pod set of its own, which may be joined with another; alone its annotations are not looked at.
    private static Field SubmitterOf(Field job) => Submits(job) ? job["submitterPodTemplate"] : default;

    private static void Metadata(Field metadata, FaultList faults)
    {
        Field labels = metadata["labels"];
        Field annotations = metadata["annotations"];
        DnsName(labels[QueueLabel], faults);
        Field prebuilt = annotations[PrebuiltKey];
        DnsName(prebuilt.Text is { Length: > 0 } ? prebuilt : labels[PrebuiltKey], faults);
        Field most = labels[MaxTimeLabel];
        if (
            most.Text is { } seconds
            && !(
                long.TryParse(seconds, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number)
                && number > 0
            )
        )
        {
            faults.Add(
                KueueRules.BadMetadata,
                most,
                $"`{NameGrammar.Shorten(seconds)}` is not a number of seconds above 0; write `\"3600\"`, or remove the label"
            );
        }

        Gates(annotations[GatedAnnotation], faults);
    }

    private static void DnsName(Field field, FaultList faults)
    {
        if (field.Text is { } text && NameGrammar.Subdomain(text) is { } fault)
        {
            faults.Add(
                KueueRules.BadMetadata,
                field,
                $"`{NameGrammar.Shorten(text)}` can't be the name of an object: it {fault}"
            );
        }
    }

    private static void Gates(Field field, FaultList faults)
    {
        if (field.Text is not { Length: > 0 } list)
        {
            return;
        }

        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (string gate in list.Split(',').Select(g => g.Trim()))
        {
            string? fault =
                gate.Length == 0 ? "has a gap between its commas"
                : !seen.Add(gate) ? $"holds `{NameGrammar.Shorten(gate)}` twice"
                : gate.Length > 63
                    ? $"holds `{NameGrammar.Shorten(gate)}`, which has {gate.Length} characters; at most 63 are allowed"
                : !IsDomainPath(gate)
                    ? $"holds `{NameGrammar.Shorten(gate)}`, which is no `domain/name` such as `example.com/approval`"
                : null;
            if (fault is not null)
            {
                faults.Add(KueueRules.BadMetadata, field, $"`admission-gated-by` {fault}");
                return;
            }
        }
    }

    private static bool IsDomainPath(string gate)
    {
        int slash = gate.IndexOf('/', StringComparison.Ordinal);
        return slash > 0
            && slash < gate.Length - 1
            && NameGrammar.Subdomain(gate[..slash]) is null
            && gate[(slash + 1)..].All(c => char.IsAsciiLetterOrDigit(c) || "-._~!$&'()*+,;=:/%".Contains(c));
    }

    private static void CronJob(Field metadata, FaultList faults)
    {
        Field queue = metadata["labels"][QueueLabel];
        if (queue.Exists)
        {
            faults.Warn(
                KueueRules.BadMetadata,
                queue,
                "labels of a RayCronJob do not reach its RayJobs, so none of them is queued; a LocalQueue called `default` in the namespace would take them"
            );
        }
    }

    private static void Topology(Field cluster, Field submitter, FaultList faults)
    {
        if (cluster.Exists)
        {
            KueueTopologyChecks.Check(cluster, submitter, faults);
        }
    }
}
