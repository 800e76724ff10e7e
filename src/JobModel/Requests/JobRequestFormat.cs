using System.Text.Json.Nodes;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Fields;
using Rayquest.JobModel.Quantities;
using Rayquest.JobModel.Templates;
using Rayquest.JobModel.Text;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobModel.Requests;

/// <summary>Every key a request may have, declared once: the reader, the JSON Schema and the reference come from here.</summary>
public static class JobRequestFormat
{
    /// <summary>The longest name of a job: KubeRay's 47 (M1) less a dash and five hex digits.</summary>
    public const int MaxNameLength = 41;

    /// <summary>The most jobs one sweep may make.</summary>
    public const int MaxSweepJobs = 256;

    /// <summary>Resources of Ray that are worked out from what the pod has, and that quotas count.</summary>
    private static readonly string[] CountedResources =
    [
        "CPU",
        "GPU",
        "HPU",
        "NPU",
        "RBLN",
        "TPU",
        "memory",
        "neuron_cores",
        "object_store_memory",
    ];

    private static readonly FieldType<ReplicaRange> ReplicasType = new EitherType<ReplicaRange>(
        "a whole number, or `{min: 1, max: 8}` for autoscaling,",
        node => node is YamlMapping,
        new MappedType<ReplicaBounds, ReplicaRange>(
            new ObjectType<ReplicaBounds>(
                "`replicas`",
                "The bounds the autoscaler keeps to.",
                _ => new ReplicaBounds(),
                [
                    new FieldDefinition<ReplicaBounds, int>(
                        "min",
                        new IntegerType(0, 10_000),
                        (b, v) => b.Min = v.Value,
                        "Fewest workers.",
                        required: true
                    ),
                    new FieldDefinition<ReplicaBounds, int>(
                        "max",
                        new IntegerType(1, 10_000),
                        (b, v) => b.Max = v.Value,
                        "Most workers; quotas and cost count these.",
                        required: true
                    ),
                ]
            ),
            (bounds, _) => new ReplicaRange(bounds.Min, bounds.Max, IsRange: true)
        ),
        new MappedType<int, ReplicaRange>(
            new IntegerType(0, 10_000),
            (count, _) => new ReplicaRange(count, count, IsRange: false)
        )
    );

    /// <summary>A worker group.</summary>
    public static ObjectType<WorkerGroupRequest> WorkerGroup { get; } =
        new(
            "the worker group",
            "Workers of one shape.",
            span => new WorkerGroupRequest(span),
            [
                new FieldDefinition<WorkerGroupRequest, string>(
                    "name",
                    CommonFieldTypes.Label("a group name", 63),
                    (w, v) => w.Name = v,
                    "Name of the group (KubeRay's `groupName`); must differ from the other groups'.",
                    "`workers`, or `workers-2` and so on in a list"
                ),
                new FieldDefinition<WorkerGroupRequest, ReplicaRange>(
                    "replicas",
                    ReplicasType,
                    (w, v) => w.Replicas = v,
                    "How many workers: a number, or `{min, max}`, which turns autoscaling on.",
                    "`1`"
                ),
                new FieldDefinition<WorkerGroupRequest, Quantity>(
                    "cpu",
                    new QuantityType("8"),
                    (w, v) => w.Cpu = v,
                    "CPUs of one worker; Ray rounds them up to whole `num-cpus`.",
                    "the platform's `defaults.worker.cpu`"
                ),
                new FieldDefinition<WorkerGroupRequest, Quantity>(
                    "memory",
                    new QuantityType("64Gi"),
                    (w, v) => w.Memory = v,
                    "Memory of one worker; request and limit are the same.",
                    "the platform's `defaults.worker.memory`"
                ),
                new FieldDefinition<WorkerGroupRequest, string>(
                    "gpu",
                    CommonFieldTypes.Label("a GPU type", 63),
                    (w, v) => w.Gpu = v,
                    "GPU (or TPU) type from the platform's catalogue; names the node too.",
                    "the only type of the catalogue, if there is one"
                ),
                new FieldDefinition<WorkerGroupRequest, int>(
                    "gpus",
                    new IntegerType(0, 64),
                    (w, v) => w.Gpus = v,
                    "GPUs of one worker (of one host, where `numOfHosts` is more than 1).",
                    "`1` where `gpu` is given, otherwise none"
                ),
                new FieldDefinition<WorkerGroupRequest, int>(
                    "numOfHosts",
                    new IntegerType(1, 1024),
                    (w, v) => w.NumOfHosts = v,
                    "Hosts of one worker, for multi-host TPU slices.",
                    "`1`"
                ),
                .. OfPod<WorkerGroupRequest>(),
            ]
        );

