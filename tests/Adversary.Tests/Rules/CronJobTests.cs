using Rayquest.JobLint.Quotas;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobRender.Edits;
using Rayquest.JobReport.Approvals;
using Rayquest.JobReport.Evaluation;

namespace Rayquest.Adversary.Tests.Rules;

/// <summary>
/// A schedule asks for what its runs hold at the worst moment, keeps to its team's names, and is nobody's to change but its
/// team's.
/// </summary>
public sealed class CronJobTests
{
    private const string Path = "jobs-requests/vision/nightly.yaml";

    private static string Cron(
        string schedule = "0 3 * * *",
        int gpus = 4,
        string timeout = "2h",
        string more = "",
        string name = "nightly"
    ) =>
        $"kind: RayCronJob\nname: {name}\nowner: alice\nschedule: \"{schedule}\"\ntimeZone: UTC\nentrypoint: python eval.py\nworkers: {{replicas: {gpus}, cpu: 4, memory: 16Gi, gpu: a100, gpus: 1}}\ntimeout: {timeout}\n{more}";

    private static ChangeEvaluation Ask(string text, string author = "alice", string path = Path)
    {
        TestRepository before = new();
        return before.Branch().Put(path, text).PreviewSince(before, author: author);
    }

    private static ChangeEvaluation Edit(string before, string after, string author = "alice")
    {
        TestRepository merged = new TestRepository().Put(Path, before).Merged();
        return merged.Branch().Put(Path, after).PreviewSince(merged, author: author);
    }

    private static QuotaRow Gpus(ChangeEvaluation change) => change.Quota.Single(q => q.Resource == "a100");

    [Fact]
    public void Runs_that_overlap_are_all_counted()
    {
        ChangeEvaluation once = Ask(Cron());
        Gpus(once).After.ToDouble().ShouldBe(4);
        once.Verdict.ShouldBe(Verdict.Pass);

        // Two hours and ten minutes of `keep`, every hour: three at a time.
        ChangeEvaluation hourly = Ask(Cron("0 * * * *"));
        Gpus(hourly).After.ToDouble().ShouldBe(12);
        hourly.Verdict.ShouldBe(Verdict.NeedsApproval);
        hourly.Findings.ShouldContain(f => f.Rule.Code == "RQ2060");

        Ask(Cron("*/10 * * * *")).Verdict.ShouldBe(Verdict.Blocked, "thirteen at a time");
        Ask(Cron("* * * * *", gpus: 1)).Verdict.ShouldBe(Verdict.Blocked, "hidden behind one GPU");
        Ask(Cron("@every 10s", gpus: 1)).Verdict.ShouldBe(Verdict.Blocked, "seconds are minutes to the operator");
        Ask(Cron("0 3 * * *", timeout: "60d")).Verdict.ShouldBe(Verdict.Blocked, "or behind a long timeout");
        Ask(Cron("0 * * * *", gpus: 2, more: "retries: 10\n")).Verdict.ShouldBe(Verdict.Blocked, "or behind its tries");
        Ask(Cron("0 * * * *", gpus: 2, timeout: "30m", more: "keep: 30d\n"))
            .Verdict.ShouldBe(Verdict.Blocked, "or behind clusters that are kept");
    }

    [Fact]
    public void What_is_merged_goes_on_being_counted()
    {
        TestRepository merged = new TestRepository().Put(Path, Cron("0 * * * *")).Merged();
        merged.Header("nightly").Demand.Gpus["a100"].ShouldBe(12);
        merged.Header("nightly").Demand.Jobs.ShouldBe(3);
        ChangeEvaluation more = merged.Branch().Ask("more", 8).PreviewSince(merged, author: "alice");
        more.Verdict.ShouldBe(Verdict.Blocked);
        Gpus(more).Before.ToDouble().ShouldBe(12);
    }

    [Fact]
    public void A_suspended_schedule_keeps_its_place_and_goes_on_only_with_a_word_about_what_it_missed()
    {
        string suspended = Cron(more: "suspend: true\n");
        Gpus(Ask(suspended)).After.ToDouble().ShouldBe(4, "otherwise anybody could resume beyond the quota");
        ChangeEvaluation resumed = Edit(suspended, Cron());
        resumed.Verdict.ShouldBe(Verdict.Blocked);
        resumed.Findings.ShouldContain(f => f.Rule.Code == "RQ4606" && f.Severity == Severity.Error);
        Edit(Cron(), suspended).Verdict.ShouldBe(Verdict.Pass);
    }

