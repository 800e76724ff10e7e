namespace Rayquest.JobLint.Rules.Clusters;

/// <summary>RQ1015: a cluster is taken away from under its jobs.</summary>
public sealed class ClusterInUse : RepositoryRule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ1015", "cluster-in-use", Severity.Error, "A cluster is removed that other requests run on.")
        {
            Category = RuleCategory.Identity,
            HasFixedSeverity = true,
            Why =
                "A job on an existing cluster has no pods of its own: when the cluster goes, it dies with it, and one that waits waits for ever. Remove the requests that name the cluster first, or in the same change.",
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RepositoryContext context)
    {
        if (context.Base is not { } before)
        {
            yield break;
        }

        foreach (string path in context.ChangedPaths.Where(RequestPath.IsRequest))
        {
            string team = RequestPath.TeamOf(path)!;
            string name = RequestPath.NameOf(path);
            if (
                !TeamClusters.IsCluster(before, context.Policies, path)
                || TeamClusters.IsCluster(context.Tree, context.Policies, path)
            )
            {
                continue;
            }

            string[] users = [.. TeamClusters.UsersOf(context.Tree, context.Policies, team, name)];
            if (users.Length > 0 && !context.Policies.Platform.Clusters.ContainsKey(name))
            {
                string more = users.Length > 3 ? $" and {users.Length - 3} more" : "";
                SourceText source = new(path, "");
                yield return At(
                    new SourceSpan(source, default),
                    $"{string.Join(", ", users.Take(3).Select(u => $"`{u}`"))}{more} {(users.Length == 1 ? "runs" : "run")} on this cluster; remove what runs there first, or in this change"
                );
            }
        }
    }
}
