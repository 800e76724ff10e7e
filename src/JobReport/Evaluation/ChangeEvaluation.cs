using Rayquest.JobLint.Quotas;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Policies;
using Rayquest.JobReport.Approvals;
using Rayquest.JobReport.Jobs;
using Rayquest.JobReport.Lifecycle;

namespace Rayquest.JobReport.Evaluation;

/// <summary>
/// A change, what it comes to and what was decided: everything there is to say about it, printed by <c>preview</c> and written
/// by <c>review</c>. Made by <see cref="VerdictRule"/> alone, and never altered afterwards.
/// </summary>
public sealed record ChangeEvaluation
{
    internal ChangeEvaluation() { }

    public required Assessment Assessment { get; init; }

    public required Verdict Verdict { get; init; }

    /// <summary>Why the verdict is what it is, the weightiest first.</summary>
    public required IReadOnlyList<Reason> Reasons { get; init; }

    public required ApprovalState Approvals { get; init; }

    /// <summary>Jobs that the change stops and that are live, or not known to have ended.</summary>
    public required IReadOnlyList<StoppedJob> Stops { get; init; }

    /// <summary>Confirmations of a stop that don't count.</summary>
    public required IReadOnlyList<IgnoredApproval> IdleConfirmations { get; init; }

    /// <summary>
    /// The reasons that somebody can still take away by an approval or a confirmation; of what is blocked as well, where they are
    /// not among <see cref="Reasons"/>.
    /// </summary>
    public IReadOnlyList<Reason> StillOpen { get; init; } = [];

    public ChangeKind Kind => Assessment.Kind;

    public IReadOnlyList<string> ChangedPaths => Assessment.ChangedPaths;

    public IReadOnlyList<Finding> Findings => Assessment.Findings;

    public IReadOnlyList<JobChange> Jobs => Assessment.Jobs;

    public IReadOnlyList<QuotaRow> Quota => Assessment.Quota;

    public IReadOnlyList<GpuHoursRow> GpuHours => Assessment.GpuHours;

    public IReadOnlyList<ManifestDiff> Manifests => Assessment.Manifests;

    public PlatformPolicy Platform => Assessment.Platform;

    public string Language => Assessment.Language;

    public bool IsPlatformFault => Assessment.IsPlatformFault;

    /// <summary>What must be committed to the branch; nothing where the change is blocked.</summary>
    public IReadOnlyList<RenderChange> RenderChanges => Verdict == Verdict.Blocked ? [] : Assessment.RenderChanges;

    /// <summary>What all jobs that start can cost at most; null when a job has no timeout.</summary>
    public double? MaxCost =>
        Jobs.Where(j => j.Plan is not null && j.Action != JobAction.Unchanged)
            .Select(j => j.Demand!.MaxCost)
            .Aggregate((double?)0, (sum, cost) => sum + cost);
}
