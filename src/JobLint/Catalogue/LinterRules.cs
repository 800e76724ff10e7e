namespace Rayquest.JobLint.Catalogue;

/// <summary>What the linter itself reports about ignoring rules, and our own faults.</summary>
public static class LinterRules
{
    /// <summary>RQ0050: an ignore comment that can't be followed.</summary>
    public static RuleInfo MalformedIgnore { get; } =
        new(
            "RQ0050",
            "malformed-ignore",
            Severity.Error,
            "A `# rayquest: ignore` comment has no rule, an unknown rule, or no reason."
        )
        {
            Category = RuleCategory.Syntax,
            HasFixedSeverity = true,
            Why =
                "An exception without a reason can't be evaluated by a reviewer, and one that names no rule has no effect.",
            Bad = new RuleExample(
                ExampleKind.Request,
                "name: train # rayquest: ignore RQ1002\nentrypoint: python train.py\nworkers: {replicas: 1}\n"
            ),
            Good = new RuleExample(
                ExampleKind.Request,
                "name: train\nentrypoint: python train.py\nworkers: {replicas: 1}\n"
            ),
        };

    /// <summary>RQ0051: an ignore comment that ignores nothing.</summary>
    public static RuleInfo UnusedIgnore { get; } =
        new("RQ0051", "unused-ignore", Severity.Warning, "A `# rayquest: ignore` comment ignores nothing.")
        {
            Category = RuleCategory.Syntax,
            HasFixedSeverity = true,
            Why = "It would silently cover a future fault on that line.",
            Bad = new RuleExample(
                ExampleKind.Request,
                "name: train # rayquest: ignore RQ1002 we like it\nentrypoint: python train.py\nworkers: {replicas: 1}\n"
            ),
            Good = new RuleExample(
                ExampleKind.Request,
                "name: train\nentrypoint: python train.py\nworkers: {replicas: 1}\n"
            ),
        };

    /// <summary>RQ0052: a rule that can't be ignored.</summary>
    public static RuleInfo ForbiddenIgnore { get; } =
        new(
            "RQ0052",
            "forbidden-ignore",
            Severity.Error,
            "A rule that protects others can't be ignored from the request."
        )
        {
            Category = RuleCategory.Syntax,
            HasFixedSeverity = true,
            Why =
                "Quota, access and security rules are the platform's: they are changed in `policies/rules.yaml`, under review by the platform team, never by the request that breaks them.",
        };

    /// <summary>RQ9001: a fault of ours.</summary>
    public static RuleInfo InternalError { get; } =
        new("RQ9001", "internal-fault", Severity.Error, "A rule failed by itself: our fault, not the request's.")
        {
            Category = RuleCategory.Internal,
            HasFixedSeverity = true,
            Why =
                "The linter caught a fault of its own and went on. The request may be fine; please report the message with the request.",
        };

    /// <summary>RQ9002: a policy file that can't be read.</summary>
    public static RuleInfo BrokenPolicy { get; } =
        new("RQ9002", "broken-policy", Severity.Error, "A policy file can't be relied on.")
        {
            Category = RuleCategory.Internal,
            HasFixedSeverity = true,
            Why =
                "The platform's side is at fault, not the request. Until the policy is fixed no request can be evaluated; the finding in the policy file says what to do.",
        };

    /// <summary>RQ9003: a request that gives no plan, and no rule that says why.</summary>
    public static RuleInfo NoPlan { get; } =
        new("RQ9003", "no-plan", Severity.Error, "A request can't be planned, and no rule says why.")
        {
            Category = RuleCategory.Internal,
            HasFixedSeverity = true,
            Why =
                "What can't be planned can't be rendered, and must never pass. A rule should have said what is missing; that none did is a fault of ours. Please report it with the request.",
        };

    /// <summary>All rules the linter itself reports.</summary>
    public static IReadOnlyList<RuleInfo> All { get; } =
    [MalformedIgnore, UnusedIgnore, ForbiddenIgnore, InternalError, BrokenPolicy, NoPlan];
}
