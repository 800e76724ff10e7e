namespace Rayquest.JobReport.Doctor.Checks;

using CheckRule = (DoctorCheck Check, Func<DoctorFacts, IEnumerable<Fault>> Evaluate);

/// <summary>Who may write the record of what ran: the App alone.</summary>
internal static class LedgerChecks
{
    public static IReadOnlyList<CheckRule> All { get; } =
    [
        (
            new("ledger-rules", "nobody else moves, rewrites or deletes the ledger", true, true),
            facts =>
                Fault.In(
                    facts.Settings!.Ledger.Rules,
                    $"the rules of {facts.Settings!.Ledger.Branch}",
                    rules => Rules(facts.Settings!.Ledger.Branch, rules)
                )
        ),
        (
            new("ledger-app", "the App writes the ledger", true, false),
            facts =>
                BypassChecks.App(
                    facts.Settings!,
                    facts.Settings!.Ledger,
                    "the status sync can't note anything, and stops"
                )
        ),
        (
            new("ledger-bypass", "nobody but the App passes the rules of the ledger", true, true),
            facts => BypassChecks.Others(facts.Settings!, facts.Settings!.Ledger)
        ),
    ];

    private static IEnumerable<Fault> Rules(string branch, IReadOnlyList<BranchRule> rules)
    {
        string where = $"Settings, Rules, Rulesets, New branch ruleset for `{branch}`, bypass list: the App, always";
        if (!rules.Any(rule => rule.Type == "update"))
        {
            yield return Fault.Error(
                $"whoever may write can push to {branch}: they stop the status sync, or take it back to an older word of ours",
                $"{where}: Restrict updates"
            );
        }

        if (!rules.Any(rule => rule.Type == "deletion"))
        {
            yield return Fault.Error(
                $"whoever may write can delete {branch}, and with it what is known of running jobs",
                $"{where}: Restrict deletions"
            );
        }

        if (!rules.Any(rule => rule.Type == "non_fast_forward"))
        {
            yield return Fault.Warning($"nothing blocks force pushes to {branch}", $"{where}: Block force pushes");
        }
    }
}
