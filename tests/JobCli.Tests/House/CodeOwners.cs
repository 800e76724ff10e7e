using System.Text.RegularExpressions;
using Rayquest.JobReport.Doctor;

namespace Rayquest.JobCli.Tests.House;

/// <summary>
/// Reads a CODEOWNERS file of the few forms that ours has (<c>*</c>, <c>/folder/</c>): another form is a fault, since a
/// pattern that this doesn't know could leave anything without an owner.
/// </summary>
internal sealed partial class CodeOwners
{
    private readonly List<(string Pattern, string[] Owners)> lines = [];

    public CodeOwners(string text)
    {
        foreach (string line in text.ReplaceLineEndings("\n").Split('\n'))
        {
            string[] words = line.Split('#')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0)
            {
                continue;
            }

            if (!Known().IsMatch(words[0]))
            {
                throw new FormatException($"a pattern of another form: {words[0]}");
            }

            lines.Add((words[0], words[1..]));
        }
    }

    /// <summary>Whose the path is; the last line that matches decides.</summary>
    public IReadOnlyList<string> OwnersOf(string path) =>
        lines
            .Where(line => line.Pattern == "*" || ("/" + path).StartsWith(line.Pattern, StringComparison.Ordinal))
            .Select(line => line.Owners)
            .LastOrDefault([]);

    [GeneratedRegex(@"^(\*|/[A-Za-z0-9._/-]+/)$", RegexOptions.NonBacktracking)]
    private static partial Regex Known();
}
