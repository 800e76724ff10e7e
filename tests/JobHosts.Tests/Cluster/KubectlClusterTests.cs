using System.Text;
using Rayquest.JobHosts.Cluster;
using Rayquest.JobRehearsal.Cluster;
using Rayquest.JobReport.Doctor.Checks;
using Rayquest.JobReport.Status;

namespace Rayquest.JobHosts.Tests.Cluster;

public sealed class KubectlClusterTests
{
    private static IReadOnlyList<ObservedJob> RayJobs(ClusterUnderTest cluster, string labels = "") =>
        cluster.Kubectl.List(ClusterResource.RayJobs, null, labels, item => ObservedJob.Read(item, EngineKind.RayJob));

    private static ClusterException Fault(Action act) => Should.Throw<ClusterException>(act);

    [Fact]
    public void Lists_come_in_pages_and_by_label()
    {
        Needs.Kubectl();
        using var cluster = new ClusterUnderTest(pageSize: 2);
        foreach (var name in new[] { "a", "b", "c", "d", "e" })
        {
            cluster.Kubectl.Apply(ClusterUnderTest.RayJob(name));
        }

        cluster.Server.Put(
            System
                .Text.Json.Nodes.JsonNode.Parse(
                    """{"apiVersion":"ray.io/v1","kind":"RayJob","metadata":{"name":"z","namespace":"other"}}"""
                )!
                .AsObject()
        );
        cluster.Server.ForgetCalls();

        RayJobs(cluster, "rayquest.dev/team").Select(job => job.Name).ShouldBe(["a", "b", "c", "d", "e"]);
        cluster.Server.Calls.Count(call => call.IsList).ShouldBe(3);
        RayJobs(cluster).Count.ShouldBe(6);
        RayJobs(cluster, "!rayquest.dev/team").Single().Id.ShouldBe("other/z");
        RayJobs(cluster, "rayquest.dev/team in (vision,text)").Count.ShouldBe(5);
        RayJobs(cluster, "rayquest.dev/team notin (vision)").Count.ShouldBe(1);
    }

    [Fact]
    public void An_expired_list_begins_again_and_nothing_is_doubled()
    {
        Needs.Kubectl();
        using var cluster = new ClusterUnderTest(pageSize: 1);
        cluster.Kubectl.Apply(ClusterUnderTest.RayJob("a"));
        cluster.Kubectl.Apply(ClusterUnderTest.RayJob("b"));
        cluster.Server.Incident(new ClusterIncident(ClusterIncidentKind.Status, "continue=", Status: 410));
        RayJobs(cluster).Select(job => job.Name).ShouldBe(["a", "b"]);
    }

    [Fact]
    public void A_manifest_is_asked_about_without_being_stored()
    {
        Needs.Kubectl();
        using var cluster = new ClusterUnderTest();
        cluster
            .Kubectl.DryRun(ClusterUnderTest.RayJob("a"))
            .ShouldSatisfyAllConditions(
                answer => answer.Accepted.ShouldBeTrue(),
                answer => answer.Message.ShouldBe("rayjob.ray.io/a serverside-applied (server dry run)")
            );
        RayJobs(cluster).ShouldBeEmpty();

        cluster.Server.Admission = (_, _) => "spec.entrypoint: Required value";
        cluster
            .Kubectl.DryRun(ClusterUnderTest.RayJob("a"))
            .ShouldSatisfyAllConditions(
                answer => answer.Accepted.ShouldBeFalse(),
                answer => answer.Message.ShouldContain("spec.entrypoint: Required value")
            );
        cluster
            .Kubectl.DryRun(ClusterUnderTest.RayJob("a", "nowhere"))
            .Message.ShouldContain("namespaces \"nowhere\" not found");
        cluster.Server.Uninstall("rayjobs.ray.io");
        cluster.Kubectl.DryRun(ClusterUnderTest.RayJob("a")).Accepted.ShouldBeFalse();
    }