    private static readonly FieldType<IReadOnlyList<Located<WorkerGroupRequest>>> WorkersType = new EitherType<
        IReadOnlyList<Located<WorkerGroupRequest>>
    >(
        "a worker group, or a list of them,",
        node => node is YamlSequence,
        new ListType<WorkerGroupRequest>(WorkerGroup, 1, 64, "a list of worker groups"),
        new MappedType<WorkerGroupRequest, IReadOnlyList<Located<WorkerGroupRequest>>>(
            WorkerGroup,
            (group, span) => [new Located<WorkerGroupRequest>(group, span)]
        )
    );

    /// <summary>The request itself.</summary>
    public static ObjectType<JobRequest> Request { get; } =
        new(
            "the request",
            "A request for Ray work: `jobs-requests/<team>/<name>.yaml`.",
            span => new JobRequest(span),
            [
                new FieldDefinition<JobRequest, JobKind>(
                    "kind",
                    new ChoiceType<JobKind>("kind", Enum.GetValues<JobKind>()),
                    (r, v) => r.Kind = v,
                    "What to run.",
                    "`RayJob`"
                ),
                new FieldDefinition<JobRequest, string>(
                    "name",
                    new NameType(),
                    (r, v) => r.Name = v,
                    "Name of what runs; the same as the file's, without its ending.",
                    required: true
                ),
                new FieldDefinition<JobRequest, string>(
                    "description",
                    new TextType("one or more lines of text", 2000, multiline: true),
                    (r, v) => r.Description = v,
                    "What it is for, for reviewers. Editing it does not replace the job."
                ),
                new FieldDefinition<JobRequest, string>(
                    "owner",
                    CommonFieldTypes.Login,
                    (r, v) => r.Owner = v,
                    "GitHub login of who answers for the job.",
                    "the author of the pull request"
                ),
                new FieldDefinition<JobRequest, string>(
                    "profile",
                    CommonFieldTypes.Label("a profile name", 63),
                    (r, v) => r.Profile = v,
                    "A partial manifest of the platform's, `policies/profiles/<profile>.yaml`, merged under the request.",
                    "the platform's `defaults.profile`, if set"
                ),
                new FieldDefinition<JobRequest, string>(
                    "image",
                    CommonFieldTypes.Text("an image alias or reference", 512),
                    (r, v) => r.Image = v,
                    "Alias from `policies/images.yaml`, or a full pinned reference.",
                    "the platform's `defaults.image`"
                ),
                new FieldDefinition<JobRequest, string>(
                    "rayVersion",
                    CommonFieldTypes.Version,
                    (r, v) => r.RayVersion = v,
                    "Ray version inside the image; decides probes and autoscaler.",
                    "read from the image's tag"
                ),
                new FieldDefinition<JobRequest, string>(
                    "entrypoint",
                    new TextType("a command line", 32_768, multiline: true),
                    (r, v) => r.Entrypoint = v,
                    "Command Ray runs. In `K8sJobMode` a shell in the submitter pod sees it first: wrap shell syntax as `bash -c '…'`."
                )
                {
                    OnlyIn = KindRules.WithEntrypoint,
                },
                new FieldDefinition<JobRequest, CodeRequest>(
                    "code",
                    Code,
                    (r, v) => r.Code = v,
                    "Where the code comes from, if it is not in the image."
                ),
                new FieldDefinition<JobRequest, YamlMapping>(
                    "runtimeEnv",
                    new RawMappingType("a mapping of Ray's runtime environment"),
                    (r, v) => r.RuntimeEnv = v,
                    "Ray's runtime environment, in Ray's own keys (`pip`, `env_vars`, `working_dir` …)."
                )
                {
                    OnlyIn = KindRules.WithEntrypoint,
                },
                new FieldDefinition<JobRequest, string>(
                    "schedule",
                    new TextType("a cron schedule such as `30 3 * * 1-5`", 256),
                    (r, v) => r.Schedule = v,
                    "When it runs: minute, hour, day of month, month and day of week (0 is Sunday), or `@hourly`, `@daily`, `@weekly`, `@monthly`, `@yearly`, `@every 90m`."
                )
                {
                    OnlyIn = KindRules.Scheduled,
                },
                new FieldDefinition<JobRequest, string>(
                    "timeZone",
                    new TextType("a time zone such as `Europe/Berlin`", 64),
                    (r, v) => r.TimeZone = v,
                    "Time zone of the schedule, by its name in the time zone database.",
                    "the operator's own, which nobody can see from here"
                )
                {
                    OnlyIn = KindRules.Scheduled,
                },
                new FieldDefinition<JobRequest, bool>(
                    "suspend",
                    new BooleanType(),
                    (r, v) => r.Suspend = v,
                    "Whether it rests. A schedule starts nothing, and what runs goes on; one that goes on again starts all runs that it missed, at once. A cluster loses all its pods, and what runs on it; only `false` lets it go on, a missing field leaves it as it is.",
                    "`false`"
                )
                {
                    OnlyIn = KindRules.Suspendable,
                },
                new FieldDefinition<JobRequest, HeadRequest>(
                    "head",
                    Head,
                    (r, v) => r.Head = v,
                    "What the head asks for.",
                    "the platform's `defaults.head`"
                ),
                new FieldDefinition<JobRequest, IReadOnlyList<Located<WorkerGroupRequest>>>(
                    "workers",
                    WorkersType,
                    (r, v) => r.Workers = v,
                    "The workers: one group, or a list of groups.",
                    "none: the head runs everything"
                ),
                new FieldDefinition<JobRequest, AutoscalingRequest>(
                    "autoscaling",
                    Autoscaling,
                    (r, v) => r.Autoscaling = v,
                    "Settings of the autoscaler; it is on when a group has a range of replicas."
                ),
                new FieldDefinition<JobRequest, IReadOnlyList<Located<VolumeRequest>>>(
                    "volumes",
                    new ListType<VolumeRequest>(Volume, 1, 32, "a list of volumes"),
                    (r, v) => r.Volumes = v,
                    "PersistentVolumeClaims and empty volumes, mounted into head and workers."
                ),
                new FieldDefinition<JobRequest, IReadOnlyList<Located<SecretRequest>>>(
                    "secrets",
                    new ListType<SecretRequest>(Secret, 1, 64, "a list of secrets"),
                    (r, v) => r.Secrets = v,
                    "Secrets of the namespace, as environment variables or files."
                ),
                new FieldDefinition<JobRequest, IReadOnlyList<KeyValuePair<Located<string>, Located<string>>>>(
                    "env",
                    new MapType<string>(
                        "a mapping of names to text",
                        "the name of an environment variable (letters, digits and `_`)",
                        t => KubernetesNames.IsEnvironmentVariable(t),
                        CommonFieldTypes.VariablePattern,
                        new TextType("text", 32_768, multiline: true, allowEmpty: true),
                        200
                    ),
                    (r, v) => r.Env = v,
                    "Environment variables of head and workers. No secrets here."
                ),
                new FieldDefinition<JobRequest, IReadOnlyList<Located<EnvFromRequest>>>(
                    "envFrom",
                    new ListType<EnvFromRequest>(EnvFrom, 1, 32, "a list of Secrets and ConfigMaps"),
                    (r, v) => r.EnvFrom = v,
                    "Secrets and ConfigMaps of the namespace whose keys become environment variables of head and workers, as far as the platform opens them to the team."
                ),
                new FieldDefinition<JobRequest, IReadOnlyList<KeyValuePair<Located<string>, Located<string>>>>(
                    "labels",
                    new MapType<string>(
                        "a mapping of label keys to values",
                        "a label key",
                        t => KubernetesNames.IsQualifiedName(t),
                        CommonFieldTypes.LabelKeyPattern,
                        CommonFieldTypes.Grammar(
                            "a label value (letters, digits, `-`, `_` and `.`, at most 63 characters)",
                            t => KubernetesNames.IsLabelValue(t),
                            "^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$",
                            63,
                            _ => null
                        ),
                        32
                    ),
                    (r, v) => r.Labels = v,
                    "Labels of head and workers, as far as the platform opens them to the team."
                ),
                new FieldDefinition<JobRequest, string>(
                    "nodePool",
                    CommonFieldTypes.Label("a node pool", 63),
                    (r, v) => r.NodePool = v,
                    "Node pool of the platform's list for head and workers; must be open to the team.",
                    "any node that fits"
                ),
                new FieldDefinition<JobRequest, string>(
                    "serviceAccount",
                    CommonFieldTypes.Subdomain("a service account"),
                    (r, v) => r.ServiceAccount = v,
                    "ServiceAccount of head and workers; must be allowed to the team.",
                    "the profile's, or the namespace's `default`"
                ),
                new FieldDefinition<JobRequest, Duration>(
                    "timeout",
                    new DurationType(1),
                    (r, v) => r.Timeout = v,
                    "Longest run, from the first start on (`activeDeadlineSeconds`); required where GPUs are asked for.",
                    "the platform's `defaults.timeout`"
                )
                {
                    OnlyIn = KindRules.WithEntrypoint,
                },
                new FieldDefinition<JobRequest, Duration>(
                    "queueTimeout",
                    new DurationType(1),
                    (r, v) => r.QueueTimeout = v,
                    "Longest wait for the cluster to come up (`preRunningDeadlineSeconds`).",
                    "the platform's `defaults.queueTimeout`"
                )
                {
                    OnlyIn = KindRules.WithEntrypoint,
                },
                new FieldDefinition<JobRequest, int>(
                    "retries",
                    new IntegerType(0, 10),
                    (r, v) => r.Retries = v,
                    "How often a failed job is tried again, each time on a new cluster (`backoffLimit`).",
                    "`0`"
                )
                {
                    OnlyIn = KindRules.WithEntrypoint,
                },
                new FieldDefinition<JobRequest, int>(
                    "submitterRetries",
                    new IntegerType(0, 10),
                    (r, v) => r.SubmitterRetries = v,
                    "How often the submitter pod is tried again when it fails (`submitterConfig.backoffLimit`), in `K8sJobMode`; the job itself goes on.",
                    "`2`, KubeRay's own"
                )
                {
                    OnlyIn = KindRules.WithEntrypoint,
                },
                new FieldDefinition<JobRequest, Duration>(
                    "keep",
                    new DurationType(0),
                    (r, v) => r.Keep = v,
                    "How long cluster and record stay after the end (`ttlSecondsAfterFinished`).",
                    "the platform's `defaults.keep`"
                )
                {
                    OnlyIn = KindRules.WithEntrypoint,
                },
                new FieldDefinition<JobRequest, string>(
                    "priority",
                    CommonFieldTypes.Label("a priority", 63),
                    (r, v) => r.Priority = v,
                    "Priority from the platform's list.",
                    "the platform's `defaults.priority`, if set"
                ),
                new FieldDefinition<JobRequest, string>(
                    "cluster",
                    CommonFieldTypes.Label("a RayCluster name", 53),
                    (r, v) => r.Cluster = v,
                    "Name of an existing RayCluster to run on instead of a cluster of its own."
                )
                {
                    OnlyIn = KindRules.OnAnyCluster,
                },
                new FieldDefinition<JobRequest, Duration>(
                    "lease",
                    new DurationType(3600),
                    (r, v) => r.Lease = v,
                    "How long the cluster is given for, from the merge that last changed its request on; it is removed when that is over. Required where GPUs are asked for; renewed by an edit of the request, such as a higher `run`.",
                    "none: until the request is removed"
                )
                {
                    OnlyIn = KindRules.Clusters,
                },
                new FieldDefinition<JobRequest, YamlMapping>(
                    "serve",
                    new RawMappingType("a mapping of Ray Serve's configuration"),
                    (r, v) => r.Serve = v,
                    "What is served, in Ray Serve's own keys (`applications`, `http_options` …); becomes `serveConfigV2`."
                )
                {
                    OnlyIn = KindRules.Services,
                },
                new FieldDefinition<JobRequest, UpgradeRequest>(
                    "upgrade",
                    Upgrade,
                    (r, v) => r.Upgrade = v,
                    "How a changed cluster takes over from the one that serves.",
                    "`{strategy: NewCluster}`"
                )
                {
                    OnlyIn = KindRules.Services,
                },
                new FieldDefinition<JobRequest, SubmissionMode>(
                    "submissionMode",
                    new ChoiceType<SubmissionMode>("submission mode", Enum.GetValues<SubmissionMode>()),
                    (r, v) => r.SubmissionMode = v,
                    "How the entrypoint reaches Ray.",
                    "the platform's `defaults.submissionMode`, or `K8sJobMode`"
                )
                {
                    OnlyIn = KindRules.WithEntrypoint,
                },
                new FieldDefinition<JobRequest, int>(
                    "run",
                    new IntegerType(1, 1_000_000),
                    (r, v) => r.Run = v,
                    "Raise it to run the same request again; of a RayCluster, to renew its lease.",
                    "`1`"
                )
                {
                    OnlyIn = KindRules.Repeatable,
                },
                new FieldDefinition<
                    JobRequest,
                    IReadOnlyList<KeyValuePair<Located<string>, Located<IReadOnlyList<Located<string>>>>>
                >(
                    "sweep",
                    new MapType<IReadOnlyList<Located<string>>>(
                        "a mapping of names to lists of values",
                        "a name of letters, digits and `_`",
                        t => KubernetesNames.IsEnvironmentVariable(t),
                        CommonFieldTypes.VariablePattern,
                        new ListType<string>(
                            new TextType("text or a number", 256, anyScalar: true),
                            1,
                            MaxSweepJobs,
                            "a list of values"
                        ),
                        8
                    ),
                    (r, v) => r.Sweep = v,
                    "One job for every combination of the values; use them as `${sweep.<name>}` in `entrypoint`, `env` and `runtimeEnv`."
                )
                {
                    OnlyIn = KindRules.Jobs,
                },
                new FieldDefinition<JobRequest, string>(
                    "template",
                    CommonFieldTypes.Text("the name of a template", 253),
                    (r, v) => r.Template = v,
                    "Template of the platform's that the request is made of, `policies/templates/<name>.yaml`; the request then says `params`, and of the other keys `name`, `owner`, `description`, `run`, `code` and `results`."
                ),
                new FieldDefinition<JobRequest, IReadOnlyList<KeyValuePair<Located<string>, Located<YamlScalar>>>>(
                    "params",
                    TemplateFormat.Values,
                    (r, v) => r.Params = v,
                    "Values of the template's parameters, or of the request's own; use them as `${params.<name>}` in any value but `name`, `kind`, `owner` and `run`."
                ),
                new FieldDefinition<JobRequest, ResultsRequest>(
                    "results",
                    Results,
                    (r, v) => r.Results = v,
                    "What the results are compared by that the job prints as `RAYQUEST_RESULT {…}`; changing it replaces no job."
                )
                {
                    OnlyIn = KindRules.Jobs,
                },
            ]
        );

