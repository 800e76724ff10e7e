namespace Rayquest.JobLint.Rules.RenderedJobs;

/// <summary>RQ1021: a rendered file whose request is gone.</summary>
public sealed class OrphanedJob : RepositoryRule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ1021", "orphaned-job", Severity.Error, "A file under `jobs/` has no request.")
        {
            Category = RuleCategory.RenderedJobs,
            Why =
                "What runs must have a request that somebody submitted and that policies have evaluated. Deleting a request is how a job is stopped; its rendered file then goes with the next rendering.",
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RepositoryContext context)
    {
        foreach (JobFile file in context.JobFiles)
        {
            JobHeader? header = file.Header;
            if (header is null)
            {
                continue;
            }

            string request = RequestPath.RequestOf(file.Path);
            bool withdrawn = context.Base is { } before && before.Find(request) is not null;
            if (header.RequestPath != request)
            {
                yield return At(
                    file.Top,
                    $"`{file.Path}` says it comes from `{MessageText.Shorten(header.RequestPath)}`, which is rendered to another place; remove it and run `rayquest render`"
                );
            }
            else if (!withdrawn && !context.HasRequest(request))
            {
                yield return At(
                    file.Top,
                    $"`{file.Path}` has no request: there is no `{request}`; run `rayquest render`, which removes it"
                );
            }
        }
    }
}
