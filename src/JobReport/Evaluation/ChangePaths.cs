using Rayquest.JobModel.Repository;
using Rayquest.JobModel.Requests;

namespace Rayquest.JobReport.Evaluation;

/// <summary>What a pull request is, by the paths it touches.</summary>
public enum ChangeKind
{
    /// <summary>Requests, and the rendered files that follow from them.</summary>
    Submission,

    /// <summary>Nothing of ours: people and ordinary CI review it.</summary>
    Ordinary,

    /// <summary>Requests or rendered files beside other files: refused.</summary>
    Mixed,
}

/// <summary>Reads a change by its paths: its kind, its teams, the requests it concerns.</summary>
public static class ChangePaths
{
    /// <summary>Whether a path is a request, what a request ships, or a rendered file.</summary>
    public static bool IsSubmissionPath(string path) =>
        path.StartsWith(RequestPath.Requests, StringComparison.Ordinal)
        || path.StartsWith(RequestPath.Jobs, StringComparison.Ordinal);

    /// <summary>What a change is, by its paths.</summary>
    public static ChangeKind KindOf(IReadOnlyList<string> changed)
    {
        int ours = changed.Count(IsSubmissionPath);
        return ours == 0 ? ChangeKind.Ordinary
            : ours == changed.Count ? ChangeKind.Submission
            : ChangeKind.Mixed;
    }

    /// <summary>The teams whose folders a change touches in any way, ordinal.</summary>
    public static IReadOnlyList<string> TeamsOf(IReadOnlyList<string> changed) =>
        [
            .. changed
                .Select(RequestPath.TeamOf)
                .OfType<string>()
                .Where(RequestPath.IsTeam)
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal),
        ];
}

/// <summary>The requests a change concerns: those that changed, or whose code files or rendered files did.</summary>
internal sealed class ChangedRequests
{
    private readonly HashSet<string> shipped = new(StringComparer.Ordinal);
    private readonly HashSet<string> shipping = new(StringComparer.Ordinal);

    /// <param name="changed">The paths of the change.</param>
    /// <param name="result">The tree after the merge.</param>
    public ChangedRequests(IReadOnlyList<string> changed, IRepositoryTree result)
    {
        SortedSet<string> requests = new(changed.Where(RequestPath.IsRequest), StringComparer.Ordinal);
        HashSet<string> code = new(
            changed.Where(p =>
                p.StartsWith(RequestPath.Requests, StringComparison.Ordinal) && !RequestPath.IsRequest(p)
            ),
            StringComparer.Ordinal
        );
        foreach (string team in code.Select(RequestPath.TeamOf).OfType<string>().Distinct(StringComparer.Ordinal))
        {
            string[] all =
            [
                .. result
                    .List($"{RequestPath.Requests}{team}/")
                    .Where(e => e.Kind == TreeEntryKind.File && RequestPath.IsRequest(e.Path))
                    .Select(e => e.Path),
            ];
            result.Prefetch(all);
            foreach (string request in all)
            {
                string[] ships = [.. FilesOf(request, result).Where(code.Contains)];
                shipped.UnionWith(ships);
                if (ships.Length > 0)
                {
                    shipping.Add(request);
                }
            }
        }

        requests.UnionWith(shipping);
        requests.UnionWith(
            changed
                .Where(p => p.StartsWith(RequestPath.Jobs, StringComparison.Ordinal))
                .Select(RequestPath.RequestOf)
                .Where(RequestPath.IsRequest)
        );
        Paths = [.. requests];
        Unexpected =
        [
            .. code.Where(p => !shipped.Contains(p) && result.Find(p) is not null).Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>Request files, ordinal; a removed one among them.</summary>
    public IReadOnlyList<string> Paths { get; }

    /// <summary>Requests whose code files changed.</summary>
    public IReadOnlySet<string> Shipping => shipping;

    /// <summary>Changed paths under <c>jobs-requests/</c> that are no request and that none ships.</summary>
    public IReadOnlyList<string> Unexpected { get; }

    // Parsed, never searched for as text: a key can be written in more than one way.
    private static IEnumerable<string> FilesOf(string request, IRepositoryTree tree) =>
        tree.Read(request) is { } bytes
        && RequestDocument.Read(request, bytes.Span).Request?.Code?.Value.Files is { } files
            ? files.Value.Select(f => RequestPath.Beside(request, f.Value.Value)).OfType<string>()
            : [];
}
