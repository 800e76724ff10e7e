using System.Net;
using System.Text;
using System.Text.Json;
using Rayquest.JobHosts.GitHub;
using Rayquest.JobRehearsal.GitHub;

namespace Rayquest.JobHosts.Tests.GitHub;

public sealed class GitHubClientTests : IDisposable
{
    private readonly GitHubFixture fixture = new();

    private GitHubClient Client => fixture.Client;

    private EmulatedGitHub GitHub => fixture.GitHub;

    public void Dispose() => fixture.Dispose();

    [Fact]
    public async Task A_pull_request_is_read_with_its_ends()
    {
        var pull = await Client.PullRequest.Get(1);

        pull.Title.ShouldBe("Train resnet");
        pull.State.ShouldBe(ItemState.Open);
        pull.User!.Login.ShouldBe("alice");
        pull.Head.Ref.ShouldBe("resnet");
        pull.Head.Sha.ShouldBe(fixture.Head);
        pull.Base.Ref.ShouldBe("main");
        pull.IsFork.ShouldBeFalse();
        pull.Mergeable.ShouldBe(true);
        pull.ChangedFiles.ShouldBe(1);
    }

    [Fact]
    public async Task A_pull_request_from_a_fork_is_known_as_one()
    {
        var carol = GitHub.AddUser("carol", PermissionLevel.Read);
        GitHub.PushToFork(carol, "mine", "Ask", GitHubFixture.Content("jobs-requests/nlp/bert.yaml", "name: bert\n"));
        var opened = GitHub.OpenPull(carol, "carol:mine", "Train bert");

        var pull = await Client.PullRequest.Get(opened.Number);

        pull.IsFork.ShouldBeTrue();
        pull.Head.Repo!.FullName.ShouldBe("carol/ray-jobs");
        pull.Head.Label.ShouldBe("carol:mine");
        GitHub.Git.Resolve($"refs/pull/{opened.Number}/head").ToString().ShouldBe(pull.Head.Sha);
    }

    [Fact]
    public async Task Open_pull_requests_are_listed_over_pages()
    {
        for (var i = 0; i < 105; i++)
        {
            GitHub.Push(
                fixture.Alice,
                $"b{i}",
                "More",
                GitHubFixture.Content($"jobs-requests/t/{i}.yaml", "x"),
                "main"
            );
            GitHub.OpenPull(fixture.Alice, $"b{i}", $"Job {i}");
        }

        GitHub.Close(1);
        var open = await Client.PullRequest.GetAll(@base: "main");

        open.Count.ShouldBe(105);
        GitHub.Calls.Count.ShouldBe(2);
        GitHub.Calls[1].Query.ShouldContain("page=2");
        (await Client.PullRequest.GetAll(state: null)).Count.ShouldBe(106);
        (await Client.PullRequest.GetAll(head: "acme:b7")).ShouldHaveSingleItem().Title.ShouldBe("Job 7");
    }

    [Fact]
    public async Task Changed_files_are_listed()
    {
        var file = (await Client.PullRequest.Files(1)).ShouldHaveSingleItem();

        file.Filename.ShouldBe("jobs-requests/vision/resnet.yaml");
        file.Status.ShouldBe("added");
        file.Additions.ShouldBe(1);
    }

    [Fact]
    public async Task Reviews_come_with_the_head_they_were_about()
    {
        var first = fixture.Head;
        GitHub.Review(fixture.Bob, 1, "APPROVED");
        GitHub.Push(
            fixture.Alice,
            "resnet",
            "More",
            GitHubFixture.Content("jobs-requests/vision/resnet.yaml", "name: more\n")
        );
        GitHub.Review(fixture.Bob, 1, "CHANGES_REQUESTED", "no");

        var reviews = await Client.PullRequest.Review.GetAll(1);

        reviews
            .Select(review => review.State)
            .ShouldBe([PullRequestReviewState.Approved, PullRequestReviewState.ChangesRequested]);
        reviews[0].CommitId.ShouldBe(first);
        reviews[1].CommitId.ShouldBe(fixture.Head);
        reviews[0].User!.Login.ShouldBe("bob");
    }

