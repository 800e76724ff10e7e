using System.Text;
using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Text;
using Rayquest.JobRender.Edits;

namespace Rayquest.JobRender.Folder;

/// <summary>What has to happen to a file under <c>jobs/</c>.</summary>
public enum RenderAction
{
    /// <summary>It is what it should be.</summary>
    Keep,

    /// <summary>Write the wanted bytes.</summary>
    Write,

    /// <summary>Delete it.</summary>
    Remove,
}

/// <summary>Why.</summary>
public enum RenderReason
{
    /// <summary>The file was merged for this very request: it stays byte for byte, whatever tool and policies say now.</summary>
    Frozen,

    /// <summary>It equals what the request renders to.</summary>
    UpToDate,

    /// <summary>The request is new.</summary>
    NewRequest,

    /// <summary>The request means something else than the one the file was rendered from.</summary>
    RequestChanged,

    /// <summary>The file is not what was rendered or merged: somebody else wrote it.</summary>
    HandEdited,

    /// <summary>There is no request for it any more.</summary>
    RequestGone,

    /// <summary>There never was a request for it: it is none of ours.</summary>
    NoRequest,

    /// <summary>The request has errors, so nothing can be said; the file is left alone.</summary>
    RequestBroken,
}

/// <summary>The decision on one file under <c>jobs/</c>.</summary>
/// <param name="Path">The file.</param>
/// <param name="RequestPath">Its request.</param>
/// <param name="Action">What to do.</param>
/// <param name="Reason">Why.</param>
/// <param name="Current">What stands there; null for nothing.</param>
/// <param name="Wanted">What should stand there; null for nothing.</param>
/// <param name="Header">The header of what should stand there, or of what is removed; null where it has none of ours.</param>
public sealed record RenderDecision(
    string Path,
    string RequestPath,
    RenderAction Action,
    RenderReason Reason,
    ReadOnlyMemory<byte>? Current,
    ReadOnlyMemory<byte>? Wanted,
    JobHeader? Header
)
{
    /// <summary>The new rendering, where one was made.</summary>
    public RenderedFile? Rendered { get; init; }

    /// <summary>What it does to the live object that it edits; empty where it edits none.</summary>
    public IReadOnlyList<FieldEdit> Edits { get; init; } = [];

    /// <summary>Whether the file is not what it should be, so that <c>render --check</c> fails.</summary>
    public bool IsOff => Action != RenderAction.Keep;

    /// <summary>The unified diff from what stands there to what should.</summary>
    public string Diff() => Action == RenderAction.Keep ? "" : UnifiedDiff.Of(Path, TextOf(Current), TextOf(Wanted));

    private static string? TextOf(ReadOnlyMemory<byte>? bytes) =>
        bytes is { } some ? Encoding.UTF8.GetString(some.Span) : null;
}
