namespace Rayquest.JobReport.Lifecycle;

/// <summary>What is to be done about a command. The reply says so; what a write adds to it is its number.</summary>
public abstract record CommandDecision(LifecycleReply Reply)
{
    /// <summary>Nothing but the reply.</summary>
    public sealed record Answer(LifecycleReply Reply) : CommandDecision(Reply);

    /// <summary>A pull request with a change.</summary>
    public sealed record OpenPull(LifecycleReply Reply, CommandChange Change) : CommandDecision(Reply);

    /// <summary>A commit on the main branch; where that takes none, a pull request with the change alone.</summary>
    /// <param name="Whole">The change with what is rendered from it.</param>
    public sealed record CommitToMain(LifecycleReply Reply, CommandChange Whole, CommandChange Change)
        : CommandDecision(Reply);
}

/// <summary>The files that a command changes.</summary>
/// <param name="Request">Path of the request.</param>
/// <param name="Added">The request's new bytes; null takes it away.</param>
/// <param name="Removed">Paths of the files that go.</param>
public sealed record CommandChange(string Request, ReadOnlyMemory<byte>? Added, IReadOnlyList<string> Removed)
{
    /// <summary>The name that it goes on under, or that its run has; null where it keeps its own.</summary>
    public string? OtherName { get; init; }

    /// <summary>Path and bytes of what is rendered from it, where that is committed with it.</summary>
    public (string Path, ReadOnlyMemory<byte> Bytes)? Rendered { get; init; }
}
