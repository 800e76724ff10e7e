using Rayquest.JobHosts;
using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.Review;
using Rayquest.JobRehearsal.GitHub;
using Rayquest.JobReport.Evaluation;
using Rayquest.JobReport.Status;

namespace Rayquest.Adversary.Tests.Delivery;

/// <summary>Main takes nothing but pull requests, ours neither: what was merged must be rendered all the same.</summary>
[Hole(10)]
public sealed class ProtectedRepairTests
{
    private const string Branch = "rayquest/repair";

    private static Stage Protected() =>
        new(options: new EmulatedGitHubOptions { RequiresPullRequest = true, RequiredContexts = ["rayquest"] });

    [Fact]
    public async Task A_forks_request_is_rendered_by_one_pull_request_that_passes_the_gate()
    {
        using Stage stage = Protected();
        ObjectId before = Fork(stage, "alice", "one", 4);
        ReviewOutcome outcome = await stage.Repair(before);
        EmulatedPull pull = Proposed(stage).ShouldHaveSingleItem();
        outcome.Commit.ShouldBeNull();
        outcome.Written.ShouldContain(line =>
            line.Contains($"pull request {pull.Number}", StringComparison.Ordinal)
            && line.Contains("bypass actor", StringComparison.Ordinal)
        );
        stage.GitHub.LabelsOf(pull.Number).ShouldContain(Branch);
        stage.OnMain("jobs/vision/one.yaml").ShouldBeNull("nobody has merged it");

        // Nothing is left to do.
        string head = stage.Fixture.Head(pull.Number);
        await stage.Repair(stage.Main);
        stage.Fixture.Head(pull.Number).ShouldBe(head);
        Proposed(stage).Count.ShouldBe(1);

        // What is merged meanwhile joins it.
        await stage.Repair(Fork(stage, "carol", "two", 2));
        Proposed(stage).ShouldHaveSingleItem().Number.ShouldBe(pull.Number);

        (await stage.VerdictOf(pull.Number)).ShouldBe(Verdict.Pass);
        before = stage.Main;
        stage.GitHub.Merge(stage.Fixture.Bob, pull.Number);
        stage.OnMain("jobs/vision/one.yaml").ShouldNotBeNull();
        stage.OnMain("jobs/vision/two.yaml").ShouldNotBeNull();
        await stage.Repair(before);
        Proposed(stage).Count.ShouldBe(1);
        stage.GitHub.Git.TryResolve("refs/heads/" + Branch).ShouldBeNull("it has nothing to add");
    }

    [Fact]
    public async Task What_was_approved_is_not_asked_for_again()
    {
        using Stage stage = Protected();
        ObjectId before = Fork(stage, "mallory", "big", 12, approved: true);
        await stage.Repair(before);
        EmulatedPull pull = Proposed(stage).ShouldHaveSingleItem();
        (await stage.VerdictOf(pull.Number)).ShouldBe(Verdict.Pass);

        // Whoever takes the approval back takes the rendering back.
        stage.GitHub.Review(stage.Fixture.Bob, 1, "CHANGES_REQUESTED");
        (await stage.VerdictOf(pull.Number)).ShouldNotBe(Verdict.Pass);
        ReviewOutcome outcome = await stage.Repair(stage.Main);
        Proposed(stage)
            .ShouldAllBe(
                other => !other.IsOpen,
                string.Join('\n', outcome.Written) + string.Join('\n', stage.GitHub.Calls.TakeLast(12))
            );
    }

    [Fact]
    public async Task What_nobody_approved_is_not_proposed_and_passes_on_no_branch()
    {
        using Stage stage = Protected();
        ObjectId before = Fork(stage, "mallory", "big", 12);
        await stage.Repair(before);
        Proposed(stage).ShouldBeEmpty();

        // The same files, had somebody approved.
        using (Stage other = Protected())
        {
            await other.Repair(Fork(other, "mallory", "big", 12, approved: true));
            stage.GitHub.Push(
                stage.Fixture.Mallory,
                Branch,
                "Render the merged requests",
                ReviewFixture.Files(("jobs/vision/big.yaml", Text(other, Branch, "jobs/vision/big.yaml"))),
                "main"
            );
        }

        int pull = stage.GitHub.OpenPull(stage.Fixture.Mallory, Branch, "Render the merged requests").Number;
        (await stage.VerdictOf(pull)).ShouldBe(Verdict.NeedsApproval);
    }

