using Rayquest.JobLint.Rules.PolicyFaults;

namespace Rayquest.JobReport.Evaluation;

/// <summary>Whether a change may be merged.</summary>
public enum Verdict
{
    /// <summary>Inside everything it may.</summary>
    Pass,

    /// <summary>Over a soft limit, or stopping a live job: somebody who may must approve, or confirm, this head.</summary>
    NeedsApproval,

    /// <summary>Errors, or over a hard limit: nobody can approve it.</summary>
    Blocked,
}

/// <summary>Why a verdict is what it is.</summary>
public enum ReasonKind
{
    /// <summary>The request has errors.</summary>
    Errors,

    /// <summary>Policies of the base can't be read: our side's fault.</summary>
    BrokenPolicy,

    /// <summary>A rule of ours failed: our side's fault.</summary>
    InternalError,

    /// <summary>Requests beside other files.</summary>
    Mixed,

    /// <summary>Over a hard limit.</summary>
    OverHard,

    /// <summary>Over a soft limit.</summary>
    OverSoft,

    /// <summary>There was room when the branch began; others were merged first.</summary>
    Overtaken,

    /// <summary>The month's GPU-hours would be used up.</summary>
    OverGpuHours,

    /// <summary>A team's approval is missing.</summary>
    ApprovalMissing,

    /// <summary>Nobody is left who may approve: the author and the owner don't count.</summary>
    NobodyMayApprove,

    /// <summary>An approver asks for changes.</summary>
    ChangesRequested,

    /// <summary>Over a soft limit, and approved.</summary>
    Approved,

    /// <summary>A live job would be stopped, and nobody has confirmed that.</summary>
    StopUnconfirmed,

    /// <summary>Base and head changed the same lines.</summary>
    Conflict,

    /// <summary>A rebase would bring other files than a merge.</summary>
    RebaseDiffers,

    /// <summary>The head has more paths than are read.</summary>
    Unreadable,

    /// <summary>Somebody changes a team's folder who is not entitled to by the base's policy.</summary>
    NotEntitled,

    /// <summary>A commit was pushed by a bot that is not ours: nobody can tell whose work it is, and so who may approve it.</summary>
    UnknownAuthor,
}

/// <summary>One reason; which of the fields are filled depends on its kind.</summary>
public sealed record Reason(ReasonKind Kind)
{
    public string Team { get; init; } = "";

    /// <summary>A GPU type, <c>cpu</c>, <c>memory</c> or <c>jobs</c>; of a stop, the job.</summary>
    public string Resource { get; init; } = "";

    /// <summary>What would be held after the merge; of what was merged first, what it took.</summary>
    public string After { get; init; } = "";

    public string Limit { get; init; } = "";

    /// <summary>Logins.</summary>
    public IReadOnlyList<string> People { get; init; } = [];

    /// <summary>Names of the jobs that were merged first.</summary>
    public IReadOnlyList<string> Jobs { get; init; } = [];

    /// <summary>How many, of errors.</summary>
    public int Count { get; init; }
}
