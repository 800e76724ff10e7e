using Rayquest.JobReport.Doctor.Checks;

namespace Rayquest.JobReport.Doctor.Checks;

/// <summary>Evaluates facts: every check in its order, each with at least one finding.</summary>
public static class Diagnosis
{
    private static readonly (DoctorCheck Check, Func<DoctorFacts, IEnumerable<Fault>> Evaluate)[] All =
    [
        .. MainBranchChecks.All,
        .. CodeOwnersChecks.All,
        .. BypassChecks.All,
        .. LedgerChecks.All,
        .. SecretChecks.All,
        .. WorkflowChecks.All,
        .. ActionsChecks.All,
        .. LookChecks.All,
    ];

    /// <summary>Every check there is.</summary>
    public static IReadOnlyList<DoctorCheck> Checks { get; } = [.. All.Select(entry => entry.Check)];

    /// <summary>What is found, in the order of the checks; those that need GitHub are left out when only the tree is known.</summary>
    public static IReadOnlyList<DoctorFinding> Evaluate(DoctorFacts facts) =>
        [
            .. All.Where(entry => facts.Settings is not null || !entry.Check.NeedsGitHub)
                .SelectMany(entry =>
                    entry
                        .Evaluate(facts)
                        .DefaultIfEmpty(new Fault(DoctorState.Fine, entry.Check.Title, null))
                        .Distinct()
                        .Select(fault => new DoctorFinding(entry.Check, fault.State, fault.Message, fault.Remedy))
                ),
        ];

    /// <summary>Whether something is known to let somebody get past the gate.</summary>
    public static bool LetsPast(IEnumerable<DoctorFinding> findings) =>
        findings.Any(finding => finding.State == DoctorState.Error);

    /// <summary>Whether something that could let somebody get past the gate couldn't be read.</summary>
    public static bool IsUnsure(IEnumerable<DoctorFinding> findings) =>
        findings.Any(finding => finding.State == DoctorState.Unread && finding.Check.HoldsGate);
}
