using System.Text.Json.Nodes;
using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.GitHub;

namespace Rayquest.JobRehearsal.GitHub;

/// <summary>What GraphQL shows of a pull request's past, and what happens behind our back.</summary>
public sealed partial class EmulatedGitHub
{
    /// <summary>A bot that is none of ours, with a token that writes.</summary>
    public EmulatedUser AddBot(string login) => AddAppUser(login, 900_000 + login.Length);

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

    /// <summary>Somebody who may write repeats a status word for word.</summary>
    public void RepeatStatus(EmulatedUser by, string sha)
    {
        lock (gate)
        {
            var last = statuses.Last(status => status.Sha == sha);
            statuses.Add(last with { Id = NextId(), Creator = by, At = Tick() });
        }
    }

    private IEnumerable<GraphQLObject> TimelineOf(EmulatedPull pull, GraphQLField field, JsonObject variables)
    {
        var types = (field.Argument("itemTypes", variables) as JsonArray ?? []).Select(type => $"{type}").ToList();
        var items = new List<(string Type, GraphQLObject Item)>();
        foreach (var push in pull.Synchronizations.Where(push => push.Forced))
            items.Add(
                (
                    "HEAD_REF_FORCE_PUSHED_EVENT",
                    new GraphQLObject("HeadRefForcePushedEvent")
                    {
                        ["createdAt"] = _ => Shapes.Time(push.At),
                        ["actor"] = inner => push.Pusher is { } by ? inner.Select(ActorNode(by)) : null,
                        ["beforeCommit"] = inner => inner.Select(CommitNode(push.Before, variables)),
                        ["afterCommit"] = inner => inner.Select(CommitNode(push.After, variables)),
                    }
                )
            );
        foreach (var deletion in deletions.Where(deletion => deletion.Issue == pull.Number))
            items.Add(
                (
                    "COMMENT_DELETED_EVENT",
                    new GraphQLObject("CommentDeletedEvent")
                    {
                        ["createdAt"] = _ => Shapes.Time(deletion.At),
                        ["actor"] = inner => inner.Select(ActorNode(deletion.By)),
                        ["deletedCommentAuthor"] = inner => inner.Select(ActorNode(deletion.Author)),
                    }
                )
            );
        foreach (var review in pull.Reviews.Where(review => review.DismissedState is not null))
            items.Add(
                (
                    "REVIEW_DISMISSED_EVENT",
                    new GraphQLObject("ReviewDismissedEvent")
                    {
                        ["previousReviewState"] = _ => review.DismissedState,
                        ["review"] = inner => inner.Select(ReviewNode(review, variables)),
                    }
                )
            );
        return items.Where(item => types.Count == 0 || types.Contains(item.Type)).Select(item => item.Item);
    }

    private GraphQLObject BaseNode(EmulatedPull pull, JsonObject variables) =>
        new("Ref")
        {
            ["name"] = _ => pull.BaseBranch,
            ["target"] = field =>
                Git.TryResolve(Heads + pull.BaseBranch) is { } tip ? field.Select(CommitNode(tip, variables)) : null,
            // Only administrators see classic protection.
            ["branchProtectionRule"] = _ => null,
            ["rules"] = field =>
                Connection(
                    field,
                    variables,
                    ActiveRules(pull.BaseBranch),
                    applied => new GraphQLObject("RepositoryRule")
                    {
                        ["type"] = _ => applied.Rule.Type.ToUpperInvariant(),
                        ["parameters"] = inner =>
                            applied.Rule is { Type: "required_status_checks", Parameters: { } parameters }
                                ? inner.Select(
                                    new GraphQLObject("RequiredStatusChecksParameters")
                                    {
                                        ["strictRequiredStatusChecksPolicy"] = _ =>
                                            parameters["strict_required_status_checks_policy"]?.DeepClone() ?? false,
                                    }
                                )
                                : null,
                    }
                ),
        };

    private GraphQLObject IssueNode(int? number, JsonObject variables)
    {
        var issue =
            issues.Find(item => item.Number == number)
            ?? throw new GraphQLFault("NOT_FOUND", "Could not resolve to an issue with that number.");
        return new GraphQLObject("Issue")
        {
            ["author"] = field => field.Select(ActorNode(issue.Author)),
            ["userContentEdits"] = field =>
                Connection(
                    field,
                    variables,
                    issue.Editor is { } editor ? [editor] : Array.Empty<EmulatedUser>(),
                    by => new GraphQLObject("UserContentEdit") { ["editor"] = inner => inner.Select(ActorNode(by)) }
                ),
        };
    }
}
