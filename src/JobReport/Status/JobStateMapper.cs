using Rayquest.JobModel.Schedules;

namespace Rayquest.JobReport.Status;

/// <summary>Turns what was seen into where a job stands: a pure function of the ledger's word, the cluster's and the clock.</summary>
public static class JobStateMapper
{
    /// <summary>What the operator may take longer than the deadline before it is our business to say so.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(5);

    /// <summary>How long Argo CD may take before it is named.</summary>
    public static readonly TimeSpan OutOfSyncAfter = TimeSpan.FromHours(1);

    private static readonly TimeSpan DeletingAfter = TimeSpan.FromMinutes(10);

    /// <summary>The state of one job.</summary>
    /// <param name="observed">The object, or null when the cluster answered and it is not there.</param>
    public static JobState Of(JobExpectation expected, ObservedJob? observed, JobContext around, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(expected);
        ArgumentNullException.ThrowIfNull(around);
        if (around.UnreachableSince is { } since)
        {
            return Stale(expected, around, since) with { Kind = expected.Kind };
        }

        if (observed is null)
        {
            return Absent(expected, around, now) with { Kind = expected.Kind };
        }

        var state = Present(observed, around.Waiting);
        return state with { Conditions = [.. Conditions(expected, observed, state, around, now)] };
    }

    /// <summary>The state of an object by itself, without a ledger (for people's tables and for tests on recordings).</summary>
    public static JobState Present(ObservedJob job, WaitingReason? waiting = null)
    {
        ArgumentNullException.ThrowIfNull(job);
        var state = job.Kind switch
        {
            EngineKind.RayJob => RayJob(job),
            EngineKind.RayCluster => RayCluster(job),
            EngineKind.RayService => RayService(job),
            EngineKind.RayCronJob => job.Suspend
                ? new JobState(JobPhase.Suspended)
                : new JobState(JobPhase.Running) { Reason = "Scheduled", Since = job.Created },
            _ => VolcanoJob(job),
        };
        state = state with
        {
            Kind = job.Kind,
            Endpoints = job.Endpoints,
            RayClusterName = job.RayClusterName,
            JobId = job.JobId,
            Workers = job.Workers,
            DashboardUrl = state.Phase is JobPhase.Running ? job.DashboardUrl : "",
            Uid = job.Uid,
            Started =
                state.Phase is JobPhase.Running || (state.IsFinal && state.Phase is not JobPhase.Rejected)
                    ? job.ProgramStart ?? (state.Phase is JobPhase.Running ? state.Since : null)
                    : null,
        };
        state = (waiting ?? job.Blocked) is { } why ? WithWaiting(job, state, why) : state;
        return state with { Reason = EngineText.Plain(state.Reason), Message = EngineText.Plain(state.Message) };
    }

    /// <summary>
    /// Whether what it waits for is worth asking: it has not begun, or it is a service whose new cluster has not, or a schedule that
    /// has never run, which the operator may have refused.
    /// </summary>
    public static bool IsWaiting(ObservedJob job)
    {
        ArgumentNullException.ThrowIfNull(job);
        return Present(job) is { Phase: JobPhase.Initializing or JobPhase.Queued } or { Reason: JobState.Upgrading }
            || job is { Kind: EngineKind.RayCronJob, LastRun: null, Suspend: false };
    }

