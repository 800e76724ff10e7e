namespace Rayquest.JobLint.Rules.Code;

/// <summary>RQ5011: code from a place the policy doesn't list.</summary>
public sealed class ArchiveHostNotAllowed : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ5011",
            "archive-host-not-allowed",
            Severity.Error,
            "Code or packages come from a host or bucket that is not allowed."
        )
        {
            Category = RuleCategory.Security,
            Why =
                "Code and packages run with the team's secrets and volumes. `policies/rules.yaml` lists the hosts they may come from under `archiveHosts`, and the buckets under `archiveBuckets`, each with its scheme: anybody may own a bucket that is called like a host. Where either is set, what neither lists is refused: archives, JARs, packages by URL, indexes, channels. A package by its name comes from where the cluster's own settings say.",
            Bad = Example.Request(
                "name: train\nentrypoint: python train.py\ncode:\n  archive: https://files.example.net/train-1.2.0.zip\nworkers: {replicas: 1}\n"
            ),
            Good = Example.Request(
                "name: train\nentrypoint: python train.py\ncode:\n  archive: https://artifacts.example.com/train-1.2.0.zip\nworkers: {replicas: 1}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        IReadOnlyList<string> hosts = context.Policies.Rules.ArchiveHosts;
        IReadOnlyList<string> buckets = context.Policies.Rules.ArchiveBuckets;
        if (hosts.Count == 0 && buckets.Count == 0)
        {
            yield break;
        }

        foreach (CodeUrl url in CodeUrl.All(context))
        {
            (string place, IReadOnlyList<string> allowed) = url.IsBucket ? (url.Bucket, buckets) : (url.Host, hosts);
            if (place.Length > 0 && !Glob.MatchesAny(allowed, place))
            {
                string what = url.Use == UrlUse.Packages ? "packages" : "code";
                string list = url.IsBucket ? "archiveBuckets" : "archiveHosts";
                yield return At(
                    url.Text,
                    allowed.Count == 0
                        ? (Message)
                            $"{what} may not come from `{MessageText.Shorten(place)}`: `{list}` in `policies/rules.yaml` lists nothing"
                        : $"{what} may not come from `{MessageText.Shorten(place)}`; allowed: {MessageText.Allowed(allowed)}"
                );
            }
        }
    }
}
