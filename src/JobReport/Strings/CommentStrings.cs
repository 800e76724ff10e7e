using System.Collections.Concurrent;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Languages;
using Rayquest.JobReport.Markdown;

namespace Rayquest.JobReport.Strings;

/// <summary>Every sentence of ours on the pull request.</summary>
public enum CommentStringKey
{
    Ready,
    NeedsApproval,
    Blocked,
    NotASubmission,
    InternalError,
    MergedOver,
    NothingChanges,
    DoPass,
    DoAutoMerge,
    DoApproved,
    DoFix,
    DoApprove,
    DoAskPolicy,
    DoSplit,
    DoInternalError,
    DoMergedOver,
    DoQueueAgain,
    DoOrdinary,
    PoliciesInOrder,
    DoPolicies,
    DoFixPolicies,
    RenderCommitted,
    RenderAtMerge,
    Findings,
    Ignored,
    IgnoredHow,
    Reason,
    Errors,
    Warnings,
    Where,
    What,
    Jobs,
    Job,
    Workers,
    Gpus,
    AtMost,
    Timeout,
    Starts,
    Replaces,
    Stops,
    GoesOn,
    Unbounded,
    EditedInPlace,
    Lease,
    Edits,
    EditsAtOnce,
    EditsRecreate,
    EditsNewCluster,
    EditsNextRun,
    EditsCatchUp,
    Schedules,
    ScheduleSuspended,
    ScheduleNext,
    ScheduleRuns,
    OperatorsZone,
    AMonth,
    EditsRefused,
    Quota,
    Team,
    Resource,
    BeforeAfter,
    Soft,
    Hard,
    Elsewhere,
    WhoHolds,
    Approval,
    ApprovalHow,
    ApprovalCommand,
    HasApproved,
    Outdated,
    ByAuthor,
    ByOwner,
    NotApprover,
    OtherAccount,
    Unclear,
    NotTheHead,
    Withdrawn,
    Manifest,
    ManifestNew,
    ManifestGone,
    More,
    Shortened,
    TheOthers,
    Footer,
    JobSummary,
    Guide,
    EditInForm,
    Colon,
    Comma,
    ListComma,
    ReasonErrors,
    ReasonBrokenPolicy,
    ReasonInternalError,
    ReasonMixed,
    ReasonOverHard,
    ReasonOverSoft,
    ReasonOvertaken,
    ReasonGpuHours,
    ReasonMissing,
    ReasonNobody,
    ReasonChanges,
    ReasonApproved,
    ReasonStopUnconfirmed,
    ReasonConflict,
    ReasonRebase,
    ReasonUnreadable,
    ReasonNotEntitled,
    ReasonUnknownAuthor,
    Silenced,
    DoMergeBase,
    Unprotected,
    NeedsConfirmation,
    DoConfirm,
    Stopping,
    StopLive,
    StopHours,
    StopUnrecorded,
    StopNoLedger,
    StopConfirmed,
    StopHow,
    StopCommand,
    StopOutdated,
    StopNotEntitled,
    GpuHours,
    UsedOf,
    OneJob,
    ManyJobs,
    And,
    Or,
    Fix,
    Legend,
    NothingDone,
    StopOpened,
    RerunOpened,
    SuspendOpened,
    ResumeOpened,
    ResumeAsOpened,
    RunOpened,
    CommandNotOfKind,
    AlreadySuspended,
    NotSuspended,
    KueueSuspends,
    RequestNotChanged,
    StopCommitted,
    RerunCommitted,
    CommitRefused,
    AlreadyAsked,
    CommandNotAllowed,
    JobEnded,
    JobArchived,
    JobWithdrawn,
    JobSuperseded,
    AmbiguousName,
    NameUnknown,
    PartOfSweep,
    NoJobHere,
    CommandHelp,
    CommandMistyped,
    CommandBeforeMerge,
    CommandAfterMerge,
    CommandEdited,
    CommandTooOld,
    RunNotRaised,
    ParameterRefused,
    CommandPoliciesBroken,
    CommandDryRun,
    StatusNext,
    StatusJobs,
    StatusRefusal,
    StatusLogEmpty,
    StatusLogEnd,
    StatusLogLines,
    StatusLog,
    StatusAsOf,
    StatusRun,
    StatusDue,
    StatusState,
    StatusSince,
    StatusKnown,
    StatusMore,
    StatusDashboard,
    StatusLogs,
    StatusHistory,
    StatusTime,
    StatusReason,
    StatusAttempt,
}

