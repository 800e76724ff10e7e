using Rayquest.JobLint.Quotas;
using Rayquest.JobRender.Edits;
using Rayquest.JobReport.Evaluation;

namespace Rayquest.Adversary.Tests.Rules;

/// <summary>The quota counts an upgrade's worst moment: two clusters of a service at a time.</summary>
public sealed class ServiceEditTests
{
    private const string Path = "jobs-requests/vision/chat.yaml";

    private static string Service(int gpus, string image, string more = "", string app = "app:chat") =>
        $"kind: RayService\nname: chat\nowner: alice\nimage: {image}\nworkers: {{replicas: {gpus}, cpu: 4, memory: 16Gi, gpu: a100, gpus: 1}}\nserve:\n  applications:\n  - {{name: chat, import_path: \"{app}\", route_prefix: /}}\n{more}";

    private const string Old = "rayproject/ray:2.52.0-py311-gpu";
    private const string New = "rayproject/ray:2.53.0-py311-gpu";

    private static ChangeEvaluation Edit(int before, string text)
    {
        TestRepository merged = new TestRepository().Put(Path, Service(before, Old)).Merged();
        return merged.Branch().Put(Path, text).PreviewSince(merged, author: "alice");
    }

    [Fact]
    public void An_upgrade_that_holds_two_clusters_over_the_soft_limit_needs_approval()
    {
        ChangeEvaluation edit = Edit(6, Service(6, New));
        JobChange job = edit.Jobs.ShouldHaveSingleItem();
        job.Action.ShouldBe(JobAction.Edit);
        job.Edits.ShouldContain(e => e.Effect == EditEffect.NewCluster);
        QuotaRow row = edit.Quota.Single(q => q.Resource == "a100");
        (row.After.ToDouble(), row.Peak.ToDouble()).ShouldBe((6, 12));
        edit.Verdict.ShouldBe(Verdict.NeedsApproval);
    }

    [Fact]
    public void One_that_can_not_fit_is_blocked()
    {
        Edit(9, Service(9, New)).Verdict.ShouldBe(Verdict.Blocked);
        Edit(9, Service(8, New))
            .Verdict.ShouldBe(Verdict.Blocked, "giving back one helps nothing while both are there");
    }

    [Fact]
    public void What_Serve_takes_in_place_needs_no_room_beside_it()
    {
        ChangeEvaluation edit = Edit(6, Service(6, Old, app: "app:better"));
        QuotaRow row = edit.Quota.Single(q => q.Resource == "a100");
        row.Peak.ToDouble().ShouldBe(6);
        edit.Verdict.ShouldBe(Verdict.Pass);
    }

    [Fact]
    public void Replicas_alone_would_do_nothing_and_are_refused_with_the_way_round()
    {
        ChangeEvaluation edit = Edit(4, Service(6, Old));
        edit.Verdict.ShouldBe(Verdict.Blocked);
        edit.Findings.Where(f => f.Rule.Code == "RQ4603").ShouldAllBe(f => f.Message.Contains("raise `run`"));
        ChangeEvaluation with = Edit(2, Service(3, Old, "run: 2\n"));
        with.Jobs.ShouldHaveSingleItem().Edits.ShouldContain(e => e.Effect == EditEffect.NewCluster);
        with.Verdict.ShouldBe(Verdict.Pass);
    }
}
