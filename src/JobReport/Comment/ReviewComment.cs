using System.Globalization;
using System.Text;
using Rayquest.JobLint;
using Rayquest.JobLint.Engine;
using Rayquest.JobLint.Quotas;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Quantities;
using Rayquest.JobModel.Repository;
using Rayquest.JobModel.Requests;
using Rayquest.JobModel.Text;
using Rayquest.JobRender.Edits;
using Rayquest.JobReport.Approvals;
using Rayquest.JobReport.Evaluation;
using Rayquest.JobReport.Jobs;
using Rayquest.JobReport.Lifecycle;
using Rayquest.JobReport.Markdown;
using Rayquest.JobReport.Strings;

namespace Rayquest.JobReport.Comment;

/// <summary>How the manifests get to where they run from.</summary>
public enum RenderRoute
{
    /// <summary>There are none.</summary>
    None,

    /// <summary>They are on the branch.</summary>
    OnBranch,

    /// <summary>They are rendered at the merge: the branch is a fork's.</summary>
    AtMerge,
}

/// <summary>When a change was evaluated.</summary>
public enum EvaluationStage
{
    /// <summary>On its pull request, against the base as it is.</summary>
    PullRequest,

    /// <summary>In a merge queue, against the base and what is ahead of it.</summary>
    MergeQueue,

    /// <summary>After it was merged.</summary>
    Merge,
}

/// <summary>Where a comment stands and what it links to.</summary>
/// <param name="Repository">The repository's page (<c>https://github.com/acme/ray-jobs</c>), or null where there is none.</param>
/// <param name="HeadSha">The head that was evaluated.</param>
/// <param name="BaseSha">The base it was evaluated against.</param>
/// <param name="IsUnprotected">Whether the base branch is known to require neither up-to-date branches nor a merge queue.</param>
/// <param name="RunUrl">The page of the run, whose job summary holds everything; null outside a run.</param>
public sealed record CommentContext(
    string? Repository,
    string HeadSha,
    string BaseSha,
    string? RunUrl = null,
    bool AutoMerge = false,
    RenderRoute Route = RenderRoute.None,
    EvaluationStage At = EvaluationStage.PullRequest,
    bool IsUnprotected = false
);

/// <summary>
/// The one comment on a pull request. The same preview at the same place gives the same text, so that nothing is written
/// when nothing changed; and it fits, whatever comes.
/// </summary>
public static class ReviewComment
{
    /// <summary>Finds our comment again.</summary>
    public const string Marker = "<!-- rayquest:review ";

    /// <summary>How long a comment may become; GitHub refuses 65,536 characters.</summary>
    public const int Limit = 60_000;

    /// <summary>How many bytes of UTF-8 a comment may have: a check run takes 65,535 of them, and nobody says what GitHub counts.</summary>
    public const int ByteLimit = 65_000;

    /// <summary>How long a job summary may become; GitHub takes 1 MiB.</summary>
    public const int SummaryLimit = 250_000;

    private static readonly Detail[] Levels =
    [
        new(1000, 500, 60, 40_000, 600),
        new(400, 250, 30, 20_000, 500),
        new(200, 150, 20, 10_000, 400),
        new(120, 100, 10, 4_000, 300),
        new(80, 80, 8, 0, 300),
        new(50, 50, 5, 0, 200),
        new(25, 30, 3, 0, 150),
        new(10, 15, 2, 0, 100),
        new(3, 5, 0, 0, 80),
    ];

    /// <summary>The comment's text, at most <paramref name="limit"/> characters.</summary>
    public static MarkdownText Write(ChangeEvaluation preview, CommentContext context, int limit = Limit)
    {
        MarkdownText text = MarkdownText.Empty;
        foreach (Detail detail in Levels)
        {
            text = new Writer(preview, context, detail).Write();
            if (text.Length <= limit && (limit > Limit || Encoding.UTF8.GetByteCount(text.ToString()) <= ByteLimit))
            {
                return text;
            }
        }

        return text;
    }

    /// <summary>The verdict in a few words, without any text of the author's: for the status (140 characters) and the check's title.</summary>
    public static string Headline(ChangeEvaluation preview)
    {
        string text = preview.Kind switch
        {
            _ when preview is { Assessment.IsOfPolicies: true, Verdict: Verdict.Pass } => "The policies are in order",
            ChangeKind.Ordinary when preview.Verdict == Verdict.Pass => "Not a submission of jobs",
            _ when preview.IsPlatformFault => "The platform's policies are at fault, not the request",
            _ => preview.Verdict switch
            {
                Verdict.Pass => $"Ready to merge: {Sum(preview)}",
                Verdict.NeedsApproval when preview.Approvals.IsGiven => $"Needs confirmation: {Sum(preview)}",
                Verdict.NeedsApproval => $"Needs approval: {Sum(preview)}",
                _ when preview.Reasons.FirstOrDefault(r => r.Kind == ReasonKind.OverHard) is { } over =>
                    $"Blocked: over a hard limit ({over.After} {over.Resource} of {over.Limit})",
                _ => preview.Assessment.Errors is > 0 and int errors
                    ? $"Blocked: {ReasonText.Count(errors, "error")} to fix"
                    : preview.Assessment.Obstacle switch
                    {
                        MergeObstacle.Conflict => "Blocked: conflicts with the base branch",
                        MergeObstacle.RebaseDiffers => "Blocked: a rebase would bring other files than a merge",
                        MergeObstacle.Unreadable => "Blocked: more paths than are read",
                        _ => "Blocked: over a hard limit",
                    },
            },
        };
        return text.Length <= 140 ? text : text[..139] + "…";
    }

