using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Rayquest.JobHosts.Git;

namespace Rayquest.JobRehearsal.GitHub;

/// <summary>Reading requests: pages, fields, and what is named by number.</summary>
public sealed partial class EmulatedGitHub
{
    private const int LongestComment = 65_536;

    private Reply Page(ApiRequest request, IEnumerable<JsonNode> items)
    {
        var size = Math.Clamp(Parameter(request, "per_page", 30), 1, 100);
        var page = Math.Max(1, Parameter(request, "page", 1));
        var all = items.Select(item => item.Parent is null ? item : item.DeepClone()).ToList();
        var last = Math.Max(1, (all.Count + size - 1) / size);
        var links = new List<string>();
        if (page < last)
            links.AddRange([Link(page + 1, "next"), Link(last, "last")]);
        if (page > 1)
            links.AddRange([Link(1, "first"), Link(page - 1, "prev")]);
        return new Reply(200, Shapes.List(all.Skip((page - 1) * size).Take(size)))
        {
            Link = links.Count == 0 ? null : string.Join(", ", links),
        };

        string Link(int number, string relation)
        {
            var query = request
                .Parameters.Where(p => p.Key != "page")
                .Select(p => $"{p.Key}={Uri.EscapeDataString(p.Value)}")
                .Append("page=" + number.ToString(CultureInfo.InvariantCulture));
            return $"<{ApiUrl.GetLeftPart(UriPartial.Authority)}{request.Path}?{string.Join('&', query)}>; rel=\"{relation}\"";
        }
    }

    private static int Parameter(ApiRequest request, string name, int otherwise) =>
        int.TryParse(request.Parameters.GetValueOrDefault(name), out var value) ? value : otherwise;

    private ObjectId CommitOf(string[] reference)
    {
        var name = string.Join('/', reference);
        return Git.TryResolve(name) ?? throw new ApiFault(422, $"No commit found for SHA: {name}");
    }

    private EmulatedIssue IssueOf(string number) =>
        Number(number) is var n && n >= 1 && n <= issues.Count ? issues[n - 1] : throw new ApiFault(404, "Not Found");

    private EmulatedComment CommentOf(string id) =>
        comments.Find(c => Same(c.Id, id)) ?? throw new ApiFault(404, "Not Found");

    private EmulatedCheckRun CheckRunOf(string id) =>
        checkRuns.Find(c => Same(c.Id, id)) ?? throw new ApiFault(404, "Not Found");

    private EmulatedDeployment DeploymentOf(string id) =>
        deployments.Find(d => Same(d.Id, id)) ?? throw new ApiFault(404, "Not Found");

    private static bool Same(long id, string text) => id.ToString(CultureInfo.InvariantCulture) == text;

    private static int Number(string text) => int.TryParse(text, out var n) ? n : throw new ApiFault(404, "Not Found");

    private static string? Text(JsonObject body, string field) =>
        body[field] is JsonValue value && value.GetValueKind() == JsonValueKind.String
            ? value.GetValue<string>()
            : null;

    private static int? Integer(JsonObject body, string field) =>
        body[field] is JsonValue value && value.TryGetValue<int>(out var number) ? number : null;

    private static string Required(JsonObject body, string resource, string field) =>
        Text(body, field) is { } text && !string.IsNullOrWhiteSpace(text)
            ? text
            : throw Invalid(resource, field, "missing_field");

    private static string Body(JsonObject body, string resource)
    {
        var text = Required(body, resource, "body");
        // GitHub counts characters, and an emoji is one of them.
        return text.EnumerateRunes().Count() <= LongestComment
            ? text
            : throw new ApiFault(
                422,
                "Validation Failed",
                Custom(resource, "body", $"body is too long (maximum is {LongestComment} characters)")
            );
    }

    private static ApiFault Invalid(string resource, string field, string code) =>
        new(422, "Validation Failed", Problem(resource, field, code));

    private static JsonObject Custom(string resource, string field, string message)
    {
        var problem = Problem(resource, field, "custom");
        problem["message"] = message;
        return problem;
    }

    private static ApiFault NotEmulated(ApiRequest request) =>
        new(404, $"Not Found (not emulated: {request.Method} {request.Path})");

    private static byte[] Decode(string base64)
    {
        try
        {
            return Convert.FromBase64String(base64.Replace("\n", "", StringComparison.Ordinal));
        }
        catch (FormatException)
        {
            throw new ApiFault(422, "content is not valid Base64");
        }
    }

    private static EntryMode Mode(string? digits) =>
        digits switch
        {
            "100755" => EntryMode.Executable,
            "120000" => EntryMode.Symlink,
            "160000" => EntryMode.Submodule,
            _ => EntryMode.Regular,
        };

    private Signature Machine() => new("GitHub", "noreply@github.com", Clock.GetUtcNow());

    private Signature? Person(JsonObject? person) =>
        person is null
            ? null
            : new Signature(
                Text(person, "name") ?? "",
                Text(person, "email") ?? "",
                DateTimeOffset.TryParse(Text(person, "date"), CultureInfo.InvariantCulture, out var at)
                    ? at
                    : Clock.GetUtcNow()
            );
}
