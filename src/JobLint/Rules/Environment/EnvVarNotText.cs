namespace Rayquest.JobLint.Rules.Environment;

/// <summary>RQ3024: an environment variable that is no text.</summary>
public sealed class EnvVarNotText : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ3024", "env-var-not-text", Severity.Error, "A value of `runtimeEnv.env_vars` is not text.")
        {
            Category = RuleCategory.Environment,
            MayBeIgnored = true,
            IsCertain = true,
            Why =
                "Ray wants names and values to be text and refuses the job otherwise: `1`, `true`, `1.5` and nothing must be quoted.",
            Facts = "J22, 5.2",
            Bad = Example.Request(
                "name: train\nentrypoint: python train.py\nruntimeEnv:\n  env_vars: {EPOCHS: 20}\nworkers: {replicas: 1}\n"
            ),
            Good = Example.Request(
                "name: train\nentrypoint: python train.py\nruntimeEnv:\n  env_vars: {EPOCHS: \"20\"}\nworkers: {replicas: 1}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        YamlMapping? variables = context.Request.RuntimeEnv?.Value["env_vars"] as YamlMapping;
        foreach (YamlEntry entry in variables?.Entries ?? [])
        {
            if (entry.Value is not YamlScalar scalar)
            {
                yield return At(
                    entry.Value.Span,
                    $"`{entry.Key.Value}` must be text, but this is {entry.Value.KindName}"
                );
            }
            else if (!RuntimeEnvKeys.IsText(scalar))
            {
                bool empty = scalar.Span.Span.Length == 0;
                yield return At(
                    empty ? entry.Key.Span : scalar.Span,
                    $"`{entry.Key.Value}` must be text, but this is {scalar.KindName}; quote it",
                    empty ? null : Replace("Quote it", scalar.Span, $"\"{scalar.Value}\"")
                );
            }
        }
    }
}
