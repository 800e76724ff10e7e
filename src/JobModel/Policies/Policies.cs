using System.Collections.Concurrent;
using Rayquest.JobModel.Quantities;
using Rayquest.JobModel.Templates;
using Rayquest.JobModel.Text;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobModel.Policies;

/// <summary>The scheduler that queues the pods.</summary>
public enum SchedulerKind
{
    /// <summary>Kubernetes' own.</summary>
    None,

    /// <summary>Kueue.</summary>
    Kueue,

    /// <summary>Volcano through KubeRay's integration.</summary>
    Volcano,

    /// <summary>Apache YuniKorn.</summary>
    YuniKorn,

    /// <summary>KAI scheduler.</summary>
    Kai,

    /// <summary>Coscheduling of the scheduler-plugins project.</summary>
    SchedulerPlugins,
}

/// <summary>What requests are rendered to.</summary>
public enum DeliveryTarget
{
    /// <summary>The objects of the KubeRay operator.</summary>
    KubeRay,

    /// <summary>Volcano Jobs with the ray plugin, for clusters without KubeRay.</summary>
    Volcano,
}

/// <summary><c>policies/platform.yaml</c>.</summary>
public sealed class PlatformPolicy
{
    /// <summary>The oldest version of the program that may read the repository; null for any.</summary>
    public Version? Program { get; internal set; }

    public string LabelPrefix { get; internal set; } = "rayquest.dev";
    public string NamespacePattern { get; internal set; } = "ray-{team}";
    public IReadOnlyDictionary<string, string> Namespaces { get; internal set; } = new Dictionary<string, string>();

    /// <summary>What requests are rendered to.</summary>
    public DeliveryTarget Target { get; internal set; }

    /// <summary>The batch scheduler; a Volcano Job has no other.</summary>
    public SchedulerKind Scheduler
    {
        get => Target == DeliveryTarget.Volcano ? SchedulerKind.Volcano : field;
        internal set;
    }
    public IReadOnlyDictionary<string, string> Queues { get; internal set; } = new Dictionary<string, string>();
    public string KubeRayVersion { get; internal set; } = "1.7.0";

    /// <summary>Feature gates of the operator that are switched other than it ships them.</summary>
    public IReadOnlyDictionary<string, bool> FeatureGates { get; internal set; } = new Dictionary<string, bool>();

    /// <summary>Whether the operator can replace the pods of an edited RayCluster, which 1.6 is the first to do.</summary>
    public bool CanRecreateClusters =>
        !Version.TryParse(KubeRayVersion, out Version? version) || version >= new Version(1, 6);
    public string? KueueVersion { get; internal set; }
    public IReadOnlyDictionary<string, GpuType> Gpus { get; internal set; } = new Dictionary<string, GpuType>();

    /// <summary>Pools of nodes that requests may name.</summary>
    public IReadOnlyDictionary<string, NodePool> NodePools { get; internal set; } = new Dictionary<string, NodePool>();
    public double CpuPrice { get; internal set; }
    public double MemoryPrice { get; internal set; }
    public string Currency { get; internal set; } = "USD";
    public string? DashboardLink { get; internal set; }
    public string? LogsLink { get; internal set; }

    /// <summary>Where the form in the browser is served; null where it isn't.</summary>
    public string? FormLink { get; internal set; }
    public string Language { get; internal set; } = "en";
    public bool AutoMerge { get; internal set; }
    public IReadOnlyDictionary<string, string> Priorities { get; private set; } = new Dictionary<string, string>();

    /// <summary>The classes with what is said of them, by the priority's name.</summary>
    public IReadOnlyDictionary<string, PriorityClass> PriorityClasses
    {
        get;
        internal set
        {
            field = value;
            Priorities = value.ToDictionary(p => p.Key, p => p.Value.Class, StringComparer.Ordinal);
        }
    } = new Dictionary<string, PriorityClass>();
    public IReadOnlyDictionary<string, ExistingCluster> Clusters { get; internal set; } =
        new Dictionary<string, ExistingCluster>();
    public JobDefaults Defaults { get; internal set; } = new();
    public ArgoCdSettings ArgoCd { get; internal set; } = new();
    public ArchiveSettings Archive { get; internal set; } = new();
    public LifecycleSettings Lifecycle { get; internal set; } = new();
    public LedgerSettings Ledger { get; internal set; } = new();
    public IsolationSettings Isolation { get; internal set; } = new();

