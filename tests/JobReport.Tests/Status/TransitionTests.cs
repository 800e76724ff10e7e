using System.Text.Json;
using Rayquest.JobReport.Status;

namespace Rayquest.JobReport.Tests.Status;

/// <summary>Table 2.2 walked: each case is a row of it.</summary>
public sealed class TransitionTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    private const string Started = "2026-11-22T11:00:00Z";

    private static readonly JobExpectation Expected = new()
    {
        Team = "vision",
        Kind = EngineKind.RayJob,
        Namespace = "team-vision",
        Name = "resnet-1f0c3",
        Merged = Now.AddHours(-2),
    };

    private static ObservedJob Job(
        string status,
        string spec = "{}",
        string labels = "{}",
        string kind = "RayJob",
        string more = ""
    ) =>
        ObservedJob.Read(
            JsonDocument
                .Parse(
                    $$"""
                    {"apiVersion":"{{(kind == "Job" ? "batch.volcano.sh/v1alpha1" : "ray.io/v1")}}","kind":"{{kind}}",
                     "metadata":{"name":"resnet-1f0c3","namespace":"team-vision","uid":"u1","creationTimestamp":"2026-11-22T10:59:00Z","labels":{{labels}}{{more}}},
                     "spec":{{spec}},"status":{{status}}}
                    """
                )
                .RootElement
        )!;

    private static JobState State(string status, string spec = "{}", string labels = "{}", string kind = "RayJob") =>
        JobStateMapper.Present(Job(status, spec, labels, kind));

    [Theory]
    [InlineData("{}", JobPhase.Queued, "WaitingForOperator", false)]
    [InlineData("""{"jobDeploymentStatus":"Initializing"}""", JobPhase.Initializing, "", false)]
    [InlineData("""{"jobDeploymentStatus":"Waiting"}""", JobPhase.Initializing, "WaitingForJobId", false)]
    [InlineData("""{"jobDeploymentStatus":"Running","jobStatus":"PENDING"}""", JobPhase.Running, "", false)]
    [InlineData("""{"jobDeploymentStatus":"Running","jobStatus":"RUNNING"}""", JobPhase.Running, "", false)]
    [InlineData("""{"jobDeploymentStatus":"Running","jobStatus":"SUCCEEDED"}""", JobPhase.Running, "Finishing", false)]
    [InlineData(
        """{"jobDeploymentStatus":"Complete","jobStatus":"SUCCEEDED","succeeded":1}""",
        JobPhase.Succeeded,
        "",
        true
    )]
    [InlineData(
        """{"jobDeploymentStatus":"Complete","jobStatus":"STOPPED","succeeded":1}""",
        JobPhase.Stopped,
        "STOPPED",
        true
    )]
    [InlineData(
        """{"jobDeploymentStatus":"Failed","jobStatus":"FAILED","reason":"AppFailed","failed":1}""",
        JobPhase.Failed,
        "AppFailed",
        true
    )]
    [InlineData(
        """{"jobDeploymentStatus":"Failed","reason":"SubmissionFailed","failed":1}""",
        JobPhase.Failed,
        "SubmissionFailed",
        true
    )]
    [InlineData(
        """{"jobDeploymentStatus":"Failed","jobStatus":"STOPPED","reason":"SubmissionFailed","failed":1}""",
        JobPhase.Stopped,
        "SubmissionFailed",
        true
    )]
    [InlineData(
        """{"jobDeploymentStatus":"Failed","reason":"DeadlineExceeded","failed":1}""",
        JobPhase.DeadlineExceeded,
        "DeadlineExceeded",
        true
    )]
    [InlineData(
        """{"jobDeploymentStatus":"Failed","reason":"PreRunningDeadlineExceeded","failed":1}""",
        JobPhase.DeadlineExceeded,
        "PreRunningDeadlineExceeded",
        true
    )]
    [InlineData(
        """{"jobDeploymentStatus":"Failed","reason":"JobDeploymentStatusTransitionGracePeriodExceeded","jobStatus":"FAILED","failed":1}""",
        JobPhase.Failed,
        "JobDeploymentStatusTransitionGracePeriodExceeded",
        true
    )]
    [InlineData(
        """{"jobDeploymentStatus":"Failed","reason":"JobStatusCheckTimeoutExceeded","failed":1}""",
        JobPhase.Failed,
        "JobStatusCheckTimeoutExceeded",
        true
    )]
    [InlineData(
        """{"jobDeploymentStatus":"ValidationFailed","reason":"ValidationFailed","message":"x"}""",
        JobPhase.Rejected,
        "ValidationFailed",
        true
    )]
    [InlineData("""{"jobDeploymentStatus":"Suspending"}""", JobPhase.Suspended, "Suspending", false)]
    [InlineData("""{"jobDeploymentStatus":"Suspended"}""", JobPhase.Suspended, "Suspended", false)]
    [InlineData(
        """{"jobDeploymentStatus":"Retrying","jobStatus":"FAILED","reason":"AppFailed","failed":1}""",
        JobPhase.Retrying,
        "AppFailed",
        false
    )]
    [InlineData("""{"jobDeploymentStatus":"Hibernating"}""", JobPhase.Initializing, "Hibernating", false)]
    public void RayJob_status_reads_as(string status, JobPhase phase, string reason, bool final)
    {
        var state = State(status);
        state.Phase.ShouldBe(phase);
        state.Reason.ShouldBe(reason);
        state.IsFinal.ShouldBe(final);
    }

    [Theory]
    [InlineData("""{"jobDeploymentStatus":"Failed","reason":"AppFailed","failed":1}""", JobPhase.Retrying)]
    [InlineData("""{"jobDeploymentStatus":"Failed","reason":"AppFailed","failed":3}""", JobPhase.Failed)]
    [InlineData(
        """{"jobDeploymentStatus":"Failed","reason":"DeadlineExceeded","failed":1}""",
        JobPhase.DeadlineExceeded
    )]
    [InlineData(
        """{"jobDeploymentStatus":"Failed","reason":"JobStatusCheckTimeoutExceeded","failed":1}""",
        JobPhase.Failed
    )]
    public void Failed_is_final_unless_a_retry_is_left(string status, JobPhase phase) =>
        State(status, """{"backoffLimit":2}""").Phase.ShouldBe(phase);

    [Fact]
    public void A_retry_counts_attempts_through_to_the_end()
    {
        const string spec = """{"backoffLimit":1}""";
        State("""{"jobDeploymentStatus":"Running","rayClusterName":"c-1"}""", spec).Attempt.ShouldBe(1);
        State("""{"jobDeploymentStatus":"Retrying","failed":1}""", spec).Attempt.ShouldBe(2);
        State("""{"jobDeploymentStatus":"Initializing","failed":1,"rayClusterName":"c-2"}""", spec).Attempt.ShouldBe(2);
        var end = State(
            """{"jobDeploymentStatus":"Complete","jobStatus":"SUCCEEDED","failed":1,"succeeded":1}""",
            spec
        );
        end.Attempt.ShouldBe(2);
        StateText.Of(end, Now).Line.ShouldContain("attempt 2 of 2");
    }

    [Theory]
    [InlineData("""{"jobDeploymentStatus":"Suspended","startTime":"2026-11-22T11:00:00Z"}""")]
    [InlineData("{}")]
    public void Suspended_by_Kueue_is_queued_since_when_and_why(string status)
    {
        var job = Job(status, """{"suspend":true}""", """{"kueue.x-k8s.io/queue-name":"vision"}""");
        JobStateMapper.Present(job).Phase.ShouldBe(JobPhase.Queued);

        var workload = JsonDocument
            .Parse(
                """
                {"status":{"conditions":[{"type":"QuotaReserved","status":"False","reason":"Pending",
                 "message":"couldn't assign flavors to pod set trainers: insufficient unused quota for nvidia.com/gpu","lastTransitionTime":"2026-11-22T11:30:00Z"}]}}
                """
            )
            .RootElement;
        var waiting = JobStateMapper.Present(job, WaitingReason.OfWorkload(workload));
        StateText
            .Of(waiting, Now)
            .Line.ShouldBe(
                "queued for 30 min (Pending: couldn't assign flavors to pod set trainers: insufficient unused quota for nvidia.com/gpu)"
            );
    }

    [Fact]
    public void Pods_that_do_not_fit_make_an_initializing_job_queued()
    {
        var pods = JsonDocument
            .Parse(
                """
                [{"metadata":{},"status":{"phase":"Pending","conditions":[{"type":"PodScheduled","status":"False","reason":"Unschedulable",
                  "message":"0/3 nodes are available: 3 Insufficient nvidia.com/gpu.","lastTransitionTime":"2026-11-22T11:59:00Z"}]}}]
                """
            )
            .RootElement.EnumerateArray();
        var state = JobStateMapper.Present(
            Job("""{"jobDeploymentStatus":"Initializing"}"""),
            WaitingReason.OfPods(pods)
        );
        state.Phase.ShouldBe(JobPhase.Queued);
        StateText
            .Of(state, Now)
            .Line.ShouldBe("queued for 1 min (Unschedulable: 0/3 nodes are available: 3 Insufficient nvidia.com/gpu)");
    }

    [Fact]
    public void An_image_that_cannot_be_pulled_outranks_a_full_cluster()
    {
        var pods = JsonDocument
            .Parse(
                """
                [{"metadata":{},"status":{"conditions":[{"type":"PodScheduled","status":"False","reason":"Unschedulable","message":"full"}]}},
                 {"metadata":{},"status":{"containerStatuses":[{"state":{"waiting":{"reason":"ImagePullBackOff","message":"Back-off pulling image"}}}]}}]
                """
            )
            .RootElement.EnumerateArray();
        var state = JobStateMapper.Present(
            Job("""{"jobDeploymentStatus":"Initializing"}"""),
            WaitingReason.OfPods(pods)
        );
        state.Phase.ShouldBe(JobPhase.Initializing);
        state.Reason.ShouldBe("ImagePullBackOff");
        StateText.Of(state, Now).Next.ShouldContain("`image`");
    }

    [Fact]
    public void Resuming_brings_a_new_cluster_and_that_is_told()
    {
        var before = State("""{"jobDeploymentStatus":"Running","rayClusterName":"resnet-1f0c3-aaaaa"}""");
        var suspended = State("""{"jobDeploymentStatus":"Suspended"}""");
        var resumed = State("""{"jobDeploymentStatus":"Running","rayClusterName":"resnet-1f0c3-bbbbb"}""");

        Change(before, suspended).ShouldNotBeNull();
        Change(suspended, resumed).ShouldNotBeNull();
        Change(before, resumed)!.NewCluster.ShouldBeTrue();
    }

    [Fact]
    public void More_ready_workers_are_no_news()
    {
        var one = State(
            """{"jobDeploymentStatus":"Initializing","rayClusterStatus":{"readyWorkerReplicas":1,"desiredWorkerReplicas":4}}"""
        );
        var two = State(
            """{"jobDeploymentStatus":"Initializing","rayClusterStatus":{"readyWorkerReplicas":2,"desiredWorkerReplicas":4}}"""
        );
        Change(one, two).ShouldBeNull();
        StateText.Of(two, Now).Line.ShouldContain("2/4 workers ready");
    }

    [Fact]
    public void Deleted_behind_our_back_is_vanished_and_keeps_being_so()
    {
        var running = State($$"""{"jobDeploymentStatus":"Running","startTime":"{{Started}}"}""");
        var expected = Expected with { Last = new LastRecordedState(running, Now.AddMinutes(-10), EverSeen: true) };

        var gone = JobStateMapper.Of(expected, null, JobContext.None, Now);
        gone.Phase.ShouldBe(JobPhase.Vanished);
        gone.IsFinal.ShouldBeFalse();
        StatusDifference.Of(expected, gone).ShouldNotBeNull();

        var later = expected with { Last = new LastRecordedState(gone, Now, EverSeen: true) };
        StatusDifference.Of(later, JobStateMapper.Of(later, null, JobContext.None, Now.AddHours(1))).ShouldBeNull();

        // Argo CD makes it again: the same name runs a second time, and that is told.
        var back = JobStateMapper.Of(later, Job("""{"jobDeploymentStatus":"Initializing"}"""), JobContext.None, Now);
        StatusDifference.Of(later, back)!.After.Phase.ShouldBe(JobPhase.Initializing);
    }

    [Fact]
    public void A_finished_job_that_goes_is_no_news()
    {
        var done = State("""{"jobDeploymentStatus":"Complete","jobStatus":"SUCCEEDED","succeeded":1}""");
        var expected = Expected with { Last = new LastRecordedState(done, Now, EverSeen: true) };
        StatusDifference.Of(expected, JobStateMapper.Of(expected, null, JobContext.None, Now)).ShouldBeNull();
    }

    [Fact]
    public void A_request_taken_back_is_stopped_when_its_object_is_gone()
    {
        var running = State("""{"jobDeploymentStatus":"Running"}""");
        var expected = Expected with
        {
            Withdrawn = Now.AddMinutes(-3),
            Last = new LastRecordedState(running, Now, EverSeen: true),
        };
        var state = JobStateMapper.Of(expected, null, JobContext.None, Now);
        state.Phase.ShouldBe(JobPhase.Stopped);
        state.IsFinal.ShouldBeTrue();
        StateText.Of(state, Now).Line.ShouldBe("stopped 3 min ago (its request was removed or replaced)");
    }

    [Fact]
    public void Not_synced_gives_the_reason_of_Argo_CD()
    {
        var application = ObservedApplication.Read(
            JsonDocument
                .Parse(
                    """
                    {"metadata":{"name":"vision","namespace":"argocd"},"status":{"sync":{"status":"OutOfSync","revision":"abc"},
                     "operationState":{"phase":"Failed","message":"one or more objects failed to apply","syncResult":{"revision":"abc","resources":[
                       {"kind":"RayJob","namespace":"team-vision","name":"resnet-1f0c3","status":"SyncFailed","message":"namespaces \"team-vision\" not found"}]}}}}
                    """
                )
                .RootElement
        );
        var around = new JobContext { Application = application, ApplicationsListed = true };

        var state = JobStateMapper.Of(Expected, null, around, Now);
        state.Phase.ShouldBe(JobPhase.NotSynced);
        state.Message.ShouldBe("applying it failed: namespaces \"team-vision\" not found");
        state.Conditions.ShouldHaveSingleItem().Kind.ShouldBe(JobConditionKind.OutOfSync);
        JobStateMapper.Of(Expected with { Merged = Now.AddMinutes(-5) }, null, around, Now).Conditions.ShouldBeEmpty();
        JobStateMapper
            .Of(Expected, null, new JobContext { ApplicationsListed = true }, Now)
            .Message.ShouldBe("there is no Argo CD Application for team vision");
    }

    [Fact]
    public void A_cluster_that_cannot_be_asked_leaves_the_last_word_and_says_since_when()
    {
        var running = State($$"""{"jobDeploymentStatus":"Running","startTime":"{{Started}}"}""");
        var expected = Expected with { Last = new LastRecordedState(running, Now.AddMinutes(-40), EverSeen: true) };
        var around = new JobContext
        {
            UnreachableSince = Now.AddMinutes(-30),
            UnreachableBecause = "connection refused",
        };

        var state = JobStateMapper.Of(expected, null, around, Now);
        state.Phase.ShouldBe(JobPhase.Running);
        StateText.Of(state, Now).Line.ShouldContain("the cluster could not be asked for 30 min (connection refused)");

        var again = expected with { Last = new LastRecordedState(state, Now, EverSeen: true) };
        StatusDifference.Of(again, JobStateMapper.Of(again, null, around, Now.AddHours(1))).ShouldBeNull();
        StatusDifference
            .Of(again, JobStateMapper.Of(again, Job("""{"jobDeploymentStatus":"Running"}"""), JobContext.None, Now))
            .ShouldNotBeNull();
    }

    [Fact]
    public void Deadlines_the_operator_did_not_enforce_are_named()
    {
        var expected = Expected with { Timeout = TimeSpan.FromMinutes(30), QueueTimeout = TimeSpan.FromMinutes(30) };
        var running = Job($$"""{"jobDeploymentStatus":"Running","startTime":"{{Started}}"}""");
        var initializing = Job($$"""{"jobDeploymentStatus":"Initializing","startTime":"{{Started}}"}""");

        Kinds(running, Now).ShouldBe([JobConditionKind.TimeoutNotEnforced]);
        Kinds(initializing, Now).ShouldBe([JobConditionKind.StuckBeyondQueueTimeout]);
        Kinds(running, Now.AddMinutes(-27)).ShouldBeEmpty();
        Kinds(initializing, Now.AddMinutes(-27)).ShouldBeEmpty();

        IEnumerable<JobConditionKind> Kinds(ObservedJob job, DateTimeOffset at) =>
            JobStateMapper.Of(expected, job, JobContext.None, at).Conditions.Select(condition => condition.Kind);
    }

    [Theory]
    [InlineData("RayCluster", """{"state":"ready"}""", JobPhase.Running)]
    [InlineData("RayCluster", "{}", JobPhase.Initializing)]
    [InlineData(
        "RayCluster",
        """{"state":"suspended","conditions":[{"type":"RayClusterSuspended","status":"True"}]}""",
        JobPhase.Suspended
    )]
    [InlineData(
        "RayCluster",
        """{"conditions":[{"type":"ReplicaFailure","status":"True","reason":"FailedCreateHeadPod","message":"quota"}]}""",
        JobPhase.Initializing
    )]
    [InlineData(
        "RayService",
        """{"conditions":[{"type":"Ready","status":"True","reason":"NonZeroServeEndpoints"}]}""",
        JobPhase.Running
    )]
    [InlineData(
        "RayService",
        """{"conditions":[{"type":"Ready","status":"False","reason":"ValidationFailed","message":"groupName"}]}""",
        JobPhase.Rejected
    )]
    [InlineData(
        "RayService",
        """{"conditions":[{"type":"Ready","status":"False","reason":"InitializingTimeout"}]}""",
        JobPhase.Failed
    )]
    [InlineData(
        "RayService",
        """{"conditions":[{"type":"Ready","status":"False","reason":"Initializing"}]}""",
        JobPhase.Initializing
    )]
    [InlineData("RayCronJob", "{}", JobPhase.Running)]
    [InlineData("Job", """{"state":{"phase":"Pending"}}""", JobPhase.Queued)]
    [InlineData("Job", """{"state":{"phase":"Running"}}""", JobPhase.Running)]
    [InlineData("Job", """{"state":{"phase":"Restarting"}}""", JobPhase.Retrying)]
    [InlineData("Job", """{"state":{"phase":"Completed"}}""", JobPhase.Succeeded)]
    [InlineData("Job", """{"state":{"phase":"Failed"}}""", JobPhase.Failed)]
    [InlineData("Job", """{"state":{"phase":"Aborted"}}""", JobPhase.Suspended)]
    [InlineData("Job", """{"state":{"phase":"Terminated"}}""", JobPhase.Failed)]
    public void Other_kinds_read_as(string kind, string status, JobPhase phase) =>
        State(status, kind: kind).Phase.ShouldBe(phase);

    [Theory]
    [InlineData("the RayJob metadata is invalid: RayJob name should be no more than 47 characters", "name")]
    [InlineData(
        "The RayJob spec is invalid: a RayJob with shutdownAfterJobFinishes set to false is not allowed to be suspended",
        "keep"
    )]
    [InlineData("activeDeadlineSeconds must be a positive integer", "timeout")]
    [InlineData("preRunningDeadlineSeconds must be a positive integer", "queueTimeout")]
    [InlineData("failed to unmarshal RuntimeEnvYAML: yaml: line 1", "runtimeEnv")]
    [InlineData("BackoffLimit is incompatible with InteractiveMode", "submissionMode")]
    [InlineData("worker group trainers has maxReplicas smaller than minReplicas", "workers.replicas")]
    [InlineData("something nobody has heard of", null)]
    public void A_refusal_points_at_a_key_of_the_request(string message, string? field) =>
        RejectedField.Of(message).ShouldBe(field);

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"x\"")]
    [InlineData("{}")]
    [InlineData("""{"metadata":{"name":5}}""")]
    [InlineData("""{"kind":"RayJob","metadata":{"name":"a"},"spec":[],"status":"odd"}""")]
    [InlineData(
        """{"kind":"RayJob","metadata":{"name":"a","labels":[]},"spec":{"backoffLimit":"x"},"status":{"startTime":"never","failed":1.5,"rayClusterStatus":[]}}"""
    )]
    [InlineData("""{"kind":"RayService","metadata":{"name":"a"},"status":{"conditions":{"a":1}}}""")]
    public void Odd_objects_do_not_throw(string json)
    {
        var element = JsonDocument.Parse(json).RootElement;
        if (ObservedJob.Read(element) is { } job)
        {
            StateText.Of(JobStateMapper.Present(job), Now).Line.ShouldNotBeEmpty();
        }

        ObservedApplication.Read(element)?.WhyNotSynced("RayJob", "a", "b").ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData(0, "0 s")]
    [InlineData(42, "42 s")]
    [InlineData(300, "5 min")]
    [InlineData(7800, "2 h 10 min")]
    [InlineData(7200, "2 h")]
    [InlineData(273600, "3 d 4 h")]
    [InlineData(-5, "0 s")]
    public void Ages_read_well(int seconds, string text) => Age.Of(TimeSpan.FromSeconds(seconds)).ShouldBe(text);

    private static StatusChange? Change(JobState before, JobState after) =>
        StatusDifference.Of(Expected with { Last = new LastRecordedState(before, Now, EverSeen: true) }, after);
}
