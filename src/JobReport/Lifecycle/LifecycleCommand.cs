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

    /// <summary>Something that begins like one of these, or nearly so, and is none.</summary>
    Unknown,

    /// <summary>A word, or nearly one, of those that belong to open pull requests.</summary>
    OfReview,
}

/// <summary>A command written as a comment on a pull request.</summary>
/// <param name="Name">The job it is about, a valid name; null where none was given.</param>
public sealed partial record LifecycleCommand(CommandVerb Word, string? Name)
{
    private static readonly string[] OfReviews = ["/approve-quota", "/revoke-quota", "/confirm-stop"];
    private static readonly string[] All = ["/stop", "/rerun", .. OfReviews];

    /// <summary>The word of ours that it is, or was meant to be.</summary>
    public string Meant { get; init; } = Spelt(Word);

    /// <summary>Whether it is written otherwise.</summary>
    public bool IsMistyped { get; init; }

    /// <summary>
    /// The command a comment is, or null when it is none. Only a comment that is nothing but the command counts; one that
    /// begins with a word of ours, or nearly one, and isn't exactly a command, is <see cref="CommandVerb.Unknown"/>. Other words
    /// behind a slash are somebody else's.
    /// </summary>
    public static LifecycleCommand? ParseComment(string? body)
    {
        string text = (body ?? "").Trim(' ', '\t', '\r', '\n');
        Match match = Exact.Match(text);
        if (match.Success)
        {
            return new LifecycleCommand(
                match.Groups[1].ValueSpan is "stop" ? CommandVerb.Stop : CommandVerb.Rerun,
                match.Groups[2].Success ? match.Groups[2].Value : null
            );
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

    /// <summary>The command's word as people write it.</summary>
    public static string Spelt(CommandVerb word) => word == CommandVerb.Rerun ? "/rerun" : "/stop";

    [GeneratedRegex(@"\A/(stop|rerun)(?: ([a-z](?:[-a-z0-9]{0,61}[a-z0-9])?))?\z", RegexOptions.NonBacktracking)]
    private static partial Regex Exact { get; }

    // A path such as /etc/hosts goes on with another slash and is no command.
    [GeneratedRegex(@"\A(/[A-Za-z][-_A-Za-z]{0,40})(?:\s|\z)", RegexOptions.NonBacktracking)]
    private static partial Regex Begun { get; }
}
