using System.Text.RegularExpressions;

namespace Rayquest.JobScaffold;

/// <summary>The workflow files of a repository that uses the action, as this version would write them for it.</summary>
public static partial class ActionWorkflows
{
    private const string Gate = ".github/workflows/submission.yml";

    /// <summary>
    /// Text by path, with the action, its commit and the runners that the repository's own <c>submission.yml</c> names; null
    /// where that doesn't use the action.
    /// </summary>
    public static IReadOnlyDictionary<string, string>? Of(IReadOnlyDictionary<string, string> workflows)
    {
        ArgumentNullException.ThrowIfNull(workflows);
        if (
            !workflows.TryGetValue(Gate, out string? gate)
            || Uses().Match(gate) is not { Success: true } uses
            || Runner().Match(gate) is not { Success: true } runner
        )
        {
            return null;
        }

        RepositoryAnswers answers = new()
        {
            Organization = "example",
            Teams = [new TeamAnswer("example", [], [])],
            PlatformApprovers = [],
            Owners = [],
            Runners =
            [
                .. runner
                    .Groups[1]
                    .Value.Trim('[', ']')
                    .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
            ],
            Action = new ActionReference(uses.Groups[1].Value, uses.Groups[2].Value, uses.Groups[3].Value),
        };
        return Scaffold.Workflows(answers).ToDictionary(file => file.Path, file => file.Text, StringComparer.Ordinal);
    }

    /// <summary>The action that a workflow uses: owner and name, commit, version; null for none.</summary>
    public static ActionReference? ActionOf(string workflow) =>
        Uses().Match(workflow) is { Success: true } match
            ? new ActionReference(match.Groups[1].Value, match.Groups[2].Value, match.Groups[3].Value)
            : null;

    [GeneratedRegex(
        "^      - uses: ([A-Za-z0-9._-]+/rayquest)@([0-9a-f]{40}) # v([0-9][0-9A-Za-z.-]*)\\r?$",
        RegexOptions.Multiline | RegexOptions.NonBacktracking
    )]
    private static partial Regex Uses();

    [GeneratedRegex(
        "^    runs-on: ([A-Za-z0-9._-]+|\\[[A-Za-z0-9._, -]+\\])\\r?$",
        RegexOptions.Multiline | RegexOptions.NonBacktracking
    )]
    private static partial Regex Runner();
}