    private static ObjectType<ResultsRequest> Results =>
        new(
            "`results`",
            "How the jobs of a sweep are compared.",
            span => new ResultsRequest(span),
            [
                new FieldDefinition<ResultsRequest, BestResult>(
                    "best",
                    new GrammarType<BestResult>(
                        "`max` or `min` and the name of a result, like `max accuracy`",
                        text => (BestResult.Parse(text), null, null),
                        $"^(max|min) {BestResult.NamePattern}$",
                        4 + BestResult.MaxNameLength
                    ),
                    (r, v) => r.Best = v,
                    "The result by which the jobs of a sweep are sorted on the pull request: `max accuracy`, `min loss`.",
                    required: true
                ),
            ]
        );

    private static ObjectType<CodeRequest> Code =>
        new(
            "`code`",
            "Where the code comes from.",
            span => new CodeRequest(span),
            [
                new FieldDefinition<CodeRequest, IReadOnlyList<KeyValuePair<Located<string>, Located<string>>>>(
                    "files",
                    new MapType<string>(
                        "a mapping of paths in the container to paths beside the request",
                        "a relative path of letters, digits, `.`, `_`, `-` and `/`",
                        IsCodePath,
                        "^(?!\\.{1,2}(/|$))[A-Za-z0-9._-]+(/(?!\\.{1,2}(/|$))[A-Za-z0-9._-]+)*$",
                        CommonFieldTypes.Text("a path beside the request", 512),
                        64
                    ),
                    (c, v) => c.Files = v,
                    "Path in the container, under the working directory, to path beside the request; shipped in a ConfigMap."
                ),
                new FieldDefinition<CodeRequest, string>(
                    "archive",
                    CommonFieldTypes.Text("the URL of an archive", 2048),
                    (c, v) => c.Archive = v,
                    "URL of a `.zip`, `.whl` or `.tar.gz` that Ray unpacks as working directory (`runtime_env.working_dir`)."
                ),
            ]
        );

