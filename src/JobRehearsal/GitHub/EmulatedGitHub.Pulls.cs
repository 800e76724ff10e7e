using System.Text.Json.Nodes;
using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.GitHub;

namespace Rayquest.JobRehearsal.GitHub;

/// <summary>Pull requests and their reviews.</summary>
public sealed partial class EmulatedGitHub
{
    private readonly Dictionary<(ObjectId Base, ObjectId Head), IReadOnlyList<TreeChange>> changes = [];

    private Reply ListPulls(ApiRequest request)
    {
        var state = request.Parameters.GetValueOrDefault("state", "open");
        var head = request.Parameters.GetValueOrDefault("head");
        var @base = request.Parameters.GetValueOrDefault("base");
        return Page(
            request,
            issues
                .OfType<EmulatedPull>()
                .Where(p => state == "all" || p.IsOpen == (state == "open"))
                .Where(p => head is null || head == $"{p.HeadOwner}:{p.HeadBranch}")
                .Where(p => @base is null || @base == p.BaseBranch)
                .OrderByDescending(p =>
                    request.Parameters.GetValueOrDefault("sort") == "updated" ? p.UpdatedAt : default
                )
                .ThenByDescending(p => p.Number)
                .Select(PullJson)
        );
    }

    private Reply GetPull(EmulatedPull pull)
    {
        var json = PullJson(pull);
        var mergeable = pull.IsOpen && MergedTree(pull) is not null;
        var state = MergeStateOf(pull).ToLowerInvariant();
        json["merged"] = pull.MergedAt is not null;
        json["mergeable"] = pull.IsOpen ? mergeable : null;
        json["rebaseable"] = pull.IsOpen ? mergeable : null;
        json["mergeable_state"] = state;
        json["merged_by"] = pull.MergedBy is { } by ? Shape.User(by) : null;
        json["comments"] = comments.Count(c => c.Issue == pull.Number);
        json["review_comments"] = pull.ReviewComments.Count;
        json["maintainer_can_modify"] = pull.IsFork;
        json["commits"] = 1;
        json["additions"] = 0;
        json["deletions"] = 0;
        json["changed_files"] = ChangesOf(pull).Count;
        return new Reply(200, json);
    }

    private Reply CreatePull(EmulatedUser user, JsonObject body)
    {
        var pull = OpenPull(
            user,
            Required(body, "PullRequest", "head"),
            Required(body, "PullRequest", "title"),
            Text(body, "body"),
            Required(body, "PullRequest", "base")
        );
        pull.Draft = body["draft"]?.GetValue<bool>() ?? false;
        return new Reply(201, GetPull(pull).Body);
    }

    private IReadOnlyList<TreeChange> ChangesOf(EmulatedPull pull)
    {
        var key = (pull.BaseSha, pull.HeadSha);
        if (!changes.TryGetValue(key, out var found))
            changes[key] = found = Difference(pull);
        return found;
    }

    // Of a change with more paths than anybody reads GitHub shows none either.
    private IReadOnlyList<TreeChange> Difference(EmulatedPull pull)
    {
        try
        {
            return Git.Diff(Git.MergeBase(pull.BaseSha, pull.HeadSha) ?? pull.BaseSha, pull.HeadSha);
        }
        catch (TooManyEntries)
        {
            return [];
        }
    }

    private IEnumerable<JsonNode> Files(EmulatedPull pull) => ChangesOf(pull).Take(3000).Select(FileJson);

    private JsonObject FileJson(TreeChange change) =>
        new()
        {
            ["sha"] = (change.IsDeleted ? change.OldId : change.NewId).ToString(),
            ["filename"] = change.Path,
            ["status"] =
                change.IsAdded ? "added"
                : change.IsDeleted ? "removed"
                : "modified",
            ["additions"] = Lines(change.NewId),
            ["deletions"] = Lines(change.OldId),
            ["changes"] = Lines(change.NewId) + Lines(change.OldId),
            ["blob_url"] = Shape.Url("blob/" + change.Path),
            ["raw_url"] = Shape.Url("raw/" + change.Path),
            ["contents_url"] = Shape.Url("contents/" + change.Path),
        };

