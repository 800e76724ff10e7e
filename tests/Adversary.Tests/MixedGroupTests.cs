using Rayquest.JobHosts.Git;
using Rayquest.JobRehearsal.GitHub;
using Rayquest.JobReport.Evaluation;

namespace Rayquest.Adversary.Tests;

/// <summary>A merge queue's group of a submission and something else: each is what it is, and nothing hides behind the other.</summary>
[Hole(5), Hole(14)]
public sealed class MixedGroupTests : IDisposable
{
    private readonly Stage stage = new();

    public void Dispose() => stage.Dispose();

    [Fact]
    public async Task A_notice_ahead_of_it_takes_no_submission_out_of_the_queue()
    {
        Other("README.md", "# more\n");
        stage.Fixture.Ask("mine", 4);
        await stage.Review(2);
        (await stage.Queue(Group(1, 2))).Preview!.Verdict.ShouldBe(Verdict.Pass);
    }

    [Fact]
    public async Task An_unapproved_submission_does_not_pass_behind_a_notice()
    {
        Other("README.md", "# more\n");
        stage.Fixture.Ask("mine", 12);
        await stage.Review(2);
        (await stage.Queue(Group(1, 2))).Preview!.Verdict.ShouldBe(Verdict.NeedsApproval);
    }

    [Fact]
    public async Task Policies_ahead_of_it_would_judge_it_so_it_waits_for_them()
    {
        Other(
            "policies/quotas.yaml",
            ReviewFixture.Quotas.Replace("soft: {gpus: {a100: 8}}", "soft: {gpus: {a100: 2}}", StringComparison.Ordinal)
                + "\n"
        );
        stage.Fixture.Ask("mine", 4);
        await stage.Review(2);
        (await stage.Queue(Group(1, 2))).Preview!.Verdict.ShouldBe(Verdict.Blocked);
    }

    [Fact]
    public async Task One_that_is_both_by_itself_is_refused_in_a_group_as_well()
    {
        stage.GitHub.Push(
            stage.Fixture.Alice,
            "both",
            "Both",
            ReviewFixture.Files(
                ("README.md", "# more\n"),
                ("jobs-requests/vision/mine.yaml", ReviewFixture.Request("mine", 1))
            ),
            "main"
        );
        stage.GitHub.OpenPull(stage.Fixture.Alice, "both", "Both");
        stage.Fixture.Ask("other", 1);
        await stage.Review(2);
        (await stage.Queue(Group(1, 2))).Preview!.Verdict.ShouldBe(Verdict.Blocked);
    }

    private void Other(string path, string text)
    {
        stage.GitHub.Push(stage.Fixture.Alice, "other-things", "Else", ReviewFixture.Files((path, text)), "main");
        stage.GitHub.OpenPull(stage.Fixture.Alice, "other-things", "Something else");
    }

    private ObjectId Group(params ReadOnlySpan<int> pulls)
    {
        GitRepository git = stage.GitHub.Git;
        Signature queue = new("queue", "queue@example.com", stage.GitHub.Clock.GetUtcNow());
        ObjectId at = stage.Main;
        foreach (int pull in pulls)
        {
            ObjectId head = ObjectId.Parse(stage.Fixture.Head(pull));
            at = git.WriteCommit(git.MergeTree(at, head)!, [at, head], queue, queue, "Queue");
        }

        git.UpdateReference($"refs/heads/gh-readonly-queue/main/pr-{pulls[^1]}", at, null);
        return at;
    }
}
