namespace Rayquest.JobLint.Rules.Leaks;

/// <summary>RQ5041: a value in a variable whose name says it is secret.</summary>
public sealed class SecretInVariable : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ5041", "secret-in-variable", Severity.Error, "An environment variable holds what looks like a secret.")
        {
            Category = RuleCategory.Security,
            Why =
                "The name says that the value is secret, and the value looks like one. In the file it is read by everybody who can read the repository, and on the cluster by everybody who can read a RayJob. `secrets` names a Secret instead.",
            HidesSource = true,
            Bad = Example.Request(
                "name: train\nentrypoint: python train.py\nenv: {WANDB_API_KEY: 0a1b2c3d4e5f60718293a4b5c6d7e8f901234567}\nworkers: {replicas: 1}\n"
            ),
            Good = Example.Request(
                "name: train\nentrypoint: python train.py\nsecrets: [{name: wandb, key: api-key, env: WANDB_API_KEY}]\nworkers: {replicas: 1}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        foreach ((Located<string> name, Located<string> value) in context.Request.Env?.Value ?? [])
        {
            if (Holds(name.Value, value.Value))
            {
                yield return Of(name.Value, value.Span);
            }
            else if (EmbeddedSecret.Find(value.Value) is { } secret)
            {
                yield return Inside(name.Value, secret, value);
            }
        }

        foreach (YamlEntry entry in (context.Request.RuntimeEnv?.Value["env_vars"] as YamlMapping)?.Entries ?? [])
        {
            if (entry.Value is YamlScalar value && Holds(entry.Key.Value, value.Value))
            {
                yield return Of(entry.Key.Value, value.Span);
            }
            else if (entry.Value is YamlScalar text && EmbeddedSecret.Find(text.Value) is { } secret)
            {
                yield return Inside(entry.Key.Value, secret, new Located<string>(text.Value, text.Span));
            }
        }
    }

    private Finding Inside(string name, EmbeddedSecret secret, Located<string> value) =>
        At(
            Places.Within(value, secret.Offset, secret.Length),
            $"what `{name}` says of `{secret.Name}` looks like a secret: revoke it, put the new one into a Secret, and write `secrets: [{{name: …, key: …, env: {name}}}]`"
        );

    private static bool Holds(string name, string value) =>
        SecretLook.IsSecretName(name) && SecretLook.IsSecretValue(value) && KnownSecret.Find(value).Count == 0;

    private Finding Of(string name, SourceSpan value) =>
        At(
            value,
            $"the value of `{name}` looks like a secret: revoke it, put the new one into a Secret, and write `secrets: [{{name: …, key: …, env: {name}}}]`"
        );
}
