namespace Rayquest.JobLint.Rules.Clusters;

/// <summary>RQ1013: a lasting name that looks like a job's.</summary>
public sealed class NameLikeARun : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ1013", "name-like-a-run", Severity.Error, "The name ends as the name of a job does.")
        {
            Category = RuleCategory.Identity,
            HasFixedSeverity = true,
            Why =
                "A job is called by its request's name, a dash and five hexadecimal digits; what is edited in place is called by its name alone. One that ends the same way could be taken for a job that runs, or ran: in the ledger, in commands such as `/stop`, in the quota.",
            Bad = Example.Request("kind: RayCluster\nname: notebook-1f0c3\nworkers: {replicas: 1}\nlease: 30d\n"),
            Good = Example.Request("kind: RayCluster\nname: notebook-vision\nworkers: {replicas: 1}\nlease: 30d\n"),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context) =>
        KindRules.IsEditedInPlace(context.Kind)
        && context.Request.Name is { Value: { Length: > 6 } text } name
        && text[^6] == '-'
        && text[^5..].All(char.IsAsciiHexDigitLower)
            ? [At(name, $"`{text[^6..]}` is how the names of jobs end; choose another name")]
            : [];
}
