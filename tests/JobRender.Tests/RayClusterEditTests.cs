using System.Text;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Yaml;
using Rayquest.JobRender.Edits;

namespace Rayquest.JobRender.Tests;

/// <summary>What the operator does with an edit of a live RayCluster, as it was seen on one.</summary>
public sealed class RayClusterEditTests
{
    private const string Left = """
        apiVersion: ray.io/v1
        kind: RayCluster
        metadata: {name: shared, namespace: ray-vision, annotations: {rayquest.dev/lease: 7d}}
        spec:
          rayVersion: "2.52.0"
          headGroupSpec:
            serviceType: ClusterIP
            template: {spec: {containers: [{name: ray-head, image: "rayproject/ray:2.52.0"}]}}
          workerGroupSpecs:
          - groupName: small
            replicas: 1
            minReplicas: 1
            maxReplicas: 4
            template: {spec: {containers: [{name: ray-worker, image: "rayproject/ray:2.52.0"}]}}
          - groupName: idle
            replicas: 0
            minReplicas: 0
            maxReplicas: 0
            template: {spec: {containers: [{name: ray-worker, image: "rayproject/ray:2.52.0"}]}}
          STRATEGY
        """;

    private const string Recreate = "upgradeStrategy: {type: Recreate}";

    private static YamlMapping Manifest(string text, bool recreates) =>
        (YamlMapping)
            YamlReader
                .Read(
                    "a.yaml",
                    Encoding.UTF8.GetBytes(
                        text.Replace("STRATEGY", recreates ? Recreate : "suspend: false", StringComparison.Ordinal)
                    ),
                    YamlLimits.Manifest,
                    new FindingBag()
                )
                .Root!;

    private static IReadOnlyList<FieldEdit> Edits(string from, string to, bool recreates = true) =>
        ManifestEdits.Of(
            Manifest(Left, recreates),
            Manifest(Left.Replace(from, to, StringComparison.Ordinal), recreates)
        );

    [Fact]
    public void Nothing_is_edited_where_nothing_differs() =>
        ManifestEdits.Of(Manifest(Left, recreates: true), Manifest(Left, recreates: true)).ShouldBeEmpty();

    [Theory]
    [InlineData("replicas: 1\n", "replicas: 3\n")]
    [InlineData("minReplicas: 1", "minReplicas: 0")]
    [InlineData("maxReplicas: 4", "maxReplicas: 8")]
    [InlineData("rayquest.dev/lease: 7d", "rayquest.dev/lease: 14d")]
    public void Takes_effect_at_once_with_any_strategy(string from, string to)
    {
        Edits(from, to).Select(e => e.Effect).ShouldBe([EditEffect.AtOnce]);
        Edits(from, to, recreates: false).Select(e => e.Effect).ShouldBe([EditEffect.AtOnce]);
    }

    [Theory]
    [InlineData("name: ray-head, image: \"rayproject/ray:2.52.0\"", "name: ray-head, image: \"rayproject/ray:2.53.0\"")]
    [InlineData(
        "name: ray-worker, image: \"rayproject/ray:2.52.0\"",
        "name: ray-worker, image: \"rayproject/ray:2.53.0\""
    )]
    [InlineData("rayVersion: \"2.52.0\"", "rayVersion: \"2.53.0\"")]
    [InlineData("name: ray-head,", "name: ray-head, env: [{name: A, value: b}],")]
    public void Replaces_all_pods_or_would_leave_the_cluster_mixed(string from, string to)
    {
        Edits(from, to).ShouldAllBe(e => e.Effect == EditEffect.Recreate);
        Edits(from, to).ShouldNotBeEmpty();
        IReadOnlyList<FieldEdit> left = Edits(from, to, recreates: false);
        left.ShouldNotBeEmpty();
        left.ShouldAllBe(e => e.Effect == EditEffect.NewPodsOnly && e.IsRefused && e.Remedy != null);
    }

