using System.Globalization;
using System.Text.Json.Nodes;

namespace Rayquest.JobRehearsal.Cluster;

/// <summary>One step of a RayJob's life, as KubeRay 1.7 takes it (facts, table 2.2).</summary>
public enum LifecycleStep
{
    /// <summary>The operator's first look: Ray cluster and pods are made.</summary>
    Initialize,

    /// <summary>Pods cannot be scheduled.</summary>
    PodsPending,

    /// <summary>All pods ready: Running, submitter made.</summary>
    ClusterReady,

    /// <summary>Ray reports the program running.</summary>
    ProgramRuns,
    Succeed,

    /// <summary>The program failed and no retry is left.</summary>
    Fail,

    /// <summary>The program failed and another attempt is due: Retrying.</summary>
    Retry,

    /// <summary>Stopped through Ray in HTTPMode: Complete + STOPPED.</summary>
    StopComplete,

    /// <summary>Stopped through Ray in K8sJobMode: Failed + STOPPED + SubmissionFailed.</summary>
    StopFailed,
    DeadlineExceeded,
    PreRunningDeadlineExceeded,

    /// <summary>ValidationFailed; there is no way out of it.</summary>
    Reject,
    Suspend,

    /// <summary>Suspended → "", with cluster and job id forgotten.</summary>
    Resume,

    /// <summary>Somebody deletes the object.</summary>
    Vanish,
}

/// <summary>Plays KubeRay on an emulated cluster, step by step, by a clock that is passed in.</summary>
public sealed class EmulatedOperator(EmulatedCluster cluster, TimeProvider time)
{
    private const string RayJobs = "rayjobs.ray.io";
    private int suffix;

    /// <summary>Takes several steps at once.</summary>
    public void Advance(string ns, string name, params IReadOnlyList<LifecycleStep> steps)
    {
        foreach (var step in steps)
        {
            Advance(ns, name, step, message: null);
        }
    }

    /// <summary>Takes one step; a message is what the engine would say.</summary>
    public void Advance(string ns, string name, LifecycleStep step, string? message)
    {
        if (step == LifecycleStep.Vanish)
        {
            RemoveChildren(ns, name);
            cluster.Remove(RayJobs, ns, name);
            return;
        }

        cluster.Change(
            RayJobs,
            ns,
            name,
            job =>
            {
                if (job["status"] is not JsonObject status)
                {
                    job["status"] = status = new JsonObject
                    {
                        ["failed"] = 0,
                        ["succeeded"] = 0,
                        ["rayJobInfo"] = new JsonObject(),
                    };
                }

                Take(ns, name, step, message, status);
            }
        );
    }

    /// <summary>All pods of a RayCluster are there.</summary>
    public void ClusterReady(string ns, string name, int workers) =>
        cluster.Change(
            "rayclusters.ray.io",
            ns,
            name,
            item =>
                item["status"] = new JsonObject
                {
                    ["state"] = "ready",
                    ["desiredWorkerReplicas"] = workers,
                    ["readyWorkerReplicas"] = workers,
                    ["availableWorkerReplicas"] = workers,
                    ["stateTransitionTimes"] = new JsonObject { ["ready"] = Now() },
                }
        );

    /// <summary>A RayService serves from a cluster; while it is upgraded another one comes up beside it.</summary>
    public void Serve(string ns, string name, string active, string? pending = null) =>
        cluster.Change(
            "rayservices.ray.io",
            ns,
            name,
            item =>
            {
                JsonObject status = new()
                {
                    ["numServeEndpoints"] = 1,
                    ["activeServiceStatus"] = new JsonObject { ["rayClusterName"] = active },
                    ["conditions"] = new JsonArray(
                        Condition("Ready", true, "NonZeroServeEndpoints"),
                        Condition(
                            "UpgradeInProgress",
                            pending is not null,
                            pending is null ? "NoPendingCluster" : "BothActivePendingClustersExist"
                        )
                    ),
                };
                if (pending is not null)
                {
                    status["pendingServiceStatus"] = new JsonObject { ["rayClusterName"] = pending };
                }

                item["status"] = status;
            }
        );

    /// <summary>Volcano moves a Job to a phase.</summary>
    public void VolcanoPhase(string ns, string name, string phase) =>
        cluster.Change(
            "jobs.batch.volcano.sh",
            ns,
            name,
            item =>
                item["status"] = new JsonObject
                {
                    ["state"] = new JsonObject { ["phase"] = phase, ["lastTransitionTime"] = Now() },
                }
        );