    /// <summary>The namespace a team's objects live in.</summary>
    public string NamespaceOf(string team) =>
        Namespaces.TryGetValue(team, out string? name)
            ? name
            : NamespacePattern.Replace("{team}", team, StringComparison.Ordinal);

    /// <summary>The queue a team's objects are put into.</summary>
    public string QueueOf(string team) => Queues.TryGetValue(team, out string? name) ? name : team;
}

/// <summary>A GPU or TPU type of the catalogue.</summary>
public sealed class GpuType
{
    /// <summary>The extended resource (<c>nvidia.com/gpu</c>, <c>google.com/tpu</c>).</summary>
    public string Resource { get; internal set; } = "nvidia.com/gpu";
    public IReadOnlyList<KeyValuePair<string, string>> NodeSelector { get; internal set; } = [];

    /// <summary>Kubernetes tolerations, as written.</summary>
    public IReadOnlyList<YamlMapping> Tolerations { get; internal set; } = [];

    /// <summary>Price of one for an hour.</summary>
    public double PricePerHour { get; internal set; }

    /// <summary>How many one node has; 0 when not said.</summary>
    public int PerNode { get; internal set; }

    /// <summary>What a node of the type offers to pods; null when not said.</summary>
    public Quantity? NodeCpu { get; internal set; }

    /// <summary>What a node of the type offers to pods; null when not said.</summary>
    public Quantity? NodeMemory { get; internal set; }
}

/// <summary>A pool of nodes that requests may name, and who may.</summary>
public sealed class NodePool
{
    /// <summary>Labels of its nodes.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> NodeSelector { get; internal set; } = [];

    /// <summary>Kubernetes tolerations of its nodes, as written.</summary>
    public IReadOnlyList<YamlMapping> Tolerations { get; internal set; } = [];

    /// <summary>The teams that may use it; empty for all.</summary>
    public IReadOnlyList<Located<string>> Teams { get; internal set; } = [];

    /// <summary>Whether a team may use it.</summary>
    public bool IsOpenTo(string team) => Teams.Count == 0 || Teams.Any(t => t.Value == team);
}

/// <summary>An existing RayCluster requests may name.</summary>
public sealed class ExistingCluster
{
    /// <summary>The teams that may use it; empty for all.</summary>
    public IReadOnlyList<string> Teams { get; internal set; } = [];
}

/// <summary>What holds where a request says nothing.</summary>
public sealed class JobDefaults
{
    public string? Image { get; internal set; }
    public string? Profile { get; internal set; }
    public string? Priority { get; internal set; }

    /// <summary>The GPU type of groups that ask for GPUs without naming one.</summary>
    public string? Gpu { get; internal set; }
    public Quantity HeadCpu { get; internal set; } = Quantity.FromInteger(2);
    public Quantity HeadMemory { get; internal set; } = ParseGi(8);
    public Quantity WorkerCpu { get; internal set; } = Quantity.FromInteger(4);
    public Quantity WorkerMemory { get; internal set; } = ParseGi(16);
    public Duration? Timeout { get; internal set; }
    public Duration? QueueTimeout { get; internal set; }
    public Duration Keep { get; internal set; } = new(600);
    public Requests.SubmissionMode SubmissionMode { get; internal set; } = Requests.SubmissionMode.K8sJobMode;

    private static Quantity ParseGi(int count) => Quantity.TryParse($"{count}Gi", out Quantity q) ? q : Quantity.Zero;
}

/// <summary>How Argo CD delivers.</summary>
public sealed class ArgoCdSettings
{
    public string Namespace { get; internal set; } = "argocd";
    public string? RepoUrl { get; internal set; }
    public string Revision { get; internal set; } = "main";
    public string Server { get; internal set; } = "https://kubernetes.default.svc";
    public string ProjectPrefix { get; internal set; } = "ray-";

    /// <summary>Part of the names that tells this repository from others on the same Argo CD; null derives it from the URL.</summary>
    public string? Instance { get; internal set; }

