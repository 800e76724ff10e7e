namespace Rayquest.JobLint.Rules.Clusters;

/// <summary>The RayClusters that a team has asked for itself: its own requests may run on them.</summary>
internal static class TeamClusters
{
    /// <summary>Whether a team has a request for a RayCluster of a name.</summary>
    public static bool Has(IRepositoryTree tree, PolicySet policies, string team, string name) =>
        KubernetesNames.IsDns1035Label(name) && IsCluster(tree, policies, $"{RequestPath.Requests}{team}/{name}.yaml");

    /// <summary>Whether a path is a request for a RayCluster.</summary>
    public static bool IsCluster(IRepositoryTree tree, PolicySet policies, string path) =>
        tree.Find(path) is { Kind: TreeEntryKind.File }
        && tree.Read(path) is { } bytes
        && RequestDocument.Read(path, bytes.Span, policies.Templates).Request?.KindOrDefault == JobKind.RayCluster;

    /// <summary>The team's request for a RayCluster of a name; null where there is none.</summary>
    public static JobRequest? Read(IRepositoryTree tree, PolicySet policies, string team, string name)
    {
        string path = $"{RequestPath.Requests}{team}/{name}.yaml";
        return
            KubernetesNames.IsDns1035Label(name)
            && tree.Find(path) is { Kind: TreeEntryKind.File }
            && tree.Read(path) is { } bytes
            && RequestDocument.Read(path, bytes.Span, policies.Templates).Request
                is { KindOrDefault: JobKind.RayCluster } request
            ? request
            : null;
    }

    /// <summary>The requests of a team that run on a cluster of its own, ordinal by path.</summary>
    public static IEnumerable<string> UsersOf(IRepositoryTree tree, PolicySet policies, string team, string cluster)
    {
        foreach (TreeEntry entry in tree.List($"{RequestPath.Requests}{team}/"))
        {
            if (
                entry.Kind == TreeEntryKind.File
                && RequestPath.IsRequest(entry.Path)
                && tree.Read(entry.Path) is { } bytes
                && RequestDocument.Read(entry.Path, bytes.Span, policies.Templates).Request?.Cluster?.Value == cluster
            )
            {
                yield return entry.Path;
            }
        }
    }
}
