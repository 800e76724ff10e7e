namespace Rayquest.JobLint.Rules.Code;

/// <summary>RQ5010: an archive over a plain connection.</summary>
public sealed class ArchiveNotHttps : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ5010",
            "archive-not-https",
            Severity.Error,
            "The code is fetched over a connection that can be tampered with."
        )
        {
            Category = RuleCategory.Security,
            Why =
                "What arrives over `http://` can be changed on the way, and runs with the team's secrets. `https://`, `s3://`, `gs://`, `azure://` and `abfss://` are safe.",
            Facts = "5.2",
            Bad = Example.Request(
                "name: train\nentrypoint: python train.py\ncode:\n  archive: http://artifacts.example.com/train-1.2.0.zip\nworkers: {replicas: 1}\n"
            ),
            Good = Example.Request(
                "name: train\nentrypoint: python train.py\ncode:\n  archive: https://artifacts.example.com/train-1.2.0.zip\nworkers: {replicas: 1}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        foreach (CodeUrl url in CodeUrl.All(context).Where(u => u.Use != UrlUse.Packages))
        {
            if (url.Scheme is "http" or "ftp")
            {
                yield return At(
                    url.Text,
                    $"`{url.Scheme}://` can be tampered with on the way; use `https://`",
                    url.Scheme == "http" && SpanLocator.Within(url.Text, 0, 4) is { Text: "http" } scheme
                        ? Replace("Use https", scheme, "https", FixSafety.Unsafe)
                        : null
                );
            }
        }
    }
}
