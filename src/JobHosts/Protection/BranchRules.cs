using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.GitHub;

namespace Rayquest.JobHosts.Protection;

/// <summary>A branch's rules (a ruleset, or classic protection) refuse a commit of ours: trying again won't help.</summary>
public sealed class BranchProtected(string branch, string said)
    : HostException(
        $"the rules of {branch} refuse our commits ({said})",
        $"make the GitHub App a bypass actor of the ruleset of {branch} (mode: always): docs/operations.md#the-rules-of-main"
    )
{
    public string Branch { get; } = branch;
}

/// <summary>Tells a refusal by the rules of a branch from every other fault, whether Git or GitHub's API says it.</summary>
public static class BranchRules
{
    // Git: GH013 is a ruleset's, GH006 classic protection's; a hook of another server says only that it declined.
    private static readonly string[] Words =
    [
        "GH013",
        "GH006",
        "rule violation",
        "protected branch",
        "protected ref",
        "hook declined",
        "must be made through",
        "not authorized to push to this branch",
        "Required status check",
    ];

    private const int Longest = 200;

    /// <summary>The refusal that a fault is, in words; null when it is another fault.</summary>
    /// <param name="branch">As people name it: <c>main</c>.</param>
    public static BranchProtected? Refusal(HostException fault, string branch)
    {
        ArgumentNullException.ThrowIfNull(fault);
        return fault switch
        {
            BranchProtected known => known,
            GitException git when IsRefusal(git.Cause) => new BranchProtected(branch, Shown(git.Cause)),
            GitHubRefused api when IsRefusal(api.Reason) => new BranchProtected(branch, Shown(api.Reason)),
            _ => null,
        };
    }

    private static bool IsRefusal(string said) =>
        Words.Any(word => said.Contains(word, StringComparison.OrdinalIgnoreCase));

    private static string Shown(string said)
    {
        // From the first telling word on: what Git prints before it is progress.
        var first = Words
            .Select(word => said.IndexOf(word, StringComparison.OrdinalIgnoreCase))
            .Where(index => index >= 0)
            .Min();
        var start = said.LastIndexOfAny(['(', ':', ';'], Math.Max(0, first - 1)) + 1;
        var text = said[start..].Trim();
        return text.Length > Longest ? text[..Longest] + "…" : text.TrimEnd(')', ' ', '.');
    }
}
