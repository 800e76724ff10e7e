namespace Rayquest.JobLint.Rules.RenderedJobs;

/// <summary>RQ1022: a file under <c>jobs/</c> that we did not render.</summary>
public sealed class ForeignJobFile : RepositoryRule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ1022", "foreign-job-file", Severity.Error, "A file under `jobs/` was not rendered by Rayquest.")
        {
            Category = RuleCategory.RenderedJobs,
            Why =
                "Argo CD applies everything under `jobs/`. A manifest that comes from no request has passed no policy: no quota, no image rule, no reviewer of the team.",
            Bad = Example.Repository(
                "# file: jobs/vision/mine.yaml\napiVersion: v1\nkind: Pod\nmetadata: {name: mine}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RepositoryContext context)
    {
        foreach (JobFile file in context.JobFiles)
        {
            if (file.Header is null)
            {
                yield return At(
                    file.Top,
                    $"`{file.Path}` was not rendered from a request; remove it, and submit a request under `jobs-requests/`"
                );
            }
        }
    }
}
