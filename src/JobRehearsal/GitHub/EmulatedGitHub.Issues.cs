using System.Text.Json.Nodes;
using Rayquest.JobHosts.GitHub;

namespace Rayquest.JobRehearsal.GitHub;

/// <summary>Issues, comments, labels, and who may do what.</summary>
public sealed partial class EmulatedGitHub
{
    private Reply CreateIssue(EmulatedUser user, JsonObject body) =>
        new(201, IssueJson(OpenIssue(user, Required(body, "Issue", "title"), Text(body, "body") ?? "")));

    private Reply UpdateIssue(EmulatedIssue issue, EmulatedUser user, JsonObject body, bool pull)
    {
        MustOwn(issue.Author, user);
        if (body.ContainsKey("title"))
            issue.Title = Required(body, "Issue", "title");
        if (body.ContainsKey("body"))
            (issue.Body, issue.LastEditedAt, issue.Editor) = (Text(body, "body"), Clock.GetUtcNow(), user);
        if (Text(body, "state") is { } state && issue.IsOpen != (state == "open"))
        {
            SetState(issue, state == "open");
            if (issue is EmulatedPull changed)
                Notify(changed, state == "open" ? "reopened" : "closed", user);
        }

        if (Text(body, "state_reason") is { } reason)
            issue.StateReason = reason;
        issue.UpdatedAt = Tick();
        return pull ? GetPull((EmulatedPull)issue) : new Reply(200, IssueJson(issue));
    }

    private void SetState(EmulatedIssue issue, bool open)
    {
        if (issue is EmulatedPull { QueueEntry: not null } queued && !open)
            Leave(queued, "MANUAL", null);
        issue.IsOpen = open;
        issue.ClosedAt = open ? null : Clock.GetUtcNow();
        issue.UpdatedAt = Clock.GetUtcNow();
    }

    private Reply CreateComment(EmulatedIssue issue, EmulatedUser user, JsonObject body) =>
        new(201, Shape.Comment(Comment(user, issue.Number, Body(body, "IssueComment"))));

    private Reply UpdateComment(EmulatedComment comment, EmulatedUser user, JsonObject body)
    {
        MustOwn(comment.Author, user);
        comment.Body = Body(body, "IssueComment");
        comment.UpdatedAt = Tick();
        comment.LastEditedAt = comment.UpdatedAt;
        comment.Editor = user;
        comment.Edits++;
        issues[comment.Issue - 1].UpdatedAt = comment.UpdatedAt;
        return new Reply(200, Shape.Comment(comment));
    }

    private Reply DeleteComment(EmulatedComment comment, EmulatedUser user)
    {
        MustOwn(comment.Author, user);
        deletions.Add(new EmulatedDeletion(comment.Issue, comment.Author, user, Tick()));
        comments.Remove(comment);
        return new Reply(204);
    }

    // One's own, or anybody's for who may write.
    private static void MustOwn(EmulatedUser author, EmulatedUser user)
    {
        if (author != user && !user.CanWrite)
            throw new ApiFault(403, "Must have admin rights to Repository.");
    }

    private Reply SetLabels(EmulatedIssue issue, JsonObject body, bool replace)
    {
        var names = (body["labels"] as JsonArray ?? []).Select(label => label!.ToString()).ToList();
        if (names.FirstOrDefault(name => name.Length is 0 or > 50) is not null)
            throw Invalid("Label", "name", "invalid");
        if (replace)
            issue.Labels.Clear();
        foreach (var name in names.Where(name => !issue.Labels.Contains(name, StringComparer.OrdinalIgnoreCase)))
        {
            labels.TryAdd(name, new Label(name));
            issue.Labels.Add(labels[name].Name);
        }

        issue.UpdatedAt = Tick();
        return new Reply(200, Shapes.List(LabelsOf(issue).Select(Shape.Label)));
    }

    private Reply RemoveLabel(EmulatedIssue issue, string label) =>
        issue.Labels.RemoveAll(l => l.Equals(label, StringComparison.OrdinalIgnoreCase)) > 0
            ? new Reply(200, Shapes.List(LabelsOf(issue).Select(Shape.Label)))
            : throw new ApiFault(404, "Label does not exist");

    private Reply CreateLabel(JsonObject body)
    {
        var label = new Label(Required(body, "Label", "name"), Text(body, "color"), Text(body, "description"));
        if (label.Color is { } color && (color.Length != 6 || !color.All(char.IsAsciiHexDigit)))
            throw Invalid("Label", "color", "invalid");
        if (!labels.TryAdd(label.Name, label))
            throw Invalid("Label", "name", "already_exists");
        return new Reply(201, Shape.Label(label));
    }

    private IEnumerable<Label> LabelsOf(EmulatedIssue issue) => issue.Labels.Select(name => labels[name]);

    private JsonObject IssueJson(EmulatedIssue issue) =>
        Shape.Issue(issue, LabelsOf(issue), comments.Count(c => c.Issue == issue.Number));

    private Reply GetPermission(string login)
    {
        if (!users.TryGetValue(login, out var user))
            throw new ApiFault(404, $"{login} is not a user");
        var permission = user.Permission.ToString().ToLowerInvariant();
        var who = Shape.User(user);
        who["role_name"] = permission;
        return new Reply(
            200,
            new JsonObject
            {
                ["permission"] = permission,
                ["role_name"] = permission,
                ["user"] = who,
            }
        );
    }
}
