using System.Text.RegularExpressions;

namespace Rayquest.JobEngines.Ray;

/// <summary>An argument of an entrypoint that the program gets otherwise than it is written.</summary>
/// <param name="Start">Where it begins in the entrypoint.</param>
/// <param name="End">Where it ends.</param>
/// <param name="Meant">What it is for whoever wrote it: the entrypoint read by one shell.</param>
/// <param name="Effect">What becomes of it, as the tail of a sentence that begins with the argument.</param>
/// <param name="IsCertain">Whether it happens with every Ray version that is possible, whatever the pods hold.</param>
/// <param name="Written">How it must be written to arrive; null where nothing was found.</param>
public sealed partial record ChangedArgument(
    int Start,
    int End,
    string Meant,
    Message Effect,
    bool IsCertain,
    string? Written
)
{
    /// <summary>The changed arguments of an entrypoint, in order; none where only the head's shell reads it.</summary>
    public static IReadOnlyList<ChangedArgument> Of(string entrypoint, RoadOf road)
    {
        if (!road.IsSubmitted || !road.Joins.Contains(ArgumentJoin.ForWindows) && !HasTwoDollars(entrypoint))
        {
            return [];
        }

        // A sweep's placeholders are filled before any shell sees them.
        string text = Placeholder().Replace(entrypoint, m => new string('x', m.Length));
        // The operator trims it.
        text = text.TrimStart().PadLeft(text.Length).TrimEnd();
        ShellReading meant = ShellReading.Of(text, ShellDialect.Bash, isBehindCommand: true);
        if (meant.Fault is not null)
        {
            return [];
        }

        List<ChangedArgument> changed = [];
        for (int i = 0; i < meant.Words.Count; i++)
        {
            ShellWord word = meant.Words[i];
            if (word.Doubt == ShellDoubt.None && !IsKept(word.Text))
            {
                Check(text, entrypoint, word, IsScript(meant.Words, i), road, changed);
            }
        }

        return changed;
    }

    private static bool HasTwoDollars(string text) => text.Contains("$$", StringComparison.Ordinal);

    // The many plain words need no shell to be evaluated.
    private static bool IsKept(string word) => word.Length > 0 && !word.AsSpan().ContainsAnyExcept(Plain);

    private static void Check(
        string text,
        string entrypoint,
        ShellWord word,
        bool isScript,
        RoadOf road,
        List<ChangedArgument> changed
    )
    {
        string written = text[word.Start..word.End];
        RoadEnd[] ends = [.. road.Joins.Select(j => EntrypointRoad.Follow($"a {written}", isSubmitted: true, j))];
        bool[] keeps = [.. ends.Select(e => Keeps(e, word.Text, isScript))];
        int at = Array.IndexOf(keeps, false);
        if (at < 0)
        {
            return;
        }

        bool hasPlaceholder = !entrypoint.AsSpan(word.Start, word.End - word.Start).SequenceEqual(written);
        (Message effect, bool isCertain) = EffectOf(ends[at], word.Text);
        changed.Add(
            new ChangedArgument(
                word.Start,
                word.End,
                word.Text,
                effect,
                isCertain && !keeps.Contains(true),
                hasPlaceholder ? null : ArgumentQuoting.Surviving(word.Text, road)
            )
        );
    }

    private static bool Keeps(RoadEnd end, string meant, bool isScript) =>
        end.Head is { Fault: null, EndedBy: "", IsRedirected: false, Words: [_, var arrived] }
        && (arrived.Text == meant || (end.Doubt == ShellDoubt.None && ArgumentQuoting.IsOnPurpose(meant, arrived.Text)))
        && (
            end.Doubt == ShellDoubt.None
            || (
                isScript
                && end.Doubt == ShellDoubt.Variable
                && !arrived.Text.AsSpan().Contains('`')
                && IsSameInside(meant)
            )
        );

    // `bash -c '… $NAME'`: the head's first shell and the script's own see the same variables, but for those the script sets.
    private static bool IsSameInside(string script)
    {
        foreach (Match use in Use().Matches(script))
        {
            string name = use.Groups["name"].Value;
            if (
                name.Length == 0
                || Regex.IsMatch(
                    script,
                    $@"(?<![A-Za-z0-9_$\{{]){name}\+?=|\b(for|read|getopts|mapfile|readarray)\b[^;\n|&]*\b{name}\b",
                    RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
                    TimeSpan.FromSeconds(1)
                )
            )
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsScript(IReadOnlyList<ShellWord> words, int at) =>
        at == 2
        && words[0].Text is "bash" or "sh" or "/bin/bash" or "/bin/sh" or "zsh"
        && words[1].Text.StartsWith('-')
        && words[1].Text.EndsWith('c');

    private static (Message Effect, bool IsCertain) EffectOf(RoadEnd end, string meant)
    {
        if (end.Head is not { } head)
        {
            return ($"is refused by the submitter's shell: {end.Submitted?.Fault}", true);
        }

        if (head.Fault is { } fault)
        {
            return ($"makes the head's shell refuse the whole command: {fault}", true);
        }

        Message arrives = head.Words.Count switch
        {
            <= 1 => (Message)"doesn't arrive at all",
            2 => head.Words[1].Text == meant
                ? (Message)"is read once more on the head"
                : $"arrives as {Code(head.Words[1].Text)}",
            _ =>
                $"arrives as {head.Words.Count - 1} arguments, {MessageText.List([.. head.Words.Skip(1).Take(4).Select(w => Code(w.Text))], "and")}",
        };
        if (head.EndedBy.Length > 0)
        {
            Message by = head.EndedBy == "\n" ? (Message)"the line break" : $"`{head.EndedBy}`";
            return ((Message)$"{arrives}, and what follows {by} is a command of its own on the head", true);
        }

        if (head.IsRedirected)
        {
            return ((Message)$"{arrives}, and the rest redirects the program's input or output", true);
        }

        return head.Doubt switch
        {
            ShellDoubt.None => (arrives, true),
            _ when head.Doubt.HasFlag(ShellDoubt.Command) => (
                "holds a command which the head's shell runs, and puts its output there",
                true
            ),
            _ when head.Doubt.HasFlag(ShellDoubt.Variable) => (
                "holds a variable which the head's shell replaces",
                true
            ),
            _ when head.Doubt.HasFlag(ShellDoubt.Home) => ("arrives with the home directory in place of the `~`", true),
            _ when head.Doubt.HasFlag(ShellDoubt.Pattern) => (
                head.Words is [_, var only] && only.Text == meant
                    ? "arrives as the names of the files that match it on the head, if there are any"
                    : arrives,
                head.Words is not [_, var one] || one.Text != meant
            ),
            _ => (arrives, false),
        };
    }

    private static string Code(string text) => text.Length == 0 ? "nothing" : $"`{MessageText.Shorten(text)}`";

    private static readonly System.Buffers.SearchValues<char> Plain = System.Buffers.SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_@%+=:,./-"
    );

    [GeneratedRegex(@"\$\{sweep\.[^}]*\}", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Placeholder();

    [GeneratedRegex(
        @"\$(\{?(?<name>[A-Za-z_][A-Za-z0-9_]*)|[@*#?$!0-9({-])",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        1000
    )]
    private static partial Regex Use();
}
