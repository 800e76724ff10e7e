namespace Rayquest.JobHosts.Git;

/// <summary>The kinds of thing a tree can hold.</summary>
public enum EntryMode
{
    /// <summary>Nothing on this side of a change.</summary>
    None,
    Regular,
    Executable,
    Symlink,
    Submodule,
    Directory,
}

/// <summary>One path of a commit's tree.</summary>
/// <param name="Path">As Git stores it, <c>/</c>-separated; bytes that aren't UTF-8 become U+FFFD.</param>
public sealed record TreeEntry(string Path, EntryMode Mode, ObjectId Id);

/// <summary>One path that differs between two trees. A rename is a deletion and an addition.</summary>
public sealed record TreeChange(string Path, EntryMode OldMode, EntryMode NewMode, ObjectId OldId, ObjectId NewId)
{
    public bool IsAdded => OldMode == EntryMode.None;
    public bool IsDeleted => NewMode == EntryMode.None;

    /// <summary>Whether either side is something other than plain file content.</summary>
    public bool IsSpecial => IsLink(OldMode) || IsLink(NewMode);

    private static bool IsLink(EntryMode mode) => mode is EntryMode.Symlink or EntryMode.Submodule;
}

/// <summary>A person and a moment, as a commit records them.</summary>
public sealed record Signature(string Name, string Email, DateTimeOffset When);

/// <summary>The header and the message of a commit.</summary>
public sealed record CommitInfo(
    ObjectId Id,
    ObjectId Tree,
    IReadOnlyList<ObjectId> Parents,
    Signature Author,
    Signature Committer,
    string Message
);

/// <summary>What to put at a path of a new tree; no content takes the path away.</summary>
public sealed record TreeEdit(string Path, byte[]? Content, EntryMode Mode = EntryMode.Regular);

/// <summary>How a compare-and-swap of a reference ended; <see cref="Moved"/> means somebody was there first.</summary>
public enum ReferenceUpdate
{
    Updated,
    Moved,
}

/// <summary>Credentials for one remote, as the value of its HTTP <c>Authorization</c> header. Never printed.</summary>
public sealed class GitCredential(Uri remote, string authorization)
{
    public Uri Remote { get; } = remote;
    internal string Authorization { get; } = authorization;

    /// <summary>What GitHub takes for both kinds of its tokens.</summary>
    public static GitCredential ForToken(Uri remote, string token) =>
        new(remote, "basic " + Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes("x-access-token:" + token)));

    public override string ToString() => $"credential for {Remote.Host}";
}
