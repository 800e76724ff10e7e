using System.Text.Json;
using Rayquest.JobReport.Status;

namespace Rayquest.JobReport.Tests.Status;

/// <summary>Pods and Workloads as any cluster may answer them: what is not as documented is not ours, and never ends a pass.</summary>
public class WaitingObjectsTests
{
    private const string Unschedulable = """
        "status":{"conditions":[{"type":"PodScheduled","status":"False","reason":"Unschedulable","message":"no room"}]}
        """;

    [Fact]
    public void A_pod_that_waits_names_its_cluster()
    {
        var pod = PendingPod.Read(
            Json(
                $$$"""{"metadata":{"namespace":"ray-vision","labels":{"ray.io/cluster":"a-c1"}},{{{Unschedulable}}}}"""
            )
        );

        pod.ShouldNotBeNull().Cluster.ShouldBe("ray-vision/a-c1");
        pod.Reason.Message.ShouldBe("no room");
    }

    [Theory]
    [InlineData("""{"metadata":{"namespace":"n","labels":null}""")]
    [InlineData("""{"metadata":{"namespace":"n","labels":"x"}""")]
    [InlineData("""{"metadata":{"namespace":"n","labels":{"ray.io/cluster":null}}""")]
    [InlineData("""{"metadata":{"namespace":"n","labels":{"ray.io/cluster":7}}""")]
    [InlineData("""{"metadata":{"namespace":null,"labels":{"ray.io/cluster":"c"}}""")]
    [InlineData("""{"metadata":{"labels":{"ray.io/cluster":"c"}}""")]
    [InlineData("""{"metadata":[]""")]
    [InlineData("""{"metadata":null""")]
    public void A_pod_without_a_cluster_is_none_of_ours(string begin) =>
        PendingPod.Read(Json($"{begin},{Unschedulable}}}")).ShouldBeNull();

    [Fact]
    public void A_workload_stands_for_its_owners()
    {
        var workload = QueuedWorkload.Read(
            Json(
                """{"metadata":{"ownerReferences":[{"uid":"u1"},{"uid":null},null,7,{"uid":"u2"}]},"status":{"conditions":[{"type":"QuotaReserved","status":"False","reason":"Pending","message":"full"}]}}"""
            )
        );

        workload.ShouldNotBeNull().Owners.ShouldBe(["u1", "u2"]);
        workload.Reason.Message.ShouldBe("full");
    }

    [Theory]
    [InlineData("""{"metadata":{"ownerReferences":null}}""")]
    [InlineData("""{"metadata":{"ownerReferences":{"uid":"u1"}}}""")]
    [InlineData("""{"metadata":{"ownerReferences":[]}}""")]
    [InlineData("""{"metadata":"x"}""")]
    [InlineData(
        """{"metadata":{"ownerReferences":[{"uid":"u1"}]},"status":{"conditions":[{"type":"Admitted","status":"True"}]}}"""
    )]
    [InlineData("[]")]
    public void A_workload_without_owners_or_admitted_holds_nobody_up(string json) =>
        QueuedWorkload.Read(Json(json)).ShouldBeNull();

    private static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;
}
