using System.Diagnostics;
using Rayquest.JobModel.Text;

namespace Rayquest.JobModel.Diagnostics;

/// <summary>How much a finding weighs: an error blocks the request, a warning is shown, off is not reported.</summary>
public enum Severity
{
    /// <summary>Not reported.</summary>
    Off,

    /// <summary>Shown; does not block.</summary>
    Warning,

    /// <summary>Blocks the request; exit code 1.</summary>
    Error,
}

/// <summary>What kind of file an example of a rule's page is.</summary>
public enum ExampleKind
{
    /// <summary>A request under <c>jobs-requests/vision/</c>; its file name follows its <c>name</c>.</summary>
    Request,

    /// <summary>A plain Ray manifest, checked with <c>lint --manifest</c>.</summary>
    Manifest,

    /// <summary>A policy file; its first line is a comment with its path.</summary>
    Policy,

    /// <summary>Several files: each begins with a line <c># file: path</c>.</summary>
    Repository,
}

/// <summary>A piece of input a rule's page shows; a test lints it and holds the page to the outcome.</summary>
public sealed record RuleExample(ExampleKind Kind, string Text);

/// <summary>What a rule is about. Everything that treats some rules otherwise than others asks for this, never for a code or a name.</summary>
public enum RuleCategory
{
    /// <summary>What an engine refuses in a plain manifest.</summary>
    Manifest,

    /// <summary>Reading the file.</summary>
    Syntax,

    /// <summary>The shape of a request.</summary>
    Shape,

    /// <summary>The policies themselves.</summary>
    Policy,

    /// <summary>Names, teams and people.</summary>
    Identity,

    /// <summary>Files under <c>jobs/</c>.</summary>
    RenderedJobs,

    /// <summary>What a team may hold and a job may cost.</summary>
    Quota,

    /// <summary>What one job asks the cluster for.</summary>
    Resources,

    /// <summary>Images and their tags.</summary>
    Images,

    /// <summary>Ray's runtime environment, and variables.</summary>
    Environment,

    /// <summary>Shipped code.</summary>
    Code,

    /// <summary>The command.</summary>
    Entrypoint,

    /// <summary>What an engine refuses, or hangs on, in a request.</summary>
    Engine,

    /// <summary>Security and access.</summary>
    Security,

    /// <summary>Faults of our own.</summary>
    Internal,
}

/// <summary>What the catalogue knows of a rule. Codes are never reused; the name is kebab-case and names the fault.</summary>
[DebuggerDisplay("{Code,nq} {Name,nq}")]
public sealed record RuleInfo(string Code, string Name, Severity DefaultSeverity, string Summary)
{
    /// <summary>What the rule is about.</summary>
    public RuleCategory Category { get; init; }

    /// <summary>
    /// Whether a comment in a request may silence the rule: where a fault harms nobody but the request's own job. What
    /// protects others is never silenced from there, and nothing is unless it says so.
    /// </summary>
    public bool MayBeIgnored { get; init; }

    /// <summary>Whether <c>policies/rules.yaml</c> can't change its severity: without it nothing could be evaluated or rendered.</summary>
    public bool HasFixedSeverity { get; init; }

    /// <summary>Whether it says that somebody must approve, which the verdict works out by itself.</summary>
    public bool AsksForApproval { get; init; }

    /// <summary>
    /// Whether Ray refuses the job whatever image, files and cluster there are, so that a plain manifest is told as hard as a
    /// request; of everything else the linter can't know it of somebody else's manifest, and only warns there.
    /// </summary>
    public bool IsCertain { get; init; }

    /// <summary>Why it matters, with the engine's behaviour; Markdown paragraphs.</summary>
    public required string Why { get; init; }

    /// <summary>Input on which the rule fires.</summary>
    public RuleExample? Bad { get; init; }

    /// <summary>The same input fixed: the rule is silent.</summary>
    public RuleExample? Good { get; init; }

    /// <summary>The ids of the engine facts behind the rule (M1, J17, X6 …), comma separated; empty for our own.</summary>
    public string Facts { get; init; } = "";