    [Fact]
    public void Logs_come_from_the_submitter_and_a_missing_one_says_why()
    {
        Needs.Kubectl();
        using var cluster = new ClusterUnderTest();
        var kubeRay = new EmulatedOperator(cluster.Server, TimeProvider.System);
        cluster.Kubectl.Apply(ClusterUnderTest.RayJob("train-1f0c3"));
        kubeRay.Advance(
            "team-vision",
            "train-1f0c3",
            LifecycleStep.Initialize,
            LifecycleStep.ClusterReady,
            LifecycleStep.ProgramRuns,
            LifecycleStep.Fail
        );

        Fault(() => cluster.Kubectl.Log(cluster.Job("train-1f0c3"), 100)).Kind.ShouldBe(ClusterExceptionKind.NoLog);
        cluster.Server.SetLog("team-vision", "train-1f0c3-submit", "one\ntwo\nthree\n");
        cluster.Kubectl.Log(cluster.Job("train-1f0c3"), 2).ShouldBe("two\nthree\n");

        var lines = new List<string>();
        cluster.Kubectl.Follow(cluster.Job("train-1f0c3"), 100, lines.Add, CancellationToken.None);
        lines.ShouldBe(["one", "two", "three"]);

        // HTTPMode has no submitter: the head pod's log is what there is.
        cluster.Server.SetLog("team-vision", $"{cluster.Job("train-1f0c3").RayClusterName}-head", "from the head\n");
        cluster
            .Kubectl.Log(cluster.Job("train-1f0c3") with { SubmissionMode = "HTTPMode" }, 5)
            .ShouldBe("from the head\n");
        Fault(() => cluster.Kubectl.Log(cluster.Job("train-1f0c3") with { Name = "gone" }, 5))
            .Kind.ShouldBe(ClusterExceptionKind.NotFound);
    }

    [Fact]
    public void A_scripted_life_is_read_state_by_state()
    {
        Needs.Kubectl();
        using var cluster = new ClusterUnderTest();
        var kubeRay = new EmulatedOperator(cluster.Server, TimeProvider.System);
        cluster.Kubectl.Apply(ClusterUnderTest.RayJob("train-1f0c3", extra: "backoffLimit: 1"));
        var phases = new List<JobPhase> { JobStateMapper.Present(cluster.Job("train-1f0c3")).Phase };
        foreach (
            var step in new[]
            {
                LifecycleStep.Initialize,
                LifecycleStep.Suspend,
                LifecycleStep.Resume,
                LifecycleStep.Initialize,
                LifecycleStep.ClusterReady,
                LifecycleStep.ProgramRuns,
                LifecycleStep.Retry,
                LifecycleStep.Initialize,
                LifecycleStep.ClusterReady,
                LifecycleStep.Succeed,
            }
        )
        {
            kubeRay.Advance("team-vision", "train-1f0c3", step);
            phases.Add(JobStateMapper.Present(cluster.Job("train-1f0c3")).Phase);
        }

        phases.ShouldBe([
            JobPhase.Queued,
            JobPhase.Initializing,
            JobPhase.Suspended,
            JobPhase.Queued,
            JobPhase.Initializing,
            JobPhase.Running,
            JobPhase.Running,
            JobPhase.Retrying,
            JobPhase.Initializing,
            JobPhase.Running,
            JobPhase.Succeeded,
        ]);
        kubeRay.Advance("team-vision", "train-1f0c3", LifecycleStep.Vanish);
        cluster
            .Kubectl.Get(ClusterResource.RayJobs, "team-vision", "train-1f0c3", item => ObservedJob.Read(item))
            .ShouldBeNull();
    }

    [Fact]
    public void Pending_pods_are_found_by_their_cluster()
    {
        Needs.Kubectl();
        using var cluster = new ClusterUnderTest();
        var kubeRay = new EmulatedOperator(cluster.Server, TimeProvider.System);
        cluster.Kubectl.Apply(ClusterUnderTest.RayJob("train-1f0c3"));
        kubeRay.Advance("team-vision", "train-1f0c3", LifecycleStep.Initialize, LifecycleStep.PodsPending);
        var job = cluster.Job("train-1f0c3");
        var pods = cluster.Kubectl.List(
            ClusterResource.Pods,
            job.Namespace,
            $"ray.io/cluster={job.RayClusterName}",
            item => item.Clone() is var copy ? new Wrapped(copy) : null
        );
        WaitingReason.OfPods(pods.Select(pod => pod.Value))!.Reason.ShouldBe("Unschedulable");
    }

    private sealed record Wrapped(System.Text.Json.JsonElement Value);

