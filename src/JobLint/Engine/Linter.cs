using System.Collections.Concurrent;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Repository;
using Rayquest.JobModel.Requests;
using Rayquest.JobModel.Text;

namespace Rayquest.JobLint.Engine;

/// <summary>What to lint: which requests of which tree, judged by which policies.</summary>
public sealed record LintInput
{
    /// <summary>The tree the requests lie in.</summary>
    public required IRepositoryTree Tree { get; init; }

    /// <summary>The policies that judge; with a base, the base's.</summary>
    public required LoadedPolicies Policies { get; init; }

    /// <summary>The base of the change, or null for a plain run.</summary>
    public IRepositoryTree? Base { get; init; }

    /// <summary>The branch jobs are applied from, where it is neither the base nor unknown: what it holds is frozen and not judged again.</summary>
    public IRepositoryTree? Merged { get; init; }

    /// <summary>The names that were noted of runs, live or over.</summary>
    public IRecordedNames Recorded { get; init; } = NoRecordedNames.Instance;

    /// <summary>Request paths to judge; null for every request of the tree.</summary>
    public IReadOnlyList<string>? Paths { get; init; }

    /// <summary>Whether the paths are all requests of the tree.</summary>
    public bool IsWhole { get; init; }

    /// <summary>All paths the change touches; empty without a base.</summary>
    public IReadOnlyList<string> ChangedPaths { get; init; } = [];

    /// <summary>GitHub login of who submits, where known.</summary>
    public string? Author { get; init; }

    /// <summary>How many requests to judge at a time.</summary>
    public int Parallelism { get; init; } = 1;

    /// <summary>Told after every request, for progress; may be called from several threads.</summary>
    public Action<int>? Progress { get; init; }

    /// <summary>
    /// Told of some requests at a time once their own rules have judged them, of each with whether an error was found; rules
    /// over the whole change may find more later. Called on the thread that judged, from several threads.
    /// </summary>
    public Action<IReadOnlyList<(RequestContext Request, bool HasErrors)>>? Linted { get; init; }

    /// <summary>
    /// Whether requests and plans are wanted after the run. Where they are not, each is let go of as soon as it is judged, and
    /// made again for the few that are looked at after all.
    /// </summary>
    public bool KeepsRequests { get; init; } = true;

    /// <summary>The one rule to run, with what supersedes it; null for all. For tests that look at one.</summary>
    internal RuleInfo? Only { get; init; }

    /// <summary>Whether a rule is run.</summary>
    internal bool Runs(RuleInfo rule) =>
        Only is null || rule.Code == Only.Code || Only.SupersededBy.Contains(rule.Code);
}

/// <summary>The outcome of a run: findings sorted by place, the requests that were read, and what teams hold.</summary>
public sealed record LintResult(
    IReadOnlyList<Finding> Findings,
    IReadOnlyList<RequestContext> Requests,
    IReadOnlyDictionary<string, TeamUsage> UsageBefore
)
{
    /// <summary>How many request files were judged, those that could not be read as a request among them.</summary>
    public int Files { get; init; } = Requests.Count;

    /// <summary>What would have been found as well, were it not for comments in the requests; sorted by place.</summary>
    public IReadOnlyList<SuppressedFinding> Suppressed { get; init; } = [];

    /// <summary>How many findings block.</summary>
    public int Errors { get; } = Findings.Count(f => f.Severity == Severity.Error);

    /// <summary>How many findings are shown without blocking.</summary>
    public int Warnings { get; } = Findings.Count(f => f.Severity == Severity.Warning);
}

/// <summary>Runs the catalogue over requests: reads all, stops at none, sorts and de-duplicates.</summary>
public static class Linter
{
    // Whoever judges one request after the other runs through more code for each than the caches of a core hold.
    private const int BatchSize = 64;