    private static JobState WithWaiting(ObservedJob job, JobState state, WaitingReason waiting) =>
        state.Phase switch
        {
            JobPhase.Queued or JobPhase.Initializing => state with
            {
                Phase = waiting.IsQueue ? JobPhase.Queued : JobPhase.Initializing,
                Reason = waiting.Reason,
                Message = waiting.Message,
                Since = waiting.Since ?? state.Since,
            },
            // The cluster is there and idles: nothing was submitted to it.
            JobPhase.Running when IsNotSubmitted(job) && waiting != job.Blocked => state with
            {
                Phase = JobPhase.Initializing,
                Reason = waiting.Reason,
                Message = $"the submitter does not start: {waiting.Message}",
                Since = waiting.Since ?? state.Since,
                Started = null,
            },
            JobPhase.Running when state.Reason is JobState.Upgrading => state with
            {
                Reason = JobState.UpgradeWaits,
                Message = $"{waiting.Reason}: {waiting.Message}",
            },
            // The operator says so in an event alone, and looks again at what is corrected.
            JobPhase.Running when waiting.Reason is "InvalidRayCronJobSpec" => state with
            {
                Phase = JobPhase.Rejected,
                Reason = waiting.Reason,
                Message = waiting.Message,
                Since = waiting.Since ?? state.Since,
                RequestField = RejectedField.Of(waiting.Message),
            },
            // It runs with less than it asks for.
            JobPhase.Running when job.Kind == EngineKind.RayCluster => state with
            {
                Reason = waiting.Reason,
                Message = waiting.Message,
            },
            // How long it may wait is said; what it waited for isn't.
            JobPhase.DeadlineExceeded when state.Reason is "PreRunningDeadlineExceeded" => state with
            {
                Message = $"{waiting.Reason}: {waiting.Message}",
            },
            _ => state,
        };

    /// <summary>A RayJob whose cluster is ready and whose program nobody has started yet.</summary>
    public static bool IsNotSubmitted(ObservedJob job)
    {
        ArgumentNullException.ThrowIfNull(job);
        return job is { Kind: EngineKind.RayJob, DeploymentStatus: "Running", JobStatus: "" };
    }

    private static JobState RayJob(ObservedJob job)
    {
        var allowed = job.BackoffLimit + 1;
        // KubeRay counts ended attempts; the present one is the next, a finished job's is the last.
        var ended = job.Failed + job.Succeeded;
        var live = new JobState(JobPhase.Initializing) { Attempt = Math.Max(1, ended + 1), AttemptsAllowed = allowed };
        var final = live with
        {
            Attempt = Math.Max(1, ended),
            IsFinal = true,
            Since = job.EndTime ?? job.ProgramEnd,
            Reason = job.Reason,
            Message = job.Message,
        };
        switch (job.DeploymentStatus)
        {
            case "":
                return job.Suspend && job.Queue.Length > 0
                    ? Queued(live, job)
                    : live with
                    {
                        Phase = JobPhase.Queued,
                        Reason = "WaitingForOperator",
                        Since = job.Created,
                    };
            case "Initializing":
                return live with { Since = job.StartTime ?? job.Created };
            case "Waiting":
                return live with
                {
                    Reason = "WaitingForJobId",
                    Message = "InteractiveMode: waits for a job id",
                    Since = job.StartTime,
                };
            case "Running":
                return live with
                {
                    Phase = JobPhase.Running,
                    // jobStatus is terminal a little before the submitter has finished.
                    Reason = job.JobStatus is "SUCCEEDED" or "FAILED" or "STOPPED" ? "Finishing" : "",
                    Since = job.ProgramStart ?? job.StateSince ?? job.StartTime,
                };
            case "Retrying":
                return live with
                {
                    Phase = JobPhase.Retrying,
                    Attempt = Math.Max(2, ended + 1),
                    Reason = job.Reason,
                    Message = job.Message,
                    Since = job.ProgramEnd,
                };
            case "Suspending":
            case "Suspended":
                return job.Queue.Length > 0
                    ? Queued(live, job)
                    : live with
                    {
                        Phase = JobPhase.Suspended,
                        Reason = job.DeploymentStatus,
                        Since = job.StartTime ?? job.Created,
                    };
            case "Complete":
                return job.JobStatus switch
                {
                    "SUCCEEDED" => final with { Phase = JobPhase.Succeeded },
                    // Complete + STOPPED is possible, and is a person's doing (2.2).
                    "STOPPED" => final with { Phase = JobPhase.Stopped, Reason = "STOPPED" },
                    _ => final with
                    {
                        Phase = JobPhase.Failed,
                        Reason = job.Reason.Length > 0 ? job.Reason : job.JobStatus,
                    },
                };
            case "Failed":
                return Failed(job, live, final);
            case "ValidationFailed":
                return final with
                {
                    Phase = JobPhase.Rejected,
                    // endTime is never set for it.
                    Since = null,
                    RequestField = RejectedField.Of(job.Message),
                };
            default:
                // A word of a newer KubeRay: alive, and its own name shown.
                return live with
                {
                    Reason = job.DeploymentStatus,
                    Message = job.Message,
                    Since = job.StartTime ?? job.Created,
                };
        }
    }

