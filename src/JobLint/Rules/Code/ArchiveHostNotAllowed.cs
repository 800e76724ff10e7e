namespace Rayquest.JobLint.Rules.Code;

/// <summary>RQ5011: code from a place the policy doesn't list.</summary>
public sealed class ArchiveHostNotAllowed : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ5011", "archive-host-not-allowed", Severity.Error, "The code comes from a host that is not allowed.")
        {
            Category = RuleCategory.Security,
            Why =
                "Code runs with the team's secrets and volumes. The hosts, and buckets, it may come from are listed in `policies/rules.yaml`, under `archiveHosts`.",
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
        if (hosts.Count == 0)
        {
            yield break;
        }

        foreach (CodeUrl url in CodeUrl.Of(context))
        {
            if (
                url.Host.Length > 0
                && url.Scheme is not ("gcs" or "local" or "file")
                && !Glob.MatchesAny(hosts, url.Host)
            )
            {
                yield return At(
                    url.Text,
                    $"code may not come from `{Phrases.Shorten(url.Host)}`; allowed: {Phrases.Allowed(hosts)}"
                );
            }
        }
    }
}
