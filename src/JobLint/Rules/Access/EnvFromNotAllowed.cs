namespace Rayquest.JobLint.Rules.Access;

/// <summary>RQ5035: variables of a Secret or ConfigMap that isn't open to the team.</summary>
public sealed class EnvFromNotAllowed : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ5035",
            "env-from-not-allowed",
            Severity.Error,
            "The Secret or ConfigMap is not open to the team as a source of variables."
        )
        {
            Category = RuleCategory.Security,
            HasFixedSeverity = true,
            Why =
                "A whole Secret or ConfigMap as variables brings whatever its keys are called, `LD_PRELOAD` and `RAY_ADDRESS` too. So `policies/rules.yaml` lists under `envFrom` which ones a team may take, by exact name, with the keys that become variables or a prefix for all of them; what isn't listed can't be rendered.",
            Bad = Example.Request(
                "name: train\nentrypoint: python train.py\nenvFrom: [{secret: huggingface}]\nworkers: {replicas: 1}\n"
            ),
            Good = Example.Request(
                "name: train\nentrypoint: python train.py\nenvFrom: [{secret: wandb}]\nworkers: {replicas: 1}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        IReadOnlyList<EnvSource> open = context.Policies.Rules.EnvFromOf(context.Team);
        foreach (Located<EnvFromRequest> asked in context.Request.EnvFrom?.Value ?? [])
        {
            if (asked.Value is { Secret: null, ConfigMap: null } or { Secret: not null, ConfigMap: not null })
            {
                yield return At(
                    asked,
                    "this names no source of variables, or two; write one of `{secret: NAME}` and `{configMap: NAME}`"
                );
                continue;
            }

            (Located<string> name, string kind, IEnumerable<string> names) = asked.Value.Secret is { } secret
                ? (secret, "Secret", open.Select(s => s.Secret?.Value).OfType<string>())
                : (asked.Value.ConfigMap!, "ConfigMap", open.Select(s => s.ConfigMap?.Value).OfType<string>());
            if (!open.Any(s => s.Is(asked.Value.Secret?.Value, asked.Value.ConfigMap?.Value)))
            {
                yield return At(
                    name,
                    $"team {context.Team} may not take variables from the {kind} `{name.Value}` as a whole; allowed: {MessageText.Allowed(names)}{(kind == "Secret" ? "; single keys can be named under `secrets`" : "")}"
                );
            }
        }
    }
}
