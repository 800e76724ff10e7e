using System.Text;
using System.Text.Json.Nodes;
using Rayquest.JobHosts.Git;

namespace Rayquest.JobRehearsal.GitHub;

/// <summary>Files, references and objects, out of the bare repository.</summary>
public sealed partial class EmulatedGitHub
{
    private Reply GetContents(ApiRequest request, string path)
    {
        var reference = request.Parameters.GetValueOrDefault("ref", "main");
        if (Git.TryResolve(reference) is not { } commit)
            throw new ApiFault(404, $"No commit found for the ref {reference}");
        var folder = path.Length == 0 ? "" : path + "/";
        var listed = Git.ListTree(commit, path.Length == 0 ? [] : [path]);
        if (listed.FirstOrDefault(entry => entry.Path == path) is { } file)
        {
            var content = Git.ReadBlobs([file.Id], 100 << 20)[file.Id];
            var small = content.Length <= 1 << 20;
            var json = Entry("file", path, file.Id, content.Length);
            json["encoding"] = small ? "base64" : "none";
            json["content"] = small ? Convert.ToBase64String(content) : "";
            return new Reply(200, json);
        }

        if (listed.Count == 0)
            throw new ApiFault(404, "Not Found");
        var sizes = Git.Sizes(listed.Select(entry => entry.Id));
        return new Reply(
            200,
            Shapes.List(
                listed
                    .GroupBy(entry => entry.Path[folder.Length..].Split('/')[0])
                    .Select(group =>
                        group.First() is var first && first.Path == folder + group.Key
                            ? Entry("file", first.Path, first.Id, sizes.GetValueOrDefault(first.Id))
                            : Entry("dir", folder + group.Key, ObjectId.Zero, 0)
                    )
            )
        );
    }

    private JsonObject Entry(string type, string path, ObjectId id, long size) =>
        new()
        {
            ["type"] = type,
            ["size"] = size,
            ["name"] = path[(path.LastIndexOf('/') + 1)..],
            ["path"] = path,
            ["sha"] = id.ToString(),
            ["url"] = Shape.Url("contents/" + path),
            ["git_url"] = Shape.Url("git/blobs/" + id),
            ["html_url"] = Shape.Url("blob/" + path),
            ["download_url"] = Shape.Url("raw/" + path),
            ["_links"] = new JsonObject
            {
                ["self"] = Shape.Url("contents/" + path),
                ["git"] = Shape.Url("git/blobs/" + id),
                ["html"] = Shape.Url("blob/" + path),
            },
        };

    private Reply GetReference(string reference) =>
        Git.TryResolve("refs/" + reference) is { } sha
            ? new Reply(200, Shape.Reference("refs/" + reference, sha))
            : throw new ApiFault(404, "Not Found");

    private Reply GetBlob(string sha)
    {
        if (!ObjectId.TryParse(sha, out var id) || !Git.ReadBlobs([id], 100 << 20).TryGetValue(id, out var content))
            throw new ApiFault(404, "Not Found");
        return new Reply(
            200,
            new JsonObject
            {
                ["sha"] = sha,
                ["node_id"] = "B_" + sha,
                ["size"] = content.Length,
                ["url"] = Shape.Url("git/blobs/" + sha),
                ["content"] = Convert.ToBase64String(content),
                ["encoding"] = "base64",
            }
        );
    }

    private Reply GetTree(ApiRequest request, string tree)
    {
        if (Git.TryResolve(tree) is not { } commit)
            throw new ApiFault(404, "Not Found");
        var entries = Git.ListTree(commit);
        if (!request.Parameters.ContainsKey("recursive"))
            entries = [.. entries.Where(entry => !entry.Path.Contains('/', StringComparison.Ordinal))];
        return new Reply(200, TreeJson(Git.ReadCommit(commit).Tree, entries));
    }

    private JsonObject TreeJson(ObjectId tree, IReadOnlyList<TreeEntry> entries)
    {
        var sizes = Git.Sizes(entries.Select(entry => entry.Id));
        return new JsonObject
        {
            ["sha"] = tree.ToString(),
            ["url"] = Shape.Url("git/trees/" + tree),
            ["tree"] = Shapes.List(
                entries.Select(entry => new JsonObject
                {
                    ["path"] = entry.Path,
                    ["mode"] = entry.Mode == EntryMode.Executable ? "100755" : "100644",
                    ["type"] = "blob",
                    ["sha"] = entry.Id.ToString(),
                    ["size"] = sizes.GetValueOrDefault(entry.Id),
                    ["url"] = Shape.Url("git/blobs/" + entry.Id),
                })
            ),
            ["truncated"] = false,
        };
    }

    private Reply GetCommit(string sha) =>
        ObjectId.TryParse(sha, out _) && Git.TryResolve(sha) is { } id
            ? new Reply(200, Shape.Commit(Git.ReadCommit(id), signed.Contains(id)))
            : throw new ApiFault(404, "Not Found");

    private Reply CreateBlob(JsonObject body)
    {
        var text = Text(body, "content") ?? throw Invalid("Blob", "content", "missing_field");
        var bytes = Text(body, "encoding") == "base64" ? Decode(text) : Encoding.UTF8.GetBytes(text);
        var sha = Git.WriteBlobs([bytes])[0].ToString();
        return new Reply(201, new JsonObject { ["sha"] = sha, ["url"] = Shape.Url("git/blobs/" + sha) });
    }

