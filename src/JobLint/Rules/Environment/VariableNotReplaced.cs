namespace Rayquest.JobLint.Rules.Environment;

/// <summary>RQ3031: a variable in the value of a variable, written as a shell would have it.</summary>
public sealed class VariableNotReplaced : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ3031",
            "variable-not-replaced",
            Severity.Warning,
            "A value of `env` holds `$NAME`, which nobody replaces there."
        )
        {
            Category = RuleCategory.Environment,
            MayBeIgnored = true,
            Why =
                "No shell reads the values of a container's variables. Kubernetes replaces `$(NAME)`, in round brackets, by a variable of the same container that is set before it, and nothing else: with `$NAME` or `${NAME}` the program gets those very letters, and `PATH: $PATH:/opt/bin` leaves no program to be found.",
            Facts = "2.9",
            Bad = Example.Request(
                "name: train\nentrypoint: python train.py\nenv: {BUCKET: models, OUT: \"s3://$BUCKET/out\"}\nworkers: {replicas: 1}\n"
            ),
            Good = Example.Request(
                "name: train\nentrypoint: python train.py\nenv: {BUCKET: models, OUT: \"s3://$(BUCKET)/out\"}\nworkers: {replicas: 1}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        foreach ((_, Located<string> value) in context.Request.Env?.Value ?? [])
        {
            if (Of(value) is { } finding)
            {
                yield return finding;
            }
        }
    }

    /// <summary>What is told of a value, wherever it is set.</summary>
    internal Finding? Of(Located<string> value)
    {
        string text = value.Value;
        for (int at = text.IndexOf('$', StringComparison.Ordinal); at >= 0; at = text.IndexOf('$', at + 1))
        {
            bool isOpen = at + 1 < text.Length && text[at + 1] == '{';
            int start = at + (isOpen ? 2 : 1);
            int end = start;
            while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_'))
            {
                end++;
            }

            bool isName = end > start && !char.IsAsciiDigit(text[start]);
            if (
                isName
                && (!isOpen || (end < text.Length && text[end] == '}'))
                // A price, a hash or a pattern holds a dollar sign too.
                && (at == 0 || text[at - 1] is not ('$' or '\\'))
                && (isOpen || text[start..end].All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c) || c == '_'))
            )
            {
                string name = text[start..end];
                return At(
                    SpanLocator.Within(value, at, end - at + (isOpen ? 1 : 0)),
                    $"nobody replaces this: Kubernetes reads `$({name})` only, where `{name}` is a variable of the same container that is set before"
                );
            }
        }

        return null;
    }
}