    private static string Sum(ChangeEvaluation preview)
    {
        JobChange[] starts = [.. preview.Jobs.Where(j => j.Starts)];
        int stops = preview.Jobs.Count(j => j.Action is JobAction.Stop);
        List<string> parts = [];
        if (starts.Length > 0)
        {
            parts.Add(ReasonText.Count(starts.Length, "job"));
            ResourceDemand sum = starts.Aggregate(ResourceDemand.None, (total, job) => total + job.Demand!);
            parts.AddRange(
                sum.Gpus.Take(3).Select(g => string.Create(CultureInfo.InvariantCulture, $"{g.Value} × {g.Key}"))
            );
            if (sum.MaxCost is > 0 and { } cost)
            {
                parts.Add($"at most {AmountText.Money(cost, preview.Platform.Currency)}");
            }
        }

        if (stops > 0)
        {
            parts.Add($"{ReasonText.Count(stops, "job")} stopped");
        }

        return parts.Count == 0 ? "no job changes" : string.Join(", ", parts);
    }

    /// <summary>How much of each part is shown.</summary>
    private sealed record Detail(int Findings, int Jobs, int Consumers, int DiffChars, int MessageChars);

    // More rows than this are opened by a click: a reader of the pull request must be able to scroll past.
    private const int OpenRows = 20;

    // Longer ones are shown shortened and not linked: Git allows 4,096 bytes, and each may take three in an address.
    private const int MostPath = 500;

    private sealed class Writer(ChangeEvaluation preview, CommentContext context, Detail detail)
    {
        private readonly CommentStrings strings = CommentStrings.Of(preview.Language);
        private bool shortened;

        // What is over a soft limit is told by the reasons and the quota table, with those who may really approve.
        private readonly Finding[] findings = [.. preview.Findings.Where(f => !f.Rule.AsksForApproval)];

        public MarkdownText Write()
        {
            List<MarkdownText> parts =
            [
                Head(),
                .. Findings(),
                .. Ignored(),
                .. Jobs(),
                .. Stops(),
                .. Quota(),
                .. Approvals(),
                .. Manifests(),
                .. Protection(),
            ];
            parts.Add(Foot());
            return MarkdownText.Join(parts);
        }

        private MarkdownText Head()
        {
            (MarkdownText sign, CommentStringKey title) = preview switch
            {
                { IsPlatformFault: true } => (MarkdownText.Of($"🛠️"), CommentStringKey.InternalError),
                { Assessment.IsOfPolicies: true, Verdict: Verdict.Pass } => (
                    MarkdownText.Of($"✅"),
                    CommentStringKey.PoliciesInOrder
                ),
                { Kind: ChangeKind.Ordinary, Verdict: Verdict.Pass } => (
                    MarkdownText.Of($"⚪"),
                    CommentStringKey.NotASubmission
                ),
                { Verdict: Verdict.Pass } => (MarkdownText.Of($"✅"), CommentStringKey.Ready),
                { Verdict: Verdict.NeedsApproval, Approvals.IsGiven: true } => (
                    MarkdownText.Of($"🟡"),
                    CommentStringKey.NeedsConfirmation
                ),
                { Verdict: Verdict.NeedsApproval } => (MarkdownText.Of($"🟡"), CommentStringKey.NeedsApproval),
                _ when IsOverAfterMerge => (MarkdownText.Of($"⛔"), CommentStringKey.MergedOver),
                _ => (MarkdownText.Of($"⛔"), CommentStringKey.Blocked),
            };
            MarkdownText sum =
                preview.Kind == ChangeKind.Ordinary
                    ? MarkdownText.Empty
                    : MarkdownText.Of($"{strings.Format(CommentStringKey.Colon)}{Sum()}");
            MarkdownText text = MarkdownText.Of($"### {sign} {strings.Format(title)}{sum}\n\n{Next()}\n");
            if (context.At == EvaluationStage.MergeQueue && preview.Verdict != Verdict.Pass)
            {
                text += MarkdownText.Of($"\n{strings.Format(CommentStringKey.DoQueueAgain)}\n");
            }

            bool listed = false;
            Reason[] reasons =
            [
                .. preview.Reasons.Where(r =>
                    r.Kind is not (ReasonKind.Errors or ReasonKind.ApprovalMissing or ReasonKind.StopUnconfirmed)
                ),
            ];
            foreach (Reason reason in reasons.Take(12))
            {
                text += MarkdownText.Of(
                    $"{(listed ? MarkdownText.Empty : MarkdownText.Of($"\n"))}- {ReasonText.Of(reason, strings)}\n"
                );
                listed = true;
            }

            return text + MarkdownText.Of($"\n");
        }

        private bool IsOverAfterMerge =>
            context.At == EvaluationStage.Merge && preview.Reasons.Any(r => r.Kind == ReasonKind.OverHard);

        private MarkdownText Sum()
        {
            // What must be fixed first is more than what would run.
            if (
                preview.Verdict == Verdict.Blocked
                && !preview.Reasons.Any(r => r.Kind == ReasonKind.OverHard)
                && findings.Count(f => f.Severity == Severity.Error) is > 0 and var faults
            )
            {
                return strings.Format(CommentStringKey.Errors, MarkdownText.Of($"{faults}"));
            }

            JobChange[] starts = [.. preview.Jobs.Where(j => j.Starts)];
            int stops = preview.Jobs.Count(j => j.Action is JobAction.Stop);
            List<MarkdownText> parts = [];
            if (starts.Length > 0)
            {
                parts.Add(
                    starts.Length == 1
                        ? strings.Format(CommentStringKey.OneJob)
                        : strings.Format(CommentStringKey.ManyJobs, MarkdownText.Of($"{starts.Length}"))
                );
                ResourceDemand sum = starts.Aggregate(ResourceDemand.None, (total, job) => total + job.Demand!);
                parts.AddRange(sum.Gpus.Take(4).Select(g => MarkdownText.Of($"{g.Value} × {g.Key}")));
                if (sum.MaxCost is > 0 and { } cost)
                {
                    parts.Add(MarkdownText.Of($"≤ {AmountText.Money(cost, preview.Platform.Currency)}"));
                }
            }

            if (stops > 0)
            {
                parts.Add(MarkdownText.Of($"{stops} × {strings.Format(CommentStringKey.Stops)}"));
            }

            return parts.Count == 0
                ? strings.Format(CommentStringKey.NothingChanges)
                : MarkdownText.Join(parts, strings.Format(CommentStringKey.Comma));
        }