    /// <summary>Argo CD's own ConfigMaps.</summary>
    public ArgoCdPart Settings { get; internal set; }

    /// <summary>The teams' namespaces.</summary>
    public ArgoCdPart Namespaces { get; internal set; }

    /// <summary>The scheduler's queues, with what they hold.</summary>
    public ArgoCdPart Queues { get; internal set; }
}

/// <summary>Who writes a part of what delivery needs.</summary>
public enum ArgoCdPart
{
    /// <summary>The bundle holds it.</summary>
    Managed,

    /// <summary>It is there, or somebody else makes it.</summary>
    Existing,
}

/// <summary>How finished jobs leave the main branch.</summary>
public sealed class ArchiveSettings
{
    /// <summary>Most jobs one commit may remove.</summary>
    public int MaxJobs { get; internal set; } = 50;

    /// <summary>Largest share of the live files one commit may remove, in percent.</summary>
    public int MaxPercent { get; internal set; } = 25;
}

/// <summary>How a command on a merged pull request is carried out.</summary>
public enum LifecycleRoute
{
    /// <summary>A pull request, evaluated and merged like any other.</summary>
    PullRequest,

    /// <summary>A commit on the main branch, where nothing needs anybody's approval; else a pull request.</summary>
    Commit,
}

/// <summary>What people may do to merged jobs by a comment, and what stopping one asks for.</summary>
public sealed class LifecycleSettings
{
    /// <summary>How <c>/stop</c> is carried out.</summary>
    public LifecycleRoute Stop { get; internal set; }

    /// <summary>How <c>/rerun</c> is carried out.</summary>
    public LifecycleRoute Rerun { get; internal set; }

    /// <summary>Whether a change that stops a live job waits for somebody's explicit confirmation.</summary>
    public bool ConfirmStop { get; internal set; } = true;
}

/// <summary><c>policies/images.yaml</c>.</summary>
public sealed class ImagesPolicy
{
    /// <summary>The references that aliases stand for.</summary>
    public IReadOnlyDictionary<string, Located<string>> Aliases { get; private set; } =
        new Dictionary<string, Located<string>>();

    /// <summary>The aliases with what is known of their images.</summary>
    public IReadOnlyDictionary<string, ImageAlias> Known
    {
        get;
        internal set
        {
            field = value;
            Aliases = value.ToDictionary(a => a.Key, a => a.Value.Image, StringComparer.Ordinal);
        }
    } = new Dictionary<string, ImageAlias>();

    /// <summary>Repositories, or beginnings of their names, that hold the images of others.</summary>
    public IReadOnlyDictionary<string, string> Mirrors { get; internal set; } = new Dictionary<string, string>();

    /// <summary>The repository whose images a reference means, mirrors resolved; without a registry where it is Docker's.</summary>
    public string RepositoryOf(Quantities.ImageReference reference)
    {
        string name = reference.Registry is null or "docker.io"
            ? reference.Repository
            : $"{reference.Registry}/{reference.Repository}";
        string? mirror = Mirrors
            .Keys.Where(m => name == m || name.StartsWith(m + "/", StringComparison.Ordinal))
            .MaxBy(m => m.Length);
        string meant = mirror is null ? name : Mirrors[mirror].TrimEnd('/') + name[mirror.Length..];
        return meant.StartsWith("docker.io/", StringComparison.Ordinal) ? meant["docker.io/".Length..] : meant;
    }

    /// <summary>Whether a repository is one of Ray's own.</summary>
    public static bool IsRays(string repository) =>
        repository is "rayproject/ray" or "rayproject/ray-ml" or "rayproject/ray-llm";

    /// <summary>
    /// What the tag of an image says of Ray: of Ray's own images and their mirrors, and of a copy elsewhere that has Ray's name and
    /// a tag that names Python or a platform as Ray's do. Any other tag is the author's own.
    /// </summary>
    public Quantities.RayImageTag? RayTagOf(Quantities.ImageReference reference)
    {
        if (reference.Tag is not { } text || Quantities.RayImageTag.Parse(text) is not { } tag)
        {
            return null;
        }

        string repository = RepositoryOf(reference);
        return IsRays(repository) || (IsNamedLikeRays(repository) && (tag.Python ?? tag.Platform) is not null)
            ? tag
            : null;
    }

