using Rayquest.JobHosts.GitHub;
using Rayquest.JobReport.Comment;
using Rayquest.JobReport.Evaluation;

namespace Rayquest.JobHosts.Review;

/// <summary>The commit status that branch protection requires.</summary>
internal static class ReviewStatus
{
    public const string Context = "rayquest";

    /// <summary>What it says of an evaluation.</summary>
    public static (CommitState State, string Description) Of(ChangeEvaluation evaluation) =>
        (
            evaluation.IsPlatformFault
                ? CommitState.Error
                : evaluation.Verdict switch
                {
                    Verdict.Pass => CommitState.Success,
                    Verdict.NeedsApproval => CommitState.Pending,
                    _ => CommitState.Failure,
                },
            ReviewComment.Headline(evaluation)
        );
}
