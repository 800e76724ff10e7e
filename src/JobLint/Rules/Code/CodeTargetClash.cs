namespace Rayquest.JobLint.Rules.Code;

/// <summary>RQ3046: a file where a folder is.</summary>
public sealed class CodeTargetClash : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ3046", "code-target-clash", Severity.Error, "One path of `code.files` lies below another.")
        {
            Category = RuleCategory.Code,
            Why =
                "`lib` can't be a file and the folder of `lib/a.py` at once: the kubelet can't mount it and the pods stay in ContainerCreating.",
            Bad = Example.Repository(
                "# file: jobs-requests/vision/train/a.py\nprint(1)\n# file: jobs-requests/vision/train.yaml\nname: train\nentrypoint: python lib/a.py\ncode:\n  files: {lib: train/a.py, lib/a.py: train/a.py}\nworkers: {replicas: 1}\n"
            ),
            Good = Example.Repository(
                "# file: jobs-requests/vision/train/a.py\nprint(1)\n# file: jobs-requests/vision/train.yaml\nname: train\nentrypoint: python lib/a.py\ncode:\n  files: {lib/a.py: train/a.py}\nworkers: {replicas: 1}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        IReadOnlyList<KeyValuePair<Located<string>, Located<string>>> files =
            context.Request.Code?.Value.Files?.Value ?? [];
        Dictionary<string, SourceSpan> targets = new(StringComparer.Ordinal);
        foreach ((Located<string> target, _) in files)
        {
            targets[target.Value] = target.Span;
        }

        foreach ((Located<string> target, _) in files)
        {
            for (
                int slash = target.Value.IndexOf('/', StringComparison.Ordinal);
                slash > 0;
                slash = target.Value.IndexOf('/', slash + 1)
            )
            {
                if (targets.TryGetValue(target.Value[..slash], out SourceSpan above))
                {
                    yield return At(
                        target,
                        $"`{target.Value[..slash]}` is shipped as a file, so `{target.Value}` can't lie below it; rename one"
                    ) with
                    {
                        Related = [new RelatedLocation(above, "the file")],
                    };
                }
            }
        }
    }
}
