using Rayquest.JobHosts.GitHub;
using Rayquest.JobRehearsal.GitHub;

namespace Rayquest.JobHosts.Tests.GitHub;

/// <summary>The harness finds writers that lose or double something, and passes one that doesn't.</summary>
public sealed class FaultMatrixTests
{
    private const string Marker = "<!-- test -->";

    [Fact]
    public async Task A_writer_that_looks_before_it_writes_always_ends_in_the_same_state()
    {
        var result = await Matrix(Careful).Run();

        result.Divergences.ShouldBeEmpty();
        result.Calls.ShouldBe(11);
        // Six calls read: seven faults and another run. Five write: also four lost answers and a kill.
        result.Tried.ShouldBe(1 + (6 * 8) + (5 * 13));
        result.Expected.ShouldContain("rayquest/pass");
        result.Expected.ShouldContain("<resnet~2> github-actions[bot]: Render resnet");
    }

    [Fact]
    public async Task A_writer_that_repeats_blindly_is_found_out()
    {
        var result = await Matrix(Careless).Run();

        result.Divergences.ShouldContain(d => d.What == "run twice");
        result.Divergences.ShouldContain(d => d.What == "call 1 of 1, BadGateway after its effect");
        result.Divergences.ShouldNotContain(d => d.What == "call 1 of 1, BadGateway before its effect");
    }

    private static FaultMatrix Matrix(Func<GitHubClient, CancellationToken, Task> act)
    {
        return new FaultMatrix
        {
            Arrange = GitHubFixture.Fresh,
            Act = async (github, cancel) =>
            {
                using var client = github.Client();
                await act(client, cancel);
            },
            TwoAtOnce = true,
            MayRunAgain = fault => fault is UnknownOutcome,
        };
    }

    private static async Task Careful(GitHubClient client, CancellationToken cancel)
    {
        var pull = await client.PullRequest.Get(1, cancel);
        var head = await Rendered(client, pull.Head.Sha, cancel);
        var body = $"{Marker} rendered at {head}";
        var mine = (await client.Issue.Comment.GetAllForIssue(1, cancel)).FirstOrDefault(IsMine);
        if (mine is null)
        {
            await WriteOnce.Run(
                client,
                async c => (await client.Issue.Comment.GetAllForIssue(1, c)).FirstOrDefault(IsMine),
                c => client.Issue.Comment.Create(1, body, c),
                cancel
            );
            // Somebody else may have looked at the same moment: the oldest stays.
            var all = await client.Issue.Comment.GetAllForIssue(1, cancel);
            foreach (var twin in all.Where(IsMine).Skip(1))
                await client.Issue.Comment.Delete(twin.Id, cancel);
        }
        else if (mine.Body != body)
            await client.Issue.Comment.Update(mine.Id, body, cancel);

        if ((await Runs(client, head, cancel)).Count == 0)
        {
            await WriteOnce.Run(
                client,
                async c => (await Runs(client, head, c)).FirstOrDefault(),
                c =>
                    client.Check.Run.Create(
                        new NewCheckRun("rayquest review", head, CheckStatus.Completed, CheckConclusion.Success),
                        c
                    ),
                cancel
            );
            // Check runs can't be deleted: the younger twin is renamed.
            foreach (var twin in (await Runs(client, head, cancel)).Skip(1))
                await client.Check.Run.Update(twin.Id, new CheckRunUpdate(Name: "superseded"), cancel);
        }

        await client.Repository.Status.Create(head, new NewCommitStatus(CommitState.Success, "rayquest", "ok"), cancel);
        await client.Issue.Labels.ReplaceAllForIssue(1, ["rayquest/pass"], cancel);

        static bool IsMine(IssueComment comment) => comment.Body!.Contains(Marker, StringComparison.Ordinal);
    }

    private static async Task<string> Rendered(GitHubClient client, string head, CancellationToken cancel)
    {
        if (await client.Repository.Content.Find("jobs/vision/resnet.yaml", head, cancel) is not null)
            return head;
        var file = new FileAddition("jobs/vision/resnet.yaml", [1, 2, 3]);
        var made = await WriteOnce.Run(
            client,
            async c =>
                (await client.PullRequest.Get(1, c)).Head.Sha is var now && now != head
                    ? new CommitOnBranchResult(now)
                    : null,
            c =>
                client.GraphQL.CreateCommitOnBranch(
                    new CommitOnBranch("resnet", head, "Render resnet", "", [file], []),
                    c
                ),
            cancel
        );
        return made.Oid ?? (await client.PullRequest.Get(1, cancel)).Head.Sha;
    }

    private static async Task<List<CheckRun>> Runs(GitHubClient client, string head, CancellationToken cancel) =>
        [.. (await client.Check.Run.GetAllForReference(head, "rayquest review", all: true, cancel)).OrderBy(r => r.Id)];

    private static async Task Careless(GitHubClient client, CancellationToken cancel)
    {
        try
        {
            await client.Issue.Comment.Create(1, "hello", cancel);
        }
        catch (UnknownOutcome)
        {
            await client.Issue.Comment.Create(1, "hello", cancel);
        }
    }
}