    /// <summary>What head and worker groups may say alike.</summary>
    private static FieldDefinition<TPod>[] OfPod<TPod>()
        where TPod : PodRequest =>
        [
            new FieldDefinition<TPod, string>(
                "image",
                CommonFieldTypes.Text("an image alias or reference", 512),
                (p, v) => p.Image = v,
                "Alias or full reference, as `image` of the request, for these pods alone. Ray's version and Python must be the others'.",
                "the request's `image`"
            ),
            new FieldDefinition<TPod, string>(
                "nodePool",
                CommonFieldTypes.Label("a node pool", 63),
                (p, v) => p.NodePool = v,
                "Node pool of the platform's list, for these pods alone.",
                "the request's `nodePool`"
            ),
            new FieldDefinition<TPod, Quantity>(
                "shm",
                new QuantityType("16Gi"),
                (p, v) => p.Shm = v,
                "Size of `/dev/shm`, a part of the memory; Ray's object store lies there.",
                "all of the memory"
            ),
            new FieldDefinition<TPod, Quantity>(
                "ephemeralStorage",
                new QuantityType("100Gi"),
                (p, v) => p.EphemeralStorage = v,
                "Local disk of one pod, for logs, scratch volumes and what is written into the container; request and limit are the same.",
                "no limit of its own"
            ),
            new FieldDefinition<TPod, RayStartParamsRequest>(
                "rayStartParams",
                StartParams,
                (p, v) => p.RayStartParams = v,
                "Parameters of `ray start`, in Ray's own words.",
                "what KubeRay works out from the amounts"
            ),
        ];

