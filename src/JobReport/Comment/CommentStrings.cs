using Rayquest.JobModel.Diagnostics;
using Rayquest.JobReport.Markdown;

namespace Rayquest.JobReport.Comment;

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
}

/// <summary>The sentences in one language. Placeholders are filled with text that is already safe.</summary>
public sealed class CommentStrings
{
    private static readonly (CommentStringKey Key, string En, string Zh)[] Table =
    [
        (CommentStringKey.Ready, "Ready to merge", "可以合并"),
        (CommentStringKey.NeedsApproval, "Needs approval", "需要审批"),
        (CommentStringKey.Blocked, "Can't be merged yet", "暂时不能合并"),
        (CommentStringKey.NotASubmission, "Not a submission of jobs", "不是作业提交"),
        (CommentStringKey.InternalError, "The platform is at fault", "平台出现故障"),
        (CommentStringKey.MergedOver, "Merged, and over a hard limit", "已合并，但超出硬限额"),
        (CommentStringKey.NothingChanges, "no job changes", "没有作业变化"),
        (
            CommentStringKey.DoPass,
            "Everything is inside its bounds. Merge when you like.",
            "全部在限额之内，随时可以合并。"
        ),
        (
            CommentStringKey.DoAutoMerge,
            "Everything is inside its bounds. It is merged by itself once the required checks are green.",
            "全部在限额之内，必需的检查通过后会自动合并。"
        ),
        (
            CommentStringKey.DoApproved,
            "Over a soft limit, and approved. Merge when you like.",
            "超出软限额，已获审批，随时可以合并。"
        ),
        (
            CommentStringKey.DoFix,
            "Fix the lines below and push; this comment follows.",
            "请修正下列各行并推送，本评论会随之更新。"
        ),
        (
            CommentStringKey.DoApprove,
            "{0} must approve. Nothing is left to do for the author.",
            "需要 {0} 审批，作者无需其他操作。"
        ),
        (
            CommentStringKey.DoAskPolicy,
            "Nobody can approve beyond a hard limit: ask for less, wait until jobs end, or have the limit raised in `policies/quotas.yaml` in a pull request of its own.",
            "超出硬限额不能审批放行：请减少申请、等待其他作业结束，或另开一个拉取请求在 `policies/quotas.yaml` 中提高限额。"
        ),
        (
            CommentStringKey.DoSplit,
            "Open one pull request for the requests and another for the rest.",
            "请将作业请求与其他改动分成两个拉取请求。"
        ),
        (
            CommentStringKey.DoInternalError,
            "This is no fault of the request. The platform team must fix the policies on the base branch; then push again or close and reopen.",
            "这不是请求的问题。请平台团队先修复基础分支上的策略，然后重新推送，或关闭后重新打开。"
        ),
        (
            CommentStringKey.DoMergedOver,
            "Something else was merged at the same moment, and together they are too much. The cluster's own quota holds back what is over: wait until jobs end, or remove a request in a new pull request.",
            "同时有其他请求合并，两者合计超出限额。超出部分由集群自身的配额拦截：请等待其他作业结束，或另开拉取请求移除一个作业请求。"
        ),
        (
            CommentStringKey.DoQueueAgain,
            "The merge queue evaluated it together with what is ahead of it, and took it out of the queue; nothing of it was merged. Queue it again once it is evaluated anew against `main`, or ask for less.",
            "合并队列将它与排在前面的请求一起评估后移出了队列，没有合并任何内容。请在基于 `main` 重新评估后再次排队，或减少申请。"
        ),
        (
            CommentStringKey.DoOrdinary,
            "It touches no request; people and ordinary checks review it.",
            "没有改动作业请求，由人工评审和常规检查判断。"
        ),
        (CommentStringKey.PoliciesInOrder, "The policies are in order", "策略文件无误"),
        (
            CommentStringKey.DoPolicies,
            "Once merged, they apply to every new request; what is merged already stays as it is. People review the change.",
            "合并后将用于评估所有新的作业请求；已合并的作业保持不变。改动由人工评审。"
        ),
        (
            CommentStringKey.DoFixPolicies,
            "Fix the policies below: as they are, requests could not be checked against them. Each finding says where and how.",
            "请修正下列策略文件：按现在的内容无法据此评估作业请求。每条结果都说明了位置和修改方法。"
        ),
        (
            CommentStringKey.RenderCommitted,
            "The manifests below are on the branch: what you approve is what runs.",
            "下列清单已提交到该分支：批准的就是将要运行的。"
        ),
        (
            CommentStringKey.RenderAtMerge,
            "The branch belongs to a fork, so the manifests below are rendered at the merge, to these very bytes.",
            "该分支属于复刻仓库，下列清单会在合并时按同样的内容生成。"
        ),
        (CommentStringKey.Findings, "Findings", "检查结果"),
        (CommentStringKey.Ignored, "Ignored by the request", "作业请求中忽略的检查"),
        (
            CommentStringKey.IgnoredHow,
            "A comment in the request silences these; whoever reviews it decides whether the reason holds.",
            "作业请求中的注释忽略了以下检查；理由是否成立由评审人判断。"
        ),
        (CommentStringKey.Reason, "Reason given", "理由"),
        (CommentStringKey.Errors, "{0} to fix", "{0} 处错误"),
        (CommentStringKey.Warnings, "{0} to consider", "{0} 处提醒"),
        (CommentStringKey.Where, "Where", "位置"),
        (CommentStringKey.What, "What", "内容"),
        (CommentStringKey.Jobs, "Jobs", "作业"),
        (CommentStringKey.Job, "Job", "作业"),
        (CommentStringKey.Workers, "Workers", "工作节点"),
        (CommentStringKey.Gpus, "GPUs", "GPU"),
        (CommentStringKey.AtMost, "At most", "费用上限"),
        (CommentStringKey.Timeout, "Timeout", "时限"),
        (CommentStringKey.Starts, "starts", "启动"),
        (CommentStringKey.Replaces, "starts, and **stops {0}**", "启动，并**停止 {0}**"),
        (CommentStringKey.Stops, "**is stopped**", "**被停止**"),
        (CommentStringKey.GoesOn, "goes on as it is", "保持不变"),
        (CommentStringKey.Unbounded, "no limit", "无上限"),
        (CommentStringKey.EditedInPlace, "is edited in place", "就地修改"),
        (CommentStringKey.Lease, "lease of {0}", "租期 {0}"),
        (CommentStringKey.Edits, "What the edits do", "修改的影响"),
        (CommentStringKey.EditsAtOnce, "takes effect at once: {0}", "立即生效：{0}"),
        (
            CommentStringKey.EditsRecreate,
            "**all pods are replaced, and what runs there ends**: {0}",
            "**所有 Pod 将被替换，其上运行的一切随之结束**：{0}"
        ),
        (
            CommentStringKey.EditsNewCluster,
            "a second cluster is made beside the first, which goes when the second is ready: {0}",
            "会在原集群旁新建一个集群，新集群就绪后删除原集群：{0}"
        ),
        (CommentStringKey.EditsNextRun, "holds from the next run on: {0}", "从下一次运行起生效：{0}"),
        (
            CommentStringKey.EditsCatchUp,
            "**starts at once what the schedule would have had since the last run**: {0}",
            "**会立即启动上次运行以来计划中的全部运行**：{0}"
        ),
        (CommentStringKey.Schedules, "Schedules", "定时计划"),
        (CommentStringKey.ScheduleSuspended, "suspended, so nothing comes", "已暂停，不会运行"),
        (CommentStringKey.ScheduleNext, "next: {0}", "接下来：{0}"),
        (CommentStringKey.ScheduleRuns, "up to {0} at a time, up to {1} a month", "最多同时 {0} 个，每月最多 {1} 次"),
        (
            CommentStringKey.OperatorsZone,
            "time zone of the operator, shown as UTC",
            "使用 Operator 的时区，此处按 UTC 显示"
        ),
        (CommentStringKey.AMonth, "{0} a month", "每月 {0}"),
        (CommentStringKey.EditsRefused, "**can't be merged so**: {0}", "**不能这样合并**：{0}"),
        (CommentStringKey.Quota, "Quota", "配额"),
        (CommentStringKey.Team, "Team", "团队"),
        (CommentStringKey.Resource, "Resource", "资源"),
        (CommentStringKey.BeforeAfter, "Before → after", "之前 → 之后"),
        (CommentStringKey.Soft, "Soft", "软限额"),
        (CommentStringKey.Hard, "Hard", "硬限额"),
        (CommentStringKey.Elsewhere, "Asked for elsewhere", "其他请求"),
        (CommentStringKey.WhoHolds, "Who holds it now", "目前由谁占用"),
        (CommentStringKey.Approval, "Approval", "审批"),
        (
            CommentStringKey.ApprovalHow,
            "{0} can approve this head, {1}: by an approving review, or by a comment that is nothing but this line. A push takes approvals back.",
            "{0} 可以审批当前版本 {1}：提交批准评审，或发表仅含下面一行的评论。新的推送会使审批失效。"
        ),
        (CommentStringKey.ApprovalCommand, "/approve-quota", "/approve-quota"),
        (CommentStringKey.HasApproved, "{0} approved for team {1}.", "{0} 已为团队 {1} 审批。"),
        (
            CommentStringKey.Outdated,
            "{0} approved {1}, which is not the head; the head is {2}.",
            "{0} 审批的是 {1}，不是当前版本；当前版本是 {2}。"
        ),
        (
            CommentStringKey.ByAuthor,
            "{0} opened this, or wrote or pushed a commit of it: nobody approves their own work.",
            "{0} 创建了此拉取请求，或编写、推送过其中的提交：任何人不能审批自己的内容。"
        ),
        (
            CommentStringKey.ByOwner,
            "{0} owns a job of this request: owners don't approve their own.",
            "{0} 是作业负责人，不能审批自己的作业。"
        ),
        (CommentStringKey.NotApprover, "{0} is not among the approvers.", "{0} 不在审批人之列。"),
        (
            CommentStringKey.OtherAccount,
            "{0} is another account by now than the one `policies/quotas.yaml` means (`accounts`).",
            "{0} 现在是另一个账户，与 `policies/quotas.yaml` 中 `accounts` 登记的不同。"
        ),
        (
            CommentStringKey.Unclear,
            "{0} wrote a command that can't be followed: it must be a new comment with nothing but the line below.",
            "{0} 的命令无法执行：必须是一条只含下面一行的新评论。"
        ),
        (
            CommentStringKey.NotTheHead,
            "{0} named {1}, which is not the whole id of the head, {2}: write a new comment with nothing but the line below.",
            "{0} 写的 {1} 不是当前版本 {2} 的完整提交号：请发表一条只含下面一行的新评论。"
        ),
        (
            CommentStringKey.Withdrawn,
            "{0} approves it no more: the approval was taken back, or dismissed.",
            "{0} 的审批已被撤回或驳回，不再有效。"
        ),
        (CommentStringKey.Manifest, "changes", "改动"),
        (CommentStringKey.ManifestNew, "new", "新增"),
        (CommentStringKey.ManifestGone, "removed", "移除"),
        (
            CommentStringKey.More,
            "and {0} more: they are in the job summary of this run",
            "另有 {0} 项，见本次运行的作业摘要"
        ),
        (
            CommentStringKey.Shortened,
            "Shortened to fit; the whole is in the job summary of this run.",
            "内容过长已缩短，完整内容见本次运行的作业摘要。"
        ),
        (CommentStringKey.TheOthers, "The others", "其余"),
        (CommentStringKey.JobSummary, "job summary", "作业摘要"),
        (CommentStringKey.Guide, "guide", "指南"),
        (CommentStringKey.EditInForm, "edit in the form", "在表单中修改"),
        (CommentStringKey.Colon, ": ", "："),
        (CommentStringKey.Comma, ", ", "，"),
        (CommentStringKey.Footer, "Evaluated: head {0} against base {1}", "评估版本：{0}，基础：{1}"),
        (CommentStringKey.ReasonErrors, "errors to fix: {0}", "需要修正的错误：{0}"),
        (
            CommentStringKey.ReasonBrokenPolicy,
            "a policy file of the base branch can't be read",
            "基础分支上的策略文件无法读取"
        ),
        (CommentStringKey.ReasonInternalError, "a rule of Rayquest failed by itself", "Rayquest 的一条规则自身出错"),
        (CommentStringKey.ReasonMixed, "requests are submitted beside other files", "作业请求与其他文件同时改动"),
        (
            CommentStringKey.ReasonOverHard,
            "team {0} would hold {2} {1}, and may hold {3} at most",
            "团队 {0} 将占用 {2} {1}，上限为 {3}"
        ),
        (
            CommentStringKey.ReasonOvertaken,
            "another merge came first: there was room when this branch began, and since then {5} took {2} {1} of team {0}",
            "其他请求先合并了：创建该分支时限额还够，此后 {5} 占用了团队 {0} 的 {2} {1}"
        ),
        (
            CommentStringKey.ReasonOverSoft,
            "team {0} would hold {2} {1}, more than {3}",
            "团队 {0} 将占用 {2} {1}，超过 {3}"
        ),
        (
            CommentStringKey.ReasonGpuHours,
            "team {0} may come to {2} {1}-hours this month, more than {3}",
            "团队 {0} 本月可能用到 {2} {1} 小时，超过 {3}"
        ),
        (CommentStringKey.ReasonMissing, "approval for team {0} is missing: {4}", "缺少团队 {0} 的审批：{4}"),
        (
            CommentStringKey.ReasonNobody,
            "nobody is left who may approve for team {0}: the author and owners don't count; add an approver in `policies/quotas.yaml`",
            "团队 {0} 没有可用的审批人：作者和负责人不算；请在 `policies/quotas.yaml` 中增加审批人"
        ),
        (CommentStringKey.ReasonChanges, "{4} asked for changes", "{4} 要求修改"),
        (CommentStringKey.ReasonApproved, "{4} approved for team {0}", "{4} 已为团队 {0} 审批"),
        (
            CommentStringKey.ReasonStopUnconfirmed,
            "it would stop the live job {1}, and nobody has confirmed that: {4}",
            "将停止正在运行的作业 {1}，尚无人确认：{4}"
        ),
        (
            CommentStringKey.ReasonConflict,
            "it conflicts with the base branch in {5}, so nobody can say what would be merged",
            "与基础分支冲突（{5}），无法判断合并后的内容"
        ),
        (
            CommentStringKey.ReasonRebase,
            "rebasing its commits gives other files than merging it: squash them, or merge the base into the branch",
            "变基合并得到的文件与普通合并不同：请压缩提交，或先把基础分支合并进来"
        ),
        (
            CommentStringKey.ReasonUnreadable,
            "it has more paths than are read; make it smaller, or split it over several pull requests",
            "改动的路径过多，无法读取；请减小改动，或拆成多个拉取请求"
        ),
        (
            CommentStringKey.ReasonNotEntitled,
            "{4} changes files of team {0} without being one of its members: one of its approvers must agree",
            "{4} 不是团队 {0} 的成员却改动了它的文件，需要该团队的审批人同意"
        ),
        (
            CommentStringKey.ReasonUnknownAuthor,
            "a bot pushed to it, so nobody can say whose work it is: {4}; a person must push it or open it again",
            "由机器人推送，无法确定作者：{4}；请由本人重新推送或重新打开"
        ),
        (
            CommentStringKey.Silenced,
            "{0} approved, but a comment of theirs was deleted or edited by somebody else afterwards: they must approve again.",
            "{0} 审批过，但其评论随后被他人删除或修改，需要重新审批。"
        ),
        (
            CommentStringKey.DoMergeBase,
            "Merge the base branch into this one, resolve what conflicts, and push. Files under `jobs/` are rendered again, so take either version of them.",
            "请把基础分支合并进来，解决冲突后推送。`jobs/` 下的文件会重新渲染，任选一个版本即可。"
        ),
        (
            CommentStringKey.Unprotected,
            "The base branch requires neither that branches are up to date nor a merge queue: two requests that pass one by one can be merged together. The platform team can see more with `rayquest doctor`.",
            "基础分支既不要求分支保持最新，也没有启用合并队列：分别通过的两个请求可能一起被合并。平台团队可用 `rayquest doctor` 查看详情。"
        ),
        (CommentStringKey.NeedsConfirmation, "Needs confirmation", "需要确认"),
        (
            CommentStringKey.DoConfirm,
            "It stops what is live: {0} must confirm that, by the line below.",
            "将停止正在运行的作业：需要 {0} 用下面一行确认。"
        ),
        (CommentStringKey.Stopping, "What it stops", "将停止的作业"),
        (CommentStringKey.StopLive, "{0} is {1}{2}{3}.", "{0} 状态为 {1}{2}{3}。"),
        (CommentStringKey.StopHours, "; its program has run for {0}{1}", "；程序已运行 {0}{1}"),
        (
            CommentStringKey.StopUnrecorded,
            "It isn't known whether {0} runs: no status sync has recorded it yet.",
            "无法确定 {0} 是否在运行：状态同步尚未把它的状态写入账本。"
        ),
        (
            CommentStringKey.StopNoLedger,
            "It isn't known whether {0} runs: there is no ledger.",
            "无法确定 {0} 是否在运行：没有账本。"
        ),
        (CommentStringKey.StopConfirmed, "{0} confirmed that {1} is stopped.", "{0} 已确认停止 {1}。"),
        (
            CommentStringKey.StopHow,
            "{0} can confirm that for this head, {1}, by a comment that is nothing but this line. A push takes it back.",
            "{0} 可以通过发表仅含下面一行的评论来确认当前版本 {1}。新的推送会使确认失效。"
        ),
        (CommentStringKey.StopCommand, "/confirm-stop", "/confirm-stop"),
        (
            CommentStringKey.StopOutdated,
            "{0} confirmed {1}, which is not the head; the head is {2}.",
            "{0} 确认的是 {1}，不是当前版本；当前版本是 {2}。"
        ),
        (CommentStringKey.StopNotEntitled, "{0} is none of those who can confirm it.", "{0} 不在可以确认的人之列。"),
        (CommentStringKey.GpuHours, "{0}-hours this month", "本月 {0} 小时"),
        (CommentStringKey.UsedOf, "{0} used, up to {1} asked for", "已用 {0}，申请最多 {1}"),
        (CommentStringKey.OneJob, "1 job", "1 个作业"),
        (CommentStringKey.ManyJobs, "{0} jobs", "{0} 个作业"),
        (CommentStringKey.And, " and ", "和"),
        (CommentStringKey.Or, " or ", "或"),
        (CommentStringKey.Fix, "Fix: {0}.", "修复：{0}。"),
        (
            CommentStringKey.Legend,
            "`█` held and staying, `▓` asked for here, `░` free up to the hard limit, `╎` the soft limit",
            "`█` 继续占用，`▓` 本次申请，`░` 硬限额内剩余，`╎` 软限额"
        ),
        (CommentStringKey.NothingDone, "Nothing was done:", "未执行："),
        (
            CommentStringKey.StopOpened,
            "{1} takes {0} back, for {2}. It stops when that is merged.",
            "已为 {2} 创建 {1} 以撤回 {0}，合并后作业停止。"
        ),
        (
            CommentStringKey.RerunOpened,
            "{1} asks for {0} again, for {2}. It runs when that is merged.",
            "已为 {2} 创建 {1} 以再次运行 {0}，合并后开始。"
        ),
        (
            CommentStringKey.SuspendOpened,
            "{1} suspends {0}, for {2}. It rests when that is merged.",
            "已为 {2} 创建 {1} 以暂停 {0}，合并后生效。"
        ),
        (
            CommentStringKey.ResumeOpened,
            "{1} lets {0} go on, for {2}. It does when that is merged.",
            "已为 {2} 创建 {1} 以恢复 {0}，合并后生效。"
        ),
        (
            CommentStringKey.ResumeAsOpened,
            "{1} asks for {0} under the name {3}, for {2}. Under its old name the operator would start every run that it missed, at once; a new one begins afresh. Confirm there that the suspended one goes.",
            "已为 {2} 创建 {1}，以名称 {3} 重新申请 {0}。沿用旧名称时，operator 会立即启动所有错过的运行；新名称则从头开始。请在那里确认移除已暂停的对象。"
        ),
        (
            CommentStringKey.RunOpened,
            "{1} asks for one run of {0} as the job {3}, for {2}. It runs when that is merged.",
            "已为 {2} 创建 {1}，以作业 {3} 运行一次 {0}，合并后开始。"
        ),
        (
            CommentStringKey.CommandNotOfKind,
            "{0} is not for {1}, which is a {2}. Schedules and clusters are suspended and resumed, and schedules run now.",
            "{0} 不适用于 {1}（{2}）。只有定时作业和集群可以暂停和恢复，只有定时作业可以立即运行。"
        ),
        (CommentStringKey.AlreadySuspended, "{0} is suspended already.", "{0} 已处于暂停状态。"),
        (CommentStringKey.NotSuspended, "{0} is not suspended.", "{0} 未被暂停。"),
        (
            CommentStringKey.KueueSuspends,
            "Kueue decides when {0} rests, and would take a suspension back.",
            "{0} 的暂停由 Kueue 决定，手动暂停会被撤销。"
        ),
        (
            CommentStringKey.RequestNotChanged,
            "{0} can't be changed line by line. Change it by hand in a pull request.",
            "无法逐行修改 {0}，请另开拉取请求手动修改。"
        ),
        (
            CommentStringKey.StopCommitted,
            "{1} took {0} back, for {2}. Argo CD stops it at its next sync.",
            "已为 {2} 通过 {1} 撤回 {0}，Argo CD 将在下次同步时停止它。"
        ),
        (
            CommentStringKey.RerunCommitted,
            "{1} asks for {0} again, for {2}. Argo CD starts it at its next sync.",
            "已为 {2} 通过 {1} 再次提交 {0}，Argo CD 将在下次同步时启动它。"
        ),
        (
            CommentStringKey.CommitRefused,
            "It could not be committed to the main branch directly, so it is a pull request.",
            "无法直接提交到主分支，因此改为拉取请求。"
        ),
        (CommentStringKey.AlreadyAsked, "{0} asks for the same and is still open.", "{0} 已提出相同的请求，仍未合并。"),
        (
            CommentStringKey.CommandNotAllowed,
            "{0} may not do that to {1}. Who may: {2}.",
            "{0} 无权对 {1} 执行该操作。有权的人：{2}。"
        ),
        (CommentStringKey.JobEnded, "{0} has ended by itself ({1}).", "{0} 已自行结束（{1}）。"),
        (CommentStringKey.JobArchived, "{0} has ended and was archived.", "{0} 已结束并归档。"),
        (CommentStringKey.JobWithdrawn, "{0} was taken back before, by {1}.", "{0} 此前已由 {1} 撤回。"),
        (
            CommentStringKey.JobSuperseded,
            "{1} changed {0} since, so what runs is no longer this pull request's. Comment there.",
            "{1} 之后修改了 {0}，正在运行的已不属于本拉取请求，请在那里评论。"
        ),
        (
            CommentStringKey.AmbiguousName,
            "this pull request brought several jobs. Say which, in a comment that is nothing but one of these lines.",
            "本拉取请求包含多个作业。请发表仅含下列其中一行的评论来指明。"
        ),
        (
            CommentStringKey.NameUnknown,
            "this pull request brought no job of that name. These can be named.",
            "本拉取请求没有该名称的作业。可用的名称如下。"
        ),
        (
            CommentStringKey.PartOfSweep,
            "that is one of the {0} jobs of one request, which start and stop together.",
            "这是同一请求中 {0} 个作业之一，它们只能一起启动和停止。"
        ),
        (CommentStringKey.NoJobHere, "this pull request brought no job.", "本拉取请求没有作业。"),
        (
            CommentStringKey.CommandHelp,
            "Commands on a merged request are the lines below, with a job's name behind it where the request brought several. A command is a new comment with nothing else in it.",
            "合并后的请求可用以下命令；若有多个作业，请在后面加作业名称。命令必须是一条不含其他内容的新评论。"
        ),
        (
            CommentStringKey.CommandMistyped,
            "there is no such command. Did you mean the line below? A command is a new comment with nothing else in it.",
            "没有这个命令。是否想用下面这一行？命令必须是一条不含其他内容的新评论。"
        ),
        (
            CommentStringKey.CommandBeforeMerge,
            "that command is for a request that is merged, and this one isn't. To withdraw it, close the pull request.",
            "该命令只用于已合并的请求，本请求尚未合并。若要撤回，请关闭本拉取请求。"
        ),
        (
            CommentStringKey.CommandAfterMerge,
            "quota is approved and stops are confirmed on an open pull request, and this one is merged. Commands on a merged request are the lines below.",
            "审批配额和确认停止只用于未合并的拉取请求，本请求已合并。合并后的请求可用以下命令。"
        ),
        (
            CommentStringKey.CommandEdited,
            "a command counts only as it was first written. Write it again in a new comment.",
            "命令只按最初的内容生效，请用新评论重写。"
        ),
        (
            CommentStringKey.CommandTooOld,
            "the command was read more than a day after it was written. Write it again if it is still meant.",
            "命令在写下一天多之后才被读取。若仍需要，请重写。"
        ),
        (
            CommentStringKey.RunNotRaised,
            "`run` can't be raised in {0} by changing one line. Raise it by hand in a pull request.",
            "无法通过修改一行来提高 {0} 中的 `run`，请另开拉取请求手动修改。"
        ),
        (CommentStringKey.ParameterRefused, "The parameters can't be changed so: {0}.", "参数不能这样修改：{0}。"),
        (
            CommentStringKey.CommandPoliciesBroken,
            "the policies on the main branch can't be read, so nobody can tell who may do this. The platform team must fix them; then write it again.",
            "主分支上的策略无法读取，无法判断权限。请平台团队修复后再重写命令。"
        ),
        (CommentStringKey.CommandDryRun, "A dry run: {0} is left as it is.", "试运行：{0} 保持不变。"),
    ];

    private readonly Dictionary<CommentStringKey, string> strings;

    private CommentStrings(string language, Func<(CommentStringKey Key, string En, string Zh), string> choose)
    {
        Language = language;
        strings = Table.ToDictionary(row => row.Key, choose);
    }

    public static CommentStrings English { get; } = new("en", row => row.En);

    public static CommentStrings SimplifiedChinese { get; } = new("zh-CN", row => row.Zh);

    public string Language { get; }

    /// <summary>The language of <c>platform.language</c>; English where we have none.</summary>
    public static CommentStrings Of(string language) =>
        language.StartsWith("zh", StringComparison.OrdinalIgnoreCase) ? SimplifiedChinese : English;

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

        MarkdownText comma = Language == "en" ? MarkdownText.Of($", ") : MarkdownText.Of($"、");
        return MarkdownText.Join(items.Take(items.Count - 1), comma) + Format(last) + items[^1];
    }
}
