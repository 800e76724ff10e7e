using Rayquest.JobModel.Text;

namespace Rayquest.JobRender.Edits;

/// <summary>What an edit of one field does to an object that is there.</summary>
public enum EditEffect
{
    /// <summary>It takes effect, and no pod is touched but those that are no longer asked for.</summary>
    AtOnce,

    /// <summary>All pods are replaced: what runs on them ends.</summary>
    Recreate,

    /// <summary>A second cluster is made beside the first, which goes when the second is ready.</summary>
    NewCluster,

    /// <summary>It holds for what is started later.</summary>
    NextRun,

    /// <summary>Runs that were not asked for when their time was start all at once.</summary>
    CatchUp,

    /// <summary>Only pods made later have it, so that the cluster would be mixed.</summary>
    NewPodsOnly,

    /// <summary>The operator doesn't look at it again.</summary>
    Ignored,

    /// <summary>The API server refuses it, or what is left behind can't be reached any more.</summary>
    Impossible,
}

/// <summary>An edit of one field.</summary>
/// <param name="Field">Where it is, in the manifest's own words.</param>
/// <param name="Effect">What the operator does with it.</param>
/// <param name="Span">The line that decided it: of the request, a profile or a policy.</param>
/// <param name="Remedy">The way round, where it has no effect or can't be made.</param>
public sealed record FieldEdit(string Field, EditEffect Effect, SourceSpan Span, string? Remedy = null)
{
    /// <summary>How many runs start at once, where it catches up and that can be known; 0 otherwise.</summary>
    public long Runs { get; init; }

    /// <summary>What comes of it, in words.</summary>
    public string EffectText =>
        Effect switch
        {
            EditEffect.AtOnce => "takes effect at once",
            EditEffect.Recreate => "all pods are replaced, and what runs there ends",
            EditEffect.NewCluster => "a second cluster is made beside the first",
            EditEffect.NextRun => "holds from the next run on",
            EditEffect.CatchUp => "starts at once what the schedule would have had",
            EditEffect.NewPodsOnly => "only pods made later would have it",
            EditEffect.Ignored => "nothing would come of it",
            _ => "can't be made",
        };

    /// <summary>Whether it can't be merged: nothing would come of it, or only half.</summary>
    public bool IsRefused => Effect is EditEffect.NewPodsOnly or EditEffect.Ignored or EditEffect.Impossible;
}
