using System.Globalization;
using System.Text.Json;

namespace Rayquest.JobReport.Status;

/// <summary>What a job that is not running waits for.</summary>
/// <param name="Reason">The engine's word: Unschedulable, QuotaNotReserved, ImagePullBackOff …</param>
/// <param name="Message">The engine's sentence; text from outside, to be escaped where it is shown.</param>
/// <param name="Since">Since when, if it says so.</param>
/// <param name="IsQueue">True when it waits for room; false when it waits for something to be fixed.</param>
public sealed record WaitingReason(string Reason, string Message, DateTimeOffset? Since, bool IsQueue)
{
    private static readonly string[] BrokenContainer =
    [
        "ErrImagePull",
        "ImagePullBackOff",
        "InvalidImageName",
        "CreateContainerConfigError",
        "CreateContainerError",
        "CrashLoopBackOff",
        "RunContainerError",
    ];

    /// <summary>The most telling reason among a Ray cluster's pods; a broken container outranks a full cluster. Null when none waits.</summary>
    public static WaitingReason? OfPods(IEnumerable<JsonElement> pods)
    {
        WaitingReason? unschedulable = null;
        foreach (var pod in pods)
        {
            var status = pod.At("status");
            foreach (var container in status.Items("initContainerStatuses").Concat(status.Items("containerStatuses")))
            {
                if (OfContainer(container, pod.At("metadata").Time("creationTimestamp")) is { } broken)
                {
                    return broken;
                }
            }

            var scheduled = status.Condition("PodScheduled");
            if (unschedulable is null && string.Equals(scheduled.Text("status"), "False", StringComparison.Ordinal))
            {
                var reason = scheduled.Text("reason");
                unschedulable = new WaitingReason(
                    reason.Length > 0 ? reason : "Unschedulable",
                    scheduled.Text("message"),
                    scheduled.Time("lastTransitionTime"),
                    IsQueue: true
                );
            }
        }

        return unschedulable;
    }

    private static WaitingReason? OfContainer(JsonElement container, DateTimeOffset? since)
    {
        var waiting = container.At("state", "waiting");
        var reason = waiting.Text("reason");
        if (!IsBroken(reason))
        {
            return null;
        }

        // That it is started again and again says nothing; how it ended does.
        var ended = container.At("lastState", "terminated");
        if (reason is not "CrashLoopBackOff" || ended.Text("reason").Length == 0)
        {
            return new WaitingReason(reason, waiting.Text("message"), since, IsQueue: false);
        }

        var how = ended.Text("reason");
        return new WaitingReason(
            how is "OOMKilled" ? how : reason,
            string.Create(
                CultureInfo.InvariantCulture,
                $"container {container.Text("name")} ended with {how}, exit code {ended.Number("exitCode") ?? 0}; started again {container.Number("restartCount") ?? 0} times"
            ),
            since,
            IsQueue: false
        );
    }

    /// <summary>Whether a container's word means that waiting alone won't help.</summary>
    public static bool IsBroken(string reason) => BrokenContainer.Contains(reason, StringComparer.Ordinal);

    /// <summary>
    /// What keeps a Ray cluster from its pods, by its own status: the API server's refusal, or a head whose container does not start.
    /// Null when it says neither. The operator tries again by itself (2.4).
    /// </summary>
    public static WaitingReason? OfCluster(JsonElement status)
    {
        var refused = status.Condition("ReplicaFailure");
        if (refused.Holds())
        {
            var reason = refused.Text("reason");
            var message = EngineText.WithoutReason(refused.Text("message"), reason);
            return new WaitingReason(
                reason.Length > 0 ? reason : "ReplicaFailure",
                message,
                refused.Time("lastTransitionTime"),
                IsQueue: message.Contains("exceeded quota", StringComparison.Ordinal)
            );
        }

        var head = status.Condition("HeadPodReady");
        return IsBroken(head.Text("reason"))
            ? new WaitingReason(
                head.Text("reason"),
                head.Text("message"),
                head.Time("lastTransitionTime"),
                IsQueue: false
            )
            : null;
    }

    /// <summary>Why a Kueue Workload is not admitted; null when it is.</summary>
    public static WaitingReason? OfWorkload(JsonElement workload)
    {
        var status = workload.At("status");
        if (status.Condition("Admitted").Holds())
        {
            return null;
        }

        var evicted = status.Condition("Evicted");
        var quota = status.Condition("QuotaReserved");
        var condition = evicted.Holds() ? evicted : quota;
        var reason = condition.Text("reason");
        return new WaitingReason(
            reason.Length > 0 ? reason : "Pending",
            condition.Text("message"),
            condition.Time("lastTransitionTime") ?? workload.At("metadata").Time("creationTimestamp"),
            IsQueue: true
        );
    }

    /// <summary>The newest warning among events of an object; the only trace of a refused RayCluster (2.4). Null when there is none.</summary>
    public static WaitingReason? OfEvents(IEnumerable<JsonElement> events)
    {
        WaitingReason? newest = null;
        foreach (var item in events)
        {
            if (!string.Equals(item.Text("type"), "Warning", StringComparison.Ordinal) || IsNoise(item))
            {
                continue;
            }

            var at =
                item.At("series").Time("lastObservedTime")
                ?? item.Time("lastTimestamp")
                ?? item.Time("eventTime")
                ?? item.At("metadata").Time("creationTimestamp");
            if (newest is null || at >= newest.Since)
            {
                var reason = item.Text("reason");
                newest = new WaitingReason(
                    reason,
                    item.Text("message"),
                    at,
                    IsQueue: reason is "FailedScheduling" or "NotEnoughResources" or "PodGroupPending"
                        || item.Text("message").Contains("exceeded quota", StringComparison.Ordinal)
                );
            }
        }

        return newest;
    }

    // Two controllers that touched one object at once: the next look settles it.
    private static bool IsNoise(JsonElement item) =>
        item.Text("message") is var message
        && (
            message.Contains("the object has been modified", StringComparison.Ordinal)
            || message.EndsWith("already exists", StringComparison.Ordinal)
        );
}