    private static JobState Failed(ObservedJob job, JobState live, JobState final)
    {
        if (job.Reason is "DeadlineExceeded" or "PreRunningDeadlineExceeded")
        {
            return job is { Reason: "PreRunningDeadlineExceeded" } && RetriesLeft(job)
                ? Retry(job, live)
                : final with
                {
                    Phase = JobPhase.DeadlineExceeded,
                };
        }

        if (RetriesLeft(job))
        {
            return Retry(job, live);
        }

        return string.Equals(job.JobStatus, "STOPPED", StringComparison.Ordinal)
            ? final with
            {
                Phase = JobPhase.Stopped,
                Reason = job.Reason.Length > 0 ? job.Reason : "STOPPED",
            }
            : final with
            {
                Phase = JobPhase.Failed,
                Reason = job.Reason.Length > 0 ? job.Reason : "Failed",
            };
    }

    /// <summary>failed &lt; backoffLimit + 1 and a reason that may be retried (2.2).</summary>
    private static bool RetriesLeft(ObservedJob job) =>
        job.Failed > 0
        && job.Failed < job.BackoffLimit + 1
        && job.Reason is not ("DeadlineExceeded" or "JobStatusCheckTimeoutExceeded");

    private static JobState Retry(ObservedJob job, JobState live) =>
        live with
        {
            Phase = JobPhase.Retrying,
            Attempt = job.Failed + 1,
            Reason = job.Reason,
            Message = job.Message,
            Since = job.EndTime,
        };

    private static JobState Queued(JobState live, ObservedJob job) =>
        live with
        {
            Phase = JobPhase.Queued,
            Reason = "KueueQueue",
            Message = $"waits in queue {job.Queue}",
            Since = job.StartTime ?? job.Created,
        };

    private static JobState RayCluster(ObservedJob job) =>
        job switch
        {
            { DeploymentStatus: "suspended" } or { Suspending: true } => job.Queue.Length > 0
                ? Queued(new JobState(JobPhase.Queued), job)
                : new JobState(JobPhase.Suspended)
                {
                    Since = job.StateSince,
                    // A field that is gone is no `false` to the operator.
                    Reason = job is { Suspending: false, Suspend: false } ? "NotResumed" : "",
                },
            // The operator never takes `ready` back: when the head goes, what ran on it is lost.
            { DeploymentStatus: "ready", HeadReady: false } => new JobState(JobPhase.Initializing)
            {
                Reason = JobState.HeadLost,
                Message = "its head is not ready: what ran on it is lost",
                Since = job.StateSince,
            },
            { DeploymentStatus: "ready" } => new JobState(JobPhase.Running) { Since = job.StateSince ?? job.Created },
            // Operators before 1.3; since then a refusal is a condition, and is tried again (2.4).
            { DeploymentStatus: "failed" } => new JobState(JobPhase.Failed)
            {
                Reason = job.Reason.Length > 0 ? job.Reason : "ReplicaFailure",
                Message = job.Message,
                Since = job.StateSince,
            },
            { DeploymentStatus: "", Suspend: true, Queue.Length: > 0 } => Queued(new JobState(JobPhase.Queued), job),
            _ => new JobState(JobPhase.Initializing) { Message = job.Message, Since = job.Created },
        };