        private MarkdownText Next()
        {
            if (preview.IsPlatformFault)
            {
                return strings.Format(CommentStringKey.DoInternalError);
            }

            if (preview.Assessment.Obstacle is MergeObstacle.Conflict or MergeObstacle.RebaseDiffers)
            {
                return strings.Format(CommentStringKey.DoMergeBase);
            }

            if (preview.Kind == ChangeKind.Mixed)
            {
                return strings.Format(CommentStringKey.DoSplit);
            }

            if (preview.Assessment.IsOfPolicies)
            {
                return strings.Format(
                    preview.Verdict == Verdict.Pass ? CommentStringKey.DoPolicies : CommentStringKey.DoFixPolicies
                );
            }

            if (preview.Kind == ChangeKind.Ordinary && preview.Verdict == Verdict.Pass)
            {
                return strings.Format(CommentStringKey.DoOrdinary);
            }

            return preview.Verdict switch
            {
                Verdict.Pass when preview.Approvals.IsNeeded && !context.AutoMerge => strings.Format(
                    CommentStringKey.DoApproved
                ),
                Verdict.Pass => strings.Format(
                    context.AutoMerge ? CommentStringKey.DoAutoMerge : CommentStringKey.DoPass
                ),
                Verdict.NeedsApproval when preview.Approvals.IsGiven => strings.Format(
                    CommentStringKey.DoConfirm,
                    People(Confirmers(), CommentStringKey.Or)
                ),
                Verdict.NeedsApproval => strings.Format(
                    CommentStringKey.DoApprove,
                    strings.List(
                        [
                            .. preview
                                .Approvals.Teams.Where(t => !t.IsGiven)
                                .Select(t =>
                                    t.Approvers.Count == 0
                                        ? MarkdownText.Of($"—")
                                        : People(t.Approvers, CommentStringKey.Or)
                                ),
                        ],
                        CommentStringKey.And
                    )
                ),
                _ when IsOverAfterMerge => strings.Format(CommentStringKey.DoMergedOver),
                _ when preview.Reasons.Any(r => r.Kind == ReasonKind.OverHard) => strings.Format(
                    CommentStringKey.DoAskPolicy
                ),
                _ => strings.Format(CommentStringKey.DoFix),
            };
        }

        private IEnumerable<MarkdownText> Findings()
        {
            if (findings.Length == 0)
            {
                yield break;
            }

            int errors = findings.Count(f => f.Severity == Severity.Error);
            int warnings = findings.Length - errors;
            List<MarkdownText> counts = [];
            if (errors > 0)
            {
                counts.Add(strings.Format(CommentStringKey.Errors, MarkdownText.Of($"{errors}")));
            }

            if (warnings > 0)
            {
                counts.Add(strings.Format(CommentStringKey.Warnings, MarkdownText.Of($"{warnings}")));
            }

            yield return MarkdownText.Of(
                $"#### {strings.Format(CommentStringKey.Findings)}{strings.Format(CommentStringKey.Colon)}{MarkdownText.Join(counts, strings.Format(CommentStringKey.Comma))}\n\n"
            );
            MarkdownText head = MarkdownText.Of(
                $"| | {strings.Format(CommentStringKey.Where)} | {strings.Format(CommentStringKey.What)} |\n|---|---|---|\n"
            );
            List<MarkdownText> rows = [];
            // Errors first: they are what must be done, and what survives shortening.
            foreach (Finding finding in findings.OrderByDescending(f => f.Severity).Take(detail.Findings))
            {
                rows.Add(Row(finding));
            }

            yield return Table(head, rows);
            yield return More(findings.Length - detail.Findings) + MarkdownText.Of($"\n");
        }

        private IEnumerable<MarkdownText> Ignored()
        {
            IReadOnlyList<SuppressedFinding> ignored = preview.Assessment.Ignored;
            if (ignored.Count == 0)
            {
                yield break;
            }

            yield return MarkdownText.Of(
                $"#### {strings.Format(CommentStringKey.Ignored)}{strings.Format(CommentStringKey.Colon)}{ignored.Count}\n\n{strings.Format(CommentStringKey.IgnoredHow)}\n\n"
            );
            MarkdownText head = MarkdownText.Of(
                $"| {strings.Format(CommentStringKey.Where)} | {strings.Format(CommentStringKey.What)} | {strings.Format(CommentStringKey.Reason)} |\n|---|---|---|\n"
            );
            yield return Table(head, [.. ignored.Take(detail.Findings).Select(Row)]);
            yield return More(ignored.Count - detail.Findings) + MarkdownText.Of($"\n");
        }

        private MarkdownText Row(SuppressedFinding ignored)
        {
            string path = ignored.Span.Source.Path;
            int line = ignored.Span.Start.Line;
            MarkdownText rule = MarkdownText.Code(ignored.Rule.Code);
            return MarkdownText.Of(
                $"| {Link(Location(path, line), Blob(path, line))} | {MarkdownText.Prose(strings.Language.Of(ignored.Finding).Message, detail.MessageChars)} {Link(rule, Page(ignored.Rule.HelpPath))} | {MarkdownText.Prose(ignored.Reason, detail.MessageChars)} |\n"
            );
        }

