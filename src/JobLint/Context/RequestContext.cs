using Rayquest.JobEngines.Ray;
using Rayquest.JobLint.Quotas;

namespace Rayquest.JobLint.Context;

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
    /// policies say by now, so nothing but a change of the request's own is evaluated.
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
        Document.Root is { } root
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