    private JsonObject Condition(string type, bool holds, string reason) =>
        new()
        {
            ["type"] = type,
            ["status"] = holds ? "True" : "False",
            ["reason"] = reason,
            ["lastTransitionTime"] = Now(),
        };

    private void Take(string ns, string name, LifecycleStep step, string? message, JsonObject status)
    {
        switch (step)
        {
            case LifecycleStep.Initialize:
                var ray = $"{name}-{Suffix()}";
                status["jobDeploymentStatus"] = "Initializing";
                status["rayClusterName"] = ray;
                status["jobId"] = $"{name}-{Suffix()}";
                status["startTime"] = Now();
                status["rayClusterStatus"] = new JsonObject
                {
                    ["desiredWorkerReplicas"] = 1,
                    ["head"] = new JsonObject(),
                };
                MakeCluster(ns, name, ray);
                break;
            case LifecycleStep.PodsPending:
                Pod(
                    ns,
                    $"{Text(status, "rayClusterName")}-head",
                    Text(status, "rayClusterName"),
                    "Pending",
                    message ?? "0/3 nodes are available: 3 Insufficient nvidia.com/gpu."
                );
                break;
            case LifecycleStep.ClusterReady:
                status["jobDeploymentStatus"] = "Running";
                status["dashboardURL"] = $"{Text(status, "rayClusterName")}-head-svc.{ns}.svc.cluster.local:8265";
                status["rayClusterStatus"] = new JsonObject
                {
                    ["state"] = "ready",
                    ["desiredWorkerReplicas"] = 1,
                    ["readyWorkerReplicas"] = 1,
                    ["stateTransitionTimes"] = new JsonObject { ["ready"] = Now() },
                };
                Pod(ns, $"{Text(status, "rayClusterName")}-head", Text(status, "rayClusterName"), "Running", null);
                MakeSubmitter(ns, name);
                break;
            case LifecycleStep.ProgramRuns:
                status["jobStatus"] = "RUNNING";
                status["message"] = "Job is currently running.";
                status["rayJobInfo"] = new JsonObject { ["startTime"] = Now() };
                break;
            case LifecycleStep.Succeed:
                End(status, "Complete", "SUCCEEDED", null, message ?? "Job finished successfully.");
                status["succeeded"] = 1;
                break;
            case LifecycleStep.Fail:
                End(
                    status,
                    "Failed",
                    "FAILED",
                    "AppFailed",
                    message ?? "Job entrypoint command failed with exit code 1"
                );
                Count(status);
                break;
            case LifecycleStep.Retry:
                End(
                    status,
                    "Retrying",
                    "FAILED",
                    "AppFailed",
                    message ?? "Job entrypoint command failed with exit code 1"
                );
                status.Remove("endTime");
                Count(status);
                RemoveChildren(ns, name);
                break;
            case LifecycleStep.StopComplete:
                End(status, "Complete", "STOPPED", null, message ?? "Job was intentionally stopped.");
                break;
            case LifecycleStep.StopFailed:
                End(
                    status,
                    "Failed",
                    "STOPPED",
                    "SubmissionFailed",
                    message
                        ?? "Job submission has failed. Reason: BackoffLimitExceeded. Message: Job has reached the specified backoff limit"
                );
                Count(status);
                break;
            case LifecycleStep.DeadlineExceeded:
                End(
                    status,
                    "Failed",
                    Text(status, "jobStatus"),
                    "DeadlineExceeded",
                    message ?? "The RayJob has passed the activeDeadlineSeconds."
                );
                Count(status);
                break;
            case LifecycleStep.PreRunningDeadlineExceeded:
                End(
                    status,
                    "Failed",
                    "",
                    "PreRunningDeadlineExceeded",
                    message ?? "The RayJob has passed the preRunningDeadlineSeconds."
                );
                Count(status);
                break;
            case LifecycleStep.Reject:
                status["jobDeploymentStatus"] = "ValidationFailed";
                status["reason"] = "ValidationFailed";
                status["message"] =
                    message ?? "The RayJob spec is invalid: activeDeadlineSeconds must be a positive integer";
                break;
            case LifecycleStep.Suspend:
                RemoveChildren(ns, name);
                Forget(status);
                status["jobDeploymentStatus"] = "Suspended";
                break;
            case LifecycleStep.Resume:
                Forget(status);
                status.Remove("jobDeploymentStatus");
                break;
            default:
                break;
        }
    }

