namespace Rayquest.JobReport.Doctor;

/// <summary>One line of a CODEOWNERS file.</summary>
/// <param name="Owners">Logins and teams with their <c>@</c>, or addresses; none makes the paths nobody's.</param>
public sealed record CodeOwnersLine(int Number, string Pattern, IReadOnlyList<string> Owners);

/// <summary>A line that GitHub can't use.</summary>
public sealed record CodeOwnersFault(int Line, string Reason);

/// <summary>
/// A CODEOWNERS file, read as GitHub reads it: the last line that matches a path decides, and replaces all before it.
/// Patterns are gitignore's without <c>!</c>, <c>[ ]</c> and <c>\#</c>; case counts.
/// </summary>
public sealed class CodeOwners
{
    private CodeOwners(IReadOnlyList<CodeOwnersLine> lines, IReadOnlyList<CodeOwnersFault> faults) =>
        (Lines, Faults) = (lines, faults);

    /// <summary>Where GitHub looks, in this order; the first that is there counts.</summary>
    public static IReadOnlyList<string> Paths { get; } = [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"];

    /// <summary>GitHub ignores a larger file whole.</summary>
    public const int SizeLimit = 3 << 20;

    /// <summary>The lines that count.</summary>
    public IReadOnlyList<CodeOwnersLine> Lines { get; }

    /// <summary>The lines that don't, and why.</summary>
    public IReadOnlyList<CodeOwnersFault> Faults { get; }

    /// <summary>Reads a file; what can't be read is a fault of its line.</summary>
    public static CodeOwners Parse(string text)
    {
        List<CodeOwnersLine> lines = [];
        List<CodeOwnersFault> faults = [];
        string[] all = text.Split('\n');
        for (int i = 0; i < all.Length; i++)
        {
            IReadOnlyList<string> words = Words(all[i]);
            if (words.Count == 0)
            {
                continue;
            }

            string pattern = words[0];
            if (
                pattern.StartsWith('!')
                || pattern.AsSpan().IndexOfAny("[]") >= 0
                || pattern.StartsWith("\\#", StringComparison.Ordinal)
            )
            {
                faults.Add(new CodeOwnersFault(i + 1, "!, [ ] and \\# are not for CODEOWNERS"));
            }
            else if (words.Skip(1).FirstOrDefault(word => !word.Contains('@', StringComparison.Ordinal)) is { } odd)
            {
                faults.Add(
                    new CodeOwnersFault(i + 1, $"{odd} is not an owner: write @login, @organization/team or an address")
                );
            }
            else
            {
                lines.Add(new CodeOwnersLine(i + 1, pattern, [.. words.Skip(1)]));
            }
        }

        return new CodeOwners(lines, faults);
    }

    /// <summary>The line that decides about a path; null when none matches.</summary>
    public CodeOwnersLine? LineOf(string path) => Lines.LastOrDefault(line => Matches(line.Pattern, path));

    /// <summary>Who owns a path; nobody when no line matches, or the last one that does names none.</summary>
    public IReadOnlyList<string> OwnersOf(string path) => LineOf(path)?.Owners ?? [];

    /// <summary>Whether a pattern matches a file's path, or a folder that it is in.</summary>
    internal static bool Matches(string pattern, string path)
    {
        bool folderOnly = pattern.EndsWith('/');
        string trimmed = pattern.Trim('/');
        // A slash at the beginning or within ties the pattern to the root; without one it matches at any depth.
        bool anchored = pattern.StartsWith('/') || trimmed.Contains('/', StringComparison.Ordinal);
        string[] wanted = anchored ? trimmed.Split('/') : ["**", .. trimmed.Split('/')];
        string[] parts = path.Split('/');
        // "docs/*" is the files of docs and no deeper; every other pattern takes a folder with all that is in it.
        bool takesFolders = !(anchored && wanted[^1] == "*");
        if (!folderOnly && Matches(wanted, parts))
        {
            return true;
        }

        for (int depth = parts.Length - 1; takesFolders && depth > 0; depth--)
        {
            if (Matches(wanted, parts.AsSpan(0, depth)))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Matches(ReadOnlySpan<string> wanted, ReadOnlySpan<string> parts)
    {
        if (wanted.IsEmpty)
        {
            return parts.IsEmpty;
        }

        if (wanted[0] == "**")
        {
            for (int skip = 0; skip <= parts.Length; skip++)
            {
                if (Matches(wanted[1..], parts[skip..]))
                {
                    return true;
                }
            }

            return false;
        }

        return !parts.IsEmpty && MatchesPart(wanted[0], parts[0]) && Matches(wanted[1..], parts[1..]);
    }

    private static bool MatchesPart(ReadOnlySpan<char> wanted, ReadOnlySpan<char> part)
    {
        if (wanted.IsEmpty)
        {
            return part.IsEmpty;
        }

        if (wanted[0] == '*')
        {
            for (int taken = 0; taken <= part.Length; taken++)
            {
                if (MatchesPart(wanted[1..], part[taken..]))
                {
                    return true;
                }
            }

            return false;
        }

        return !part.IsEmpty && (wanted[0] == '?' || wanted[0] == part[0]) && MatchesPart(wanted[1..], part[1..]);
    }

    // Blanks part words unless a backslash stands before them; a # begins a remark.
    private static List<string> Words(string line)
    {
        List<string> words = [];
        System.Text.StringBuilder word = new();
        for (int i = 0; i < line.Length; i++)
        {
            char c = line[i];
            if (c == '\\' && i + 1 < line.Length && line[i + 1] == ' ')
            {
                word.Append(line[++i]);
            }
            else if (c == '#' && word.Length == 0)
            {
                break;
            }
            else if (char.IsWhiteSpace(c))
            {
                Take();
            }
            else
            {
                word.Append(c);
            }
        }

        Take();
        return words;

        void Take()
        {
            if (word.Length > 0)
            {
                words.Add(word.ToString());
            }

            word.Clear();
        }
    }
}
