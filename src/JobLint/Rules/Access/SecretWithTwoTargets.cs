namespace Rayquest.JobLint.Rules.Access;

/// <summary>RQ5028: a Secret as variable and as files.</summary>
public sealed class SecretWithTwoTargets : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ5028", "secret-with-two-targets", Severity.Error, "A Secret has both `mount` and `env`.")
        {
            Category = RuleCategory.Security,
            Why =
                "As files all keys are mounted, so `key` and `env` would have no effect. Two entries say it clearly, where both are wanted.",
            Bad = Example.Request(
                "name: train\nentrypoint: python train.py\nsecrets: [{name: wandb, key: api-key, env: WANDB_API_KEY, mount: /etc/wandb}]\nworkers: {replicas: 1}\n"
            ),
            Good = Example.Request(
                "name: train\nentrypoint: python train.py\nsecrets: [{name: wandb, mount: /etc/wandb}]\nworkers: {replicas: 1}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        foreach (Located<SecretRequest> secret in context.Request.Secrets?.Value ?? [])
        {
            if (secret.Value is { Mount: { } mount } both && (both.Env ?? both.Key) is { } other)
            {
                yield return At(
                    mount,
                    "the Secret is mounted as files and given as a variable; keep one, or write two entries"
                ) with
                {
                    Related = [new RelatedLocation(other.Span, "given here as a variable")],
                };
            }
        }
    }
}
