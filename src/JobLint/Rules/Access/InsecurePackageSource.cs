namespace Rayquest.JobLint.Rules.Access;

/// <summary>RQ5030: packages from a place that can be tampered with.</summary>
public sealed class InsecurePackageSource : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ5030",
            "insecure-package-source",
            Severity.Error,
            "Packages are installed from a source that can be tampered with."
        )
        {
            Category = RuleCategory.Security,
            Why =
                "`--trusted-host` and `http://` switch off the check of who answers, and a second index (`--extra-index-url`) lets anybody register a package of the same name on the public one with a higher version. All nodes install with the team's secrets at hand.",
            Facts = "5.2",
            Bad = Example.Request(
                "name: train\nentrypoint: python train.py\nruntimeEnv:\n  pip: [\"--extra-index-url http://packages.example.com/simple\", tools==1.2.0]\nworkers: {replicas: 1}\n"
            ),
            Good = Example.Request(
                "name: train\nentrypoint: python train.py\nruntimeEnv:\n  pip: [tools==1.2.0]\nworkers: {replicas: 1}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        foreach (YamlEntry entry in context.Request.RuntimeEnv?.Value.Entries ?? [])
        {
            if (entry.Key.Value is not ("pip" or "uv" or "conda" or "py_executable"))
            {
                continue;
            }

            foreach (YamlScalar scalar in SpanLocator.Scalars(entry.Value))
            {
                string text = scalar.Value;
                string? what =
                    text.Contains("http://", StringComparison.Ordinal)
                        ? "`http://` can be tampered with on the way; use `https://`"
                    : text.Contains("--trusted-host", StringComparison.Ordinal)
                        ? "`--trusted-host` switches the check of certificates off; remove it"
                    : text.Contains("--extra-index-url", StringComparison.Ordinal)
                        ? "with a second index anybody can take over a name; use one `--index-url` that mirrors the other"
                    : text.StartsWith("git://", StringComparison.Ordinal)
                    || text.Contains("git+git:", StringComparison.Ordinal)
                        ? "`git://` can be tampered with on the way; use `git+https://` and a commit"
                    : null;
                if (what is not null)
                {
                    yield return At(scalar.Span, what);
                }
            }
        }
    }
}
