using System.Net;
using System.Text.Json;

namespace Rayquest.JobHosts.GitHub;

/// <summary>GitHub's refusals in words a reader can act on.</summary>
internal static class ErrorMessages
{
    /// <summary>What to look at when an App gets no token.</summary>
    public const string AppRemedy =
        "check the GitHub App's id, private key and installation id, and that it is installed on this repository";

    private const int Longest = 300;

    /// <summary><c>message</c> and <c>errors</c> of GitHub's error object, on one line.</summary>
    public static string ReasonOf(HttpStatusCode status, byte[] body)
    {
        ErrorBody? error = null;
        try
        {
            error = JsonSerializer.Deserialize(body, GitHubJson.Default.ErrorBody);
        }
        catch (JsonException)
        {
            // A proxy's HTML page; the status says enough.
        }

        var details = error?.Errors is { ValueKind: JsonValueKind.Array } errors
            ? string.Join("; ", errors.EnumerateArray().Select(Detail))
            : "";
        var reason = (error?.Message ?? status.ToString()) + (details.Length > 0 ? ": " + details : "");
        return OneLine(reason);
    }

    public static string OneLine(string text)
    {
        var line = new string([.. text.Take(Longest).Select(c => char.IsControl(c) ? ' ' : c)]);
        return text.Length > Longest ? line + "…" : line;
    }

    public static string RemedyFor(HttpStatusCode status, string? permissions) =>
        status switch
        {
            HttpStatusCode.Unauthorized => "the token is wrong or has expired: pass a valid GITHUB_TOKEN",
            HttpStatusCode.Forbidden => permissions is null
                ? "give the token the permission this needs"
                : $"give the token one of these permissions: {OneLine(permissions)}",
            HttpStatusCode.NotFound => "check the repository and the number, and that the token may see them",
            HttpStatusCode.Conflict => "it changed meanwhile: run again to evaluate what is there now",
            HttpStatusCode.UnprocessableEntity => "GitHub's rules forbid this input: the reason above names the field",
            HttpStatusCode.Gone => "it was deleted or its feature is switched off in the repository's settings",
            HttpStatusCode.MovedPermanently or HttpStatusCode.PermanentRedirect =>
                "the repository was renamed or moved: use its new name",
            _ => "look at GitHub's documentation of this call",
        };

    private static string Detail(JsonElement error) =>
        error.ValueKind == JsonValueKind.String
            ? error.GetString()!
            : Text(error, "message")
                ?? $"{Text(error, "field") ?? Text(error, "resource")} {Text(error, "code")}".Trim();

    private static string? Text(JsonElement error, string name) =>
        error.ValueKind == JsonValueKind.Object
        && error.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