    private void End(JsonObject status, string deployment, string job, string? reason, string message)
    {
        status["jobDeploymentStatus"] = deployment;
        status["message"] = message;
        status["endTime"] = Now();
        if (job.Length > 0)
        {
            status["jobStatus"] = job;
        }

        if (reason is not null)
        {
            status["reason"] = reason;
        }

        if (status["rayJobInfo"] is JsonObject { Count: > 0 } info)
        {
            info["endTime"] = Now();
        }
    }

    private static void Forget(JsonObject status)
    {
        foreach (
            var field in new[]
            {
                "jobStatus",
                "reason",
                "message",
                "rayClusterName",
                "jobId",
                "dashboardURL",
                "rayClusterStatus",
            }
        )
        {
            status.Remove(field);
        }

        status["rayJobInfo"] = new JsonObject();
    }

    private static void Count(JsonObject status) =>
        status["failed"] =
            (status["failed"] is JsonValue value && value.TryGetValue<int>(out var failed) ? failed : 0) + 1;

    private void MakeCluster(string ns, string name, string ray)
    {
        cluster.Put(
            new JsonObject
            {
                ["apiVersion"] = "ray.io/v1",
                ["kind"] = "RayCluster",
                ["metadata"] = new JsonObject
                {
                    ["name"] = ray,
                    ["namespace"] = ns,
                    ["labels"] = new JsonObject
                    {
                        ["ray.io/originated-from-crd"] = "RayJob",
                        ["ray.io/originated-from-cr-name"] = name,
                    },
                },
            }
        );
        Pod(ns, $"{ray}-head", ray, "Pending", null);
    }

    private void MakeSubmitter(string ns, string name)
    {
        var uid = $"uid-of-{name}";
        cluster.Put(
            new JsonObject
            {
                ["apiVersion"] = "batch/v1",
                ["kind"] = "Job",
                ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = ns },
                ["spec"] = new JsonObject
                {
                    ["selector"] = new JsonObject
                    {
                        ["matchLabels"] = new JsonObject { ["batch.kubernetes.io/controller-uid"] = uid },
                    },
                },
            }
        );
        cluster.Put(
            new JsonObject
            {
                ["apiVersion"] = "v1",
                ["kind"] = "Pod",
                ["metadata"] = new JsonObject
                {
                    ["name"] = $"{name}-submit",
                    ["namespace"] = ns,
                    ["labels"] = new JsonObject { ["job-name"] = name, ["batch.kubernetes.io/controller-uid"] = uid },
                },
                ["spec"] = new JsonObject
                {
                    ["containers"] = new JsonArray(
                        new JsonObject { ["name"] = "ray-job-submitter", ["image"] = "ray" }
                    ),
                },
                ["status"] = new JsonObject { ["phase"] = "Running" },
            }
        );
    }

    private void Pod(string ns, string name, string ray, string phase, string? unschedulable)
    {
        var conditions = new JsonArray(
            new JsonObject
            {
                ["type"] = "PodScheduled",
                ["status"] = unschedulable is null ? "True" : "False",
                ["reason"] = unschedulable is null ? null : "Unschedulable",
                ["message"] = unschedulable,
                ["lastTransitionTime"] = Now(),
            }
        );
        cluster.Put(
            new JsonObject
            {
                ["apiVersion"] = "v1",
                ["kind"] = "Pod",
                ["metadata"] = new JsonObject
                {
                    ["name"] = name,
                    ["namespace"] = ns,
                    ["labels"] = new JsonObject { ["ray.io/cluster"] = ray, ["ray.io/node-type"] = "head" },
                },
                ["spec"] = new JsonObject
                {
                    ["containers"] = new JsonArray(new JsonObject { ["name"] = "ray-head", ["image"] = "ray" }),
                },
                ["status"] = new JsonObject { ["phase"] = phase, ["conditions"] = conditions },
            }
        );
    }

    private void RemoveChildren(string ns, string name)
    {
        var ray = Text(cluster.Get(RayJobs, ns, name)?["status"] as JsonObject, "rayClusterName");
        if (ray.Length > 0)
        {
            cluster.Remove("rayclusters.ray.io", ns, ray);
            cluster.Remove("pods", ns, $"{ray}-head");
        }

        cluster.Remove("jobs.batch", ns, name);
        cluster.Remove("pods", ns, $"{name}-submit");
    }

    private string Now() =>
        time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private string Suffix() =>
        string.Create(CultureInfo.InvariantCulture, $"{Interlocked.Increment(ref suffix):00000}");

    private static string Text(JsonObject? item, string name) => ClusterStore.Text(item, name);
}
