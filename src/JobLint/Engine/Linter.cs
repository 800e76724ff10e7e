using System.Collections.Concurrent;
using Rayquest.JobLint.Quotas;

namespace Rayquest.JobLint.Engine;

/// <summary>Runs the catalogue over requests: reads all, stops at none, sorts and de-duplicates.</summary>
public static class Linter
{
    // Whoever evaluates one request after the other runs through more code for each than the caches of a core hold.
    private const int BatchSize = 64;

    /// <summary>Evaluates the requests of the input.</summary>
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
            .Concat(
                Localized(
                    [
                        .. RuleCatalog
                            .Repository.Where(r => input.Runs(r.Info))
                            .SelectMany(rule => Guard(rule, repository, input.Times)),
                    ],
                    read
                )
            );
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

    // A rule over many requests points into what a template gave to one of them.
    private static IReadOnlyList<Finding> Localized(IReadOnlyList<Finding> findings, RequestContext[] requests) =>
        findings.Any(f => f.Span.Source.Path.StartsWith(PolicyLoader.TemplatesFolder, StringComparison.Ordinal))
            ?
            [
                .. findings.Select(f =>
                    requests
                        .FirstOrDefault(r => ReferenceEquals(r.Document.Expansion?.Copy, f.Span.Source))
                        ?.Document.Expansion!.Localize(f)
                    ?? f
                ),
            ]
            : findings;

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

    // One fault, one finding: what follows from another finding at the same place only adds noise. Evaluated after the
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

    internal static IReadOnlyList<Finding> Guard(
        RepositoryRule rule,
        RepositoryContext context,
        RuleTimes? times = null
    )
    {
        long began = times?.Begin() ?? 0;
        try
        {
            return [.. rule.Check(context)];
        }
#pragma warning disable CA1031 // whatever a rule throws, the change must still be evaluated by the others
        catch (Exception fault)
#pragma warning restore CA1031
        {
            return [FaultOf(rule.Info, fault, new SourceText(PolicyLoader.RulesPath, ""))];
        }
        finally
        {
            times?.End(rule.Info, began);
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
