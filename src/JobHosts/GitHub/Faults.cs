using System.Net;

namespace Rayquest.JobHosts.GitHub;

/// <summary>GitHub didn't answer within the budget, or asked to come back later. Nothing is wrong with the request.</summary>
public class GitHubUnavailable(string cause, string remedy) : HostException(cause, remedy);

/// <summary>
/// A write that must not happen twice may or may not have happened: look it up before repeating it
/// (<see cref="WriteOnce"/> does). Uncaught it is a <see cref="GitHubUnavailable"/> like any other.
/// </summary>
public sealed class UnknownOutcome(string cause)
    : GitHubUnavailable(cause, "run again: what was written is looked up before it is written again");

/// <summary>GitHub answered, and the answer is no: repeating it won't help.</summary>
/// <param name="reason">GitHub's own words.</param>
public sealed class GitHubRefused(HttpStatusCode status, string call, string reason, string remedy)
    : HostException($"GitHub refused {call} ({(int)status} {reason})", remedy)
{
    public HttpStatusCode Status { get; } = status;

    public string Reason { get; } = reason;
}
