using System.Collections.Concurrent;

namespace Rayquest.JobLint.Engine;

/// <summary>What to lint: which requests of which tree, evaluated by which policies.</summary>
public sealed record LintInput
{
    /// <summary>The tree the requests lie in.</summary>
    public required IRepositoryTree Tree { get; init; }

    /// <summary>The policies that evaluate; with a base, the base's.</summary>
    public required LoadedPolicies Policies { get; init; }

    /// <summary>The base of the change, or null for a plain run.</summary>
    public IRepositoryTree? Base { get; init; }

    /// <summary>The branch jobs are applied from, where it is neither the base nor unknown: what it holds is frozen and not evaluated again.</summary>
    public IRepositoryTree? Merged { get; init; }

    /// <summary>The names that were noted of runs, live or over.</summary>
    public IRecordedNames Recorded { get; init; } = NoRecordedNames.Instance;

    /// <summary>Request paths to evaluate; null for every request of the tree.</summary>
    public IReadOnlyList<string>? Paths { get; init; }

    /// <summary>Whether the paths are all requests of the tree.</summary>
    public bool IsWhole { get; init; }

    /// <summary>All paths the change touches; empty without a base.</summary>
    public IReadOnlyList<string> ChangedPaths { get; init; } = [];

    /// <summary>GitHub login of who submits, where known.</summary>
    public string? Author { get; init; }

    /// <summary>How many requests to evaluate at a time.</summary>
    public int Parallelism { get; init; } = 1;

    /// <summary>Told after every request, for progress; may be called from several threads.</summary>
    public Action<int>? Progress { get; init; }

    /// <summary>Where it is noted how long each rule takes; null where nobody asks.</summary>
    public RuleTimes? Times { get; init; }

    /// <summary>
    /// Told of some requests at a time once their own rules have evaluated them, of each with whether an error was found; rules
    /// over the whole change may find more later. Called on the thread that evaluated, from several threads.
    /// </summary>
    public Action<IReadOnlyList<(RequestContext Request, bool HasErrors)>>? Linted { get; init; }

    /// <summary>
    /// Whether requests and plans are wanted after the run. Where they are not, each is let go of as soon as it is evaluated, and
    /// made again for the few that are looked at after all.
    /// </summary>
    public bool KeepsRequests { get; init; } = true;

    /// <summary>The one rule to run, with what supersedes it; null for all. For tests that look at one.</summary>
    internal RuleInfo? Only { get; init; }

    /// <summary>Whether a rule is run.</summary>
    internal bool Runs(RuleInfo rule) =>
        Only is null || rule.Code == Only.Code || Only.SupersededBy.Contains(rule.Code);
}
