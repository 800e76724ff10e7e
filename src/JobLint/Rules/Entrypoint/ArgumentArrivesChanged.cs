using Rayquest.JobEngines.Ray;

namespace Rayquest.JobLint.Rules.Entrypoint;

/// <summary>RQ3066: an argument that loses its quotes on the way to the program.</summary>
public sealed class ArgumentArrivesChanged : Rule
{
    internal const string Reason =
        "In `K8sJobMode` and `SidecarMode` two shells read the entrypoint: that of the submitter, and that of the head. Between them `ray job submit` makes one line of the arguments; before Ray 2.58 it quotes only those with a blank in them, and with double quotes. Anything else that a shell takes for its own is bare when the head's shell reads it: `'x?a=1&b=2'` is cut at the `&`, `'count(*)'` is a syntax error, `\"it's\"` opens a quote, `'{\"a\":\"$b\"}'` loses its variable. Where Ray's version isn't known, or is 2.56 or 2.57, it is a warning.\n\nWrite the quotes twice, as `--fix` does, put the command into a script, or use `submissionMode: HTTPMode`, where only the head's shell reads it.";

    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ3066",
            "argument-arrives-changed",
            Severity.Error,
            "An argument of the `entrypoint` loses its quotes before the program gets it."
        )
        {
            Category = RuleCategory.Entrypoint,
            MayBeIgnored = true,
            Why = Reason,
            Facts = "2.9",
            Bad = Example.Request("name: train\nentrypoint: python train.py --sep ';'\nworkers: {replicas: 1}\n"),
            Good = Example.Request("name: train\nentrypoint: python train.py --sep \"';'\"\nworkers: {replicas: 1}\n"),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context) =>
        context is { Request.Entrypoint: { } text, IsShellSubmitted: true } ? Check(text, context.RayVersion) : [];

    /// <summary>The faults of an entrypoint that the submitter's shell reads, wherever it is written.</summary>
    internal IEnumerable<Finding> Check(Located<string> text, string? rayVersion)
    {
        if (ShellText.IsPlain(text.Value))
        {
            yield break;
        }

        IReadOnlyList<ChangedArgument> changed = ChangedArgument.Of(
            text.Value,
            RoadOf.Release(isSubmitted: true, rayVersion)
        );
        Fix? fix = EntrypointRewrite.Of(text, changed);
        foreach (ChangedArgument argument in changed)
        {
            Finding finding = At(
                SpanLocator.Within(text, argument.Start, argument.End - argument.Start),
                Message(argument),
                fix
            );
            yield return argument.IsCertain ? finding : finding with { Severity = Severity.Warning };
            // One edit fixes them all.
            fix = null;
        }
    }

    internal static Message Message(ChangedArgument argument)
    {
        Message remedy = argument.Written is { } written
            ? (Message)$"write `{MessageText.Shorten(written)}`"
            : "put the command into a script";
        Message cause = argument.Meant.Contains("$$", StringComparison.Ordinal)
            ? "the kubelet makes one of two dollar signs, and two shells read the rest"
            : "`ray job submit` passes it on without its quotes";
        return $"`{MessageText.Shorten(argument.Meant)}` {argument.Effect}: {cause}; {remedy}";
    }
}
