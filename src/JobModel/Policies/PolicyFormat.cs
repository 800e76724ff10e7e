using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Fields;
using Rayquest.JobModel.Languages;
using Rayquest.JobModel.Quantities;
using Rayquest.JobModel.Requests;
using Rayquest.JobModel.Text;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobModel.Policies;

/// <summary>Every key of the policy files, declared once, and their reader.</summary>
public static partial class PolicyFormat
{
    private const string TeamKey = "^[a-z]([-a-z0-9]*[a-z0-9])?$";

    /// <summary>The schedulers, as <c>scheduler</c> names them.</summary>
    public static IReadOnlyList<(string Word, SchedulerKind Kind)> Schedulers { get; } =
    [
        ("none", SchedulerKind.None),
        ("kueue", SchedulerKind.Kueue),
        ("volcano", SchedulerKind.Volcano),
        ("yunikorn", SchedulerKind.YuniKorn),
        ("kai", SchedulerKind.Kai),
        ("scheduler-plugins", SchedulerKind.SchedulerPlugins),
    ];

    private static readonly FieldType<string> Word = CommonFieldTypes.Text("text", 512);
    private static readonly FieldType<string> Label = CommonFieldTypes.Label("a name", 63);
    private static readonly FieldType<string> Bucket = CommonFieldTypes.Text(
        "a bucket with its scheme, as `s3://models`; `*` stands for any characters",
        512
    );
    private static readonly FieldType<string> Glob = CommonFieldTypes.Text(
        "a name; `*` stands for any characters",
        512
    );

    /// <summary>The GPU type of the catalogue.</summary>
    private static ObjectType<GpuType> Gpu =>
        new(
            "the GPU type",
            "A GPU or TPU type.",
            _ => new GpuType(),
            [
                new FieldDefinition<GpuType, string>(
                    "resource",
                    CommonFieldTypes.Text("a resource name such as `nvidia.com/gpu`", 253),
                    (g, v) => g.Resource = v.Value,
                    "Extended resource the device plugin offers.",
                    "`nvidia.com/gpu`"
                ),
                new FieldDefinition<GpuType, IReadOnlyList<KeyValuePair<Located<string>, Located<string>>>>(
                    "nodeSelector",
                    LabelMap,
                    (g, v) => g.NodeSelector = Pairs(v.Value),
                    "Labels of the nodes that have it."
                ),
                new FieldDefinition<GpuType, IReadOnlyList<Located<YamlMapping>>>(
                    "tolerations",
                    new ListType<YamlMapping>(new RawMappingType("a toleration"), 1, 16, "a list of tolerations"),
                    (g, v) => g.Tolerations = [.. v.Value.Select(t => t.Value)],
                    "Kubernetes tolerations of those nodes."
                ),
                new FieldDefinition<GpuType, double>(
                    "pricePerHour",
                    new NumberType(0, 1_000_000),
                    (g, v) => g.PricePerHour = v.Value,
                    "Price of one for an hour.",
                    "`0`"
                ),
                new FieldDefinition<GpuType, int>(
                    "perNode",
                    new IntegerType(1, 1024),
                    (g, v) => g.PerNode = v.Value,
                    "How many one node has."
                ),
                new FieldDefinition<GpuType, NodeShape>(
                    "node",
                    Node,
                    (g, v) => (g.NodeCpu, g.NodeMemory) = (v.Value.Cpu, v.Value.Memory),
                    "What such a node offers to pods."
                ),
            ]
        );

    private static ObjectType<NodePool> Pool =>
        new(
            "the node pool",
            "Nodes of a kind, and who may ask for them.",
            _ => new NodePool(),
            [
                new FieldDefinition<NodePool, IReadOnlyList<KeyValuePair<Located<string>, Located<string>>>>(
                    "nodeSelector",
                    LabelMap,
                    (n, v) => n.NodeSelector = Pairs(v.Value),
                    "Labels of its nodes."
                ),
                new FieldDefinition<NodePool, IReadOnlyList<Located<YamlMapping>>>(
                    "tolerations",
                    new ListType<YamlMapping>(new RawMappingType("a toleration"), 1, 16, "a list of tolerations"),
                    (n, v) => n.Tolerations = [.. v.Value.Select(t => t.Value)],
                    "Kubernetes tolerations of its nodes."
                ),
                new FieldDefinition<NodePool, IReadOnlyList<Located<string>>>(
                    "teams",
                    Names(Label),
                    (n, v) => n.Teams = v.Value,
                    "Teams that may use it.",
                    "all"
                ),
            ]
        );

    private static ObjectType<NodeShape> Node =>
        new(
            "`node`",
            "What a node offers.",
            _ => new NodeShape(),
            [
                new FieldDefinition<NodeShape, Quantity>(
                    "cpu",
                    new QuantityType("96"),
                    (n, v) => n.Cpu = v.Value,
                    "Allocatable CPUs."
                ),
                new FieldDefinition<NodeShape, Quantity>(
                    "memory",
                    new QuantityType("1100Gi"),
                    (n, v) => n.Memory = v.Value,
                    "Allocatable memory."
                ),
            ]
        );

    private static FieldType<IReadOnlyList<KeyValuePair<Located<string>, Located<string>>>> LabelMap =>
        new MapType<string>(
            "a mapping of label keys to values",
            "a label key",
            t => KubernetesNames.IsQualifiedName(t),
            CommonFieldTypes.LabelKeyPattern,
            new TextType("a label value", 63, allowEmpty: true),
            32
        );

    private static FieldType<IReadOnlyList<Located<string>>> Names(FieldType<string> item, int max = 1000) =>
        new ListType<string>(item, 0, max, "a list of names");

