using System.Collections.Immutable;
using System.Net;
using Rayquest.JobHosts.GitHub;
using Rayquest.JobReport.Comment;
using Rayquest.JobReport.Ledger;
using Rayquest.JobReport.Status;

namespace Rayquest.JobHosts.StatusSync;

/// <summary>How the desk finds and words things.</summary>
public sealed record GitHubStatusDeskOptions
{
    /// <summary>How the review's comment begins; the first one of ours that begins so is the one.</summary>
    public string CommentMarker { get; init; } = ReviewComment.Marker;
    public StatusLinks Links { get; init; } = new();

    /// <summary>Finds the line of the request that a refusal is about.</summary>
    public Func<JobRun, RequestPlace?> PlaceOf { get; init; } = _ => null;

    /// <summary>Runs of one pull request that get a Deployment of their own; a large sweep would fill the page with them.</summary>
    public int MostDeployments { get; init; } = 10;

    /// <summary>
    /// Calls of GitHub's hour that are left to the reviews, which people wait for: below this nothing more is told, and
    /// what is left is owed to the next pass.
    /// </summary>
    public int Reserve { get; init; } = 150;
}

/// <summary>
/// Tells a pull request how its jobs fare: the one comment, a Deployment per job with its statuses, and the ray/ label.
/// Two or three calls for a change (and one for all labels together), two or three more for the first.
/// </summary>
public sealed class GitHubStatusDesk(GitHubClient client, GitHubStatusDeskOptions options) : IStatusDesk
{
    private const string LabelPrefix = "ray/";
    private const int DescriptionLimit = 140;

    /// <summary>From so many on, asking for all labels at once is cheaper.</summary>
    private const int FewLabels = 3;
    private static readonly string[] LabelOrder =
    [
        "ray/running",
        "ray/queued",
        "ray/failed",
        "ray/stopped",
        "ray/succeeded",
    ];
    private readonly Dictionary<int, string> labels = [];
    private string? login;

    /// <inheritdoc/>
    public int Created { get; private set; }

    /// <inheritdoc/>
    public DateTimeOffset? ClosedUntil => client.RateLimitRemaining < options.Reserve ? client.RateLimitResets : null;

    /// <inheritdoc/>
    public DeskAnswer Tell(PullNews news, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(news);
        if (client.RateLimitRemaining is { } left && left < options.Reserve + (labels.Count * 2))
        {
            throw new GitHubUnavailable(
                $"GitHub's budget for this hour is nearly used up ({left} calls left)",
                "nothing to do: what is left is told by a later pass; a GitHub App has a larger budget than the workflow's token"
            );
        }

        return TellAsync(news, now).GetAwaiter().GetResult();
    }

    private async Task<DeskAnswer> TellAsync(PullNews news, DateTimeOffset now)
    {
        var (comment, reviewPart) = await Comment(news, now);
        var deployments = ImmutableDictionary.CreateBuilder<string, long>(StringComparer.Ordinal);
        var owned = news
            .Runs.OrderBy(run => run.Record.Path, StringComparer.Ordinal)
            .Take(options.MostDeployments)
            .Select(run => run.Record.Path)
            .ToHashSet(StringComparer.Ordinal);
        foreach (var item in news.News.Where(item => owned.Contains(item.Run.Record.Path)))
        {
            try
            {
                deployments[item.Run.Record.Path] = await Deployment(item, news.Uncertain);
            }
            catch (GitHubRefused)
            {
                // A commit that GitHub has forgotten cannot be deployed; the comment and the label can still tell.
            }
        }

        NoteLabel(news);
        return new DeskAnswer(comment, deployments.ToImmutable(), reviewPart);
    }

