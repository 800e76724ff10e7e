using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.Review;
using Rayquest.JobRehearsal.GitHub;
using Rayquest.JobReport.Evaluation;

namespace Rayquest.Adversary.Tests;

/// <summary>What is evaluated is what would be merged, by whichever of GitHub's methods.</summary>
[Hole(5)]
public sealed class Hole05JudgedIsMerged : IDisposable
{
    private const string Path = "jobs-requests/vision/big.yaml";

    // Lines apart, so that Git merges changes of both.
    private const string Small =
        "name: big\nentrypoint: python train.py\ntimeout: 2h\nworkers:\n  replicas: 1\n  cpu: 4\n  memory: 16Gi\n  gpu: a100\n  gpus: 1\n";

    private readonly Stage stage = new();

    public void Dispose() => stage.Dispose();

    [Fact]
    public async Task Two_forks_that_edit_one_file_are_added_up()
    {
        stage.GitHub.Push(stage.Fixture.Alice, "seed", "Ask", ReviewFixture.Files((Path, Small)), "main");
        stage.GitHub.OpenPull(stage.Fixture.Alice, "seed", "Run big");
        await stage.Land(1);
        int replicas = Fork("alice", "replicas: 1", "replicas: 8");
        int gpus = Fork("mallory", "gpus: 1", "gpus: 8");
        (await stage.VerdictOf(replicas)).ShouldBe(Verdict.Pass);
        (await stage.VerdictOf(gpus)).ShouldBe(Verdict.Pass);

        ObjectId before = stage.Main;
        stage.GitHub.Merge(stage.Fixture.Bob, replicas);
        await stage.Merged(before);
        stage.StatusOf(stage.Fixture.Head(gpus)).ShouldNotBe("success", "together they ask for 64 of 16");
        (await stage.VerdictOf(gpus)).ShouldBe(Verdict.Blocked);
    }

    [Fact]
    public async Task A_criss_cross_merge_does_not_revert_a_policy_unseen()
    {
        ObjectId old = stage.Main;
        string lower = ReviewFixture.Quotas.Replace(
            "hard: {gpus: {a100: 16}}",
            "hard: {gpus: {a100: 8}}",
            StringComparison.Ordinal
        );
        ObjectId lowered = stage.GitHub.Push(
            stage.Fixture.Bob,
            "policy",
            "Lower the limit",
            ReviewFixture.Files(("policies/quotas.yaml", lower + "\n")),
            "main"
        );
        stage.GitHub.OpenPull(stage.Fixture.Bob, "policy", "Lower the limit");
        await stage.Review(1);
        stage.GitHub.Merge(stage.Fixture.Bob, 1);
        // Parents: main before the merge, and the policy's own head; the tree has the old policy, and a request.
        GitRepository git = stage.GitHub.Git;
        ObjectId tree = git.WriteTree(
            old,
            [
                new TreeEdit(
                    "jobs-requests/vision/mine.yaml",
                    System.Text.Encoding.UTF8.GetBytes(ReviewFixture.Request("mine", 1))
                ),
            ]
        );
        Signature mallory = new("mallory", "mallory@users.noreply.example.com", DateTimeOffset.UnixEpoch);
        ObjectId crossed = git.WriteCommit(tree, [old, lowered], mallory, mallory, "Ask for mine");
        git.UpdateReference("refs/heads/crossed", crossed, null);
        EmulatedPull pull = stage.GitHub.OpenPull(stage.Fixture.Mallory, "crossed", "Run mine");
        ReviewOutcome outcome = await stage.Review(pull.Number);
        if (outcome.Preview!.Verdict == Verdict.Pass)
        {
            stage.GitHub.Merge(stage.Fixture.Bob, pull.Number);
        }

        stage.OnMain("policies/quotas.yaml")!.ShouldContain("hard: {gpus: {a100: 8}}");
    }

    [Fact]
    public async Task A_conflict_is_a_verdict_of_its_own()
    {
        stage.GitHub.Push(stage.Fixture.Alice, "one", "Ask", ReviewFixture.Files((Path, Small)), "main");
        stage.GitHub.OpenPull(stage.Fixture.Alice, "one", "Run big");
        stage.GitHub.Push(
            stage.Fixture.Alice,
            "two",
            "Ask",
            ReviewFixture.Files((Path, Small.Replace("replicas: 1", "replicas: 2", StringComparison.Ordinal))),
            "main"
        );
        stage.GitHub.OpenPull(stage.Fixture.Alice, "two", "Run big");
        await stage.Land(1);
        ReviewOutcome outcome = await stage.Review(2);
        outcome.Preview!.Verdict.ShouldBe(Verdict.Blocked);
        outcome.Preview.Reasons.ShouldContain(r => r.Kind == ReasonKind.Conflict && r.Jobs.Contains(Path));
        stage.StatusOf(stage.Fixture.Head(2)).ShouldBe("failure");
    }

    [Fact]
    public async Task A_rebase_that_would_undo_what_the_base_got_meanwhile_is_refused()
    {
        string lower =
            ReviewFixture.Quotas.Replace(
                "hard: {gpus: {a100: 16}}",
                "hard: {gpus: {a100: 8}}",
                StringComparison.Ordinal
            ) + "\n";
        // The attacker's branch makes the same change and takes it back: a merge sees nothing of either.
        stage.GitHub.Push(
            stage.Fixture.Mallory,
            "undo",
            "Lower",
            ReviewFixture.Files(("policies/quotas.yaml", lower)),
            "main"
        );
        stage.GitHub.Push(
            stage.Fixture.Mallory,
            "undo",
            "Ask for mine",
            ReviewFixture.Files(
                ("policies/quotas.yaml", ReviewFixture.Quotas + "\n"),
                ("jobs-requests/vision/mine.yaml", ReviewFixture.Request("mine", 1))
            )
        );
        stage.GitHub.OpenPull(stage.Fixture.Mallory, "undo", "Run mine");
        (await stage.VerdictOf(1)).ShouldBe(Verdict.Pass, "nothing has happened on main yet");
        stage.GitHub.Push(
            stage.Fixture.Bob,
            "main",
            "Lower the limit",
            ReviewFixture.Files(("policies/quotas.yaml", lower))
        );
        ReviewOutcome outcome = await stage.Review(1);
        outcome.Preview!.Verdict.ShouldBe(Verdict.Blocked);
        outcome.Preview.Reasons.ShouldContain(r => r.Kind == ReasonKind.RebaseDiffers);
    }

    private int Fork(string login, string from, string to)
    {
        EmulatedUser user = stage.GitHub.AddUser(login);
        stage.GitHub.PushToFork(
            user,
            "edit",
            "Edit",
            ReviewFixture.Files((Path, Small.Replace(from, to, StringComparison.Ordinal)))
        );
        return stage.GitHub.OpenPull(user, $"{login}:edit", "Edit").Number;
    }
}
