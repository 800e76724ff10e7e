namespace Rayquest.JobLint.Rules.Access;

/// <summary>RQ5021: another team's Secret.</summary>
public sealed class SecretNotAllowed : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ5021", "secret-not-allowed", Severity.Error, "The Secret is not allowed to the team.")
        {
            Category = RuleCategory.Security,
            Why = "A Secret opens something. Which ones a team may use is in `policies/rules.yaml`, under `secrets`.",
            Bad = Example.Request(
                "name: train\nentrypoint: python train.py\nsecrets: [{name: huggingface, key: token, env: HF_TOKEN}]\nworkers: {replicas: 1}\n"
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
            if (
                secret.Value.Name is { } name
                && Grants.Of(context.Policies.Rules.Secrets, context.Team) is { } allowed
                && !Glob.MatchesAny(allowed, name.Value)
            )
            {
                yield return At(
                    name,
                    $"team {context.Team} may not use the Secret `{name.Value}`; allowed: {MessageText.Allowed(allowed)}"
                );
            }
        }
    }
}