    private static MapType<T> ByTeam<T>(string description, FieldType<T> value) =>
        new(description, "a team name", t => KubernetesNames.IsDns1035Label(t), TeamKey, value, 1000);

    private static MapType<T> ByName<T>(string description, FieldType<T> value) =>
        new(
            description,
            "a name (lower-case letters, digits and `-`)",
            t => KubernetesNames.IsDns1035Label(t),
            TeamKey,
            value,
            1000
        );

    /// <summary><c>policies/platform.yaml</c>.</summary>
    public static ObjectType<PlatformPolicy> Platform { get; } =
        new(
            "the platform policy",
            "`policies/platform.yaml`: where jobs run, on what, at what price.",
            _ => new PlatformPolicy(),
            [
                new FieldDefinition<PlatformPolicy, Version>(
                    "rayquest",
                    new ProgramRange(ProgramRange.Program),
                    (p, v) => p.Program = v.Value,
                    "The oldest version of the program that may read this repository."
                ),
                new FieldDefinition<PlatformPolicy, string>(
                    "labelPrefix",
                    CommonFieldTypes.Subdomain("a DNS name"),
                    (p, v) => p.LabelPrefix = v.Value,
                    "Prefix of the labels and annotations we set.",
                    "`rayquest.dev`"
                ),
                new FieldDefinition<PlatformPolicy, string>(
                    "namespace",
                    CommonFieldTypes.Grammar(
                        "a namespace pattern with `{team}`",
                        t => KubernetesNames.IsDns1123Label(t.Replace("{team}", "t", StringComparison.Ordinal)),
                        "^[-a-z0-9{}]+$",
                        63,
                        _ => null
                    ),
                    (p, v) => p.NamespacePattern = v.Value,
                    "Namespace of a team that `namespaces` does not list.",
                    "`ray-{team}`"
                ),
                new FieldDefinition<PlatformPolicy, IReadOnlyList<KeyValuePair<Located<string>, Located<string>>>>(
                    "namespaces",
                    ByTeam("a mapping of teams to namespaces", Label),
                    (p, v) => p.Namespaces = Dictionary(v.Value),
                    "Namespace of each team."
                ),
                new FieldDefinition<PlatformPolicy, DeliveryTarget>(
                    "target",
                    new ChoiceType<DeliveryTarget>(
                        "target",
                        [("kuberay", DeliveryTarget.KubeRay), ("volcano", DeliveryTarget.Volcano)]
                    ),
                    (p, v) => p.Target = v.Value,
                    "What requests are rendered to: `kuberay` for KubeRay's objects, `volcano` for Volcano Jobs with the ray plugin, on clusters without KubeRay.",
                    "`kuberay`"
                ),
                new FieldDefinition<PlatformPolicy, SchedulerKind>(
                    "scheduler",
                    new ChoiceType<SchedulerKind>("scheduler", Schedulers),
                    (p, v) => p.Scheduler = v.Value,
                    "Batch scheduler of the cluster; decides labels and rules.",
                    "`none`"
                ),
                new FieldDefinition<PlatformPolicy, IReadOnlyList<KeyValuePair<Located<string>, Located<string>>>>(
                    "queues",
                    ByTeam("a mapping of teams to queues", Word),
                    (p, v) => p.Queues = Dictionary(v.Value),
                    "Queue of each team.",
                    "the team's name"
                ),
                new FieldDefinition<PlatformPolicy, string>(
                    "kuberay",
                    CommonFieldTypes.Version,
                    (p, v) => p.KubeRayVersion = v.Value,
                    "Version of the KubeRay operator.",
                    "`1.7.0`"
                ),
                new FieldDefinition<PlatformPolicy, IReadOnlyList<KeyValuePair<Located<string>, Located<bool>>>>(
                    "featureGates",
                    new MapType<bool>(
                        "a mapping of gate names to `true` or `false`",
                        "the name of a feature gate (letters and digits)",
                        t => t.Length is > 0 and <= 63 && t.All(char.IsAsciiLetterOrDigit),
                        "^[A-Za-z0-9]{1,63}$",
                        new BooleanType(),
                        64
                    ),
                    (p, v) => p.FeatureGates = Dictionary(v.Value),
                    "Feature gates of the KubeRay operator that are switched other than it ships them, such as `{RayCronJob: true}`.",
                    "as the operator ships them"
                ),
                new FieldDefinition<PlatformPolicy, string>(
                    "kueue",
                    CommonFieldTypes.Version,
                    (p, v) => p.KueueVersion = v.Value,
                    "Version of Kueue; decides limits."
                ),
                new FieldDefinition<PlatformPolicy, IReadOnlyList<KeyValuePair<Located<string>, Located<GpuType>>>>(
                    "gpus",
                    ByName("a mapping of type names to GPU types", Gpu),
                    (p, v) => p.Gpus = Dictionary(v.Value),
                    "Catalogue of GPU and TPU types."
                ),
                new FieldDefinition<PlatformPolicy, IReadOnlyList<KeyValuePair<Located<string>, Located<NodePool>>>>(
                    "nodePools",
                    ByName("a mapping of pool names to node pools", Pool),
                    (p, v) => p.NodePools = Dictionary(v.Value),
                    "Pools of nodes requests may name, each with the labels and tolerations it stands for."
                ),
                new FieldDefinition<PlatformPolicy, Prices>(
                    "prices",
                    PricesType,
                    (p, v) => (p.CpuPrice, p.MemoryPrice, p.Currency) = (v.Value.Cpu, v.Value.Memory, v.Value.Currency),
                    "Prices of CPU and memory.",
                    "`0`"
                ),
                new FieldDefinition<PlatformPolicy, Links>(
                    "links",
                    LinksType,
                    (p, v) =>
                        (p.DashboardLink, p.LogsLink, p.FormLink) = (v.Value.Dashboard, v.Value.Logs, v.Value.Form),
                    "Where people look; `{job}`, `{namespace}`, `{cluster}` and `{team}` are filled in."
                ),
                new FieldDefinition<PlatformPolicy, string>(
                    "language",
                    LanguageType,
                    (p, v) => p.Language = v.Value,
                    "Language of the comment, where a team doesn't say its own.",
                    "`en`"
                ),
                new FieldDefinition<PlatformPolicy, bool>(
                    "autoMerge",
                    new BooleanType(),
                    (p, v) => p.AutoMerge = v.Value,
                    "Whether a request that passes is merged without a person.",
                    "`false`"
                ),
                new FieldDefinition<
                    PlatformPolicy,
                    IReadOnlyList<KeyValuePair<Located<string>, Located<PriorityClass>>>
                >(
                    "priorities",
                    ByName("a mapping of priorities to priority classes", Priority),
                    (p, v) => p.PriorityClasses = Dictionary(v.Value),
                    "Priorities requests may name, and the class each stands for."
                ),
                new FieldDefinition<
                    PlatformPolicy,
                    IReadOnlyList<KeyValuePair<Located<string>, Located<ExistingCluster>>>
                >(
                    "clusters",
                    ByName("a mapping of cluster names to who may use them", Existing),
                    (p, v) => p.Clusters = Dictionary(v.Value),
                    "Existing RayClusters requests may name."
                ),
                new FieldDefinition<PlatformPolicy, JobDefaults>(
                    "defaults",
                    Defaults,
                    (p, v) => p.Defaults = v.Value,
                    "What holds where a request says nothing."
                ),
                new FieldDefinition<PlatformPolicy, ArgoCdSettings>(
                    "argocd",
                    ArgoCd,
                    (p, v) => p.ArgoCd = v.Value,
                    "How Argo CD delivers."
                ),
                new FieldDefinition<PlatformPolicy, ArchiveSettings>(
                    "archive",
                    Archive,
                    (p, v) => p.Archive = v.Value,
                    "How finished jobs leave the main branch."
                ),
                new FieldDefinition<PlatformPolicy, LifecycleSettings>(
                    "lifecycle",
                    Lifecycle,
                    (p, v) => p.Lifecycle = v.Value,
                    "How merged jobs are stopped and run again."
                ),
                new FieldDefinition<PlatformPolicy, LedgerSettings>(
                    "ledger",
                    Ledger,
                    (p, v) => p.Ledger = v.Value,
                    "Whose ledger commits are believed."
                ),
                new FieldDefinition<PlatformPolicy, IsolationSettings>(
                    "isolation",
                    Isolation,
                    (p, v) => p.Isolation = v.Value,
                    "What stands between the teams' namespaces."
                ),
            ]
        );