    /// <summary>Judges the requests of the input.</summary>
    public static LintResult Run(LintInput input)
    {
        PolicySet policies = input.Policies.Policies;
        IReadOnlyList<TreeEntry>? entries = input.Paths is null ? input.Tree.List(RequestPath.Requests) : null;
        IReadOnlyList<string> paths =
            input.Paths ?? [.. entries!.Where(e => RequestPath.IsRequest(e.Path)).Select(e => e.Path)];
        // Never followed: neither what lies behind a link nor its own text is a request.
        HashSet<string> linked = new(
            entries is not null
                ? entries.Where(e => e.Kind != TreeEntryKind.File).Select(e => e.Path)
                : paths.Where(p => input.Tree.Find(p) is { Kind: not TreeEntryKind.File }),
            StringComparer.Ordinal
        );
        IRepositoryTree before = input.Base ?? input.Tree;
        string[] teams =
        [
            .. paths.Select(p => RequestPath.TeamOf(p)!).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
        ];
        Dictionary<string, TeamUsage> usage = teams.ToDictionary(
            t => t,
            t => ReadUsage(before, t),
            StringComparer.Ordinal
        );
        SeverityPolicy severities = new(policies.Rules);
        MergedJobs merged = new(input, usage);

        RequestContext?[] contexts = new RequestContext?[paths.Count];
        List<Finding>[] found = new List<Finding>[paths.Count];
        ConcurrentBag<SuppressedFinding> suppressed = [];
        // Enough batches to keep every core busy to the end.
        int size = Math.Clamp(paths.Count / (input.Parallelism * 4), 1, BatchSize);
        int batches = (paths.Count + size - 1) / size;
        int done = 0;
        void LintBatch(int batch)
        {
            int first = batch * size;
            int count = Math.Min(size, paths.Count - first);
            RequestBatch requests = new(input, usage, merged, linked, [.. paths.Skip(first).Take(count)]);
            requests.Check(severities);
            requests.Contexts.CopyTo(contexts, first);
            requests.Findings.CopyTo(found, first);
            foreach (SuppressedFinding silenced in requests.Suppressed)
            {
                suppressed.Add(silenced);
            }

            input.Progress?.Invoke(Interlocked.Add(ref done, count));
        }

        ParallelLoop.ForEachIndex(batches, paths.Count > 8 ? input.Parallelism : 1, LintBatch);

        RequestContext[] read = [.. contexts.OfType<RequestContext>()];
        RepositoryContext repository = new()
        {
            Tree = input.Tree,
            Policies = policies,
            LoadedPolicies = input.Policies,
            Requests = read,
            IsWhole = input.IsWhole || input.Paths is null,
            RequestEntries = entries!,
            LinkedRequests = linked,
            Base = input.Base,
            ChangedPaths = input.ChangedPaths,
        };
        IEnumerable<Finding> all = found
            .SelectMany(f => f)
            .Concat(RuleCatalog.Repository.Where(r => input.Runs(r.Info)).SelectMany(rule => Guard(rule, repository)));
        List<Finding> kept = WithoutSuperseded([.. all.Select(severities.Apply).OfType<Finding>()]);
        if (input.Runs(LinterRules.NoPlan))
        {
            kept.AddRange(Unexplained(read, kept));
        }

        Redaction redaction = Redaction.Of(kept);
        return new LintResult(Sort(redaction.Mask(kept)), read, usage)
        {
            Suppressed = InOrder(suppressed, severities, redaction),
            // Neither read nor at fault: it isn't there.
            Files = paths.Count - contexts.Where((c, i) => c is null && found[i].Count == 0).Count(),
        };
    }

    // The last line: what can't be rendered never passes, whatever the rules have missed or the policy has turned off.
    private static List<Finding> Unexplained(RequestContext[] requests, List<Finding> kept)
    {
        List<Finding> findings = [];
        HashSet<string>? explained = null;
        foreach (RequestContext request in requests)
        {
            if (request.IsFrozen || request.Outline is not null)
            {
                continue;
            }

            explained ??= new(
                kept.Where(f => f.Severity == Severity.Error).Select(f => f.Span.Source.Path),
                StringComparer.Ordinal
            );
            if (!explained.Contains(request.Document.Path))
            {
                findings.Add(
                    new Finding(
                        LinterRules.NoPlan,
                        Severity.Error,
                        request.Anchor,
                        "the request can't be planned, and no rule says why; this is a fault of Rayquest, please report it with the request"
                    )
                );
            }
        }

        return findings;
    }

    // What the policy turned off would not have been reported in any case.
    private static IReadOnlyList<SuppressedFinding> InOrder(
        IEnumerable<SuppressedFinding> suppressed,
        SeverityPolicy severities,
        Redaction redaction
    )
    {
        List<SuppressedFinding> kept = [];
        foreach (SuppressedFinding silenced in suppressed)
        {
            if (severities.Apply(silenced.Finding) is { } finding)
            {
                kept.Add(
                    silenced with
                    {
                        Finding = redaction.Mask([finding]).Single(),
                        Reason = redaction.Mask(silenced.Reason),
                    }
                );
            }
        }

        return
        [
            .. kept.OrderBy(s => s.Span.Source.Path, StringComparer.Ordinal)
                .ThenBy(s => s.Span.Span.Start)
                .ThenBy(s => s.Rule.Code, StringComparer.Ordinal)
                .ThenBy(s => s.Finding.Message, StringComparer.Ordinal),
        ];
    }

