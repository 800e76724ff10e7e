using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Rayquest.JobHosts.GitHub;
using Rayquest.JobModel.Languages;
using Rayquest.JobReport.Comment;
using Rayquest.JobReport.Ledger;
using Rayquest.JobReport.Markdown;
using Rayquest.JobReport.Status;
using Rayquest.JobReport.Strings;

namespace Rayquest.JobHosts.StatusSync;

/// <summary>How the sink finds things and what it links to.</summary>
public sealed record GitHubStatusSinkOptions
{
    /// <summary>How the review's comment begins; the first one of ours that begins so is the one.</summary>
    public string CommentMarker { get; init; } = ReviewComment.Marker;
    public StatusLinks Links { get; init; } = new();

    /// <summary>The language in which teams are told.</summary>
    public Func<IEnumerable<string>, string> LanguageOf { get; init; } = _ => Language.English.Name;

    /// <summary>Finds the line of the request that a refusal is about.</summary>
    public Func<JobRun, SourceLink?> SourceOf { get; init; } = _ => null;

    /// <summary>Runs of one pull request that get a Deployment of their own; a large sweep would fill the page with them.</summary>
    public int MostDeployments { get; init; } = 10;

    /// <summary>
    /// Calls of GitHub's hour that are left to the reviews, which people wait for: below this nothing more is reported, and
    /// the rest is left to the next pass.
    /// </summary>
    public int Reserve { get; init; } = 150;
}

/// <summary>
/// Reports the states of its jobs to a pull request: the one comment, a Deployment per job with its statuses, and the ray/ label.
/// One call looks at twenty pull requests, one changes everything about one of them, and a job's first report makes its
/// Deployment before that: so a pass costs one or two calls a report, and one more.
/// </summary>
public sealed class GitHubStatusSink(GitHubClient client, GitHubStatusSinkOptions options) : IStatusSink
{
    private const string LabelPrefix = "ray/";
    private const int DescriptionLimit = 140;

    /// <summary>Pull requests that are looked at with one call; GitHub gives an answer ten seconds.</summary>
    private const int MostAtOnce = 20;
    private static readonly string[] LabelOrder =
    [
        "ray/running",
        "ray/queued",
        "ray/failed",
        "ray/stopped",
        "ray/succeeded",
    ];
    private readonly Queue<ExpectedPull> expected = new();
    private readonly Dictionary<int, PullRequestView> views = [];
    private IReadOnlyDictionary<string, LabelNode> known = new Dictionary<string, LabelNode>(StringComparer.Ordinal);
    private string? login;

    /// <inheritdoc/>
    public int Created { get; private set; }

    /// <inheritdoc/>
    public DateTimeOffset? ClosedUntil =>
        client.RateLimit is { } limit && limit.Remaining < options.Reserve ? limit.Resets : null;

    /// <inheritdoc/>
    public void Expect(IReadOnlyList<ExpectedPull> pulls)
    {
        expected.Clear();
        foreach (var pull in pulls)
        {
            expected.Enqueue(pull);
        }
    }

    /// <inheritdoc/>
    public ReportReceipt Report(PullNews news, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(news);
        if (client.RateLimit is { } limit && limit.Remaining < options.Reserve)
        {
            throw new GitHubUnavailable(
                $"GitHub's budget for this hour is nearly used up ({limit.Remaining} calls left)",
                "nothing to do: what is left is reported by a later pass; a GitHub App has a larger budget than the workflow's token"
            );
        }

        return ReportAsync(news, now).GetAwaiter().GetResult();
    }

    /// <inheritdoc/>
    public void Remind(int pull, string marker, string text)
    {
        ArgumentNullException.ThrowIfNull(marker);
        // A pass that was killed right after it had written knows nothing of it.
        if (Find(pull, marker).GetAwaiter().GetResult() is null)
        {
            WriteOnce
                .Run<IssueComment>(
                    client,
                    _ => Find(pull, marker),
                    cancel =>
                    {
                        Created++;
                        return client.Issue.Comment.Create(pull, text, cancel);
                    }
                )
                .GetAwaiter()
                .GetResult();
        }
    }

