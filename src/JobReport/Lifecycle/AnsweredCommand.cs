using System.Globalization;
using System.Text.RegularExpressions;
using Rayquest.JobModel.Repository;

namespace Rayquest.JobReport.Lifecycle;

/// <summary>What the hidden marker of a reply says: which comment it answers, and the pull request it led to.</summary>
/// <param name="Comment">Id of the comment.</param>
/// <param name="Word">Null where nothing was opened.</param>
/// <param name="Job">The request's team and name.</param>
/// <param name="Pull">The pull request that was opened; 0 where none was.</param>
public sealed partial record AnsweredCommand(long Comment, CommandVerb? Word = null, string Job = "", int Pull = 0)
{
    private const string Kind = "rayquest:command";

    /// <summary>The marker's text, without the brackets of an HTML comment.</summary>
    public string Marker =>
        string.Create(CultureInfo.InvariantCulture, $"{Kind} comment={Comment}")
        + (
            Word is { } word
                ? string.Create(CultureInfo.InvariantCulture, $" {LifecycleCommand.Spelt(word)[1..]}={Job} pull={Pull}")
                : ""
        );

    /// <summary>What a reply answers.</summary>
    public static AnsweredCommand Of(long comment, LifecycleReply reply) =>
        reply is { IsDone: true, Pull: > 0 }
            ? new AnsweredCommand(comment, reply.Word, JobOf(reply.Request), reply.Pull)
            : new AnsweredCommand(comment);

    /// <summary>
    /// What the first line of a comment says; null where it is none of ours. Anybody can write it: only in a comment of our own
    /// account does it count.
    /// </summary>
    public static AnsweredCommand? Read(string? body)
    {
        if (
            Shape.Match(body ?? "") is not { Success: true } match
            || !long.TryParse(match.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out long id)
        )
        {
            return null;
        }

        return
            match.Groups[2].Success
            && int.TryParse(match.Groups[4].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out int pull)
            ? new AnsweredCommand(id, LifecycleCommand.OfWord(match.Groups[2].Value), match.Groups[3].Value, pull)
            : new AnsweredCommand(id);
    }

    /// <summary>A request as markers name it.</summary>
    // A hidden comment of HTML may not hold two hyphens in a row.
    public static string JobOf(string request) =>
        $"{RequestPath.TeamOf(request)}/{RequestPath.NameOf(request)}".Replace("--", "-", StringComparison.Ordinal);

    [GeneratedRegex(
        @"\A<!-- rayquest:command comment=(\d{1,18})(?: (stop|rerun|suspend|resume|run)=([-a-z0-9]+/[-a-z0-9]+) pull=(\d{1,9}))? -->",
        RegexOptions.NonBacktracking
    )]
    private static partial Regex Shape { get; }
}
