using System.Text.Json;

namespace Rayquest.JobReport.Status;

/// <summary>What an Argo CD Application says about one object it should have applied.</summary>
public sealed record ApplicationResource(string Kind, string Namespace, string Name, string Status, string Message);

/// <summary>
/// An Argo CD Application as far as a waiting request needs it: whether it compared, whether it synced, and why not.
/// Per-resource health is not in the object since 3.0 (4.1), so it is not read.
/// </summary>
public sealed record ObservedApplication
{
    public required string Name { get; init; }
    public string Namespace { get; init; } = "";

    /// <summary>Synced, OutOfSync or Unknown.</summary>
    public string Sync { get; init; } = "";
    public string Revision { get; init; } = "";
    public string Health { get; init; } = "";

    /// <summary>Running, Succeeded, Failed, Error or Terminating.</summary>
    public string OperationPhase { get; init; } = "";
    public string OperationMessage { get; init; } = "";
    public string OperationRevision { get; init; } = "";
    public DateTimeOffset? OperationFinished { get; init; }
    public DateTimeOffset? Reconciled { get; init; }

    /// <summary>Type and message of the conditions that name an error.</summary>
    public IReadOnlyList<(string Type, string Message)> Errors { get; init; } = [];
    public IReadOnlyList<ApplicationResource> Resources { get; init; } = [];

    /// <summary>Reads one Application; null when it carries no name.</summary>
    public static ObservedApplication? Read(JsonElement item)
    {
        var metadata = item.At("metadata");
        var name = metadata.Text("name");
        if (name.Length == 0)
        {
            return null;
        }

        var status = item.At("status");
        var operation = status.At("operationState");
        return new ObservedApplication
        {
            Name = name,
            Namespace = metadata.Text("namespace"),
            Sync = status.At("sync").Text("status"),
            Revision = status.At("sync").Text("revision"),
            Health = status.At("health").Text("status"),
            OperationPhase = operation.Text("phase"),
            OperationMessage = operation.Text("message"),
            OperationRevision = operation.At("syncResult").Text("revision"),
            OperationFinished = operation.Time("finishedAt"),
            Reconciled = status.Time("reconciledAt"),
            Errors =
            [
                .. status
                    .Items("conditions")
                    .Where(condition => condition.Text("type").EndsWith("Error", StringComparison.Ordinal))
                    .Select(condition => (condition.Text("type"), condition.Text("message"))),
            ],
            // The last sync's word on an object (with its message) is worth more than the comparison's.
            Resources =
            [
                .. operation.At("syncResult").Items("resources").Select(Resource),
                .. status.Items("resources").Select(Resource),
            ],
        };
    }

    /// <summary>
    /// What keeps that object out of the cluster in a word, SyncFailed or the type of a condition; empty while Argo CD
    /// merely has not come to it. Only this is news: comparing, syncing and waiting alternate every few minutes.
    /// </summary>
    public string ProblemWith(string kind, string ns, string name) =>
        Failed(kind, ns, name) is not null ? "SyncFailed"
        : Errors.Count > 0 ? Errors[0].Type
        : OperationPhase is "Failed" or "Error" ? "SyncFailed"
        : "";

    /// <summary>Why that object is not in the cluster yet, in words for a person.</summary>
    public string WhyNotSynced(string kind, string ns, string name)
    {
        if (Failed(kind, ns, name) is { } failed)
        {
            return $"applying it failed: {failed.Message}";
        }

        if (Errors.Count > 0)
        {
            return $"{Errors[0].Type}: {Errors[0].Message}";
        }

        return OperationPhase switch
        {
            "Failed" or "Error" => $"the last sync of {Name} failed: {OperationMessage}",
            "Running" => $"{Name} is syncing",
            _ when Of(kind, ns, name).Any(item => string.Equals(item.Status, "OutOfSync", StringComparison.Ordinal)) =>
                $"{Name} has seen it and has not applied it yet",
            _ when string.Equals(Sync, "Unknown", StringComparison.Ordinal) => $"{Name} could not be compared with Git",
            _ => $"{Name} has not seen the merge yet",
        };
    }

    private ApplicationResource? Failed(string kind, string ns, string name) =>
        Of(kind, ns, name)
            .FirstOrDefault(resource => string.Equals(resource.Status, "SyncFailed", StringComparison.Ordinal));

    private IEnumerable<ApplicationResource> Of(string kind, string ns, string name)
    {
        var engineKind = string.Equals(kind, EngineKind.VolcanoJob, StringComparison.Ordinal) ? "Job" : kind;
        return Resources.Where(resource =>
            string.Equals(resource.Name, name, StringComparison.Ordinal)
            && string.Equals(resource.Kind, engineKind, StringComparison.Ordinal)
            && (resource.Namespace.Length == 0 || string.Equals(resource.Namespace, ns, StringComparison.Ordinal))
        );
    }

    private static ApplicationResource Resource(JsonElement item) =>
        new(item.Text("kind"), item.Text("namespace"), item.Text("name"), item.Text("status"), item.Text("message"));
}
