using Rayquest.JobEngines.CrossChecks;
using Rayquest.JobEngines.KubeRay;
using Rayquest.JobEngines.Kubernetes;
using Rayquest.JobEngines.Kubernetes.Pods;
using Rayquest.JobEngines.Kueue;
using Rayquest.JobEngines.Manifests;
using Rayquest.JobEngines.Serve;
using Rayquest.JobEngines.Volcano;
using Rayquest.JobModel.Schemas;

namespace Rayquest.JobLint.Manifests;

/// <summary>A checked object with its faults; their paths are those of the object.</summary>
public sealed record ManifestReport(ManifestDocument Document, IReadOnlyList<ManifestFault> Faults);

/// <summary>
/// Checks plain manifests as the API server 1.36 and the KubeRay operator 1.7 would, offline: the schema in strict
/// mode, object metadata, the operator's own rules, and the pods, Services and Jobs it would create.
/// </summary>
public static class ManifestLinter
{
    private const string RayGroup = "ray.io";

    /// <summary>Checks one file.</summary>
    public static IEnumerable<Finding> Check(YamlFile file, ManifestOptions options) => Check([file], options);

    /// <summary>Checks several files as one world: an object of one may be named by another.</summary>
    public static IEnumerable<Finding> Check(IEnumerable<YamlFile> files, ManifestOptions options)
    {
        YamlFile[] all = [.. files];
        Finding[][] leaks = ParallelLoop.Select(all, options.Parallelism, file => LeakChecks.Of(file).ToArray());
        return Inspect(all, options)
            .SelectMany(r => r.Faults)
            .Select(f => f.ToFinding())
            .Concat(leaks.SelectMany(l => l));
    }

    /// <summary>Checks several files as one world; the faults of each object with their paths.</summary>
    public static IEnumerable<ManifestReport> Inspect(IEnumerable<YamlFile> files, ManifestOptions options)
    {
        List<ManifestDocument> documents = [.. files.SelectMany(ManifestDocument.Of)];
        LintedObjects world = new(documents, options);
        FeatureGates gates = new(options.FeatureGates);
        return ParallelLoop.Select(
            documents,
            options.Parallelism,
            document => new ManifestReport(document, Faults(document, options, world, gates))
        );
    }

    private static IReadOnlyList<ManifestFault> Faults(
        ManifestDocument document,
        ManifestOptions options,
        LintedObjects world,
        FeatureGates gates
    ) =>
        OneFinding.Of(
            PlaceholderChecks.Apply(
                document.Root,
                Found(document, options, world, gates),
                filled => Found(ManifestDocument.At(filled), options, world, gates)
            )
        );

    private static IReadOnlyList<ManifestFault> Found(
        ManifestDocument document,
        ManifestOptions options,
        LintedObjects world,
        FeatureGates gates
    )
    {
        FaultList faults = new();
        if (KindOf(document, options.Schemas, faults) is not { } kind)
        {
            return faults.Faults;
        }

        new SchemaValidator(kind, faults).Validate(document.Root);
        MetadataChecks.Check(document, kind, faults);
        faults.NextLayer();
        if (kind.Group == RayGroup)
        {
            RayNameChecks.Check(document, faults);
            Ray(document, kind, world, gates, faults);
            faults.NextLayer();
            KueueJobChecks.Check(document, faults);
        }
        else if (kind.Group == "kueue.x-k8s.io")
        {
            KueueQueueChecks.Check(document, faults);
        }
        else if (kind is { Group: "batch.volcano.sh", Kind: "Job" or "CronJob" })
        {
            VolcanoJobChecks.Check(
                document,
                faults,
                pod =>
                {
                    Pod(pod, document, world);
                    RequestChecks.Image(pod, document.Root["spec"]["rayVersion"], isHeads: false, world.CleanImages);
                }
            );
        }
        else if (kind is { Group: "scheduling.volcano.sh", Kind: "Queue" })
        {
            VolcanoQueueChecks.Check(document, faults);
        }
        else if (kind is { Group: "", Kind: "ConfigMap" or "Secret" })
        {
            DataChecks.Check(document.Root, kind.Kind, faults);
        }

        return faults.Faults;
    }

