using System.Text;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Yaml;
using Rayquest.JobRender.Edits;

namespace Rayquest.JobRender.Tests;

/// <summary>What the operator does with an edit of a live RayService, as it was seen on one.</summary>
public sealed class RayServiceEditTests
{
    private const string Left = """
        apiVersion: ray.io/v1
        kind: RayService
        metadata: {name: chat, namespace: ray-vision, labels: {kueue.x-k8s.io/queue-name: vision}}
        spec:
          upgradeStrategy: {type: NewCluster}
          serveConfigV2: |
            http_options: {port: 8000}
            applications: [{name: chat, import_path: "app:chat"}]
          rayClusterConfig:
            headGroupSpec: {template: {spec: {containers: [{name: ray-head, image: "ray:1"}]}}}
            workerGroupSpecs:
            - groupName: small
              replicas: 1
              minReplicas: 1
              maxReplicas: 4
              template: {spec: {containers: [{name: ray-worker, image: "ray:1"}]}}
        """;

    private static YamlMapping Manifest(string text) =>
        (YamlMapping)
            YamlReader.Read("a.yaml", Encoding.UTF8.GetBytes(text), YamlLimits.Manifest, new FindingBag()).Root!;

    private static IReadOnlyList<FieldEdit> Edits(params (string From, string To)[] changes) =>
        ManifestEdits.Of(
            Manifest(Left),
            Manifest(changes.Aggregate(Left, (text, c) => text.Replace(c.From, c.To, StringComparison.Ordinal)))
        );

    [Theory]
    [InlineData("replicas: 1\n", "replicas: 2\n")]
    [InlineData("maxReplicas: 4", "maxReplicas: 8")]
    [InlineData("image: \"ray:1\"}]}}}", "image: \"ray:1\"}], tolerations: [{key: a}]}}}")]
    public void What_the_operator_does_not_compare_does_nothing_alone(string from, string to)
    {
        FieldEdit edit = Edits((from, to)).ShouldHaveSingleItem();
        edit.Effect.ShouldBe(EditEffect.Ignored);
        edit.IsRefused.ShouldBeTrue();
        Edits((from, to), ("name: ray-head, image: \"ray:1\"", "name: ray-head, image: \"ray:2\""))
            .ShouldAllBe(e => e.Effect == EditEffect.NewCluster);
    }

    [Fact]
    public void Applications_are_taken_in_place_and_Serves_own_options_only_by_a_new_cluster()
    {
        Edits(("app:chat", "app:other")).Select(e => e.Effect).ShouldBe([EditEffect.AtOnce]);
        FieldEdit port = Edits(("port: 8000", "port: 9000")).ShouldHaveSingleItem();
        (port.Field, port.Effect).ShouldBe(("spec.serveConfigV2.http_options", EditEffect.Ignored));
        Edits(("port: 8000", "port: 9000"), ("name: ray-head, image: \"ray:1\"", "name: ray-head, image: \"ray:2\""))
            .ShouldAllBe(e => !e.IsRefused);
    }

    [Fact]
    public void A_group_at_the_end_is_taken_in_place_and_replicas_come_along()
    {
        const string Group =
            "\n    - groupName: large\n      replicas: 1\n      template: {spec: {containers: [{name: ray-worker, image: \"ray:1\"}]}}";
        YamlMapping appended = Manifest(
            Left.Replace("replicas: 1\n", "replicas: 2\n", StringComparison.Ordinal) + Group
        );
        IReadOnlyList<FieldEdit> edits = ManifestEdits.Of(Manifest(Left), appended);
        edits.Count.ShouldBe(2);
        edits.ShouldAllBe(e => e.Effect == EditEffect.AtOnce);
        ManifestEdits
            .Of(appended, Manifest(Left))
            .ShouldAllBe(e => e.Effect == EditEffect.NewCluster, "a removed group makes a new cluster");
    }

    [Fact]
    public void With_the_strategy_None_the_cluster_stays()
    {
        string none = Left.Replace("type: NewCluster", "type: None", StringComparison.Ordinal);
        FieldEdit edit = ManifestEdits
            .Of(
                Manifest(none),
                Manifest(
                    none.Replace("ray-head, image: \"ray:1\"", "ray-head, image: \"ray:2\"", StringComparison.Ordinal)
                )
            )
            .ShouldHaveSingleItem();
        edit.Effect.ShouldBe(EditEffect.Ignored);
        edit.Remedy.ShouldNotBeNull().ShouldContain("NewCluster");
    }

    [Fact]
    public void A_queue_is_given_to_a_cluster_when_it_is_made() =>
        Edits(("queue-name: vision", "queue-name: other")).ShouldHaveSingleItem().Effect.ShouldBe(EditEffect.Ignored);
}