    // One fault, one finding: what follows from another finding at the same place only adds noise. Judged after the
    // severities, so that a rule the policy turned off silences nothing.
    private static List<Finding> WithoutSuperseded(List<Finding> findings)
    {
        if (!findings.Exists(f => f.Rule.SupersededBy.Count > 0))
        {
            return findings;
        }

        ILookup<(string Path, int Start), string> at = findings.ToLookup(
            f => (f.Span.Source.Path, f.Span.Span.Start),
            f => f.Rule.Code
        );
        return findings.FindAll(f =>
            f.Rule.SupersededBy.Count == 0
            || !at[(f.Span.Source.Path, f.Span.Span.Start)].Any(f.Rule.SupersededBy.Contains)
        );
    }

    private sealed record Identity(string Rule, string Path, TextSpan Span, string Message);

    /// <summary>Sorts by file, place and rule, and drops repetitions.</summary>
    public static IReadOnlyList<Finding> Sort(IEnumerable<Finding> findings) =>
        [
            .. findings
                .DistinctBy(f => new Identity(f.Rule.Code, f.Span.Source.Path, f.Span.Span, f.Message))
                .OrderBy(f => f.Span.Source.Path, StringComparer.Ordinal)
                .ThenBy(f => f.Span.Span.Start)
                .ThenBy(f => f.Rule.Code, StringComparer.Ordinal)
                .ThenBy(f => f.Message, StringComparer.Ordinal),
        ];

    /// <summary>What a team's live jobs hold, read from the headers of its rendered files: no request is parsed.</summary>
    public static TeamUsage ReadUsage(IRepositoryTree tree, string team)
    {
        List<LiveJob> live = [];
        IReadOnlyList<TreeEntry> entries = tree.List($"{RequestPath.Jobs}{team}/");
        tree.Prefetch(entries.Where(e => e.Kind == TreeEntryKind.File).Select(e => e.Path));
        foreach (TreeEntry entry in entries)
        {
            if (
                entry.Kind == TreeEntryKind.File
                && tree.Read(entry.Path) is { } bytes
                && JobHeader.Read(bytes, out _) is { } header
            )
            {
                live.Add(new LiveJob(entry.Path, header));
            }
        }

        return live.Count == 0 ? TeamUsage.None : new TeamUsage(live);
    }

    internal static IReadOnlyList<Finding> Guard(RepositoryRule rule, RepositoryContext context)
    {
        try
        {
            return [.. rule.Check(context)];
        }
#pragma warning disable CA1031 // whatever a rule throws, the change must still be judged by the others
        catch (Exception fault)
#pragma warning restore CA1031
        {
            return [FaultOf(rule.Info, fault, new SourceText(PolicyLoader.RulesPath, ""))];
        }
    }

    internal static Finding FaultOf(RuleInfo rule, Exception fault, SourceText source) =>
        new(
            LinterRules.InternalError,
            Severity.Error,
            new SourceSpan(source, default),
            $"rule {rule.Code} failed ({fault.GetType().Name}: {fault.Message.ReplaceLineEndings(" ")}); this is a fault of Rayquest, please report it"
        );
}

/// <summary>Severities as <c>policies/rules.yaml</c> sets them, of rules whose severity isn't fixed.</summary>
public sealed class SeverityPolicy(RulesPolicy rules)
{
    private readonly Dictionary<string, Severity> byCode = ByCode(rules);

    private static Dictionary<string, Severity> ByCode(RulesPolicy rules)
    {
        Dictionary<string, Severity> severities = new(StringComparer.Ordinal);
        foreach ((Located<string> name, Located<Severity> severity) in rules.Severities)
        {
            if (RuleCatalog.Find(name.Value) is { HasFixedSeverity: false } rule)
            {
                severities.TryAdd(rule.Code, severity.Value);
            }
        }

        return severities;
    }

    /// <summary>The finding at the severity the policy wants; null when the rule is off.</summary>
    public Finding? Apply(Finding finding) =>
        byCode.TryGetValue(finding.Rule.Code, out Severity severity)
            ? severity == Severity.Off
                ? null
                : finding with
                {
                    Severity = severity,
                }
            : finding;
}
