using System.Globalization;
using System.Text.Json.Nodes;
using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.GitHub;

namespace Rayquest.Rehearsal.GitHub;

/// <summary>What GraphQL shows of a pull request's past.</summary>
public sealed partial class EmulatedGitHub
{
    /// <summary>Somebody deletes a comment; writers may delete anybody's.</summary>
    public void DeleteComment(EmulatedUser by, long id)
    {
        lock (gate)
            DeleteComment(comments.Single(comment => comment.Id == id), by);
    }

    /// <summary>Somebody edits a comment; writers may edit anybody's.</summary>
    public void EditComment(EmulatedUser by, long id, string body)
    {
        lock (gate)
            UpdateComment(comments.Single(comment => comment.Id == id), by, new JsonObject { ["body"] = body });
    }

    /// <summary>A bot that is none of ours, with a token that writes.</summary>
    public EmulatedUser AddBot(string login) => AddIdentity(login + "[bot]", PermissionLevel.Write, isApp: true);

    /// <summary>Somebody takes all labels off, or puts others on: whoever may triage can.</summary>
    public void SetLabels(int number, params ReadOnlySpan<string> names)
    {
        lock (gate)
        {
            issues[number - 1].Labels.Clear();
            issues[number - 1].Labels.AddRange(names);
        }
    }

    /// <summary>A status that is there already, by our own account, without the evaluation that led to it.</summary>
    public void Succeed(string sha, string context)
    {
        lock (gate)
            statuses.Add(new EmulatedStatus(NextId(), sha, context, "success", "Ready to merge", null, Bot, Tick()));
    }

    /// <summary>Moves a branch to a commit, whatever was there.</summary>
    public void ForcePush(string branch, ObjectId commit)
    {
        lock (gate)
        {
            var reference = "refs/heads/" + branch;
            Git.UpdateReference(reference, commit, Git.TryResolve(reference));
            FollowBranches();
        }
    }

    private static JsonObject? Account(EmulatedUser? user) => 
        user is null
            ? null
            : new JsonObject
            {
                ["__typename"] = user.IsApp ? "Bot" : "User",
                ["login"] = user.Login,
            };

    // Accounts are known by the address of a commit, which whoever made it has written.
    private JsonObject Person(Signature person) =>
        new()
        {
            ["user"] = Account(
                users.Values.FirstOrDefault(user =>
                    person.Email == user.Login + "@users.noreply.example.com"
                    || person.Email == $"{user.Id}+{user.Login}@users.noreply.example.com"
                )
            ),
        };

    private JsonObject CommitNode(ObjectId commit)
    {
        var info = Git.ReadCommit(commit);
        return new JsonObject
        {
            ["oid"] = commit.ToString(),
            ["author"] = Person(info.Author),
            ["committer"] = Person(info.Committer),
            ["status"] = statuses.LastOrDefault(s => s.Sha == commit.ToString() && s.Context == "rayquest") is { } last
                ? new JsonObject
                {
                    ["context"] = new JsonObject
                    {
                        ["state"] = last.State.ToUpperInvariant(),
                        ["description"] = last.Description,
                    },
                }
                : null,
        };
    }

    private JsonObject CommitsNode(EmulatedPull pull) =>
        Connection(
            Git.Ahead(pull.BaseSha, pull.HeadSha, 100)
                .Reverse()
                .Select(commit => new JsonObject { ["commit"] = CommitNode(commit) })
        );

    private JsonObject TimelineNode(EmulatedPull pull) =>
        Connection(
            pull.ReplacedHeads.Select(head => new JsonObject
            {
                ["__typename"] = "HeadRefForcePushedEvent",
                ["actor"] = null,
                ["beforeCommit"] = CommitNode(head),
            })
                .Concat(
                    deletions
                        .Where(deletion => deletion.Issue == pull.Number)
                        .Select(deletion => new JsonObject
                        {
                            ["__typename"] = "CommentDeletedEvent",
                            ["createdAt"] = deletion.At.ToString("O", CultureInfo.InvariantCulture),
                            ["actor"] = Account(deletion.By),
                            ["deletedCommentAuthor"] = Account(deletion.Author),
                        })
                )
                .Concat(
                    pull.Reviews.Where(review => review.DismissedState is not null)
                        .Select(review => new JsonObject
                        {
                            ["__typename"] = "ReviewDismissedEvent",
                            ["previousReviewState"] = review.DismissedState,
                            ["review"] = new JsonObject
                            {
                                ["fullDatabaseId"] = review.Id.ToString(CultureInfo.InvariantCulture),
                            },
                        })
                )
        );

    private static JsonObject BaseNode(EmulatedPull pull) =>
        new() { ["name"] = pull.BaseBranch, ["branchProtectionRule"] = null, ["rules"] = null };

    private JsonObject IssueNode(int? number)
    {
        var issue =
            issues.Find(item => item.Number == number)
            ?? throw new GraphQLFault("NOT_FOUND", "Could not resolve to an issue with that number.");
        return new JsonObject
        {
            ["author"] = Account(issue.Author),
            ["userContentEdits"] = Connection(
                issue.Editors.Select(editor => new JsonObject { ["editor"] = Account(editor) })
            ),
        };
    }

    private JsonObject OpenPullsNode(string? branch)
    {
        var open = Connection(
            issues
                .OfType<EmulatedPull>()
                .Where(pull => pull.IsOpen && pull.BaseBranch == branch)
                .Select(pull => new JsonObject
                {
                    ["number"] = pull.Number,
                    ["isDraft"] = pull.Draft,
                    ["headRefOid"] = pull.HeadSha.ToString(),
                    ["commits"] = Connection([new JsonObject { ["commit"] = CommitNode(pull.HeadSha) }]),
                })
        );
        open["pageInfo"] = new JsonObject { ["hasNextPage"] = false, ["endCursor"] = null };
        return open;
    }

    private static JsonObject Connection(IEnumerable<JsonObject> nodes) =>
        new() { ["nodes"] = new JsonArray([.. nodes.Select(node => (JsonNode)node)]) };
}
