namespace Rayquest.JobLint.Rules.Environment;

/// <summary>RQ3026: variables in the runtime environment that the submitter's shell replaces.</summary>
public sealed class RuntimeEnvExpandedByShell : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ3026",
            "runtime-env-expanded-by-shell",
            Severity.Error,
            "A `$` or backtick in `runtimeEnv` is replaced by the submitter's shell."
        )
        {
            Category = RuleCategory.Environment,
            MayBeIgnored = true,
            Why =
                "In `K8sJobMode` and `SidecarMode` KubeRay puts the runtime environment between double quotes into a shell command. The shell replaces `$VAR`, `${VAR}` and backticks by what they are in the submitter's pod, mostly nothing, before Ray sees them: `${LD_LIBRARY_PATH}:/x` becomes `:/x`. In `HTTPMode` they reach Ray as they are.",
            Facts = "2.9",
            Bad = Example.Request(
                "name: train\nentrypoint: python train.py\nruntimeEnv:\n  env_vars: {PYTHONPATH: \"${PYTHONPATH}:/opt/lib\"}\nworkers: {replicas: 1}\n"
            ),
            Good = Example.Request(
                "name: train\nsubmissionMode: HTTPMode\nentrypoint: python train.py\nruntimeEnv:\n  env_vars: {PYTHONPATH: \"${PYTHONPATH}:/opt/lib\"}\nworkers: {replicas: 1}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        YamlMapping? runtime = context.Request.RuntimeEnv?.Value;
        if (!context.IsShellSubmitted || runtime is null)
        {
            yield break;
        }

        foreach (YamlScalar scalar in SpanLocator.Scalars(runtime))
        {
            if (Expansion(scalar.Value) is { } expansion)
            {
                yield return At(
                    SpanLocator.Within(
                        new Located<string>(scalar.Value, scalar.Span),
                        expansion.Offset,
                        expansion.Length
                    ),
                    $"the shell of the submitter replaces this before Ray sees it; use `submissionMode: HTTPMode`, set it in the image, or in `env`"
                );
            }
        }
    }

    private static (int Offset, int Length)? Expansion(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '`')
            {
                return (i, 1);
            }

            if (text[i] != '$' || text.AsSpan(i).StartsWith(Sweep.Open))
            {
                continue;
            }

            char next = i + 1 < text.Length ? text[i + 1] : ' ';
            if (
                char.IsAsciiLetterOrDigit(next)
                || next is '_' or '{' or '(' or '@' or '*' or '#' or '?' or '$' or '!' or '-'
            )
            {
                int end = next == '{' ? text.IndexOf('}', i) + 1 : i + 2;
                while (next != '{' && end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_'))
                {
                    end++;
                }

                return (i, Math.Max(1, end - i));
            }
        }

        return null;
    }
}
