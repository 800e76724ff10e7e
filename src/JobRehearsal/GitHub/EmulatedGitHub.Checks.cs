using System.Text;
using System.Text.Json.Nodes;
using Rayquest.JobHosts.Git;

namespace Rayquest.JobRehearsal.GitHub;

/// <summary>Commit statuses and check runs.</summary>
public sealed partial class EmulatedGitHub
{
    private Reply CreateStatus(string sha, EmulatedUser user, JsonObject body)
    {
        if (!ObjectId.TryParse(sha, out var id) || Git.TryResolve(sha) is null)
            throw new ApiFault(422, $"No commit found for SHA: {sha}");
        var state = Text(body, "state");
        if (state is not ("error" or "failure" or "pending" or "success"))
            throw Invalid("Status", "state", "invalid");
        if (Text(body, "description") is { Length: > 140 })
            throw new ApiFault(
                422,
                "Validation Failed",
                Custom("Status", "description", "description is too long (maximum is 140 characters)")
            );
        var context = Text(body, "context") ?? "default";
        if (StatusesOf(id).Count(s => s.Context == context) >= 1000)
            throw new ApiFault(
                422,
                "Validation Failed",
                Custom("Status", "sha", "This SHA and context has reached the maximum number of statuses.")
            );
        var status = new EmulatedStatus(
            NextId(),
            sha,
            context,
            state,
            Text(body, "description"),
            Text(body, "target_url"),
            user,
            Tick()
        );
        statuses.Add(status);
        Reported(id);
        return new Reply(201, Shape.Status(status, withCreator: true));
    }

    // A status may be what a pull request, or a group of the queue, has waited for.
    private void Reported(ObjectId commit)
    {
        foreach (var pull in issues.OfType<EmulatedPull>().Where(p => p.IsOpen && p.HeadSha == commit).ToList())
            TryAutoMerge(pull);
        foreach (var branch in queues.Keys.ToList())
            Advance(branch);
    }

    private IEnumerable<EmulatedStatus> StatusesOf(ObjectId commit) =>
        statuses.Where(status => status.Sha == commit.ToString()).Reverse();

    private Reply GetCombined(ApiRequest request, ObjectId commit)
    {
        var newest = StatusesOf(commit).DistinctBy(status => status.Context).ToList();
        var state =
            newest.Any(s => s.State is "failure" or "error") ? "failure"
            : newest.Count == 0 || newest.Any(s => s.State == "pending") ? "pending"
            : "success";
        return new Reply(
            200,
            new JsonObject
            {
                ["state"] = state,
                ["statuses"] = Page(request, newest.Select(s => Shape.Status(s, withCreator: false))).Body!,
                ["sha"] = commit.ToString(),
                ["total_count"] = newest.Count,
                ["repository"] = Shape.Repository(Name.Owner, 1, fork: false),
                ["commit_url"] = Shape.Url($"commits/{commit}"),
                ["url"] = Shape.Url($"commits/{commit}/status"),
            }
        );
    }

    private Reply CreateCheckRun(EmulatedUser user, JsonObject body)
    {
        OnlyApps(user);
        var name = Required(body, "CheckRun", "name");
        var sha = Required(body, "CheckRun", "head_sha");
        if (!ObjectId.TryParse(sha, out _) || Git.TryResolve(sha) is null)
            throw new ApiFault(422, $"No commit found for SHA: {sha}");
        CheckOutput(body);
        var run = new EmulatedCheckRun(NextId(), name, sha, user, Tick());
        Apply(run, body);
        checkRuns.Add(run);
        Reported(ObjectId.Parse(sha));
        return new Reply(201, Shape.CheckRun(run));
    }

    private Reply UpdateCheckRun(EmulatedCheckRun run, EmulatedUser user, JsonObject body)
    {
        OnlyApps(user);
        CheckOutput(body);
        Apply(run, body);
        Reported(ObjectId.Parse(run.HeadSha));
        return new Reply(200, Shape.CheckRun(run));
    }

    private static void OnlyApps(EmulatedUser user)
    {
        if (!user.IsApp)
            throw new ApiFault(403, "You must authenticate via a GitHub App.");
    }

