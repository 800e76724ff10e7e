using System.Text.Json.Nodes;
using Rayquest.JobReport.Doctor.Checks;

namespace Rayquest.JobRehearsal.GitHub;

/// <summary>The ways in which GitHub, or the line to it, fails.</summary>
public enum FaultKind
{
    /// <summary>403 with <c>Retry-After</c>.</summary>
    SecondaryRateLimit,

    /// <summary>403 with <c>x-ratelimit-remaining: 0</c> and a moment of reset.</summary>
    PrimaryRateLimit,

    /// <summary>429 with <c>Retry-After</c>.</summary>
    TooManyRequests,

    /// <summary>500.</summary>
    InternalError,

    /// <summary>502, with a page of HTML as GitHub's front does.</summary>
    BadGateway,

    /// <summary>No answer until the caller gives up.</summary>
    Timeout,

    /// <summary>The connection ends without an answer.</summary>
    ConnectionReset,
}

/// <summary>One call GitHub received, and what it answered.</summary>
/// <param name="Number">From 1, since the start or the last <see cref="EmulatedGitHub.ForgetCalls"/>.</param>
/// <param name="Path">Decoded only by the router; as it came, without the query.</param>
/// <param name="Status">What the caller was told; 0 when it was told nothing.</param>
/// <param name="Fault">The fault that was injected, if one was.</param>
public sealed record RecordedCall(int Number, string Method, string Path, string Query, JsonNode? Body, string? User)
{
    public int Status { get; internal set; }

    public FaultKind? Fault { get; internal set; }

    /// <summary>What was answered, where it was JSON.</summary>
    public JsonNode? Answer { get; internal set; }

    /// <summary>Whether the call changed anything or could have.</summary>
    public bool IsWrite => Method != "GET" && !IsQuery;

    // GraphQL reads with POST, too.
    private bool IsQuery =>
        GraphQLField is not null
        && Body?["query"] is { } text
        && ((string?)text)?.TrimStart().StartsWith("mutation", StringComparison.Ordinal) == false;

    /// <summary>What GraphQL was asked for, or null.</summary>
    public string? GraphQLField { get; internal set; }

    public override string ToString() =>
        $"{Method} {Path}{Query}{(GraphQLField is null ? "" : " " + GraphQLField)} → {(Fault is { } f ? f : Status)}";
}

/// <summary>A fault waiting for its call.</summary>
internal sealed class PlannedFault(Func<RecordedCall, bool> matches, FaultKind kind, bool afterEffect, int times)
{
    private int left = times;

    public FaultKind Kind => kind;

    // Limits refuse before anything happens; the others may lose only the answer.
    public bool AfterEffect => afterEffect && LosesAnswers(kind);

    public static bool LosesAnswers(FaultKind kind) =>
        kind is not (FaultKind.SecondaryRateLimit or FaultKind.PrimaryRateLimit or FaultKind.TooManyRequests);

    public bool Take(RecordedCall call)
    {
        if (left <= 0 || !matches(call))
            return false;
        left--;
        return true;
    }
}
