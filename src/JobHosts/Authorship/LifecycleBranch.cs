using System.Globalization;
using System.Text.RegularExpressions;
using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.GitHub;
using Rayquest.JobModel.Repository;
using Rayquest.JobReport.Approvals;
using Rayquest.JobReport.Lifecycle;

namespace Rayquest.JobHosts.Authorship;

/// <summary>
/// The branch of a command's pull request. Its name holds the comment's id, so that a command that is handled again finds
/// what it made, and who wrote it, so that the author of the pull request is known although a bot opened it.
/// </summary>
/// <param name="Pull">The merged pull request that was commented on.</param>
/// <param name="Comment">The comment's id.</param>
/// <param name="Login">Who wrote it.</param>
internal sealed partial record LifecycleBranch(CommandVerb Word, int Pull, long Comment, string Login)
{
    public string Name =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"rayquest/{LifecycleCommand.Spelt(Word)[1..]}-{Pull}-{Comment}-{Login}"
        );

    /// <summary>What a branch's name says; null for any other branch.</summary>
    public static LifecycleBranch? Read(string name) =>
        Shape.Match(name) is { Success: true } match
        && int.TryParse(match.Groups[2].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out int pull)
        && long.TryParse(match.Groups[3].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out long comment)
            ? new LifecycleBranch(LifecycleCommand.OfWord(match.Groups[1].Value), pull, comment, match.Groups[4].Value)
            : null;

    /// <summary>
    /// Who wrote <c>/stop</c> has confirmed what it does, as long as the branch holds that and nothing else: the removal of
    /// one request and of what was rendered from it.
    /// </summary>
    public static IEnumerable<ApprovalEvent> Confirmation(
        PullRequest pull,
        CommitTree result,
        IReadOnlyList<string> changed
    )
    {
        if (
            !pull.IsFork
            && Read(pull.Head.Ref) is { Word: CommandVerb.Stop } branch
            && pull.User?.Login == branch.Login
            && changed.Where(RequestPath.IsRequest).ToArray() is [var request]
            && changed.All(path => (path == request || path == RequestPath.JobOf(request)) && result.Find(path) is null)
        )
        {
            yield return new ApprovalEvent(branch.Login, ApprovalAction.ConfirmStop, pull.Head.Sha, pull.CreatedAt);
        }
    }

    [GeneratedRegex(
        @"\Arayquest/(stop|rerun|suspend|resume|run)-(\d{1,9})-(\d{1,18})-([A-Za-z0-9_-]{1,60})\z",
        RegexOptions.NonBacktracking
    )]
    private static partial Regex Shape { get; }
}
