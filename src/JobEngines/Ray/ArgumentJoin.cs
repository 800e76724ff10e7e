using System.Text;

namespace Rayquest.JobEngines.Ray;

/// <summary>How <c>ray job submit</c> makes one line of the arguments it got.</summary>
public enum ArgumentJoin
{
    /// <summary>
    /// As Ray before 2.56 does, with Python's <c>subprocess.list2cmdline</c>: quoted for Windows' rules, so that only arguments with a
    /// blank, a tab or nothing in them are quoted, and what else a shell would take for its own is left bare.
    /// </summary>
    ForWindows,

    /// <summary>As Ray from 2.58 does, with Python's <c>shlex.join</c>: quoted for a shell, which gives back the same arguments.</summary>
    ForShell,
}

/// <summary>The two ways Ray joins arguments, letter by letter.</summary>
internal static class JoinedArguments
{
    /// <summary>One line of arguments.</summary>
    public static string Of(IEnumerable<string> arguments, ArgumentJoin join) =>
        string.Join(
            ' ',
            arguments.Select(a => join == ArgumentJoin.ForShell ? QuotedForShell(a) : QuotedForWindows(a))
        );

    private static string QuotedForWindows(string argument)
    {
        bool quotes = argument.Length == 0 || argument.AsSpan().ContainsAny(' ', '\t');
        StringBuilder line = new();
        int backslashes = 0;
        if (quotes)
        {
            line.Append('"');
        }

        foreach (char c in argument)
        {
            if (c == '\\')
            {
                backslashes++;
                continue;
            }

            // Backslashes before a quote are doubled, others are themselves.
            line.Append('\\', c == '"' ? (2 * backslashes) + 1 : backslashes).Append(c);
            backslashes = 0;
        }

        line.Append('\\', quotes ? 2 * backslashes : backslashes);
        return quotes ? line.Append('"').ToString() : line.ToString();
    }

    /// <summary>An argument in quotes as a shell wants them, if it wants any.</summary>
    public static string QuotedForShell(string argument) =>
        argument.Length > 0 && !argument.AsSpan().ContainsAnyExcept(Bare)
            ? argument
            : $"'{argument.Replace("'", "'\"'\"'", StringComparison.Ordinal)}'";

    private static readonly System.Buffers.SearchValues<char> Bare = System.Buffers.SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_@%+=:,./-"
    );
}
