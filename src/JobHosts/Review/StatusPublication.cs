using Rayquest.JobHosts.GitHub;

namespace Rayquest.JobHosts.Review;

/// <summary>How the publication of a verdict ended.</summary>
internal enum PublicationResult
{
    /// <summary>The status says what was evaluated, and nothing else happened meanwhile.</summary>
    Done,

    /// <summary>Another evaluation was at work: everything must be read anew.</summary>
    Contested,

    /// <summary>The same, and the other one put its status later: it goes first.</summary>
    Overtaken,

    /// <summary>The pull request has another head: that one must be read.</summary>
    HeadMoved,
}

/// <summary>One status of ours on a head, as the list of them shows it.</summary>
internal sealed record PublishedStatus(long Id, string? NodeId, DateTimeOffset CreatedAt, string? Description = null);

/// <summary>What the publication of a verdict needs of GitHub.</summary>
internal interface IStatusGate
{
    /// <summary>Puts a status on the head.</summary>
    Task<PublishedStatus> Put(CommitState state, string description);

    /// <summary>
    /// Puts success on the head; null where it failed, and what it rests on was no longer so when it was to be tried again.
    /// </summary>
    Task<PublishedStatus?> PutSuccess(string description);

    /// <summary>All of our statuses on the head.</summary>
    Task<IReadOnlyList<PublishedStatus>> All();

    /// <summary>Reads again what the verdict rests on: head, base, and who said what.</summary>
    Task<PublicationResult> Reread();

    /// <summary>Writes everything else.</summary>
    /// <returns>Whether something new was made.</returns>
    Task<bool> WriteParts();
}

/// <summary>
/// Publishes one verdict on one head, whoever else does so at the same moment. GitHub offers no lock; but statuses stay in the
/// order in which they were put. Each evaluation puts one before it writes, and reads afterwards whether another was put since its
/// own reading began; if so, it starts anew. Success is put only right after what it rests on was read a second time and found the
/// same: an evaluation that read later and found nothing to write leaves no status, and is seen by that. What was overtaken all
/// the same is taken back at once.
/// </summary>
internal static class StatusPublication
{
    /// <summary>What stands there until a success is sure.</summary>
    public const string Evaluating = "Evaluated; being confirmed";

    /// <summary>What stands there when something else turned up.</summary>
    public const string Again = "Something has changed: being evaluated again";

    /// <summary>Publishes a verdict.</summary>
    /// <param name="read">Our newest status when reading began; null where there was none.</param>
    /// <param name="isAtOnce">Whether a success rests on nothing that somebody else could change.</param>
    public static async Task<PublicationResult> Publish(
        IStatusGate gate,
        StatusMark? read,
        CommitState state,
        string description,
        bool isAtOnce = false
    )
    {
        bool isSuccess = state == CommitState.Success && !isAtOnce;
        List<PublishedStatus> own =
        [
            isSuccess ? await gate.Put(CommitState.Pending, Evaluating) : await gate.Put(state, description),
        ];
        bool made = await gate.WriteParts();
        PublicationResult result = await gate.Reread();
        if (result != PublicationResult.Done)
        {
            return result;
        }

        if (isSuccess)
        {
            if (await gate.PutSuccess(description) is not { } success)
            {
                await gate.Put(CommitState.Pending, Again); // It may have been put all the same.
                return PublicationResult.Contested;
            }

            own.Add(success);
        }

        IReadOnlyList<PublishedStatus> all = await gate.All();
        bool isOvertaken = IsOvertaken(all, read, own);
        if (isSuccess && isOvertaken)
        {
            await gate.Put(CommitState.Pending, Again);
        }

        // An evaluation that had put its status before may still be writing, and look before it can see this one: only what was
        // made where nobody was in sight is made once for sure.
        return isOvertaken && all.Any(s => s.Id > own[^1].Id) ? PublicationResult.Overtaken
            : isOvertaken || (made && read is not null) ? PublicationResult.Contested
            : PublicationResult.Done;
    }

    private static bool IsOvertaken(IReadOnlyList<PublishedStatus> all, StatusMark? read, List<PublishedStatus> own)
    {
        long known = read is null ? 0 : (all.FirstOrDefault(s => s.NodeId == read.NodeId)?.Id ?? 0);
        return all.Any(s =>
            !own.Exists(o => o.Id == s.Id)
            // Where the one that was read is not among them, the moment has to do.
            && (known > 0 || read is null ? s.Id > known : s.CreatedAt > read.CreatedAt)
        );
    }
}
