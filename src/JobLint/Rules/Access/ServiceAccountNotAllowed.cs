namespace Rayquest.JobLint.Rules.Access;

/// <summary>RQ5022: an account the team may not use.</summary>
public sealed class ServiceAccountNotAllowed : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ5022", "service-account-not-allowed", Severity.Error, "The service account is not allowed to the team.")
        {
            Category = RuleCategory.Security,
            Why =
                "A service account is what the pods may do, in the cluster and often in the cloud. Which ones a team may name is in `policies/rules.yaml`, under `serviceAccounts`; without an entry none may be named.",
            Bad = Example.Request(
                "name: train\nentrypoint: python train.py\nserviceAccount: nlp-reader\nworkers: {replicas: 1}\n"
            ),
            Good = Example.Request("name: train\nentrypoint: python train.py\nworkers: {replicas: 1}\n"),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        if (context.Request.ServiceAccount is not { } account)
        {
            return [];
        }

        IReadOnlyDictionary<string, IReadOnlyList<string>> granted = context.Policies.Rules.ServiceAccounts;
        IReadOnlyList<string> allowed =
            granted.GetValueOrDefault(context.Team) ?? granted.GetValueOrDefault(QuotasPolicy.DefaultTeam) ?? [];
        return Glob.MatchesAny(allowed, account.Value)
            ? []
            :
            [
                At(
                    account,
                    $"team {context.Team} may not use the service account `{account.Value}`; {(allowed.Count == 0 ? "it may name none: remove `serviceAccount`" : $"allowed: {MessageText.Allowed(allowed)}")}"
                ),
            ];
    }
}
