using System.Text.Json;

namespace Rayquest.JobReport.Status;

/// <summary>What a job that is not running waits for.</summary>
/// <param name="Reason">The engine's word: Unschedulable, QuotaNotReserved, ImagePullBackOff …</param>
/// <param name="Message">The engine's sentence; text from outside, to be escaped where it is shown.</param>
/// <param name="Since">Since when, if it says so.</param>
/// <param name="IsQueue">True when it waits for room; false when it waits for something to be mended.</param>
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
                var waiting = container.At("state", "waiting");
                var reason = waiting.Text("reason");
                if (BrokenContainer.Contains(reason, StringComparer.Ordinal))
                {
                    return new WaitingReason(
                        reason,
                        waiting.Text("message"),
                        pod.At("metadata").Time("creationTimestamp"),
                        IsQueue: false
                    );
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
            if (!string.Equals(item.Text("type"), "Warning", StringComparison.Ordinal))
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
                    IsQueue: reason is "FailedScheduling" or "NotEnoughResources"
                );
            }
        }

        return newest;
    }
}
