using System.Text;

namespace Rayquest.JobEngines.Ray;

/// <summary>How an argument must be written in an entrypoint so that it arrives as it is meant, over both shells and what lies between.</summary>
internal static class ArgumentQuoting
{
    /// <summary>The argument as the entrypoint should hold it; null where no way of writing it was found to survive.</summary>
    public static string? Surviving(string argument, RoadOf road)
    {
        // What survives Windows' quoting only does so because the head's shell takes it apart again, so the two joins never agree on more than plain words.
        foreach (string form in new[] { argument, Form(argument) })
        {
            string written = Dollars(ForBash(form));
            if (road.Joins.All(j => Arrives(written, argument, j)))
            {
                return written;
            }
        }

        return null;
    }

    /// <summary>Whether a word, as the submitter's shell reads it, is just what must be written for what arrives: quoted twice on purpose.</summary>
    public static bool IsOnPurpose(string word, string arrives) => word != arrives && word == Form(arrives);

    private static string Form(string argument) =>
        argument.AsSpan().ContainsAny(' ', '\t') || argument.Length == 0
            ? ForDoubleQuotes(argument)
            : ForBareWord(argument);

    private static bool Arrives(string written, string argument, ArgumentJoin join)
    {
        RoadEnd end = EntrypointRoad.Follow($"a {written}", isSubmitted: true, join);
        return end is { Doubt: ShellDoubt.None, Head: { Fault: null, EndedBy: "", Words: [_, var word] } }
            && word.Text == argument;
    }

    // Ray puts it between double quotes: what means something there gets a backslash. One before a quote, or at the end, Ray doubles itself.
    private static string ForDoubleQuotes(string argument)
    {
        StringBuilder form = new();
        for (int i = 0; i < argument.Length; i++)
        {
            int next = i;
            while (next < argument.Length && argument[next] == '\\')
            {
                next++;
            }

            bool isDoubled = next < argument.Length && argument[next] != '"';
            if (argument[i] is '$' or '`' || (argument[i] == '\\' && isDoubled))
            {
                form.Append('\\');
            }

            form.Append(argument[i]);
        }

        return form.ToString();
    }

    // Ray leaves it bare, but for a backslash before each double quote: which is what the head's shell wants there.
    private static string ForBareWord(string argument)
    {
        if (!argument.AsSpan().ContainsAnyExcept(Plain))
        {
            return argument;
        }

        StringBuilder form = new();
        bool isOpen = false;
        void Quotes(bool open)
        {
            if (isOpen != open)
            {
                form.Append('\'');
                isOpen = open;
            }
        }

        foreach (char c in argument)
        {
            Quotes(open: c is not ('\'' or '"'));
            form.Append(c == '\'' ? "\\'" : c.ToString());
        }

        Quotes(open: false);
        return form.ToString();
    }

    // For the submitter's shell: single quotes, or double ones where they read more easily.
    private static string ForBash(string form) =>
        form.Length > 0 && !form.AsSpan().ContainsAnyExcept(Plain) ? form
        : !form.Contains('\'', StringComparison.Ordinal) ? $"'{form}'"
        : !form.AsSpan().ContainsAny("$`\"\\") ? $"\"{form}\""
        : $"'{form.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    // The kubelet makes one of two dollar signs.
    private static string Dollars(string written)
    {
        string kept = written.Replace("$$", "$$$$", StringComparison.Ordinal);
        return EntrypointRoad.Dollars(kept) == written ? kept : written;
    }

    private static readonly System.Buffers.SearchValues<char> Plain = System.Buffers.SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_@%+=:,./-"
    );
}
