using Rayquest.JobModel.Languages;
using Rayquest.JobModel.Text;

namespace Rayquest.JobReport.Status;

/// <summary>A state as a person reads it: one line, and what to do next (empty when there is nothing to do).</summary>
public sealed record StateText(string Line, string Next)
{
    /// <summary>Words without ages, for places that are written once and read much later.</summary>
    public static StateText Timeless(JobState state, Language? language = null)
    {
        ArgumentNullException.ThrowIfNull(state);
        return Of(
            state with
            {
                Since = null,
                Conditions =
                [
                    .. state.Conditions.Select(condition => condition with { Since = DateTimeOffset.MaxValue }),
                ],
            },
            DateTimeOffset.MinValue,
            language
        );
    }

    /// <summary>Words for a state. Text of the engines inside it is not escaped: whoever shows it does that.</summary>
    public static StateText Of(JobState state, DateTimeOffset now, Language? language = null)
    {
        ArgumentNullException.ThrowIfNull(state);
        var (line, next) = Words(state, Age.Since(state.Since, now));
        foreach (var condition in state.Conditions)
        {
            var (more, act) = Words(condition, now);
            line = $"{line}; {more}";
            next = act;
        }

        language ??= Language.English;
        return new StateText(language.Text(Context, line), language.Text(Context, next));
    }

    /// <summary>Where a table of strings has states.</summary>
    internal const string Context = "state";

    /// <summary>The state in a word, in a language.</summary>
    public static string Word(JobState state, Language language) => language.Text(Context, Word(state));

    /// <summary>The state in a word, its kind's own.</summary>
    public static string Word(JobState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        return state switch
        {
            { Phase: JobPhase.NotSynced } => "not applied",
            { Phase: JobPhase.DeadlineExceeded } => "timed out",
            { Kind: EngineKind.RayCluster, Phase: JobPhase.Initializing } => "provisioning",
            { Kind: EngineKind.RayCluster, Phase: JobPhase.Running } => "ready",
            { Kind: EngineKind.RayService, Phase: JobPhase.Initializing } => "deploying",
            { Kind: EngineKind.RayService, Phase: JobPhase.Running, Reason: JobState.UpgradeFailed } =>
                "upgrade failed",
            { Kind: EngineKind.RayService, Phase: JobPhase.Running, IsUnhealthy: true } => "unhealthy",
            {
                Kind: EngineKind.RayService,
                Phase: JobPhase.Running,
                Reason: JobState.Upgrading or JobState.UpgradeWaits
            } => "upgrading",
            { Kind: EngineKind.RayService, Phase: JobPhase.Running } => "healthy",
            { Kind: EngineKind.RayCronJob, Phase: JobPhase.Running } => "scheduled",
            _ => state.Phase.ToString().ToLowerInvariant(),
        };
    }

