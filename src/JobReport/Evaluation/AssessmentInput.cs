using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Repository;

namespace Rayquest.JobReport.Evaluation;

/// <summary>Why there is no merge result to look at.</summary>
public enum MergeObstacle
{
    /// <summary>There is one.</summary>
    None,

    /// <summary>Base and head changed the same lines.</summary>
    Conflict,

    /// <summary>A rebase would bring other files than a merge, so that nobody knows what would be merged.</summary>
    RebaseDiffers,

    /// <summary>The head has more paths, or more changed ones, than are read.</summary>
    Unreadable,
}

/// <summary>
/// A change to assess: the base as it is, and what the base would be after the merge. Policies come from the base; the head
/// itself is not looked at, since it is not what would be merged.
/// </summary>
public sealed record AssessmentInput
{
    /// <summary>The branch the change goes to, as it is now.</summary>
    public required IRepositoryTree Base { get; init; }

    /// <summary>What the branch would hold after the merge; the base itself where <see cref="Obstacle"/> is in the way.</summary>
    public required IRepositoryTree Result { get; init; }

    /// <summary>What differs between the two; with an obstacle, what the head changed since it left the base.</summary>
    public required IReadOnlyList<string> ChangedPaths { get; init; }

    /// <summary>Why <see cref="Result"/> is not known.</summary>
    public MergeObstacle Obstacle { get; init; }

    /// <summary>The paths in conflict.</summary>
    public IReadOnlyList<string> Conflicts { get; init; } = [];

    /// <summary>The base as it was when the head left it, to say who was merged first; null where that doesn't matter.</summary>
    public IRepositoryTree? Fork { get; init; }

    /// <summary>Whether the pipeline can commit to the branch; if not, files under <c>jobs/</c> must be right by themselves.</summary>
    public bool CanCommit { get; init; } = true;

    /// <summary>What other open pull requests ask for.</summary>
    public IReadOnlyList<PendingDemand> Elsewhere { get; init; } = [];

    /// <summary>When the change is looked at, to tell the next runs of a schedule; null where that doesn't matter.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>The names that the ledger has of runs, live or over.</summary>
    public IRecordedNames Recorded { get; init; } = NoRecordedNames.Instance;

    /// <summary>GPU-hours used this month, by team and type, where the ledger is known.</summary>
    public IReadOnlyDictionary<(string Team, string Gpu), double> GpuHoursUsed { get; init; } =
        new Dictionary<(string, string), double>();
}