    [Fact]
    public void A_removed_group_goes_only_with_all_pods_or_when_it_is_empty()
    {
        string without = Left[..Left.IndexOf("  - groupName: idle", StringComparison.Ordinal)] + "  STRATEGY";
        ManifestEdits
            .Of(Manifest(Left, recreates: false), Manifest(without, recreates: false))
            .Select(e => (e.Field, e.Effect))
            .ShouldBe([("spec.workerGroupSpecs[idle]", EditEffect.AtOnce)]);
        string renamed = Left.Replace("groupName: small", "groupName: large", StringComparison.Ordinal);
        FieldEdit[] edits =
        [
            .. ManifestEdits.Of(Manifest(Left, recreates: false), Manifest(renamed, recreates: false)),
        ];
        edits.Single(e => e.Field == "spec.workerGroupSpecs[large]").Effect.ShouldBe(EditEffect.AtOnce);
        FieldEdit gone = edits.Single(e => e.Field == "spec.workerGroupSpecs[small]");
        gone.Effect.ShouldBe(EditEffect.Impossible);
        gone.Remedy.ShouldNotBeNull().ShouldContain("`replicas` to 0");
        ManifestEdits
            .Of(Manifest(Left, recreates: true), Manifest(renamed, recreates: true))
            .ShouldAllBe(e => e.Effect == EditEffect.Recreate);
    }

    [Fact]
    public void The_Service_of_the_head_stays_as_it_was_made() =>
        Edits("serviceType: ClusterIP", "serviceType: NodePort").Single().Effect.ShouldBe(EditEffect.Ignored);

    [Fact]
    public void Who_manages_it_is_never_changed() =>
        Edits("rayVersion:", "managedBy: kueue.x-k8s.io/multikueue\n  rayVersion:")
            .Single()
            .Effect.ShouldBe(EditEffect.Impossible);

    [Theory]
    [InlineData("spec: {containers", "spec: {tolerations: [{key: a, operator: Exists}], containers")]
    public void Tolerations_alone_reach_new_pods_only(string from, string to)
    {
        IReadOnlyList<FieldEdit> edits = Edits(from, to);
        edits.Count.ShouldBe(3);
        edits.ShouldAllBe(e => e.Effect == EditEffect.NewPodsOnly);
    }

    [Fact]
    public void Tolerations_go_along_when_all_pods_are_replaced_anyway() =>
        Edits(
                "name: ray-head, image: \"rayproject/ray:2.52.0\"}]",
                "name: ray-head, image: \"rayproject/ray:2.53.0\"}], tolerations: [{key: a, operator: Exists}]"
            )
            .ShouldAllBe(e => e.Effect == EditEffect.Recreate);

    [Fact]
    public void A_suspended_cluster_resumes_only_by_saying_so()
    {
        string suspended = Left.Replace("rayVersion:", "suspend: true\n  rayVersion:", StringComparison.Ordinal);
        string resumed = Left.Replace("rayVersion:", "suspend: false\n  rayVersion:", StringComparison.Ordinal);
        YamlMapping left = Manifest(Left, recreates: true);
        ManifestEdits.Of(left, Manifest(suspended, recreates: true)).Single().Effect.ShouldBe(EditEffect.Recreate);
        ManifestEdits.Of(Manifest(suspended, recreates: true), left).Single().Effect.ShouldBe(EditEffect.Impossible);
        ManifestEdits
            .Of(Manifest(suspended, recreates: true), Manifest(resumed, recreates: true))
            .Single()
            .Effect.ShouldBe(EditEffect.AtOnce);
    }

    [Fact]
    public void Another_name_namespace_or_kind_is_another_object()
    {
        Edits("name: shared", "name: other").ShouldBeEmpty();
        Edits("namespace: ray-vision", "namespace: ray-nlp").ShouldBeEmpty();
        Edits("kind: RayCluster", "kind: RayService").ShouldBeEmpty();
    }
}