    // Trees exist here only on the way to a commit, so the base of one may be named by a commit or by a tree.
    private Reply CreateTree(JsonObject body)
    {
        var items = (body["tree"] as JsonArray ?? []).OfType<JsonObject>().ToList();
        if (items.Count == 0)
            throw new ApiFault(422, "Invalid tree info");
        var written = new Queue<ObjectId>(
            Git.WriteBlobs([.. items.Select(i => Text(i, "content")).OfType<string>().Select(Encoding.UTF8.GetBytes)])
        );
        var entries = items
            .Select(item => (Path: Required(item, "Tree", "path"), Mode: Mode(Text(item, "mode")), Id: IdOf(item)))
            .ToList();
        var @base = Text(body, "base_tree") is { } id ? ObjectId.Parse(id) : (ObjectId?)null;
        var tree = Git.WriteTree(@base, entries);
        var holder = Git.WriteCommit(tree, [], Machine(), Machine(), "tree");
        return new Reply(201, TreeJson(tree, Git.ListTree(holder)));

        ObjectId? IdOf(JsonObject item) =>
            Text(item, "content") is not null ? written.Dequeue()
            : Text(item, "sha") is { } sha ? ObjectId.Parse(sha)
            : null;
    }

    private Reply CreateCommit(EmulatedUser user, JsonObject body)
    {
        var tree = Required(body, "Commit", "tree");
        var parents = (body["parents"] as JsonArray ?? [])
            .Select(parent => ObjectId.Parse(parent!.ToString()))
            .ToList();
        var author = Person(body["author"] as JsonObject) ?? PersonOf(user, Tick());
        var commit = Git.WriteCommit(
            ObjectId.Parse(tree),
            parents,
            author,
            Person(body["committer"] as JsonObject) ?? author,
            Required(body, "Commit", "message")
        );
        // GitHub signs for Apps, and only what names nobody else.
        if (user.IsApp && !body.ContainsKey("author") && !body.ContainsKey("committer"))
            signed.Add(commit);
        return new Reply(201, Shape.Commit(Git.ReadCommit(commit), signed.Contains(commit)));
    }

    private Reply CreateReference(EmulatedUser user, JsonObject body)
    {
        var (name, sha) = (Required(body, "Reference", "ref"), Required(body, "Reference", "sha"));
        if (!name.StartsWith("refs/", StringComparison.Ordinal) || name.Split('/').Length < 3)
            throw new ApiFault(422, "Reference name must start with 'refs' and have at least two slashes.");
        if (Git.TryResolve(sha) is not { } target)
            throw new ApiFault(422, "Object does not exist");
        MustAllow(user, name, null, target);
        if (Git.UpdateReference(name, target, null) == ReferenceUpdate.Moved)
            throw new ApiFault(422, "Reference already exists");
        RecordPush(name, null, target, user);
        return new Reply(201, Shape.Reference(name, target));
    }

    private Reply UpdateReference(EmulatedUser user, string reference, JsonObject body)
    {
        var name = "refs/" + reference;
        if (Git.TryResolve(name) is not { } old)
            throw new ApiFault(422, "Reference does not exist");
        if (Git.TryResolve(Required(body, "Reference", "sha")) is not { } target)
            throw new ApiFault(422, "Object does not exist");
        if (body["force"]?.GetValue<bool>() != true && !Git.IsAncestor(old, target))
            throw new ApiFault(422, "Update is not a fast forward");
        MustAllow(user, name, old, target);
        Git.UpdateReference(name, target, old);
        RecordPush(name, old, target, user);
        FollowBranches();
        return new Reply(200, Shape.Reference(name, target));
    }

    private Reply DeleteReference(EmulatedUser user, string reference)
    {
        if (Git.TryResolve("refs/" + reference) is not { } old)
            throw new ApiFault(422, "Reference does not exist");
        MustAllow(user, "refs/" + reference, old, null);
        Git.DeleteReference("refs/" + reference, old);
        RecordPush("refs/" + reference, old, null, user);
        FollowBranches();
        return new Reply(204);
    }

    /// <summary>Writes one file as a commit of its own, as the editor on the page does.</summary>
    private Reply PutContents(EmulatedUser user, string path, JsonObject body)
    {
        var branch = Text(body, "branch") ?? "main";
        var reference = Heads + branch;
        if (Git.TryResolve(reference) is not { } head)
            throw new ApiFault(404, $"Branch {branch} not found");
        var content = Decode(Text(body, "content") ?? throw Invalid("Content", "content", "missing_field"));
        var known = Git.ListTree(head, [path]).FirstOrDefault(entry => entry.Path == path);
        if (known is not null && Text(body, "sha") is null)
            throw new ApiFault(422, "Invalid request.\n\n\"sha\" wasn't supplied.");
        if (known is not null && Text(body, "sha") != known.Id.ToString())
            throw new ApiFault(409, $"{path} does not match {Text(body, "sha")}");
        var tree = Git.WriteTree(head, [new TreeEdit(path, content)]);
        var commit = Git.WriteCommit(
            tree,
            [head],
            PersonOf(user, Tick()),
            Machine(),
            Required(body, "Content", "message")
        );
        MustAllow(user, reference, head, commit, status: 409);
        signed.Add(commit);
        Git.UpdateReference(reference, commit, head);
        RecordPush(reference, head, commit, user);
        FollowBranches();
        var written = Git.ListTree(commit, [path])[0];
        var json = Shape.Commit(Git.ReadCommit(commit), signed: true);
        return new Reply(
            known is null ? 201 : 200,
            new JsonObject { ["content"] = Entry("file", path, written.Id, content.Length), ["commit"] = json }
        );
    }
}