    private static JobState RayService(ObservedJob job)
    {
        var running = new JobState(JobPhase.Running) { Since = job.StateSince ?? job.Created };
        var serves = job.Active is not null && job.Endpoints > 0;
        return job switch
        {
            { DeploymentStatus: "Suspended" } or { Suspending: true } => job.Queue.Length > 0
                ? Queued(new JobState(JobPhase.Queued), job)
                : new JobState(JobPhase.Suspended) { Since = job.StateSince },
            // The edit is refused, and the cluster of before goes on.
            { Reason: "ValidationFailed" } when serves => running with
            {
                Reason = job.Reason,
                Message = job.Message,
                RequestField = RejectedField.Of(job.Message),
            },
            { Reason: "ValidationFailed" } => new JobState(JobPhase.Rejected)
            {
                Reason = job.Reason,
                Message = job.Message,
                Since = job.StateSince,
                RequestField = RejectedField.Of(job.Message),
            },
            { Reason: "InitializingTimeout" } => new JobState(JobPhase.Failed)
            {
                Reason = job.Reason,
                Message = job.Message,
                Since = job.StateSince,
            },
            { IsUpgrading: true, Pending.HasFailed: true } when serves => running with
            {
                Reason = JobState.UpgradeFailed,
                Message = job.Pending!.Failure,
            },
            { IsUpgrading: true } when serves => running with
            {
                Reason = JobState.Upgrading,
                Message = job.Pending!.TrafficPercent is { } percent
                    ? string.Create(
                        System.Globalization.CultureInfo.InvariantCulture,
                        $"{percent} % of the traffic goes to {job.Pending.Name}"
                    )
                    : $"{job.Pending.Name} is made ready",
            },
            { Active.HasFailed: true } => running with { Reason = JobState.Unhealthy, Message = job.Active!.Failure },
            { Ready: true } => running,
            { Active: not null, Reason: JobState.ZeroServeEndpoints } => running with
            {
                Reason = JobState.ZeroServeEndpoints,
                Message = "no endpoint is ready",
            },
            { Pending.HasFailed: true } => new JobState(JobPhase.Failed)
            {
                Reason = JobState.DeployFailed,
                Message = job.Pending!.Failure,
                Since = job.StateSince,
            },
            { DeploymentStatus: "", Suspend: true, Queue.Length: > 0 } => Queued(new JobState(JobPhase.Queued), job),
            _ => new JobState(JobPhase.Initializing)
            {
                Reason = job.Reason is "Initializing" ? "" : job.Reason,
                Message =
                    job.Pending is { IsDeploying: true } deploying
                        ? $"application {deploying.Application} is {deploying.Status}"
                    : job.Reason is "Initializing" ? ""
                    : job.Message,
                Since = job.Created,
            },
        };
    }

    private static JobState VolcanoJob(ObservedJob job)
    {
        var state = new JobState(JobPhase.Queued)
        {
            Reason = job.Reason,
            Message = job.Message,
            Since = job.StateSince ?? job.Created,
            Attempt = job.Failed + 1,
            AttemptsAllowed = job.Failed + 1,
        };
        return job.DeploymentStatus switch
        {
            "Running" or "Completing" or "Terminating" or "Aborting" => state with { Phase = JobPhase.Running },
            "Restarting" => state with { Phase = JobPhase.Retrying },
            "Completed" => state with { Phase = JobPhase.Succeeded, IsFinal = true },
            // A Command object of Volcano's takes its pods away, and another gives them back.
            "Aborted" => state with { Phase = JobPhase.Suspended, Reason = "Aborted" },
            // A submitter that failed terminates its Job (VE1), and so does the controller when it gives up.
            "Failed" or "Terminated" => state with
            {
                Phase = JobPhase.Failed,
                Reason = job.Reason.Length > 0 ? job.Reason : job.DeploymentStatus,
                IsFinal = true,
            },
            _ => state with { Reason = job.Reason.Length > 0 ? job.Reason : "VolcanoQueue" },
        };
    }

    /// <summary>
    /// The time of a schedule that has passed without a run; null where none has, or where it can't be told, since the operator's own
    /// zone isn't known.
    /// </summary>
    private static DateTimeOffset? Overdue(ObservedJob job, JobState state, DateTimeOffset now) =>
        job is { Kind: EngineKind.RayCronJob, TimeZone.Length: > 0, Created: { } created }
        && state.Phase == JobPhase.Running
        && CronSchedule.Parse(job.Schedule) is { } schedule
        && ScheduleClock.After(schedule, job.TimeZone, job.LastRun ?? created).FirstOrDefault() is var tick
        && tick > created
        && now - tick > Grace
            ? tick.ToUniversalTime()
            : null;

