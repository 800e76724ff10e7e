using Rayquest.JobEngines.Kubernetes;
using Rayquest.JobEngines.Ray;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Repository;
using Rayquest.JobModel.Requests;
using Rayquest.JobModel.Text;

namespace Rayquest.JobLint.Engine;

/// <summary>Everything a rule may look at for one request. Rules look, they never act.</summary>
public sealed class RequestContext
{
    private RequestPlan? plan;
    private PlanOutline? outline;
    private IReadOnlyList<string>? shipped;
    private IReadOnlyList<WorkerGroupPlan>? groups;
    private IReadOnlyList<NamedImage>? images;
    private ImageFacts? headImage;
    private ShellText? shell;
    private bool isReleased;

    /// <summary>The file as read.</summary>
    public required RequestDocument Document { get; init; }

    /// <summary>The request; what could not be read is null and already reported.</summary>
    public JobRequest Request => Document.Request!;

    public required PolicySet Policies { get; init; }

    /// <summary>The tree the request lies in: code files and rendered jobs are read from here.</summary>
    public required IRepositoryTree Tree { get; init; }

    /// <summary>The plan, or null where something essential is missing (another rule says what).</summary>
    public required RequestPlan? Plan
    {
        get => isReleased ? JobPlanner.Plan(Document, Policies, Tree, Names) : plan;
        init => plan = value;
    }

    /// <summary>The names that are given away; null where nobody knows of any.</summary>
    public IObjectNames? Names { get; init; }

    /// <summary>
    /// Whether the request means what its merged manifest was rendered from. That manifest stays as it is, whatever the
    /// policies say by now, so nothing but a change of the request's own is judged.
    /// </summary>
    public bool IsFrozen { get; init; }

    /// <summary>What rules over the whole change ask of the plan, and what stays of it to the end of a run.</summary>
    public PlanOutline? Outline => outline ??= plan is null ? null : new PlanOutline(plan, Live);

    /// <summary>Paths of the files it ships, as far as they lie beside the request.</summary>
    public IReadOnlyList<string> ShippedFiles => shipped ??= RequestFiles.Of(Document.Path, Request);

    /// <summary>GitHub login of who submits it, or null where that is not known (a local run).</summary>
    public required string? Author { get; init; }

    /// <summary>What the same team's other live requests hold, before this change.</summary>
    public required TeamUsage Usage { get; init; }

    /// <summary>The rendered file of this request as it stands (in the base), or null for a new request.</summary>
    public required LiveJob? Live { get; init; }

    public string Team => Document.Team;

    /// <summary>The policy of the team, or null when it has none and there is no default.</summary>
    public TeamPolicy? TeamPolicy => Policies.Quotas.Of(Team);

    /// <summary>What each worker group asks for; empty when the request runs on an existing cluster.</summary>
    public IReadOnlyList<WorkerGroupPlan> Groups =>
        groups ??= plan?.Jobs is [{ } job, ..] ? job.Workers : JobPlanner.WorkerGroups(Request, Policies);

    /// <summary>What is known of the head's image; null when neither request nor platform names one, or an existing cluster has its own.</summary>
    public ImageFacts? Image => headImage ??= ImageOf(Request.Head?.Value);

    /// <summary>What is known of the image of a pod; null as for the head's.</summary>
    public ImageFacts? ImageOf(PodRequest? pod) =>
        Request.Cluster is null && JobPlanner.ImageWord(Request, pod, Policies.Platform) is { } word
            ? ImageFacts.Of(word.Value, Policies.Images)
            : null;

    /// <summary>Every image that the request names, its own, the head's and the groups'; none where an existing cluster has its own.</summary>
    public IReadOnlyList<NamedImage> NamedImages => images ??= [.. Named()];

    private IEnumerable<NamedImage> Named()
    {
        if (Request.Cluster is not null)
        {
            yield break;
        }

        if (Request.Image is { } image)
        {
            yield return new NamedImage(image, ImageFacts.Of(image.Value, Policies.Images));
        }

        if (Request.Head?.Value.Image is { } ofHead)
        {
            yield return new NamedImage(ofHead, ImageFacts.Of(ofHead.Value, Policies.Images));
        }

        foreach (Located<WorkerGroupRequest> group in Request.Workers?.Value ?? [])
        {
            if (group.Value.Image is { } ofGroup)
            {
                yield return new NamedImage(ofGroup, ImageFacts.Of(ofGroup.Value, Policies.Images));
            }
        }
    }