    private static ObjectType<Prices> PricesType =>
        new(
            "`prices`",
            "Prices for an hour.",
            _ => new Prices(),
            [
                new FieldDefinition<Prices, double>(
                    "cpu",
                    new NumberType(0, 1_000_000),
                    (p, v) => p.Cpu = v.Value,
                    "One CPU for an hour.",
                    "`0`"
                ),
                new FieldDefinition<Prices, double>(
                    "memory",
                    new NumberType(0, 1_000_000),
                    (p, v) => p.Memory = v.Value,
                    "One GiB for an hour.",
                    "`0`"
                ),
                new FieldDefinition<Prices, string>(
                    "currency",
                    CommonFieldTypes.Grammar(
                        "a currency code such as `USD`",
                        t => t.Length == 3 && t.All(char.IsAsciiLetterUpper),
                        "^[A-Z]{3}$",
                        3,
                        _ => null
                    ),
                    (p, v) => p.Currency = v.Value,
                    "Currency of all prices.",
                    "`USD`"
                ),
            ]
        );

    private static ObjectType<Links> LinksType =>
        new(
            "`links`",
            "Where people look.",
            _ => new Links(),
            [
                new FieldDefinition<Links, string>(
                    "dashboard",
                    CommonFieldTypes.Text("a URL", 1024),
                    (l, v) => l.Dashboard = v.Value,
                    "Ray dashboard."
                ),
                new FieldDefinition<Links, string>(
                    "logs",
                    CommonFieldTypes.Text("a URL", 1024),
                    (l, v) => l.Logs = v.Value,
                    "Logs."
                ),
                new FieldDefinition<Links, string>(
                    "form",
                    CommonFieldTypes.Text("a URL", 1024),
                    (l, v) => l.Form = v.Value,
                    "The form that `rayquest form` wrote, where it is served; the comment links to it. Nothing is filled in."
                ),
            ]
        );

    private static ObjectType<ExistingCluster> Existing =>
        new(
            "the cluster",
            "An existing RayCluster.",
            _ => new ExistingCluster(),
            [
                new FieldDefinition<ExistingCluster, IReadOnlyList<Located<string>>>(
                    "teams",
                    Names(Label),
                    (c, v) => c.Teams = Values(v.Value),
                    "Teams that may use it.",
                    "all"
                ),
            ]
        );