    // The same few images are asked for by many requests.
    private readonly ConcurrentDictionary<string, string?> releases = new(StringComparer.Ordinal);

    /// <summary>The Ray of an alias or reference, as its alias or its tag says it; null when neither does.</summary>
    public string? RayVersionOf(string word) =>
        releases.TryGetValue(word, out string? release) ? release : releases.GetOrAdd(word, ReadRayVersion(word));

    private string? ReadRayVersion(string word)
    {
        ImageAlias? alias = Known.GetValueOrDefault(word);
        return alias?.RayVersion
            ?? (
                Quantities.ImageReference.Parse(alias?.Image.Value ?? word, out _) is { } reference
                    ? RayTagOf(reference)?.Release
                    : null
            );
    }

    private static bool IsNamedLikeRays(string repository) =>
        repository[(repository.LastIndexOf('/') + 1)..] is "ray" or "ray-ml" or "ray-llm";

    public IReadOnlyList<AllowedImage> Allowed { get; internal set; } = [];

    /// <summary>Whether every image must carry a digest.</summary>
    public bool RequireDigest { get; internal set; }

    /// <summary>Secrets of type <c>kubernetes.io/dockerconfigjson</c> by registry, or registry and the beginning of a path.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> PullSecrets { get; internal set; } =
        new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>The pull secrets of an image, ordinal by name; none where its registry needs none.</summary>
    public IReadOnlyList<string> PullSecretsOf(string image)
    {
        if (PullSecrets.Count == 0 || Quantities.ImageReference.Parse(image, out _) is not { } reference)
        {
            return [];
        }

        string name = $"{reference.Registry ?? "docker.io"}/{reference.Repository}";
        return
        [
            .. PullSecrets
                .Where(p => name.StartsWith(p.Key + "/", StringComparison.Ordinal))
                .SelectMany(p => p.Value)
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal),
        ];
    }
}

/// <summary>An image with a short name, and what is known of it beside its tag.</summary>
public sealed class ImageAlias
{
    /// <summary>The reference.</summary>
    public Located<string> Image { get; internal set; } = new("", default);

    /// <summary>The Ray that it holds; null where the tag says it.</summary>
    public string? RayVersion { get; internal set; }

    /// <summary>Whether it holds CUDA; null where the tag says it.</summary>
    public bool? Cuda { get; internal set; }
}

/// <summary>A pattern of images (<c>*</c> stands for any run of characters) and who may use it.</summary>
public sealed class AllowedImage
{
    public string Pattern { get; internal set; } = "";

    /// <summary>The teams that may use it; empty for all.</summary>
    public IReadOnlyList<string> Teams { get; private set; } = [];

    /// <summary>The same with their places.</summary>
    public IReadOnlyList<Located<string>> NamedTeams
    {
        get;
        internal set
        {
            field = value;
            Teams = [.. value.Select(t => t.Value)];
        }
    } = [];
}

/// <summary><c>policies/quotas.yaml</c>.</summary>
public sealed class QuotasPolicy
{
    /// <summary>The name of the team whose limits hold for teams that are not listed.</summary>
    public const string DefaultTeam = "default";

    public IReadOnlyList<string> Approvers { get; internal set; } = [];
    public IReadOnlyDictionary<string, TeamPolicy> Teams { get; internal set; } = new Dictionary<string, TeamPolicy>();

    /// <summary>GitHub's number of an account, by login: a login that was given up may be somebody else's.</summary>
    public IReadOnlyDictionary<string, int> Accounts { get; internal set; } = new Dictionary<string, int>();

    /// <summary>The policy of a team: its own, the default team's, or null when neither exists.</summary>
    public TeamPolicy? Of(string team) =>
        Teams.TryGetValue(team, out TeamPolicy? policy) ? policy : Teams.GetValueOrDefault(DefaultTeam);
}

/// <summary>What one team may do.</summary>
public sealed class TeamPolicy
{
    public IReadOnlyList<string> Members { get; internal set; } = [];
    public IReadOnlyList<string> Approvers { get; internal set; } = [];

