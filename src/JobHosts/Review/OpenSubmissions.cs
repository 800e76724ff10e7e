using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.GitHub;
using Rayquest.JobReport.Preview;
using Rayquest.JobReport.Verdicts;

namespace Rayquest.JobHosts.Review;

/// <summary>
/// After a push to the default branch: the open submissions whose verdict it changes are judged again and told, so that a
/// pull request which lost the last GPUs doesn't stay green. Which ones is worked out from Git objects alone; GitHub is
/// asked once for the list, and then only about those. Killed and run again, it goes on: who was told has nothing to write.
/// </summary>
public sealed class OpenSubmissions(GitHubClient github, GitRepository git, ReviewOptions options)
{
    /// <summary>Judges again what a push from <paramref name="before"/> to <paramref name="after"/> changed something for.</summary>
    /// <exception cref="HostFault">Git or GitHub failed; running it again goes on from there.</exception>
    public async Task<IReadOnlyList<ReviewOutcome>> JudgeAgain(
        string before,
        string after,
        string branch,
        CancellationToken cancel = default
    )
    {
        (ObjectId from, ObjectId to) = (ObjectId.Parse(before), ObjectId.Parse(after));
        PullRequest[] open =
        [
            .. (await github.PullRequest.GetAll(ItemState.Open, branch, cancel: cancel))
                .Where(p => p.Labels.Any(l => l.Name.StartsWith(ReviewLabels.Prefix, StringComparison.Ordinal)))
                .OrderBy(p => p.Number),
        ];
        if (open.Length == 0)
        {
            return [];
        }

        ObjectId[] missing = [.. open.Select(p => ObjectId.Parse(p.Head.Sha)).Where(id => !git.Has(id)).Distinct()];
        if (missing.Length > 0)
        {
            git.Fetch(options.Remote, [.. missing.Select(id => id.ToString())], options.Credential);
        }

        (CommitTree old, CommitTree now) = (new CommitTree(git, from), new CommitTree(git, to));
        List<ReviewOutcome> told = [];
        foreach (PullRequest pull in open)
        {
            ObjectId head = ObjectId.Parse(pull.Head.Sha);
            if (told.Count < options.MaxToldAgain && WhyNot(head, from, old) != WhyNot(head, to, now))
            {
                told.Add(await new PullReviewer(github, git, options).Review(pull.Number, cancel));
            }
        }

        return told;
    }

    /// <summary>The verdict and its reasons, leaving approvals aside: a push to the base changes none.</summary>
    private string WhyNot(ObjectId head, ObjectId tip, CommitTree tree)
    {
        SubmissionPreview preview = Previewer.Of(
            new PreviewInput
            {
                Base = tree,
                Head = new CommitTree(git, head),
                ChangedPaths = [.. git.Diff(git.MergeBase(tip, head) ?? tip, head).Select(c => c.Path)],
                GpuHoursUsed = options.GpuHoursUsed,
            }
        );
        return string.Join(
            '\n',
            preview
                .Reasons.Where(r => r.Kind is not (ReasonKind.ApprovalMissing or ReasonKind.NobodyMayApprove))
                .Select(r => $"{r.Kind} {r.Team} {r.Resource} {r.Count}")
                .Prepend(preview.Verdict.ToString())
        );
    }
}
