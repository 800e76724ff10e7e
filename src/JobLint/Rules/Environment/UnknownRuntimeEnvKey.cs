namespace Rayquest.JobLint.Rules.Environment;

/// <summary>RQ3020: a key Ray's runtime environment doesn't know.</summary>
public sealed class UnknownRuntimeEnvKey : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ3020", "unknown-runtime-env-key", Severity.Warning, "A key of `runtimeEnv` is not one of Ray's.")
        {
            Category = RuleCategory.Environment,
            MayBeIgnored = true,
            Why =
                "Ray takes an unknown key for a plugin's. Without such a plugin in the image the job starts without what the key was to bring, or fails when its environment is made.",
            Facts = "5.2",
            Bad = Example.Request(
                "name: train\nentrypoint: python train.py\nruntimeEnv:\n  pips: [torch==2.5.1]\nworkers: {replicas: 1}\n"
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
            if (!RuntimeEnvKeys.Known.Contains(entry.Key.Value))
            {
                string[] words = [.. RuntimeEnvKeys.Known.Where(k => k[0] != '_')];
                yield return At(
                    entry.Key.Span,
                    $"`{MessageText.Shorten(entry.Key.Value)}` is not a key of Ray's runtime environment{MessageText.Unknown(entry.Key.Value, words)}",
                    MessageText.Rename(entry.Key.Span, entry.Key.Value, words)
                );
            }
        }
    }
}
