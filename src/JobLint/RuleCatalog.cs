using Rayquest.JobLint.Manifests;
using Rayquest.JobModel.Diagnostics;

namespace Rayquest.JobLint;

/// <summary>Every rule there is, listed by hand: a rule that is not here does not run, and a test says so.</summary>
public static class RuleCatalog
{
    /// <summary>Rules over one request.</summary>
    public static IReadOnlyList<Rule> Requests { get; } = [];

    /// <summary>Rules over the whole change.</summary>
    public static IReadOnlyList<RepositoryRule> Repository { get; } = [];

    /// <summary>What is known of every rule, by code.</summary>
    public static IReadOnlyList<RuleInfo> All { get; } =
        [
            .. SyntaxRules
                .All.Concat(LinterRules.All)
                .Concat(Requests.Select(r => r.Info))
                .Concat(Repository.Select(r => r.Info))
                .Concat(ManifestRules.All)
                .OrderBy(r => r.Code, StringComparer.Ordinal),
        ];

    private static readonly Dictionary<string, RuleInfo> ByWord = All.SelectMany(r => new[] { (r.Code, r), (r.Name, r) })
        .ToDictionary(p => p.Item1, p => p.r, StringComparer.OrdinalIgnoreCase);

    /// <summary>The rule of a code or name, or null.</summary>
    public static RuleInfo? Find(string word) => ByWord.GetValueOrDefault(word);

    /// <summary>Whether a request may ignore the rule by a comment: syntax, quota, access and security rules it may not.</summary>
    public static bool MayBeIgnored(RuleInfo rule) =>
        rule.DefaultSeverity != Severity.Error || rule.Code.StartsWith("RQ4", StringComparison.Ordinal) || rule.Code.StartsWith("RQ3", StringComparison.Ordinal);
}