    /// <summary>Rules that say all of it already: found at the same place, they make this one's finding superfluous.</summary>
    public IReadOnlyList<string> SupersededBy { get; init; } = [];

    /// <summary>Whether the text at the finding must not be shown anywhere: it is a secret.</summary>
    public bool HidesSource { get; init; }

    /// <summary>The page of the rule, relative to the repository.</summary>
    public string HelpPath => $"docs/rules/{Code}.md";
}

/// <summary>A further place that belongs to a finding.</summary>
public sealed record RelatedLocation(SourceSpan Span, string Message);

/// <summary>Whether a fix may be applied without asking.</summary>
public enum FixSafety
{
    /// <summary>Keeps the meaning the author evidently had; <c>--fix</c> applies it.</summary>
    Safe,

    /// <summary>A guess; shown, never applied by itself.</summary>
    Unsafe,
}

/// <summary>Replaces the text of a span.</summary>
public sealed record TextEdit(TextSpan Span, string NewText);

/// <summary>A machine-applicable change to the file of its finding.</summary>
public sealed record Fix(string Title, FixSafety Safety, IReadOnlyList<TextEdit> Edits);

/// <summary>One fault at one place: what was found, what is allowed, what to do.</summary>
[DebuggerDisplay("{Span} {Severity} {Rule.Code,nq}: {Message,nq}")]
public sealed record Finding(RuleInfo Rule, Severity Severity, SourceSpan Span, string Message)
{
    /// <summary>Other places that explain the finding.</summary>
    public IReadOnlyList<RelatedLocation> Related { get; init; } = [];

    /// <summary>A change that fixes it, if one is known.</summary>
    public Fix? Fix { get; init; }
}

/// <summary>Collects findings while reading goes on.</summary>
public sealed class FindingBag
{
    /// <summary>How many findings of one rule are kept: who fixes these learns of the rest on the next run.</summary>
    public const int MaxOfOneRule = 100;

    private const string More = " (more of this kind follow; they are listed once these are fixed)";

    private readonly List<Finding> findings = [];
    private Dictionary<string, int>? counts;

    /// <summary>All findings so far, in the order they were found.</summary>
    public IReadOnlyList<Finding> Findings => findings;

    /// <summary>Whether any finding blocks by its default severity.</summary>
    public bool HasErrors => findings.Exists(f => f.Severity == Severity.Error);

    /// <summary>Whether findings of a rule are no longer kept, so that none need be put into words.</summary>
    public bool HasReachedLimit(RuleInfo rule)
    {
        if (findings.Count < MaxOfOneRule)
        {
            return false;
        }

        counts ??= findings.CountBy(f => f.Rule.Code).ToDictionary(StringComparer.Ordinal);
        return counts.GetValueOrDefault(rule.Code) >= MaxOfOneRule;
    }

    /// <summary>Adds a finding at its rule's default severity.</summary>
    public void Add(RuleInfo rule, SourceSpan span, string message, Fix? fix = null) =>
        Add(new Finding(rule, rule.DefaultSeverity, span, message) { Fix = fix });

    /// <summary>
    /// Adds a finding as it is, unless there are too many of its rule already, or full-width characters are the cause of it.
    /// </summary>
    public void Add(Finding finding)
    {
        finding = FullWidthFinding.Instead(finding);
        if (findings.Count >= MaxOfOneRule - 1)
        {
            counts ??= findings.CountBy(f => f.Rule.Code).ToDictionary(StringComparer.Ordinal);
            int count = counts.GetValueOrDefault(finding.Rule.Code) + 1;
            counts[finding.Rule.Code] = count;
            if (count == MaxOfOneRule)
            {
                // What comes from another bag may say so already.
                finding = finding.Message.EndsWith(More, StringComparison.Ordinal)
                    ? finding
                    : finding with
                    {
                        Message = finding.Message + More,
                    };
            }
            else if (count > MaxOfOneRule)
            {
                return;
            }
        }

        findings.Add(finding);
    }

    /// <summary>Adds all of them.</summary>
    public void AddRange(IEnumerable<Finding> more)
    {
        foreach (Finding finding in more)
        {
            Add(finding);
        }
    }
}
