using System.Globalization;
using Rayquest.JobReport.Status;

namespace Rayquest.JobReport.Ledger;

/// <summary>A state as the ledger keeps it.</summary>
public static class StateEvent
{
    private const int MessageLength = 400;

    /// <summary>
    /// The event for a new state of a job. Its time is the cluster's where it says one, so that two passes that see the
    /// same thing write the same event; it never stands before what the ledger already has, whatever the clocks say.
    /// </summary>
    public static LedgerEvent Of(JobRecord record, JobState state, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(record);
        ArgumentNullException.ThrowIfNull(state);
        var at = state.Since is { } since && since < now ? since : now;
        // What keeps its name may be in another life: its states come after the merge that began it.
        var latest = record
            .Events.LastOrDefault(item =>
                item.Kind is EventKind.State || (item.Kind is EventKind.Merged && EngineKind.KeepsName(record.Kind))
            )
            ?.At;
        if (latest is { } last && at <= last)
        {
            at = last.AddMilliseconds(1);
        }

        var data = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["phase"] = state.Phase.ToString(),
            ["attempt"] = state.Attempt.ToString(CultureInfo.InvariantCulture),
        };
        Add("reason", state.Reason);
        // Engines repeat user text in their messages; what is kept for ever is cleaned first.
        var message = LogTail.Redact(state.Message);
        Add("message", message.Length > MessageLength ? message[..MessageLength] + "…" : message);
        Add("since", state.Since is { } when ? LedgerEvent.Time(when) : "");
        Add("started", state.Started is { } started ? LedgerEvent.Time(started) : "");
        Add("attempts", state.AttemptsAllowed > 1 ? state.AttemptsAllowed.ToString(CultureInfo.InvariantCulture) : "");
        Add("cluster", state.RayClusterName);
        Add("jobId", state.JobId);
        Add("dashboard", state.DashboardUrl);
        Add("uid", state.Uid);
        Add("field", state.RequestField ?? "");
        Add("final", state.IsFinal ? "true" : "");
        Add("endpoints", state.Endpoints > 0 ? state.Endpoints.ToString(CultureInfo.InvariantCulture) : "");
        Add("workers", state.Workers.Desired > 0 ? state.Workers.ToString() : "");
        foreach (var condition in state.Conditions)
        {
            data[$"concern/{condition.Kind}"] =
                $"{LedgerEvent.Time(condition.Since)} {LogTail.Redact(condition.Detail)}".TrimEnd();
        }

        return new LedgerEvent(at, EventKind.State, state.Fingerprint, data);

        void Add(string name, string value)
        {
            if (value.Length > 0)
            {
                data[name] = value;
            }
        }
    }

    /// <summary>Reads a state event back; null when it is of another kind or names a phase this program does not know.</summary>
    public static JobState? Read(LedgerEvent item)
    {
        ArgumentNullException.ThrowIfNull(item);
        if (
            !string.Equals(item.Kind, EventKind.State, StringComparison.Ordinal)
            || !Enum.TryParse<JobPhase>(item["phase"], out var phase)
            || !Enum.IsDefined(phase)
        )
        {
            return null;
        }

        return new JobState(phase)
        {
            Reason = item["reason"],
            Message = item["message"],
            Since = LedgerEvent.Time(item["since"]),
            Started = LedgerEvent.Time(item["started"]),
            Attempt = Number(item["attempt"]) ?? 1,
            AttemptsAllowed = Number(item["attempts"]) ?? 1,
            RayClusterName = item["cluster"],
            JobId = item["jobId"],
            DashboardUrl = item["dashboard"],
            Uid = item["uid"],
            RequestField = item["field"].Length > 0 ? item["field"] : null,
            IsFinal = item["final"] is "true",
            Workers = Workers(item["workers"]),
            Endpoints = Number(item["endpoints"]) ?? 0,
            Conditions = [.. item.Data.Select(JobCondition).OfType<JobCondition>()],
        };
    }

    private static JobCondition? JobCondition(KeyValuePair<string, string> pair)
    {
        const string prefix = "concern/";
        if (
            !pair.Key.StartsWith(prefix, StringComparison.Ordinal)
            || !Enum.TryParse<JobConditionKind>(pair.Key[prefix.Length..], out var kind)
        )
        {
            return null;
        }

        var cut = pair.Value.IndexOf(' ', StringComparison.Ordinal);
        var time = LedgerEvent.Time(cut < 0 ? pair.Value : pair.Value[..cut]);
        return time is { } since ? new JobCondition(kind, since, cut < 0 ? "" : pair.Value[(cut + 1)..]) : null;
    }

    private static WorkerCount Workers(string text)
    {
        var cut = text.IndexOf('/', StringComparison.Ordinal);
        return cut > 0 && Number(text[..cut]) is { } ready && Number(text[(cut + 1)..]) is { } desired
            ? new WorkerCount(ready, desired)
            : default;
    }

    private static int? Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
