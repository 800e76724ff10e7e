namespace Rayquest.JobReport.Status;

/// <summary>A state as a person reads it: one line, and what to do next (empty when there is nothing to do).</summary>
public sealed record StateText(string Line, string Next)
{
    /// <summary>Words without ages, for places that are written once and read much later.</summary>
    public static StateText Timeless(JobState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        return Of(
            state with
            {
                Since = null,
                Concerns = [.. state.Concerns.Select(concern => concern with { Since = DateTimeOffset.MaxValue })],
            },
            DateTimeOffset.MinValue
        );
    }

    /// <summary>Words for a state. Text of the engines inside it is not escaped: whoever shows it does that.</summary>
    public static StateText Of(JobState state, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(state);
        var (line, next) = Words(state, Age.Since(state.Since, now));
        foreach (var concern in state.Concerns)
        {
            var (more, act) = Words(concern, now);
            line = $"{line}; {more}";
            next = act;
        }

        return new StateText(line, next);
    }

    private static (string Line, string Next) Words(JobState state, string age)
    {
        var attempt = state.AttemptsAllowed > 1 ? $", attempt {state.Attempt} of {state.AttemptsAllowed}" : "";
        var lasted = age.Length > 0 ? $" for {age}" : "";
        var ago = age.Length > 0 ? $" {age} ago" : "";
        return state.Phase switch
        {
            JobPhase.NotSynced => (
                $"not applied yet{lasted}{Because(state.Message)}",
                state.Reason switch
                {
                    "" =>
                        "Argo CD looks every two to three minutes; if this stays, ask the platform team to look at its sync",
                    "SyncFailed" =>
                        "correct the request if the message is about it; if it isn't, show it to the platform team",
                    _ => "show this to the platform team: waiting does not mend it",
                }
            ),
            JobPhase.Queued => (
                $"queued{lasted}{Because(Detail(state))}{attempt}",
                state.Reason switch
                {
                    "WaitingForOperator" =>
                        "if this stays, tell the platform team: the operator is not running, or does not watch this namespace",
                    _ => "wait, or ask for fewer or other resources",
                }
            ),
            JobPhase.Suspended => (
                $"suspended{lasted}{attempt}",
                "somebody set `suspend`; it runs again when that is taken back"
            ),
            JobPhase.Initializing => (
                $"initializing{lasted}{Ready(state.Workers)}{Because(Detail(state))}{attempt}",
                Broken(state.Reason)
            ),
            JobPhase.Running when state.Reason is "Finishing" => ($"running, finishing up{attempt}", ""),
            JobPhase.Running when state.Reason is "Scheduled" => ("scheduled", ""),
            JobPhase.Running => ($"running{lasted}{Ready(state.Workers)}{attempt}", ""),
            JobPhase.Retrying => (
                $"retrying{Because(Detail(state))}{attempt}",
                "nothing: a new Ray cluster is being made for the next attempt"
            ),
            JobPhase.Succeeded => ($"succeeded{ago}{attempt}", ""),
            JobPhase.Failed => (
                $"failed{ago}{Because(Detail(state))}{attempt}",
                state.Reason switch
                {
                    "AppFailed" =>
                        "read the end of the log, mend the program, and open a new request (or `run: 2` for the same again)",
                    "SubmissionFailed" =>
                        "the job never reached Ray: read the submitter's log; `run: 2` asks for it again",
                    "JobStatusCheckTimeoutExceeded" =>
                        "Ray's dashboard stopped answering: most often the head ran out of memory; raise `head.memory`",
                    "JobDeploymentStatusTransitionGracePeriodExceeded" =>
                        "the submitter ended before Ray said how the job ended: read the log; `run: 2` asks for it again",
                    "FailedCreateHeadPod" or "FailedCreateWorkerPod" or "ReplicaFailure" =>
                        "the namespace refuses its pods: ask for less, or for more quota",
                    _ => "read the end of the log; `run: 2` asks for the same again",
                }
            ),
            JobPhase.Stopped => (
                $"stopped{ago}{Because(state.Reason is "RequestRemoved" ? state.Message : "")}",
                "`run: 2` asks for the same again"
            ),
            JobPhase.Rejected => (
                $"rejected by the operator{Because(state.Message)}",
                state.RequestField is { } field
                    ? $"change `{field}` in the request: a corrected request is a new object; this one never recovers"
                    : "correct the request: a corrected request is a new object; this one never recovers"
            ),
            JobPhase.DeadlineExceeded when state.Reason is "PreRunningDeadlineExceeded" => (
                $"ended{ago} by its queueTimeout, before it ran{attempt}",
                "raise `queueTimeout`, or ask for fewer resources"
            ),
            JobPhase.DeadlineExceeded => (
                $"ended{ago} by its timeout{attempt}",
                "raise `timeout`, or make the work smaller"
            ),
            JobPhase.Vanished => (
                $"vanished: the object was deleted while its request is still there{Because(state.Message)}",
                "Argo CD will create and run it again at its next sync; to stop it for good, remove the request"
            ),
            _ => (state.Phase.ToString(), ""),
        };
    }

