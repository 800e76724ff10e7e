using Rayquest.JobReport.Status;

namespace Rayquest.JobReport.Ledger;

/// <summary>The results of a run as the ledger keeps them.</summary>
public static class ResultsEvent
{
    private const string Value = "value/";

    /// <summary>The event for what a run printed; it stands at the state in which the run ended.</summary>
    public static LedgerEvent Of(JobResults results, DateTimeOffset at, JobState state)
    {
        ArgumentNullException.ThrowIfNull(results);
        ArgumentNullException.ThrowIfNull(state);
        var data = results.Values.ToDictionary(
            value => Value + value.Name,
            value => value.Json,
            StringComparer.Ordinal
        );
        if (results.Fault is { } fault)
        {
            data["fault"] = fault;
        }

        return new LedgerEvent(at, EventKind.Results, state.Fingerprint, data);
    }

    /// <summary>Reads it back; null when it is of another kind.</summary>
    public static JobResults? Read(LedgerEvent item)
    {
        ArgumentNullException.ThrowIfNull(item);
        return string.Equals(item.Kind, EventKind.Results, StringComparison.Ordinal)
            ? new JobResults
            {
                Values =
                [
                    .. item
                        .Data.Where(pair => pair.Key.StartsWith(Value, StringComparison.Ordinal))
                        .Select(pair => ResultValue.Read(pair.Key[Value.Length..], pair.Value))
                        .OfType<ResultValue>(),
                ],
                Fault = item["fault"] is { Length: > 0 } fault ? fault : null,
            }
            : null;
    }
}