        private static MarkdownText Location(string path, int line)
        {
            string shown = path.StartsWith(RequestPath.Requests, StringComparison.Ordinal)
                ? path[RequestPath.Requests.Length..]
                : path;
            return MarkdownText.Code(string.Create(CultureInfo.InvariantCulture, $"{shown}:{line}"), 120);
        }

        private MarkdownText Table(MarkdownText head, List<MarkdownText> rows) =>
            rows.Count <= OpenRows + 5
                ? head + MarkdownText.Join(rows)
                : head
                    + MarkdownText.Join(rows.Take(OpenRows))
                    + MarkdownText.Of($"\n")
                    + MarkdownText.Folded(
                        $"{strings[CommentStringKey.TheOthers]} ({rows.Count - OpenRows})",
                        head + MarkdownText.Join(rows.Skip(OpenRows))
                    );

        private MarkdownText Row(Finding found)
        {
            Finding finding = strings.Language.Of(found);
            MarkdownText sign = finding.Severity == Severity.Error ? MarkdownText.Of($"⛔") : MarkdownText.Of($"⚠️");
            string path = finding.Span.Source.Path;
            int line = finding.Span.Start.Line;
            MarkdownText label = Location(path, line);
            MarkdownText rule = MarkdownText.Code(finding.Rule.Code);
            MarkdownText fix = finding.Fix is { Safety: FixSafety.Safe } safe
                ? MarkdownText.Of($" {strings.Format(CommentStringKey.Fix, MarkdownText.Prose(safe.Title, 100))}")
                : MarkdownText.Empty;
            return MarkdownText.Of(
                $"| {sign} | {Link(label, Blob(path, line))} | {MarkdownText.Prose(finding.Message, detail.MessageChars)}{fix} {Link(rule, Page(finding.Rule.HelpPath))} |\n"
            );
        }

        private IEnumerable<MarkdownText> Jobs()
        {
            if (preview.Jobs.Count == 0)
            {
                yield break;
            }

            yield return MarkdownText.Of($"#### {strings.Format(CommentStringKey.Jobs)}\n\n");
            MarkdownText head = MarkdownText.Of(
                $"| {strings.Format(CommentStringKey.Job)} | | {strings.Format(CommentStringKey.Workers)} | {strings.Format(CommentStringKey.Gpus)} | {strings.Format(CommentStringKey.AtMost)} | {strings.Format(CommentStringKey.Timeout)} |\n|---|---|---|---|--:|--:|\n"
            );
            List<MarkdownText> rows = [];
            foreach (JobChange job in preview.Jobs.OrderBy(j => j.Action == JobAction.Unchanged).Take(detail.Jobs))
            {
                rows.Add(Row(job));
            }

            yield return Table(head, rows);
            yield return More(preview.Jobs.Count - detail.Jobs) + MarkdownText.Of($"\n");
            foreach (MarkdownText part in Edits().Concat(Schedules()))
            {
                yield return part;
            }
        }

        // When something comes is said as the clocks there will show it.
        private IEnumerable<MarkdownText> Schedules()
        {
            JobChange[] scheduled = [.. preview.Jobs.Where(j => j is { Starts: true, Plan.Schedule: not null })];
            if (scheduled.Length == 0)
            {
                yield break;
            }

            yield return MarkdownText.Of($"#### {strings.Format(CommentStringKey.Schedules)}\n\n");
            foreach (JobChange job in scheduled.Take(detail.Jobs))
            {
                SchedulePlan schedule = job.Plan!.Schedule!;
                MarkdownText zone = schedule.TimeZone is { Value: not "Local" } named
                    ? MarkdownText.Code(named.Value, 60)
                    : strings.Format(CommentStringKey.OperatorsZone);
                MarkdownText next =
                    schedule.Suspend is { Value: true } ? strings.Format(CommentStringKey.ScheduleSuspended)
                    : job.NextRuns.Count == 0 ? MarkdownText.Empty
                    : strings.Format(
                        CommentStringKey.ScheduleNext,
                        MarkdownText.Join(
                            job.NextRuns.Select(r =>
                                MarkdownText.Of($"{r.ToString("yyyy-MM-dd HH:mm zzz", CultureInfo.InvariantCulture)}")
                            ),
                            MarkdownText.Of($", ")
                        )
                    );
                MarkdownText runs = strings.Format(
                    CommentStringKey.ScheduleRuns,
                    MarkdownText.Of($"{schedule.RunsAtOnce}"),
                    MarkdownText.Of($"{schedule.RunsOfMonth}")
                );
                yield return MarkdownText.Of(
                    $"- {MarkdownText.Code(job.Name, 80)}: {MarkdownText.Code(schedule.Text.Value, 60)} ({zone}); {runs}; {next}\n"
                );
            }

            yield return More(scheduled.Length - detail.Jobs) + MarkdownText.Of($"\n");
        }

        // What an edit of something live does is said before it happens.
        private IEnumerable<MarkdownText> Edits()
        {
            JobChange[] edited = [.. preview.Jobs.Where(j => j.Edits.Count > 0)];
            if (edited.Length == 0)
            {
                yield break;
            }

            yield return MarkdownText.Of($"#### {strings.Format(CommentStringKey.Edits)}\n\n");
            foreach (JobChange job in edited.Take(detail.Jobs))
            {
                foreach (
                    IGrouping<CommentStringKey, FieldEdit> kind in job
                        .Edits.GroupBy(e => Effect(e))
                        .OrderByDescending(g => g.Key)
                )
                {
                    MarkdownText fields = MarkdownText.Join(
                        kind.Take(8).Select(e => MarkdownText.Code(e.Field, 120)),
                        MarkdownText.Of($", ")
                    );
                    string more =
                        kind.Count() > 8 ? string.Create(CultureInfo.InvariantCulture, $" + {kind.Count() - 8}") : "";
                    yield return MarkdownText.Of(
                        $"- {MarkdownText.Code(job.Name, 80)}: {strings.Format(kind.Key, MarkdownText.Of($"{fields}{more}"))}\n"
                    );
                }
            }

            yield return More(edited.Length - detail.Jobs) + MarkdownText.Of($"\n");
        }