    /// <summary>Up to here a request passes by itself.</summary>
    public ResourceLimits Soft { get; internal set; } = new();

    /// <summary>Up to here an approver may let it pass; beyond it only a change of policy helps.</summary>
    public ResourceLimits Hard { get; internal set; } = new();

    /// <summary>What one job may ask for.</summary>
    public ResourceLimits PerJob { get; internal set; } = new();

    /// <summary>GPU-hours a month per GPU type.</summary>
    public IReadOnlyDictionary<string, int> GpuHoursPerMonth { get; internal set; } = new Dictionary<string, int>();

    /// <summary>Most one job may cost at its timeout.</summary>
    public double? MaxCost { get; internal set; }

    /// <summary>The language in which the team is told; null for the platform's.</summary>
    public string? Language { get; internal set; }

    /// <summary>Whether the team's quota says anything of a GPU type, by its name or by <c>"*"</c>.</summary>
    public bool Lists(string gpuType) => Soft.Gpu(gpuType) is not null || Hard.Gpu(gpuType) is not null;

    /// <summary>How many GPUs of a type pass without approval; null for no limit of that kind.</summary>
    public int? SoftLimitOf(string gpuType) => Soft.Gpu(gpuType)?.Most;

    /// <summary>How many GPUs of a type the team may hold at most; null for no limit. What no quota lists is not allowed.</summary>
    public int? HardLimitOf(string gpuType) =>
        Hard.Gpu(gpuType) is { } hard ? hard.Most
        : Soft.Gpu(gpuType) is null ? 0
        : null;
}

/// <summary>How many GPUs of a type; null for as many as there are.</summary>
/// <remarks>A class, whose collections are compiled before the program starts.</remarks>
public sealed record GpuLimit(int? Most)
{
    /// <summary>The word for no limit.</summary>
    public const string UnlimitedWord = "unlimited";

    /// <summary>As many as there are.</summary>
    public static GpuLimit Unlimited { get; } = new(Most: null);
}

/// <summary>Upper limits; null or absent means none is set here.</summary>
public sealed class ResourceLimits
{
    /// <summary>The key that stands for every GPU type that isn't listed.</summary>
    public const string OtherTypes = "*";

    private IReadOnlyDictionary<string, GpuLimit> limits = new Dictionary<string, GpuLimit>();

    /// <summary>GPU types with a number, by name.</summary>
    public IReadOnlyDictionary<string, int> Gpus { get; private set; } = new Dictionary<string, int>();

    /// <summary>GPU types that are listed, with a number or without a limit, by name.</summary>
    public IEnumerable<string> GpuTypes => limits.Keys.Where(k => k != OtherTypes);

    /// <summary>What is said of a GPU type, by its name or by <c>"*"</c>; null when nothing is.</summary>
    public GpuLimit? Gpu(string type) =>
        limits.TryGetValue(type, out GpuLimit? limit) || limits.TryGetValue(OtherTypes, out limit) ? limit : null;

    internal void SetGpus(IReadOnlyDictionary<string, GpuLimit> all)
    {
        limits = all;
        Gpus = all.Where(l => l.Key != OtherTypes && l.Value.Most is not null)
            .ToDictionary(l => l.Key, l => l.Value.Most!.Value, StringComparer.Ordinal);
    }

    public Quantity? Cpu { get; internal set; }
    public Quantity? Memory { get; internal set; }
    public Quantity? EphemeralStorage { get; internal set; }
    public int? Jobs { get; internal set; }
    public int? Workers { get; internal set; }
    public Duration? Timeout { get; internal set; }
}

/// <summary>A Secret or ConfigMap of the teams' namespaces that requests may take variables from, and which.</summary>
public sealed class EnvSource
{
    public Located<string>? Secret { get; internal set; }
    public Located<string>? ConfigMap { get; internal set; }

    /// <summary>Its keys, each a variable of the same name; empty where all of them are taken, under the prefix.</summary>
    public IReadOnlyList<Located<string>> Keys { get; internal set; } = [];

    /// <summary>What every variable's name begins with, the key behind it; null where the keys are listed.</summary>
    public Located<string>? Prefix { get; internal set; }

