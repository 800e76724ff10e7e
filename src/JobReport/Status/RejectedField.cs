namespace Rayquest.JobReport.Status;

/// <summary>Finds the key of the request behind a refusal of the operator, so that a line can be pointed at.</summary>
public static class RejectedField
{
    // First match wins: the narrower word stands before the wider one (2.4, in the operator's own wording).
    private static readonly (string Word, string Field)[] Words =
    [
        ("runtimeEnvYAML", "runtimeEnv"),
        ("clusterSelector", "cluster"),
        ("preRunningDeadlineSeconds", "queueTimeout"),
        ("activeDeadlineSeconds", "timeout"),
        ("SidecarMode", "submissionMode"),
        ("InteractiveMode", "submissionMode"),
        ("submissionMode", "submissionMode"),
        ("backoffLimit", "retries"),
        ("ttlSeconds", "keep"),
        ("shutdownAfterJobFinishes", "keep"),
        ("deletionStrategy", "keep"),
        ("deletionRules", "keep"),
        ("DeletionPolicy", "keep"),
        ("idleTimeoutSeconds", "autoscaling.idleTimeout"),
        ("autoscalerOptions.version", "autoscaling.version"),
        ("autoscaler_v2", "autoscaling.version"),
        ("restartPolicy", "autoscaling.version"),
        ("enableInTreeAutoscaling", "autoscaling"),
        ("autoscal", "autoscaling"),
        ("minReplicas", "workers.replicas"),
        ("maxReplicas", "workers.replicas"),
        ("group name", "workers.name"),
        ("groupName", "workers.name"),
        ("rayVersion", "rayVersion"),
        ("Ray version", "rayVersion"),
        ("priority", "priority"),
        ("num-gpus", "workers.gpus"),
        ("num-cpus", "workers.cpu"),
        ("REDIS", "env"),
        ("environment variable", "env"),
        ("DNS1035", "name"),
        ("DNS-1035", "name"),
        ("name should be no more than", "name"),
        ("characters", "name"),
        ("headGroupSpec", "head"),
        ("headGroup", "head"),
        ("workerGroup", "workers"),
        ("worker group", "workers"),
        ("suspend", "keep"),
    ];

    /// <summary>The dotted key (for example <c>workers.replicas</c>), or null when the message names none we know.</summary>
    public static string? Of(string message)
    {
        ArgumentNullException.ThrowIfNull(message);
        foreach (var (word, field) in Words)
        {
            if (message.Contains(word, StringComparison.OrdinalIgnoreCase))
            {
                return field;
            }
        }

        return null;
    }
}
