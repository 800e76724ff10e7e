namespace Rayquest.JobLint.Rules.Clusters;

/// <summary>RQ2042: a longer lease than allowed.</summary>
public sealed class LeaseOverLimit : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ2042", "lease-over-limit", Severity.Error, "The lease is longer than any may be.")
        {
            Category = RuleCategory.Resources,
            Why =
                "`maxLease` in `policies/rules.yaml` bounds how long a cluster is given at a time. A lease is renewed by an edit of the request, and each renewal is evaluated as the first one was.",
            Bad = Example.Repository(
                "# file: policies/rules.yaml\nmaxLease: 30d\n# file: jobs-requests/vision/shared.yaml\nkind: RayCluster\nname: shared\nimage: rayproject/ray:2.52.0\nworkers: {replicas: 2}\nlease: 90d\n"
            ),
            Good = Example.Repository(
                "# file: policies/rules.yaml\nmaxLease: 30d\n# file: jobs-requests/vision/shared.yaml\nkind: RayCluster\nname: shared\nimage: rayproject/ray:2.52.0\nworkers: {replicas: 2}\nlease: 30d\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context) =>
        context.Request.Lease is { } lease && context.Policies.Rules.MaxLease is { } most && lease.Value > most
            ?
            [
                At(
                    lease,
                    $"asks for {lease.Value}, but a lease may take {most}: lower `lease` and renew it, or ask {ApproverText.Of(context.Policies, context.TeamPolicy)}"
                ),
            ]
            : [];
}
