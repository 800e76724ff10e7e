using Rayquest.JobReport.Evaluation;
using Rayquest.JobReport.Output;

namespace Rayquest.JobHosts.Review;

/// <summary>The labels a review sets; exactly one of them, or none. They are for people to read and decide nothing.</summary>
public static class ReviewLabels
{
    public const string Prefix = "rayquest/";
    public const string Pass = "rayquest/pass";
    public const string NeedsApproval = "rayquest/needs-approval";
    public const string Blocked = "rayquest/blocked";

    /// <summary>The label of a verdict.</summary>
    public static string Of(Verdict verdict) => Prefix + PreviewJson.Word(verdict);
}