    private static (string Line, string Next) Words(Concern concern, DateTimeOffset now) =>
        concern.Kind switch
        {
            ConcernKind.Stale => (
                $"this is the last known state: the cluster could not be asked{For(concern, now)}{Because(concern.Detail)}",
                "nothing for you to do: the platform team sees this too"
            ),
            ConcernKind.StuckBeyondQueueTimeout => (
                $"its queueTimeout of {concern.Detail} has passed and the operator did not end it",
                "remove the request to give up its place, or ask the platform team why the operator does not act"
            ),
            ConcernKind.TimeoutNotEnforced => (
                $"its timeout of {concern.Detail} has passed and the operator did not end it",
                "remove the request to stop it, and tell the platform team"
            ),
            ConcernKind.OutOfSync => (
                $"Argo CD has not applied it{For(concern, now)}",
                "ask the platform team to look at the Application's sync"
            ),
            ConcernKind.NotPruned => (
                $"its request was taken back and Argo CD has not removed it{For(concern, now)}{Because(concern.Detail)}",
                "ask the platform team to look at the Application's sync; until then it goes on holding its resources"
            ),
            ConcernKind.StuckDeleting => (
                $"being deleted{For(concern, now)}{Because(concern.Detail)}",
                "ask the platform team to look at the operator"
            ),
            _ => (concern.Kind.ToString(), ""),
        };

    /// <summary>A job without workers of its own, or on a shared cluster, has none to count.</summary>
    private static string Ready(WorkerCount workers) => workers.Desired > 0 ? $", {workers} workers ready" : "";

    private static string For(Concern concern, DateTimeOffset now) =>
        concern.Since > now ? "" : $" for {Age.Since(concern.Since, now)}";

    private static string Broken(string reason) =>
        reason switch
        {
            "ErrImagePull" or "ImagePullBackOff" or "InvalidImageName" =>
                "the image cannot be pulled: correct `image`, or ask for access to its registry",
            "CreateContainerConfigError" => "a secret or config map it names is missing: correct `secrets` or `env`",
            "CrashLoopBackOff" or "RunContainerError" => "a container ends at once: check `image` and the profile",
            _ => "",
        };

    private static string Detail(JobState state) =>
        (state.Reason, state.Message) switch
        {
            ("", var message) => message,
            ("WaitingForOperator", "") => "the KubeRay operator has not looked at it yet",
            (var reason, "") => reason,
            ("KueueQueue" or "WaitingForJobId", var message) => message,
            var (reason, message) => $"{reason}: {message}",
        };

    private static string Because(string text) => text.Length == 0 ? "" : $" ({text.TrimEnd('.')})";
}
