using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Rayquest.JobLint.Rules.Identity;

/// <summary>RQ1002: a name the team's naming rule doesn't take.</summary>
public sealed class NameAgainstPattern : Rule
{
    private static readonly ConditionalWeakTable<RulesPolicy, ConcurrentDictionary<string, Regex?>> Compiled = [];

    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ1002", "name-against-pattern", Severity.Error, "The name does not follow the team's naming rule.")
        {
            Category = RuleCategory.Identity,
            Why =
                "Teams agree on names so that dashboards, costs and alerts can be told apart. The pattern is in `policies/rules.yaml`, under `naming`.",
            Bad = Example.Repository(
                "# file: jobs-requests/nlp/llama.yaml\nname: llama\nentrypoint: python train.py\nworkers: {replicas: 1}\n"
            ),
            Good = Example.Repository(
                "# file: jobs-requests/nlp/ft-llama.yaml\nname: ft-llama\nentrypoint: python train.py\nworkers: {replicas: 1}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        RulesPolicy rules = context.Policies.Rules;
        if (context.Request.Name is not { } name || rules.Naming.Count == 0)
        {
            return [];
        }

        Located<string>? pattern =
            rules.Naming.GetValueOrDefault(context.Team) ?? rules.Naming.GetValueOrDefault(QuotasPolicy.DefaultTeam);
        if (pattern is null || PatternOf(rules, pattern.Value) is not { } regex || regex.IsMatch(name.Value))
        {
            return [];
        }

        return
        [
            At(
                name,
                $"`{name.Value}` does not follow the naming rule of team {context.Team}: it must match `{pattern.Value}`"
            ) with
            {
                Related = [new RelatedLocation(pattern.Span, "the naming rule")],
            },
        ];
    }

    /// <summary>The pattern over the whole name; null when it is no regular expression that runs in linear time.</summary>
    internal static Regex? PatternOf(RulesPolicy rules, string pattern) =>
        Compiled.GetOrCreateValue(rules).GetOrAdd(pattern, Compile);

    // Without backtracking: the time is linear in the name whatever the pattern.
    internal static Regex? Compile(string pattern)
    {
        try
        {
            return new Regex(
                $"^(?:{pattern})$",
                RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture
            );
        }
        catch (Exception fault) when (fault is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }
}
