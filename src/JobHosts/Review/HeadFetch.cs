using Rayquest.JobHosts.Git;

namespace Rayquest.JobHosts.Review;

/// <summary>Fetches the heads of other pull requests.</summary>
internal static class HeadFetch
{
    /// <summary>Brings what is missing, in one conversation where that works; a head that can't be had is left out.</summary>
    public static void All(GitRepository git, ReviewOptions options, IEnumerable<string> heads)
    {
        string[] missing =
        [
            .. heads
                .Distinct(StringComparer.Ordinal)
                .Where(sha => ObjectId.TryParse(sha, out ObjectId? id) && !git.Has(id)),
        ];
        if (missing.Length == 0)
        {
            return;
        }

        try
        {
            git.Fetch(options.Remote, missing, options.Credential);
        }
        catch (GitException)
        {
            // One head that went away meanwhile, or can't be sent, must not take the others along.
            foreach (string sha in missing)
            {
                try
                {
                    git.Fetch(options.Remote, sha, options.Credential);
                }
                catch (GitException)
                {
                    // It stays missing, and its pull request is evaluated by its own run.
                }
            }
        }
    }
}
