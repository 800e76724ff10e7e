using System.Globalization;
using Rayquest.JobReport.Evaluation;
using Rayquest.JobReport.Markdown;

namespace Rayquest.JobReport.Comment;

/// <summary>Reasons in words.</summary>
public static class ReasonText
{
    /// <summary>As Markdown, in the language of the platform.</summary>
    public static MarkdownText Of(Reason reason, Phrases phrases)
    {
        if (reason.Kind == ReasonKind.Errors)
        {
            return phrases.Say(KeyOf(reason.Kind), MarkdownText.Of($"{reason.Count}"));
        }

        MarkdownText people = phrases.List(
            [.. reason.People.Take(10).Select(p => MarkdownText.Code(p, 60))],
            reason.Kind is ReasonKind.ApprovalMissing or ReasonKind.StopUnconfirmed ? PhraseKey.Or : PhraseKey.And
        );
        return phrases.Say(
            KeyOf(reason.Kind),
            MarkdownText.Code(reason.Team),
            MarkdownText.Prose(reason.Resource),
            MarkdownText.Prose(reason.After),
            MarkdownText.Prose(reason.Limit),
            people,
            phrases.List([.. reason.Jobs.Take(5).Select(j => MarkdownText.Code(j, 60))], PhraseKey.And)
        );
    }

    /// <summary>As plain English, for JSON, statuses and logs.</summary>
    public static string Plain(Reason reason)
    {
        string text = Of(reason, Phrases.English).ToString();
        return text.Replace("`", "", StringComparison.Ordinal);
    }

    /// <summary>A count as the status says it.</summary>
    internal static string Count(int count, string one) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {one}{(count == 1 ? "" : "s")}");

    private static PhraseKey KeyOf(ReasonKind kind) =>
        kind switch
        {
            ReasonKind.Errors => PhraseKey.ReasonErrors,
            ReasonKind.BrokenPolicy => PhraseKey.ReasonBrokenPolicy,
            ReasonKind.OurFault => PhraseKey.ReasonOurFault,
            ReasonKind.Mixed => PhraseKey.ReasonMixed,
            ReasonKind.OverHard => PhraseKey.ReasonOverHard,
            ReasonKind.OverSoft => PhraseKey.ReasonOverSoft,
            ReasonKind.Overtaken => PhraseKey.ReasonOvertaken,
            ReasonKind.OverGpuHours => PhraseKey.ReasonGpuHours,
            ReasonKind.ApprovalMissing => PhraseKey.ReasonMissing,
            ReasonKind.NobodyMayApprove => PhraseKey.ReasonNobody,
            ReasonKind.ChangesRequested => PhraseKey.ReasonChanges,
            ReasonKind.StopUnconfirmed => PhraseKey.ReasonStopUnconfirmed,
            ReasonKind.Conflict => PhraseKey.ReasonConflict,
            ReasonKind.RebaseDiffers => PhraseKey.ReasonRebase,
            ReasonKind.Unreadable => PhraseKey.ReasonUnreadable,
            ReasonKind.NotEntitled => PhraseKey.ReasonNotEntitled,
            ReasonKind.UnknownAuthor => PhraseKey.ReasonUnknownAuthor,
            _ => PhraseKey.ReasonApproved,
        };
}