    [Fact]
    public void A_schedule_that_comes_more_often_is_counted_with_what_it_catches_up()
    {
        ChangeEvaluation edit = Edit(Cron(gpus: 1, timeout: "30m"), Cron("0 * * * *", gpus: 1, timeout: "30m"));
        Gpus(edit).After.ToDouble().ShouldBe(1);
        Gpus(edit).Peak.ToDouble().ShouldBe(24);
        edit.Verdict.ShouldBe(Verdict.Blocked);
        edit.Jobs.ShouldHaveSingleItem().Edits.ShouldContain(e => e.Effect == EditEffect.CatchUp);
    }

    [Fact]
    public void An_edit_holds_from_the_next_run_on_and_stops_nothing()
    {
        ChangeEvaluation edit = Edit(Cron(), Cron().Replace("eval.py", "other.py", StringComparison.Ordinal));
        JobChange job = edit.Jobs.ShouldHaveSingleItem();
        (job.Action, job.Ends).ShouldBe((JobAction.Edit, null));
        job.Edits.ShouldAllBe(e => e.Effect == EditEffect.NextRun);
        edit.Verdict.ShouldBe(Verdict.Pass);
    }

    [Fact]
    public void A_stranger_changes_nothing_and_removes_nothing()
    {
        Edit(Cron(), Cron("30 3 * * *"), author: "mallory").Verdict.ShouldNotBe(Verdict.Pass);
        Ask(Cron(), author: "mallory").Verdict.ShouldNotBe(Verdict.Pass);
        TestRepository merged = new TestRepository().Put(Path, Cron()).Merged();
        TestRepository removed = merged
            .Branch()
            .Put(Path, (string?)null)
            .Put("jobs/vision/nightly.yaml", (string?)null);
        removed.PreviewSince(merged, author: "mallory").Verdict.ShouldNotBe(Verdict.Pass);
    }

    [Theory]
    [InlineData("platform.yaml")]
    [InlineData("a/../../other/x.yaml")]
    public void It_is_called_as_its_file_is(string name) =>
        Ask(Cron(name: "other"), path: $"jobs-requests/vision/{name}").Verdict.ShouldNotBe(Verdict.Pass);

    [Fact]
    public void The_name_of_another_teams_object_in_the_same_namespace_is_refused()
    {
        TestRepository shared = new TestRepository()
            .Put(
                "policies/quotas.yaml",
                "approvers: [dana]\nteams:\n  vision: {members: [alice], approvers: [bob], soft: {gpus: {a100: 8}}, hard: {gpus: {a100: 8}}}\n  audio: {members: [mallory], approvers: [mallory], soft: {gpus: {a100: 8}}, hard: {gpus: {a100: 8}}}\n"
            )
            .Put(
                "policies/platform.yaml",
                "namespace: ray\ngpus: {a100: {pricePerHour: 2.00, perNode: 8}}\ndefaults: {image: \"rayproject/ray:2.52.0-py311-gpu\", timeout: 4h}\n"
            );
        TestRepository merged = shared.Put(Path, Cron()).Merged();
        ChangeEvaluation taken = merged
            .Branch()
            .Put("jobs-requests/audio/nightly.yaml", Cron().Replace("alice", "mallory", StringComparison.Ordinal))
            .PreviewSince(merged, author: "mallory");
        taken.Verdict.ShouldBe(Verdict.Blocked);
    }

    [Fact]
    public void A_manifest_of_another_schedule_is_not_smuggled_in()
    {
        TestRepository merged = new TestRepository().Put(Path, Cron()).Merged();
        string job = merged.Text("jobs/vision/nightly.yaml");
        TestRepository smuggled = merged
            .Branch()
            .Put("jobs/vision/nightly.yaml", job.Replace("0 3 * * *", "* * * * *", StringComparison.Ordinal));
        smuggled.PreviewSince(merged, author: "alice").Verdict.ShouldNotBe(Verdict.Pass);
    }

    [Fact]
    public void Nothing_of_a_schedule_is_more_than_text_where_it_is_shown()
    {
        ChangeEvaluation change = Ask(Cron("0 3 * * * @everyone <img src=x>"));
        change.Verdict.ShouldBe(Verdict.Blocked);
        change.Findings.ShouldContain(f => f.Rule.Code == "RQ4609");
        Ask(Cron().Replace("timeZone: UTC", "timeZone: ../../etc/passwd", StringComparison.Ordinal))
            .Findings.ShouldContain(f => f.Rule.Code == "RQ4610");
    }
}
