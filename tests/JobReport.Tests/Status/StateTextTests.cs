using System.Globalization;
using System.Text;
using System.Text.Json;
using Rayquest.JobReport.Status;

namespace Rayquest.JobReport.Tests.Status;

/// <summary>What people read in every state that the issue names, from what a cluster would show: one golden file to read through.</summary>
public sealed class StateTextTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private const string Started = "\"startTime\":\"2026-11-23T11:00:00Z\",\"rayClusterName\":\"a-c1\"";
    private const string Ended = "\"endTime\":\"2026-11-23T11:50:00Z\"," + Started;
    private const string Workers = "\"rayClusterStatus\":{\"desiredWorkerReplicas\":4,\"readyWorkerReplicas\":3}";

    private static readonly JobExpectation Expected = new()
    {
        Team = "vision",
        Kind = "RayJob",
        Namespace = "ray-vision",
        Name = "a-00000",
        Merged = Now.AddMinutes(-20),
        Timeout = TimeSpan.FromHours(6),
        QueueTimeout = TimeSpan.FromHours(2),
    };

    [Fact]
    public void Every_state_reads_well()
    {
        var text = new StringBuilder();
        Absent("not synced, no Application", null);
        Absent("not synced, not seen", """{"status":{"sync":{"status":"Synced"}}}""");
        Absent(
            "not synced, refused",
            """{"status":{"sync":{"status":"OutOfSync"},"operationState":{"phase":"Failed","syncResult":{"resources":[{"kind":"RayJob","namespace":"ray-vision","name":"a-00000","status":"SyncFailed","message":"admission webhook denied it"}]}}}}"""
        );
        Absent(
            "not synced, cannot compare",
            """{"status":{"sync":{"status":"Unknown"},"conditions":[{"type":"ComparisonError","message":"jobs/vision: no such file"}]}}"""
        );
        Absent("not synced for an hour", null, Expected with { Merged = Now.AddHours(-2) });
        Line(
            "vanished",
            JobStateMapper.Of(
                Expected with
                {
                    Last = new LastRecordedState(
                        new JobState(JobPhase.Running) { Uid = "u" },
                        Now.AddHours(-1),
                        EverSeen: true
                    ),
                },
                null,
                new JobContext(),
                Now
            )
        );
        Line(
            "taken back",
            JobStateMapper.Of(
                Expected with
                {
                    Withdrawn = Now.AddMinutes(-5),
                    Last = new LastRecordedState(
                        new JobState(JobPhase.Running) { Uid = "u" },
                        Now.AddHours(-1),
                        EverSeen: true
                    ),
                },
                null,
                new JobContext(),
                Now
            )
        );
        Line(
            "stale",
            JobStateMapper.Of(
                Expected with
                {
                    Last = new LastRecordedState(
                        new JobState(JobPhase.Running) { Since = Now.AddHours(-1), Workers = new WorkerCount(4, 4) },
                        Now.AddHours(-1),
                        EverSeen: true
                    ),
                },
                null,
                new JobContext { UnreachableSince = Now.AddMinutes(-30), UnreachableBecause = "connection refused" },
                Now
            )
        );
        Job("waiting for the operator", "");
        Job("queued by Kueue", "", suspend: true, queue: true);
        Job(
            "queued, pods",
            $"\"jobDeploymentStatus\":\"Initializing\",{Started}",
            waiting: Waits("Unschedulable", "0/3 nodes are available: 3 Insufficient nvidia.com/gpu", true)
        );
        Job("initializing", $"\"jobDeploymentStatus\":\"Initializing\",{Started},{Workers}");
        Job("initializing, no workers yet", $"\"jobDeploymentStatus\":\"Initializing\",{Started}");
        Job(
            "initializing, no image",
            $"\"jobDeploymentStatus\":\"Initializing\",{Started},{Workers}",
            waiting: Waits("ImagePullBackOff", "Back-off pulling image ray:9", false)
        );
        Job(
            "initializing beyond queueTimeout",
            "\"jobDeploymentStatus\":\"Initializing\",\"startTime\":\"2026-11-23T09:00:00Z\",\"rayClusterName\":\"a-c1\""
        );
        Job("suspended by hand", $"\"jobDeploymentStatus\":\"Suspended\",{Started}", suspend: true);
        Job("running", $"\"jobDeploymentStatus\":\"Running\",\"jobStatus\":\"RUNNING\",{Started},{Workers}");
        Job(
            "running, second attempt",
            $"\"jobDeploymentStatus\":\"Running\",\"jobStatus\":\"RUNNING\",\"failed\":1,{Started},{Workers}",
            retries: 2
        );
        Job("finishing", $"\"jobDeploymentStatus\":\"Running\",\"jobStatus\":\"SUCCEEDED\",{Started},{Workers}");
        Job(
            "running past its timeout",
            "\"jobDeploymentStatus\":\"Running\",\"jobStatus\":\"RUNNING\",\"startTime\":\"2026-11-23T04:00:00Z\",\"rayClusterName\":\"a-c1\""
        );
        Job("retrying", $"\"jobDeploymentStatus\":\"Retrying\",\"reason\":\"AppFailed\",\"failed\":1", retries: 2);
        Job("succeeded", $"\"jobDeploymentStatus\":\"Complete\",\"jobStatus\":\"SUCCEEDED\",\"succeeded\":1,{Ended}");
        Job("stopped, complete", $"\"jobDeploymentStatus\":\"Complete\",\"jobStatus\":\"STOPPED\",{Ended}");
        foreach (
            var reason in (string[])
                [
                    "AppFailed",
                    "SubmissionFailed",
                    "JobStatusCheckTimeoutExceeded",
                    "JobDeploymentStatusTransitionGracePeriodExceeded",
                    "PreRunningDeadlineExceeded",
                    "DeadlineExceeded",
                    "ANewWord",
                ]
        )
        {
            Job(
                $"failed, {reason}",
                $"\"jobDeploymentStatus\":\"Failed\",\"jobStatus\":\"FAILED\",\"reason\":\"{reason}\",\"failed\":1,{Ended}"
            );
        }

        Job(
            "rejected",
            "\"jobDeploymentStatus\":\"ValidationFailed\",\"message\":\"The RayJob spec is invalid: backoffLimit must be a positive integer\""
        );
        Job(
            "rejected, no key known",
            "\"jobDeploymentStatus\":\"ValidationFailed\",\"message\":\"something else is wrong\""
        );
        Job("a word of a newer operator", $"\"jobDeploymentStatus\":\"Hibernating\",{Started},{Workers}");
        Object("RayCluster", "cluster, starting", """{"state":""}""");
        Object(
            "RayCluster",
            "cluster, ready",
            """{"state":"ready","stateTransitionTimes":{"ready":"2026-11-23T11:00:00Z"},"desiredWorkerReplicas":2,"readyWorkerReplicas":2}"""
        );
        Object(
            "RayCluster",
            "cluster, pods refused",
            """{"state":"","conditions":[{"type":"ReplicaFailure","status":"True","reason":"FailedCreateHeadPod","message":"exceeded quota: rayquest","lastTransitionTime":"2026-11-23T11:30:00Z"}]}"""
        );
        Object(
            "RayService",
            "service, starting",
            """{"conditions":[{"type":"Ready","status":"False","reason":"Initializing","message":"waits for the Serve deployments"}]}"""
        );
        Object(
            "RayService",
            "service, ready",
            """{"conditions":[{"type":"Ready","status":"True","reason":"NonZeroServeEndpoints","lastTransitionTime":"2026-11-23T11:00:00Z"}]}"""
        );
        Object(
            "RayService",
            "service, refused",
            """{"conditions":[{"type":"Ready","status":"False","reason":"ValidationFailed","message":"rayVersion is missing","lastTransitionTime":"2026-11-23T11:00:00Z"}]}"""
        );
        Object("RayCronJob", "cron job", "{}");
        Golden.Matches(text.ToString(), "state-texts.txt");

        void Line(string name, JobState state)
        {
            var words = StateText.Of(state, Now);
            text.Append(
                CultureInfo.InvariantCulture,
                $"{name} [{state.Phase}, {state.Label}, {state.DeploymentState}]\n  {words.Line}\n"
            );
            if (words.Next.Length > 0)
            {
                text.Append(CultureInfo.InvariantCulture, $"  > {words.Next}\n");
            }
        }

        void Absent(string name, string? application, JobExpectation? expected = null) =>
            Line(
                name,
                JobStateMapper.Of(
                    expected ?? Expected,
                    null,
                    new JobContext
                    {
                        Application = application is null
                            ? null
                            : ObservedApplication.Read(
                                Json($"{{\"metadata\":{{\"name\":\"ray-vision\"}},{application[1..]}")
                            ),
                        ApplicationsListed = true,
                    },
                    Now
                )
            );

        void Job(
            string name,
            string status,
            bool suspend = false,
            bool queue = false,
            int retries = 0,
            WaitingReason? waiting = null
        ) =>
            Line(
                name,
                JobStateMapper.Of(
                    Expected,
                    ObservedJob.Read(
                        Json(
                            $"{{\"kind\":\"RayJob\",\"metadata\":{{\"name\":\"a-00000\",\"namespace\":\"ray-vision\",\"creationTimestamp\":\"2026-11-23T11:40:00Z\"{(queue ? ",\"labels\":{\"kueue.x-k8s.io/queue-name\":\"vision\"}" : "")}}},\"spec\":{{\"suspend\":{(suspend ? "true" : "false")},\"backoffLimit\":{retries}}},\"status\":{{{status}}}}}"
                        )
                    ),
                    new JobContext { Waiting = waiting },
                    Now
                )
            );

        void Object(string kind, string name, string status) =>
            Line(
                name,
                JobStateMapper.Of(
                    Expected with
                    {
                        Kind = kind,
                    },
                    ObservedJob.Read(
                        Json(
                            $"{{\"kind\":\"{kind}\",\"metadata\":{{\"name\":\"a-00000\",\"namespace\":\"ray-vision\",\"creationTimestamp\":\"2026-11-23T10:00:00Z\"}},\"spec\":{{}},\"status\":{status}}}"
                        )
                    ),
                    new JobContext(),
                    Now
                )
            );
    }

    private static WaitingReason Waits(string reason, string message, bool isQueue) =>
        new(reason, message, Now.AddMinutes(-10), isQueue);

    private static JsonElement Json(string text)
    {
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }
}
