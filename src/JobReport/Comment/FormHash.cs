using System.Text;
using Rayquest.JobModel.Repository;
using Rayquest.JobReport.Evaluation;

namespace Rayquest.JobReport.Comment;

/// <summary>A request as the hash of the form's address: browsers send no hash to any server.</summary>
public static class FormHash
{
    /// <summary>The word before the request.</summary>
    public const string Key = "text";

    // A comment has other things to say as well.
    private const int LongestText = 3_000;

    /// <summary>The value of the hash: the team, and the text in letters that mean nothing to Markdown, HTML or an address.</summary>
    public static string Of(string team, string text) =>
        $"{team}.{Convert.ToBase64String(Encoding.UTF8.GetBytes(text)).TrimEnd('=').Replace('+', '-').Replace('/', '_')}";

    /// <summary>Team and text of a value; null for what is none.</summary>
    public static (string Team, string Text)? Read(string value)
    {
        int dot = value.IndexOf('.', StringComparison.Ordinal);
        if (dot < 1 || !RequestPath.IsTeam(value[..dot]))
        {
            return null;
        }

        string text = value[(dot + 1)..].Replace('-', '+').Replace('_', '/');
        byte[] bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='), bytes, out int count)
            ? (value[..dot], Encoding.UTF8.GetString(bytes, 0, count))
            : null;
    }

    /// <summary>The form with the change's request in it; null where no form is served, and where the change has not one short request.</summary>
    internal static string? LinkOf(ChangeEvaluation change) =>
        change.Platform.FormLink is { Length: > 0 } form
        && change.Assessment.Requests is [var (path, text)]
        && text.Length <= LongestText
        && RequestPath.TeamOf(path) is { } team
            ? $"{form.TrimEnd('#')}#{Key}={Of(team, text)}"
            : null;
}
