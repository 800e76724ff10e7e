using System.Text.RegularExpressions;
using Rayquest.JobModel.Diagnostics;

namespace Rayquest.JobReport.Lifecycle;

/// <summary>What a comment asks for.</summary>
public enum CommandVerb
{
    /// <summary><c>/stop</c>: take the request back.</summary>
    Stop,

    /// <summary><c>/rerun</c>: ask for the same again.</summary>
    Rerun,

    /// <summary><c>/suspend</c>: let a schedule or a cluster rest.</summary>
    Suspend,

    /// <summary><c>/resume</c>: let it go on.</summary>
    Resume,

    /// <summary><c>/run</c>: start one run of a schedule now, as a job of its own.</summary>
    Run,

    /// <summary>Something that begins like one of these, or nearly so, and is none.</summary>
    Unknown,

    /// <summary>A word, or nearly one, of those that belong to open pull requests.</summary>
    OfReview,
}

/// <summary>A command written as a comment on a pull request.</summary>
/// <param name="Name">The job it is about, a valid name; null where none was given.</param>
public sealed partial record LifecycleCommand(CommandVerb Word, string? Name)
{
    /// <summary>Parameters that one command may change.</summary>
    public const int MostParameters = 16;
    private static readonly string[] OfReviews = ["/approve-quota", "/revoke-quota", "/confirm-stop"];
    private static readonly CommandVerb[] OfMerged =
    [
        CommandVerb.Stop,
        CommandVerb.Rerun,
        CommandVerb.Suspend,
        CommandVerb.Resume,
        CommandVerb.Run,
    ];
    private static readonly string[] All = [.. OfMerged.Select(Spelt), .. OfReviews];

    /// <summary>Whether it is one for merged requests.</summary>
    public bool IsOfMerged => OfMerged.Contains(Word);

    /// <summary>The word of ours that it is, or was meant to be.</summary>
    public string Meant { get; init; } = Spelt(Word);

    /// <summary>Whether it is written otherwise.</summary>
    public bool IsMistyped { get; init; }

    /// <summary>Parameters of the request that shall have other values, of a <c>/rerun</c>.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Params { get; init; } = [];

    /// <summary>
    /// The command a comment is, or null when it is none. Only a comment that is nothing but the command counts; one that
    /// begins with a word of ours, or nearly one, and isn't exactly a command, is <see cref="CommandVerb.Unknown"/>. Other words
    /// behind a slash are somebody else's.
    /// </summary>
    public static LifecycleCommand? ParseComment(string? body)
    {
        string text = (body ?? "").Trim(' ', '\t', '\r', '\n');
        Match match = Exact.Match(text);
        if (match.Success && ParamsOf(match.Groups[3].Value) is { } given)
        {
            CommandVerb verb = OfWord(match.Groups[1].Value);
            if (verb == CommandVerb.Rerun || given.Count == 0)
            {
                return new LifecycleCommand(verb, match.Groups[2].Success ? match.Groups[2].Value : null)
                {
                    Params = given,
                };
            }
        }

        string word = Begun.Match(text).Groups[1].Value;
        return DidYouMean.Suggest(word, All) is { } meant
            ? new LifecycleCommand(
                OfReviews.Contains(meant, StringComparer.Ordinal) ? CommandVerb.OfReview : CommandVerb.Unknown,
                null
            )
            {
                Meant = meant,
                IsMistyped = word != meant,
            }
            : null;
    }

    // Nothing that means anything to YAML, a shell or Markdown: such values are given in a pull request.
    private static IReadOnlyList<KeyValuePair<string, string>>? ParamsOf(string text)
    {
        string[] words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0)
        {
            return [];
        }

        List<KeyValuePair<string, string>> given = [];
        foreach (string word in words)
        {
            Match match = Assignment.Match(word);
            if (!match.Success || given.Count == MostParameters || given.Exists(g => g.Key == match.Groups[1].Value))
            {
                return null;
            }

            given.Add(new(match.Groups[1].Value, match.Groups[2].Value));
        }

        return given;
    }

    /// <summary>The command's word as people write it.</summary>
    public static string Spelt(CommandVerb word) =>
        word switch
        {
            CommandVerb.Rerun => "/rerun",
            CommandVerb.Suspend => "/suspend",
            CommandVerb.Resume => "/resume",
            CommandVerb.Run => "/run",
            _ => "/stop",
        };

    /// <summary>The command of a word without its slash, one of those that merged requests know.</summary>
    public static CommandVerb OfWord(string word) => OfMerged.First(verb => Spelt(verb)[1..] == word);

    [GeneratedRegex(
        @"\A/(stop|rerun|suspend|resume|run)(?: ([a-z](?:[-a-z0-9]{0,61}[a-z0-9])?))?((?: [^\s=]+=\S+)*)\z",
        RegexOptions.NonBacktracking
    )]
    private static partial Regex Exact { get; }

    [GeneratedRegex(@"\A([A-Za-z_][A-Za-z0-9_]{0,63})=([A-Za-z0-9._/:@%+,=-]{1,256})\z", RegexOptions.NonBacktracking)]
    private static partial Regex Assignment { get; }

    // A path such as /etc/hosts goes on with another slash and is no command.
    [GeneratedRegex(@"\A(/[A-Za-z][-_A-Za-z]{0,40})(?:\s|\z)", RegexOptions.NonBacktracking)]
    private static partial Regex Begun { get; }
}