    private static ObjectType<JobDefaults> Defaults =>
        new(
            "`defaults`",
            "What holds where a request says nothing.",
            _ => new JobDefaults(),
            [
                new FieldDefinition<JobDefaults, string>(
                    "image",
                    Word,
                    (d, v) => d.Image = v.Value,
                    "Alias or reference of the image."
                ),
                new FieldDefinition<JobDefaults, string>("profile", Label, (d, v) => d.Profile = v.Value, "Profile."),
                new FieldDefinition<JobDefaults, string>(
                    "gpu",
                    Label,
                    (d, v) => d.Gpu = v.Value,
                    "GPU type of groups that ask for GPUs without naming one.",
                    "the only type of the catalogue, if there is one"
                ),
                new FieldDefinition<JobDefaults, string>(
                    "priority",
                    Label,
                    (d, v) => d.Priority = v.Value,
                    "Priority."
                ),
                new FieldDefinition<JobDefaults, NodeShape>(
                    "head",
                    Shape("`head`"),
                    (d, v) => (d.HeadCpu, d.HeadMemory) = (v.Value.Cpu ?? d.HeadCpu, v.Value.Memory ?? d.HeadMemory),
                    "CPU and memory of the head.",
                    "`{cpu: 2, memory: 8Gi}`"
                ),
                new FieldDefinition<JobDefaults, NodeShape>(
                    "worker",
                    Shape("`worker`"),
                    (d, v) =>
                        (d.WorkerCpu, d.WorkerMemory) = (v.Value.Cpu ?? d.WorkerCpu, v.Value.Memory ?? d.WorkerMemory),
                    "CPU and memory of a worker.",
                    "`{cpu: 4, memory: 16Gi}`"
                ),
                new FieldDefinition<JobDefaults, Duration>(
                    "timeout",
                    new DurationType(1),
                    (d, v) => d.Timeout = v.Value,
                    "Longest run of jobs without GPUs."
                ),
                new FieldDefinition<JobDefaults, Duration>(
                    "queueTimeout",
                    new DurationType(1),
                    (d, v) => d.QueueTimeout = v.Value,
                    "Longest wait for the cluster to come up."
                ),
                new FieldDefinition<JobDefaults, Duration>(
                    "keep",
                    new DurationType(0),
                    (d, v) => d.Keep = v.Value,
                    "How long cluster and record stay after the end.",
                    "`10m`"
                ),
                new FieldDefinition<JobDefaults, SubmissionMode>(
                    "submissionMode",
                    new ChoiceType<SubmissionMode>("submission mode", Enum.GetValues<SubmissionMode>()),
                    (d, v) => d.SubmissionMode = v.Value,
                    "How the entrypoint reaches Ray.",
                    "`K8sJobMode`"
                ),
            ]
        );

    private static ObjectType<NodeShape> Shape(string name) =>
        new(
            name,
            "CPU and memory.",
            _ => new NodeShape(),
            [
                new FieldDefinition<NodeShape, Quantity>(
                    "cpu",
                    new QuantityType("4"),
                    (n, v) => n.Cpu = v.Value,
                    "CPUs."
                ),
                new FieldDefinition<NodeShape, Quantity>(
                    "memory",
                    new QuantityType("16Gi"),
                    (n, v) => n.Memory = v.Value,
                    "Memory."
                ),
            ]
        );

    private static ObjectType<ArgoCdSettings> ArgoCd =>
        new(
            "`argocd`",
            "How Argo CD delivers.",
            _ => new ArgoCdSettings(),
            [
                new FieldDefinition<ArgoCdSettings, string>(
                    "namespace",
                    Label,
                    (a, v) => a.Namespace = v.Value,
                    "Namespace Argo CD runs in.",
                    "`argocd`"
                ),
                new FieldDefinition<ArgoCdSettings, string>(
                    "repoURL",
                    Word,
                    (a, v) => a.RepoUrl = v.Value,
                    "URL Argo CD reads this repository from."
                ),
                new FieldDefinition<ArgoCdSettings, string>(
                    "revision",
                    Word,
                    (a, v) => a.Revision = v.Value,
                    "Branch Argo CD follows.",
                    "`main`"
                ),
                new FieldDefinition<ArgoCdSettings, string>(
                    "server",
                    Word,
                    (a, v) => a.Server = v.Value,
                    "Cluster jobs run on.",
                    "`https://kubernetes.default.svc`"
                ),
                new FieldDefinition<ArgoCdSettings, string>(
                    "projectPrefix",
                    CommonFieldTypes.Grammar(
                        "a name prefix",
                        t => KubernetesNames.IsDns1123Label(t + "t"),
                        "^[a-z0-9][-a-z0-9]*$",
                        40,
                        _ => null
                    ),
                    (a, v) => a.ProjectPrefix = v.Value,
                    "Prefix of the AppProjects and Applications.",
                    "`ray-`"
                ),
                Instance,
                new FieldDefinition<ArgoCdSettings, ArgoCdPart>(
                    "settings",
                    Part("settings"),
                    (a, v) => a.Settings = v.Value,
                    "Whether `argocd-cm` and `argocd-notifications-cm` are written, or those that exist are left alone.",
                    "`managed`"
                ),
                new FieldDefinition<ArgoCdSettings, ArgoCdPart>(
                    "namespaces",
                    Part("namespaces"),
                    (a, v) => a.Namespaces = v.Value,
                    "Whether the teams' namespaces are written, or somebody else makes them; what stands in them is written anyway.",
                    "`managed`"
                ),
                new FieldDefinition<ArgoCdSettings, ArgoCdPart>(
                    "queues",
                    Part("queues"),
                    (a, v) => a.Queues = v.Value,
                    "Whether the queues of Kueue or Volcano are written with what the quotas say, or the cluster has its own.",
                    "`managed`"
                ),
            ]
        );

    private static ObjectType<ArchiveSettings> Archive =>
        new(
            "`archive`",
            "How finished jobs leave the main branch.",
            _ => new ArchiveSettings(),
            [
                new FieldDefinition<ArchiveSettings, int>(
                    "maxJobs",
                    new IntegerType(1, 10_000),
                    (a, v) => a.MaxJobs = v.Value,
                    "Most jobs one commit may remove.",
                    "`50`"
                ),
                new FieldDefinition<ArchiveSettings, int>(
                    "maxPercent",
                    new IntegerType(1, 100),
                    (a, v) => a.MaxPercent = v.Value,
                    "Largest share of the live jobs one commit may remove.",
                    "`25`"
                ),
            ]
        );

