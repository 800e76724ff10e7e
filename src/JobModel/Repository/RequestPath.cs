using Rayquest.JobModel.Quantities;

namespace Rayquest.JobModel.Repository;

/// <summary>Where things live in a repository of requests.</summary>
public static class RequestPath
{
    public const string Requests = "jobs-requests/";
    public const string Jobs = "jobs/";
    public const string Policies = "policies/";

    /// <summary>Whether the path is a request file: <c>jobs-requests/&lt;team&gt;/&lt;name&gt;.yaml</c>.</summary>
    public static bool IsRequest(string path) =>
        path.StartsWith(Requests, StringComparison.Ordinal)
        && path.EndsWith(".yaml", StringComparison.Ordinal)
        && path.AsSpan(Requests.Length).Count('/') == 1
        && path[Requests.Length] != '/';

    /// <summary>The team of a request or job path, or null when the path is neither.</summary>
    public static string? TeamOf(string path)
    {
        string? rest =
            path.StartsWith(Requests, StringComparison.Ordinal) ? path[Requests.Length..]
            : path.StartsWith(Jobs, StringComparison.Ordinal) ? path[Jobs.Length..]
            : null;
        int slash = rest?.IndexOf('/', StringComparison.Ordinal) ?? -1;
        return slash > 0 ? rest![..slash] : null;
    }

    /// <summary>The file name without folder and ending.</summary>
    public static string NameOf(string path)
    {
        string file = path[(path.LastIndexOf('/') + 1)..];
        return file.EndsWith(".yaml", StringComparison.Ordinal) ? file[..^5] : file;
    }

    /// <summary>The rendered file of a request.</summary>
    public static string JobOf(string requestPath) => $"{Jobs}{TeamOf(requestPath)}/{NameOf(requestPath)}.yaml";

    /// <summary>The request a rendered file comes from.</summary>
    public static string RequestOf(string jobPath) => $"{Requests}{TeamOf(jobPath)}/{NameOf(jobPath)}.yaml";

    /// <summary>Whether a team folder's name can be a team.</summary>
    public static bool IsTeam(string team) => KubernetesNames.IsDns1035Label(team);

    /// <summary>
    /// A path beside the request made absolute in the repository, without <c>.</c> and empty parts;
    /// null when it would leave the request's folder.
    /// </summary>
    public static string? Beside(string requestPath, string relative)
    {
        if (relative.StartsWith('/') || relative.Contains('\\', StringComparison.Ordinal))
        {
            return null;
        }

        string folder = requestPath[..(requestPath.LastIndexOf('/') + 1)];
        List<string> parts = [];
        foreach (string part in relative.Split('/'))
        {
            if (part == "..")
            {
                return null;
            }

            if (part is not ("" or "."))
            {
                parts.Add(part);
            }
        }

        return parts.Count == 0 ? null : folder + string.Join('/', parts);
    }
}
