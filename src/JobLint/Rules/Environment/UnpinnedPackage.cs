namespace Rayquest.JobLint.Rules.Environment;

/// <summary>RQ3023: packages without a version.</summary>
public sealed class UnpinnedPackage : Rule
{
    private static readonly System.Buffers.SearchValues<char> Marks = System.Buffers.SearchValues.Create("=<>~@/$");

    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ3023", "unpinned-package", Severity.Warning, "A package has no version.")
        {
            Category = RuleCategory.Environment,
            MayBeIgnored = true,
            Why =
                "Every node installs packages by itself when the job begins. Without a version the run of tomorrow is another than today's, and a retry may meet a release made in between.",
            Facts = "5.2",
            Bad = Example.Request(
                "name: train\nentrypoint: python train.py\nruntimeEnv:\n  pip: [torch]\nworkers: {replicas: 1}\n"
            ),
            Good = Example.Request(
                "name: train\nentrypoint: python train.py\nruntimeEnv:\n  pip: [torch==2.5.1]\nworkers: {replicas: 1}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        foreach (YamlEntry entry in context.Request.RuntimeEnv?.Value.Entries ?? [])
        {
            if (entry.Key.Value is not ("pip" or "uv"))
            {
                continue;
            }

            foreach (YamlNode item in RuntimeEnvKeys.Packages(entry.Value)?.Items ?? [])
            {
                if (item is YamlScalar { Value.Length: > 0 } package && !IsPinned(package.Value))
                {
                    yield return At(
                        package.Span,
                        $"`{MessageText.Shorten(package.Value)}` has no version; pin it with `==`"
                    );
                }
            }
        }
    }

    // Options, URLs, files and wheels say by themselves what they are; a range is better than nothing and left alone.
    private static bool IsPinned(string package) =>
        package.AsSpan().ContainsAny(Marks)
        || package[0] is '-' or '.'
        || package.EndsWith(".whl", StringComparison.Ordinal);
}
