namespace Rayquest.JobHosts.Git;

/// <summary>
/// How much of a tree is read. A tree of a few small objects can name hundreds of millions of paths, so they are counted while
/// Git lists them and the listing ends at the limit.
/// </summary>
/// <param name="Records">Records that end with NUL.</param>
/// <param name="Bytes">Bytes of all records.</param>
internal sealed record EntryLimit(int Records, long Bytes)
{
    /// <summary>Of one listing of a tree: a quarter of a million requests with their manifests.</summary>
    public static EntryLimit OfTree { get; } = new(500_000, 128L << 20);

    /// <summary>Of one change.</summary>
    public static EntryLimit OfChange { get; } = new(50_000, 32L << 20);
}

/// <summary>A tree or a change has more paths than are read: a fault of whoever made it, not of Git.</summary>
public sealed class TooManyEntries : HostException
{
    internal TooManyEntries(EntryLimit limit)
        : base(
            $"there are more paths than are read (limit: {limit.Records} entries, {limit.Bytes >> 20} MiB of them)",
            "make the change smaller, or split it over several pull requests"
        ) { }
}