    private async Task<(long Id, string ReviewPart)> Comment(PullNews news, DateTimeOffset now)
    {
        var logs = news
            .News.Where(item => item.Log is not null)
            .ToDictionary(item => item.Run.Record.Path, item => item.Log!, StringComparer.Ordinal);
        var section = StatusComment.Section(news.Runs, logs, options.Links, now, options.PlaceOf);
        if (news is { CommentId: { } known, ReviewPart: { } kept })
        {
            try
            {
                await client.Issue.Comment.Update(known, StatusComment.Compose(kept, section));
                return (known, kept);
            }
            catch (GitHubRefused refusal) when (refusal.Status == HttpStatusCode.NotFound)
            {
                // Somebody deleted it: there shall be one again.
            }
        }

        if (await Find(news.Pull) is { } found)
        {
            var part = StatusComment.ReviewPart(found.Body ?? "");
            var body = StatusComment.Compose(part, section);
            if (!string.Equals(found.Body, body, StringComparison.Ordinal))
            {
                await client.Issue.Comment.Update(found.Id, body);
            }

            return (found.Id, part);
        }

        var fresh = news.ReviewPart ?? $"{options.CommentMarker}-->\n";
        var created = await WriteOnce.Run<IssueComment>(
            client,
            _ => Find(news.Pull),
            cancel =>
            {
                Created++;
                return client.Issue.Comment.Create(news.Pull, StatusComment.Compose(fresh, section), cancel);
            }
        );
        return (created.Id, fresh);
    }

    /// <summary>Our comment: its marker alone could be written by anybody.</summary>
    private async Task<IssueComment?> Find(int pull)
    {
        login ??= await client.GraphQL.Viewer();
        return (await client.Issue.Comment.GetAllForIssue(pull)).FirstOrDefault(comment =>
            string.Equals(comment.User?.Login, login, StringComparison.OrdinalIgnoreCase)
            && comment.Body?.StartsWith(options.CommentMarker, StringComparison.Ordinal) == true
        );
    }

    private async Task<long> Deployment(NewsOfRun item, bool uncertain)
    {
        var run = item.Run;
        var task = $"ray:{run.Record.Name}";
        var environment = $"ray/{run.Record.Team}";
        var wanted = new NewDeploymentStatus(State(item.State), Description(item.State), AutoInactive: false);
        if (run.DeploymentId is { } known)
        {
            if (
                item.Before is { } before
                && !uncertain
                && string.Equals(before.DeploymentState, item.State.DeploymentState, StringComparison.Ordinal)
                && !item.State.IsFinal
            )
            {
                // GitHub's five words say nothing new here; the comment does.
                return known;
            }

            if (
                !uncertain
                || (await client.Repository.Deployment.Status.GetAll(known)) is not [var newest, ..]
                || !Tells(newest, wanted, item.State)
            )
            {
                await Say(known, wanted);
            }

            return known;
        }

        var made = uncertain ? await FindDeployment(environment, task) : null;
        made ??= await WriteOnce.Run<Deployment>(
            client,
            _ => FindDeployment(environment, task),
            cancel =>
            {
                Created++;
                return client.Repository.Deployment.Create(
                    new NewDeployment(run.Merged!.Sha, environment, task, $"{run.Record.Kind} {run.Record.Name}"),
                    cancel
                );
            }
        );
        if (
            !uncertain
            || (await client.Repository.Deployment.Status.GetAll(made.Id)) is not [var last, ..]
            || !Tells(last, wanted, item.State)
        )
        {
            await Say(made.Id, wanted);
        }

        return made.Id;
    }

    private async Task<Deployment?> FindDeployment(string environment, string task) =>
        (await client.Repository.Deployment.GetAll(environment: environment, task: task)) is [var found, ..]
            ? found
            : null;

    private Task<DeploymentStatus> Say(long deployment, NewDeploymentStatus status) =>
        WriteOnce.Run<DeploymentStatus>(
            client,
            async cancel =>
                (await client.Repository.Deployment.Status.GetAll(deployment, cancel)) is [var newest, ..]
                && Same(newest, status)
                    ? newest
                    : null,
            cancel => client.Repository.Deployment.Status.Create(deployment, status, cancel)
        );

    // Until the job has ended the word alone counts, as it does where the ledger remembers the last one.
    private static bool Tells(DeploymentStatus there, NewDeploymentStatus wanted, JobState state) =>
        state.IsFinal ? Same(there, wanted) : there.State == wanted.State;

