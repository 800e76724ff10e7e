using Rayquest.JobLint;
using Rayquest.JobLint.Engine;
using Rayquest.JobLint.Quotas;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Quantities;
using Rayquest.JobModel.Repository;
using Rayquest.JobModel.Requests;
using Rayquest.JobRender.Edits;

namespace Rayquest.JobReport.Evaluation;

/// <summary>What happens to a job at the merge.</summary>
public enum JobAction
{
    /// <summary>Starts.</summary>
    Add,

    /// <summary>Starts in place of another, which is stopped.</summary>
    Replace,

    /// <summary>Is edited where it is, under its name.</summary>
    Edit,

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
/// <param name="ResourceDemand">What the job holds; of a stopped one, what it gives back (null in a sweep, where only the sum is known).</param>
/// <param name="Timeout">After which it is stopped; null for none.</param>
public sealed record JobChange(
    string Request,
    string Team,
    string Name,
    JobAction Action,
    string? Replaces,
    JobPlan? Plan,
    ResourceDemand? Demand,
    Duration? Timeout
)
{
    /// <summary>What it is.</summary>
    public JobKind Kind { get; init; } = JobKind.RayJob;

    /// <summary>How long a cluster is given for; null for no end, and for every other kind.</summary>
    public Duration? Lease { get; init; }

    /// <summary>What the edits of a live object do, field by field.</summary>
    public IReadOnlyList<FieldEdit> Edits { get; init; } = [];

    /// <summary>The next runs of a schedule, each with the offset of its zone; empty for everything else, and where nobody said what time it is.</summary>
    public IReadOnlyList<DateTimeOffset> NextRuns { get; init; } = [];

    /// <summary>Whether it brings something to run that wasn't there as it is now.</summary>
    public bool Starts => Action is JobAction.Add or JobAction.Replace or JobAction.Edit;

    /// <summary>What runs there and ends with the merge: what is stopped or replaced, and what an edit takes the pods of; null for nothing.</summary>
    public string? Ends =>
        Action == JobAction.Stop || (Action == JobAction.Edit && Edits.Any(e => e.Effect == EditEffect.Recreate))
            ? Name
            : Replaces;
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
public sealed record PendingDemand(int Pull, string Team, ResourceDemand Adds);

/// <summary>What others took of a resource since a change began, and with it the room the change needed.</summary>
/// <param name="Row">The row that is over its limit.</param>
/// <param name="Taken">The amount.</param>
/// <param name="Jobs">The requests that were merged first.</param>
public sealed record Overtaking(QuotaRow Row, Quantity Taken, IReadOnlyList<string> Jobs);

/// <summary>
/// What a change comes to, worked out from two trees alone: who says what about it, and what is known of running jobs, decides
/// on the verdict but changes nothing here. The same trees give the same assessment.
/// </summary>
public sealed record Assessment
{
    public required ChangeKind Kind { get; init; }

    public MergeObstacle Obstacle { get; init; }

    /// <summary>The paths in conflict.</summary>
    public IReadOnlyList<string> Conflicts { get; init; } = [];

    /// <summary>Every path of the change.</summary>
    public required IReadOnlyList<string> ChangedPaths { get; init; }

    public required IReadOnlyList<Finding> Findings { get; init; }

    /// <summary>What comments in the requests of the change silence, by place.</summary>
    public IReadOnlyList<SuppressedFinding> Ignored { get; init; } = [];

    /// <summary>The requests that the change adds or edits, as far as they can be read at all: path and text.</summary>
    public IReadOnlyList<(string Path, string Text)> Requests { get; init; } = [];

    /// <summary>By request and name.</summary>
    public IReadOnlyList<JobChange> Jobs { get; init; } = [];

    public IReadOnlyList<QuotaRow> Quota { get; init; } = [];

    public IReadOnlyList<GpuHoursRow> GpuHours { get; init; } = [];

    /// <summary>Rows over a limit that had room when the change began.</summary>
    public IReadOnlyList<Overtaking> Overtakings { get; init; } = [];

    /// <summary>What must be committed to the branch before it may be merged; empty when it is as it should be, or can't be known.</summary>
    public IReadOnlyList<RenderChange> RenderChanges { get; init; } = [];

    public IReadOnlyList<ManifestDiff> Manifests { get; init; } = [];

    /// <summary>Who answers for the jobs that start, by team.</summary>
    public ILookup<string, string> Owners { get; init; } =
        Enumerable.Empty<(string, string)>().ToLookup(p => p.Item1, p => p.Item2);

    /// <summary>Who answers for what stands in the base and is touched, by request path.</summary>
    public IReadOnlyDictionary<string, string> OwnersBefore { get; init; } = new Dictionary<string, string>();

    /// <summary>The teams whose folders are touched in any way, ordinal.</summary>
    public IReadOnlyList<string> Teams { get; init; } = [];

    /// <summary>Teams that must approve for a reason beyond this change: in a merge queue, what is over a limit together.</summary>
    public IReadOnlyList<string> AlsoAsk { get; init; } = [];

    /// <summary>Requests of the base that the change edits or removes.</summary>
    public IReadOnlyList<string> TouchedBefore { get; init; } = [];

    /// <summary>Paths under <c>jobs-requests/</c> that the change takes away.</summary>
    public IReadOnlyList<string> Removed { get; init; } = [];

    /// <summary>The policies of the base.</summary>
    public required LoadedPolicies Policies { get; init; }

    public PlatformPolicy Platform => Policies.Policies.Platform;

    /// <summary>The language of what is told.</summary>
    public string Language => Policies.Policies.LanguageOf(Teams);

    /// <summary>Whether policies are changed, and no requests: what was found is the policies' own.</summary>
    public bool IsOfPolicies =>
        Kind == ChangeKind.Ordinary
        && ChangedPaths.Any(p => p.StartsWith(RequestPath.Policies, StringComparison.Ordinal));

    /// <summary>How many findings block.</summary>
    public int Errors => Findings.Count(f => f.Severity == Severity.Error);

    /// <summary>Whether the fault lies with the platform: broken policies, or our own rules.</summary>
    public bool IsPlatformFault =>
        Findings.Any(f => f.Severity == Severity.Error && f.Rule.Category == RuleCategory.Internal);
}