    [Fact]
    public void Troubles_have_their_names()
    {
        Needs.Kubectl();
        using var cluster = new ClusterUnderTest();
        Incident(401).ShouldBe(ClusterExceptionKind.Unauthorized);
        Incident(403).ShouldBe(ClusterExceptionKind.Forbidden);
        Incident(404).ShouldBe(ClusterExceptionKind.KindMissing);
        Incident(500).ShouldBe(ClusterExceptionKind.Unreachable);
        Incident(503).ShouldBe(ClusterExceptionKind.Unreachable);
        cluster.Kubectl.Apply(ClusterUnderTest.RayJob("a"));
        cluster.Server.Incident(new ClusterIncident(ClusterIncidentKind.Reset, "limit="));
        Fault(() => RayJobs(cluster)).MayPass.ShouldBeTrue();

        var down = new ClusterUnderTest();
        down.Server.Down();
        var fault = Fault(() => RayJobs(down));
        fault.Kind.ShouldBe(ClusterExceptionKind.Unreachable);
        fault.Remedy.ShouldNotBeEmpty();
        down.Server.Up();
        RayJobs(down).ShouldBeEmpty();
        down.Dispose();

        Fault(() => new KubectlCluster(new KubectlOptions { Program = "kubectl-that-is-not-there" }).ServerVersion())
            .Kind.ShouldBe(ClusterExceptionKind.Program);
        Fault(() => new KubectlCluster(cluster.Options with { Context = "nope" }).ServerVersion())
            .Kind.ShouldBe(ClusterExceptionKind.Program);

        ClusterExceptionKind Incident(int status)
        {
            cluster.Server.Incident(new ClusterIncident(ClusterIncidentKind.Status, "limit=", Status: status));
            return Fault(() => RayJobs(cluster)).Kind;
        }
    }

    [Fact]
    public void What_may_pass_is_tried_again_within_its_budget()
    {
        Needs.Kubectl();
        using var cluster = new ClusterUnderTest(attempts: 3);
        cluster.Server.Incident(new ClusterIncident(ClusterIncidentKind.Status, "limit=", Times: 2, Status: 503));
        RayJobs(cluster).ShouldBeEmpty();
        cluster.Waited.ShouldBe([TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2)]);

