namespace Rayquest.JobHosts.GitHub;

/// <summary>A write that must happen exactly once, over a line that may drop its answer.</summary>
public static class WriteOnce
{
    /// <summary>
    /// Writes; when the outcome is unknown, waits, looks whether it happened, and writes again only if it didn't.
    /// </summary>
    /// <param name="lookup">Finds what <paramref name="write"/> would have made; null when it isn't there.</param>
    /// <exception cref="UnknownOutcome">Three writes in a row were lost and none is found.</exception>
    public static async Task<T> Run<T>(
        GitHubClient client,
        Func<CancellationToken, Task<T?>> lookup,
        Func<CancellationToken, Task<T>> write,
        CancellationToken cancel = default
    )
        where T : class
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await write(cancel);
            }
            catch (UnknownOutcome) when (attempt < 3)
            {
                // The answer was lost, perhaps not yet the work: give it a moment before looking.
                await client.Connection.Pause(TimeSpan.FromSeconds(attempt), cancel);
                if (await lookup(cancel) is { } found)
                    return found;
            }
            catch (UnknownOutcome)
            {
                if (await lookup(cancel) is { } found)
                    return found;
                throw;
            }
        }
    }
}