    [Fact]
    public async Task A_review_can_carry_suggestions_on_lines()
    {
        var remark = new NewReviewComment("jobs-requests/vision/resnet.yaml", "```suggestion\nname: r\n```", 1);

        await Client.PullRequest.Review.Create(1, new NewPullRequestReview(fixture.Head, "COMMENT", "Fixes", [remark]));
        var comment = (await Client.PullRequest.ReviewComment.GetAll(1)).ShouldHaveSingleItem();

        comment.Line.ShouldBe(1);
        comment.Body.ShouldContain("suggestion");
        await Client.PullRequest.ReviewComment.Delete(comment.Id);
        (await Client.PullRequest.ReviewComment.GetAll(1)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Comments_are_made_changed_listed_and_deleted()
    {
        var made = await Client.Issue.Comment.Create(1, "first 🚀");
        await Client.Issue.Comment.Update(made.Id, "second");
        GitHub.Comment(fixture.Bob, 1, "by bob");

        var all = await Client.Issue.Comment.GetAllForIssue(1);
        await Client.Issue.Comment.Delete(made.Id);
        await Client.Issue.Comment.Delete(made.Id);

        all.Select(comment => (comment.Body, comment.User!.Login))
            .ShouldBe([("second", "github-actions[bot]"), ("by bob", "bob")]);
        GitHub.Comments.ShouldHaveSingleItem().Body.ShouldBe("by bob");
    }

    [Fact]
    public async Task A_comment_over_the_limit_is_refused_in_words()
    {
        await Client.Issue.Comment.Create(1, new string('x', 65_536));

        var fault = await Should.ThrowAsync<GitHubRefused>(Client.Issue.Comment.Create(1, new string('x', 65_537)));

        fault.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        fault.Reason.ShouldContain("too long");
    }

    [Fact]
    public async Task Labels_are_added_replaced_and_removed()
    {
        await Client.Issue.Labels.Create(new Label("rayquest/pass", "00ff00", "may run"));
        await Client.Issue.Labels.AddToIssue(1, ["rayquest/pass", "ray/queued"]);
        await Client.Issue.Labels.RemoveFromIssue(1, "ray/queued");
        await Client.Issue.Labels.RemoveFromIssue(1, "ray/queued");
        GitHub.LabelsOf(1).ShouldBe(["rayquest/pass"]);

        await Client.Issue.Labels.ReplaceAllForIssue(1, ["rayquest/blocked"]);

        (await Client.Issue.Labels.GetAllForIssue(1)).ShouldHaveSingleItem().Name.ShouldBe("rayquest/blocked");
        (await Client.PullRequest.Get(1)).Labels.ShouldHaveSingleItem().Name.ShouldBe("rayquest/blocked");
        (await Client.Issue.Labels.GetAllForRepository()).Count.ShouldBe(3);
        var twice = await Should.ThrowAsync<GitHubRefused>(Client.Issue.Labels.Create(new Label("rayquest/pass")));
        twice.Reason.ShouldContain("already_exists");
    }

    [Fact]
    public async Task The_newest_status_of_a_context_counts()
    {
        await Client.Repository.Status.Create(
            fixture.Head,
            new NewCommitStatus(CommitState.Pending, "rayquest", "looking")
        );
        await Client.Repository.Status.Create(
            fixture.Head,
            new NewCommitStatus(CommitState.Success, "rayquest", "may run")
        );

        var combined = await Client.Repository.Status.GetCombined(fixture.Head);

        combined.State.ShouldBe(CommitState.Success);
        combined.Statuses.ShouldHaveSingleItem().Description.ShouldBe("may run");
        (await Client.Repository.Status.GetAll(fixture.Head)).Count.ShouldBe(2);
        var longer = new NewCommitStatus(CommitState.Success, "rayquest", new string('x', 141));
        (
            await Should.ThrowAsync<GitHubRefused>(Client.Repository.Status.Create(fixture.Head, longer))
        ).Reason.ShouldContain("140");
    }

    [Fact]
    public async Task A_check_run_takes_annotations_by_fifties()
    {
        var run = await Client.Check.Run.Create(
            new NewCheckRun("rayquest review", fixture.Head, CheckStatus.InProgress, ExternalId: "1:abc")
        );
        var updated = await Client.Check.Run.Update(run.Id, Output(50));
        await Client.Check.Run.Update(run.Id, Output(1));

        updated.Status.ShouldBe(CheckStatus.Completed);
        updated.Conclusion.ShouldBe(CheckConclusion.Failure);
        var found = (await Client.Check.Run.GetAllForReference(fixture.Head, "rayquest review")).ShouldHaveSingleItem();
        found.ExternalId.ShouldBe("1:abc");
        found.Output.AnnotationsCount.ShouldBe(51);
        (await Client.Check.Run.GetAllAnnotations(run.Id)).Count.ShouldBe(51);
        (await Should.ThrowAsync<GitHubRefused>(Client.Check.Run.Update(run.Id, Output(51)))).Reason.ShouldContain(
            "50"
        );

        CheckRunUpdate Output(int annotations) =>
            new(
                CheckStatus.Completed,
                CheckConclusion.Failure,
                Output: new NewCheckRunOutput(
                    "blocked",
                    "1 error",
                    Annotations:
                    [
                        .. Enumerable
                            .Range(1, annotations)
                            .Select(line => new NewCheckRunAnnotation(
                                "a.yaml",
                                line,
                                line,
                                CheckAnnotationLevel.Failure,
                                "no"
                            )),
                    ]
                )
            );
    }

    [Fact]
    public async Task A_completed_check_run_needs_its_conclusion()
    {
        var run = new NewCheckRun("rayquest review", fixture.Head, CheckStatus.Completed);

        (await Should.ThrowAsync<GitHubRefused>(Client.Check.Run.Create(run))).Reason.ShouldContain("conclusion");
    }

    [Fact]
    public async Task Only_an_app_may_write_check_runs()
    {
        using var client = GitHub.Client(fixture.Alice);

        var fault = await Should.ThrowAsync<GitHubRefused>(
            client.Check.Run.Create(new NewCheckRun("x", fixture.Head, CheckStatus.Queued))
        );

        fault.Status.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Permissions_are_asked_of_github()
    {
        GitHub.AddUser("carol", PermissionLevel.Read);

        (await Client.Repository.Collaborator.ReviewPermission("bob")).Permission.ShouldBe(PermissionLevel.Write);
        (await Client.Repository.Collaborator.ReviewPermission("carol")).Permission.ShouldBe(PermissionLevel.Read);
        (await Client.Repository.Collaborator.ReviewPermission("../x")).Permission.ShouldBe(PermissionLevel.None);
        (await Client.Repository.Collaborator.ReviewPermission("who?")).Permission.ShouldBe(PermissionLevel.None);
    }

    [Fact]
    public async Task Files_are_read_by_path()
    {
        var file = await Client.Repository.Content.Find("jobs-requests/vision/resnet.yaml", fixture.Head);

        Encoding.UTF8.GetString(file!.Decode()!).ShouldBe("name: resnet\n");
        (await Client.Repository.Content.Find("jobs-requests/vision/resnet.yaml", "main")).ShouldBeNull();
    }

    [Fact]
    public async Task Deployments_carry_their_statuses()
    {
        var payload = JsonDocument.Parse("{\"job\":\"resnet-1f0c3\"}").RootElement;
        var made = await Client.Repository.Deployment.Create(
            new NewDeployment("main", "vision", "ray-job", "resnet", payload)
        );
        await Client.Repository.Deployment.Status.Create(made.Id, new NewDeploymentStatus(DeploymentState.InProgress));
        await Client.Repository.Deployment.Status.Create(
            made.Id,
            new NewDeploymentStatus(DeploymentState.Success, "done")
        );

        var found = (
            await Client.Repository.Deployment.GetAll(environment: "vision", task: "ray-job")
        ).ShouldHaveSingleItem();

        found.Id.ShouldBe(made.Id);
        (await Client.Repository.Deployment.Status.GetAll(made.Id))
            .Select(status => status.State)
            .ShouldBe([DeploymentState.Success, DeploymentState.InProgress]);
        (await Client.Repository.Deployment.GetAll(environment: "nlp")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_dispatch_is_received()
    {
        var payload = JsonDocument.Parse("{\"pull\":1}").RootElement;

        await Client.Repository.Dispatch(new NewRepositoryDispatch("rayquest-status", payload));

        GitHub.Dispatches.ShouldHaveSingleItem().Payload!["pull"]!.GetValue<int>().ShouldBe(1);
    }

    [Fact]
    public async Task A_merge_takes_the_judged_head_or_nothing()
    {
        var evaluated = fixture.Head;
        GitHub.Push(
            fixture.Alice,
            "resnet",
            "Sneak",
            GitHubFixture.Content("jobs-requests/vision/resnet.yaml", "name: evil\n")
        );

        var moved = await Client.PullRequest.Merge(1, new MergePullRequest(evaluated));
        var merged = await Client.PullRequest.Merge(
            1,
            new MergePullRequest(fixture.Head, PullRequestMergeMethod.Squash)
        );
        var again = await Client.PullRequest.Merge(1, new MergePullRequest(fixture.Head));

        moved.Outcome.ShouldBe(MergeOutcome.HeadMoved);
        merged.Outcome.ShouldBe(MergeOutcome.Merged);
        again.Outcome.ShouldBe(MergeOutcome.NotMergeable);
        GitHub.Git.Resolve("refs/heads/main").ToString().ShouldBe(merged.Sha);
        (await Client.PullRequest.Get(1)).Merged.ShouldBe(true);
        (await Client.Repository.Commit.PullRequests(merged.Sha!)).ShouldHaveSingleItem().Number.ShouldBe(1);
    }

    [Fact]
    public async Task A_conflict_is_not_mergeable()
    {
        GitHub.Push(
            fixture.Alice,
            "main",
            "Rival",
            GitHubFixture.Content("jobs-requests/vision/resnet.yaml", "name: rival\n")
        );

        var pull = await Client.PullRequest.Get(1);
        var result = await Client.PullRequest.Merge(1, new MergePullRequest(fixture.Head));

        pull.Mergeable.ShouldBe(false);
        result.Outcome.ShouldBe(MergeOutcome.NotMergeable);
        result.Reason.ShouldContain("onflict");
    }

    [Fact]
    public async Task A_commit_on_a_branch_is_made_for_one_head_only()
    {
        var evaluated = fixture.Head;
        var commit = new CommitOnBranch(
            "resnet",
            evaluated,
            "Render resnet",
            "by rayquest",
            [new FileAddition("jobs/vision/resnet.yaml", Encoding.UTF8.GetBytes("kind: RayJob # é\n"))],
            []
        );

        var made = await Client.GraphQL.CreateCommitOnBranch(commit);
        var late = await Client.GraphQL.CreateCommitOnBranch(commit);

        made.Oid.ShouldBe(fixture.Head);
        late.HeadMoved.ShouldBeTrue();
        var info = GitHub.Git.ReadCommit(GitHub.Git.Resolve(made.Oid!));
        info.Message.ShouldBe("Render resnet\n\nby rayquest\n");
        info.Parents.ShouldHaveSingleItem().ToString().ShouldBe(evaluated);
        var file = GitHub.Git.ReadFile(info.Id, "jobs/vision/resnet.yaml")!;
        Encoding.UTF8.GetString(file).ShouldBe("kind: RayJob # é\n");
        var drop = new CommitOnBranch("resnet", fixture.Head, "Drop", "", [], ["jobs/vision/resnet.yaml"]);
        (await Client.GraphQL.CreateCommitOnBranch(drop)).HeadMoved.ShouldBeFalse();
        GitHub.Git.ReadFile(GitHub.Git.Resolve(fixture.Head), "jobs/vision/resnet.yaml").ShouldBeNull();
    }

    [Theory]
    [InlineData("../escape")]
    [InlineData(".git/config")]
    public async Task A_commit_on_a_branch_keeps_to_the_tree(string path)
    {
        var commit = new CommitOnBranch("resnet", fixture.Head, "x", "", [new FileAddition(path, [1])], []);

        await Should.ThrowAsync<GitHubRefused>(Client.GraphQL.CreateCommitOnBranch(commit));
    }

    [Fact]
    public async Task A_comment_is_folded_away()
    {
        var comment = await Client.Issue.Comment.Create(1, "old");

        await Client.GraphQL.MinimizeComment(comment.NodeId);

        GitHub.Comments[0].MinimizedReason.ShouldBe("outdated");
        (await Should.ThrowAsync<GitHubRefused>(Client.GraphQL.MinimizeComment("IC_0"))).Status.ShouldBe(
            HttpStatusCode.NotFound
        );
    }

    [Fact]
    public async Task The_viewer_is_the_tokens_own_login() =>
        (await Client.GraphQL.Viewer()).ShouldBe("github-actions[bot]");

    [Fact]
    public async Task Auto_merge_waits_for_the_required_status()
    {
        using var strict = new GitHubFixture(new EmulatedGitHubOptions { RequiredContexts = ["rayquest"] });
        var client = strict.Client;
        var pull = await client.PullRequest.Get(1);

        pull.MergeableState.ShouldBe("blocked");
        (await client.PullRequest.Merge(1, new MergePullRequest(strict.Head))).Reason.ShouldContain("rayquest");
        await client.GraphQL.EnablePullRequestAutoMerge(pull.NodeId, PullRequestMergeMethod.Squash, pull.Head.Sha);
        (await client.PullRequest.Get(1)).AutoMerge!.MergeMethod.ShouldBe(PullRequestMergeMethod.Squash);
        await client.GraphQL.DisablePullRequestAutoMerge(pull.NodeId);
        (await client.PullRequest.Get(1)).AutoMerge.ShouldBeNull();
        await client.GraphQL.EnablePullRequestAutoMerge(pull.NodeId, PullRequestMergeMethod.Merge, pull.Head.Sha);
        await client.Repository.Status.Create(pull.Head.Sha, new NewCommitStatus(CommitState.Success, "rayquest"));

        (await client.PullRequest.Get(1)).Merged.ShouldBe(true);
    }

    [Fact]
    public async Task Objects_and_references_are_written_through_the_api()
    {
        var blob = await Client.Git.Blob.Create([0, 1, 255]);
        (await Client.Git.Blob.Get(blob.Sha)).Decode().ShouldBe(new byte[] { 0, 1, 255 });
        var main = await Client.Git.Reference.Find("heads/main");
        var parent = await Client.Git.Commit.Get(main!.Object.Sha);
        var tree = await Client.Git.Tree.Create(
            new NewTree([new NewTreeItem("ledger/a.json", "100644", "blob", blob.Sha)], parent.Tree.Sha)
        );
        var commit = await Client.Git.Commit.Create(new NewCommit("Note", tree.Sha, [parent.Sha]));

        (await Client.Git.Reference.Update("heads/main", commit.Sha))!.Object.Sha.ShouldBe(commit.Sha);
        (await Client.Git.Reference.Update("heads/main", parent.Sha)).ShouldBeNull();
        await Client.Git.Reference.Create("heads/ledger", commit.Sha);
        (
            await Should.ThrowAsync<GitHubRefused>(Client.Git.Reference.Create("heads/ledger", commit.Sha))
        ).Reason.ShouldContain("exists");
        await Client.Git.Reference.Delete("heads/ledger");
        (await Client.Git.Reference.Find("heads/ledger")).ShouldBeNull();
        (await Client.Git.Tree.Get(commit.Sha, recursive: true))
            .Tree.Select(item => item.Path)
            .ShouldBe(["README.md", "ledger/a.json"]);
    }

    [Fact]
    public async Task An_issue_becomes_a_pull_request_and_is_closed()
    {
        var issue = GitHub.OpenIssue(fixture.Bob, "A job", "form");
        GitHub.Push(
            fixture.Alice,
            "issue-2",
            "From the form",
            GitHubFixture.Content("jobs-requests/t/y.yaml", "name: y\n"),
            "main"
        );

        var pull = await Client.PullRequest.Create(new NewPullRequest("A job", "issue-2", "main", "for @bob"));
        var closed = await Client.Issue.Update(
            issue.Number,
            new IssueUpdate(State: ItemState.Closed, StateReason: "completed")
        );
        var renamed = await Client.PullRequest.Update(pull.Number, new PullRequestUpdate(Title: "A better job"));

        closed.State.ShouldBe(ItemState.Closed);
        renamed.Title.ShouldBe("A better job");
        (await Client.Issue.Get(issue.Number)).Body.ShouldBe("form");
        var twice = Client.PullRequest.Create(new NewPullRequest("A job", "issue-2", "main"));
        (await Should.ThrowAsync<GitHubRefused>(twice)).Reason.ShouldContain("already exists");
    }

    [Fact]
    public async Task What_cannot_be_seen_is_not_there_and_what_may_not_be_written_is_forbidden()
    {
        using var stranger = GitHub.Client(GitHub.AddUser("mallory", PermissionLevel.None));
        using var reader = GitHub.Client(GitHub.AddUser("carol", PermissionLevel.Read));

        (await Should.ThrowAsync<GitHubRefused>(stranger.PullRequest.Get(1))).Status.ShouldBe(HttpStatusCode.NotFound);
        (await Should.ThrowAsync<GitHubRefused>(reader.Issue.Labels.AddToIssue(1, ["x"]))).Status.ShouldBe(
            HttpStatusCode.Forbidden
        );
        (await reader.Repository.Get()).FullName.ShouldBe("acme/ray-jobs");
        var missing = await Should.ThrowAsync<GitHubRefused>(Client.PullRequest.Get(99));
        missing.Remedy.ShouldContain("number");
        missing.Cause.ShouldContain("GET repos/acme/ray-jobs/pulls/99");
    }

    [Fact]
    public async Task Nobody_approves_their_own_pull_request()
    {
        using var alice = GitHub.Client(fixture.Alice);

        var fault = await Should.ThrowAsync<GitHubRefused>(
            alice.PullRequest.Review.Create(1, new NewPullRequestReview(fixture.Head, "APPROVE"))
        );

        fault.Reason.ShouldContain("your own");
    }

    [Fact]
    public async Task What_has_not_changed_costs_no_quota()
    {
        await Client.PullRequest.Get(1);
        var left = Client.RateLimit.ShouldNotBeNull().Remaining;
        var again = await Client.PullRequest.Get(1);
        await Client.Issue.Comment.Create(1, "changes the count");
        var changed = await Client.PullRequest.Get(1);

        again.Title.ShouldBe("Train resnet");
        GitHub.Calls[1].Status.ShouldBe(304);
        GitHub.Calls[3].Status.ShouldBe(200);
        changed.UpdatedAt.ShouldBeGreaterThanOrEqualTo(again.UpdatedAt);
        Client.Calls.ShouldBe(new CallCounts(4, 1, 1, 0));
        Client.RateLimit.Remaining.ShouldBe(left - 2);
    }

    [Fact]
    public async Task Answers_are_kept_in_a_folder_between_runs()
    {
        var folder = Path.Combine(fixture.Folder, "cache");
        using (var first = GitHub.Client(adjust: options => options with { CacheFolder = folder }))
            await first.PullRequest.GetAll();
        foreach (var file in Directory.GetFiles(folder))
            File.ReadAllText(file).ShouldNotContain(GitHub.Bot.Token);

        using (var second = GitHub.Client(adjust: options => options with { CacheFolder = folder }))
            (await second.PullRequest.GetAll()).Count.ShouldBe(1);
        foreach (var file in Directory.GetFiles(folder))
            File.WriteAllText(file, "{ broken");
        using (var third = GitHub.Client(adjust: options => options with { CacheFolder = folder }))
            (await third.PullRequest.GetAll()).Count.ShouldBe(1);

        GitHub.Calls.Select(call => call.Status).ShouldBe([200, 304, 200]);
    }

    [Fact]
    public async Task An_evaluation_fits_its_number_of_calls()
    {
        await Read();
        Client.Calls.Total.ShouldBe(6);

        await Client.Issue.Comment.Create(1, "comment");
        await Client.Check.Run.Create(
            new NewCheckRun("rayquest review", fixture.Head, CheckStatus.Completed, CheckConclusion.Success)
        );
        await Client.Issue.Labels.ReplaceAllForIssue(1, ["rayquest/pass"]);
        var commit = new CommitOnBranch(
            "resnet",
            fixture.Head,
            "Render",
            "",
            [new FileAddition("jobs/a.yaml", [1])],
            []
        );
        var made = await Client.GraphQL.CreateCommitOnBranch(commit);
        await Client.Repository.Status.Create(made.Oid!, new NewCommitStatus(CommitState.Success, "rayquest"));

        Client.Calls.Total.ShouldBeLessThanOrEqualTo(12);

        async Task Read()
        {
            var pull = await Client.PullRequest.Get(1);
            await Client.PullRequest.Review.GetAll(1);
            await Client.Issue.Comment.GetAllForIssue(1);
            await Client.PullRequest.GetAll();
            await Client.Repository.Status.GetCombined(pull.Head.Sha);
            await Client.Check.Run.GetAllForReference(pull.Head.Sha, "rayquest review");
        }
    }
}
