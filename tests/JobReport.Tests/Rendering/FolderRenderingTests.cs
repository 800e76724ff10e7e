using System.Text;
using Rayquest.JobLint;
using Rayquest.JobLint.Engine;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Repository;
using Rayquest.JobModel.Schemas;
using Rayquest.JobRender.Folder;
using Rayquest.JobReport.Rendering;

namespace Rayquest.JobReport.Tests.Rendering;

/// <summary>Rendering while evaluating: what comes out must be what evaluating first and rendering then would give.</summary>
public class FolderRenderingTests
{
    private const string Platform = "defaults: {image: \"rayproject/ray:2.52.0-py311\", timeout: 4h}\n";
    private const string Images = "allowed: [{pattern: \"rayproject/*\"}]\n";

    private static string Request(string name, string more = "") =>
        $"name: {name}\nentrypoint: python train.py\nworkers: {{replicas: 1, cpu: 1, memory: 2Gi}}\n{more}";

    private static (LintResult Lint, IReadOnlyList<RenderDecision> Decisions, IReadOnlyList<Finding> Faults) Render(
        int threads,
        string platform,
        bool keepsContents,
        params (string Path, string Text)[] files
    )
    {
        Dictionary<string, byte[]> all = files.ToDictionary(f => f.Path, f => Encoding.UTF8.GetBytes(f.Text));
        all["policies/platform.yaml"] = Encoding.UTF8.GetBytes(platform);
        all["policies/images.yaml"] = Encoding.UTF8.GetBytes(Images);
        all["policies/quotas.yaml"] = Encoding.UTF8.GetBytes("teams: {default: {}}\n");
        MemoryTree tree = new(all);
        FolderRendering rendering = new(tree, tree, SchemaCatalog.BuiltIn, keepsContents);
        LintResult lint = Linter.Run(
            new LintInput
            {
                Tree = tree,
                Policies = PolicyLoader.Load(tree),
                IsWhole = true,
                Parallelism = threads,
                Linted = rendering.Render,
                KeepsRequests = false,
            }
        );
        (IReadOnlyList<RenderDecision> decisions, IReadOnlyList<Finding> faults) = rendering.Finish(
            lint,
            isWhole: true
        );
        return (lint, decisions, faults);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void A_sound_request_is_written_a_faulty_one_left_alone_and_what_has_none_removed(int threads)
    {
        (_, IReadOnlyList<RenderDecision> decisions, _) = Render(
            threads,
            Platform,
            keepsContents: true,
            [
                ("jobs-requests/vision/bad.yaml", Request("bad", "nonsense: 1\n")),
                ("jobs/vision/bad.yaml", "kind: RayJob\n"),
                ("jobs/vision/gone.yaml", "kind: RayJob\n"),
                .. Enumerable.Range(0, 40).Select(i => ($"jobs-requests/vision/good-{i}.yaml", Request($"good-{i}"))),
            ]
        );
        decisions.Select(d => d.Path).ShouldBe(decisions.Select(d => d.Path).Order(StringComparer.Ordinal));
        decisions.Count(d => d is { Action: RenderAction.Write, Reason: RenderReason.NewRequest }).ShouldBe(40);
        decisions.Single(d => d.Path == "jobs/vision/bad.yaml").Reason.ShouldBe(RenderReason.RequestBroken);
        decisions.Single(d => d.Path == "jobs/vision/gone.yaml").Action.ShouldBe(RenderAction.Remove);
        decisions.ShouldAllBe(d => d.Rendered == null);
    }

    [Fact]
    public void What_a_rule_over_the_change_finds_takes_the_rendering_back()
    {
        // Both are sound alone; in one namespace they would be one object.
        (LintResult lint, IReadOnlyList<RenderDecision> decisions, _) = Render(
            1,
            Platform + "namespace: ray-jobs\n",
            keepsContents: true,
            ("jobs-requests/search/train.yaml", Request("train")),
            ("jobs-requests/vision/train.yaml", Request("train"))
        );
        lint.Findings.ShouldContain(f => f.Rule.Code == "RQ1005");
        decisions.Single(d => d.Path == "jobs/search/train.yaml").Action.ShouldBe(RenderAction.Write);
        RenderDecision second = decisions.Single(d => d.Path == "jobs/vision/train.yaml");
        second.Reason.ShouldBe(RenderReason.RequestBroken);
        second.Wanted.ShouldBeNull();
    }

    [Fact]
    public void A_fault_of_the_rendered_manifest_is_told_and_nothing_is_written()
    {
        const string profile =
            "spec:\n  rayClusterSpec:\n    headGroupSpec:\n      template:\n        spec:\n          containers:\n            - name: ray-head\n              imagePullPolicy: Sometimes\n";
        (LintResult lint, IReadOnlyList<RenderDecision> decisions, IReadOnlyList<Finding> faults) = Render(
            1,
            Platform,
            keepsContents: true,
            ("policies/profiles/odd.yaml", profile),
            ("jobs-requests/vision/train.yaml", Request("train", "profile: odd\n"))
        );
        lint.Findings.Where(f => f.Severity == Severity.Error && RequestPath.IsRequest(f.Span.Source.Path))
            .ShouldBeEmpty();
        faults.ShouldContain(f =>
            f.Severity == Severity.Error && f.Message.Contains("Sometimes", StringComparison.Ordinal)
        );
        decisions.ShouldHaveSingleItem().Reason.ShouldBe(RenderReason.RequestBroken);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Of_a_file_that_stays_as_it_is_the_content_is_kept_where_it_is_wanted(bool keepsContents)
    {
        (string, string) request = ("jobs-requests/vision/train.yaml", Request("train"));
        (_, IReadOnlyList<RenderDecision> first, _) = Render(1, Platform, keepsContents, request);
        ReadOnlyMemory<byte> rendered = first.ShouldHaveSingleItem().Wanted.ShouldNotBeNull();
        (_, IReadOnlyList<RenderDecision> again, _) = Render(
            1,
            Platform,
            keepsContents,
            request,
            ("jobs/vision/train.yaml", Encoding.UTF8.GetString(rendered.Span))
        );
        RenderDecision decision = again.ShouldHaveSingleItem();
        (decision.Action, decision.Reason, decision.IsOff).ShouldBe((RenderAction.Keep, RenderReason.Frozen, false));
        decision.Wanted.HasValue.ShouldBe(keepsContents);
        if (keepsContents)
        {
            decision.Wanted!.Value.ToArray().ShouldBe(rendered.ToArray());
        }
    }
}
