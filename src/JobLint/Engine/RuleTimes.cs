using System.Collections.Concurrent;

namespace Rayquest.JobLint.Engine;

/// <summary>How long each rule took, all requests and threads together.</summary>
/// <param name="time">The clock.</param>
public sealed class RuleTimes(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, TimeSpan> byCode = new(StringComparer.Ordinal);

    /// <summary>The rules that ran, the longest first.</summary>
    public IReadOnlyList<(string Code, TimeSpan Took)> Longest =>
        [
            .. byCode
                .OrderByDescending(rule => rule.Value)
                .ThenBy(rule => rule.Key, StringComparer.Ordinal)
                .Select(rule => (rule.Key, rule.Value)),
        ];

    /// <summary>When a rule begins.</summary>
    internal long Begin() => time.GetTimestamp();

    /// <summary>Notes what a rule took.</summary>
    internal void End(RuleInfo rule, long began) =>
        byCode.AddOrUpdate(
            rule.Code,
            static (_, took) => took,
            static (_, before, took) => before + took,
            time.GetElapsedTime(began)
        );
}