    [Fact]
    public async Task What_somebody_adds_to_it_does_not_pass_and_is_taken_out()
    {
        using Stage stage = Protected();
        await stage.Repair(Fork(stage, "mallory", "big", 12, approved: true));
        EmulatedPull pull = Proposed(stage).ShouldHaveSingleItem();
        stage.GitHub.Push(
            stage.Fixture.Mallory,
            Branch,
            "And this",
            ReviewFixture.Files(("jobs-requests/vision/more.yaml", ReviewFixture.Request("more", 1)))
        );
        (await stage.VerdictOf(pull.Number)).ShouldNotBe(Verdict.Pass);
        await stage.Repair(stage.Main);
        EmulatedPull now = Proposed(stage).Single(other => other.IsOpen);
        (await stage.VerdictOf(now.Number)).ShouldBe(Verdict.Pass);
        Text(stage, Branch, "jobs-requests/vision/more.yaml").ShouldBeNull();
    }

    [Fact]
    public async Task Foreign_files_are_put_back_by_it()
    {
        using Stage stage = Protected();
        stage.Fixture.Ask("one", 4);
        await stage.Land(1);
        string merged = stage.OnMain("jobs/vision/one.yaml")!;
        ObjectId before = stage.Main;
        stage.GitHub.Push(
            stage.Fixture.Mallory,
            "main",
            "Nothing to see",
            ReviewFixture.Files(
                ("jobs/vision/one.yaml", merged.Replace("a100", "h100", StringComparison.Ordinal)),
                ("jobs/vision/evil.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: evil}\n")
            )
        );
        await stage.Repair(before);
        EmulatedPull pull = Proposed(stage).ShouldHaveSingleItem();
        // The hourly run knows no push, and takes the forged file for a frozen one: what is open is not done yet.
        string head = stage.Fixture.Head(pull.Number);
        await stage.Repair(stage.Main);
        stage.Fixture.Head(pull.Number).ShouldBe(head);
        ReviewOutcome outcome = await stage.Review(pull.Number);
        outcome.Preview!.Verdict.ShouldBe(Verdict.Pass, outcome.Comment.ToString());
        stage.GitHub.Merge(stage.Fixture.Bob, pull.Number);
        stage.OnMain("jobs/vision/one.yaml").ShouldBe(merged);
        stage.OnMain("jobs/vision/evil.yaml").ShouldBeNull();
    }

    [Fact]
    public async Task Nobody_else_says_what_is_repaired_from()
    {
        using Stage stage = Protected();
        stage.Fixture.Ask("one", 4);
        await stage.Land(1);
        string merged = stage.OnMain("jobs/vision/one.yaml")!;
        string forged = merged.Replace("\"a100\":4", "\"a100\":1", StringComparison.Ordinal);
        forged.ShouldNotBe(merged);
        ObjectId before = stage.Main;
        stage.GitHub.Push(stage.Fixture.Mallory, "main", "Less", ReviewFixture.Files(("jobs/vision/one.yaml", forged)));
        ObjectId then = stage.Main;
        await stage.Repair(before);
        EmulatedPull repair = Proposed(stage).Single();
        (await stage.VerdictOf(repair.Number)).ShouldBe(Verdict.Pass);
        stage.GitHub.Merge(stage.Fixture.Bob, repair.Number);
        await stage.Repair(then);
        stage.OnMain("jobs/vision/one.yaml").ShouldBe(merged);

        // With the forged file as what was right, putting it back would be a repair.
        stage.GitHub.Push(
            stage.Fixture.Mallory,
            Branch,
            $"Render the merged requests\n\nRayquest-Repair-Since: {then}",
            ReviewFixture.Files(("jobs/vision/one.yaml", forged)),
            "main"
        );
        int pull = stage.GitHub.OpenPull(stage.Fixture.Mallory, Branch, "Render the merged requests").Number;
        (await stage.VerdictOf(pull)).ShouldBe(Verdict.Blocked);
        await stage.Repair(stage.Main);
        stage.OnMain("jobs/vision/one.yaml").ShouldBe(merged);
    }

