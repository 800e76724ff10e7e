namespace Rayquest.JobLint.Rules.Shape;

/// <summary>RQ0024: a request whose manifests would be too large.</summary>
public sealed class ManifestTooLarge : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ0024",
            "manifest-too-large",
            Severity.Error,
            "The request would render to more manifest than a cluster takes."
        )
        {
            Category = RuleCategory.Syntax,
            HasFixedSeverity = true,
            Why =
                "Jobs of a sweep, worker groups and variables multiply: a few lines can ask for gigabytes. An API server refuses objects beyond 1.5 MiB, of which the operator keeps a second copy, and Argo CD reads no more than 10 MiB of manifests from a team's folder. So a job may take 1 MiB, and a request 8 MiB.",
            Facts = "4.2",
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        RequestPlan? plan = context.Plan;
        if (plan is null || plan.Jobs.Count == 0)
        {
            yield break;
        }

        JobPlan job = plan.Jobs[0];
        if (ManifestSize.Of(job) is var one and > ManifestSize.MostPerJob)
        {
            yield return At(
                Largest(context, job),
                $"one job would take about {MiB(one)} MiB of manifest ({1 + job.Workers.Count} pods with {job.Env.Count} variables each), at most {MiB(ManifestSize.MostPerJob)} MiB are taken; join worker groups, or move values into files"
            );
        }
        else if (ManifestSize.Of(plan) is var all and > ManifestSize.MostPerFile)
        {
            yield return At(
                context.Request.Sweep?.Span ?? context.Anchor,
                $"the {plan.Jobs.Count:N0} jobs would take about {MiB(all)} MiB of manifest, at most {MiB(ManifestSize.MostPerFile)} MiB are taken; shorten the sweep, or search with Ray Tune inside one job"
            );
        }
    }

    private static SourceSpan Largest(RequestContext context, JobPlan job) =>
        job.Env.Count > 0 && context.Request.Env is { } env
            ? env.Span
            : context.Request.Workers?.Span ?? context.Anchor;

    private static long MiB(long bytes) => (bytes + (1 << 20) - 1) >> 20;
}