    private static ObjectType<RayStartParamsRequest> StartParams =>
        new(
            "`rayStartParams`",
            "Parameters of `ray start`. Ports, addresses, passwords and the number of GPUs are not a request's to say.",
            span => new RayStartParamsRequest(span),
            [
                new FieldDefinition<RayStartParamsRequest, int>(
                    "num-cpus",
                    new IntegerType(0, 4096),
                    (s, v) => s.NumCpus = v,
                    "CPUs that Ray counts; `0` keeps tasks and actors off the head.",
                    "the pod's `cpu`, rounded up"
                ),
                new FieldDefinition<RayStartParamsRequest, Quantity>(
                    "memory",
                    new QuantityType("32Gi"),
                    (s, v) => s.Memory = v,
                    "Memory that tasks and actors may ask Ray for.",
                    "the pod's `memory`"
                ),
                new FieldDefinition<RayStartParamsRequest, Quantity>(
                    "object-store-memory",
                    new QuantityType("20Gi"),
                    (s, v) => s.ObjectStoreMemory = v,
                    "Size of Ray's object store, 75Mi at least.",
                    "30 % of the memory"
                ),
                new FieldDefinition<RayStartParamsRequest, IReadOnlyList<KeyValuePair<Located<string>, Located<int>>>>(
                    "resources",
                    new MapType<int>(
                        "a mapping of resource names to whole numbers",
                        $"the name of a resource of your own (letters, digits, `_`, `.` and `-`), and not one of {string.Join(", ", CountedResources)}",
                        IsOwnResource,
                        $"^(?!({string.Join('|', CountedResources)})$)[A-Za-z][-A-Za-z0-9_.]{{0,62}}$",
                        new IntegerType(1, 1_000_000),
                        32
                    ),
                    (s, v) => s.Resources = v,
                    "Resources of your own that each of these pods has, for tasks and actors to ask for."
                ),
                new FieldDefinition<RayStartParamsRequest, string>(
                    "plasma-directory",
                    // KubeRay puts it into a shell's command line as it is.
                    CommonFieldTypes.Grammar(
                        "an absolute path of letters, digits, `.`, `_`, `-` and `/`, without `..`",
                        IsPlasmaDirectory,
                        "^/[A-Za-z0-9._/-]+$",
                        255,
                        _ => null
                    ),
                    (s, v) => s.PlasmaDirectory = v,
                    "Where the object store lies, in a volume of the request.",
                    "`/dev/shm`"
                ),
            ]
        );

