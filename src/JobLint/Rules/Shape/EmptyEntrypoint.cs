namespace Rayquest.JobLint.Rules.Shape;

/// <summary>RQ0102: an entrypoint without a command in it.</summary>
public sealed class EmptyEntrypoint : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ0102", "empty-entrypoint", Severity.Error, "The `entrypoint` holds no command.")
        {
            Category = RuleCategory.Shape,
            Why =
                "KubeRay does not check the entrypoint: the cluster is started, with its GPUs, and then there is nothing to submit.",
            Facts = "X8",
            Bad = Example.Request("name: train\nentrypoint: \"  \"\nworkers: {replicas: 1}\n"),
            Good = Example.Request("name: train\nentrypoint: python train.py\nworkers: {replicas: 1}\n"),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        if (context.Request.Entrypoint is not { } entrypoint)
        {
            return [];
        }

        foreach (Range line in entrypoint.Value.AsSpan().Split('\n'))
        {
            ReadOnlySpan<char> text = entrypoint.Value.AsSpan()[line].Trim();
            if (!text.IsEmpty && text[0] != '#')
            {
                return [];
            }
        }

        return
        [
            At(entrypoint, "the entrypoint holds no command, only blanks or comments; write the command Ray shall run"),
        ];
    }
}