    private static JobState Stale(JobExpectation expected, JobContext around, DateTimeOffset since)
    {
        var last = expected.Last?.State ?? new JobState(JobPhase.NotSynced) { Since = expected.Merged };
        if (last.IsFinal)
        {
            return last;
        }

        return last with
        {
            Conditions =
            [
                .. last.Conditions.Where(condition => condition.Kind != JobConditionKind.Stale),
                new JobCondition(JobConditionKind.Stale, since, around.UnreachableBecause),
            ],
        };
    }

    private static JobState Absent(JobExpectation expected, JobContext around, DateTimeOffset now)
    {
        var last = expected.Last;
        if (last is { State.IsFinal: true })
        {
            // Finished objects go by their own ttl; that is no news.
            return last.State with { Conditions = [] };
        }

        if (expected.Withdrawn is { } withdrawn)
        {
            var isLease = expected.LeaseEnds <= withdrawn;
            return new JobState(JobPhase.Stopped)
            {
                Reason = isLease ? JobState.LeaseEnded : "RequestRemoved",
                Message = isLease ? "its lease has ended" : "its request was removed or replaced",
                Since = withdrawn,
                IsFinal = true,
                Attempt = last?.State.Attempt ?? 1,
                RayClusterName = last?.State.RayClusterName ?? "",
            };
        }

        if (last is { EverSeen: true })
        {
            return new JobState(JobPhase.Vanished)
            {
                Reason = "ObjectGone",
                Message = $"was {last.State.Phase} when last seen",
                Since = last.State.Phase == JobPhase.Vanished ? last.State.Since : null,
                Attempt = last.State.Attempt,
                RayClusterName = last.State.RayClusterName,
            };
        }

        var reason =
            around.Application is { } application
                ? application.WhyNotSynced(expected.Kind, expected.Namespace, expected.Name)
            : around.ApplicationsListed ? $"there is no Argo CD Application for team {expected.Team}"
            : "";
        var state = new JobState(JobPhase.NotSynced)
        {
            Reason = around.Application?.ProblemWith(expected.Kind, expected.Namespace, expected.Name) ?? "",
            Message = reason,
            Since = expected.Merged,
        };
        return expected.Merged is { } merged && now - merged > OutOfSyncAfter
            ? state with
            {
                Conditions = [new JobCondition(JobConditionKind.OutOfSync, merged, reason)],
            }
            : state;
    }

    private static IEnumerable<JobCondition> Conditions(
        JobExpectation expected,
        ObservedJob observed,
        JobState state,
        JobContext around,
        DateTimeOffset now
    )
    {
        if (observed.DeletionRequested is { } deleting && now - deleting > DeletingAfter)
        {
            yield return new JobCondition(JobConditionKind.StuckDeleting, deleting, "a finalizer holds it");
        }

        if (state.IsFinal)
        {
            yield break;
        }

        if (
            expected.Withdrawn is { } withdrawn
            && observed.DeletionRequested is null
            && now - withdrawn > OutOfSyncAfter
        )
        {
            yield return new JobCondition(
                JobConditionKind.NotPruned,
                withdrawn,
                around.Application is { Errors: [var error, ..] } ? $"{error.Type}: {error.Message}" : ""
            );
        }

        if (Overdue(observed, state, now) is { } tick)
        {
            yield return new JobCondition(
                JobConditionKind.RunOverdue,
                tick,
                observed.LastRun is null ? "it has never run" : ""
            );
        }

        var started = observed.StartTime ?? observed.Created;
        if (
            state.Phase is JobPhase.Queued or JobPhase.Initializing
            && (expected.QueueTimeout ?? observed.PreRunningDeadline) is { } queueTimeout
            && started is { } waitingSince
            && now - waitingSince > queueTimeout + Grace
        )
        {
            yield return new JobCondition(JobConditionKind.StuckBeyondQueueTimeout, waitingSince, Age.Of(queueTimeout));
        }

        if (
            state.Phase is JobPhase.Running or JobPhase.Retrying
            && (expected.Timeout ?? observed.ActiveDeadline) is { } timeout
            && observed.StartTime is { } runningSince
            && now - runningSince > timeout + Grace
        )
        {
            yield return new JobCondition(JobConditionKind.TimeoutNotEnforced, runningSince, Age.Of(timeout));
        }
    }
}