    private static ObjectType<HeadRequest> Head =>
        new(
            "`head`",
            "What the head asks for.",
            span => new HeadRequest(span),
            [
                new FieldDefinition<HeadRequest, Quantity>(
                    "cpu",
                    new QuantityType("2"),
                    (h, v) => h.Cpu = v,
                    "CPUs of the head.",
                    "the platform's `defaults.head.cpu`"
                ),
                new FieldDefinition<HeadRequest, Quantity>(
                    "memory",
                    new QuantityType("8Gi"),
                    (h, v) => h.Memory = v,
                    "Memory of the head; request and limit are the same.",
                    "the platform's `defaults.head.memory`"
                ),
                .. OfPod<HeadRequest>(),
            ]
        );

    private static ObjectType<AutoscalingRequest> Autoscaling =>
        new(
            "`autoscaling`",
            "Settings of the autoscaler.",
            span => new AutoscalingRequest(span),
            [
                new FieldDefinition<AutoscalingRequest, string>(
                    "version",
                    new ChoiceType<string>("autoscaler version", [("v1", "v1"), ("v2", "v2")]),
                    (a, v) => a.Version = v,
                    "Autoscaler generation.",
                    "Ray's own choice (v2 from 2.47 on)"
                ),
                new FieldDefinition<AutoscalingRequest, Duration>(
                    "idleTimeout",
                    new DurationType(1),
                    (a, v) => a.IdleTimeout = v,
                    "How long a worker may idle before it is removed.",
                    "`60s`"
                ),
            ]
        );

