using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Repository;
using Rayquest.JobModel.Requests;
using Rayquest.JobReport.Approvals;
using Rayquest.JobReport.Evaluation;
using Rayquest.JobReport.Ledger;

namespace Rayquest.JobReport.Lifecycle;

/// <summary>
/// Decides what a <c>/stop</c>, <c>/rerun</c>, <c>/suspend</c>, <c>/resume</c> or <c>/run</c> on a merged pull request comes to: whether it counts, who may, whether there is
/// anything left to do, and which files change.
/// </summary>
public static class CommandRule
{
    private const int DigestSuffix = 6;
    private static readonly TimeSpan MostAge = TimeSpan.FromDays(1);

    /// <summary>What is to be done.</summary>
    public static CommandDecision Decide(CommandFacts facts)
    {
        LifecycleReply reply = new(ReplyKind.Help, facts.Command.Word, facts.By) { Meant = facts.Command.Meant };
        if (Unheard(reply, facts) is { } unheard)
        {
            return new CommandDecision.Answer(unheard);
        }

        string request = Target(facts.Command, facts.Requests)!;
        reply = reply with { Request = request };
        RequestHistory history = facts.History ?? new RequestHistory();
        if ((Forbidden(reply, facts, history) ?? Needless(reply, facts, history)) is { } reason)
        {
            return new CommandDecision.Answer(reason);
        }

        if (facts.Command.Params.Count > 0 && history.Bytes is { } written)
        {
            (byte[]? bytes, string? fault) = ChangedParameters.Of(
                request,
                written,
                facts.Command.Params,
                facts.Policies.Policies.Templates
            );
            if (bytes is null)
            {
                return new CommandDecision.Answer(
                    reply with
                    {
                        Kind = ReplyKind.ParameterRefused,
                        Fault = fault ?? "",
                    }
                );
            }

            history = history with { Bytes = bytes };
        }

        if (Change(facts, request, history) is not { } change)
        {
            return new CommandDecision.Answer(reply with { Kind = ReplyKind.RunNotRaised });
        }

        if (facts.IsDryRun)
        {
            return new CommandDecision.Answer(reply with { Kind = ReplyKind.WouldBeDone });
        }

        reply = change.OtherName is { } other ? reply with { Names = [other] } : reply;
        bool asksForCommit = RouteOf(facts) == LifecycleRoute.Commit;
        return asksForCommit && Whole(facts, change) is { } whole
            ? new CommandDecision.CommitToMain(reply with { Kind = ReplyKind.Committed }, whole, change)
            : new CommandDecision.OpenPull(reply with { Kind = ReplyKind.Opened, FellBack = asksForCommit }, change);
    }

    /// <summary>
    /// The answer to a command on a pull request that is still open; null where it needs none: what is approved, revoked or
    /// confirmed there is told by the evaluation's own comment.
    /// </summary>
    /// <param name="head">The head, for a line that can be copied.</param>
    /// <param name="age">How long ago the comment was written.</param>
    public static LifecycleReply? DecideOpen(LifecycleCommand command, string by, string head, TimeSpan age) =>
        age > MostAge ? null
        : command.Word != CommandVerb.OfReview
            ? new LifecycleReply(ReplyKind.BeforeMerge, command.Word, by) { Meant = command.Meant }
        : command.IsMistyped
            ? new LifecycleReply(ReplyKind.Mistyped, command.Word, by)
            {
                Meant = command.Meant,
                Names = [command.Meant == "/revoke-quota" ? command.Meant : $"{command.Meant} {head}"],
            }
        : null;

    /// <summary>The request a command is about; null where it has to be named, or the name fits none.</summary>
    public static string? Target(LifecycleCommand command, IReadOnlyList<string> requests)
    {
        if (command.Name is not { } name)
        {
            return requests is [var only] ? only : null;
        }

        // The comment above shows the objects' names, which are the request's with five digits behind it.
        return requests.FirstOrDefault(r => RequestPath.NameOf(r) == name)
            ?? requests.FirstOrDefault(r =>
                name.Length == RequestPath.NameOf(r).Length + DigestSuffix
                && name.StartsWith(RequestPath.NameOf(r) + "-", StringComparison.Ordinal)
                && name[^(DigestSuffix - 1)..].All(char.IsAsciiHexDigitLower)
            );
    }

