using Rayquest.JobEngines.Ray;

namespace Rayquest.JobLint.Rules.Entrypoint;

/// <summary>RQ3068: a command that begins with an option, and not with a program.</summary>
public sealed class EntrypointIsOption : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ3068",
            "entrypoint-is-option",
            Severity.Error,
            "The `entrypoint` begins with an option, and names no program."
        )
        {
            Category = RuleCategory.Entrypoint,
            MayBeIgnored = true,
            Why =
                "Ray hands the line to a shell of the head, `sh -c LINE`, which takes a line that begins with `-` for options of its own and ends at once: `sh: Illegal option -`. In a manifest written as a container's `args` the image's own `ENTRYPOINT` came first; Ray knows none.",
            Facts = "2.9",
            Bad = Example.Request("name: train\nentrypoint: --epochs 3\nworkers: {replicas: 1}\n"),
            Good = Example.Request("name: train\nentrypoint: python train.py --epochs 3\nworkers: {replicas: 1}\n"),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context) =>
        context.Request.Entrypoint is { } entrypoint ? Check(entrypoint, context.EntrypointShell) : [];

    /// <summary>The faults of an entrypoint, wherever it is written.</summary>
    internal IEnumerable<Finding> Check(Located<string> entrypoint, ShellText shell) =>
        shell.Tokens is [{ Kind: ShellTokenKind.Word } first, ..] && first.Text.StartsWith('-')
            ?
            [
                At(
                    SpanLocator.Within(entrypoint, first.Start, first.End - first.Start),
                    $"`{MessageText.Shorten(first.Text)}` is an option, and no program stands before it; begin with the program, such as `python train.py`"
                ),
            ]
            : [];
}