    private static ObjectType<LifecycleSettings> Lifecycle =>
        new(
            "`lifecycle`",
            "How merged jobs are stopped and run again.",
            _ => new LifecycleSettings(),
            [
                new FieldDefinition<LifecycleSettings, LifecycleRoute>(
                    "stop",
                    Route,
                    (l, v) => l.Stop = v.Value,
                    "What the comment `/stop` becomes: a pull request, or a commit on the main branch.",
                    "`pull-request`"
                ),
                new FieldDefinition<LifecycleSettings, LifecycleRoute>(
                    "rerun",
                    Route,
                    (l, v) => l.Rerun = v.Value,
                    "What the comment `/rerun` becomes; a commit only where the request passes and stops nothing.",
                    "`pull-request`"
                ),
                new FieldDefinition<LifecycleSettings, bool>(
                    "confirmStop",
                    new BooleanType(),
                    (l, v) => l.ConfirmStop = v.Value,
                    "Whether a pull request that stops a live job waits for `/confirm-stop`.",
                    "`true`"
                ),
            ]
        );

    private static ChoiceType<LifecycleRoute> Route =>
        new("route", [("pull-request", LifecycleRoute.PullRequest), ("commit", LifecycleRoute.Commit)]);

    /// <summary><c>policies/images.yaml</c>.</summary>
    public static ObjectType<ImagesPolicy> Images { get; } =
        new(
            "the image policy",
            "`policies/images.yaml`: which images may run.",
            _ => new ImagesPolicy(),
            [
                new FieldDefinition<ImagesPolicy, IReadOnlyList<KeyValuePair<Located<string>, Located<ImageAlias>>>>(
                    "aliases",
                    ByName("a mapping of aliases to image references", Alias),
                    (i, v) => i.Known = ByKey(v.Value, static value => value.Value),
                    "Short names and the references they stand for; `{image, rayVersion, cuda}` says what a tag of your own doesn't."
                ),
                new FieldDefinition<ImagesPolicy, IReadOnlyList<KeyValuePair<Located<string>, Located<string>>>>(
                    "mirrors",
                    new MapType<string>(
                        "a mapping of repositories to the repositories they mirror",
                        "a repository with its registry, such as `registry.example.com/mirror/ray`",
                        IsRegistry,
                        RegistryPattern,
                        Word,
                        200
                    ),
                    (i, v) => i.Mirrors = ByKey(v.Value, static value => value.Value),
                    "Repositories, or what their names begin with, that hold the images of others: `registry.example.com/mirror/ray: rayproject/ray`. Their tags are read as those of the original."
                ),
                new FieldDefinition<ImagesPolicy, IReadOnlyList<Located<AllowedImage>>>(
                    "allowed",
                    new ListType<AllowedImage>(Allowed, 0, 1000, "a list of image patterns"),
                    (i, v) => i.Allowed = Values(v.Value),
                    "Images that may be named in full; the targets of aliases are always allowed."
                ),
                new FieldDefinition<ImagesPolicy, bool>(
                    "requireDigest",
                    new BooleanType(),
                    (i, v) => i.RequireDigest = v.Value,
                    "Whether every image must carry a digest.",
                    "`false`"
                ),
                new FieldDefinition<
                    ImagesPolicy,
                    IReadOnlyList<KeyValuePair<Located<string>, Located<IReadOnlyList<Located<string>>>>>
                >(
                    "pullSecrets",
                    new MapType<IReadOnlyList<Located<string>>>(
                        "a mapping of registries to names of Secrets",
                        "a registry, or a registry and the beginning of a path, such as `ghcr.io/example`",
                        IsRegistry,
                        RegistryPattern,
                        new ListType<string>(
                            CommonFieldTypes.Subdomain("a Secret name"),
                            1,
                            16,
                            "a list of names of Secrets"
                        ),
                        200
                    ),
                    (i, v) =>
                        i.PullSecrets = ByKey(v.Value, static names => (IReadOnlyList<string>)Values(names.Value)),
                    "Secrets with which images of a registry are pulled (`docker.io` for those without one); every pod whose image is from there gets them. They must exist in the teams' namespaces."
                ),
            ]
        );

    private static FieldType<ImageAlias> Alias =>
        new EitherType<ImageAlias>(
            "an image reference, or `{image, rayVersion, cuda}`,",
            node => node is YamlMapping,
            new ObjectType<ImageAlias>(
                "the alias",
                "An image and what is in it.",
                _ => new ImageAlias(),
                [
                    new FieldDefinition<ImageAlias, string>(
                        "image",
                        Word,
                        (a, v) => a.Image = v,
                        "Reference of the image.",
                        required: true
                    ),
                    new FieldDefinition<ImageAlias, string>(
                        "rayVersion",
                        CommonFieldTypes.Version,
                        (a, v) => a.RayVersion = v.Value,
                        "The Ray that it holds.",
                        "what the tag says"
                    ),
                    new FieldDefinition<ImageAlias, bool>(
                        "cuda",
                        new BooleanType(),
                        (a, v) => a.Cuda = v.Value,
                        "Whether it holds CUDA.",
                        "what the tag says"
                    ),
                ]
            ),
            new MappedType<string, ImageAlias>(Word, (image, span) => new ImageAlias { Image = new(image, span) })
        );

    private const string RegistryPattern =
        "^[A-Za-z0-9]([-A-Za-z0-9.]*[A-Za-z0-9])?(:[0-9]{1,5})?(/[a-z0-9]([-._a-z0-9]*[a-z0-9])?)*$";