    [Fact]
    public async Task Who_closes_it_is_not_asked_again_for_the_same()
    {
        using Stage stage = Protected();
        await stage.Repair(Fork(stage, "alice", "one", 4));
        stage.GitHub.Close(Proposed(stage).Single().Number);
        await stage.Repair(stage.Main);
        Proposed(stage).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Cut_off_at_any_call_it_is_found_again_and_completed()
    {
        for (int call = 1; ; call++)
        {
            using Stage stage = Protected();
            ObjectId before = Fork(stage, "alice", "one", 4);
            bool struck = false;
            stage.GitHub.ForgetCalls();
            stage.GitHub.FailWhen(
                recorded => recorded.Number == call && (struck = true),
                FaultKind.ConnectionReset,
                afterEffect: true
            );
            try
            {
                await stage.Repair(before);
            }
            catch (HostException)
            {
                // The next run does what is left.
            }

            stage.GitHub.ForgetCalls();
            await stage.Repair(before);
            EmulatedPull pull = Proposed(stage).ShouldHaveSingleItem($"cut off at call {call}");
            stage.GitHub.LabelsOf(pull.Number).ShouldContain(Branch);
            (await stage.VerdictOf(pull.Number)).ShouldBe(Verdict.Pass, $"cut off at call {call}");
            stage.GitHub.Git.References("refs/heads/rayquest/").Count.ShouldBe(1, $"cut off at call {call}");
            if (!struck)
            {
                call.ShouldBeGreaterThan(5);
                return;
            }
        }
    }

    [Fact]
    public async Task The_archives_pull_request_passes_the_gate()
    {
        using Stage stage = Protected();
        stage.Fixture.Ask("one", 4);
        await stage.Land(1);
        JobReport.Ledger.LedgerView ended = LifecycleFixture.Ledger(stage.GitHub, JobPhase.Succeeded);
        JobReport.Ledger.LedgerView running = LifecycleFixture.Ledger(stage.GitHub, JobPhase.Running);
        stage.GitHub.Push(
            stage.GitHub.Bot,
            "rayquest/archive",
            "Archive 1 finished job",
            ReviewFixture.Files(("jobs-requests/vision/one.yaml", null), ("jobs/vision/one.yaml", null)),
            "main"
        );
        int pull = stage.GitHub.OpenPull(stage.GitHub.Bot, "rayquest/archive", "Archive 1 finished job").Number;
        (await stage.VerdictOf(pull, ended)).ShouldBe(Verdict.Pass);
        (await stage.VerdictOf(pull, running)).ShouldBe(Verdict.NeedsApproval, "it runs again");
    }

    private static List<EmulatedPull> Proposed(Stage stage) =>
        [.. stage.GitHub.Pulls.Where(pull => pull.HeadBranch == Branch)];

    private static string? Text(Stage stage, string branch, string path) =>
        stage.GitHub.Git.ReadFile(stage.GitHub.Git.Resolve("refs/heads/" + branch), path) is { } bytes
            ? System.Text.Encoding.UTF8.GetString(bytes)
            : null;

    /// <summary>Merges a request from a fork, whose branch we can't commit to; main as it was before.</summary>
    private static ObjectId Fork(Stage stage, string login, string name, int gpus, bool approved = false)
    {
        EmulatedUser user = stage.GitHub.AddUser(login);
        stage.GitHub.PushToFork(
            user,
            name,
            "Ask",
            ReviewFixture.Files(($"jobs-requests/vision/{name}.yaml", ReviewFixture.Request(name, gpus)))
        );
        int pull = stage.GitHub.OpenPull(user, $"{login}:{name}", $"Run {name}").Number;
        if (approved)
        {
            stage.GitHub.Review(stage.Fixture.Bob, pull, "APPROVED");
        }

        ObjectId before = stage.Main;
        stage.GitHub.Succeed(stage.Fixture.Head(pull), "rayquest");
        stage.GitHub.Merge(stage.Fixture.Bob, pull);
        return before;
    }
}
