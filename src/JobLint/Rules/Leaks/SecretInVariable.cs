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
                "The name says that the value is secret, and the value looks like one; a short or simple one, such as a default password, is a warning. In the file it is read by everybody who can read the repository, and on the cluster by everybody who can read a RayJob. `secrets` names a Secret instead.",
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
            if (Of(name.Value, value) is { } finding)
            {
                yield return finding;
            }
        }

        foreach (YamlEntry entry in (context.Request.RuntimeEnv?.Value["env_vars"] as YamlMapping)?.Entries ?? [])
        {
            if (
                entry.Value is YamlScalar value
                && Of(entry.Key.Value, new Located<string>(value.Value, value.Span)) is { } finding
            )
            {
                yield return finding;
            }
        }
    }

    private Finding? Of(string name, Located<string> value) =>
        Of(name, value, static n => $"write `secrets: [{{name: …, key: …, env: {n}}}]`");

    /// <summary>What is told of a variable, wherever it is set: an error for what looks like a secret, a warning for any other text.</summary>
    internal Finding? Of(string name, Located<string> value, Func<string, string> then)
    {
        bool isNamed = SecretLook.IsSecretName(name) && KnownSecret.Find(value.Value).Length == 0;
        if (isNamed && SecretLook.IsSecretValue(value.Value))
        {
            return At(
                value,
                $"the value of `{name}` looks like a secret: revoke it, put the new one into a Secret, and {then(name)}"
            );
        }

        if (EmbeddedSecret.Find(value.Value) is { } secret)
        {
            return At(
                SpanLocator.Within(value, secret.Offset, secret.Length),
                $"what `{name}` says of `{secret.Name}` looks like a secret: revoke it, put the new one into a Secret, and {then(name)}"
            );
        }

        return isNamed && SecretLook.IsLiteral(name, value.Value)
            ? At(
                value,
                $"`{name}` says that its value is secret, and everybody who may read this file reads it: put it into a Secret, and {then(name)}"
            ) with
            {
                Severity = Severity.Warning,
            }
            : null;
    }
}