    private static bool IsRegistry(string text) =>
        text.Length <= 255
        && System.Text.RegularExpressions.Regex.IsMatch(
            text,
            RegistryPattern,
            System.Text.RegularExpressions.RegexOptions.CultureInvariant
                | System.Text.RegularExpressions.RegexOptions.ExplicitCapture,
            TimeSpan.FromSeconds(1)
        );

    private static FieldType<AllowedImage> Allowed =>
        new EitherType<AllowedImage>(
            "an image pattern, or `{pattern, teams}`,",
            node => node is YamlMapping,
            new ObjectType<AllowedImage>(
                "the image pattern",
                "Images and who may use them.",
                _ => new AllowedImage(),
                [
                    new FieldDefinition<AllowedImage, string>(
                        "pattern",
                        Glob,
                        (a, v) => a.Pattern = v.Value,
                        "Reference; `*` stands for any characters.",
                        required: true
                    ),
                    new FieldDefinition<AllowedImage, IReadOnlyList<Located<string>>>(
                        "teams",
                        Names(Label),
                        (a, v) => a.NamedTeams = v.Value,
                        "Teams that may use it.",
                        "all"
                    ),
                ]
            ),
            new MappedType<string, AllowedImage>(Glob, (pattern, _) => new AllowedImage { Pattern = pattern })
        );

    /// <summary><c>policies/quotas.yaml</c>.</summary>
    public static ObjectType<QuotasPolicy> Quotas { get; } =
        new(
            "the quota policy",
            "`policies/quotas.yaml`: who may ask for what.",
            _ => new QuotasPolicy(),
            [
                new FieldDefinition<QuotasPolicy, IReadOnlyList<Located<string>>>(
                    "approvers",
                    Names(CommonFieldTypes.Login),
                    (q, v) => q.Approvers = Values(v.Value),
                    "GitHub logins that may approve for any team."
                ),
                new FieldDefinition<QuotasPolicy, IReadOnlyList<KeyValuePair<Located<string>, Located<int>>>>(
                    "accounts",
                    new MapType<int>(
                        "a mapping of GitHub logins to account numbers",
                        "a GitHub login",
                        t => KubernetesNames.IsGitHubLogin(t),
                        CommonFieldTypes.LoginPattern,
                        new IntegerType(1, int.MaxValue),
                        10_000
                    ),
                    (q, v) => q.Accounts = Dictionary(v.Value),
                    "GitHub's number of the account behind a login (`https://api.github.com/users/LOGIN`): whoever has the login later counts for nobody."
                ),
                new FieldDefinition<QuotasPolicy, IReadOnlyList<KeyValuePair<Located<string>, Located<TeamPolicy>>>>(
                    "teams",
                    ByTeam("a mapping of teams to their limits", Team),
                    (q, v) => q.Teams = Dictionary(v.Value),
                    "Each team; `default` holds for teams that are not listed.",
                    required: true
                ),
            ]
        );

    private static ObjectType<TeamPolicy> Team =>
        new(
            "the team",
            "What one team may do.",
            _ => new TeamPolicy(),
            [
                new FieldDefinition<TeamPolicy, IReadOnlyList<Located<string>>>(
                    "members",
                    Names(CommonFieldTypes.Login),
                    (t, v) => t.Members = Values(v.Value),
                    "GitHub logins that may submit for the team; empty for anyone.",
                    "anyone"
                ),
                new FieldDefinition<TeamPolicy, IReadOnlyList<Located<string>>>(
                    "approvers",
                    Names(CommonFieldTypes.Login),
                    (t, v) => t.Approvers = Values(v.Value),
                    "GitHub logins that may approve for the team."
                ),
                new FieldDefinition<TeamPolicy, ResourceLimits>(
                    "soft",
                    Limits("`soft`"),
                    (t, v) => t.Soft = v.Value,
                    "Up to here a request passes by itself."
                ),
                new FieldDefinition<TeamPolicy, ResourceLimits>(
                    "hard",
                    Limits("`hard`"),
                    (t, v) => t.Hard = v.Value,
                    "Up to here an approver may let it pass."
                ),
                new FieldDefinition<TeamPolicy, ResourceLimits>(
                    "perJob",
                    Limits("`perJob`"),
                    (t, v) => t.PerJob = v.Value,
                    "What one job may ask for."
                ),
                new FieldDefinition<TeamPolicy, IReadOnlyList<KeyValuePair<Located<string>, Located<int>>>>(
                    "gpuHoursPerMonth",
                    ByName("a mapping of GPU types to hours", new IntegerType(0, 10_000_000)),
                    (t, v) => t.GpuHoursPerMonth = Dictionary(v.Value),
                    "GPU-hours a month per GPU type."
                ),
                new FieldDefinition<TeamPolicy, double>(
                    "maxCost",
                    new NumberType(0, 1e12),
                    (t, v) => t.MaxCost = v.Value,
                    "Most one job may cost at its timeout."
                ),
                new FieldDefinition<TeamPolicy, string>(
                    "language",
                    LanguageType,
                    (t, v) => t.Language = v.Value,
                    "Language of the comment on the team's pull requests. Default: the platform's."
                ),
            ]
        );

    private static ChoiceType<string> LanguageType => new("language", [.. Language.Names.Select(name => (name, name))]);

