using System.Globalization;
using Rayquest.JobModel.Repository;
using Rayquest.JobModel.Requests;

namespace Rayquest.JobReport.Lifecycle;

/// <summary>What <c>/suspend</c>, <c>/resume</c> and <c>/run</c> make of a request.</summary>
internal static class ScheduleChange
{
    private const int MostTries = 100;

    /// <summary>The files that change; null where the request can't be changed line by line.</summary>
    public static CommandChange? Of(CommandVerb word, string request, ReadOnlyMemory<byte> bytes, IRepositoryTree main)
    {
        JobKind kind = RequestDocument.Read(request, bytes.Span).Request?.KindOrDefault ?? JobKind.RayJob;
        return word switch
        {
            CommandVerb.Suspend => Edited("true", suspended: true),
            // A missing field is no `false` to the operator: a cluster would rest for ever.
            CommandVerb.Resume when kind == JobKind.RayCluster => Edited("false", suspended: false),
            CommandVerb.Resume => Afresh(),
            _ => OneRun(),
        };

        CommandChange? Edited(string value, bool suspended) =>
            RequestEdit.Of(
                request,
                bytes,
                request,
                [("suspend", value)],
                read => (read.Suspend?.Value ?? false) == suspended && read.Name?.Value == RequestPath.NameOf(request)
            )
                is { } edited
                ? new CommandChange(request, edited, [])
                : null;

        // The operator catches up from an object's last run on; one of another name has none.
        CommandChange? Afresh()
        {
            string name = Free("-r", JobKind.RayCronJob);
            string to = Beside(name);
            return
                RequestEdit.Of(
                    request,
                    bytes,
                    to,
                    [("name", name), ("suspend", null)],
                    read => read.Name?.Value == name && read.Suspend is null && read.Schedule is not null
                )
                    is { } edited
                ? new CommandChange(
                    to,
                    edited,
                    main.Find(RequestPath.JobOf(request)) is null ? [request] : [request, RequestPath.JobOf(request)]
                )
                {
                    OtherName = name,
                }
                : null;
        }

        CommandChange? OneRun()
        {
            string name = Free("-run", JobKind.RayJob);
            string to = Beside(name);
            return
                RequestEdit.Of(
                    request,
                    bytes,
                    to,
                    [("name", name), ("kind", null), ("schedule", null), ("timeZone", null), ("suspend", null)],
                    read => read.Name?.Value == name && read.Kind is null && read.Schedule is null
                )
                    is { } edited
                ? new CommandChange(to, edited, []) { OtherName = name }
                : null;
        }

        string Beside(string name) => $"{request[..(request.LastIndexOf('/') + 1)]}{name}.yaml";

        // Of a name that is one of these itself, the next one.
        string Free(string ending, JobKind of)
        {
            string name = RequestPath.NameOf(request);
            string stem = name.TrimEnd("0123456789".ToCharArray());
            stem = stem.EndsWith(ending, StringComparison.Ordinal) ? stem[..^ending.Length] : name;
            for (int number = 2; ; number++)
            {
                string tail = string.Create(CultureInfo.InvariantCulture, $"{ending}{number}");
                string free =
                    stem[..Math.Min(stem.Length, KindRules.MaxNameLength(of) - tail.Length)].TrimEnd('-') + tail;
                if (number > MostTries || main.Find(Beside(free)) is null)
                {
                    return free;
                }
            }
        }
    }
}
