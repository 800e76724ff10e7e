using System.Text;
using System.Text.Json;
using Rayquest.JobLint;
using Rayquest.JobLint.Catalogue;
using Rayquest.JobLint.Quotas;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobReport.Approvals;
using Rayquest.JobReport.Comment;
using Rayquest.JobReport.Evaluation;
using Rayquest.JobReport.Output;

namespace Rayquest.JobReport.Tests.Preview;

public sealed class PreviewerTests
{
    [Fact]
    public void A_request_inside_its_quota_passes_and_is_rendered()
    {
        ChangeEvaluation preview = new Change().Live("vision", "old", 2).Ask("vision", "resnet", 4).Preview();

        preview.Findings.Where(f => f.Severity == Severity.Error).ShouldBeEmpty();
        preview.Verdict.ShouldBe(Verdict.Pass);
        preview.Jobs.Single().Action.ShouldBe(JobAction.Add);
        QuotaRow a100 = preview.Quota.Single(q => q.Team == "vision" && q.Resource == "a100");
        (a100.Before.ToDouble(), a100.After.ToDouble()).ShouldBe((2, 6));
        a100.Consumers.Single().Name.ShouldBe("old");
        preview.RenderChanges.Single().Path.ShouldBe("jobs/vision/resnet.yaml");
        preview.MaxCost.ShouldBe(4 * 2.00 * 2);
    }

    [Fact]
    public void A_head_that_holds_the_rendering_needs_no_commit()
    {
        Change change = new Change().Ask("vision", "resnet", 4);
        byte[] rendered = change.Preview().RenderChanges.Single().Bytes!.Value.ToArray();
        ChangeEvaluation preview = change.Put("jobs/vision/resnet.yaml", rendered).Preview();
        preview.Verdict.ShouldBe(Verdict.Pass);
        preview.RenderChanges.ShouldBeEmpty();
    }

    [Fact]
    public void Over_soft_an_approver_decides()
    {
        Change change = new Change().Ask("vision", "big", 12);
        change.Preview().Verdict.ShouldBe(Verdict.NeedsApproval);
        change.Preview().Approvals.Approvers.ShouldBe(["bob", "carol", "dana"]);
        change.Says("bob", ApprovalAction.Approve).Preview().Verdict.ShouldBe(Verdict.Pass);
    }

    [Theory]
    [InlineData("en", "`erin` changes files of team `vision` without being one of its members")]
    [InlineData("zh-CN", "`erin` 不是团队 `vision` 的成员")]
    public void Whoever_is_outside_the_team_is_told_while_it_is_blocked(string language, string said)
    {
        Change change = new Change(language) { Author = "erin" }.Ask("vision", "big", 99);
        ChangeEvaluation preview = change.Preview();
        preview.Verdict.ShouldBe(Verdict.Blocked);
        Written(preview).ShouldContain(said);
        change.Author = "alice";
        change.Preview().Reasons.ShouldNotContain(r => r.Kind == ReasonKind.NotEntitled);
    }

    [Theory]
    [InlineData(
        "en",
        "/approve-quota bbbbbbb",
        "`bob` named `bbbbbbb`, which is not the whole id of the head, `aaaaaaaaaa`"
    )]
    [InlineData(
        "en",
        "/approve-quota AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "`bob` named `AAAAAAAAAA`, which is not"
    )]
    [InlineData("zh-CN", "/approve-quota bbbbbbb", "`bob` 写的 `bbbbbbb` 不是当前版本 `aaaaaaaaaa`")]
    [InlineData(
        "en",
        "/approve-quota bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
        "`bob` approved `bbbbbbbbbb`, which is not the head; the head is `aaaaaaaaaa`."
    )]
    [InlineData(
        "zh-CN",
        "/approve-quota bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
        "`bob` 审批的是 `bbbbbbbbbb`，不是当前版本；当前版本是 `aaaaaaaaaa`"
    )]
    [InlineData("en", "/approve-quota please", "`bob` wrote a command that can't be followed")]
    [InlineData("en", "/revoke-quota", "`bob` approves it no more")]
    [InlineData("zh-CN", "/revoke-quota", "`bob` 的审批已被撤回")]
    public void A_word_that_approves_nothing_is_told_with_the_reason(string language, string comment, string said)
    {
        Change change = new Change(language).Ask("vision", "big", 12).Says("bob", ApprovalAction.Approve);
        change.Preview().Verdict.ShouldBe(Verdict.Pass);
        change.Statements.Clear();
        change.Statements.Add(
            ApprovalEvent.ParseComment("bob", comment, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch)!
        );
        change.Preview().Verdict.ShouldBe(Verdict.NeedsApproval);
        Written(change.Preview()).ShouldContain(said);
        Written(change.Preview()).ShouldContain($"/approve-quota {Change.Head}\n");
    }

