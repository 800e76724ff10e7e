namespace Rayquest.JobLint.Rules.Access;

/// <summary>RQ5027: a Secret that reaches nothing.</summary>
public sealed class SecretWithoutTarget : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ5027",
            "secret-without-target",
            Severity.Error,
            "A Secret says neither which variable nor which folder gets it."
        )
        {
            Category = RuleCategory.Security,
            Why =
                "A Secret becomes an environment variable (with `key` and `env`) or files in a folder (with `mount`).",
            Bad = Example.Request(
                "name: train\nentrypoint: python train.py\nsecrets: [{name: wandb, key: api-key}]\nworkers: {replicas: 1}\n"
            ),
            Good = Example.Request(
                "name: train\nentrypoint: python train.py\nsecrets: [{name: wandb, key: api-key, env: WANDB_API_KEY}]\nworkers: {replicas: 1}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        foreach (Located<SecretRequest> secret in context.Request.Secrets?.Value ?? [])
        {
            string? missing = secret.Value switch
            {
                { Mount: not null } => null,
                { Key: null, Env: null } => "`key` and `env`, or `mount`",
                { Key: null } => "`key`, the key inside the Secret",
                { Env: null } => "`env`, the variable that gets the value",
                _ => null,
            };

            // What stands there but could not be read has been reported already.
            if (missing is not null && !HasUnread(context, secret))
            {
                yield return At(
                    secret.Span,
                    $"the Secret {secret.Value.Name?.Value ?? ""} lacks {missing}".Replace(
                        "  ",
                        " ",
                        StringComparison.Ordinal
                    )
                );
            }
        }
    }

    private static bool HasUnread(RequestContext context, Located<SecretRequest> secret) =>
        (context.Document.Root?["secrets"] as YamlSequence)?.Items.FirstOrDefault(i => i.Span == secret.Span)
            is YamlMapping node
        && (
            (secret.Value.Key is null && node.Entry("key") is not null)
            || (secret.Value.Env is null && node.Entry("env") is not null)
            || (secret.Value.Mount is null && node.Entry("mount") is not null)
        );
}