    private static ObjectType<UpgradeRequest> Upgrade =>
        new(
            "`upgrade`",
            "How a changed cluster takes over from the one that serves.",
            span => new UpgradeRequest(span),
            [
                new FieldDefinition<UpgradeRequest, UpgradeStrategy>(
                    "strategy",
                    new ChoiceType<UpgradeStrategy>("upgrade strategy", Enum.GetValues<UpgradeStrategy>()),
                    (u, v) => u.Strategy = v,
                    "`NewCluster` makes a second cluster beside the first, `Incremental` moves the traffic step by step, `None` leaves the cluster as it is.",
                    "`NewCluster`"
                ),
                new FieldDefinition<UpgradeRequest, int>(
                    "maxSurge",
                    new IntegerType(0, 100),
                    (u, v) => u.MaxSurge = v,
                    "Per cent of its size by which `Incremental` may go beyond it.",
                    "`100`"
                ),
                new FieldDefinition<UpgradeRequest, int>(
                    "step",
                    new IntegerType(1, 100),
                    (u, v) => u.Step = v,
                    "Per cent of the traffic that `Incremental` moves at a time; needed for it."
                ),
                new FieldDefinition<UpgradeRequest, Duration>(
                    "interval",
                    new DurationType(1),
                    (u, v) => u.Interval = v,
                    "Time between two steps of `Incremental`; needed for it."
                ),
                new FieldDefinition<UpgradeRequest, string>(
                    "gatewayClass",
                    CommonFieldTypes.Subdomain("a gateway class"),
                    (u, v) => u.GatewayClass = v,
                    "Gateway class that divides the traffic for `Incremental`; needed for it."
                ),
            ]
        );

    private static ObjectType<VolumeRequest> Volume =>
        new(
            "the volume",
            "A PersistentVolumeClaim, or an empty volume of each pod's own.",
            span => new VolumeRequest(span),
            [
                new FieldDefinition<VolumeRequest, string>(
                    "claim",
                    CommonFieldTypes.Subdomain("a claim name"),
                    (x, v) => x.Claim = v,
                    "Name of the PersistentVolumeClaim."
                ),
                new FieldDefinition<VolumeRequest, Quantity>(
                    "emptyDir",
                    new QuantityType("100Gi"),
                    (x, v) => x.EmptyDir = v,
                    "Size of a volume that is empty at the start and goes with its pod, instead of `claim`."
                ),
                new FieldDefinition<VolumeRequest, EmptyDirMedium>(
                    "medium",
                    new ChoiceType<EmptyDirMedium>("medium", Enum.GetValues<EmptyDirMedium>()),
                    (x, v) => x.Medium = v,
                    "`Memory` for an `emptyDir` in memory, a part of the container's.",
                    "the node's disk"
                ),
                new FieldDefinition<VolumeRequest, string>(
                    "mount",
                    CommonFieldTypes.AbsolutePath,
                    (x, v) => x.Mount = v,
                    "Where it is mounted.",
                    required: true
                ),
                new FieldDefinition<VolumeRequest, bool>(
                    "readOnly",
                    new BooleanType(),
                    (x, v) => x.ReadOnly = v,
                    "Whether it is mounted read-only.",
                    "`false`"
                ),
            ]
        );

    private static ObjectType<EnvFromRequest> EnvFrom =>
        new(
            "the source",
            "A Secret or ConfigMap of the namespace.",
            span => new EnvFromRequest(span),
            [
                new FieldDefinition<EnvFromRequest, string>(
                    "secret",
                    CommonFieldTypes.Subdomain("a Secret name"),
                    (e, v) => e.Secret = v,
                    "Name of the Secret."
                ),
                new FieldDefinition<EnvFromRequest, string>(
                    "configMap",
                    CommonFieldTypes.Subdomain("a ConfigMap name"),
                    (e, v) => e.ConfigMap = v,
                    "Name of the ConfigMap, instead of `secret`."
                ),
            ]
        );

    private static ObjectType<SecretRequest> Secret =>
        new(
            "the secret",
            "A Secret of the namespace.",
            span => new SecretRequest(span),
            [
                new FieldDefinition<SecretRequest, string>(
                    "name",
                    CommonFieldTypes.Subdomain("a Secret name"),
                    (s, v) => s.Name = v,
                    "Name of the Secret.",
                    required: true
                ),
                new FieldDefinition<SecretRequest, string>(
                    "key",
                    CommonFieldTypes.Grammar(
                        "a key of a Secret (letters, digits, `.`, `_`, `-`)",
                        t =>
                            KubernetesNames.IsLabelValue(t.Replace('.', '_').Trim('_', '-'))
                            && t.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-'),
                        "^[-._A-Za-z0-9]+$",
                        253,
                        _ => null
                    ),
                    (s, v) => s.Key = v,
                    "Key inside the Secret; goes with `env`."
                ),
                new FieldDefinition<SecretRequest, string>(
                    "env",
                    CommonFieldTypes.Variable,
                    (s, v) => s.Env = v,
                    "Environment variable that gets the value; goes with `key`."
                ),
                new FieldDefinition<SecretRequest, string>(
                    "mount",
                    CommonFieldTypes.AbsolutePath,
                    (s, v) => s.Mount = v,
                    "Folder that gets one file per key; instead of `key` and `env`."
                ),
            ]
        );

