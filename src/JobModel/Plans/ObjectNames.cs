namespace Rayquest.JobModel.Plans;

/// <summary>
/// Which names of objects are given away. A name carries a few digits of a digest only, and another request with the same ones
/// is found within a minute: a name is somebody's by the whole digest.
/// </summary>
public interface IObjectNames
{
    /// <summary>Whether a team's name was given to a request of another digest.</summary>
    bool IsTaken(string team, string name, RequestIdentity request);

    /// <summary>Whether a name that a request keeps is already that of another request's object in the same namespace.</summary>
    bool IsTakenBesides(string requestPath, string team, string name);

    /// <summary>The names that a request got when it was merged, in the order of its jobs; null for one that is not.</summary>
    IReadOnlyList<string>? GivenTo(string requestPath, RequestIdentity request);
}

/// <summary>What was noted of runs, live or over.</summary>
public interface IRecordedNames
{
    /// <summary>The digest of the request a team's name was given to; empty where that was not noted, null for a name never given.</summary>
    string? DigestOf(string team, string name);
}

/// <summary>Nothing was noted.</summary>
public sealed class NoRecordedNames : IRecordedNames
{
    private NoRecordedNames() { }

    /// <summary>The only one there is.</summary>
    public static NoRecordedNames Instance { get; } = new();

    /// <inheritdoc/>
    public string? DigestOf(string team, string name) => null;
}