    /// <summary>The entrypoint as a shell reads it; empty when there is none.</summary>
    internal ShellText EntrypointShell => shell ??= ShellText.Read(Request.Entrypoint?.Value ?? "");

    /// <summary>What the request asks for.</summary>
    public JobKind Kind => Request.KindOrDefault;

    /// <summary>How the entrypoint reaches Ray.</summary>
    public SubmissionMode Mode => JobPlanner.SubmissionModeOf(Request, Policies.Platform);

    /// <summary>Whether a shell in the cluster sees entrypoint and runtime environment before Ray does (2.9).</summary>
    public bool IsShellSubmitted => Mode is SubmissionMode.K8sJobMode or SubmissionMode.SidecarMode;

    /// <summary>The Ray version the request says, or its image's tag; null when neither tells.</summary>
    public string? RayVersion => Request.RayVersion?.Value ?? Image?.Release;

    /// <summary>
    /// Whether the request has a key of that name, right or wrong in its value, or one that was evidently meant to be it:
    /// then the fault is named there, and the key is not missed a second time.
    /// </summary>
    public bool IsMeant(string key) =>
        Document.File.Root is YamlMapping root
        && (
            root.Entry(key) is not null
            // Beyond so many unknown keys the reader names none either.
            || root.Entries.Take(FindingBag.MaxOfOneRule)
                .Any(e => JobRequestFormat.Request.NearestTo(e.Key.Value) == key)
        );

    /// <summary>Where to point when a request does not say the thing at fault: its name, or its first line.</summary>
    public SourceSpan Anchor =>
        Request.Name?.Span ?? new SourceSpan(Document.Source, new TextSpan(0, Document.Source.Line(1).Length));

    /// <summary>Lets go of what can be worked out again, and of the document with it.</summary>
    internal void Release()
    {
        _ = Outline;
        _ = ShippedFiles;
        (plan, groups, images, headImage, shell) = (null, null, null, null, null);
        isReleased = true;
        Document.Release();
    }
}

/// <summary>An image as a request names it, and what is known of it.</summary>
public sealed record NamedImage(Located<string> Word, ImageFacts Facts);

/// <summary>What a plan comes to: its digest, what its jobs hold together, and what they are called.</summary>
public sealed class PlanOutline(RequestPlan plan, LiveJob? live)
{
    /// <summary>Whether the live job was rendered from this very request, so that nothing starts.</summary>
    public bool IsLive { get; } = live is not null && plan.Identity.Is(live.Header);

    /// <summary>What all jobs hold together.</summary>
    public ResourceDemand Demand { get; } = plan.Demand;

    /// <summary>The jobs' objects, each as namespace and name with a slash between.</summary>
    public IReadOnlyList<string> Objects { get; } = [.. plan.Jobs.Select(j => $"{j.Namespace}/{j.ObjectName}")];
}

/// <summary>A live rendered file: its path and what its header tells; stale when its request has changed since.</summary>
public sealed record LiveJob(string Path, JobHeader Header);

/// <summary>What a team holds: by live jobs, each with its file.</summary>
public sealed record TeamUsage(IReadOnlyList<LiveJob> Live)
{
    /// <summary>Nothing.</summary>
    public static TeamUsage None { get; } = new([]);

    private readonly Dictionary<string, LiveJob> byPath = Live.ToDictionary(l => l.Path, StringComparer.Ordinal);

    /// <summary>Everything together.</summary>
    public ResourceDemand Total { get; } = ResourceDemand.Sum(Live.Select(l => l.Header.Demand));

    private ILookup<string, JobHeader>? byName;

    /// <summary>The live job rendered to a path, or null.</summary>
    public LiveJob? Find(string path) => byPath.GetValueOrDefault(path);

    /// <summary>The live files that hold an object of a name.</summary>
    public IEnumerable<JobHeader> HoldersOf(string name) =>
        (
            byName ??= Live.SelectMany(l => NamesOf(l.Header).Select(n => (Name: n, l.Header)))
                .ToLookup(n => n.Name, n => n.Header, StringComparer.Ordinal)
        )[name];

    /// <summary>The names of a file's jobs, and what the code that the jobs of a sweep share is called by.</summary>
    internal static IEnumerable<string> NamesOf(JobHeader header)
    {
        foreach (HeaderJob job in header.Jobs)
        {
            yield return job.Name;
        }

        if (header is { Jobs: [{ Name.Length: > 6 } first, _, ..], RequestDigest.Length: > 5 })
        {
            for (int attempt = 0; attempt < 2; attempt++)
            {
                yield return $"{first.Name[..^6]}-{RequestDigest.Suffix(header.RequestDigest, [], attempt)}";
            }
        }
    }
}