    private async Task<ReportReceipt> ReportAsync(PullNews news, DateTimeOffset now)
    {
        var view = await Look(news);
        var section = Section(news, now);
        var change = new PullRequestChange(view.NodeId);
        GitHubObjectRef? comment = null;
        var part = "";
        if (news is { Comment: { NodeId.Length: > 0 } ours, ReviewPart: { } kept })
        {
            (comment, part) = (ours, kept);
            change = change with { Comment = (ours.NodeId, StatusComment.Compose(kept, section)) };
        }
        else if (view.Comments.FirstOrDefault(IsReview) is { } found)
        {
            (comment, part) = (new GitHubObjectRef(found.Id, found.NodeId), StatusComment.ReviewPart(found.Body));
            var body = StatusComment.Compose(part, section);
            change = string.Equals(found.Body, body, StringComparison.Ordinal)
                ? change
                : change with
                {
                    Comment = (found.NodeId, body),
                };
        }
        else
        {
            (comment, part) = await Comment(news, section);
        }

        var deployments = ImmutableDictionary.CreateBuilder<string, GitHubObjectRef>(StringComparer.Ordinal);
        var statuses = new List<(GitHubObjectRef Deployment, NewDeploymentStatus Status)>();
        var owned = news
            // A schedule has one Deployment, not one for each run.
            .Runs.Where(run => run.ScheduledBy.Length == 0)
            .OrderBy(run => run.Record.Path, StringComparer.Ordinal)
            .Take(options.MostDeployments)
            .Select(run => run.Record.Path)
            .ToHashSet(StringComparer.Ordinal);
        foreach (var item in news.News.Where(item => owned.Contains(item.Run.Record.Path)))
        {
            try
            {
                var (deployment, wanted) = await Deployment(item, news.Uncertain);
                deployments[item.Run.Record.Path] = deployment;
                if (wanted is not null)
                {
                    statuses.Add((deployment, wanted));
                }
            }
            catch (GitHubRefused)
            {
                // A commit that GitHub has forgotten cannot be deployed; the comment and the label can still tell.
            }
        }

        var label = NewLabel(news);
        change = label is null ? change : Relabelled(change, view, label);
        var result = await Change(change, statuses);
        // What GraphQL refuses is tried the other way: REST asks for other permissions, and says best what is wrong.
        if (result.Comment is not null)
        {
            (comment, part) = await Comment(news, section);
        }

        foreach (var index in result.Statuses.Keys)
        {
            await PostStatus(statuses[index]);
        }

        if (label is not null && (result.Labels is not null || !known.ContainsKey(label)))
        {
            await Relabel(news.Pull, label);
        }

        return new ReportReceipt(comment, deployments.ToImmutable(), part);
    }

    /// <summary>What the pull request shows, looked at together with those that come next.</summary>
    private async Task<PullRequestView> Look(PullNews news)
    {
        if (!views.ContainsKey(news.Pull))
        {
            var batch = new Dictionary<int, bool>
            {
                [news.Pull] = news is not { Comment.NodeId.Length: > 0, ReviewPart: not null },
            };
            while (batch.Count < MostAtOnce && expected.TryDequeue(out var next))
            {
                batch.TryAdd(next.Pull, !next.CommentIsKnown);
            }

            var seen = await client.GraphQL.PullRequests([.. batch.Select(pair => (pair.Key, pair.Value))], LabelOrder);
            known = seen.Labels;
            views.Clear();
            foreach (var (pull, view) in seen.Pulls)
            {
                views[pull] = view;
            }
        }

        return views.Remove(news.Pull, out var there)
            ? there
            : throw new GitHubRefused(
                HttpStatusCode.NotFound,
                string.Create(CultureInfo.InvariantCulture, $"pull request {news.Pull}"),
                "Not Found",
                "check that the repository is the one the ledger was written for"
            );
    }

