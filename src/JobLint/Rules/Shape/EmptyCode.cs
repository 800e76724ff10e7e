namespace Rayquest.JobLint.Rules.Shape;

/// <summary>RQ0106: <c>code</c> without a source.</summary>
public sealed class EmptyCode : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ0106", "empty-code", Severity.Error, "`code` names no source.")
        {
            Category = RuleCategory.Shape,
            Why = "An empty `code` ships nothing; the entrypoint would look for files that are not there.",
            Bad = Example.Request("name: train\nentrypoint: python train.py\ncode: {}\nworkers: {replicas: 1}\n"),
            Good = Example.Request("name: train\nentrypoint: python train.py\nworkers: {replicas: 1}\n"),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context) =>
        context.Request.Code is { } code
        && code.Value.Archive is null
        && (code.Value.Files is null or { Value.Count: 0 })
        && IsEmpty(context)
            ? [At(code, "`code` names neither `files` nor an `archive`; name one, or remove `code`")]
            : [];

    // A source that could not be read has been reported already.
    private static bool IsEmpty(RequestContext context) =>
        context.Document.Root is { } root
        && root["code"] is YamlMapping code
        && code.Entries.All(e => e.Value is YamlMapping { Entries.Length: 0 } or YamlScalar { IsNull: true });
}
