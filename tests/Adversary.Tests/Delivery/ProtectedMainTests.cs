using System.Net;
using Rayquest.JobHosts;
using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.GitHub;
using Rayquest.JobHosts.Protection;
using Rayquest.JobHosts.StatusSync;
using Rayquest.JobRehearsal.GitHub;

namespace Rayquest.Adversary.Tests.Delivery;

/// <summary>Main takes nothing but pull requests, and nobody made the App a bypass actor: quotas must not fill up for ever.</summary>
[Hole(10)]
public sealed class ProtectedMainTests
{
    private const string Branch = "rayquest/archive";

    private static List<EmulatedPull> Proposed(LedgerStage stage) =>
        [.. stage.GitHub.Pulls.Where(pull => pull.HeadBranch == Branch)];

    [Fact]
    public void What_has_ended_is_proposed_by_one_pull_request_and_goes_when_it_is_merged()
    {
        using LedgerStage stage = new(isProtected: true);
        stage.Cluster.RayJob(LedgerStage.Job, LedgerStage.Succeeded, "uid-1");
        ArchiveResult first = stage.Pass();
        first.Commit.ShouldBeNull();
        first.Refusal!.Remedy.ShouldContain("bypass actor");
        EmulatedPull pull = Proposed(stage).ShouldHaveSingleItem();
        first.Pull.ShouldBe(pull.Number);
        stage.GitHub.LabelsOf(pull.Number).ShouldBe([Branch]);
        stage.IsOnMain.ShouldBeTrue("nobody has merged it");

        // Nothing is left to do: a pass tries main once more, and looks.
        stage.GitHub.ForgetCalls();
        stage.Pass().Pull.ShouldBe(pull.Number);
        stage
            .GitHub.Calls.Where(call => call.Method != "GET" && call.Status is 200 or 201)
            .Select(call => call.ToString())
            .Where(call => !call.Contains("graphql", StringComparison.Ordinal))
            .ShouldBeEmpty();
        Proposed(stage).Count.ShouldBe(1);

        // What ends meanwhile joins it.
        stage.Merged("bert", "bert-00000");
        stage.Cluster.RayJob("bert-00000", LedgerStage.Succeeded, "uid-2");
        stage.Pass().Pull.ShouldBe(pull.Number);
        Proposed(stage).Count.ShouldBe(1);

        stage.GitHub.Merge(stage.Alice, pull.Number);
        stage.OnMain.ShouldBe(["README.md"]);
        stage.Pass().Plan.Paths.ShouldBeEmpty();
        stage.View.Runs.ShouldAllBe(run => run.ArchivedAt != null && !run.IsLive);

        // The next ones are asked for anew.
        stage.Merged("gpt", "gpt-00000");
        stage.Cluster.RayJob("gpt-00000", LedgerStage.Succeeded, "uid-3");
        stage.Pass().Pull.ShouldNotBe(pull.Number);
        Proposed(stage).Count(other => other.IsOpen).ShouldBe(1);
    }

    [Fact]
    public void Cut_off_at_any_call_it_is_found_again_and_completed()
    {
        for (int call = 1; ; call++)
        {
            using LedgerStage stage = new(isProtected: true);
            stage.Cluster.RayJob(LedgerStage.Job, LedgerStage.Succeeded, "uid-1");
            bool struck = false;
            stage.BeforeArchive = () =>
            {
                stage.GitHub.ForgetCalls();
                stage.GitHub.FailWhen(
                    recorded => recorded.Number == call && (struck = true),
                    FaultKind.ConnectionReset,
                    afterEffect: true
                );
            };
            try
            {
                stage.Pass();
            }
            catch (HostException)
            {
                // The next pass does what is left.
            }

            stage.BeforeArchive = () => { };
            stage.GitHub.ForgetCalls();
            stage.Pass();
            EmulatedPull pull = Proposed(stage).ShouldHaveSingleItem($"cut off at call {call}");
            stage.GitHub.LabelsOf(pull.Number).ShouldBe([Branch]);
            stage.GitHub.Merge(stage.Alice, pull.Number);
            stage.OnMain.ShouldBe(["README.md"], $"cut off at call {call}");
            if (!struck)
            {
                call.ShouldBeGreaterThan(6);
                return;
            }
        }
    }