/// <summary>One rule over one request.</summary>
public abstract class Rule
{
    /// <summary>What the catalogue knows of the rule.</summary>
    public abstract RuleInfo Info { get; }

    /// <summary>The faults found; severity is decided by the linter.</summary>
    public abstract IEnumerable<Finding> Check(RequestContext context);

    /// <summary>A finding at the place of a value.</summary>
    protected Finding At<T>(Located<T> place, string message, Fix? fix = null) => At(place.Span, message, fix);

    /// <summary>A finding at a span.</summary>
    protected Finding At(SourceSpan span, string message, Fix? fix = null) =>
        new(Info, Info.DefaultSeverity, span, message) { Fix = fix };

    /// <summary>A safe replacement of the text of a span.</summary>
    protected static Fix Replace(string title, SourceSpan span, string text, FixSafety safety = FixSafety.Safe) =>
        new(title, safety, [new TextEdit(span.Span, text)]);
}

/// <summary>Everything a rule over the whole change may look at.</summary>
public sealed class RepositoryContext
{
    public required IRepositoryTree Tree { get; init; }
    public required PolicySet Policies { get; init; }
    public required LoadedPolicies LoadedPolicies { get; init; }

    /// <summary>Every request that was read, ordinal by path.</summary>
    public required IReadOnlyList<RequestContext> Requests { get; init; }

    /// <summary>Whether all requests of the tree were read (false for a change of some files).</summary>
    public required bool IsWhole { get; init; }

    /// <summary>Paths of requests that are links or submodules, which are not read.</summary>
    public IReadOnlySet<string> LinkedRequests { get; init; } = new HashSet<string>();

    /// <summary>Everything under <c>jobs-requests/</c>, listed once.</summary>
    public IReadOnlyList<TreeEntry> RequestEntries
    {
        get => field ??= Tree.List(RequestPath.Requests);
        init;
    }

    /// <summary>Everything under <c>jobs/</c>, listed once.</summary>
    public IReadOnlyList<TreeEntry> JobEntries => field ??= Tree.List(RequestPath.Jobs);

    private HashSet<string> RequestPaths =>
        field ??= RequestEntries.Select(e => e.Path).ToHashSet(StringComparer.Ordinal);

    /// <summary>Whether a request is there; asked for every live job, so that a whole run doesn't ask the disk for each.</summary>
    public bool HasRequest(string path) => IsWhole ? RequestPaths.Contains(path) : Tree.Find(path) is not null;

    /// <summary>The rendered files a run has to look at, read once for the rules that do.</summary>
    internal IReadOnlyList<Rules.RenderedJobs.JobFile> JobFiles => field ??= [.. Rules.RenderedJobs.JobFile.Of(this)];

    /// <summary>The policies to judge as such: the head's where a change touches them, the run's own without a base, otherwise none.</summary>
    public LoadedPolicies? EvaluatedPolicies =>
        Base is null ? LoadedPolicies
        : !ChangedPaths.Any(p => p.StartsWith(RequestPath.Policies, StringComparison.Ordinal)) ? null
        : field ??= PolicyLoader.Load(Tree);

    /// <summary>The quota of every team before and after, ordinal by team.</summary>
    public IReadOnlyList<Quotas.TeamQuota> Quotas => field ??= JobLint.Quotas.TeamQuota.Of(this);

    /// <summary>The base the change starts from; null for a plain run over a folder.</summary>
    public IRepositoryTree? Base { get; init; }

    /// <summary>The paths the change touches; empty without a base.</summary>
    public IReadOnlyList<string> ChangedPaths { get; init; } = [];
}

/// <summary>One rule over the whole change: duplicate names, files under <c>jobs/</c>, policies.</summary>
public abstract class RepositoryRule
{
    /// <summary>What the catalogue knows of the rule.</summary>
    public abstract RuleInfo Info { get; }

    /// <summary>The faults found.</summary>
    public abstract IEnumerable<Finding> Check(RepositoryContext context);

    /// <summary>A finding at a span.</summary>
    protected Finding At(SourceSpan span, string message, Fix? fix = null) =>
        new(Info, Info.DefaultSeverity, span, message) { Fix = fix };
}