    private static ObjectType<ResourceLimits> Limits(string name) =>
        new(
            name,
            "Upper bounds.",
            _ => new ResourceLimits(),
            [
                new FieldDefinition<ResourceLimits, IReadOnlyList<KeyValuePair<Located<string>, Located<GpuLimit>>>>(
                    "gpus",
                    new MapType<GpuLimit>(
                        "a mapping of GPU types to counts",
                        "a name (lower-case letters, digits and `-`), or `*` for every type that isn't listed",
                        t => t == ResourceLimits.OtherTypes || KubernetesNames.IsDns1035Label(t),
                        $"^(\\*|{TeamKey[1..^1]})$",
                        new GpuLimitType(),
                        1000
                    ),
                    (l, v) => l.SetGpus(Dictionary(v.Value)),
                    "GPUs per type, a number or `unlimited`; `\"*\"` stands for every type that isn't listed. A type that neither `soft` nor `hard` lists is not allowed."
                ),
                new FieldDefinition<ResourceLimits, Quantity>(
                    "cpu",
                    new QuantityType("512", allowZero: true),
                    (l, v) => l.Cpu = v.Value,
                    "CPUs in total."
                ),
                new FieldDefinition<ResourceLimits, Quantity>(
                    "memory",
                    new QuantityType("4Ti", allowZero: true),
                    (l, v) => l.Memory = v.Value,
                    "Memory in total."
                ),
                new FieldDefinition<ResourceLimits, Quantity>(
                    "ephemeralStorage",
                    new QuantityType("2Ti", allowZero: true),
                    (l, v) => l.EphemeralStorage = v.Value,
                    "Local disk and empty volumes of all pods (for `perJob`); a pod that says neither counts as nothing (RQ2054)."
                ),
                new FieldDefinition<ResourceLimits, int>(
                    "jobs",
                    new IntegerType(0, 1_000_000),
                    (l, v) => l.Jobs = v.Value,
                    "Jobs at a time (for `perJob`: jobs one sweep may make)."
                ),
                new FieldDefinition<ResourceLimits, int>(
                    "workers",
                    new IntegerType(0, 1_000_000),
                    (l, v) => l.Workers = v.Value,
                    "Workers."
                ),
                new FieldDefinition<ResourceLimits, Duration>(
                    "timeout",
                    new DurationType(1),
                    (l, v) => l.Timeout = v.Value,
                    "Longest timeout."
                ),
            ]
        );

    private static ObjectType<EnvSource> Source =>
        new(
            "the source",
            "A Secret or ConfigMap whose keys become variables.",
            _ => new EnvSource(),
            [
                new FieldDefinition<EnvSource, string>(
                    "secret",
                    CommonFieldTypes.Subdomain("a Secret name"),
                    (s, v) => s.Secret = v,
                    "Name of the Secret."
                ),
                new FieldDefinition<EnvSource, string>(
                    "configMap",
                    CommonFieldTypes.Subdomain("a ConfigMap name"),
                    (s, v) => s.ConfigMap = v,
                    "Name of the ConfigMap, instead of `secret`."
                ),
                new FieldDefinition<EnvSource, IReadOnlyList<Located<string>>>(
                    "keys",
                    Names(CommonFieldTypes.Variable, 200),
                    (s, v) => s.Keys = v.Value,
                    "Its keys that become variables of the same name; others stay where they are."
                ),
                new FieldDefinition<EnvSource, string>(
                    "prefix",
                    CommonFieldTypes.Variable,
                    (s, v) => s.Prefix = v,
                    "What the names of its variables begin with, instead of `keys`: then all keys become variables."
                ),
            ]
        );