    private static bool Same(DeploymentStatus there, NewDeploymentStatus wanted) =>
        there.State == wanted.State
        && string.Equals(there.Description ?? "", wanted.Description ?? "", StringComparison.Ordinal);

    private void NoteLabel(PullNews news)
    {
        var told = news.News.ToDictionary(item => item.Run.Record.Path, StringComparer.Ordinal);
        var before = Label(
            news.Runs.Select(run => told.TryGetValue(run.Record.Path, out var item) ? item.Before : run.LastState)
        );
        var after = Label(news.Runs.Select(run => run.LastState));
        if (after is not null && (news.Uncertain || !string.Equals(before, after, StringComparison.Ordinal)))
        {
            labels[news.Pull] = after;
        }
    }

    /// <inheritdoc/>
    public DeskSettlement Settle() => SettleAsync().GetAwaiter().GetResult();

    /// <summary>
    /// Moves the labels. Their comments have just been edited, so these pull requests are the ones touched last: one call
    /// tells the labels of a hundred of them, and each then costs one more instead of two.
    /// </summary>
    private async Task<DeskSettlement> SettleAsync()
    {
        var unsettled = new HashSet<int>(labels.Keys);
        HostFault? fault = null;
        try
        {
            var known =
                labels.Count < FewLabels
                    ? []
                    : (await client.PullRequest.RecentlyUpdated()).ToDictionary(
                        pull => pull.Number,
                        pull => pull.Labels
                    );
            foreach (var (pull, label) in labels.OrderBy(pair => pair.Key))
            {
                try
                {
                    await Move(pull, label, known.GetValueOrDefault(pull));
                    unsettled.Remove(pull);
                }
                catch (GitHubRefused refusal)
                {
                    fault = refusal;
                }
            }
        }
        catch (GitHubUnavailable trouble)
        {
            fault = trouble;
        }

        labels.Clear();
        return new DeskSettlement(unsettled, fault);
    }

    private async Task Move(int pull, string label, IReadOnlyList<Label>? there)
    {
        if (there is not null)
        {
            string[] wanted = [.. there.Select(item => item.Name).Where(name => !IsOurs(name)), label];
            if (!there.Select(item => item.Name).ToHashSet(StringComparer.Ordinal).SetEquals(wanted))
            {
                await client.Issue.Labels.ReplaceAllForIssue(pull, wanted);
            }

            return;
        }

        // The answer lists all labels, so that only what is really there has to be taken away.
        var all = await client.Issue.Labels.AddToIssue(pull, [label]);
        foreach (var old in all.Select(item => item.Name).Where(name => IsOurs(name) && name != label))
        {
            try
            {
                await client.Issue.Labels.RemoveFromIssue(pull, old);
            }
            catch (GitHubRefused refusal) when (refusal.Status == HttpStatusCode.NotFound)
            {
                // Somebody was faster.
            }
        }
    }

    private static bool IsOurs(string label) => label.StartsWith(LabelPrefix, StringComparison.Ordinal);

    /// <summary>One label for all jobs of a pull request: what still moves first, then what went wrong.</summary>
    private static string? Label(IEnumerable<JobState?> states)
    {
        var all = states.Select(state => state?.Label).OfType<string>().ToHashSet(StringComparer.Ordinal);
        return LabelOrder.FirstOrDefault(all.Contains);
    }

    private static DeploymentState State(JobState state) =>
        state.DeploymentState switch
        {
            "pending" => GitHub.DeploymentState.Pending,
            "queued" => GitHub.DeploymentState.Queued,
            "in_progress" => GitHub.DeploymentState.InProgress,
            "success" => GitHub.DeploymentState.Success,
            "inactive" => GitHub.DeploymentState.Inactive,
            "error" => GitHub.DeploymentState.Error,
            _ => GitHub.DeploymentState.Failure,
        };

    private static string Description(JobState state)
    {
        var text = LogTail.Redact(StateText.Timeless(state).Line);
        return text.Length <= DescriptionLimit ? text : text[..(DescriptionLimit - 1)] + "…";
    }
}
