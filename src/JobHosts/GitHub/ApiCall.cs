using System.Net;

namespace Rayquest.JobHosts.GitHub;

/// <summary>What repeating a call does.</summary>
internal enum Repeating
{
    /// <summary>Nothing more than the first time: repeat it until it is answered.</summary>
    IsHarmless,

    /// <summary>It would happen twice: repeat it only when GitHub surely didn't do it.</summary>
    IsNotIdempotent,
}

/// <summary>One call before it is sent; <paramref name="Path"/> is relative to the API root, or a page's full URL.</summary>
internal sealed record ApiCall(
    HttpMethod Method,
    string Path,
    byte[]? Body = null,
    Repeating Repeating = Repeating.IsHarmless
)
{
    public string? Jwt { get; init; }

    /// <summary>The field asked of GraphQL, whose faults come with status 200.</summary>
    public string? GraphQL { get; init; }

    /// <summary>Whether part of what is asked of GraphQL may fail, which the caller finds in the answer, and the rest succeed.</summary>
    public bool GraphQLInParts { get; init; }

    /// <summary>Asked before the call is sent again; where it says no, the call is given up.</summary>
    public Func<CancellationToken, Task<bool>>? IsStillWanted { get; init; }

    public string Shown => GraphQL ?? $"{Method} {Path.Split('?')[0]}";
}

/// <summary>A call failed and was not sent again, since what it rested on has changed meanwhile. It may have been carried out.</summary>
internal sealed class NoLongerWanted : Exception;

/// <summary>GitHub's answer to a call.</summary>
internal sealed record ApiResponse(HttpStatusCode Status, byte[] Body, string? Link);

/// <summary>Why an attempt brought no answer.</summary>
/// <param name="Words">What GitHub did, as the end of a sentence that begins with its name.</param>
/// <param name="MayRepeat">Whether sending the call again can't make it happen twice.</param>
internal sealed record TransientFailure(string Words, bool MayRepeat)
{
    /// <summary>Whether it may have been carried out.</summary>
    public bool Lost { get; init; }

    /// <summary>How long GitHub asks to wait.</summary>
    public TimeSpan? Wait { get; init; }

    /// <summary>How long will be waited, once that is decided.</summary>
    public TimeSpan Delay { get; set; }
}

/// <summary>One attempt of a call: an answer, a refusal, or a trouble.</summary>
internal sealed record SendResult(ApiResponse? Response, GitHubRefused? Refusal, TransientFailure? Failure)
{
    public SendResult(ApiResponse answer)
        : this(answer, null, null) { }

    public SendResult(GitHubRefused refusal)
        : this(null, refusal, null) { }

    public SendResult(TransientFailure failure)
        : this(null, null, failure) { }
}