    /// <summary>Whether it is the one that is meant.</summary>
    public bool Is(string? secret, string? configMap) =>
        Secret?.Value == secret && ConfigMap?.Value == configMap && (secret is null) != (configMap is null);
}

/// <summary><c>policies/rules.yaml</c>.</summary>
public sealed class RulesPolicy
{
    /// <summary>Secrets and ConfigMaps a team may take variables from; <c>default</c> for the others.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<EnvSource>> EnvFrom { get; internal set; } =
        new Dictionary<string, IReadOnlyList<EnvSource>>();

    /// <summary>Labels a team may give to its pods (<c>*</c> wildcards); <c>default</c> for the others.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<Located<string>>> Labels { get; internal set; } =
        new Dictionary<string, IReadOnlyList<Located<string>>>();

    /// <summary>The labels of a team, else those of <c>default</c>.</summary>
    public IReadOnlyList<string> LabelsOf(string team) =>
        [
            .. (Labels.GetValueOrDefault(team) ?? Labels.GetValueOrDefault(QuotasPolicy.DefaultTeam) ?? []).Select(l =>
                l.Value
            ),
        ];

    /// <summary>The sources of a team, else those of <c>default</c>.</summary>
    public IReadOnlyList<EnvSource> EnvFromOf(string team) =>
        EnvFrom.GetValueOrDefault(team) ?? EnvFrom.GetValueOrDefault(QuotasPolicy.DefaultTeam) ?? [];

    /// <summary>Severity by code or name of a rule.</summary>
    public IReadOnlyList<KeyValuePair<Located<string>, Located<Diagnostics.Severity>>> Severities
    {
        get;
        internal set;
    } = [];

    /// <summary>A pattern names must match, by team; <c>default</c> for the others.</summary>
    public IReadOnlyDictionary<string, Located<string>> Naming { get; internal set; } =
        new Dictionary<string, Located<string>>();

    /// <summary>The longest timeout; null for no limit.</summary>
    public Duration? MaxTimeout { get; internal set; }
    public Duration? MaxLease { get; internal set; }

    /// <summary>Claims a team may mount (<c>*</c> wildcards); <c>default</c> for the others.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Volumes { get; internal set; } =
        new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>Secrets a team may use (<c>*</c> wildcards); <c>default</c> for the others.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Secrets { get; internal set; } =
        new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>Service accounts a team may use (<c>*</c> wildcards); <c>default</c> for the others.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> ServiceAccounts { get; internal set; } =
        new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>Profiles a team may name (<c>*</c> wildcards); <c>default</c> for the others.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Profiles { get; internal set; } =
        new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>Priorities a team may ask for (<c>*</c> wildcards); <c>default</c> for the others.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Priorities { get; internal set; } =
        new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>Hosts code and packages may come from (<c>*</c> wildcards); empty for any, unless buckets are listed.</summary>
    public IReadOnlyList<string> ArchiveHosts { get; internal set; } = [];

    /// <summary>Buckets code and packages may come from, each with its scheme (<c>*</c> wildcards); empty for any, unless hosts are listed.</summary>
    public IReadOnlyList<string> ArchiveBuckets { get; internal set; } = [];
}

/// <summary>A profile: a partial RayJob merged under the request.</summary>
public sealed record ProfilePolicy(string Name, YamlMapping Manifest);

/// <summary>Every policy of a repository.</summary>
public sealed record PolicySet(
    PlatformPolicy Platform,
    ImagesPolicy Images,
    QuotasPolicy Quotas,
    RulesPolicy Rules,
    IReadOnlyDictionary<string, ProfilePolicy> Profiles
)
{
    /// <summary>The templates of requests, by name.</summary>
    public IReadOnlyDictionary<string, RequestTemplate> Templates { get; init; } =
        new Dictionary<string, RequestTemplate>();

    /// <summary>The language that teams are told in: the one they have in common, else the platform's.</summary>
    public string LanguageOf(IEnumerable<string> teams)
    {
        string[] languages =
        [
            .. teams.Select(team => Quotas.Of(team)?.Language ?? Platform.Language).Distinct(StringComparer.Ordinal),
        ];
        return languages is [var common] ? common : Platform.Language;
    }
}
