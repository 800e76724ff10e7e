using Rayquest.JobHosts.GitHub;

namespace Rayquest.JobHosts.Review;

/// <summary>The check run on the head: the summary, and findings as annotations on their lines.</summary>
/// <param name="report">What it should say; null where nothing is said.</param>
/// <param name="runs">Those that are there, the oldest first: that is the one which stays.</param>
internal sealed class CheckRunWriter(
    GitHubClient github,
    ReviewOptions options,
    string head,
    CheckReport? report,
    IReadOnlyList<CheckRun> runs,
    WriteLog log
) : IReviewPart
{
    public const string CheckName = "rayquest review";

    /// <summary>What a check run is called that was made at the same moment as another.</summary>
    public const string SupersededCheck = CheckName + " (superseded)";

    private const int AnnotationsPerCall = 50;

    /// <inheritdoc/>
    public bool IsRight =>
        report is null || (runs is [{ Status: CheckStatus.Completed } only] && only.ExternalId == report.Id);

    /// <summary>Our check runs on a head, the oldest first.</summary>
    public static async Task<IReadOnlyList<CheckRun>> Read(
        GitHubClient github,
        string head,
        CancellationToken cancel
    ) => [.. (await github.Check.Run.GetAllForReference(head, CheckName, all: true, cancel)).OrderBy(r => r.Id)];

    /// <inheritdoc/>
    public async Task<bool> Write(CancellationToken cancel)
    {
        // They can't be deleted: what was made at the same moment is renamed and ends without a verdict.
        foreach (CheckRun surplus in runs.Skip(1))
        {
            await github.Check.Run.Update(
                surplus.Id,
                new CheckRunUpdate(
                    CheckStatus.Completed,
                    CheckConclusion.Skipped,
                    Output: new NewCheckRunOutput(
                        "Superseded",
                        $"Two evaluations of this commit ran at the same moment; `{CheckName}` holds the result of both."
                    ),
                    Name: SupersededCheck
                ),
                cancel
            );
            log.Add("surplus check run superseded");
        }

        CheckRun? run = runs.FirstOrDefault();
        if (run is { Status: CheckStatus.Completed } && run.ExternalId == report!.Id)
        {
            return false;
        }

        bool made = false;
        IReadOnlyList<NewCheckRunAnnotation> annotations = report!.Annotations;
        int sent = run?.Output.AnnotationsCount ?? 0;
        if (run is null)
        {
            bool whole = annotations.Count <= AnnotationsPerCall;
            NewCheckRun first = new(
                CheckName,
                head,
                whole ? CheckStatus.Completed : CheckStatus.InProgress,
                whole ? report!.Conclusion : null,
                whole ? report!.Id : null,
                options.RunUrl,
                report!.Output([.. annotations.Take(AnnotationsPerCall)])
            );
            run = await WriteOnce.Run<CheckRun>(
                github,
                async later => (await Read(github, head, later)).FirstOrDefault(),
                later => github.Check.Run.Create(first, later),
                cancel
            );
            sent = Math.Min(annotations.Count, AnnotationsPerCall);
            log.Add("check run");
            made = true;
            if (whole)
            {
                return true;
            }
        }

        // Annotations can only be added: what an earlier, interrupted run sent is counted and gone on from.
        while (sent < annotations.Count)
        {
            NewCheckRunAnnotation[] batch = [.. annotations.Skip(sent).Take(AnnotationsPerCall)];
            int expected = sent + batch.Length;
            long number = run.Id;
            await WriteOnce.Run<CheckRun>(
                github,
                async later =>
                    await github.Check.Run.Get(number, later) is { } now && now.Output.AnnotationsCount >= expected
                        ? now
                        : null,
                later => github.Check.Run.Update(number, new CheckRunUpdate(Output: report!.Output(batch)), later),
                cancel
            );
            sent = expected;
        }

        await github.Check.Run.Update(
            run.Id,
            new CheckRunUpdate(
                CheckStatus.Completed,
                report!.Conclusion,
                options.RunUrl,
                report!.Output(null),
                report!.Id
            ),
            cancel
        );
        log.Add("check run completed");
        return made;
    }
}
