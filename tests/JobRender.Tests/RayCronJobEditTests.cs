using System.Text;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Yaml;
using Rayquest.JobRender.Edits;

namespace Rayquest.JobRender.Tests;

/// <summary>What the operator does with an edit of a live RayCronJob, as it was seen on one.</summary>
public sealed class RayCronJobEditTests
{
    private const string Left = """
        apiVersion: ray.io/v1
        kind: RayCronJob
        metadata: {name: nightly, namespace: ray-vision, annotations: {rayquest.dev/owner: alice}}
        spec:
          schedule: "0 3 * * *"
          timeZone: Europe/Berlin
          jobTemplate:
            entrypoint: python eval.py
            rayClusterSpec:
              headGroupSpec: {template: {spec: {containers: [{name: ray-head, image: "ray:1"}]}}}
        """;

    private static YamlMapping Manifest(string text) =>
        (YamlMapping)
            YamlReader.Read("a.yaml", Encoding.UTF8.GetBytes(text), YamlLimits.Manifest, new FindingBag()).Root!;

    private static FieldEdit Edit(string from, string to) =>
        ManifestEdits
            .Of(Manifest(Left), Manifest(Left.Replace(from, to, StringComparison.Ordinal)))
            .ShouldHaveSingleItem();

    [Theory]
    [InlineData("python eval.py", "python other.py", EditEffect.NextRun)]
    [InlineData("ray:1", "ray:2", EditEffect.NextRun)]
    [InlineData("Europe/Berlin", "Asia/Shanghai", EditEffect.NextRun)]
    [InlineData("0 3 * * *", "0 4 * * *", EditEffect.NextRun)]
    [InlineData("0 3 * * *", "0 3 * * 1", EditEffect.NextRun)]
    [InlineData("owner: alice", "owner: bob", EditEffect.AtOnce)]
    [InlineData("  timeZone", "  suspend: true\n  timeZone", EditEffect.AtOnce)]
    public void Runs_that_are_there_keep_what_they_have(string from, string to, EditEffect effect)
    {
        FieldEdit edit = Edit(from, to);
        edit.Effect.ShouldBe(effect);
        edit.IsRefused.ShouldBeFalse();
    }

    [Theory]
    [InlineData("0 3 * * *", "0 * * * *", 24)]
    [InlineData("0 3 * * *", "*/30 * * * *", 48)]
    [InlineData("0 3 * * *", "@every 1h", 24)]
    public void A_schedule_that_comes_more_often_catches_up(string from, string to, long runs)
    {
        FieldEdit edit = Edit(from, to);
        (edit.Effect, edit.Runs).ShouldBe((EditEffect.CatchUp, runs));
        edit.Remedy.ShouldNotBeNull().ShouldContain("another name");
    }

    [Fact]
    public void A_schedule_that_goes_on_starts_what_it_missed()
    {
        string suspended = Left.Replace("  timeZone", "  suspend: true\n  timeZone", StringComparison.Ordinal);
        FieldEdit edit = ManifestEdits.Of(Manifest(suspended), Manifest(Left)).ShouldHaveSingleItem();
        (edit.Field, edit.Effect, edit.Runs).ShouldBe(("spec.suspend", EditEffect.CatchUp, 0));
        edit.Remedy.ShouldNotBeNull().ShouldContain("every run that it missed");
    }
}