    /// <summary>Reads a request; faults go to the bag, and what could be read is returned (null when nothing could).</summary>
    public static JobRequest? Read(YamlFile file, FindingBag findings, RequestExpansion? expansion = null)
    {
        if (file.Root is null or YamlScalar { IsNull: true })
        {
            if (!file.IsPartial)
            {
                findings.Add(
                    SyntaxRules.EmptyFile,
                    new SourceSpan(file.Source, default),
                    "the file asks for nothing; write at least `name`, `entrypoint` and `workers`, or delete the file to withdraw the request"
                );
            }

            return null;
        }

        YamlNode root = expansion?.Root ?? file.Root;
        ReadContext context = new(findings, file.IsPartial) { Variant = KindRules.WordOf(root) };
        return Request.TryRead(root, context, out JobRequest request) ? request : null;
    }

    /// <summary>The JSON Schema: what every kind may say, and what each may not.</summary>
    public static JsonObject Schema()
    {
        JsonObject schema = Request.Schema();
        JsonArray kinds = [];
        foreach (JobKind kind in Enum.GetValues<JobKind>())
        {
            JsonObject properties = new()
            {
                ["name"] = new JsonObject { ["maxLength"] = KindRules.MaxNameLength(kind) },
            };
            foreach (FieldDefinition<JobRequest> field in Request.Fields)
            {
                if (field.OnlyIn is { } kindsOf && !kindsOf.Contains(kind.ToString()))
                {
                    properties[field.Key] = new JsonObject { ["not"] = new JsonObject() };
                }
            }

            JsonObject condition = new()
            {
                ["properties"] = new JsonObject
                {
                    ["kind"] = new JsonObject { ["enum"] = new JsonArray(kind.ToString()) },
                },
            };
            if (kind != JobKind.RayJob)
            {
                condition["required"] = new JsonArray("kind");
            }

            kinds.Add(
                (JsonNode)
                    new JsonObject
                    {
                        ["if"] = condition,
                        ["then"] = new JsonObject { ["properties"] = properties },
                    }
            );
        }

        schema["allOf"] = kinds;
        return schema;
    }

    /// <summary>Whether a resource of Ray is one of a request's own: none that Ray works out by itself, and nothing that JSON or a shell reads otherwise.</summary>
    public static bool IsOwnResource(string name) =>
        name.Length is > 0 and <= 63
        && char.IsAsciiLetter(name[0])
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-')
        && !CountedResources.Contains(name);

    /// <summary>Whether a path may be Ray's <c>plasma-directory</c>.</summary>
    public static bool IsPlasmaDirectory(string path) =>
        path.Length > 1
        && path[0] == '/'
        && path.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' or '/')
        && !path.Split('/').Contains("..");

    private static bool IsCodePath(string path) =>
        path.Length is > 0 and <= 512
        && path.Split('/')
            .All(part =>
                part.Length > 0
                && part is not ("." or "..")
                && part.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-')
            );

    /// <summary>The name, whose length depends on what is made of it.</summary>
    private sealed class NameType : FieldType<string>
    {
        private static readonly FieldType<string> Any = CommonFieldTypes.Label("a name", KindRules.LongestName);
        private static readonly Dictionary<string, FieldType<string>> ByKind = Enum.GetValues<JobKind>()
            .ToDictionary(
                k => k.ToString(),
                k => CommonFieldTypes.Label($"a {(Message)KindRules.NounOf(k)} name", KindRules.MaxNameLength(k)),
                StringComparer.Ordinal
            );

        public override string Description => Wanted;

        public override Message Wanted => ByKind[nameof(JobKind.RayJob)].Wanted;

        public override JsonObject Schema() => Any.Schema();

        public override bool TryRead(YamlNode node, ReadContext context, out string value) =>
            (context.Variant is { } kind ? ByKind[kind] : Any).TryRead(node, context, out value);
    }

    private sealed class ReplicaBounds
    {
        public int Min { get; set; }

        public int Max { get; set; }
    }
}
