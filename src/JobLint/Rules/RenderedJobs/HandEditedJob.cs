namespace Rayquest.JobLint.Rules.RenderedJobs;

/// <summary>RQ1020: a rendered file somebody edited.</summary>
public sealed class HandEditedJob : RepositoryRule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ1020", "hand-edited-job", Severity.Error, "A file under `jobs/` was edited by hand.")
        {
            Category = RuleCategory.RenderedJobs,
            Why =
                "Files under `jobs/` are rendered from requests and carry a digest of their content. An edit there would run something no reviewer of the request has seen; the next rendering would undo it.",
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RepositoryContext context)
    {
        foreach (JobFile file in context.JobFiles)
        {
            if (file is { Header: { } header, IsIntact: false })
            {
                yield return At(
                    file.Top,
                    $"`{file.Path}` is not what was rendered from `{header.RequestPath}`; edit the request instead, and run `rayquest render`"
                );
            }
        }
    }
}
