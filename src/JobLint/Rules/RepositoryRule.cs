namespace Rayquest.JobLint.Rules;

/// <summary>One rule over the whole change: duplicate names, files under <c>jobs/</c>, policies.</summary>
public abstract class RepositoryRule
{
    /// <summary>What the catalogue knows of the rule.</summary>
    public abstract RuleInfo Info { get; }

    /// <summary>The faults found.</summary>
    public abstract IEnumerable<Finding> Check(RepositoryContext context);

    /// <summary>A finding at a span.</summary>
    protected Finding At(SourceSpan span, Message message, Fix? fix = null) =>
        new(Info, Info.DefaultSeverity, span, message) { Fix = fix };
}