    private static void CheckOutput(JsonObject body)
    {
        string[] conclusions =
        [
            "action_required",
            "cancelled",
            "failure",
            "neutral",
            "success",
            "skipped",
            "stale",
            "timed_out",
        ];
        var conclusion = Text(body, "conclusion");
        if (conclusion is not null && !conclusions.Contains(conclusion))
            throw Invalid("CheckRun", "conclusion", "invalid");
        if (Text(body, "status") == "completed" && conclusion is null)
            throw Invalid("CheckRun", "conclusion", "missing_field");
        if (body["output"] is not JsonObject output)
            return;
        Required(output, "CheckRun", "title");
        Required(output, "CheckRun", "summary");
        foreach (var field in (string[])["summary", "text"])
            if (Encoding.UTF8.GetByteCount(Text(output, field) ?? "") > 65_535)
                throw new ApiFault(
                    422,
                    "Validation Failed",
                    Custom("CheckRun", field, $"{field} exceeds a maximum bytesize of 65535")
                );
        var annotations = output["annotations"] as JsonArray ?? [];
        if (annotations.Count > 50)
            throw new ApiFault(422, "Invalid request.\n\nNo more than 50 items are allowed; more were supplied.");
        foreach (var annotation in annotations.OfType<JsonObject>())
        {
            foreach (var field in (string[])["path", "message"])
                Required(annotation, "CheckRun", field);
            if (Text(annotation, "annotation_level") is not ("notice" or "warning" or "failure"))
                throw Invalid("CheckRun", "annotation_level", "invalid");
            var (first, last) = (Integer(annotation, "start_line"), Integer(annotation, "end_line"));
            if (first is null or < 1 || last is null || last < first)
                throw Invalid("CheckRun", "annotations", "invalid");
            if (first != last && (annotation.ContainsKey("start_column") || annotation.ContainsKey("end_column")))
                throw Invalid("CheckRun", "start_column", "invalid");
            if (Encoding.UTF8.GetByteCount(Text(annotation, "message")!) > 64 * 1024)
                throw Invalid("CheckRun", "message", "invalid");
        }
    }

    private void Apply(EmulatedCheckRun run, JsonObject body)
    {
        run.Name = Text(body, "name") ?? run.Name;
        run.ExternalId = Text(body, "external_id") ?? run.ExternalId;
        run.DetailsUrl = Text(body, "details_url") ?? run.DetailsUrl;
        run.Status = Text(body, "status") ?? run.Status;
        if (Text(body, "conclusion") is { } conclusion)
            (run.Conclusion, run.Status, run.CompletedAt) = (conclusion, "completed", Tick());
        else if (body.ContainsKey("status"))
            (run.Conclusion, run.CompletedAt) = (null, null);
        if (body["output"] is not JsonObject output)
            return;
        run.Title = Text(output, "title");
        run.Summary = Text(output, "summary");
        run.Text = Text(output, "text") ?? run.Text;
        foreach (var annotation in (output["annotations"] as JsonArray ?? []).OfType<JsonObject>())
        {
            var kept = annotation.DeepClone().AsObject();
            kept["blob_href"] = Shape.Url($"blob/{run.HeadSha}/{Text(annotation, "path")}");
            foreach (var field in (string[])["title", "raw_details", "start_column", "end_column"])
                if (!kept.ContainsKey(field))
                    kept[field] = null;
            run.Annotations.Add(kept);
        }
    }

    private Reply ListCheckRuns(ApiRequest request, ObjectId commit)
    {
        var name = request.Parameters.GetValueOrDefault("check_name");
        var runs = checkRuns.Where(run => run.HeadSha == commit.ToString() && (name is null || run.Name == name));
        if (request.Parameters.GetValueOrDefault("filter", "latest") == "latest")
            runs = runs.Reverse().DistinctBy(run => run.Name);
        var found = runs.ToList();
        var page = Page(request, found.Select(Shape.CheckRun));
        return page with
        {
            Body = new JsonObject { ["total_count"] = found.Count, ["check_runs"] = page.Body },
        };
    }
}
