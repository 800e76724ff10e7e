using Rayquest.JobLint.Quotas;

namespace Rayquest.JobLint.Engine;

/// <summary>
/// Some requests evaluated together: every step is done for all of them before the next, and every rule looks at all of them
/// before the next rule does. What one step or rule needs of the program then stays in the caches of the core.
/// </summary>
internal sealed class RequestBatch
{
    private readonly LintInput input;
    private readonly FindingBag[] bags;
    private readonly IReadOnlyList<Suppression>[] suppressions;
    private readonly bool[] isSettled;
    private readonly List<SuppressedFinding> suppressed = [];

    /// <summary>Reads and plans the requests of these paths.</summary>
    public RequestBatch(
        LintInput input,
        IReadOnlyDictionary<string, TeamUsage> usage,
        MergedJobs merged,
        IReadOnlySet<string> linked,
        string[] paths
    )
    {
        this.input = input;
        Contexts = new RequestContext?[paths.Length];
        Findings = new List<Finding>[paths.Length];
        bags = new FindingBag[paths.Length];
        suppressions = new IReadOnlyList<Suppression>[paths.Length];
        isSettled = new bool[paths.Length];
        RequestDocument?[] documents = new RequestDocument?[paths.Length];
        for (int i = 0; i < paths.Length; i++)
        {
            bags[i] = new FindingBag();
            if (!linked.Contains(paths[i]) && input.Tree.Read(paths[i]) is { } bytes)
            {
                RequestDocument document = RequestDocument.Read(
                    paths[i],
                    bytes.Span,
                    input.Policies.Policies.Templates
                );
                bags[i].AddRange(document.Findings);
                suppressions[i] = Suppression.Read(document.File, bags[i]);
                documents[i] = document.Request is null ? null : document;
            }
        }

        for (int i = 0; i < paths.Length; i++)
        {
            if (documents[i] is { } document)
            {
                TeamUsage team = usage[document.Team];
                RequestPlan? plan = JobPlanner.Plan(document, input.Policies.Policies, input.Tree, merged);
                bool isFrozen = merged.IsFrozen(paths[i], plan?.Identity ?? JobPlanner.Identity(document, input.Tree));
                isSettled[i] = isFrozen && merged.IsUnchanged(paths[i]);
                if (isFrozen && !document.IsComplete && input.Tree.Read(paths[i]) is { } bytes)
                {
                    // What it was made of may have changed or gone since; the job stays what it was.
                    document = RequestDocument.Read(paths[i], bytes.Span);
                    bags[i] = new FindingBag();
                    bags[i].AddRange(document.Findings);
                }

                Contexts[i] = new RequestContext
                {
                    Document = document,
                    Policies = input.Policies.Policies,
                    Tree = input.Tree,
                    Plan = plan,
                    Names = merged,
                    IsFrozen = isFrozen,
                    Author = input.Author,
                    Usage = team,
                    Live = team.Find(RequestPath.JobOf(paths[i])),
                };
            }
        }
    }

    /// <summary>The requests in the order of their paths; null where there is no file, or none that is a request.</summary>
    public RequestContext?[] Contexts { get; }

    /// <summary>What was found in each.</summary>
    public List<Finding>[] Findings { get; }

    /// <summary>What comments of the requests silence.</summary>
    public IReadOnlyList<SuppressedFinding> Suppressed => suppressed;

    /// <summary>Runs all rules that look at one request, tells of the outcome, and lets go of what is not wanted any more.</summary>
    public void Check(SeverityPolicy severities)
    {
        foreach (Rule rule in RuleCatalog.Requests)
        {
            if (!input.Runs(rule.Info))
            {
                continue;
            }

            long began = input.Times?.Begin() ?? 0;
            for (int i = 0; i < Contexts.Length; i++)
            {
                if (
                    Contexts[i] is { } context
                    && !isSettled[i]
                    && (context.IsFrozen ? ReadsSource(rule.Info) : context.Document.IsComplete)
                )
                {
                    Guard(rule, context, bags[i]);
                }
            }

            input.Times?.End(rule.Info, began);
        }

        for (int i = 0; i < Contexts.Length; i++)
        {
            Findings[i] =
                isSettled[i] ? []
                : Contexts[i] is null ? [.. bags[i].Findings]
                : Suppress(Localized(Contexts[i]!, bags[i]), suppressions[i], Contexts[i]!.IsFrozen);
        }

        if (input.Linted is { } evaluated)
        {
            List<(RequestContext, bool)> outcomes = new(Contexts.Length);
            for (int i = 0; i < Contexts.Length; i++)
            {
                if (Contexts[i] is { } context)
                {
                    outcomes.Add((context, Findings[i].Exists(IsError)));
                }
            }

            evaluated(outcomes);
        }

        if (!input.KeepsRequests)
        {
            foreach (RequestContext? context in Contexts)
            {
                context?.Release();
            }
        }

        bool IsError(Finding finding) => severities.Apply(finding) is { Severity: Severity.Error };
    }