        private static CommentStringKey Effect(FieldEdit edit) =>
            edit.Effect switch
            {
                EditEffect.AtOnce => CommentStringKey.EditsAtOnce,
                EditEffect.Recreate => CommentStringKey.EditsRecreate,
                EditEffect.NewCluster => CommentStringKey.EditsNewCluster,
                EditEffect.NextRun => CommentStringKey.EditsNextRun,
                EditEffect.CatchUp => CommentStringKey.EditsCatchUp,
                _ => CommentStringKey.EditsRefused,
            };

        private MarkdownText Row(JobChange job)
        {
            MarkdownText what = job.Action switch
            {
                JobAction.Add => MarkdownText.Of($"🆕 {strings.Format(CommentStringKey.Starts)}"),
                JobAction.Replace => MarkdownText.Of(
                    $"🔁 {strings.Format(CommentStringKey.Replaces, MarkdownText.Code(job.Replaces!))}"
                ),
                JobAction.Stop => MarkdownText.Of($"⏹️ {strings.Format(CommentStringKey.Stops)}"),
                JobAction.Edit => MarkdownText.Of($"✏️ {strings.Format(CommentStringKey.EditedInPlace)}"),
                _ => MarkdownText.Of($"▶️ {strings.Format(CommentStringKey.GoesOn)}"),
            };
            MarkdownText name = Link(
                MarkdownText.Code(job.Name, 80),
                job.Action == JobAction.Stop ? null : Blob(job.Request, 1)
            );
            MarkdownText workers = job.Plan is null ? MarkdownText.Empty : Workers(job.Plan);
            MarkdownText gpus = MarkdownText.Join(
                (job.Demand?.Gpus ?? GpuCounts.None).Select(g => MarkdownText.Of($"{g.Value} × {g.Key}")),
                MarkdownText.Of($", ")
            );
            MarkdownText cost =
                job.Plan is null ? MarkdownText.Empty
                : job.Demand?.MaxCost is 0 ? MarkdownText.Of($"–") // Nothing it uses has a price.
                : job.Demand?.MaxCost is { } most
                    ? MarkdownText.Of($"{AmountText.Money(most, preview.Platform.Currency)}")
                : strings.Format(CommentStringKey.Unbounded);
            MarkdownText timeout =
                job.Timeout is { } limit ? MarkdownText.Of($"{limit.ToString()}")
                : job.Lease is { } lease
                    ? strings.Format(CommentStringKey.Lease, MarkdownText.Of($"{lease.ToString()}"))
                : strings.Format(CommentStringKey.Unbounded);
            if (job.Kind != JobKind.RayJob)
            {
                name = MarkdownText.Of($"{job.Kind.ToString()} {name}");
            }

            return MarkdownText.Of($"| {name} | {what} | {workers} | {gpus} | {cost} | {timeout} |\n");
        }

        private static MarkdownText Workers(JobPlan plan)
        {
            if (plan.Cluster is { } cluster)
            {
                return MarkdownText.Of($"→ {MarkdownText.Code(cluster.Value, 60)}");
            }

            List<MarkdownText> groups = [];
            if (Own(plan.Request.Head?.Value, plan.Head.Pod) is { Length: > 0 } ofHead)
            {
                groups.Add(MarkdownText.Of($"head{ofHead}"));
            }

            foreach (WorkerGroupPlan group in plan.Workers.Take(4))
            {
                string count = group.Replicas.Value.IsRange
                    ? string.Create(
                        CultureInfo.InvariantCulture,
                        $"{group.Replicas.Value.Min}–{group.Replicas.Value.Max}"
                    )
                    : group.Replicas.Value.Max.ToString(CultureInfo.InvariantCulture);
                string hosts = group.NumOfHosts is { Value: > 1 } many
                    ? string.Create(CultureInfo.InvariantCulture, $" × {many.Value} hosts")
                    : "";
                groups.Add(
                    MarkdownText.Of(
                        $"{count}{hosts} × {AmountText.Show("cpu", group.Cpu.Value)} CPU, {AmountText.Show("memory", group.Memory.Value)}{Own(group.Request, group.Pod)}"
                    )
                );
            }

            if (plan.Workers.Count > 4)
            {
                groups.Add(MarkdownText.Of($"+ {plan.Workers.Count - 4}"));
            }

            foreach (EnvFromPlan source in plan.EnvFrom.Take(4))
            {
                groups.Add(
                    MarkdownText.Of(
                        $"envFrom {MarkdownText.Code((source.Source.Secret ?? source.Source.ConfigMap)?.Value ?? "", 60)}"
                    )
                );
            }

            if (plan.EnvFrom.Count > 4)
            {
                groups.Add(MarkdownText.Of($"+ {plan.EnvFrom.Count - 4} envFrom"));
            }

            return MarkdownText.Join(groups, MarkdownText.Of($"; "));
        }

        /// <summary>What a pod has of its own and a reviewer must not miss.</summary>
        private static MarkdownText Own(PodRequest? request, PodPlan pod)
        {
            MarkdownText text = MarkdownText.Empty;
            if (request?.Image is not null)
            {
                text += MarkdownText.Of($", {MarkdownText.Code(pod.Image.Value, 80)}");
            }

            if (pod.EphemeralStorage is { } disk)
            {
                text += MarkdownText.Of($", {AmountText.Show("memory", disk.Value)} disk");
            }

            if (pod.NodePool is { } pool)
            {
                text += MarkdownText.Of($" @ {MarkdownText.Code(pool.Name.Value, 63)}");
            }

            return text;
        }

