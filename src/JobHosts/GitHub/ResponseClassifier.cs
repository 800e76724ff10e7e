using System.Globalization;
using System.Net;
using System.Text.Json;

namespace Rayquest.JobHosts.GitHub;

/// <summary>Tells from what came back, or didn't, whether a call was answered, refused, or is worth another try.</summary>
internal sealed class ResponseClassifier(TimeProvider time)
{
    public SendResult Of(ApiCall call, HttpResponseMessage response, byte[] body)
    {
        var status = response.StatusCode;
        if (response.IsSuccessStatusCode)
            return OfSuccess(call, response, body);
        var reason = ErrorMessages.ReasonOf(status, body);
        if (IsLimit(response, reason))
        {
            var until = UntilOf(response);
            var words = $"asks to wait until {time.GetUtcNow() + until:HH:mm:ss} UTC (rate limit)";
            return new SendResult(new TransientFailure(words, MayRepeat: true) { Wait = until });
        }

        if ((int)status >= 500 || status == HttpStatusCode.RequestTimeout)
        {
            var failure = Lost(call, $"answered {(int)status} {reason}");
            return new SendResult(
                response.Headers.RetryAfter is null ? failure : failure with { Wait = UntilOf(response) }
            );
        }

        var needs = response.Header("X-Accepted-GitHub-Permissions");
        var remedy = call.Jwt is null ? ErrorMessages.RemedyFor(status, needs) : ErrorMessages.AppRemedy;
        return new SendResult(new GitHubRefused(status, call.Shown, reason, remedy));
    }

    /// <summary>A connection that was never made can be tried again; one that broke may have carried the call.</summary>
    public static SendResult Of(ApiCall call, HttpRequestException fault) =>
        new(
            fault.HttpRequestError switch
            {
                HttpRequestError.ConnectionError => Unreached("nobody answers at that address"),
                HttpRequestError.NameResolutionError => Unreached("its name has no address"),
                HttpRequestError.SecureConnectionError => Unreached("no secure connection could be made"),
                HttpRequestError.ProxyTunnelError => Unreached("the proxy let nothing through"),
                _ => Lost(call, "broke the connection"),
            }
        );

    /// <summary>The call may or may not have been carried out.</summary>
    public static TransientFailure Lost(ApiCall call, string words) =>
        new(words, MayRepeat: call.Repeating == Repeating.IsHarmless) { Lost = true };

    private static TransientFailure Unreached(string why) => new("can't be reached: " + why, MayRepeat: true);

    private SendResult OfSuccess(ApiCall call, HttpResponseMessage response, byte[] body)
    {
        var type = response.Content.Headers.ContentType?.MediaType;
        var isJson = body.Length > 0 && type?.EndsWith("json", StringComparison.Ordinal) == true;
        if (response.StatusCode != HttpStatusCode.NoContent && !isJson)
            return new SendResult(Lost(call, "gave an answer that isn't JSON"));
        if (call.GraphQL is not null && OfGraphQL(call, response, body) is { } fault)
            return fault;
        return new SendResult(new ApiResponse(response.StatusCode, body, response.Header("Link")));
    }

    // GraphQL's faults come with status 200.
    private SendResult? OfGraphQL(ApiCall call, HttpResponseMessage response, byte[] body)
    {
        GraphQLResponse? parsed;
        try
        {
            parsed = JsonSerializer.Deserialize(body, GraphQLJson.Default.GraphQLResponse);
        }
        catch (JsonException)
        {
            parsed = null;
        }

        if (parsed?.Errors is not [var first, ..])
            return parsed?.Data.ValueKind == JsonValueKind.Object
                ? null
                : new SendResult(Lost(call, "gave no GraphQL answer"));
        var reason = ErrorMessages.OneLine(string.Join("; ", parsed.Errors.Select(error => error.Message)));
        if (
            parsed.Errors.Exists(error => error.Type is "RATE_LIMITED")
            || reason.Contains("rate limit", StringComparison.OrdinalIgnoreCase)
            || reason.Contains("submitted too quickly", StringComparison.OrdinalIgnoreCase)
        )
        {
            var limited = new TransientFailure("asks to wait (rate limit)", MayRepeat: true)
            {
                Wait = UntilOf(response),
            };
            // Of a write in parts some may have been done before the limit was met.
            return new SendResult(
                call.GraphQLInParts ? Lost(call, limited.Words) with { Wait = limited.Wait } : limited
            );
        }

        if (first.Type is null && reason.StartsWith("Something went wrong", StringComparison.Ordinal))
            return new SendResult(Lost(call, "answered: " + reason));
        if (call.GraphQLInParts && parsed.Data.ValueKind == JsonValueKind.Object)
            return null;
        return new SendResult(GraphQLRefusal(call.Shown, parsed.Errors));
    }

    /// <summary>What GraphQL's errors say, as REST would have said it.</summary>
    public static GitHubRefused GraphQLRefusal(string call, List<GraphQLError> errors)
    {
        var status = errors is [var first, ..]
            ? first.Type switch
            {
                "FORBIDDEN" or "INSUFFICIENT_SCOPES" => HttpStatusCode.Forbidden,
                "NOT_FOUND" => HttpStatusCode.NotFound,
                "STALE_DATA" => HttpStatusCode.Conflict,
                _ => HttpStatusCode.UnprocessableEntity,
            }
            : HttpStatusCode.NotFound;
        var reason = ErrorMessages.OneLine(string.Join("; ", errors.Select(error => error.Message)));
        return new GitHubRefused(status, call, reason, ErrorMessages.RemedyFor(status, null));
    }

    private static bool IsLimit(HttpResponseMessage response, string reason) =>
        response.StatusCode == HttpStatusCode.TooManyRequests
        || (
            response.StatusCode == HttpStatusCode.Forbidden
            && (
                response.Headers.RetryAfter is not null
                || response.Number("x-ratelimit-remaining") == 0
                || reason.Contains("rate limit", StringComparison.OrdinalIgnoreCase)
                || reason.Contains("abuse detection", StringComparison.OrdinalIgnoreCase)
            )
        );

    private TimeSpan UntilOf(HttpResponseMessage response)
    {
        if (response.Headers.RetryAfter is { } after)
            return after.Delta ?? Later(after.Date!.Value);
        if (response.Number("x-ratelimit-remaining") == 0 && response.Number("x-ratelimit-reset") is { } reset)
            return Later(DateTimeOffset.FromUnixTimeSeconds(reset).AddSeconds(1));
        return TimeSpan.FromMinutes(1); // GitHub: without a header, wait at least a minute.

        TimeSpan Later(DateTimeOffset moment) =>
            TimeSpan.FromSeconds(Math.Max(1, (moment - time.GetUtcNow()).TotalSeconds));
    }
}

/// <summary>Headers by name, as text and as numbers.</summary>
internal static class ResponseHeaders
{
    public static string? Header(this HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : null;

    public static long? Number(this HttpResponseMessage response, string name) =>
        long.TryParse(response.Header(name), NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : null;
}
