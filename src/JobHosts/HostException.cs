namespace Rayquest.JobHosts;

/// <summary>
/// A fault of the outside world (Git, GitHub, the cluster), never of the request: the command line turns it into
/// exit code 3 and prints both sentences. Neither holds a credential.
/// </summary>
public abstract class HostException : Exception
{
    protected HostException(string cause, string remedy)
        : base($"{cause}: {remedy}")
    {
        Cause = cause;
        Remedy = remedy;
    }

    /// <summary>What happened, in one sentence without its full stop.</summary>
    public string Cause { get; }

    /// <summary>What the reader can do about it.</summary>
    public string Remedy { get; }
}