    private static string Written(ChangeEvaluation preview) =>
        ReviewComment
            .Write(preview, new CommentContext("https://github.com/acme/ray-jobs", Change.Head, new string('b', 40)))
            .ToString();

    [Fact]
    public void Over_hard_nobody_decides()
    {
        ChangeEvaluation preview = new Change()
            .Live("vision", "old", 8)
            .Ask("vision", "big", 12)
            .Says("bob", ApprovalAction.Approve)
            .Preview();
        preview.Verdict.ShouldBe(Verdict.Blocked);
        preview.Reasons.ShouldContain(r => r.Kind == ReasonKind.OverHard && r.After == "20" && r.Limit == "16");
        preview.Reasons.ShouldNotContain(r => r.Kind == ReasonKind.Overtaken);
        preview.RenderChanges.ShouldBeEmpty();
    }

    [Fact]
    public void Giving_something_back_is_let_through()
    {
        ChangeEvaluation preview = new Change()
            .Live("vision", "old", 12)
            .Live("vision", "other", 8)
            .Ask("vision", "old", 10)
            .Preview();
        preview.Verdict.ShouldBe(Verdict.Pass);
        preview.Jobs.Single().Action.ShouldBe(JobAction.Replace);
    }

    [Theory]
    [InlineData("alice", IgnoredReason.ByAuthor)]
    [InlineData("mallory", IgnoredReason.NotApprover)]
    [InlineData("carol", IgnoredReason.ByOwner)]
    public void Some_approvals_do_not_count(string login, IgnoredReason why)
    {
        ChangeEvaluation preview = new Change()
            .Ask("vision", "big", 12, "owner: carol\n")
            .Says(login, ApprovalAction.Approve)
            .Preview();
        preview.Verdict.ShouldBe(Verdict.NeedsApproval);
        preview.Approvals.Idle.ShouldContain(new IgnoredApproval(login, why));
    }

    [Fact]
    public void A_push_voids_an_approval()
    {
        ChangeEvaluation preview = new Change()
            .Ask("vision", "big", 12)
            .Says("bob", ApprovalAction.Approve, new string('b', 40))
            .Preview();
        preview.Verdict.ShouldBe(Verdict.NeedsApproval);
        preview.Approvals.Idle.Single().Why.ShouldBe(IgnoredReason.Outdated);
    }

    [Fact]
    public void The_last_word_of_each_person_counts()
    {
        new Change()
            .Ask("vision", "big", 12)
            .Says("bob", ApprovalAction.Approve)
            .Says("bob", ApprovalAction.Withdraw, "")
            .Preview()
            .Verdict.ShouldBe(Verdict.NeedsApproval);
        new Change()
            .Ask("vision", "big", 12)
            .Says("bob", ApprovalAction.Approve)
            .Says("carol", ApprovalAction.RequestChanges)
            .Preview()
            .Verdict.ShouldBe(Verdict.NeedsApproval);
        new Change()
            .Ask("vision", "big", 12)
            .Says("carol", ApprovalAction.RequestChanges)
            .Says("bob", ApprovalAction.Approve)
            .Says("carol", ApprovalAction.Approve)
            .Preview()
            .Verdict.ShouldBe(Verdict.Pass);
    }

    [Fact]
    public void Logins_are_compared_as_GitHub_does() =>
        new Change()
            .Ask("vision", "big", 12)
            .Says("BOB", ApprovalAction.Approve)
            .Preview()
            .Verdict.ShouldBe(Verdict.Pass);

    [Fact]
    public void Each_team_needs_its_own_approver()
    {
        Change change = new Change().Ask("vision", "big", 12).Ask("nlp", "big", 12).Says("bob", ApprovalAction.Approve);
        change.Preview().Reasons.Single(r => r.Kind == ReasonKind.ApprovalMissing).Team.ShouldBe("nlp");
        change.Says("erin", ApprovalAction.Approve).Preview().Verdict.ShouldBe(Verdict.Pass);
        new Change()
            .Ask("vision", "big", 12)
            .Ask("nlp", "big", 12)
            .Says("dana", ApprovalAction.Approve)
            .Preview()
            .Verdict.ShouldBe(Verdict.Pass);
    }

