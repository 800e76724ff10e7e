using System.Text.Json.Nodes;
using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.GitHub;
using Rayquest.JobRehearsal.GitHub;

namespace Rayquest.JobHosts.Tests.GitHub;

/// <summary>Who wrote, changed, took away and pushed what, as the emulator tells it.</summary>
public sealed class EmulatedPeopleTests : IDisposable
{
    private readonly GitHubFixture fixture = new();

    private EmulatedGitHub GitHub => fixture.GitHub;

    public void Dispose() => fixture.Dispose();

    [Fact]
    public async Task A_writer_changes_and_deletes_what_others_said_and_a_reader_only_what_is_theirs()
    {
        EmulatedUser carol = GitHub.AddUser("carol", PermissionLevel.Read);
        EmulatedComment comment = GitHub.Comment(fixture.Bob, 1, "/revoke-quota");
        using GitHubClient reader = GitHub.Client(carol);
        (await Should.ThrowAsync<GitHubRefused>(reader.Issue.Comment.Delete(comment.Id))).Status.ShouldBe(
            System.Net.HttpStatusCode.Forbidden
        );
        IssueComment own = await reader.Issue.Comment.Create(1, "mine");
        await reader.Issue.Comment.Update(own.Id, "still mine");

        using GitHubClient alice = GitHub.Client(fixture.Alice);
        await alice.Issue.Comment.Update(comment.Id, "nothing to see");
        JsonNode told = await Ask(
            "query { repository(owner: \"acme\", name: \"ray-jobs\") { pullRequest(number: 1) { comments(first: 9) { nodes { author { login } editor { login } lastEditedAt body } } } } }"
        );
        JsonNode seen = told["pullRequest"]!["comments"]!["nodes"]![0]!;
        ($"{seen["author"]!["login"]}", $"{seen["editor"]!["login"]}").ShouldBe(("bob", "alice"));
        seen["lastEditedAt"].ShouldNotBeNull();
        await alice.Issue.Comment.Delete(comment.Id);
        GitHub.Comments.ShouldHaveSingleItem().Body.ShouldBe("still mine");
    }

    [Fact]
    public async Task A_review_says_when_it_was_changed_and_can_be_dismissed()
    {
        EmulatedReview review = GitHub.Review(fixture.Bob, 1, "APPROVED", "/approve-quota");
        GitHub.EditReview(review, "never mind");
        GitHub.DismissReview(1, review.Id);
        JsonNode told = await Ask(
            "query { repository(owner: \"acme\", name: \"ray-jobs\") { pullRequest(number: 1) { reviews(first: 9) { nodes { state lastEditedAt commit { oid } } } } } }"
        );
        JsonNode seen = told["pullRequest"]!["reviews"]!["nodes"]![0]!;
        $"{seen["state"]}".ShouldBe("DISMISSED");
        seen["lastEditedAt"].ShouldNotBeNull();
        $"{seen["commit"]!["oid"]}".ShouldBe(fixture.Head);
    }

    [Fact]
    public void A_login_that_was_given_up_can_be_somebody_elses_but_the_id_cannot()
    {
        long id = fixture.Bob.Id;
        EmulatedComment comment = GitHub.Comment(fixture.Bob, 1, "one");
        GitHub.Rename(fixture.Bob, "robert");
        EmulatedUser other = GitHub.AddUser("bob");
        comment.Author.Login.ShouldBe("robert");
        comment.Author.Id.ShouldBe(id);
        other.Id.ShouldNotBe(id);
    }

    [Fact]
    public async Task Commits_say_whose_address_they_bear_and_activity_says_who_pushed()
    {
        GitHub.Push(
            fixture.Bob,
            "resnet",
            "Slipped in",
            GitHubFixture.Content("README.md", "# x\n"),
            author: fixture.Alice
        );
        JsonNode commits = await Get("pulls/1/commits");
        commits
            .AsArray()
            .Select(commit => $"{commit!["author"]!["login"]}")
            .ShouldBe(["alice", "alice"], "an author is whoever the commit says");
        $"{commits[1]!["commit"]!["verification"]!["reason"]}".ShouldBe("unsigned");

        JsonNode activity = await Get("activity?ref=resnet");
        ($"{activity[0]!["actor"]!["login"]}", $"{activity[0]!["activity_type"]}").ShouldBe(("bob", "push"));
        $"{activity[0]!["after"]}".ShouldBe(fixture.Head);
        GitHub.Pull(1).Synchronizations.ShouldHaveSingleItem().Pusher.ShouldBe(fixture.Bob);
    }

    [Fact]
    public async Task A_fork_is_asked_for_its_own_activity()
    {
        EmulatedUser mallory = GitHub.AddUser("mallory", PermissionLevel.Read);
        GitHub.PushToFork(mallory, "mine", "Mine", GitHubFixture.Content("jobs-requests/t/z.yaml", "z"));
        (await Get("activity?ref=mine")).AsArray().ShouldBeEmpty();
        JsonNode activity = await Get("activity?ref=mine", "mallory");
        $"{activity[0]!["actor"]!["login"]}".ShouldBe("mallory");
    }

    private async Task<JsonNode> Get(string path, string owner = "acme")
    {
        using HttpClient http = Http();
        return JsonNode.Parse(await http.GetStringAsync(new Uri(GitHub.ApiUrl, $"repos/{owner}/ray-jobs/{path}")))!;
    }

    private async Task<JsonNode> Ask(string query)
    {
        using HttpClient http = Http();
        using StringContent body = new(new JsonObject { ["query"] = query }.ToJsonString());
        using HttpResponseMessage answer = await http.PostAsync(new Uri(GitHub.ApiUrl, "graphql"), body);
        JsonNode told = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        told["errors"].ShouldBeNull(told.ToJsonString());
        return told["data"]!["repository"]!;
    }

    private HttpClient Http()
    {
        HttpClient http = new();
        http.DefaultRequestHeaders.Add("Authorization", "Bearer " + GitHub.Bot.Token);
        return http;
    }
}