        /// <summary>Who may confirm every stop that waits for it; where no one person may, everybody who may one.</summary>
        private string[] Confirmers()
        {
            StoppedJob[] open = [.. preview.Stops.Where(s => s is { MustBeConfirmed: true, IsConfirmed: false })];
            string[] all =
            [
                .. open.SelectMany(s => s.Approvers)
                    .Distinct(StringComparer.OrdinalIgnoreCase)
                    .Order(StringComparer.Ordinal),
            ];
            string[] each =
            [
                .. all.Where(p => open.All(s => s.Approvers.Contains(p, StringComparer.OrdinalIgnoreCase))),
            ];
            return each.Length > 0 ? each : all;
        }

        private IEnumerable<MarkdownText> Stops()
        {
            if (preview.Stops.Count == 0)
            {
                yield break;
            }

            yield return MarkdownText.Of($"#### {strings.Format(CommentStringKey.Stopping)}\n\n");
            foreach (StoppedJob job in preview.Stops.Take(detail.Jobs))
            {
                yield return MarkdownText.Of($"- {Stop(job)}\n");
            }

            yield return More(preview.Stops.Count - detail.Jobs) + MarkdownText.Of($"\n");
            if (
                preview.Verdict == Verdict.Blocked
                || !preview.Stops.Any(s => s is { MustBeConfirmed: true, IsConfirmed: false })
            )
            {
                yield break;
            }

            foreach (IgnoredApproval idle in preview.IdleConfirmations.Take(10))
            {
                CommentStringKey key = idle.Why switch
                {
                    IgnoredReason.Outdated => CommentStringKey.StopOutdated,
                    IgnoredReason.Unclear => UnclearOf(idle),
                    _ => CommentStringKey.StopNotEntitled,
                };
                yield return Idle(key, idle);
            }

            yield return MarkdownText.Of(
                $"\n{strings.Format(CommentStringKey.StopHow, People(Confirmers(), CommentStringKey.Or), MarkdownText.Code(Short(context.HeadSha)))}\n\n"
            );
            yield return MarkdownText.Fence($"{strings[CommentStringKey.StopCommand]} {context.HeadSha}", "")
                + MarkdownText.Of($"\n");
        }

        private MarkdownText Stop(StoppedJob job)
        {
            MarkdownText name = MarkdownText.Code(job.Name, 80);
            if (job.Known is not { } known)
            {
                return MarkdownText.Of(
                    $"❔ {strings.Format(job.HasLedger ? CommentStringKey.StopUnrecorded : CommentStringKey.StopNoLedger, name)}"
                );
            }

            string since = known.Since is { } time
                ? time.UtcDateTime.ToString("d MMM HH:mm 'UTC'", CultureInfo.InvariantCulture)
                : "";
            // Whole hours: minutes would make another comment of every look.
            string hours = known.Ran < TimeSpan.FromHours(1) ? "< 1 h" : $"≥ {Whole(known.Ran.TotalHours)} h";
            MarkdownText gpus = MarkdownText.Join(
                known
                    .GpuHours.Where(_ => known.Ran >= TimeSpan.FromHours(1))
                    .Select(g =>
                        MarkdownText.Of(
                            $", ≥ {Whole(g.Value / known.Ran.TotalHours * Math.Floor(known.Ran.TotalHours))} {MarkdownText.Prose(g.Key)}-h"
                        )
                    )
            );
            MarkdownText text = strings.Format(
                CommentStringKey.StopLive,
                name,
                MarkdownText.Of($"**{MarkdownText.Prose(known.PhaseWord)}**"),
                since.Length > 0 ? MarkdownText.Of($" ({since})") : MarkdownText.Empty,
                known.Ran > TimeSpan.Zero
                    ? strings.Format(CommentStringKey.StopHours, MarkdownText.Of($"{hours}"), gpus)
                    : MarkdownText.Empty
            );
            MarkdownText confirmed = job.IsConfirmed
                ? MarkdownText.Of(
                    $" ✅ {strings.Format(CommentStringKey.StopConfirmed, People(job.ConfirmedBy, CommentStringKey.And), name)}"
                )
                : MarkdownText.Empty;
            return MarkdownText.Of($"⏹️ {text}{confirmed}");

            static string Whole(double number) => Math.Floor(number + 1e-6).ToString("0", CultureInfo.InvariantCulture);
        }

