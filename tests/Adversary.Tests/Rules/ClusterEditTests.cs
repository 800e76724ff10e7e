using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Plans;
using Rayquest.JobRender.Edits;
using Rayquest.JobReport.Approvals;
using Rayquest.JobReport.Evaluation;

namespace Rayquest.Adversary.Tests.Rules;

/// <summary>A merged cluster keeps its name and is edited in place: each edit is evaluated as strictly as a new request.</summary>
public sealed class ClusterEditTests
{
    private static string Cluster(int most, string more = "lease: 7d\n", string name = "shared") =>
        $"kind: RayCluster\nname: {name}\nowner: alice\nhead: {{cpu: 2, memory: 8Gi}}\nworkers: {{replicas: {{min: 0, max: {most}}}, cpu: 4, memory: 16Gi, gpu: a100, gpus: 1}}\n{more}";

    private const string Path = "jobs-requests/vision/shared.yaml";

    private static TestRepository With(int most) => new TestRepository().Put(Path, Cluster(most)).Merged();

    private static ChangeEvaluation Edit(TestRepository before, string text, string author = "alice") =>
        before.Branch().Put(Path, text).PreviewSince(before, author: author);

    [Fact]
    public void Raising_the_GPUs_of_a_merged_cluster_needs_approval_as_a_new_one_does()
    {
        TestRepository before = With(4);
        ChangeEvaluation edit = Edit(before, Cluster(12));
        JobChange job = edit.Jobs.ShouldHaveSingleItem();
        (job.Action, job.Name, job.Replaces).ShouldBe((JobAction.Edit, "shared", null));
        edit.Verdict.ShouldBe(Verdict.NeedsApproval);
        edit.Quota.Single(q => q.Resource == "a100").After.ToDouble().ShouldBe(12);
    }

    [Fact]
    public void And_beyond_the_hard_limit_nobody_can_approve_it()
    {
        ChangeEvaluation edit = Edit(With(4), Cluster(17));
        edit.Verdict.ShouldBe(Verdict.Blocked);
    }

    [Fact]
    public void What_other_requests_hold_counts_beside_the_edit()
    {
        TestRepository before = With(4).Ask("train", 6, more: "owner: alice\n").Merged();
        Edit(before, Cluster(5)).Verdict.ShouldBe(Verdict.NeedsApproval);
        Edit(before, Cluster(2)).Verdict.ShouldBe(Verdict.Pass, "it gives back");
    }

    [Fact]
    public void Renewing_the_lease_of_a_cluster_over_the_soft_limit_needs_approval_again()
    {
        TestRepository before = With(12);
        Edit(before, Cluster(12, "lease: 7d\nrun: 2\n")).Verdict.ShouldBe(Verdict.NeedsApproval);
    }

    [Fact]
    public void A_lease_can_not_be_taken_off_GPUs()
    {
        ChangeEvaluation edit = Edit(With(4), Cluster(4, ""));
        edit.Verdict.ShouldBe(Verdict.Blocked);
        edit.Findings.ShouldContain(f => f.Rule.Code == "RQ2040" && f.Severity == Severity.Error);
    }

    [Fact]
    public void A_stranger_does_not_edit_a_cluster_and_does_not_take_it_over()
    {
        TestRepository before = With(4);
        ChangeEvaluation taken = Edit(
            before,
            Cluster(4, "lease: 8d\n").Replace("alice", "eve", StringComparison.Ordinal),
            "eve"
        );
        taken.Verdict.ShouldBe(Verdict.Blocked);
        ChangeEvaluation edit = Edit(before, Cluster(4, "lease: 8d\n"), "eve");
        edit.Verdict.ShouldBe(Verdict.NeedsApproval);
        edit.Reasons.ShouldContain(r => r.Kind == ReasonKind.NotEntitled && r.People.Contains("eve"));
    }

    [Fact]
    public void A_renamed_cluster_is_another_and_the_old_one_stops()
    {
        TestRepository before = With(4);
        ChangeEvaluation edit = before
            .Branch()
            .Put(Path, (string?)null)
            .Put("jobs/vision/shared.yaml", (string?)null)
            .Put("jobs-requests/vision/other.yaml", Cluster(4, name: "other"))
            .PreviewSince(before, author: "alice");
        edit.Jobs.Select(j => (j.Name, j.Action))
            .ShouldBe([("other", JobAction.Add), ("shared", JobAction.Stop)], ignoreOrder: true);
        edit.Quota.Single(q => q.Resource == "a100").After.ToDouble().ShouldBe(4);
    }

    [Fact]
    public void The_file_of_one_can_not_say_the_name_of_another()
    {
        ChangeEvaluation edit = new TestRepository()
            .Put("jobs-requests/vision/mine.yaml", Cluster(4, name: "shared"))
            .PreviewSince(With(4), author: "alice");
        edit.Verdict.ShouldBe(Verdict.Blocked);
    }

    [Theory]
    [InlineData("a merged job that becomes a cluster of its request's name")]
    public void Another_kind_is_another_object_and_what_ran_stops(string why)
    {
        TestRepository before = new TestRepository().Ask("shared", 4, more: "owner: alice\n").Merged();
        string old = before.Header("shared").Jobs.Single().Name;
        ChangeEvaluation edit = Edit(before, Cluster(4));
        JobChange job = edit.Jobs.ShouldHaveSingleItem(why);
        (job.Action, job.Name, job.Replaces).ShouldBe((JobAction.Replace, "shared", old));
        job.Ends.ShouldBe(old);

        TestRepository cluster = With(4);
        JobChange back = Edit(cluster, TestRepository.Request("shared", 4, more: "owner: alice\n"))
            .Jobs.ShouldHaveSingleItem();
        (back.Action, back.Replaces).ShouldBe((JobAction.Replace, "shared"));
        back.Ends.ShouldBe("shared");
    }

