using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Rayquest.Fuzzing;
using Rayquest.JobReport.Ledger;
using Rayquest.JobReport.Status;
using Rayquest.JobReport.Tests.Ledger;

namespace Rayquest.JobReport.Tests;

/// <summary>Broken copies of what clusters and the ledger hold: read as far as they go, never a fault of ours.</summary>
[Trait("suite", "fuzz")]
public sealed class FuzzTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 5, 10, 0, TimeSpan.Zero);

    private static readonly string[] Objects =
    [
        """
            {"apiVersion":"ray.io/v1","kind":"RayJob","metadata":{"name":"train-1f0c3","namespace":"team-vision","uid":"u1","resourceVersion":"5",
            "creationTimestamp":"2026-11-22T05:00:00Z","deletionTimestamp":"2026-11-22T05:09:00Z","labels":{"rayquest.io/team":"vision","kueue.x-k8s.io/queue-name":"q"},"annotations":{"a":"b"}},
            "spec":{"suspend":false,"activeDeadlineSeconds":3600,"preRunningDeadlineSeconds":600,"backoffLimit":2,"submissionMode":"K8sJobMode","rayClusterSpec":{}},
            "status":{"jobId":"train-1","jobStatus":"FAILED","jobDeploymentStatus":"Failed","rayClusterName":"train-1f0c3-abcde","dashboardURL":"train-head-svc.team-vision.svc.cluster.local:8265",
            "startTime":"2026-11-22T05:00:05Z","endTime":"2026-11-22T05:08:00Z","reason":"DeadlineExceeded","message":"the job ran longer than 3600 s","succeeded":0,"failed":1,
            "rayClusterStatus":{"readyWorkerReplicas":1,"desiredWorkerReplicas":2,"state":"ready","conditions":[{"type":"HeadPodReady","status":"True","reason":"Ready","message":"","lastTransitionTime":"2026-11-22T05:01:00Z"}]}}}
            """,
        """
            {"apiVersion":"ray.io/v1","kind":"RayCluster","metadata":{"name":"dev","namespace":"team-nlp","creationTimestamp":"2026-11-22T05:00:00Z"},
            "spec":{"suspend":true},"status":{"state":"suspended","readyWorkerReplicas":0,"desiredWorkerReplicas":4,"head":{"serviceName":"dev-head-svc"},"conditions":[{"type":"RayClusterSuspended","status":"True"}]}}
            """,
        """
            {"apiVersion":"batch.volcano.sh/v1alpha1","kind":"Job","metadata":{"name":"v","namespace":"team-nlp"},"status":{"state":{"phase":"Pending","reason":"x","message":"y","lastTransitionTime":"2026-11-22T05:00:00Z"}}}
            """,
        """
            {"kind":"Pod","metadata":{"name":"p","namespace":"team-vision","labels":{"ray.io/cluster":"train-1f0c3-abcde"}},
            "status":{"phase":"Pending","conditions":[{"type":"PodScheduled","status":"False","reason":"Unschedulable","message":"0/3 nodes are available: 3 Insufficient nvidia.com/gpu."}],
            "containerStatuses":[{"state":{"waiting":{"reason":"ImagePullBackOff","message":"Back-off pulling image"}}}]}}
            """,
        """
            {"kind":"Workload","metadata":{"name":"w","ownerReferences":[{"uid":"u1"}]},"status":{"conditions":[{"type":"QuotaReserved","status":"False","reason":"Pending","message":"couldn't assign flavors: insufficient unused quota"}]}}
            """,
        """
            {"kind":"Event","type":"Warning","reason":"FailedCreate","message":"admission webhook denied the request","lastTimestamp":"2026-11-22T05:00:00Z","count":3,"involvedObject":{"name":"train-1f0c3"}}
            """,
        """
            {"kind":"Application","metadata":{"name":"rayquest-vision","namespace":"argocd"},"status":{"sync":{"status":"OutOfSync"},"health":{"status":"Degraded"},
            "operationState":{"phase":"Failed","message":"one or more objects failed to apply","startedAt":"2026-11-22T05:00:00Z","syncResult":{"resources":[{"kind":"RayJob","namespace":"team-vision","name":"train-1f0c3","status":"SyncFailed","message":"x: Invalid value: 5: must be"}]}},
            "conditions":[{"type":"SyncError","message":"m","lastTransitionTime":"2026-11-22T05:00:00Z"}]}}
            """,
    ];

    [Fact]
    public void Broken_objects_of_a_cluster_are_read_and_told() =>
        Mutations.Try(
            [.. Objects.Select(Encoding.UTF8.GetBytes)],
            6000,
            bytes =>
            {
                if (Parse(bytes) is not { } item)
                {
                    return;
                }

                ObservedApplication.Read(item);
                WaitingReason.OfPods([item]);
                WaitingReason? waiting = WaitingReason.OfWorkload(item);
                waiting ??= WaitingReason.OfEvents([item]);
                foreach (string? kind in new[] { null, "RayJob", "RayCluster", EngineKind.VolcanoJob })
                {
                    if (ObservedJob.Read(item, kind) is not { } job)
                    {
                        continue;
                    }

                    JobState state = JobStateMapper.Present(job, waiting);
                    StateText.Of(state, Now).Line.ShouldNotBeNullOrEmpty();
                    StateText.Timeless(state).Line.ShouldNotBeNullOrEmpty();
                    JobRecord record = LedgerTests.Then(LedgerTests.Record(), state, Now);
                    JobRecord.Read(record.Write()).Fault.ShouldBeNull();
                    _ = JobRun.Of(record);
                }
            }
        );

    [Fact]
    public void Broken_files_of_the_ledger_are_read_or_named()
    {
        JobRecord record = LedgerTests.Then(
            LedgerTests.Record(),
            new JobState(JobPhase.Queued) { Reason = "KueueQueue", Since = Now },
            Now
        );
        byte[] whole = LedgerTests
            .Then(
                record,
                new JobState(JobPhase.Failed)
                {
                    Reason = "AppFailed",
                    Message = "exit 1",
                    Since = Now,
                    IsFinal = true,
                },
                Now
            )
            .Write();
        int read = 0;
        Mutations.Try(
            [record.Write(), whole],
            6000,
            bytes =>
            {
                (JobRecord? found, string? fault) = JobRecord.Read(bytes);
                (found is null).ShouldBe(fault is not null);
                if (found is null)
                {
                    return;
                }

                read++;
                JobRun run = JobRun.Of(found);
                if (run.LastState is { } last)
                {
                    StateText.Of(last, Now).Line.ShouldNotBeNullOrEmpty();
                }
                JobRecord.Read(found.Write()).Record.ShouldNotBeNull().Write().ShouldBe(found.Write());
            }
        );
        // Mutations that break everything would try nothing.
        read.ShouldBeGreaterThan(500);
    }

    private static JsonElement? Parse(byte[] bytes)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(bytes);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