    private static (Message Line, Message Next) Words(JobState state, string age)
    {
        var attempt =
            state.AttemptsAllowed > 1 ? (Message)$", attempt {state.Attempt} of {state.AttemptsAllowed}" : Message.None;
        var lasted = age.Length > 0 ? (Message)$" for {age}" : Message.None;
        var ago = age.Length > 0 ? (Message)$" {age} ago" : Message.None;
        return state.Phase switch
        {
            JobPhase.NotSynced => (
                (Message)$"not applied yet{lasted}{Because(state.Message)}",
                state.Reason switch
                {
                    "" => (Message)
                        "Argo CD looks every two to three minutes; if this stays, ask the platform team to look at its sync",
                    "SyncFailed" =>
                        "correct the request if the message is about it; if it isn't, show it to the platform team",
                    _ => "show this to the platform team: waiting does not fix it",
                }
            ),
            JobPhase.Queued => (
                $"queued{lasted}{Because(Detail(state))}{attempt}",
                state.Reason switch
                {
                    "WaitingForOperator" =>
                        "if this stays, tell the platform team: the operator is not running, or does not watch this namespace",
                    "FailedCreateHeadPod" or "FailedCreateWorkerPod" or "ReplicaFailure" =>
                        "the namespace's quota is used up: it goes on by itself when there is room; ask for less, or for more quota",
                    _ => "wait, or ask for fewer or other resources",
                }
            ),
            JobPhase.Suspended when state.Reason is "NotResumed" => (
                $"still suspended{lasted}, although its request no longer says so",
                "write `suspend: false`: the operator takes a missing field for what it was"
            ),
            JobPhase.Suspended => (
                $"suspended{lasted}{attempt}",
                state.Kind == EngineKind.RayCronJob
                    ? "comment `/resume`: it goes on under another name, since under its own every run that was missed would start at once"
                    : "somebody set `suspend`; it runs again when that is taken back"
            ),
            JobPhase.Initializing => (
                $"{(Message)Word(state)}{lasted}{Ready(state.Workers)}{Because(Detail(state))}{attempt}",
                Broken(state.Reason, state.Message)
            ),
            JobPhase.Running when state.Reason is "Finishing" => ($"running, finishing up{attempt}", ""),
            JobPhase.Running when state.Reason is "Scheduled" => ("scheduled", ""),
            JobPhase.Running when state.Kind == EngineKind.RayService => Service(state, lasted),
            JobPhase.Running => (
                $"{(Message)Word(state)}{lasted}{(state.Kind == EngineKind.RayCluster ? Counted(state.Workers) : Ready(state.Workers))}{Because(Detail(state))}{attempt}",
                state.Reason.Length > 0 ? Broken(state.Reason, state.Message) : ""
            ),
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
                        "read the end of the log, fix the program, and open a new request (or `run: 2` for the same again)",
                    "SubmissionFailed" =>
                        "the job never reached Ray: read the submitter's log; `run: 2` asks for it again",
                    "JobStatusCheckTimeoutExceeded" =>
                        "Ray's dashboard stopped answering: most often the head ran out of memory; raise `head.memory`",
                    "JobDeploymentStatusTransitionGracePeriodExceeded" =>
                        "the submitter ended before Ray said how the job ended: read the log; `run: 2` asks for it again",
                    "FailedCreateHeadPod" or "FailedCreateWorkerPod" or "ReplicaFailure" => Refused(state.Message),
                    JobState.DeployFailed =>
                        "correct `serve`, or the code or image it names: an edit of `serve` alone is taken over in place",
                    "InitializingTimeout" => "it doesn't recover: remove the request, and ask for the service again",
                    _ => "read the end of the log; `run: 2` asks for the same again",
                }
            ),
            JobPhase.Stopped => (
                $"stopped{ago}{Because(state.Reason is "RequestRemoved" or JobState.LeaseEnded ? state.Message : "")}",
                EngineKind.KeepsName(state.Kind)
                    ? "a request of the same name asks for it again"
                    : "`run: 2` asks for the same again"
            ),
            JobPhase.Rejected when !state.IsFinal => (
                $"rejected by the operator{Because(state.Message)}",
                state.RequestField is { } field
                    ? $"change `{field}` in the request: the operator takes the corrected object up by itself"
                    : "correct the request: the operator takes the corrected object up by itself"
            ),
            JobPhase.Rejected => (
                $"rejected by the operator{Because(state.Message)}",
                state.RequestField is { } field
                    ? $"change `{field}` in the request: a corrected request is a new object; this one never recovers"
                    : "correct the request: a corrected request is a new object; this one never recovers"
            ),
            JobPhase.DeadlineExceeded when state.Reason is "PreRunningDeadlineExceeded" => (
                $"ended{ago} by its queueTimeout, before it ran{Because(Held(state.Message))}{attempt}",
                Held(state.Message) is { Length: > 0 } held
                && Broken(held.Split(':')[0], held) is { IsEmpty: false } remedy
                    ? remedy
                    : "raise `queueTimeout`, or ask for fewer resources"
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

    private static (Message Line, Message Next) Service(JobState state, Message lasted)
    {
        var endpoints = state.Endpoints == 1 ? (Message)"1 endpoint" : (Message)$"{state.Endpoints} endpoints";
        return state.Reason switch
        {
            JobState.Upgrading => (
                (Message)$"upgrading, healthy on the old cluster with {endpoints}{Because(state.Message)}",
                (Message)"nothing: both clusters hold their resources until the new one has taken over"
            ),
            JobState.UpgradeWaits => (
                $"upgrading, healthy on the old cluster with {endpoints}; the new one waits{Because(state.Message)}",
                Broken(state.Message.Split(':')[0], state.Message) is { IsEmpty: false } remedy
                    ? remedy
                    : "both clusters must have room at once: wait, or free resources"
            ),
            JobState.UpgradeFailed => (
                $"the upgrade has failed, healthy on the old cluster with {endpoints}{Because(state.Message)}",
                "correct the request: taking the edit back makes yet another cluster, and both hold their resources meanwhile"
            ),
            JobState.Unhealthy => (
                $"unhealthy with {endpoints}{Because(state.Message)}",
                "read the log of the failing deployment; correct `serve`, or the code or image it names"
            ),
            JobState.ZeroServeEndpoints => (
                $"unhealthy{Because(state.Message)}",
                "if this stays, look at the Service: its applications run and nothing behind it answers"
            ),
            "ValidationFailed" => (
                $"healthy with {endpoints} as it was before: the edit is rejected{Because(state.Message)}",
                state.RequestField is { } field
                    ? $"change `{field}` in the request: the operator takes the corrected object up by itself"
                    : "correct the request: the operator takes the corrected object up by itself"
            ),
            _ => ($"healthy{lasted} with {endpoints}{Ready(state.Workers)}{Because(Detail(state))}", ""),
        };
    }

    private static (Message Line, Message Next) Words(JobCondition condition, DateTimeOffset now) =>
        condition.Kind switch
        {
            JobConditionKind.Stale => (
                (Message)
                    $"this is the last known state: the cluster could not be asked{For(condition, now)}{Because(condition.Detail)}",
                (Message)"nothing for you to do: the platform team sees this too"
            ),
            JobConditionKind.StuckBeyondQueueTimeout => (
                $"its queueTimeout of {condition.Detail} has passed and the operator did not end it",
                "remove the request to give up its place, or ask the platform team why the operator does not act"
            ),
            JobConditionKind.TimeoutNotEnforced => (
                $"its timeout of {condition.Detail} has passed and the operator did not end it",
                "remove the request to stop it, and tell the platform team"
            ),
            JobConditionKind.OutOfSync => (
                $"Argo CD has not applied it{For(condition, now)}",
                "ask the platform team to look at the Application's sync"
            ),
            JobConditionKind.NotPruned => (
                $"its request was taken back and Argo CD has not removed it{For(condition, now)}{Because(condition.Detail)}",
                "ask the platform team to look at the Application's sync; until then it goes on holding its resources"
            ),
            JobConditionKind.RunOverdue => (
                $"its run is overdue{For(condition, now)}{Because(condition.Detail)}",
                "ask the platform team whether the KubeRay operator runs with the feature gate RayCronJob"
            ),
            JobConditionKind.StuckDeleting => (
                $"being deleted{For(condition, now)}{Because(condition.Detail)}",
                "ask the platform team to look at the operator"
            ),
            _ => (condition.Kind.ToString(), ""),
        };

    /// <summary>A job without workers of its own, or on a shared cluster, has none to count.</summary>
    private static Message Ready(WorkerCount workers) =>
        workers.Desired > 0 ? (Message)$", {workers} workers ready" : Message.None;

    private static Message Counted(WorkerCount workers) =>
        workers.Desired > 0 ? (Message)$", {workers} workers" : Message.None;

    private static Message For(JobCondition condition, DateTimeOffset now) =>
        condition.Since > now ? Message.None : (Message)$" for {Age.Since(condition.Since, now)}";

    /// <summary>What kept it from running; the operator's own sentence only repeats the deadline.</summary>
    private static string Held(string message) =>
        message.StartsWith("The RayJob has passed", StringComparison.Ordinal) ? "" : message;

    private static Message Broken(string reason, string message) =>
        reason switch
        {
            "ErrImagePull"
            or "ImagePullBackOff"
            or "InvalidImageName" when message.StartsWith("the submitter", StringComparison.Ordinal) =>
                "the submitter's image cannot be pulled: show this to the platform team (its image is the profile's)",
            "ErrImagePull" or "ImagePullBackOff" or "InvalidImageName" =>
                "the image cannot be pulled: correct `image`, or ask for access to its registry",
            "CreateContainerConfigError" => "a secret or config map it names is missing: correct `secrets` or `env`",
            "OOMKilled" => "it was killed for memory while it started: raise `memory` of the head or the worker group",
            "CrashLoopBackOff" or "RunContainerError" => "a container ends at once: check `image` and the profile",
            "RayClusterNotFound" =>
                "correct `cluster`, or have that cluster made: it goes on by itself once it is there",
            "InvalidRayClusterSpec" or "InvalidRayServiceSpec" or "InvalidRayCronJobSpec" =>
                "correct the request: the operator takes the corrected object up by itself",
            "InvalidRayJobSpec" => "correct the request: a corrected request is a new object",
            "FailedToUpdateServeApplications" =>
                "correct `serve`: the operator cannot read it, and tries again with what you change",
            "FailedCreateHeadPod"
            or "FailedCreateWorkerPod"
            or "FailedToCreateHeadPod"
            or "FailedToCreateWorkerPod"
            or "ReplicaFailure" => Refused(message),
            _ => "",
        };

    /// <summary>What helps against the API server's refusal of a pod, by its sentence.</summary>
    private static Message Refused(string message)
    {
        return message switch
        {
            _ when Says("service account") || Says("serviceaccount") =>
                "a service account is missing in the namespace: ask the platform team to make it, or to correct the profile; it goes on by itself once it is there",
            _ when Says("exceeded quota") =>
                "the namespace's quota is used up: it goes on by itself when there is room; ask for less, or for more quota",
            _ when Says("PodSecurity") =>
                "the namespace's Pod Security level refuses its pods: the platform team corrects the profile, or the level (`isolation`)",
            _ when Says("per Container") || Says("per Pod") => "the namespace limits a single container: ask for less",
            _ when Says("priorityclass") || Says("PriorityClass") =>
                "its priority class is missing: correct `priority`, or ask the platform team to make it",
            _ when Says("admission webhook") =>
                "a webhook of the cluster refuses its pods: show its sentence to the platform team",
            _ => "the API server refuses its pods: show its sentence to the platform team",
        };

        bool Says(string words) => message.Contains(words, StringComparison.OrdinalIgnoreCase);
    }

    private static Message Detail(JobState state) =>
        (state.Reason, state.Message) switch
        {
            ("", var message) => message,
            (JobState.HeadLost, var message) => message,
            ("WaitingForOperator", "") => "the KubeRay operator has not looked at it yet",
            (var reason, "") => reason,
            ("KueueQueue" or "WaitingForJobId", var message) => message,
            var (reason, message) => $"{reason}: {message.TrimEnd('.')}",
        };

    // A sentence of ours is looked up in a table of strings, an engine's isn't there.
    private static Message Because(Message text) =>
        text.IsEmpty ? Message.None
        : text.Holes > 0 ? (Message)$" ({text})"
        : $" ({(Message)text.English.TrimEnd('.')})";
}
