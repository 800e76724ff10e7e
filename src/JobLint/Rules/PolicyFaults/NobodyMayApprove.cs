namespace Rayquest.JobLint.Rules.PolicyFaults;

/// <summary>RQ0612: approval that nobody can give.</summary>
public sealed class NobodyMayApprove : PolicyRule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ0612",
            "nobody-may-approve",
            Severity.Warning,
            "A team has a soft limit, but nobody may approve beyond it."
        )
        {
            Category = RuleCategory.Policy,
            Why =
                "A request over `soft` waits for an approver. Without one it waits for ever; the author's own approval never counts, so one approver who also submits is not enough either.",
            Bad = Example.Policy(
                "# policies/quotas.yaml\nteams:\n  vision:\n    soft: {gpus: {a100: 8}}\n    hard: {gpus: {a100: 16}}\n"
            ),
            Good = Example.Policy(
                "# policies/quotas.yaml\nteams:\n  vision:\n    approvers: [bob, carol]\n    soft: {gpus: {a100: 8}}\n    hard: {gpus: {a100: 16}}\n"
            ),
        };

    /// <inheritdoc/>
    protected override IEnumerable<Finding> Check(LoadedPolicies loaded)
    {
        if (loaded.Policies.Quotas.Approvers.Count > 0)
        {
            yield break;
        }

        foreach ((string name, TeamPolicy team) in loaded.Policies.Quotas.Teams)
        {
            if (
                team.Approvers.Count == 0
                && (
                    team.Soft.Gpus.Count > 0
                    || team.Soft.Cpu is not null
                    || team.Soft.Memory is not null
                    || team.Soft.Jobs is not null
                )
            )
            {
                yield return At(
                    SpanOfKey(loaded, PolicyLoader.QuotasPath, ["teams"], name),
                    $"nobody may approve what team {name} asks for beyond `soft`; add `approvers` to the team, or to the file"
                );
            }
        }
    }
}
