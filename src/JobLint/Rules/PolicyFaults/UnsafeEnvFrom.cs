using Rayquest.JobLint.Rules.Access;
using Rayquest.JobLint.Rules.Environment;

namespace Rayquest.JobLint.Rules.PolicyFaults;

/// <summary>RQ0631: a source of variables that may set any, or one that is protected.</summary>
public sealed class UnsafeEnvFrom : PolicyRule
{
    // What Ray and KubeRay rely on, and what loads other code: by the beginning of the name, and by all of it.
    private static readonly string[] Families = ["RAY_", "_RAY_", "KUBERAY_", "REDIS_", "LD_", "PYTHON"];

    private static readonly string[] Single =
    [
        "BASH_ENV",
        "ENV",
        "FQ_RAY_IP",
        "JAVA_TOOL_OPTIONS",
        "NODE_OPTIONS",
        "PERL5OPT",
        "PROMPT_COMMAND",
    ];

    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ0631",
            "unsafe-env-from",
            Severity.Error,
            "A source of `envFrom` can't be used, or may set variables that are protected."
        )
        {
            Category = RuleCategory.Policy,
            HasFixedSeverity = true,
            Why =
                "Whoever writes the Secret or ConfigMap sets what its keys are called. With `keys` only those become variables, with `prefix` all do under names that begin so; neither may reach the variables of Ray, KubeRay and the device plugin (RQ3028) or those that load other code (RQ5029).",
            Bad = Example.Policy(
                "# policies/rules.yaml\nenvFrom:\n  vision:\n  - {secret: wandb, keys: [WANDB_API_KEY, LD_PRELOAD]}\n  - {configMap: settings, prefix: RAY_}\n  - {configMap: proxy}\n"
            ),
            Good = Example.Policy(
                "# policies/rules.yaml\nenvFrom:\n  vision:\n  - {secret: wandb, keys: [WANDB_API_KEY]}\n  - {configMap: settings, prefix: SETTINGS_}\n  - {configMap: proxy, keys: [HTTPS_PROXY]}\n"
            ),
        };

    /// <inheritdoc/>
    protected override IEnumerable<Finding> Check(LoadedPolicies loaded)
    {
        foreach ((string team, IReadOnlyList<EnvSource> sources) in loaded.Policies.Rules.EnvFrom)
        {
            foreach (EnvSource source in sources)
            {
                if ((source.Secret ?? source.ConfigMap) is not { } name)
                {
                    yield return At(
                        SpanOf(loaded, PolicyLoader.RulesPath, "envFrom", team),
                        $"a source of team {team} names neither a `secret` nor a `configMap`"
                    );
                    continue;
                }

                if (source is { Secret: not null, ConfigMap: { } second })
                {
                    yield return At(second.Span, "a source is a `secret` or a `configMap`; make two of them");
                }

                if (source.Keys.Count == 0 && source.Prefix is null)
                {
                    yield return At(
                        name.Span,
                        $"`{name.Value}` could set any variable, `LD_PRELOAD` too; list its `keys`, or give a `prefix`"
                    );
                }
                else if (source is { Keys.Count: > 0, Prefix: { } both })
                {
                    yield return At(both.Span, "with `keys` the variables are called as these are; remove `prefix`");
                }

                foreach (Located<string> key in source.Keys)
                {
                    if (
                        EngineVariable.Why(key.Value) is not null
                        || EngineVariable.HandsOutDevices(key.Value)
                        || LoaderVariable.IsLoader(key.Value)
                    )
                    {
                        yield return At(
                            key.Span,
                            $"`{key.Value}` is Ray's, KubeRay's or the device plugin's own, or loads other code; remove it from `keys`"
                        );
                    }
                }

                if (source.Prefix is { } prefix && IsGuarded(prefix.Value))
                {
                    yield return At(
                        prefix.Span,
                        $"names that begin with `{prefix.Value}` may be Ray's, KubeRay's or the device plugin's own, or load other code; use another prefix, such as `SETTINGS_`"
                    );
                }
            }
        }
    }

    private static bool IsGuarded(string prefix) =>
        Families.Any(f =>
            f.StartsWith(prefix, StringComparison.Ordinal) || prefix.StartsWith(f, StringComparison.Ordinal)
        ) || Single.Concat(EngineVariable.Devices).Any(n => n.StartsWith(prefix, StringComparison.Ordinal));
}