/// <summary>The sentences in one language. Placeholders are filled with text that is already safe.</summary>
public sealed class CommentStrings
{
    private static readonly (CommentStringKey Key, string Text)[] Table =
    [
        (CommentStringKey.Ready, "Ready to merge"),
        (CommentStringKey.NeedsApproval, "Needs approval"),
        (CommentStringKey.Blocked, "Can't be merged yet"),
        (CommentStringKey.NotASubmission, "Not a submission of jobs"),
        (CommentStringKey.InternalError, "The platform is at fault"),
        (CommentStringKey.MergedOver, "Merged, and over a hard limit"),
        (CommentStringKey.NothingChanges, "no job changes"),
        (CommentStringKey.DoPass, "Everything is inside its bounds. Merge when you like."),
        (
            CommentStringKey.DoAutoMerge,
            "Everything is inside its bounds. It is merged by itself once the required checks are green."
        ),
        (CommentStringKey.DoApproved, "Over a soft limit, and approved. Merge when you like."),
        (CommentStringKey.DoFix, "Fix the lines below and push; this comment follows."),
        (CommentStringKey.DoApprove, "{0} must approve. Nothing is left to do for the author."),
        (
            CommentStringKey.DoAskPolicy,
            "Nobody can approve beyond a hard limit: ask for less, wait until jobs end, or have the limit raised in `policies/quotas.yaml` in a pull request of its own."
        ),
        (CommentStringKey.DoSplit, "Open one pull request for the requests and another for the rest."),
        (
            CommentStringKey.DoInternalError,
            "This is no fault of the request. The platform team must fix the policies on the base branch; then push again or close and reopen."
        ),
        (
            CommentStringKey.DoMergedOver,
            "Something else was merged at the same moment, and together they are too much. The cluster's own quota holds back what is over: wait until jobs end, or remove a request in a new pull request."
        ),
        (
            CommentStringKey.DoQueueAgain,
            "The merge queue evaluated it together with what is ahead of it, and took it out of the queue; nothing of it was merged. Queue it again once it is evaluated anew against `main`, or ask for less."
        ),
        (CommentStringKey.DoOrdinary, "It touches no request; people and ordinary checks review it."),
        (CommentStringKey.PoliciesInOrder, "The policies are in order"),
        (
            CommentStringKey.DoPolicies,
            "Once merged, they apply to every new request; what is merged already stays as it is. People review the change."
        ),
        (
            CommentStringKey.DoFixPolicies,
            "Fix the policies below: as they are, requests could not be checked against them. Each finding says where and how."
        ),
        (CommentStringKey.RenderCommitted, "The manifests below are on the branch: what you approve is what runs."),
        (
            CommentStringKey.RenderAtMerge,
            "The branch belongs to a fork, so the manifests below are rendered at the merge, to these very bytes."
        ),
        (CommentStringKey.Findings, "Findings"),
        (CommentStringKey.Ignored, "Ignored by the request"),
        (
            CommentStringKey.IgnoredHow,
            "A comment in the request silences these; whoever reviews it decides whether the reason holds."
        ),
        (CommentStringKey.Reason, "Reason given"),
        (CommentStringKey.Errors, "{0} to fix"),
        (CommentStringKey.Warnings, "{0} to consider"),
        (CommentStringKey.Where, "Where"),
        (CommentStringKey.What, "What"),
        (CommentStringKey.Jobs, "Jobs"),
        (CommentStringKey.Job, "Job"),
        (CommentStringKey.Workers, "Workers"),
        (CommentStringKey.Gpus, "GPUs"),
        (CommentStringKey.AtMost, "At most"),
        (CommentStringKey.Timeout, "Timeout"),
        (CommentStringKey.Starts, "starts"),
        (CommentStringKey.Replaces, "starts, and **stops {0}**"),
        (CommentStringKey.Stops, "**is stopped**"),
        (CommentStringKey.GoesOn, "goes on as it is"),
        (CommentStringKey.Unbounded, "no limit"),
        (CommentStringKey.EditedInPlace, "is edited in place"),
        (CommentStringKey.Lease, "lease of {0}"),
        (CommentStringKey.Edits, "What the edits do"),
        (CommentStringKey.EditsAtOnce, "takes effect at once: {0}"),
        (CommentStringKey.EditsRecreate, "**all pods are replaced, and what runs there ends**: {0}"),
        (
            CommentStringKey.EditsNewCluster,
            "a second cluster is made beside the first, which goes when the second is ready: {0}"
        ),
        (CommentStringKey.EditsNextRun, "holds from the next run on: {0}"),
        (CommentStringKey.EditsCatchUp, "**starts at once what the schedule would have had since the last run**: {0}"),
        (CommentStringKey.Schedules, "Schedules"),
        (CommentStringKey.ScheduleSuspended, "suspended, so nothing comes"),
        (CommentStringKey.ScheduleNext, "next: {0}"),
        (CommentStringKey.ScheduleRuns, "up to {0} at a time, up to {1} a month"),
        (CommentStringKey.OperatorsZone, "time zone of the operator, shown as UTC"),
        (CommentStringKey.AMonth, "{0} a month"),
        (CommentStringKey.EditsRefused, "**can't be merged so**: {0}"),
        (CommentStringKey.Quota, "Quota"),
        (CommentStringKey.Team, "Team"),
        (CommentStringKey.Resource, "Resource"),
        (CommentStringKey.BeforeAfter, "Before → after"),
        (CommentStringKey.Soft, "Soft"),
        (CommentStringKey.Hard, "Hard"),
        (CommentStringKey.Elsewhere, "Asked for elsewhere"),
        (CommentStringKey.WhoHolds, "Who holds it now"),
        (CommentStringKey.Approval, "Approval"),
        (
            CommentStringKey.ApprovalHow,
            "{0} can approve this head, {1}: by an approving review, or by a comment that is nothing but this line. A push takes approvals back."
        ),
        (CommentStringKey.ApprovalCommand, "/approve-quota"),
        (CommentStringKey.HasApproved, "{0} approved for team {1}."),
        (CommentStringKey.Outdated, "{0} approved {1}, which is not the head; the head is {2}."),
        (
            CommentStringKey.ByAuthor,
            "{0} opened this, or wrote or pushed a commit of it: nobody approves their own work."
        ),
        (CommentStringKey.ByOwner, "{0} owns a job of this request: owners don't approve their own."),
        (CommentStringKey.NotApprover, "{0} is not among the approvers."),
        (
            CommentStringKey.OtherAccount,
            "{0} is another account by now than the one `policies/quotas.yaml` means (`accounts`)."
        ),
        (
            CommentStringKey.Unclear,
            "{0} wrote a command that can't be followed: it must be a new comment with nothing but the line below."
        ),
        (
            CommentStringKey.NotTheHead,
            "{0} named {1}, which is not the whole id of the head, {2}: write a new comment with nothing but the line below."
        ),
        (CommentStringKey.Withdrawn, "{0} approves it no more: the approval was taken back, or dismissed."),
        (CommentStringKey.Manifest, "changes"),
        (CommentStringKey.ManifestNew, "new"),
        (CommentStringKey.ManifestGone, "removed"),
        (CommentStringKey.More, "and {0} more: they are in the job summary of this run"),
        (CommentStringKey.Shortened, "Shortened to fit; the whole is in the job summary of this run."),
        (CommentStringKey.TheOthers, "The others"),
        (CommentStringKey.JobSummary, "job summary"),
        (CommentStringKey.Guide, "guide"),
        (CommentStringKey.EditInForm, "edit in the form"),
        (CommentStringKey.Colon, ": "),
        (CommentStringKey.Comma, ", "),
        (CommentStringKey.Footer, "Evaluated: head {0} against base {1}"),
        (CommentStringKey.ReasonErrors, "errors to fix: {0}"),
        (CommentStringKey.ReasonBrokenPolicy, "a policy file of the base branch can't be read"),
        (CommentStringKey.ReasonInternalError, "a rule of Rayquest failed by itself"),
        (CommentStringKey.ReasonMixed, "requests are submitted beside other files"),
        (CommentStringKey.ReasonOverHard, "team {0} would hold {2} {1}, and may hold {3} at most"),
        (
            CommentStringKey.ReasonOvertaken,
            "another merge came first: there was room when this branch began, and since then {5} took {2} {1} of team {0}"
        ),
        (CommentStringKey.ReasonOverSoft, "team {0} would hold {2} {1}, more than {3}"),
        (CommentStringKey.ReasonGpuHours, "team {0} may come to {2} {1}-hours this month, more than {3}"),
        (CommentStringKey.ReasonMissing, "approval for team {0} is missing: {4}"),
        (
            CommentStringKey.ReasonNobody,
            "nobody is left who may approve for team {0}: the author and owners don't count; add an approver in `policies/quotas.yaml`"
        ),
        (CommentStringKey.ReasonChanges, "{4} asked for changes"),
        (CommentStringKey.ReasonApproved, "{4} approved for team {0}"),
        (CommentStringKey.ReasonStopUnconfirmed, "it would stop the live job {1}, and nobody has confirmed that: {4}"),
        (
            CommentStringKey.ReasonConflict,
            "it conflicts with the base branch in {5}, so nobody can say what would be merged"
        ),
        (
            CommentStringKey.ReasonRebase,
            "rebasing its commits gives other files than merging it: squash them, or merge the base into the branch"
        ),
        (
            CommentStringKey.ReasonUnreadable,
            "it has more paths than are read; make it smaller, or split it over several pull requests"
        ),
        (
            CommentStringKey.ReasonNotEntitled,
            "{4} changes files of team {0} without being one of its members: one of its approvers must agree"
        ),
        (
            CommentStringKey.ReasonUnknownAuthor,
            "a bot pushed to it, so nobody can say whose work it is: {4}; a person must push it or open it again"
        ),
        (
            CommentStringKey.Silenced,
            "{0} approved, but a comment of theirs was deleted or edited by somebody else afterwards: they must approve again."
        ),
        (
            CommentStringKey.DoMergeBase,
            "Merge the base branch into this one, resolve what conflicts, and push. Files under `jobs/` are rendered again, so take either version of them."
        ),
        (
            CommentStringKey.Unprotected,
            "The base branch requires neither that branches are up to date nor a merge queue: two requests that pass one by one can be merged together. The platform team can see more with `rayquest doctor`."
        ),
        (CommentStringKey.NeedsConfirmation, "Needs confirmation"),
        (CommentStringKey.DoConfirm, "It stops what is live: {0} must confirm that, by the line below."),
        (CommentStringKey.Stopping, "What it stops"),
        (CommentStringKey.StopLive, "{0} is {1}{2}{3}."),
        (CommentStringKey.StopHours, "; its program has run for {0}{1}"),
        (CommentStringKey.StopUnrecorded, "It isn't known whether {0} runs: no status sync has recorded it yet."),
        (CommentStringKey.StopNoLedger, "It isn't known whether {0} runs: there is no ledger."),
        (CommentStringKey.StopConfirmed, "{0} confirmed that {1} is stopped."),
        (
            CommentStringKey.StopHow,
            "{0} can confirm that for this head, {1}, by a comment that is nothing but this line. A push takes it back."
        ),
        (CommentStringKey.StopCommand, "/confirm-stop"),
        (CommentStringKey.StopOutdated, "{0} confirmed {1}, which is not the head; the head is {2}."),
        (CommentStringKey.StopNotEntitled, "{0} is none of those who can confirm it."),
        (CommentStringKey.GpuHours, "{0}-hours this month"),
        (CommentStringKey.UsedOf, "{0} used, up to {1} asked for"),
        (CommentStringKey.OneJob, "1 job"),
        (CommentStringKey.ManyJobs, "{0} jobs"),
        (CommentStringKey.ListComma, ", "),
        (CommentStringKey.And, " and "),
        (CommentStringKey.Or, " or "),
        (CommentStringKey.Fix, "Fix: {0}."),
        (
            CommentStringKey.Legend,
            "`█` held and staying, `▓` asked for here, `░` free up to the hard limit, `╎` the soft limit"
        ),
        (CommentStringKey.NothingDone, "Nothing was done:"),
        (CommentStringKey.StopOpened, "{1} takes {0} back, for {2}. It stops when that is merged."),
        (CommentStringKey.RerunOpened, "{1} asks for {0} again, for {2}. It runs when that is merged."),
        (CommentStringKey.SuspendOpened, "{1} suspends {0}, for {2}. It rests when that is merged."),
        (CommentStringKey.ResumeOpened, "{1} lets {0} go on, for {2}. It does when that is merged."),
        (
            CommentStringKey.ResumeAsOpened,
            "{1} asks for {0} under the name {3}, for {2}. Under its old name the operator would start every run that it missed, at once; a new one begins afresh. Confirm there that the suspended one goes."
        ),
        (
            CommentStringKey.RunOpened,
            "{1} asks for one run of {0} as the job {3}, for {2}. It runs when that is merged."
        ),
        (
            CommentStringKey.CommandNotOfKind,
            "{0} is not for {1}, which is a {2}. Schedules and clusters are suspended and resumed, and schedules run now."
        ),
        (CommentStringKey.AlreadySuspended, "{0} is suspended already."),
        (CommentStringKey.NotSuspended, "{0} is not suspended."),
        (CommentStringKey.KueueSuspends, "Kueue decides when {0} rests, and would take a suspension back."),
        (CommentStringKey.RequestNotChanged, "{0} can't be changed line by line. Change it by hand in a pull request."),
        (CommentStringKey.StopCommitted, "{1} took {0} back, for {2}. Argo CD stops it at its next sync."),
        (CommentStringKey.RerunCommitted, "{1} asks for {0} again, for {2}. Argo CD starts it at its next sync."),
        (
            CommentStringKey.CommitRefused,
            "It could not be committed to the main branch directly, so it is a pull request."
        ),
        (CommentStringKey.AlreadyAsked, "{0} asks for the same and is still open."),
        (CommentStringKey.CommandNotAllowed, "{0} may not do that to {1}. Who may: {2}."),
        (CommentStringKey.JobEnded, "{0} has ended by itself ({1})."),
        (CommentStringKey.JobArchived, "{0} has ended and was archived."),
        (CommentStringKey.JobWithdrawn, "{0} was taken back before, by {1}."),
        (
            CommentStringKey.JobSuperseded,
            "{1} changed {0} since, so what runs is no longer this pull request's. Comment there."
        ),
        (
            CommentStringKey.AmbiguousName,
            "this pull request brought several jobs. Say which, in a comment that is nothing but one of these lines."
        ),
        (CommentStringKey.NameUnknown, "this pull request brought no job of that name. These can be named."),
        (CommentStringKey.PartOfSweep, "that is one of the {0} jobs of one request, which start and stop together."),
        (CommentStringKey.NoJobHere, "this pull request brought no job."),
        (
            CommentStringKey.CommandHelp,
            "Commands on a merged request are the lines below, with a job's name behind it where the request brought several. A command is a new comment with nothing else in it."
        ),
        (
            CommentStringKey.CommandMistyped,
            "there is no such command. Did you mean the line below? A command is a new comment with nothing else in it."
        ),
        (
            CommentStringKey.CommandBeforeMerge,
            "that command is for a request that is merged, and this one isn't. To withdraw it, close the pull request."
        ),
        (
            CommentStringKey.CommandAfterMerge,
            "quota is approved and stops are confirmed on an open pull request, and this one is merged. Commands on a merged request are the lines below."
        ),
        (
            CommentStringKey.CommandEdited,
            "a command counts only as it was first written. Write it again in a new comment."
        ),
        (
            CommentStringKey.CommandTooOld,
            "the command was read more than a day after it was written. Write it again if it is still meant."
        ),
        (
            CommentStringKey.RunNotRaised,
            "`run` can't be raised in {0} by changing one line. Raise it by hand in a pull request."
        ),
        (CommentStringKey.ParameterRefused, "The parameters can't be changed so: {0}."),
        (
            CommentStringKey.CommandPoliciesBroken,
            "the policies on the main branch can't be read, so nobody can tell who may do this. The platform team must fix them; then write it again."
        ),
        (CommentStringKey.CommandDryRun, "A dry run: {0} is left as it is."),
        (CommentStringKey.StatusNext, " What to do: {0}."),
        (CommentStringKey.StatusJobs, "**{0} jobs**: {1}."),
        (CommentStringKey.StatusRefusal, "{0}: the refusal is about {1} in {2}."),
        (CommentStringKey.StatusLogEmpty, "It is empty."),
        (CommentStringKey.StatusLogEnd, "The last"),
        (CommentStringKey.StatusLogLines, "lines of the log of"),
        (CommentStringKey.StatusLog, "The log of"),
        (CommentStringKey.StatusAsOf, "As of {0}. Ready workers are counted when something changes."),
        (CommentStringKey.StatusRun, "Run"),
        (CommentStringKey.StatusDue, "Due"),
        (CommentStringKey.StatusState, "State"),
        (CommentStringKey.StatusSince, "Since"),
        (CommentStringKey.StatusKnown, "What is known"),
        (CommentStringKey.StatusMore, "… and {0} more."),
        (CommentStringKey.StatusDashboard, "dashboard"),
        (CommentStringKey.StatusLogs, "logs"),
        (CommentStringKey.StatusHistory, "History"),
        (CommentStringKey.StatusTime, "Time"),
        (CommentStringKey.StatusReason, "Reason"),
        (CommentStringKey.StatusAttempt, "Attempt"),
    ];

