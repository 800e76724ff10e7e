namespace Rayquest.JobRehearsal.Cluster;

/// <summary>One request that the emulated API server answered.</summary>
public sealed record ClusterCall(string Method, string Path, int Status, string Command)
{
    /// <summary>True for a list of objects (not discovery, not one object).</summary>
    public bool IsList => Method == "GET" && Path.Contains("limit=", StringComparison.Ordinal);
}

/// <summary>What goes wrong with a request on purpose.</summary>
public enum ClusterIncidentKind
{
    /// <summary>A Status answer with that code.</summary>
    Status,

    /// <summary>The connection is cut after half the answer.</summary>
    Reset,

    /// <summary>The answer comes late.</summary>
    Slow,
}

/// <summary>Trouble for the next requests whose path contains a text.</summary>
/// <param name="Times">How many requests it hits.</param>
public sealed record ClusterIncident(
    ClusterIncidentKind Kind,
    string PathContains = "",
    int Times = 1,
    int Status = 500,
    TimeSpan Delay = default
);