    private int Lines(ObjectId blob) =>
        Git.ReadBlobs([blob], 10 << 20).GetValueOrDefault(blob)?.Count(b => b == (byte)'\n') ?? 0;

    private IEnumerable<JsonNode> PullsWith(ObjectId commit) =>
        issues
            .OfType<EmulatedPull>()
            .Where(pull => pull.MergeCommit == commit || pull.HeadSha == commit)
            .Select(PullJson);

    private JsonObject PullJson(EmulatedPull pull) => Shape.Pull(pull, LabelsOf(pull));

    private IEnumerable<JsonNode> Reviews(EmulatedPull pull) => pull.Reviews.Select(r => Shape.Review(r, pull.Number));

    private IEnumerable<JsonNode> ReviewComments(EmulatedPull pull) =>
        pull.ReviewComments.Select(c => Shape.ReviewComment(c, pull.Number));

    private Reply CreateReview(EmulatedPull pull, EmulatedUser user, JsonObject body)
    {
        var state = Text(body, "event") switch
        {
            "APPROVE" => "APPROVED",
            "REQUEST_CHANGES" => "CHANGES_REQUESTED",
            "COMMENT" => "COMMENTED",
            null => "PENDING",
            _ => throw Invalid("PullRequestReview", "event", "invalid"),
        };
        if (user == pull.Author && state is "APPROVED" or "CHANGES_REQUESTED")
            throw new ApiFault(422, "Unprocessable Entity", "Can not approve your own pull request");
        var commit = Text(body, "commit_id") ?? pull.HeadSha.ToString();
        var remarks = (body["comments"] as JsonArray ?? []).OfType<JsonObject>().ToList();
        var changed = remarks.Count == 0 ? [] : ChangesOf(pull).Select(change => change.Path).ToHashSet();
        if (remarks.Any(remark => !changed.Contains(Required(remark, "PullRequestReviewComment", "path"))))
            throw new ApiFault(422, "Unprocessable Entity", "Path could not be resolved");
        var review = new EmulatedReview(NextId(), user, state, commit, Text(body, "body") ?? "", Tick());
        if (state is "COMMENTED" or "CHANGES_REQUESTED" && review.Body.Length == 0 && remarks.Count == 0)
            throw new ApiFault(422, "Unprocessable Entity", "Review body can't be blank");
        pull.Reviews.Add(review);
        foreach (var remark in remarks)
            pull.ReviewComments.Add(
                new EmulatedReviewComment(
                    NextId(),
                    review.Id,
                    user,
                    Text(remark, "path")!,
                    Integer(remark, "line") ?? throw Invalid("PullRequestReviewComment", "line", "missing_field"),
                    Integer(remark, "start_line"),
                    Body(remark, "PullRequestReviewComment"),
                    commit,
                    review.SubmittedAt
                )
            );
        TryAutoMerge(pull);
        return new Reply(200, Shape.Review(review, pull.Number));
    }

    private static EmulatedReview ReviewOf(EmulatedPull pull, string id) =>
        pull.Reviews.Find(r => Same(r.Id, id)) ?? throw new ApiFault(404, "Not Found");

    private Reply UpdateReview(EmulatedPull pull, EmulatedUser user, string id, JsonObject body)
    {
        var review = ReviewOf(pull, id);
        if (review.Author != user)
            throw new ApiFault(403, "Resource not accessible by integration");
        review.Body = Body(body, "PullRequestReview");
        (review.LastEditedAt, review.Editor) = (Tick(), user);
        return new Reply(200, Shape.Review(review, pull.Number));
    }

    private Reply Dismiss(EmulatedPull pull, string id, JsonObject body)
    {
        Required(body, "PullRequestReview", "message");
        var review = ReviewOf(pull, id);
        if (review.State is not ("APPROVED" or "CHANGES_REQUESTED"))
            throw new ApiFault(422, "Can not dismiss a commented pull request review");
        review.Dismiss();
        return new Reply(200, Shape.Review(review, pull.Number));
    }

    private Reply DeleteReviewComment(string id)
    {
        var gone = issues.OfType<EmulatedPull>().Sum(p => p.ReviewComments.RemoveAll(c => Same(c.Id, id)));
        return gone > 0 ? new Reply(204) : throw new ApiFault(404, "Not Found");
    }
}