    private const string Context = "comment";

    // In English the same as the comma between clauses.
    private const string ListContext = "comment list";

    private static readonly ConcurrentDictionary<string, CommentStrings> Made = new(StringComparer.Ordinal);

    private readonly Dictionary<CommentStringKey, string> strings;

    private CommentStrings(Language language)
    {
        Language = language;
        strings = Table.ToDictionary(row => row.Key, row => language.Text(ContextOf(row.Key), row.Text));
    }

    /// <summary>In the source language.</summary>
    public static CommentStrings English => In(Language.English);

    /// <summary>Every sentence as a table of strings must have it.</summary>
    public static IEnumerable<(string Context, string Template)> Templates =>
        Table.Select(row => (ContextOf(row.Key), row.Text));

    /// <summary>The language they are in; findings and states are said in it, too.</summary>
    public Language Language { get; }

    /// <summary>The language of that name; English where we have none.</summary>
    public static CommentStrings Of(string language) => In(Language.Of(language));

    /// <summary>In a language.</summary>
    public static CommentStrings In(Language language) =>
        Made.GetOrAdd(language.Name, static (_, spoken) => new CommentStrings(spoken), language);

    private static string ContextOf(CommentStringKey key) => key == CommentStringKey.ListComma ? ListContext : Context;

    /// <summary>A phrase without placeholders.</summary>
    public VerbatimMarkdown this[CommentStringKey key] => new(strings[key]);

    /// <summary>A phrase with its placeholders filled.</summary>
    public MarkdownText Format(CommentStringKey key, params ReadOnlySpan<MarkdownText> values)
    {
        string template = strings[key];
        List<MarkdownText> parts = [];
        int at = 0;
        while (at < template.Length)
        {
            int open = template.IndexOf('{', at);
            if (open < 0 || open + 2 >= template.Length || template[open + 2] != '}')
            {
                break;
            }

            parts.Add(new MarkdownText(template[at..open]));
            int index = template[open + 1] - '0';
            if (index >= 0 && index < values.Length)
            {
                parts.Add(values[index]);
            }

            at = open + 3;
        }

        parts.Add(new MarkdownText(template[at..]));
        return MarkdownText.Join(parts);
    }

    /// <summary><c>a</c>, <c>a or b</c>, <c>a, b or c</c>.</summary>
    public MarkdownText List(IReadOnlyList<MarkdownText> items, CommentStringKey last)
    {
        if (items.Count <= 1)
        {
            return items.Count == 0 ? MarkdownText.Empty : items[0];
        }

        MarkdownText comma = Format(CommentStringKey.ListComma);
        return MarkdownText.Join(items.Take(items.Count - 1), comma) + Format(last) + items[^1];
    }
}
