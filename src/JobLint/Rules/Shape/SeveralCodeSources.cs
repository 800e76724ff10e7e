namespace Rayquest.JobLint.Rules.Shape;

/// <summary>RQ0105: the code comes from two places.</summary>
public sealed class SeveralCodeSources : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ0105", "several-code-sources", Severity.Error, "The code comes from more than one place.")
        {
            Category = RuleCategory.Shape,
            Why =
                "`code.files`, `code.archive` and `runtimeEnv.working_dir` each decide what the working directory holds. Ray takes one working directory, so one of them would silently lose.",
            Facts = "5.2",
            Bad = Example.Request(
                "name: train\nentrypoint: python train.py\ncode:\n  archive: https://github.com/example/a/archive/4c1d7b0e9a2f83c65d1e0b7a9f8c3d2e1b4a5968.zip\nruntimeEnv:\n  working_dir: https://github.com/example/b/archive/4c1d7b0e9a2f83c65d1e0b7a9f8c3d2e1b4a5968.zip\nworkers: {replicas: 1}\n"
            ),
            Good = Example.Request(
                "name: train\nentrypoint: python train.py\ncode:\n  archive: https://github.com/example/a/archive/4c1d7b0e9a2f83c65d1e0b7a9f8c3d2e1b4a5968.zip\nworkers: {replicas: 1}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        CodeRequest? code = context.Request.Code?.Value;
        YamlEntry? workingDir = context.Request.RuntimeEnv?.Value.Entry("working_dir");
        int count = (code?.Files is null ? 0 : 1) + (code?.Archive is null ? 0 : 1) + (workingDir is null ? 0 : 1);
        if (count < 2)
        {
            return [];
        }

        List<(string Name, SourceSpan Span)> given = [];
        if (code?.Files is { } files)
        {
            given.Add(("`code.files`", files.Span));
        }

        if (code?.Archive is { } archive)
        {
            given.Add(("`code.archive`", archive.Span));
        }

        if (workingDir is not null)
        {
            given.Add(("`runtimeEnv.working_dir`", workingDir.Value.Span));
        }

        return
        [
            At(
                given[1].Span,
                $"the code comes from {MessageText.List([.. given.Select(g => g.Name)], "and")}, but there is one working directory; keep one of them"
            ) with
            {
                Related = [new RelatedLocation(given[0].Span, "also given here")],
            },
        ];
    }
}