    /// <summary>Why a comment isn't followed, whoever wrote it and whatever became of the job.</summary>
    private static LifecycleReply? Unheard(LifecycleReply reply, CommandFacts facts) =>
        facts.Command.Word == CommandVerb.Unknown ? reply
        : facts.Command.Word == CommandVerb.OfReview ? reply with { Kind = ReplyKind.AfterMerge }
        // An earlier run may have been cut off after it had opened the pull request: whatever has happened to the job since,
        // that is what the command became.
        : facts.OpenedPull is { } opened
            ? reply with
            {
                Kind = ReplyKind.Opened,
                Pull = opened,
                Request = Target(facts.Command, facts.Requests) ?? facts.Requests.FirstOrDefault() ?? "",
                Names = facts.OpenedName is { } other ? [other] : [],
                FellBack = RouteOf(facts) == LifecycleRoute.Commit,
            }
        : facts.IsEdited ? reply with { Kind = ReplyKind.Edited }
        : facts.Age > MostAge ? reply with { Kind = ReplyKind.TooOld }
        : facts.Requests.Count == 0 ? reply with { Kind = ReplyKind.NoJobHere }
        : Target(facts.Command, facts.Requests) is null
            ? reply with
            {
                Kind = facts.Command.Name is null ? ReplyKind.AmbiguousName : ReplyKind.NameUnknown,
                Names = [.. facts.Requests.Select(RequestPath.NameOf)],
            }
        : null;

    /// <summary>Why who wrote it may not: the policies as they are now say who answers for the job, and who approves.</summary>
    private static LifecycleReply? Forbidden(LifecycleReply reply, CommandFacts facts, RequestHistory history)
    {
        if (facts.Policies.IsBroken)
        {
            return reply with { Kind = ReplyKind.PoliciesBroken };
        }

        string? owner =
            history.Header?.Owner
            ?? (
                history.Bytes is { } bytes
                    ? RequestDocument.Read(reply.Request, bytes.Span).Request?.Owner?.Value
                    : null
            );
        Entitlements entitled = new(facts.Policies.Policies.Quotas);
        // Who once asked for what others have changed since doesn't answer for it any more.
        string? author = history.ChangedBy is not null && IsEditedInPlace(history) ? null : facts.Author;
        IReadOnlyList<string> may = entitled.MayStop(RequestPath.TeamOf(reply.Request)!, owner, author);
        return may.Contains(facts.By, StringComparer.OrdinalIgnoreCase) && entitled.IsAccount(facts.By, facts.Account)
            ? null
            : reply with
            {
                Kind = ReplyKind.NotAllowed,
                Approvers = may,
            };
    }

    /// <summary>Why nothing is left to stop, or to ask for again.</summary>
    private static LifecycleReply? Needless(LifecycleReply reply, CommandFacts facts, RequestHistory history)
    {
        JobHeader? header = history.Header;
        return history.CommittedAs is { } commit ? reply with { Kind = ReplyKind.Committed, Commit = commit }
            : facts.Command.Name is { } name
            && name != RequestPath.NameOf(reply.Request)
            && header is not null
            && !(header.Jobs is [var single] && single.Name == name)
                ? reply with
                {
                    Kind = header.Jobs.Count > 1 ? ReplyKind.PartOfSweep : ReplyKind.NameUnknown,
                    Count = header.Jobs.Count,
                    Names = [RequestPath.NameOf(reply.Request)],
                }
            : history.ChangedBy is { } later && !IsEditedInPlace(history)
                ? reply with
                {
                    Kind = ReplyKind.Superseded,
                    Commit = later,
                }
            : (facts.Command.Word == CommandVerb.Rerun ? null : Gone(reply, facts.Ledger, history))
                ?? OutOfPlace(reply, facts, history)
                ?? (
                    facts.StillOpen.FirstOrDefault(c =>
                        c.Word == facts.Command.Word && c.Job == AnsweredCommand.JobOf(reply.Request)
                    )
                        is { } before
                        ? reply with
                        {
                            Kind = ReplyKind.AlreadyAsked,
                            Pull = before.Pull,
                        }
                        : null
                );
    }

    // One pull request tells the whole life of what is edited in place.
    private static bool IsEditedInPlace(RequestHistory history) =>
        history.Header?.Jobs is [{ Kind: var kind }] && KindRules.IsEditedInPlace(kind);