    [Fact]
    public void A_cluster_takes_no_name_that_looks_like_a_jobs()
    {
        ChangeEvaluation edit = new TestRepository()
            .Put("jobs-requests/vision/train-1f0c3.yaml", Cluster(1, name: "train-1f0c3"))
            .PreviewSince(new TestRepository(), author: "alice");
        edit.Findings.ShouldContain(f => f.Rule.Code == "RQ1013");
        edit.Verdict.ShouldBe(Verdict.Blocked);
    }

    [Fact]
    public void What_replaces_the_pods_is_said_and_what_leaves_them_is_too()
    {
        TestRepository before = With(4);
        ChangeEvaluation image = Edit(before, Cluster(4, "lease: 7d\nimage: rayproject/ray:2.51.0-py311-gpu\n"));
        JobChange job = image.Jobs.ShouldHaveSingleItem();
        job.Edits.ShouldContain(e =>
            e.Effect == EditEffect.Recreate && e.Field.EndsWith(".image", StringComparison.Ordinal)
        );
        job.Ends.ShouldBe("shared", "whoever runs there must be asked");
        image.Findings.ShouldContain(f => f.Rule.Code == "RQ4604");

        JobChange lease = Edit(before, Cluster(4, "lease: 14d\n")).Jobs.ShouldHaveSingleItem();
        lease.Edits.ShouldNotBeEmpty();
        lease.Edits.ShouldAllBe(e => e.Effect == EditEffect.AtOnce);
        lease.Ends.ShouldBeNull();
    }

    [Fact]
    public void A_manifest_that_says_otherwise_than_the_edit_is_not_taken()
    {
        TestRepository before = With(4);
        TestRepository head = before.Branch().Put(Path, Cluster(5));
        TestRepository honest = head.Branch().Merged();
        string body = honest.Text("jobs/vision/shared.yaml");
        body = string.Join('\n', body.Split('\n').Skip(2))
            .Replace("maxReplicas: 5", "maxReplicas: 40", StringComparison.Ordinal);
        JobHeader forged = honest.Header("shared") with
        {
            ContentDigest = JobHeader.Digest(System.Text.Encoding.UTF8.GetBytes(body)),
        };
        ChangeEvaluation edit = head.Put("jobs/vision/shared.yaml", forged.Write() + body)
            .PreviewSince(before, author: "alice");
        RenderChange render = edit.RenderChanges.ShouldHaveSingleItem(TestRepository.Print(edit.Findings));
        string right = System.Text.Encoding.UTF8.GetString(render.Bytes!.Value.Span);
        right.ShouldContain("maxReplicas: 5");
        edit.Quota.Single(q => q.Resource == "a100").After.ToDouble().ShouldBe(5);
    }

    [Fact]
    public void A_manifest_alone_is_not_edited()
    {
        TestRepository before = With(4);
        ChangeEvaluation edit = before
            .Branch()
            .Put(
                "jobs/vision/shared.yaml",
                before
                    .Text("jobs/vision/shared.yaml")
                    .Replace("maxReplicas: 4", "maxReplicas: 40", StringComparison.Ordinal)
            )
            .PreviewSince(before, author: "alice");
        edit.Verdict.ShouldBe(Verdict.Blocked);
        edit.Findings.ShouldContain(f => f.Rule.Code == "RQ1020", TestRepository.Print(edit.Findings));
    }

    [Fact]
    public void A_cluster_on_which_requests_run_is_not_removed_from_under_them()
    {
        TestRepository before = With(4)
            .Put(
                "jobs-requests/vision/eval.yaml",
                "name: eval\nowner: alice\ncluster: shared\nsubmissionMode: HTTPMode\nentrypoint: python eval.py\ntimeout: 1h\n"
            )
            .Merged();
        before.Lint().Findings.ShouldNotContain(f => f.Rule.Code == "RQ1010");
        ChangeEvaluation gone = before
            .Branch()
            .Put(Path, (string?)null)
            .Put("jobs/vision/shared.yaml", (string?)null)
            .PreviewSince(before, author: "alice");
        gone.Findings.ShouldContain(f => f.Rule.Code == "RQ1015");
        gone.Verdict.ShouldBe(Verdict.Blocked);
    }

    [Fact]
    public void The_very_request_that_was_merged_stays_as_it_was_rendered_whatever_the_policies_become()
    {
        TestRepository before = With(4);
        TestRepository later = before
            .Branch()
            .Put(
                "policies/platform.yaml",
                "kuberay: 1.5.0\ngpus:\n  a100: {perNode: 8}\ndefaults: {image: \"rayproject/ray:2.51.0-py311-gpu\", gpu: a100}\n"
            );
        ChangeEvaluation preview = later
            .Branch()
            .Put(Path, Cluster(4, "lease: 7d\ndescription: for all\n"))
            .PreviewSince(later, author: "alice");
        preview.Jobs.ShouldHaveSingleItem().Action.ShouldBe(JobAction.Unchanged);
        preview.RenderChanges.ShouldBeEmpty();
    }
}
