using System.Globalization;
using Rayquest.JobReport.Evaluation;
using Rayquest.JobReport.Markdown;
using Rayquest.JobReport.Strings;

namespace Rayquest.JobReport.Comment;

/// <summary>Reasons in words.</summary>
public static class ReasonText
{
    /// <summary>As Markdown, in the language of the platform.</summary>
    public static MarkdownText Of(Reason reason, CommentStrings strings)
    {
        if (reason.Kind == ReasonKind.Errors)
        {
            return strings.Format(KeyOf(reason.Kind), MarkdownText.Of($"{reason.Count}"));
        }

        MarkdownText people = strings.List(
            [.. reason.People.Take(10).Select(p => MarkdownText.Code(p, 60))],
            reason.Kind is ReasonKind.ApprovalMissing or ReasonKind.StopUnconfirmed
                ? CommentStringKey.Or
                : CommentStringKey.And
        );
        return strings.Format(
            KeyOf(reason.Kind),
            MarkdownText.Code(reason.Team),
            MarkdownText.Prose(reason.Resource),
            MarkdownText.Prose(reason.After),
            MarkdownText.Prose(reason.Limit),
            people,
            strings.List([.. reason.Jobs.Take(5).Select(j => MarkdownText.Code(j, 60))], CommentStringKey.And)
        );
    }

    /// <summary>As plain English, for JSON, statuses and logs.</summary>
    public static string Plain(Reason reason)
    {
        string text = Of(reason, CommentStrings.English).ToString();
        return text.Replace("`", "", StringComparison.Ordinal);
    }

    /// <summary>A count as the status says it.</summary>
    internal static string Count(int count, string one) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {one}{(count == 1 ? "" : "s")}");

    private static CommentStringKey KeyOf(ReasonKind kind) =>
        kind switch
        {
            ReasonKind.Errors => CommentStringKey.ReasonErrors,
            ReasonKind.BrokenPolicy => CommentStringKey.ReasonBrokenPolicy,
            ReasonKind.InternalError => CommentStringKey.ReasonInternalError,
            ReasonKind.Mixed => CommentStringKey.ReasonMixed,
            ReasonKind.OverHard => CommentStringKey.ReasonOverHard,
            ReasonKind.OverSoft => CommentStringKey.ReasonOverSoft,
            ReasonKind.Overtaken => CommentStringKey.ReasonOvertaken,
            ReasonKind.OverGpuHours => CommentStringKey.ReasonGpuHours,
            ReasonKind.ApprovalMissing => CommentStringKey.ReasonMissing,
            ReasonKind.NobodyMayApprove => CommentStringKey.ReasonNobody,
            ReasonKind.ChangesRequested => CommentStringKey.ReasonChanges,
            ReasonKind.StopUnconfirmed => CommentStringKey.ReasonStopUnconfirmed,
            ReasonKind.Conflict => CommentStringKey.ReasonConflict,
            ReasonKind.RebaseDiffers => CommentStringKey.ReasonRebase,
            ReasonKind.Unreadable => CommentStringKey.ReasonUnreadable,
            ReasonKind.NotEntitled => CommentStringKey.ReasonNotEntitled,
            ReasonKind.UnknownAuthor => CommentStringKey.ReasonUnknownAuthor,
            _ => CommentStringKey.ReasonApproved,
        };
}
