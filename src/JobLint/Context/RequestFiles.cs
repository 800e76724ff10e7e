namespace Rayquest.JobLint.Context;

/// <summary>The files a request ships.</summary>
internal static class RequestFiles
{
    /// <summary>Their paths, as far as they lie beside the request.</summary>
    public static IReadOnlyList<string> Of(string requestPath, JobRequest? request)
    {
        List<string>? paths = null;
        foreach ((_, Located<string> source) in request?.Code?.Value.Files?.Value ?? [])
        {
            if (RequestPath.Beside(requestPath, source.Value) is { } path)
            {
                (paths ??= []).Add(path);
            }
        }

        return paths ?? (IReadOnlyList<string>)[];
    }
}