    private static SchemaKind? KindOf(ManifestDocument document, SchemaCatalog schemas, FaultList faults)
    {
        Field root = document.Root;
        if (root.Mapping is null)
        {
            faults.Add(
                SchemaRules.UnknownKind,
                root,
                $"a manifest is a mapping with `apiVersion`, `kind` and `metadata`, this is {root.Node?.KindName ?? "nothing"}"
            );
            return null;
        }

        foreach (string name in new[] { "apiVersion", "kind" })
        {
            if (root[name].Text is null or "")
            {
                faults.Add(
                    SchemaRules.UnknownKind,
                    root[name],
                    ToolOf(root) is { } tool
                        ? $"the object has no `{name}`: it looks like a file of {tool}"
                        : $"the object has no `{name}`; it begins with `apiVersion: ray.io/v1` and `kind: RayJob`, or what else it is"
                );
                return null;
            }
        }

        string apiVersion = document.ApiVersion!;
        string kind = document.Kind!;
        if (schemas.Find(apiVersion, kind) is { } found)
        {
            return found;
        }

        Unserved(root, apiVersion, kind, schemas, faults);
        return null;
    }

    private static string? ToolOf(Field root)
    {
        string[] kustomize = ["resources", "bases", "patches", "patchesStrategicMerge", "generators", "namePrefix"];
        return root["name"].Exists && root["version"].Exists
                ? "Helm; lint what it renders, `helm template . | rayquest lint --manifest -`"
            : root["kind"].Text is null && root["metadata"].Exists is false && kustomize.Any(k => root[k].Exists)
                ? "kustomize; lint what it renders, `kubectl kustomize . | rayquest lint --manifest -`"
            : null;
    }

    // Of groups we know in part, an unknown kind is none of our business; of Ray's own it is an error.
    private static void Unserved(Field root, string apiVersion, string kind, SchemaCatalog schemas, FaultList faults)
    {
        IReadOnlyList<SchemaKind> ray = schemas.KindsOf(RayGroup);
        bool ours = SchemaCatalog.GroupOf(apiVersion) == RayGroup;
        bool rayKind = ray.Any(k => string.Equals(k.Kind, kind, StringComparison.OrdinalIgnoreCase));
        if (!ours && !rayKind)
        {
            return;
        }

        string[] versions = [.. ray.Where(k => k.Kind == kind).Select(k => k.ApiVersion)];
        if (versions.Length > 0)
        {
            faults.Add(
                SchemaRules.UnknownKind,
                root["apiVersion"],
                $"{kind} is not served as `{NameGrammar.Shorten(apiVersion)}`; it is {NameGrammar.Listing(versions)}"
            );
        }
        else
        {
            string[] kinds = [.. ray.Select(k => k.Kind).Distinct(StringComparer.Ordinal)];
            faults.Add(
                SchemaRules.UnknownKind,
                root["kind"],
                $"`{NameGrammar.Shorten(apiVersion)}` has no kind `{NameGrammar.Shorten(kind)}`; it has {NameGrammar.Listing(kinds)}{DidYouMean.Phrase(kind, kinds)}"
            );
        }
    }

    private static void Ray(
        ManifestDocument document,
        SchemaKind kind,
        LintedObjects world,
        FeatureGates gates,
        FaultList faults
    )
    {
        Field root = document.Root;
        Field annotations = root["metadata"]["annotations"];
        switch (kind.Kind)
        {
            case "RayCluster":
                Cluster(document, Context(document, kind.Kind, root["spec"], annotations, gates, faults, world), world);
                break;
            case "RayService":
                RayClusterContext serving = Context(
                    document,
                    kind.Kind,
                    root["spec"]["rayClusterConfig"],
                    annotations,
                    gates,
                    faults,
                    world
                );
                RayServiceChecks.Check(serving, root);
                Cluster(document, serving, world);
                OldServeConfig.Check(root["spec"], faults);
                EmbeddedYaml? config = EmbeddedYaml.Of(root["spec"]["serveConfigV2"]);
                ServeConfigChecks.Check(serving, root["spec"], config);
                RequestChecks.Serve(root["spec"], config, faults);
                faults.NextLayer();
                ServiceChecks.Serve(serving, root["spec"]["serveService"]);
                break;
            case "RayJob":
                JobNameTaken(document, world, faults);
                Job(document, new RayJobContext(faults, root["spec"], gates), annotations, world);
                break;
            case "RayCronJob":
                RayCronJobChecks.Check(root, faults, gates);
                RequestChecks.Schedule(root, faults);
                if (root["spec"]["jobTemplate"].Exists)
                {
                    // Annotations of a RayCronJob do not reach its RayJobs.
                    Job(document, new RayJobContext(faults, root["spec"]["jobTemplate"], gates), default, world);
                }

                break;
            default:
                break;
        }
    }

