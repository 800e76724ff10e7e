using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Rayquest.JobHosts.Git;

namespace Rayquest.JobRehearsal.GitHub;

/// <summary>What is left after a conversation, free of what differs between two runs of it.</summary>
public sealed partial class EmulatedGitHub
{
    /// <summary>
    /// Everything that people would see, as text: branches by their commits' messages and trees, pull requests, labels,
    /// comments, newest statuses, check runs, deployments. Ids and moments are left out and commits are named by branch
    /// and position, so two conversations that ended in the same state give the same text.
    /// </summary>
    /// <param name="withoutSuperseded">
    /// Whether check runs and reviews that call themselves superseded are left out: GitHub lets nobody delete them, so of
    /// two that were made at the same moment the surplus one is renamed and emptied. All others count, however many.
    /// </param>
    public string Fingerprint(bool withoutSuperseded = false)
    {
        lock (gate)
        {
            FollowBranches();
            var names = NameCommits(out var branches);
            var text = new StringBuilder(branches);
            foreach (var issue in issues)
            {
                text.Append(CultureInfo.InvariantCulture, $"#{issue.Number} {(issue.IsOpen ? "open" : "closed")}");
                if (issue is EmulatedPull pull)
                    text.Append(CultureInfo.InvariantCulture, $" head {names[pull.HeadSha]}")
                        .Append(pull.MergedAt is null ? "" : " merged")
                        .Append(pull.AutoMerge is { } method ? $" auto-merge {method}" : "");
                text.Append(
                    CultureInfo.InvariantCulture,
                    $" labels [{string.Join(", ", issue.Labels.Order(StringComparer.Ordinal))}]\n"
                );
                foreach (var comment in comments.Where(c => c.Issue == issue.Number))
                    text.Append(
                        CultureInfo.InvariantCulture,
                        $"  {comment.Author.Login}{Folded(comment)}: {comment.Body}\n"
                    );
                foreach (
                    var review in ((issue as EmulatedPull)?.Reviews ?? []).Where(r =>
                        r.Body.Length > 0 && Counts(r.Body)
                    )
                )
                    text.Append(
                        CultureInfo.InvariantCulture,
                        $"  {review.Author.Login} {review.State}: {review.Body}\n"
                    );
                foreach (var remark in (issue as EmulatedPull)?.ReviewComments ?? [])
                    text.Append(
                        CultureInfo.InvariantCulture,
                        $"  {remark.Author.Login} on {remark.Path}:{remark.Line}: {remark.Body}\n"
                    );
            }

            foreach (
                var status in statuses
                    .AsEnumerable()
                    .Reverse()
                    .DistinctBy(s => (s.Sha, s.Context))
                    .Order(ByText<EmulatedStatus>(s => s.Context + Named(s.Sha)))
            )
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"status {status.Context} of {status.Sha}: {status.State} {status.Description}\n"
                );
            foreach (var run in Shown().OrderBy(r => r.Name + Named(r.HeadSha), StringComparer.Ordinal))
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"check {run.Name} of {run.HeadSha}: {run.Status} {run.Conclusion} {run.Title}, {run.Annotations.Count} annotations\n"
                );
            foreach (var deployment in deployments)
                text.Append(
                        CultureInfo.InvariantCulture,
                        $"deployment {deployment.Environment} {deployment.Task} {deployment.Description}: "
                    )
                    .AppendJoin(", ", deployment.Statuses.Select(s => s.State))
                    .Append('\n');
            foreach (var dispatch in dispatches)
                text.Append(CultureInfo.InvariantCulture, $"dispatch {dispatch.EventType}\n");
            return ShaLike().Replace(text.ToString(), match => Named(match.Value));

            IEnumerable<EmulatedCheckRun> Shown() => checkRuns.Where(run => Counts(run.Name));

            bool Counts(string named) => !withoutSuperseded || !named.Contains("superseded", StringComparison.Ordinal);

            string Named(string sha) =>
                names.FirstOrDefault(name => name.Key.ToString().StartsWith(sha, StringComparison.Ordinal)).Value
                ?? sha;
        }
    }

    private Dictionary<ObjectId, string> NameCommits(out string branches)
    {
        var names = new Dictionary<ObjectId, string>();
        var text = new StringBuilder();
        var heads = Git.References("refs/")
            .OrderBy(r => r.Key.StartsWith("refs/pull/", StringComparison.Ordinal))
            .ThenBy(r => r.Key, StringComparer.Ordinal);
        foreach (var (reference, head) in heads)
        {
            var line = new List<CommitInfo>();
            for (
                ObjectId? next = head;
                next is { } id && !names.ContainsKey(id);
                next = line[^1].Parents.Count > 0 ? line[^1].Parents[0] : null
            )
                line.Add(Git.ReadCommit(id));
            line.Reverse();
            var branch = reference.Replace("refs/heads/", "", StringComparison.Ordinal);
            text.Append(CultureInfo.InvariantCulture, $"{branch}\n");
            foreach (var (commit, position) in line.Select((commit, i) => (commit, i + 1)))
            {
                names[commit.Id] = $"<{branch}~{position}>";
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"  <{branch}~{position}> {commit.Author.Name}: {commit.Message.Split('\n')[0]}, tree {commit.Tree.Short}\n"
                );
            }
        }

        branches = text.ToString();
        return names;
    }

    private static string Folded(EmulatedComment comment) =>
        comment.MinimizedReason is null ? "" : $" ({comment.MinimizedReason})";

    private static Comparer<T> ByText<T>(Func<T, string> text) =>
        Comparer<T>.Create((one, other) => string.CompareOrdinal(text(one), text(other)));

    [GeneratedRegex(@"\b[0-9a-f]{7,40}\b", RegexOptions.NonBacktracking)]
    private static partial Regex ShaLike();
}
