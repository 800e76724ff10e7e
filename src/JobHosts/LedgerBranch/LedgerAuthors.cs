using System.Collections.Immutable;
using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.GitHub;

namespace Rayquest.JobHosts.LedgerBranch;

/// <summary>The ledger's last commit was made by somebody else: nothing it says is believed.</summary>
public sealed class LedgerNotTrustedException(string cause, string remedy) : HostException(cause, remedy);

/// <summary>
/// Tells by GitHub's word whose a ledger commit is. It is ours when GitHub itself signed it for the account that is asking (or
/// for one that the policy names) and it was made for this branch. A pushed commit can say anything of its author, but carries no
/// signature of GitHub's; one made for a pull request by us carries no mark of the ledger.
/// </summary>
/// <param name="also">Logins whose commits are believed beside those of whoever is asking (<c>ledger.authors</c>).</param>
public sealed class LedgerAuthors(GitHubClient client, IEnumerable<string> also)
{
    private const string GitHubItself = "web-flow";
    private const string BotSuffix = "[bot]";
    private const int MostLookedBack = 1000;
    private readonly ImmutableHashSet<string> named = also.ToImmutableHashSet(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<ObjectId, string?> known = [];
    private string? asking;

    /// <summary>Throws unless the commit is ours; a commit is asked about once.</summary>
    /// <exception cref="LedgerNotTrustedException">It is somebody else's.</exception>
    public void Check(ObjectId commit)
    {
        ArgumentNullException.ThrowIfNull(commit);
        if (!known.TryGetValue(commit, out var why))
        {
            var found = client.Repository.Commit.Newest(commit.ToString()).GetAwaiter().GetResult();
            why = found is [var made] ? WhyNot(made) : "is not known to GitHub";
            known[commit] = why;
        }

        if (why is not null)
        {
            throw new LedgerNotTrustedException(
                $"the ledger is not believed: its last commit {commit.Short} {why}",
                "look at what it changed, then `rayquest ledger rebuild` puts back what we wrote last and completes it from main "
                    + "(`--adopt` takes over what stands there, for a ledger that an earlier version wrote); a ruleset keeps others "
                    + "off the branch: docs/operations.md#the-ledger-branch"
            );
        }
    }

    /// <summary>Remembers a commit that was just made by us.</summary>
    public void Made(ObjectId commit) => known[commit] = null;

    /// <summary>The last commit of ours at or below a commit; null when the last thousand are all others'.</summary>
    public ObjectId? LastByBot(ObjectId tip)
    {
        ArgumentNullException.ThrowIfNull(tip);
        var seen = 0;
        for (var from = tip.ToString(); seen < MostLookedBack; )
        {
            var page = client.Repository.Commit.Newest(from, 100).GetAwaiter().GetResult();
            if (page.FirstOrDefault(commit => WhyNot(commit) is null) is { } ours)
            {
                return ObjectId.Parse(ours.Sha);
            }

            seen += page.Count;
            if (page is not [.., { Parents: [var next, ..] }])
            {
                break;
            }

            from = next.Sha;
        }

        return null;
    }

    private string? WhyNot(RepositoryCommit commit)
    {
        var author = commit.Author?.Login;
        var who = author ?? $"an account that GitHub does not know ({Shown(commit.Commit.Author.Email)})";
        if (commit.Commit.Verification is not { Verified: true })
        {
            return $"was pushed, in the name of {who} and signed by nobody GitHub knows "
                + $"({Shown(commit.Commit.Verification?.Reason ?? "unsigned")}); ours are signed by GitHub";
        }

        if (!string.Equals(commit.Committer?.Login, GitHubItself, StringComparison.Ordinal))
        {
            return $"was pushed by {Shown(commit.Committer?.Login ?? commit.Commit.Committer.Email)}; ours are made by GitHub itself";
        }

        if (author is null || !IsBot(author))
        {
            return $"was made by {who}, not by {Asking}";
        }

        return LedgerMark.IsIn(commit.Commit.Message) ? null : "was made for another branch";
    }

    private bool IsBot(string author)
    {
        if (named.Contains(author) || string.Equals(author, Asking, StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        // A person who only looks is no writer: some App writes the ledger, and which one only `ledger.authors` can say.
        return named.IsEmpty
            && !Asking.EndsWith(BotSuffix, StringComparison.Ordinal)
            && author.EndsWith(BotSuffix, StringComparison.Ordinal);
    }

    private string Asking => asking ??= client.GraphQL.Viewer().GetAwaiter().GetResult();

    private static string Shown(string text) => new([.. text.Take(80).Select(c => char.IsControl(c) ? '?' : c)]);
}
