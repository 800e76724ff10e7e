using System.Text.RegularExpressions;

namespace Rayquest.JobReport.Lifecycle;

/// <summary>What a comment on a merged pull request asks for.</summary>
public enum LifecycleWord
{
    /// <summary><c>/stop</c>: take the request back.</summary>
    Stop,

    /// <summary><c>/rerun</c>: ask for the same again.</summary>
    Rerun,

    /// <summary>Something that begins like a command and is none.</summary>
    Unknown,
}

/// <summary>A command written as a comment on a merged pull request.</summary>
/// <param name="Name">The job it is about, a valid name; null where none was given.</param>
public sealed partial record LifecycleCommand(LifecycleWord Word, string? Name)
{
    // They belong to open pull requests; after the merge nothing is left to say about them.
    private static readonly string[] OfReviews = ["/approve-quota", "/revoke-quota", "/confirm-stop"];

    /// <summary>
    /// The command a comment is, or null when it is none. Only a comment that is nothing but the command counts; one that
    /// begins with a slash and a word, and isn't exactly a command, is <see cref="LifecycleWord.Unknown"/>.
    /// </summary>
    public static LifecycleCommand? OfComment(string? body)
    {
        string text = (body ?? "").Trim(' ', '\t', '\r', '\n');
        Match match = Exact.Match(text);
        if (match.Success)
        {
            return new LifecycleCommand(
                match.Groups[1].ValueSpan is "stop" ? LifecycleWord.Stop : LifecycleWord.Rerun,
                match.Groups[2].Success ? match.Groups[2].Value : null
            );
        }

        Match word = Begun.Match(text);
        return word.Success && !OfReviews.Contains(word.Groups[1].Value, StringComparer.Ordinal)
            ? new LifecycleCommand(LifecycleWord.Unknown, null)
            : null;
    }

    /// <summary>The command's word as people write it.</summary>
    public static string Spelt(LifecycleWord word) => word == LifecycleWord.Rerun ? "/rerun" : "/stop";

    [GeneratedRegex(@"\A/(stop|rerun)(?: ([a-z](?:[-a-z0-9]{0,61}[a-z0-9])?))?\z", RegexOptions.NonBacktracking)]
    private static partial Regex Exact { get; }

    // A path such as /etc/hosts goes on with another slash and is no command.
    [GeneratedRegex(@"\A(/[a-z][-a-z]{0,40})(?:\s|\z)", RegexOptions.NonBacktracking)]
    private static partial Regex Begun { get; }
}
