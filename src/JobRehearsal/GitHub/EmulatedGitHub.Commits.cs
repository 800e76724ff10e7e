using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Rayquest.JobHosts.Git;

namespace Rayquest.JobRehearsal.GitHub;

/// <summary>Commits as REST's repositories and pull requests show them: with the accounts that own their addresses.</summary>
public sealed partial class EmulatedGitHub
{
    /// <summary>The account that owns an address, as GitHub finds it; anybody may write any address into a commit.</summary>
    private EmulatedUser? AccountOf(Signature person) =>
        NoReply().Match(person.Email) is { Success: true } match
            ? users.Values.FirstOrDefault(user => Same(user.Id, match.Groups["id"].Value))
            : null;

    private JsonObject CommitJson(CommitInfo commit)
    {
        var json = Shape.RepositoryCommit(commit, signed.Contains(commit.Id));
        json["author"] = Account(commit.Author);
        json["committer"] = Account(commit.Committer);
        return json;

        JsonNode? Account(Signature person) =>
            person.Email == Machine().Email ? Shape.User("web-flow", 19_864_447)
            : AccountOf(person) is { } user ? Shape.User(user)
            : null;
    }

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

    // 250 at most, however many there are.
    private IEnumerable<JsonNode> PullCommits(EmulatedPull pull) => CommitsOf(pull).Take(250).Select(CommitJson);

    private Reply GetRepositoryCommit(ObjectId id)
    {
        var commit = Git.ReadCommit(id);
        var json = CommitJson(commit);
        var changed = Git.Diff(commit.Parents.Count > 0 ? commit.Parents[0] : id, id);
        json["files"] = Shapes.List(changed.Take(300).Select(FileJson));
        json["stats"] = new JsonObject
        {
            ["additions"] = 0,
            ["deletions"] = 0,
            ["total"] = 0,
        };
        return new Reply(200, json);
    }

    [GeneratedRegex(@"\A(?<id>[0-9]{1,18})\+[^@]*@users\.noreply\.example\.com\z", RegexOptions.None, 1000)]
    private static partial Regex NoReply();
}