    /// <summary>Why the command doesn't fit what is asked for.</summary>
    private static LifecycleReply? OutOfPlace(LifecycleReply reply, CommandFacts facts, RequestHistory history)
    {
        if (
            facts.Command.Word is CommandVerb.Stop or CommandVerb.Rerun
            || history.Bytes is not { } bytes
            || RequestDocument.Read(reply.Request, bytes.Span).Request is not { } request
        )
        {
            return null;
        }

        JobKind kind = request.KindOrDefault;
        bool fits = kind == JobKind.RayCronJob || (kind == JobKind.RayCluster && facts.Command.Word != CommandVerb.Run);
        bool isSuspended = request.Suspend is { Value: true };
        return !fits ? reply with { Kind = ReplyKind.NotOfThisKind, Phase = kind.ToString() }
            : facts.Command.Word == CommandVerb.Run ? null
            : kind == JobKind.RayCluster && facts.Policies.Policies.Platform.Scheduler == SchedulerKind.Kueue
                ? reply with
                {
                    Kind = ReplyKind.OfKueue,
                }
            : isSuspended == (facts.Command.Word == CommandVerb.Suspend) ? reply with { Kind = ReplyKind.AlreadySo }
            : null;
    }

    private static LifecycleReply? Gone(LifecycleReply reply, LedgerView? ledger, RequestHistory history)
    {
        if (history.RemovedBy is { } removal)
        {
            return history.IsArchived
                ? reply with
                {
                    Kind = ReplyKind.Archived,
                }
                : reply with
                {
                    Kind = ReplyKind.Withdrawn,
                    Commit = removal,
                };
        }

        JobRun?[] runs =
        [
            .. (history.Header?.Jobs ?? []).Select(job =>
                ledger?.Runs.FirstOrDefault(r =>
                    r.Record.Team == RequestPath.TeamOf(reply.Request) && r.Record.Name == job.Name
                )
            ),
        ];
        return runs.Length > 0 && runs.All(run => run?.EndedAt is not null)
            ? reply with
            {
                Kind = ReplyKind.Ended,
                Phase = string.Join(
                    ", ",
                    runs.Select(run => run!.LastState!.Phase.ToString().ToLowerInvariant())
                        .Distinct(StringComparer.Ordinal)
                ),
            }
            : null;
    }

    /// <summary>The files a command changes; null when the request can't be changed by a line.</summary>
    private static CommandChange? Change(CommandFacts facts, string request, RequestHistory history)
    {
        string job = RequestPath.JobOf(request);
        if (facts.Command.Word == CommandVerb.Stop)
        {
            return new CommandChange(request, null, facts.Main.Find(job) is null ? [request] : [request, job]);
        }

        if (facts.Command.Word != CommandVerb.Rerun)
        {
            return history.Bytes is { } held ? ScheduleChange.Of(facts.Command.Word, request, held, facts.Main) : null;
        }

        HashSet<string> taken =
        [
            .. (facts.Ledger?.Runs ?? [])
                .Where(r => r.Record.Team == RequestPath.TeamOf(request))
                .Select(r => r.Record.Name),
        ];
        // Who asked first goes on answering for the job, whoever asks for it again.
        byte[]? raised = history.Bytes is { } bytes
            ? NextRun.Of(
                request,
                bytes,
                facts.Author,
                document =>
                    JobPlanner.Plan(document, facts.Policies.Policies, facts.Main) is not { } plan
                    || !plan.Jobs.Any(j => taken.Contains(j.ObjectName)),
                facts.Policies.Policies.Templates
            )
            : null;
        return raised is null ? null : new CommandChange(request, raised, []);
    }

    /// <summary>All that a commit on the main branch would hold; null where somebody has to look at it first.</summary>
    private static CommandChange? Whole(CommandFacts facts, CommandChange change)
    {
        if (change.Added is not { } bytes)
        {
            return change;
        }

        Assessment assessment = Assessor.Assess(
            new AssessmentInput
            {
                Base = facts.Main,
                Result = new OverlayTree(
                    facts.Main,
                    new Dictionary<string, byte[]?>(StringComparer.Ordinal) { [change.Request] = bytes.ToArray() }
                ),
                ChangedPaths = [change.Request],
                GpuHoursUsed = facts.GpuHoursUsed,
                Recorded = facts.Ledger is { } ledger ? ledger : NoRecordedNames.Instance,
            }
        );
        // Who asked was entitled to ask already.
        ChangeEvaluation evaluation = VerdictRule.Decide(assessment, ApprovalInput.None, null);
        return
            evaluation.Verdict == Verdict.Pass
            && !evaluation.Jobs.Any(j => j.Ends is not null)
            && evaluation.RenderChanges is [{ Bytes: { } rendered } render]
            ? change with
            {
                Rendered = (render.Path, rendered),
            }
            : null;
    }

    private static LifecycleRoute RouteOf(CommandFacts facts)
    {
        LifecycleSettings settings = facts.Policies.Policies.Platform.Lifecycle;
        return facts.Command.Word switch
        {
            CommandVerb.Stop => settings.Stop,
            CommandVerb.Rerun => settings.Rerun,
            _ => LifecycleRoute.PullRequest,
        };
    }
}