    private static void Job(ManifestDocument document, RayJobContext job, Field annotations, LintedObjects world)
    {
        RayJobChecks.Check(job);
        EntrypointChecks.Check(job);
        RequestChecks.Job(job);
        SelectedCluster(document, job, world);
        if (job.Spec["rayClusterSpec"].Exists)
        {
            RayClusterContext cluster = Context(
                document,
                "RayJob",
                job.Spec["rayClusterSpec"],
                annotations,
                job.Gates,
                job.Faults,
                world
            );
            if (job.HasSelector)
            {
                // Validated all the same, but no pod is made of it.
                RayClusterChecks.Check(cluster with { IsMade = false });
            }
            else
            {
                Cluster(document, cluster, world, job.Mode);
            }
        }

        if (SubmitterChecks.Check(job) is { } submitter)
        {
            Pod(submitter, document, world);
        }
    }

    private static RayClusterContext Context(
        ManifestDocument document,
        string owner,
        Field spec,
        Field annotations,
        FeatureGates gates,
        FaultList faults,
        LintedObjects world
    )
    {
        // `-xxxxx` goes to the cluster of a job or service, `-<minutes>` before that to the job of a cron job.
        int own = document.Name?.Length ?? 0;
        int length =
            own == 0
                ? 0
                : document.Kind switch
                {
                    "RayCluster" => own,
                    "RayCronJob" => own + 9 + 6,
                    _ => own + 6,
                };
        return new RayClusterContext(faults, spec, annotations, owner, gates)
        {
            Creator =
                owner == "RayCluster"
                    ? document.Root["metadata"]["labels"]["ray.io/originated-from-crd"].Text ?? owner
                    : owner,
            HasCertManager = world.HasCertManager,
            IsQueued =
                document.Kind == owner
                && document.Root["metadata"]["labels"][KueueJobChecks.QueueLabel].Text is { Length: > 0 },
            NameLength = length,
        };
    }

    private static void Cluster(
        ManifestDocument document,
        RayClusterContext cluster,
        LintedObjects world,
        string submissionMode = ""
    )
    {
        RayClusterChecks.Check(cluster);
        cluster.Faults.NextLayer();
        List<PodContext> pods = [];
        string? headImage = null;
        foreach (PodContext pod in RayPodChecks.Check(cluster, submissionMode))
        {
            cluster.Faults.IsLatent = pod.IsLatent;
            Pod(pod, document, world);
            string? image = pod.Spec["containers"].ItemAt(0)["image"].Text;
            headImage = pod.Role == PodRole.Head ? image : headImage;
            RequestChecks.Image(pod, cluster.Spec["rayVersion"], image == headImage, world.CleanImages);
            pods.Add(pod);
        }

        cluster.Faults.IsLatent = false;
        RequestChecks.GpuImage(cluster.Faults, pods);

        cluster.Faults.NextLayer();
        ServiceChecks.Head(cluster, needsDashboard: cluster.Owner != "RayCluster");
        ServiceChecks.Ingress(cluster);
    }

    private static void Pod(PodContext pod, ManifestDocument document, LintedObjects world)
    {
        RequestChecks.Containers(pod);
        world.CheckNames(pod, document.Namespace);
        world.CheckQuotas(pod, document.Namespace);
    }

    private static void SelectedCluster(ManifestDocument document, RayJobContext job, LintedObjects world)
    {
        Field name = job.Spec["clusterSelector"]["ray.io/cluster"];
        if (name.Text is not { Length: > 0 } text || world.Has("RayCluster", document.Namespace, text))
        {
            return;
        }

        string message =
            $"no RayCluster `{NameGrammar.Shorten(text)}` of namespace {document.Namespace} is among the files; without it the RayJob waits for ever";
        Severity severity = world.IsCertain("RayCluster", document.Namespace) ? Severity.Error : Severity.Warning;
        job.Faults.Add(KubeRayRules.SelectedClusterMissing, severity, name.Path, name.Span, message, null);
    }

    private static void JobNameTaken(ManifestDocument document, LintedObjects world, FaultList faults)
    {
        if (
            document.Name is { } name
            && document.Root["spec"]["submissionMode"].Text is null or "" or "K8sJobMode"
            && world.Has("Job", document.Namespace, document.Name ?? "")
        )
        {
            faults.Add(
                KubeRayRules.JobNameTaken,
                document.Root["metadata"]["name"],
                $"a Kubernetes Job of namespace {document.Namespace} is named `{NameGrammar.Shorten(document.Name ?? "")}` already; rename one"
            );
        }
    }
}
