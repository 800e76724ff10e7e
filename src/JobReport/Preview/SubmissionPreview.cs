using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Quantities;
using Rayquest.JobReport.Approvals;
using Rayquest.JobReport.Lifecycle;
using Rayquest.JobReport.Verdicts;

namespace Rayquest.JobReport.Preview;

/// <summary>What a pull request is, by the paths it touches.</summary>
public enum ChangeKind
{
    /// <summary>Requests, and the rendered files that follow from them.</summary>
    Submission,

    /// <summary>Nothing of ours: people and ordinary CI judge it.</summary>
    Ordinary,

    /// <summary>Requests or rendered files beside other files: refused.</summary>
    Mixed,
}

/// <summary>What happens to a job at the merge.</summary>
public enum JobAction
{
    /// <summary>Starts.</summary>
    Add,

    /// <summary>Starts in place of another, which is stopped.</summary>
    Replace,

    /// <summary>Is stopped.</summary>
    Stop,

    /// <summary>Goes on: its request means the same as before.</summary>
    Unchanged,
}

/// <summary>One job of the change.</summary>
/// <param name="Request">Path of its request.</param>
/// <param name="Name"><c>metadata.name</c> of the job that starts, or of the one that stops.</param>
/// <param name="Replaces">The job stopped in its place, or null.</param>
/// <param name="Plan">What starts; null where nothing does.</param>
/// <param name="Holding">What the job holds; of a stopped one, what it gives back (null in a sweep, where only the sum is known).</param>
/// <param name="Timeout">After which it is stopped; null for none.</param>
public sealed record PreviewJob(
    string Request,
    string Team,
    string Name,
    JobAction Action,
    string? Replaces,
    JobPlan? Plan,
    Holding? Holding,
    Duration? Timeout
);

/// <summary>Who holds how much of a resource.</summary>
public sealed record Holder(string Name, Quantity Amount);

/// <summary>A team's amount of one resource before and after the merge.</summary>
/// <param name="Resource">A GPU type, or <c>cpu</c>, <c>memory</c>, <c>jobs</c>.</param>
/// <param name="Asked">What the jobs that start ask for.</param>
/// <param name="Soft">Null for no bound.</param>
/// <param name="Hard">Null for no bound.</param>
/// <param name="PendingElsewhere">What other open pull requests ask for on top.</param>
/// <param name="Holders">The live jobs that stay, largest first.</param>
public sealed record QuotaRow(
    string Team,
    string Resource,
    Quantity Before,
    Quantity After,
    Quantity Asked,
    Quantity? Soft,
    Quantity? Hard,
    Quantity PendingElsewhere,
    IReadOnlyList<Holder> Holders
)
{
    /// <summary>Whether the resource is a GPU type.</summary>
    public bool IsGpu => Resource is not ("cpu" or "memory" or "jobs");

    /// <summary>Beyond what anybody may approve. A change that gives something back is let through.</summary>
    public bool IsOverHard => Asked > Quantity.Zero && Hard is { } hard && After > hard && After > Before;

    /// <summary>Beyond what passes by itself.</summary>
    public bool IsOverSoft =>
        Asked > Quantity.Zero
        && After >= Before
        && ((Soft is { } soft && After > soft) || (Hard is { } hard && After > hard));
}

/// <summary>A team's GPU time on a type this month.</summary>
/// <param name="Used">GPU-hours its jobs have run this month.</param>
/// <param name="Asked">GPU-hours the change may take at most; null when nothing bounds it.</param>
/// <param name="Limit">GPU-hours a month.</param>
public sealed record GpuHoursRow(string Team, string Gpu, double Used, double? Asked, int Limit)
{
    /// <summary>Whether the month is, or may be, used up by it.</summary>
    public bool IsOver => (Asked is null or > 0) && Used + (Asked ?? 0) > Limit;
}

/// <summary>A file of <c>jobs/</c> that the head must hold and doesn't; no bytes take it away.</summary>
public sealed record RenderChange(string Path, ReadOnlyMemory<byte>? Bytes);

/// <summary>A manifest before and after, for the comment.</summary>
public sealed record ManifestDiff(string Path, ReadOnlyMemory<byte>? Before, ReadOnlyMemory<byte>? After);

/// <summary>What another open pull request would add to a team.</summary>
public sealed record PendingDemand(int Pull, string Team, Holding Adds);

/// <summary>Everything there is to say about a change: what <c>preview</c> prints and <c>review</c> writes.</summary>
public sealed record SubmissionPreview
{
    public required ChangeKind Kind { get; init; }

    /// <summary>Every path of the change.</summary>
    public required IReadOnlyList<string> ChangedPaths { get; init; }

    public required IReadOnlyList<Finding> Findings { get; init; }

    /// <summary>By request and name.</summary>
    public required IReadOnlyList<PreviewJob> Jobs { get; init; }

    public required IReadOnlyList<QuotaRow> Quota { get; init; }

    public required IReadOnlyList<GpuHoursRow> GpuHours { get; init; }

    public required Verdict Verdict { get; init; }

    /// <summary>Why the verdict is what it is, the weightiest first.</summary>
    public required IReadOnlyList<Reason> Reasons { get; init; }

    public required ApprovalState Approvals { get; init; }

    /// <summary>Jobs that the change stops and that are live, or not known to have ended.</summary>
    public IReadOnlyList<StoppedJob> Stops { get; init; } = [];

    /// <summary>Confirmations of a stop that don't count.</summary>
    public IReadOnlyList<IdleStatement> IdleConfirmations { get; init; } = [];

    /// <summary>What must be committed to the branch before it may be merged; empty when it is as it should be.</summary>
    public required IReadOnlyList<RenderChange> RenderChanges { get; init; }

    public required IReadOnlyList<ManifestDiff> Manifests { get; init; }

    public required PlatformPolicy Platform { get; init; }

    /// <summary>What all jobs that start can cost at most; null when a job has no timeout.</summary>
    public double? MaxCost =>
        Jobs.Where(j => j.Plan is not null && j.Action != JobAction.Unchanged)
            .Select(j => j.Holding!.MaxCost)
            .Aggregate((double?)0, (sum, cost) => sum + cost);

    /// <summary>Whether the fault lies with the platform: broken policies, or our own rules.</summary>
    public bool IsOurFault =>
        Findings.Any(f => f.Severity == Severity.Error && f.Rule.Category == RuleCategory.Internal);
}
