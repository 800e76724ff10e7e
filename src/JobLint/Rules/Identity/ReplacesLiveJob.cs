namespace Rayquest.JobLint.Rules.Identity;

/// <summary>RQ1011: an edit that stops a live job.</summary>
public sealed class ReplacesLiveJob : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ1011", "replaces-live-job", Severity.Warning, "The edit stops a live job and starts another.")
        {
            Category = RuleCategory.Identity,
            Why =
                "KubeRay ignores edits to a running RayJob, so an edited request becomes a new object under a new name, and Argo CD removes the old one, whatever it was doing. Editing only `description` or `owner` replaces nothing.",
            Facts = "2.6",
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        if (
            context.Live is not { } live
            || context.Plan is not { } plan
            || plan.Identity.Is(live.Header)
            || IsEdit(live.Header, plan)
        )
        {
            return [];
        }

        string stops = MessageText.List([.. live.Header.Jobs.Take(5).Select(j => j.Name)], "and");
        string more = live.Header.Jobs.Count > 5 ? $" and {live.Header.Jobs.Count - 5} more" : "";
        string starts = plan.Jobs.Count == 1 ? plan.Jobs[0].ObjectName : $"{plan.Jobs.Count} jobs";
        return
        [
            At(
                context.Anchor,
                $"this stops {stops}{more} and starts {starts}; to keep it running, submit a request of another name"
            ),
        ];
    }

    // What keeps its name is edited, not replaced.
    private static bool IsEdit(JobHeader live, RequestPlan plan) =>
        live.Jobs is [{ } old]
        && plan.Jobs is [{ } job]
        && KindRules.IsEditedInPlace(job.Kind)
        && old.Kind == job.Kind
        && old.Name == job.ObjectName;
}