        private IEnumerable<MarkdownText> Quota()
        {
            QuotaRow[] rows =
            [
                .. preview.Quota.Where(q =>
                    (q.IsGpu || q.Soft is not null || q.Hard is not null)
                    && (q.Before != q.After || q.Asked > Quantity.Zero)
                ),
            ];
            if (rows.Length == 0 && preview.GpuHours.Count == 0)
            {
                yield break;
            }

            bool elsewhere = rows.Any(r => r.PendingElsewhere > Quantity.Zero);
            MarkdownText head = elsewhere
                ? MarkdownText.Of($" {strings.Format(CommentStringKey.Elsewhere)} |")
                : MarkdownText.Empty;
            yield return MarkdownText.Of($"#### {strings.Format(CommentStringKey.Quota)}\n\n");
            yield return MarkdownText.Of(
                $"| {strings.Format(CommentStringKey.Team)} | {strings.Format(CommentStringKey.Resource)} | {strings.Format(CommentStringKey.BeforeAfter)} | | {strings.Format(CommentStringKey.Soft)} | {strings.Format(CommentStringKey.Hard)} |{head}\n|---|---|--:|---|--:|--:|{(elsewhere ? MarkdownText.Of($"--:|") : MarkdownText.Empty)}\n"
            );
            foreach (QuotaRow row in rows.Take(Math.Max(detail.Jobs, 10)))
            {
                MarkdownText sign =
                    row.IsOverHard ? MarkdownText.Of($" ⛔")
                    : row.IsOverSoft ? MarkdownText.Of($" 🟡")
                    : MarkdownText.Empty;
                MarkdownText pending = elsewhere
                    ? MarkdownText.Of($" {Show(row, row.PendingElsewhere)} |")
                    : MarkdownText.Empty;
                yield return MarkdownText.Of(
                    $"| {row.Team} | {row.Resource} | {Show(row, row.Before)} → **{Show(row, row.After)}**{sign} | {MarkdownText.Code(Bar(row))} | {Show(row, row.Soft)} | {Show(row, row.Hard)} |{pending}\n"
                );
            }

            foreach (GpuHoursRow row in preview.GpuHours)
            {
                MarkdownText asked = row.Asked is { } bound
                    ? MarkdownText.Of($"{bound.ToString("0", CultureInfo.InvariantCulture)}")
                    : strings.Format(CommentStringKey.Unbounded);
                MarkdownText used = strings.Format(
                    CommentStringKey.UsedOf,
                    MarkdownText.Of($"{row.Used.ToString("0", CultureInfo.InvariantCulture)}"),
                    asked
                );
                yield return MarkdownText.Of(
                    $"| {row.Team} | {strings.Format(CommentStringKey.GpuHours, MarkdownText.Prose(row.Gpu))} | {used}{(row.IsOver ? MarkdownText.Of($" 🟡") : MarkdownText.Empty)} | | {row.Limit} | |{(elsewhere ? MarkdownText.Of($" |") : MarkdownText.Empty)}\n"
                );
            }

            yield return MarkdownText.Of($"\n<sub>{strings.Format(CommentStringKey.Legend)}</sub>\n\n");
            foreach (MarkdownText part in Consumers(rows))
            {
                yield return part;
            }
        }

        private IEnumerable<MarkdownText> Consumers(QuotaRow[] rows)
        {
            QuotaRow[] held = [.. rows.Where(r => r.IsGpu && r.Consumers.Count > 0)];
            if (held.Length == 0 || detail.Consumers == 0)
            {
                yield break;
            }

            List<MarkdownText> lines = [];
            foreach (QuotaRow row in held.Take(20))
            {
                MarkdownText names = MarkdownText.Join(
                    row.Consumers.Take(detail.Consumers)
                        .Select(h => MarkdownText.Of($"{MarkdownText.Code(h.Name, 60)} {Show(row, h.Amount)}")),
                    MarkdownText.Of($", ")
                );
                MarkdownText rest =
                    row.Consumers.Count > detail.Consumers
                        ? MarkdownText.Of($", + {row.Consumers.Count - detail.Consumers}")
                        : MarkdownText.Empty;
                lines.Add(MarkdownText.Of($"- {row.Team} {row.Resource}: {names}{rest}\n"));
            }

            yield return MarkdownText.Folded($"{strings[CommentStringKey.WhoHolds]}", MarkdownText.Join(lines))
                + MarkdownText.Of($"\n");
        }

        private IEnumerable<MarkdownText> Approvals()
        {
            ApprovalState approvals = preview.Approvals;
            if (!approvals.IsNeeded || preview.Verdict == Verdict.Blocked)
            {
                yield break;
            }

            yield return MarkdownText.Of($"#### {strings.Format(CommentStringKey.Approval)}\n\n");
            foreach (TeamApproval team in approvals.Teams.Where(t => t.ApprovedBy.Count > 0))
            {
                yield return MarkdownText.Of(
                    $"- ✅ {strings.Format(CommentStringKey.HasApproved, People(team.ApprovedBy, CommentStringKey.And), MarkdownText.Code(team.Team))}\n"
                );
            }

            foreach (IgnoredApproval idle in approvals.Idle.Take(10))
            {
                CommentStringKey key = idle.Why switch
                {
                    IgnoredReason.Outdated => CommentStringKey.Outdated,
                    IgnoredReason.ByAuthor => CommentStringKey.ByAuthor,
                    IgnoredReason.ByOwner => CommentStringKey.ByOwner,
                    IgnoredReason.NotApprover => CommentStringKey.NotApprover,
                    IgnoredReason.Silenced => CommentStringKey.Silenced,
                    IgnoredReason.OtherAccount => CommentStringKey.OtherAccount,
                    IgnoredReason.Withdrawn => CommentStringKey.Withdrawn,
                    _ => UnclearOf(idle),
                };
                yield return Idle(key, idle);
            }

            if (!approvals.IsGiven && approvals.Approvers.Count > 0)
            {
                MarkdownText who = strings.List(
                    [
                        .. approvals
                            .Teams.Where(t => !t.IsGiven && t.Approvers.Count > 0)
                            .Select(t => People(t.Approvers, CommentStringKey.Or)),
                    ],
                    CommentStringKey.And
                );
                yield return MarkdownText.Of(
                    $"\n{strings.Format(CommentStringKey.ApprovalHow, who, MarkdownText.Code(Short(context.HeadSha)))}\n\n"
                );
                yield return MarkdownText.Fence($"{strings[CommentStringKey.ApprovalCommand]} {context.HeadSha}", "");
            }

            yield return MarkdownText.Of($"\n");
        }

        private static CommentStringKey UnclearOf(IgnoredApproval idle) =>
            idle.Named.Length > 0 ? CommentStringKey.NotTheHead : CommentStringKey.Unclear;

        private MarkdownText Idle(CommentStringKey key, IgnoredApproval idle) =>
            MarkdownText.Of(
                $"- ⚪ {strings.Format(key, MarkdownText.Code(idle.Login, 60), MarkdownText.Code(Short(idle.Named)), MarkdownText.Code(Short(context.HeadSha)))}\n"
            );