        cluster.Server.Incident(new ClusterIncident(ClusterIncidentKind.Status, "limit=", Times: 3, Status: 500));
        Fault(() => RayJobs(cluster)).Kind.ShouldBe(ClusterExceptionKind.Unreachable);
        // kubectl is patient with 429 itself.
        cluster.Server.Incident(new ClusterIncident(ClusterIncidentKind.Status, "limit=", Times: 2, Status: 429));
        RayJobs(cluster).ShouldBeEmpty();
    }

    [Fact]
    public void A_slow_server_is_given_up_in_time()
    {
        Needs.Kubectl();
        using var cluster = new ClusterUnderTest();
        cluster.Server.Incident(
            new ClusterIncident(ClusterIncidentKind.Slow, "limit=", Delay: TimeSpan.FromSeconds(20))
        );
        var impatient = new KubectlCluster(cluster.Options with { ProcessTimeout = TimeSpan.FromSeconds(1.5) });
        var fault = Fault(() => impatient.List(ClusterResource.RayJobs, null, "", item => ObservedJob.Read(item)));
        fault.Kind.ShouldBe(ClusterExceptionKind.Unreachable);
        fault.Message.ShouldContain("did not end within");
    }

    [Fact]
    public void Names_that_no_object_can_have_never_become_arguments()
    {
        Needs.Kubectl();
        using var cluster = new ClusterUnderTest();
        foreach (var name in new[] { "--all", "-n", "a b", "../x", "A", "", "a/b", "a\n" })
        {
            Fault(() =>
                cluster.Kubectl.Get(ClusterResource.RayJobs, "team-vision", name, item => ObservedJob.Read(item))
            )
                .Kind.ShouldBe(ClusterExceptionKind.Program);
        }

        cluster.Server.Calls.ShouldBeEmpty();
    }

    [Fact]
    public void Every_recorded_moment_can_be_listed()
    {
        Needs.Kubectl();
        var folder = RecordedMoments.Folder;
        using var cluster = new ClusterUnderTest(pageSize: 4);
        for (var number = 1; number <= 38; number += 6)
        {
            cluster.Server.Replay(folder, number);
            var listed = RayJobs(cluster);
            using var file = System.Text.Json.JsonDocument.Parse(
                File.ReadAllBytes(Path.Combine(folder, $"{number:00}-rayjobs.json"))
            );
            listed.Count.ShouldBe(file.RootElement.GetProperty("items").GetArrayLength());
            listed
                .Select(job => job.ResourceVersion)
                .ShouldBe(
                    file.RootElement.GetProperty("items")
                        .EnumerateArray()
                        .Select(item => item.GetProperty("metadata").GetProperty("resourceVersion").GetString()!)
                );
        }
    }

    /// <summary>The same on a real API server: created, patched through the status subresource, listed, read, deleted.</summary>
    [Fact]
    public void A_real_API_server_agrees()
    {
        Needs.RealCluster();
        Life(RealCluster.Kubectl(pageSize: 2));
    }

    /// <summary>Server-side apply has words and codes of its own (500 for a field that isn't there): a refusal all the same.</summary>
    [Fact]
    public void A_real_API_server_refuses_in_words_that_are_understood()
    {
        Needs.RealCluster("/apis/ray.io/v1");
        var kubectl = RealCluster.Kubectl();
        using var place = new TestNamespace(kubectl);
        var good = Encoding.UTF8.GetString(ClusterUnderTest.RayJob("a-00001", place.Name, "suspend: true"));
        foreach (
            var (was, bad, word) in new[]
            {
                ("suspend: true", "suspended: true", "suspended"),
                ("suspend: true", "backoffLimit: many", "backoffLimit"),
                ("suspend: true", "managedBy: me", "managedBy"),
                ("suspend: true", "preRunningDeadlineSeconds: 0", "preRunningDeadlineSeconds"),
                ("name: a-00001", "name: A_1", "metadata.name"),
                ("rayquest.dev/team: vision", "rayquest.dev/team: a b", "metadata.labels"),
                ("kind: RayJob", "kind: RayJobs", "RayJobs"),
            }
        )
        {
            good.ShouldContain(was);
            var answer = kubectl.DryRun(Encoding.UTF8.GetBytes(good.Replace(was, bad, StringComparison.Ordinal)));
            answer.Accepted.ShouldBeFalse(bad);
            answer.Message.ShouldContain(word);
        }

        kubectl
            .DryRun(Encoding.UTF8.GetBytes(good))
            .Message.ShouldBe("rayjob.ray.io/a-00001 serverside-applied (server dry run)");
        Fault(() =>
            kubectl.List(
                new ClusterResource("ray.io", "v9", "rayjobs", "RayJob"),
                null,
                "",
                item => ObservedJob.Read(item)
            )
        )
            .Kind.ShouldBe(ClusterExceptionKind.KindMissing);
        Fault(() => kubectl.PatchStatus(ClusterResource.RayJobs, place.Name, "a-00001", "{}"))
            .Kind.ShouldBe(ClusterExceptionKind.NotFound);
    }

    [Fact]
    public void The_emulated_API_server_agrees()
    {
        Needs.Kubectl();
        using var cluster = new ClusterUnderTest(pageSize: 2);
        Life(cluster.Kubectl);
    }

    private static void Life(KubectlCluster kubectl)
    {
        using var place = new TestNamespace(kubectl);
        var ns = place.Name;
        kubectl.ServerVersion().ShouldStartWith("v1.");
        string[] names = ["life-00001", "life-00002", "life-00003"];
        foreach (var name in names)
        {
            // Suspended, so that an operator that watches has nothing to start.
            kubectl.Apply(ClusterUnderTest.RayJob(name, ns, "suspend: true"));
        }

        kubectl.PatchStatus(
            ClusterResource.RayJobs,
            ns,
            names[1],
            """{"status":{"jobDeploymentStatus":"Failed","jobStatus":"FAILED","reason":"AppFailed","failed":1,"startTime":"2026-11-22T05:03:55Z"}}"""
        );
        IReadOnlyList<ObservedJob> List(string labels) =>
            kubectl.List(ClusterResource.RayJobs, ns, labels, item => ObservedJob.Read(item));
        var jobs = List("rayquest.dev/team=vision,!ray.io/originated-from-crd");
        jobs.Select(job => job.Name).ShouldBe(names);
        jobs.ShouldAllBe(job => job.Uid.Length > 0 && job.Created != null);
        JobStateMapper.Present(jobs[1]).Phase.ShouldBe(JobPhase.Failed);
        List("rayquest.dev/team=other").ShouldBeEmpty();
        kubectl.DryRun(ClusterUnderTest.RayJob("life-00004", ns)).Accepted.ShouldBeTrue();
        List("").Count.ShouldBe(3);
        kubectl.Delete(ClusterResource.RayJobs, ns, names[0]);
        kubectl.Get(ClusterResource.RayJobs, ns, "life-99999", item => ObservedJob.Read(item)).ShouldBeNull();
    }
}