    // An edit that leaves a merged job as it is can be at fault in what it says of people, or shows to everybody.
    private static bool ReadsSource(RuleInfo rule) => rule.Category == RuleCategory.Identity || rule.HidesSource;

    // A fault in a rule is ours: the author is told so, and the other rules still run. No closure and no list for every
    // rule and request: nearly all of them find nothing.
    private static void Guard(Rule rule, RequestContext context, FindingBag bag)
    {
        try
        {
            foreach (Finding finding in rule.Check(context))
            {
                bag.Add(finding);
            }
        }
#pragma warning disable CA1031 // whatever a rule throws, the request must still be evaluated by the others
        catch (Exception fault)
#pragma warning restore CA1031
        {
            bag.Add(Linter.FaultOf(rule.Info, fault, context.Document.Source));
        }
    }

    // Before comments of the request are looked at: they stand where the finding is shown.
    private static IReadOnlyList<Finding> Localized(RequestContext context, FindingBag bag) =>
        context.Document.Expansion is { } expansion ? [.. bag.Findings.Select(expansion.Localize)] : bag.Findings;

    private List<Finding> Suppress(
        IReadOnlyList<Finding> findings,
        IReadOnlyList<Suppression> suppressions,
        bool isFrozen
    )
    {
        if (suppressions.Count == 0)
        {
            return [.. findings];
        }

        HashSet<Suppression> used = [];
        List<Finding> kept = [];
        foreach (Finding finding in findings)
        {
            int line = finding.Span.Start.Line;
            Suppression? suppression = suppressions.FirstOrDefault(s => s.Rule == finding.Rule.Code && s.Line == line);
            if (suppression is null)
            {
                kept.Add(finding);
                continue;
            }

            used.Add(suppression);
            if (finding.Rule.MayBeIgnored)
            {
                suppressed.Add(new SuppressedFinding(finding, suppression.Span, suppression.Reason));
            }
            else
            {
                kept.Add(finding);
                kept.Add(
                    new Finding(
                        LinterRules.ForbiddenIgnore,
                        Severity.Error,
                        suppression.Span,
                        $"{finding.Rule.Code} ({finding.Rule.Name}) can't be ignored from a request; fix the fault, or ask the platform team to change `policies/rules.yaml`"
                    )
                );
            }
        }

        foreach (Suppression suppression in suppressions.Where(s => !used.Contains(s)))
        {
            // What wasn't evaluated again may well be what the comment is about.
            if (isFrozen)
            {
                continue;
            }

            // Rules over the whole change speak later, and to more than this file; none of them can be ignored from here.
            if (RuleCatalog.Find(suppression.Rule) is { } known && RuleCatalog.IsOverTheChange(known))
            {
                kept.Add(
                    new Finding(
                        LinterRules.ForbiddenIgnore,
                        Severity.Error,
                        suppression.Span,
                        $"{known.Code} ({known.Name}) can't be ignored from a request; fix the fault, or ask the platform team to change `policies/rules.yaml`"
                    )
                );
                continue;
            }

            kept.Add(
                new Finding(
                    LinterRules.UnusedIgnore,
                    Severity.Warning,
                    suppression.Span,
                    $"{suppression.Rule} finds nothing on line {suppression.Line}; remove the comment"
                )
                {
                    Fix = new Fix(
                        "Remove the comment",
                        FixSafety.Safe,
                        [new TextEdit(WithBlanksBefore(suppression.Span), "")]
                    ),
                }
            );
        }

        return kept;
    }

    private static TextSpan WithBlanksBefore(SourceSpan span)
    {
        int start = span.Span.Start;
        while (start > 0 && span.Source.Text[start - 1] is ' ')
        {
            start--;
        }

        return new TextSpan(start, span.Span.End);
    }
}
