namespace Rayquest.JobLint.Rules.Environment;

/// <summary>RQ3027: a variable given in two places.</summary>
public sealed class VariableTwice : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ3027", "variable-twice", Severity.Error, "An environment variable is set in more than one place.")
        {
            Category = RuleCategory.Environment,
            MayBeIgnored = true,
            Why =
                "`env`, `secrets` and the keys that the platform lists for `envFrom` become variables of the containers, where the API server refuses a name twice; `runtimeEnv.env_vars` silently wins over them inside Ray's workers, but not for the entrypoint's submitter.",
            Facts = "5.2",
            Bad = Example.Request(
                "name: train\nentrypoint: python train.py\nenv: {WANDB_API_KEY: none}\nsecrets: [{name: wandb, key: api-key, env: WANDB_API_KEY}]\nworkers: {replicas: 1}\n"
            ),
            Good = Example.Request(
                "name: train\nentrypoint: python train.py\nsecrets: [{name: wandb, key: api-key, env: WANDB_API_KEY}]\nworkers: {replicas: 1}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        Dictionary<string, (string Where, SourceSpan Span)> seen = new(StringComparer.Ordinal);
        foreach ((string where, Located<string> name) in Names(context))
        {
            if (!seen.TryAdd(name.Value, (where, name.Span)))
            {
                (string first, SourceSpan span) = seen[name.Value];
                yield return At(name, $"`{name.Value}` is set in `{first}` already; keep one of them") with
                {
                    Related = [new RelatedLocation(span, "first set here")],
                };
            }
        }
    }

    private static IEnumerable<(string Where, Located<string> Name)> Names(RequestContext context)
    {
        JobRequest request = context.Request;
        foreach ((Located<string> name, _) in request.Env?.Value ?? [])
        {
            yield return ("env", name);
        }

        foreach (Located<SecretRequest> secret in request.Secrets?.Value ?? [])
        {
            if (secret.Value.Env is { } name)
            {
                yield return ("secrets", name);
            }
        }

        foreach (Located<EnvFromRequest> asked in request.EnvFrom?.Value ?? [])
        {
            EnvSource? source = context
                .Policies.Rules.EnvFromOf(context.Team)
                .FirstOrDefault(s => s.Is(asked.Value.Secret?.Value, asked.Value.ConfigMap?.Value));
            foreach (Located<string> key in source?.Keys ?? [])
            {
                yield return ("envFrom", new Located<string>(key.Value, asked.Span));
            }
        }

        foreach (YamlEntry entry in (request.RuntimeEnv?.Value["env_vars"] as YamlMapping)?.Entries ?? [])
        {
            yield return ("runtimeEnv.env_vars", new Located<string>(entry.Key.Value, entry.Key.Span));
        }
    }
}