        private IEnumerable<MarkdownText> Manifests()
        {
            if (preview.Manifests.Count == 0)
            {
                yield break;
            }

            if (context.Route != RenderRoute.None && preview.Verdict != Verdict.Blocked)
            {
                yield return MarkdownText.Of(
                    $"{strings.Format(context.Route == RenderRoute.OnBranch ? CommentStringKey.RenderCommitted : CommentStringKey.RenderAtMerge)}\n\n"
                );
            }

            int left = detail.DiffChars;
            int hidden = 0;
            foreach (ManifestDiff diff in preview.Manifests)
            {
                string text = UnifiedDiff.Hunks(Text(diff.Before), Text(diff.After));
                if (text.Length > left)
                {
                    hidden++;
                    continue;
                }

                left -= text.Length;
                CommentStringKey kind =
                    diff.Before is null ? CommentStringKey.ManifestNew
                    : diff.After is null ? CommentStringKey.ManifestGone
                    : CommentStringKey.Manifest;
                string shown = diff.Path.Length > MostPath ? diff.Path[..MostPath] : diff.Path;
                yield return MarkdownText.Folded($"{shown} ({strings[kind]})", MarkdownText.Fence(text, "diff"))
                    + MarkdownText.Of($"\n");
            }

            yield return More(hidden);
        }

        private IEnumerable<MarkdownText> Protection() =>
            context.IsUnprotected && preview.Kind != ChangeKind.Ordinary
                ? [MarkdownText.Of($"> ⚠️ {strings.Format(CommentStringKey.Unprotected)}\n\n")]
                : [];

        private MarkdownText Foot()
        {
            List<MarkdownText> links =
            [
                strings.Format(
                    CommentStringKey.Footer,
                    MarkdownText.Code(Short(context.HeadSha)),
                    MarkdownText.Code(Short(context.BaseSha))
                ),
            ];
            if (context.RunUrl is { } run)
            {
                links.Add(Link(strings.Format(CommentStringKey.JobSummary), run));
            }

            if (context.Repository is not null)
            {
                links.Add(Link(strings.Format(CommentStringKey.Guide), Page("docs/guide.md")));
            }

            if (FormHash.LinkOf(preview) is { } form)
            {
                links.Add(Link(strings.Format(CommentStringKey.EditInForm), form));
            }

            MarkdownText note = shortened
                ? MarkdownText.Of($"{strings.Format(CommentStringKey.Shortened)}\n\n")
                : MarkdownText.Empty;
            return MarkdownText.Of($"{note}<sub>{MarkdownText.Join(links, MarkdownText.Of($" · "))}</sub>\n");
        }

        private MarkdownText More(int count)
        {
            if (count <= 0)
            {
                return MarkdownText.Empty;
            }

            shortened = true;
            return MarkdownText.Of($"\n… {strings.Format(CommentStringKey.More, MarkdownText.Of($"{count}"))}\n\n");
        }

        private MarkdownText People(IReadOnlyList<string> logins, CommentStringKey last) =>
            strings.List(
                [
                    .. logins.Take(10).Select(l => MarkdownText.Code(l, 60)),
                    .. logins.Count > 10 ? [MarkdownText.Of($"+ {logins.Count - 10}")] : Array.Empty<MarkdownText>(),
                ],
                last
            );

        private static MarkdownText Link(MarkdownText label, string? url) =>
            url is null ? label : MarkdownText.Link(label, url);

        private string? Blob(string path, int line) =>
            context.Repository is null || path.Length > MostPath
                ? null
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"{context.Repository}/blob/{context.HeadSha}/{Escaped(path)}#L{line}"
                );

        private string? Page(string path) =>
            context.Repository is null ? null : $"{context.Repository}/blob/{context.BaseSha}/{path}";

        private static string Escaped(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString));

        private static string Short(string sha) => sha.Length > 10 ? sha[..10] : sha;

        // The sealed header is for the program: its line of digests tells a reader nothing.
        private static string? Text(ReadOnlyMemory<byte>? bytes) =>
            bytes is { } known
                ? string.Join(
                    '\n',
                    Encoding
                        .UTF8.GetString(known.Span)
                        .Split('\n')
                        .Where(l => !l.StartsWith("# rayquest: {", StringComparison.Ordinal))
                )
                : null;

        private static string Show(QuotaRow row, Quantity? amount) =>
            amount is { } known ? AmountText.Show(row.Resource, known) : "–";

        // Twenty cells up to the hard limit, or to the most there is; the soft limit is a mark between two cells.
        private static string Bar(QuotaRow row)
        {
            const int Cells = 16;
            double after = row.After.ToDouble();
            double stays = Math.Max(0, after - row.Asked.ToDouble());
            double full = Math.Max(
                Math.Max(after, row.Hard?.ToDouble() ?? 0),
                Math.Max(row.Soft?.ToDouble() ?? 0, row.Before.ToDouble())
            );
            if (full <= 0)
            {
                return new string('░', Cells);
            }

            int kept = (int)Math.Round(stays / full * Cells);
            int asked = (int)Math.Round(after / full * Cells);
            if (row.Asked > Quantity.Zero && asked == kept)
            {
                asked = Math.Min(Cells, kept + 1);
            }

            StringBuilder bar = new();
            int soft = row.Soft is { } bound ? (int)Math.Round(bound.ToDouble() / full * Cells) : -1;
            for (int i = 0; i < Cells; i++)
            {
                if (i == soft)
                {
                    bar.Append('╎');
                }

                bar.Append(
                    i < kept ? '█'
                    : i < asked ? '▓'
                    : '░'
                );
            }

            return soft == Cells ? bar.Append('╎').ToString() : bar.ToString();
        }
    }
}
