using System.Text.Json;
using Rayquest.JobReport.Status;

namespace Rayquest.JobHosts.Cluster;

/// <summary>What the API server said to a manifest it was only asked about.</summary>
/// <param name="Accepted">True when it would take it.</param>
/// <param name="Message">Its words, one line per object taken, or the refusal.</param>
public sealed record DryRunAnswer(bool Accepted, string Message);

/// <summary>A cluster as the pipeline uses it. Every call may throw a <see cref="ClusterException"/>.</summary>
public interface ICluster
{
    /// <summary>All objects of a kind with these labels, page by page; only what <paramref name="read"/> makes of them is kept.</summary>
    /// <param name="ns">Null for all namespaces.</param>
    IReadOnlyList<T> List<T>(
        ClusterResource resource,
        string? ns,
        string labelSelector,
        Func<JsonElement, T?> read,
        string fieldSelector = ""
    )
        where T : class;

    /// <summary>One object, or null when there is none of that name.</summary>
    T? Get<T>(ClusterResource resource, string ns, string name, Func<JsonElement, T?> read)
        where T : class;

    /// <summary>The last lines of a job's log: the submitter's, or the head's where there is no submitter.</summary>
    string Log(ObservedJob job, int lines);

    /// <summary>Asks whether the API server would take a manifest (server-side apply, strict validation), changing nothing.</summary>
    DryRunAnswer DryRun(ReadOnlyMemory<byte> manifest);
}
