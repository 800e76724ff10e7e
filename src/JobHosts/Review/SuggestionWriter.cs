using System.Text;
using Rayquest.JobHosts.GitHub;
using Rayquest.JobModel.Plans;
using Rayquest.JobReport.Markdown;

namespace Rayquest.JobHosts.Review;

/// <summary>Safe fixes as one review with suggestions on lines. It is found again by the digest of what it suggests.</summary>
/// <param name="remarks">What is suggested; nothing where there is nothing.</param>
/// <param name="isReported">Whether an evaluation has reported on this head before: only then can it be there already.</param>
/// <param name="isReportedAfter">Whether what is written after it is right, so that it is there.</param>
internal sealed class SuggestionWriter(
    GitHubClient github,
    PullRequest pull,
    IReadOnlyList<NewReviewComment> remarks,
    bool isReported,
    bool isReportedAfter,
    WriteLog log
) : IReviewPart
{
    private readonly string marker = MarkerOf(remarks);

    /// <inheritdoc/>
    public bool IsRight => remarks.Count == 0 || isReportedAfter;

    /// <inheritdoc/>
    public async Task<bool> Write(CancellationToken cancel)
    {
        if (isReported && await Find(cancel) is not null)
        {
            return false;
        }

        string body = MarkdownText.Of($"{remarks.Count} × fixed by a click.\n\n") + marker;
        try
        {
            await WriteOnce.Run<PullRequestReview>(
                github,
                Find,
                later =>
                    github.PullRequest.Review.Create(
                        pull.Number,
                        new NewPullRequestReview(pull.Head.Sha, "COMMENT", body, remarks),
                        later
                    ),
                cancel
            );
            log.Add("suggestions");
            return true;
        }
        catch (GitHubRefused)
        {
            // GitHub's diff and ours may differ on a line; the comment and the annotations have told everything.
            log.Add("suggestions refused");
            return false;
        }

        async Task<PullRequestReview?> Find(CancellationToken later) =>
            (await github.PullRequest.Review.GetAll(pull.Number, later)).FirstOrDefault(r => IsOf(r));
    }

    /// <summary>Takes back what two evaluations suggested at the same moment; the older review stays.</summary>
    public async Task RemoveSurplus(CancellationToken cancel)
    {
        if (remarks.Count == 0)
        {
            return;
        }

        PullRequestReview[] same =
        [
            .. (await github.PullRequest.Review.GetAll(pull.Number, cancel)).Where(r => IsOf(r)),
        ];
        if (same.Length < 2)
        {
            return;
        }

        // Anybody can write our marker; only what we wrote is ours to take back.
        string login = await github.GraphQL.Viewer(cancel);
        PullRequestReview[] surplus =
        [
            .. same.Where(r => string.Equals(r.User?.Login, login, StringComparison.OrdinalIgnoreCase))
                .OrderBy(r => r.Id)
                .Skip(1),
        ];
        IReadOnlyList<PullRequestReviewComment> lines =
            surplus.Length == 0 ? [] : await github.PullRequest.ReviewComment.GetAll(pull.Number, cancel);
        foreach (PullRequestReview review in surplus)
        {
            foreach (PullRequestReviewComment line in lines.Where(l => l.PullRequestReviewId == review.Id))
            {
                await github.PullRequest.ReviewComment.Delete(line.Id, cancel);
            }

            await github.PullRequest.Review.Update(
                pull.Number,
                review.Id,
                "<sub>superseded: the same suggestions were made at the same moment</sub>",
                cancel
            );
            log.Add("surplus suggestions removed");
        }
    }

    private static string MarkerOf(IReadOnlyList<NewReviewComment> remarks)
    {
        string digest = JobHeader.Digest(
            Encoding.UTF8.GetBytes(string.Concat(remarks.Select(r => $"{r.Path}\n{r.Line}\n{r.Body}\n")))
        )[..16];
        return $"{Suggestions.Marker}{digest} -->";
    }

    private bool IsOf(PullRequestReview review) =>
        review.CommitId == pull.Head.Sha && review.Body?.Contains(marker, StringComparison.Ordinal) == true;
}
