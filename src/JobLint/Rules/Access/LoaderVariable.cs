namespace Rayquest.JobLint.Rules.Access;

/// <summary>RQ5029: a variable that runs other code first.</summary>
public sealed class LoaderVariable : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ5029",
            "loader-variable",
            Severity.Warning,
            "An environment variable makes every process load other code first."
        )
        {
            Category = RuleCategory.Security,
            Why =
                "`LD_PRELOAD`, `PYTHONPATH`, `BASH_ENV`, the hooks of Ray (`RAY_RUNTIME_ENV_HOOK`) and their like act on everything in the pods, Ray included, and hide what runs from a reviewer.",
            Bad = Example.Request(
                "name: train\nentrypoint: python train.py\nenv: {LD_PRELOAD: /data/hook.so}\nworkers: {replicas: 1}\n"
            ),
            Good = Example.Request(
                "name: train\nentrypoint: python train.py\nenv: {OMP_NUM_THREADS: \"4\"}\nworkers: {replicas: 1}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        foreach ((Located<string> name, _) in context.Request.Env?.Value ?? [])
        {
            if (Of(name) is { } finding)
            {
                yield return finding;
            }
        }

        foreach (Located<SecretRequest> secret in context.Request.Secrets?.Value ?? [])
        {
            if (secret.Value.Env is { } name && Of(name) is { } finding)
            {
                yield return finding;
            }
        }

        foreach (YamlEntry entry in (context.Request.RuntimeEnv?.Value["env_vars"] as YamlMapping)?.Entries ?? [])
        {
            if (IsLoader(entry.Key.Value))
            {
                yield return At(
                    entry.Key.Span,
                    $"`{entry.Key.Value}` makes every process of the job load other code first; put it into the image, where it is reviewed"
                );
            }
        }
    }

    /// <summary>What is told of a variable of the pods by its name.</summary>
    internal Finding? Of(Located<string> name) =>
        IsLoader(name.Value)
            ? At(
                name,
                $"`{name.Value}` makes every process in the pods load other code first; put it into the image, where it is reviewed, or start the command with it"
            )
            : null;

    /// <summary>Whether a variable makes processes load other code.</summary>
    internal static bool IsLoader(string name) =>
        // Ray imports and calls whatever its hooks name, in its own processes.
        (
            name.TrimStart('_').StartsWith("RAY_", StringComparison.Ordinal)
            && name.Contains("_HOOK", StringComparison.Ordinal)
        )
        || name
            is "PYTHONPATH"
                or "PYTHONUSERBASE"
                or "PYTHONPLATLIBDIR"
                or "PYTHONBREAKPOINT"
                or "RAY_RUNTIME_ENV_PLUGINS"
                or "RAY_PRELOAD_PYTHON_MODULES"
                or "LD_PRELOAD"
                or "LD_AUDIT"
                or "PYTHONSTARTUP"
                or "PYTHONHOME"
                or "PYTHONINSPECT"
                or "BASH_ENV"
                or "ENV"
                or "PROMPT_COMMAND"
                or "PERL5OPT"
                or "NODE_OPTIONS"
                or "JAVA_TOOL_OPTIONS";
}