    private MarkdownText Section(PullNews news, DateTimeOffset now) =>
        StatusComment.Section(
            news.Runs,
            news.News.Where(item => item.Log is not null)
                .ToDictionary(item => item.Run.Record.Path, item => item.Log!, StringComparer.Ordinal),
            options.Links,
            now,
            options.SourceOf,
            CommentStrings.Of(options.LanguageOf(news.Runs.Select(run => run.Record.Team)))
        );

    private bool IsReview(CommentNode comment) =>
        comment.IsBot && comment.Body.StartsWith(options.CommentMarker, StringComparison.Ordinal);

    /// <summary>Looks through all comments for ours, and makes it where there is none.</summary>
    private async Task<(GitHubObjectRef Comment, string ReviewPart)> Comment(PullNews news, MarkdownText section)
    {
        if (await Find(news.Pull) is { } found)
        {
            var part = StatusComment.ReviewPart(found.Body ?? "");
            var body = StatusComment.Compose(part, section);
            if (!string.Equals(found.Body, body, StringComparison.Ordinal))
            {
                await client.Issue.Comment.Update(found.Id, body);
            }

            return (new GitHubObjectRef(found.Id, found.NodeId), part);
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
        return (new GitHubObjectRef(created.Id, created.NodeId), fresh);
    }

    /// <summary>Our comment: its marker alone could be written by anybody.</summary>
    private Task<IssueComment?> Find(int pull) => Find(pull, options.CommentMarker);

    private async Task<IssueComment?> Find(int pull, string marker)
    {
        var us = await Login();
        return (await client.Issue.Comment.GetAllForIssue(pull)).FirstOrDefault(comment =>
            string.Equals(comment.User?.Login, us, StringComparison.OrdinalIgnoreCase)
            && comment.Body?.StartsWith(marker, StringComparison.Ordinal) == true
        );
    }

    /// <summary>The job's Deployment, made where there is none, and what it has to be told, if anything.</summary>
    private async Task<(GitHubObjectRef Deployment, NewDeploymentStatus? Wanted)> Deployment(
        NewsOfRun item,
        bool uncertain
    )
    {
        var run = item.Run;
        var wanted = new NewDeploymentStatus(State(item.State), Description(item.State), AutoInactive: false);
        if (
            run.Deployment is { } there
            && item.Before is { } before
            && !uncertain
            && string.Equals(before.DeploymentState, item.State.DeploymentState, StringComparison.Ordinal)
            && !item.State.IsFinal
        )
        {
            // GitHub's five words say nothing new here; the comment does.
            return (there, null);
        }

        var deployment = run.Deployment is { NodeId.Length: > 0 } noted ? noted : await Deployment(run, uncertain);
        return uncertain && await Newest(deployment) is { } newest && Shows(newest, wanted, item.State)
            ? (deployment, null)
            : (deployment, wanted);
    }

    /// <summary>A Deployment that the ledger does not know, or only by its number.</summary>
    private async Task<GitHubObjectRef> Deployment(JobRun run, bool uncertain)
    {
        var task = $"ray:{run.Record.Name}";
        var environment = $"ray/{run.Record.Team}";
        var made = uncertain || run.Deployment is not null ? await FindDeployment(environment, task) : null;
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
        return new GitHubObjectRef(made.Id, made.NodeId);
    }

    /// <summary>Our Deployment: whoever may write can make one that is called the same.</summary>
    private async Task<Deployment?> FindDeployment(string environment, string task)
    {
        var found = await client.Repository.Deployment.GetAll(environment: environment, task: task);
        if (found.Count == 0)
        {
            return null;
        }

        var us = await Login();
        return found.FirstOrDefault(item => IsBy(item.Creator, us));
    }

    /// <summary>What the Deployment shows now, if it is our word: somebody else's, even in our words, is not.</summary>
    private async Task<DeploymentStatus?> Newest(GitHubObjectRef deployment, CancellationToken cancel = default) =>
        (await client.Repository.Deployment.Status.GetAll(deployment.Id, cancel)) is [var newest, ..]
        && IsBy(newest.Creator, await Login())
            ? newest
            : null;

    private async Task<string> Login() => login ??= await client.GraphQL.Viewer();

    private static bool IsBy(User? user, string login) =>
        string.Equals(user?.Login, login, StringComparison.OrdinalIgnoreCase);

    /// <summary>Changes the pull request; a status is sent again only where the lost call has not said it.</summary>
    private async Task<PullRequestChangeResult> Change(
        PullRequestChange change,
        List<(GitHubObjectRef Deployment, NewDeploymentStatus Status)> statuses
    )
    {
        return await WriteOnce.Run<PullRequestChangeResult>(
            client,
            async cancel =>
            {
                foreach (var item in statuses.ToList())
                {
                    if (await Newest(item.Deployment, cancel) is { } newest && Same(newest, item.Status))
                    {
                        statuses.Remove(item);
                    }
                }

                // The rest may be sent as often as need be.
                return null;
            },
            async cancel =>
            {
                var whole = change with
                {
                    Statuses =
                    [
                        .. statuses.Select(item => new DeploymentStatusChange(item.Deployment.NodeId, item.Status)),
                    ],
                };
                return whole.IsEmpty ? PullRequestChangeResult.Done : await client.GraphQL.Change(whole, cancel);
            }
        );
    }

    private async Task PostStatus((GitHubObjectRef Deployment, NewDeploymentStatus Status) item)
    {
        try
        {
            await WriteOnce.Run<DeploymentStatus>(
                client,
                async cancel =>
                    await Newest(item.Deployment, cancel) is { } newest && Same(newest, item.Status) ? newest : null,
                cancel => client.Repository.Deployment.Status.Create(item.Deployment.Id, item.Status, cancel)
            );
        }
        catch (GitHubRefused)
        {
            // A Deployment that somebody deleted; the comment and the label have told.
        }
    }

    // Until the job has ended the word alone counts, as it does where the ledger remembers the last one.
    private static bool Shows(DeploymentStatus there, NewDeploymentStatus wanted, JobState state) =>
        state.IsFinal ? Same(there, wanted) : there.State == wanted.State;

    private static bool Same(DeploymentStatus there, NewDeploymentStatus wanted) =>
        there.State == wanted.State
        && string.Equals(there.Description ?? "", wanted.Description ?? "", StringComparison.Ordinal);

    /// <summary>The label the pull request should wear from now on; null when it wears it already.</summary>
    private static string? NewLabel(PullNews news)
    {
        var reported = news.News.ToDictionary(item => item.Run.Record.Path, StringComparer.Ordinal);
        JobRun[] runs = [.. news.Runs.Where(run => run.ScheduledBy.Length == 0)];
        var before = Label(
            runs.Select(run => reported.TryGetValue(run.Record.Path, out var item) ? item.Before : run.LastState)
        );
        var after = Label(runs.Select(run => run.LastState));
        return news.Uncertain || !string.Equals(before, after, StringComparison.Ordinal) ? after : null;
    }

    private PullRequestChange Relabelled(PullRequestChange change, PullRequestView view, string label) =>
        change with
        {
            AddLabels =
                known.TryGetValue(label, out var node) && !view.Labels.Any(there => there.Name == label)
                    ? [node.Id]
                    : [],
            RemoveLabels =
            [
                .. view.Labels.Where(there => IsRayLabel(there.Name) && there.Name != label).Select(there => there.Id),
            ],
        };

    /// <summary>Moves the label one by one: this way GitHub makes one that the repository does not have yet.</summary>
    private async Task Relabel(int pull, string label)
    {
        // The answer lists all labels, so that only what is really there has to be taken away.
        var all = await client.Issue.Labels.AddToIssue(pull, [label]);
        if (all.Find(item => item.Name == label) is { NodeId: { } id })
        {
            known = new Dictionary<string, LabelNode>(known, StringComparer.Ordinal) { [label] = new(id, label) };
        }

        foreach (var old in all.Select(item => item.Name).Where(name => IsRayLabel(name) && name != label))
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

    private static bool IsRayLabel(string label) => label.StartsWith(LabelPrefix, StringComparison.Ordinal);

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