    /// <summary><c>policies/rules.yaml</c>.</summary>
    public static ObjectType<RulesPolicy> Rules { get; } =
        new(
            "the rule policy",
            "`policies/rules.yaml`: how severe each rule is, and its parameters.",
            _ => new RulesPolicy(),
            [
                new FieldDefinition<RulesPolicy, IReadOnlyList<KeyValuePair<Located<string>, Located<Severity>>>>(
                    "severity",
                    new MapType<Severity>(
                        "a mapping of rules to severities",
                        "a rule's code or name",
                        t => t.Length is > 0 and <= 64,
                        "^[A-Za-z0-9-]+$",
                        new ChoiceType<Severity>(
                            "severity",
                            [("error", Severity.Error), ("warning", Severity.Warning), ("off", Severity.Off)]
                        ),
                        1000
                    ),
                    (r, v) => r.Severities = v.Value,
                    "Severity by code or name."
                ),
                new FieldDefinition<RulesPolicy, IReadOnlyList<KeyValuePair<Located<string>, Located<string>>>>(
                    "naming",
                    ByTeam("a mapping of teams to patterns", CommonFieldTypes.Text("a regular expression", 200)),
                    (r, v) => r.Naming = ByKey(v.Value, static value => value),
                    "Pattern job names must match, by team; `default` for the others."
                ),
                new FieldDefinition<RulesPolicy, Duration>(
                    "maxTimeout",
                    new DurationType(1),
                    (r, v) => r.MaxTimeout = v.Value,
                    "Longest timeout of any job."
                ),
                new FieldDefinition<RulesPolicy, Duration>(
                    "maxLease",
                    new DurationType(3600),
                    (r, v) => r.MaxLease = v.Value,
                    "Longest lease of any cluster."
                ),
                new FieldDefinition<
                    RulesPolicy,
                    IReadOnlyList<KeyValuePair<Located<string>, Located<IReadOnlyList<Located<string>>>>>
                >(
                    "volumes",
                    ByTeam("a mapping of teams to claims", Names(Glob)),
                    (r, v) => r.Volumes = Lists(v.Value),
                    "Claims a team may mount; `default` for the others. Without it any claim."
                ),
                new FieldDefinition<
                    RulesPolicy,
                    IReadOnlyList<KeyValuePair<Located<string>, Located<IReadOnlyList<Located<string>>>>>
                >(
                    "secrets",
                    ByTeam("a mapping of teams to Secrets", Names(Glob)),
                    (r, v) => r.Secrets = Lists(v.Value),
                    "Secrets a team may use; `default` for the others. Without it any Secret."
                ),
                new FieldDefinition<
                    RulesPolicy,
                    IReadOnlyList<KeyValuePair<Located<string>, Located<IReadOnlyList<Located<EnvSource>>>>>
                >(
                    "envFrom",
                    ByTeam(
                        "a mapping of teams to Secrets and ConfigMaps",
                        new ListType<EnvSource>(Source, 0, 200, "a list of Secrets and ConfigMaps")
                    ),
                    (r, v) =>
                        r.EnvFrom = ByKey(v.Value, static sources => (IReadOnlyList<EnvSource>)Values(sources.Value)),
                    "Secrets and ConfigMaps a team may take variables from as a whole (`envFrom`), each by its exact name and with its `keys`, or a `prefix`; `default` for the others. Without it none may be named."
                ),
                new FieldDefinition<
                    RulesPolicy,
                    IReadOnlyList<KeyValuePair<Located<string>, Located<IReadOnlyList<Located<string>>>>>
                >(
                    "labels",
                    ByTeam("a mapping of teams to label keys", Names(Glob)),
                    (r, v) => r.Labels = ByKey(v.Value, static keys => keys.Value),
                    "Labels a team may give to its pods, as `example.com/*`; `default` for the others. Without it none."
                ),
                new FieldDefinition<
                    RulesPolicy,
                    IReadOnlyList<KeyValuePair<Located<string>, Located<IReadOnlyList<Located<string>>>>>
                >(
                    "serviceAccounts",
                    ByTeam("a mapping of teams to service accounts", Names(Glob)),
                    (r, v) => r.ServiceAccounts = Lists(v.Value),
                    "Service accounts a team may use; `default` for the others. Without it none may be named."
                ),
                new FieldDefinition<
                    RulesPolicy,
                    IReadOnlyList<KeyValuePair<Located<string>, Located<IReadOnlyList<Located<string>>>>>
                >(
                    "profiles",
                    ByTeam("a mapping of teams to profiles", Names(Glob)),
                    (r, v) => r.Profiles = Lists(v.Value),
                    "Profiles a team may name; `default` for the others. Without it any profile; the platform's default is always allowed."
                ),
                new FieldDefinition<
                    RulesPolicy,
                    IReadOnlyList<KeyValuePair<Located<string>, Located<IReadOnlyList<Located<string>>>>>
                >(
                    "priorities",
                    ByTeam("a mapping of teams to priorities", Names(Glob)),
                    (r, v) => r.Priorities = Lists(v.Value),
                    "Priorities a team may ask for; `default` for the others. Without it any priority; the platform's default is always allowed."
                ),
                new FieldDefinition<RulesPolicy, IReadOnlyList<Located<string>>>(
                    "archiveHosts",
                    Names(Glob),
                    (r, v) => r.ArchiveHosts = Values(v.Value),
                    "Hosts that code archives, JARs, package indexes and packages by URL may come from. With `archiveBuckets` set and this not, none.",
                    "any"
                ),
                new FieldDefinition<RulesPolicy, IReadOnlyList<Located<string>>>(
                    "archiveBuckets",
                    Names(Bucket),
                    (r, v) => r.ArchiveBuckets = Values(v.Value),
                    "Buckets and containers that they may come from, each with its scheme (`s3://models`). With `archiveHosts` set and this not, none.",
                    "any"
                ),
            ]
        );

    /// <summary>Reads one policy file into its type; null when nothing could be read.</summary>
    public static T? Read<T>(ObjectType<T> type, YamlFile file, FindingBag findings)
        where T : class
    {
        if (file.Root is null or YamlScalar { IsNull: true })
        {
            if (!file.IsPartial)
            {
                findings.Add(
                    SyntaxRules.EmptyFile,
                    new SourceSpan(file.Source, default),
                    $"{type.Name} is empty; write its keys, or delete the file"
                );
            }

            return null;
        }

        return type.TryRead(file.Root, new ReadContext(findings, file.IsPartial), out T value) ? value : null;
    }

    private static Dictionary<string, T> Dictionary<T>(
        IReadOnlyList<KeyValuePair<Located<string>, Located<T>>> pairs
    ) => ByKey(pairs, static value => value.Value);

    private static Dictionary<string, IReadOnlyList<string>> Lists(
        IReadOnlyList<KeyValuePair<Located<string>, Located<IReadOnlyList<Located<string>>>>> pairs
    ) => ByKey(pairs, static value => (IReadOnlyList<string>)Values(value.Value));

    // The first of a name counts; that it is there twice was reported.
    private static Dictionary<string, TOut> ByKey<T, TOut>(
        IReadOnlyList<KeyValuePair<Located<string>, Located<T>>> pairs,
        Func<Located<T>, TOut> value
    )
    {
        Dictionary<string, TOut> values = new(pairs.Count, StringComparer.Ordinal);
        for (int i = 0; i < pairs.Count; i++)
        {
            values.TryAdd(pairs[i].Key.Value, value(pairs[i].Value));
        }

        return values;
    }

    private static List<KeyValuePair<string, string>> Pairs(
        IReadOnlyList<KeyValuePair<Located<string>, Located<string>>> pairs
    )
    {
        List<KeyValuePair<string, string>> plain = new(pairs.Count);
        for (int i = 0; i < pairs.Count; i++)
        {
            plain.Add(new(pairs[i].Key.Value, pairs[i].Value.Value));
        }

        return plain;
    }

    private static List<T> Values<T>(IReadOnlyList<Located<T>> items) => [.. items.Select(i => i.Value)];

    private sealed class NodeShape
    {
        public Quantity? Cpu { get; set; }

        public Quantity? Memory { get; set; }
    }

    private sealed class Prices
    {
        public double Cpu { get; set; }

        public double Memory { get; set; }

        public string Currency { get; set; } = "USD";
    }

    private sealed class Links
    {
        public string? Dashboard { get; set; }

        public string? Logs { get; set; }

        public string? Form { get; set; }
    }
}