    [Theory]
    [InlineData("/approve-quota aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", ApprovalAction.Approve)]
    [InlineData("/approve-quota aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n", ApprovalAction.Approve)]
    [InlineData("/approve-quota", ApprovalAction.Unclear)]
    [InlineData("/approve-quota AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", ApprovalAction.Unclear)]
    [InlineData("/approve-quota aaaaaaaaaa", ApprovalAction.Unclear)]
    [InlineData("/approve-quota aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa please", ApprovalAction.Unclear)]
    [InlineData("/revoke-quota", ApprovalAction.Withdraw)]
    public void Only_the_exact_command_counts(string body, ApprovalAction say) =>
        ApprovalEvent
            .ParseComment("bob", body, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch)!
            .Action.ShouldBe(say);

    [Theory]
    [InlineData("please /approve-quota aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("> /approve-quota aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("")]
    public void Other_comments_say_nothing(string body) =>
        ApprovalEvent.ParseComment("bob", body, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch).ShouldBeNull();

    [Fact]
    public void An_edited_command_is_not_followed() =>
        ApprovalEvent
            .ParseComment(
                "bob",
                $"/approve-quota {Change.Head}",
                DateTimeOffset.UnixEpoch,
                DateTimeOffset.UnixEpoch.AddSeconds(1)
            )!
            .Action.ShouldBe(ApprovalAction.Unclear);

    [Fact]
    public void A_policy_beside_a_request_is_refused_and_not_believed()
    {
        ChangeEvaluation preview = new Change()
            .Ask("vision", "big", 40)
            .Put("policies/quotas.yaml", Change.Quotas.Replace("16", "64", StringComparison.Ordinal))
            .Preview();
        preview.Kind.ShouldBe(ChangeKind.Mixed);
        preview.Verdict.ShouldBe(Verdict.Blocked);
        preview.Reasons.ShouldContain(r => r.Kind == ReasonKind.Mixed);
        preview.Reasons.ShouldContain(r => r.Kind == ReasonKind.OverHard);
    }

    [Fact]
    public void Other_changes_are_left_alone()
    {
        ChangeEvaluation preview = new Change().Put("src/x.cs", "x").Preview();
        (preview.Kind, preview.Verdict).ShouldBe((ChangeKind.Ordinary, Verdict.Pass));
    }

    [Fact]
    public void A_policy_that_can_not_be_read_fails_its_own_pull_request()
    {
        ChangeEvaluation preview = new Change().Put("policies/quotas.yaml", "teams: [").Preview();
        (preview.Kind, preview.Verdict).ShouldBe((ChangeKind.Ordinary, Verdict.Blocked));
    }

    [Fact]
    public void A_smuggled_job_is_an_error()
    {
        Change change = new Change().Live("nlp", "theirs", 2);
        byte[] theirs = change.Rendered(
            "jobs-requests/nlp/theirs.yaml",
            Encoding.UTF8.GetBytes(Change.Request("theirs", 8))
        );
        ChangeEvaluation preview = change.Ask("vision", "mine", 1).Put("jobs/nlp/theirs.yaml", theirs).Preview();
        preview.Verdict.ShouldBe(Verdict.Blocked);
        preview.Findings.ShouldContain(f => f.Rule == ReviewRules.SmuggledJob);
    }

    [Fact]
    public void A_forged_rendering_is_replaced_on_a_branch_and_refused_on_a_fork()
    {
        Change change = new Change().Ask("vision", "mine", 1);
        byte[] forged = change.Rendered(
            "jobs-requests/vision/mine.yaml",
            Encoding.UTF8.GetBytes(Change.Request("mine", 8))
        );
        change.Put("jobs/vision/mine.yaml", forged);
        change.Preview().RenderChanges.Single().Bytes!.Value.Span.SequenceEqual(forged).ShouldBeFalse();
        change.IsFork = true;
        change.Preview().Findings.ShouldContain(f => f.Rule == ReviewRules.NotAsRendered);
    }

    [Fact]
    public void Deleting_a_request_stops_its_job()
    {
        ChangeEvaluation preview = new Change()
            .Live("vision", "old", 4)
            .Put("jobs-requests/vision/old.yaml", (string?)null)
            .Preview();
        preview.Verdict.ShouldBe(Verdict.Pass);
        preview.Jobs.Single().Action.ShouldBe(JobAction.Stop);
        preview.RenderChanges.Single().Bytes.ShouldBeNull();
        preview.Quota.Single(q => q.Resource == "a100").After.ToDouble().ShouldBe(0);
    }

    [Fact]
    public void A_frozen_manifest_keeps_its_bytes()
    {
        Change change = new Change().Live("vision", "old", 4);
        ChangeEvaluation preview = change
            .Put("jobs-requests/vision/old.yaml", Change.Request("old", 4, more: "description: said better\n"))
            .Preview();
        preview.Jobs.Single().Action.ShouldBe(JobAction.Unchanged);
        preview.RenderChanges.ShouldBeEmpty();
        preview.Manifests.ShouldBeEmpty();
    }

    [Fact]
    public void Changed_code_changes_the_job_that_ships_it()
    {
        const string shipped = "code: {files: {train.py: mine/train.py}}\n";
        Change change = new Change().Put("jobs-requests/vision/mine/train.py", "print(2)\n");
        AssessmentInput input = change.Input();
        SortedDictionary<string, byte[]> files = new(StringComparer.Ordinal);
        foreach (string path in new[] { "policies/platform.yaml", "policies/quotas.yaml", "policies/images.yaml" })
        {
            files[path] = input.Base.Read(path)!.Value.ToArray();
        }

        files["jobs-requests/vision/mine.yaml"] = Encoding.UTF8.GetBytes(Change.Request("mine", 1, more: shipped));
        files["jobs-requests/vision/mine/train.py"] = Encoding.UTF8.GetBytes("print(1)\n");
        SortedDictionary<string, byte[]> head = new(files, StringComparer.Ordinal)
        {
            ["jobs-requests/vision/mine/train.py"] = Encoding.UTF8.GetBytes("print(2)\n"),
        };
        Assessment preview = Assessor.Assess(
            input with
            {
                Base = new Rayquest.JobModel.Repository.MemoryTree(files),
                Result = new Rayquest.JobModel.Repository.MemoryTree(head),
            }
        );
        preview.RenderChanges.Single().Path.ShouldBe("jobs/vision/mine.yaml");
    }

    [Fact]
    public void What_others_ask_for_is_told()
    {
        Change other = new Change().Ask("vision", "theirs", 3);
        Change change = new Change().Ask("vision", "mine", 1);
        change.Elsewhere.AddRange(Assessor.DemandOf(7, other.Input()));
        change.Preview().Quota.Single(q => q.Resource == "a100").PendingElsewhere.ToDouble().ShouldBe(3);
    }

    [Fact]
    public void Nobody_left_to_approve_is_said()
    {
        Change change = new Change().Ask("vision", "big", 12, "owner: bob\n");
        change.Put("x", "x");
        ChangeEvaluation preview = new Change { Author = "erin" }
            .Ask("nlp", "big", 12, "owner: dana\n")
            .Preview();
        preview.Reasons.ShouldContain(r => r.Kind == ReasonKind.NobodyMayApprove && r.Team == "nlp");
    }

    [Fact]
    public void Who_was_merged_first_is_named_only_where_there_was_room_before()
    {
        ChangeEvaluation lost = new Change()
            .Live("vision", "old", 4)
            .LiveSince("vision", "first", 6)
            .Ask("vision", "mine", 8)
            .Preview();
        Reason why = lost.Reasons.Single(r => r.Kind == ReasonKind.Overtaken);
        (why.Team, why.Resource, why.After, string.Join(' ', why.Jobs)).ShouldBe(("vision", "a100", "6", "first"));

        // It would have been too much without them too.
        new Change()
            .Live("vision", "old", 12)
            .LiveSince("vision", "first", 1)
            .Ask("vision", "mine", 8)
            .Preview()
            .Reasons.ShouldNotContain(r => r.Kind == ReasonKind.Overtaken);

        // What passed by itself now needs somebody.
        new Change()
            .LiveSince("vision", "first", 6)
            .Ask("vision", "mine", 4)
            .Preview()
            .Reasons.Select(r => r.Kind)
            .ShouldBe([ReasonKind.ApprovalMissing, ReasonKind.OverSoft, ReasonKind.Overtaken]);
    }

    [Fact]
    public void Json_is_what_the_contract_says()
    {
        using JsonDocument json = JsonDocument.Parse(
            PreviewJson.Write(new Change().Live("vision", "old", 4).Ask("vision", "old", 12).Preview())
        );
        JsonElement root = json.RootElement;
        root.GetProperty("schema").GetInt32().ShouldBe(1);
        root.GetProperty("verdict").GetString().ShouldBe("needs-approval");
        JsonElement job = root.GetProperty("jobs")[0];
        job.GetProperty("action").GetString().ShouldBe("replace");
        job.GetProperty("replaces").GetString()!.ShouldStartWith("old-");
        job.GetProperty("gpus").GetProperty("a100").GetInt32().ShouldBe(12);
        job.GetProperty("timeout").GetInt32().ShouldBe(7200);
        JsonElement row = root.GetProperty("quota")[0];
        (
            row.GetProperty("resource").GetString(),
            row.GetProperty("before").GetInt32(),
            row.GetProperty("after").GetInt32(),
            row.GetProperty("soft").GetInt32(),
            row.GetProperty("hard").GetInt32(),
            row.GetProperty("pendingElsewhere").GetInt32()
        ).ShouldBe(("a100", 4, 12, 8, 16, 0));
        root.GetProperty("approvals").GetProperty("may").GetArrayLength().ShouldBe(3);
        root.GetProperty("ignored").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public void Json_says_what_each_pod_gets()
    {
        using JsonDocument json = JsonDocument.Parse(
            PreviewJson.Write(
                new Change()
                    .Policy("nodePools: {spot: {nodeSelector: {pool: spot}}}")
                    .Live("policies/rules.yaml", "labels: {vision: [vision.example.com/*]}\n")
                    .Ask(
                        "vision",
                        "old",
                        2,
                        "nodePool: spot\nhead: {shm: 2Gi, ephemeralStorage: 20Gi}\nlabels: {vision.example.com/run: \"7\"}\n"
                    )
                    .Preview()
            )
        );
        JsonElement[] pods = [.. json.RootElement.GetProperty("jobs")[0].GetProperty("pods").EnumerateArray()];
        pods.Select(p => p.GetProperty("group").GetString()).First().ShouldBe("head");
        pods[0].GetProperty("pods").GetInt64().ShouldBe(1);
        pods[0].GetProperty("image").GetString().ShouldNotBeNullOrEmpty();
        pods[0].GetProperty("nodePool").GetString().ShouldBe("spot");
        pods[0].GetProperty("shm").GetInt64().ShouldBe(2L << 30);
        pods[0].GetProperty("ephemeralStorage").GetInt64().ShouldBe(20L << 30);
        pods[0].GetProperty("gpu").ValueKind.ShouldBe(JsonValueKind.Null);
        pods[1].GetProperty("shm").ValueKind.ShouldBe(JsonValueKind.Null);
        pods[1].GetProperty("gpu").GetString().ShouldBe("a100");
        (pods[1].GetProperty("pods").GetInt64() * pods[1].GetProperty("gpus").GetInt64()).ShouldBe(2);
        pods.ShouldAllBe(p => p.GetProperty("labels").GetProperty("vision.example.com/run").GetString() == "7");
    }

    [Fact]
    public void Json_lists_what_a_request_ignores_with_the_reason_given()
    {
        using JsonDocument json = JsonDocument.Parse(
            PreviewJson.Write(
                new Change()
                    .Ask(
                        "vision",
                        "old",
                        2,
                        "runtimeEnv:\n  # rayquest: ignore RQ3023 the newest is what we try\n  pip: [torch]\n"
                    )
                    .Preview()
            )
        );
        JsonElement ignored = json.RootElement.GetProperty("ignored").EnumerateArray().ShouldHaveSingleItem();
        ignored.GetProperty("reason").GetString().ShouldBe("the newest is what we try");
        JsonElement finding = ignored.GetProperty("finding");
        finding.GetProperty("rule").GetString().ShouldBe("RQ3023");
        finding.GetProperty("file").GetString().ShouldBe("jobs-requests/vision/old.yaml");
        finding.GetProperty("line").GetInt32().ShouldBe(ignored.GetProperty("line").GetInt32() + 1);
        json.RootElement.GetProperty("findings")
            .EnumerateArray()
            .ShouldNotContain(told => told.GetProperty("rule").GetString() == "RQ3023");
    }
}