    [Fact]
    public void Who_closes_it_is_not_asked_again_for_the_same()
    {
        using LedgerStage stage = new(isProtected: true);
        stage.Cluster.RayJob(LedgerStage.Job, LedgerStage.Succeeded, "uid-1");
        stage.Pass();
        stage.GitHub.Close(Proposed(stage).Single().Number);
        stage.Pass().Pull.ShouldBe(Proposed(stage).Single().Number);
        Proposed(stage).Count.ShouldBe(1);
    }

    [Fact]
    public void A_job_that_runs_again_is_not_taken_along()
    {
        using LedgerStage stage = new(isProtected: true);
        stage.Cluster.RayJob(LedgerStage.Job, LedgerStage.Succeeded, "uid-1");
        stage.Pass();
        stage.Merged("bert", "bert-00000");
        stage.Cluster.RayJob("bert-00000", LedgerStage.Succeeded, "uid-2");
        // Argo CD made it anew before anybody merged the pull request.
        stage.Cluster.RayJob(LedgerStage.Job, LedgerStage.Running, "uid-3");
        stage.Pass();
        EmulatedPull open = Proposed(stage).Single(pull => pull.IsOpen);
        stage.GitHub.Merge(stage.Alice, open.Number);
        stage.OnMain.ShouldBe(["README.md", "jobs-requests/vision/resnet.yaml", "jobs/vision/resnet.yaml"]);
    }

    [Fact]
    public void A_push_that_a_hook_declines_is_a_refusal_by_name()
    {
        using LedgerStage stage = new();
        string hook = Path.Combine(stage.GitHub.Git.GitDirectory, "hooks", "pre-receive");
        Directory.CreateDirectory(Path.GetDirectoryName(hook)!);
        File.WriteAllText(hook, "#!/bin/sh\necho 'protected' >&2\nexit 1\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(hook, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        stage.Cluster.RayJob(LedgerStage.Job, LedgerStage.Succeeded, "uid-1");
        BranchProtected fault = Should.Throw<BranchProtected>(() => stage.Pass(byPush: true));
        fault.Branch.ShouldBe("main");
        fault.Cause.ShouldContain("hook declined");
        fault.Remedy.ShouldContain("docs/operations.md#");
    }

    [Theory]
    [InlineData(
        "git push failed (remote: error: GH013: Repository rule violations found for refs/heads/main. remote: - Changes must be made through a pull request.)"
    )]
    [InlineData(
        "git push failed (! x:refs/heads/main [remote rejected] (push declined due to repository rule violations))"
    )]
    [InlineData("git push failed (remote: error: GH006: Protected branch update failed for refs/heads/main.)")]
    [InlineData("git push failed (! x:refs/heads/main [remote rejected] (protected branch hook declined))")]
    [InlineData("git push failed (! x:refs/heads/main [remote rejected] (pre-receive hook declined))")]
    public void What_git_prints_for_it_is_known(string said) =>
        BranchRules.Refusal(new GitException(said, "r"), "main")!.Message.ShouldContain("bypass actor");

    [Theory]
    [InlineData(
        HttpStatusCode.UnprocessableEntity,
        "Repository rule violations found  Changes must be made through a pull request."
    )]
    [InlineData(HttpStatusCode.Conflict, "Repository rule violations found")]
    [InlineData(HttpStatusCode.UnprocessableEntity, "Required status check \"rayquest\" is expected.")]
    [InlineData(HttpStatusCode.Forbidden, "You're not authorized to push to this branch.")]
    public void What_the_API_answers_for_it_is_known(HttpStatusCode status, string reason) =>
        BranchRules.Refusal(new GitHubRefused(status, "PATCH", reason, "r"), "main").ShouldNotBeNull();

    [Fact]
    public void Other_faults_stay_what_they_are()
    {
        BranchRules.Refusal(new GitException("git push failed (Connection reset)", "r"), "main").ShouldBeNull();
        BranchRules
            .Refusal(
                new GitHubRefused(HttpStatusCode.Forbidden, "c", "Resource not accessible by integration", "r"),
                "main"
            )
            .ShouldBeNull();
        BranchRules.Refusal(new GitHubUnavailable("GitHub is down", "r"), "main").ShouldBeNull();
    }
}
