namespace Rayquest.JobLint.Rules.Volcano;

/// <summary>A rule over what a Volcano Job can't say, where requests are rendered to those.</summary>
public abstract class VolcanoTargetRule : Rule
{
    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context) =>
        context.Policies.Platform.Target == DeliveryTarget.Volcano ? Of(context) : [];

    /// <summary>The faults of a request.</summary>
    protected abstract IEnumerable<Finding> Of(RequestContext context);
}
