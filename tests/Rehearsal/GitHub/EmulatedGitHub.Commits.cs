using System.Globalization;
using System.Text.Json.Nodes;
using Rayquest.JobHosts.Git;

namespace Rayquest.Rehearsal.GitHub;

/// <summary>Commits as a repository lists them: who they belong to, and whether GitHub itself signed them.</summary>
public sealed partial class EmulatedGitHub
{
    private readonly HashSet<ObjectId> signed = [];

    private Reply ListCommits(ApiRequest request)
    {
        if (Git.TryResolve(request.Parameters.GetValueOrDefault("sha", "main")) is not { } commit)
            throw new ApiFault(404, "Not Found");
        var most = int.Parse(request.Parameters.GetValueOrDefault("per_page", "30"), CultureInfo.InvariantCulture);
        var listed = new List<JsonObject>();
        for (ObjectId? next = commit; next is { } id && listed.Count < most; )
        {
            var info = Git.ReadCommit(id);
            listed.Add(CommitJson(info));
            next = info.Parents.Count > 0 ? info.Parents[0] : null;
        }

        return new Reply(200, Shapes.List(listed));
    }

    private JsonObject CommitJson(CommitInfo info)
    {
        var detail = Say.Commit(info);
        var byUs = signed.Contains(info.Id);
        detail["verification"] = new JsonObject
        {
            ["verified"] = byUs,
            ["reason"] = byUs ? "valid" : "unsigned",
            ["signature"] = null,
            ["payload"] = null,
            ["verified_at"] = null,
        };
        var committer = byUs ? Say.User("web-flow", 19864447) : Owner(info.Committer);
        var parents = detail["parents"]!.DeepClone();
        detail.Remove("parents");
        return new JsonObject
        {
            ["sha"] = info.Id.ToString(),
            ["node_id"] = $"C_{info.Id}",
            ["url"] = Say.Url("commits/" + info.Id),
            ["html_url"] = Say.Url("commit/" + info.Id),
            ["comments_url"] = Say.Url($"commits/{info.Id}/comments"),
            ["commit"] = detail,
            ["author"] = Owner(info.Author),
            ["committer"] = committer,
            ["parents"] = parents,
        };
    }

    // Whose address it is, whatever name stands beside it: an address is all a commit says.
    private JsonObject? Owner(Signature person)
    {
        var name = person.Email.Split('@')[0];
        var login = name[(name.IndexOf('+', StringComparison.Ordinal) + 1)..];
        return users.TryGetValue(login, out var user) ? Say.User(user) : null;
    }
}
