using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Rayquest.JobReport.Status;

namespace Rayquest.JobReport.Ledger;

/// <summary>What the status page needs besides the ledger.</summary>
public sealed record StatusPageOptions
{
    /// <summary>For example <c>https://github.com/acme/rayquest</c>; empty leaves numbers without links.</summary>
    public string RepositoryUrl { get; init; } = "";
    public int Results { get; init; } = 50;

    /// <summary>Live jobs on the page, which must still open on a phone; <c>status.json</c> has all of them.</summary>
    public int MostLive { get; init; } = 300;
    public int Days { get; init; } = 28;

    /// <summary>Since when the cluster cannot be asked, or null.</summary>
    public DateTimeOffset? UnreachableSince { get; init; }
}

/// <summary>
/// The page people look at when they have no pull request at hand: <c>status.json</c> for programs and one
/// self-contained <c>status.html</c>. No script, no font, no request to anywhere.
/// </summary>
public static class StatusPage
{
    /// <summary>Results of one run on the page; <c>status.json</c> has all of them.</summary>
    private const int MostResults = 8;

    /// <summary>The same facts as the page, for programs; <c>"schema": 1</c>.</summary>
    public static byte[] Json(LedgerView view, StatusPageOptions options, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(view);
        ArgumentNullException.ThrowIfNull(options);
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            writer.WriteStartObject();
            writer.WriteNumber("schema", 1);
            writer.WriteString("at", LedgerEvent.Time(now));
            if (options.UnreachableSince is { } since)
            {
                writer.WriteString("clusterUnreachableSince", LedgerEvent.Time(since));
            }

            Rows("live", Live(view));
            Rows("results", view.Finished.Take(options.Results));
            writer.WriteStartArray("gpuUse");
            foreach (var use in view.GpuUse(now))
            {
                writer.WriteStartObject();
                writer.WriteString("team", use.Team);
                writer.WriteString("gpu", use.GpuType);
                writer.WriteString("month", use.Month.ToString("yyyy-MM", CultureInfo.InvariantCulture));
                writer.WriteNumber("hours", Math.Round(use.Hours, 2));
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();

            void Rows(string name, IEnumerable<JobRun> runs)
            {
                writer.WriteStartArray(name);
                foreach (var run in runs)
                {
                    Row(writer, view, run, now);
                }

                writer.WriteEndArray();
            }
        }

        buffer.Write("\n"u8);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The page.</summary>
    public static string Page(LedgerView view, StatusPageOptions options, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(view);
        ArgumentNullException.ThrowIfNull(options);
        JobRun[] live = [.. Live(view)];
        JobRun[] results = [.. view.Finished.Take(options.Results)];
        var running = live.Count(IsRunning);
        var gpus = live.Where(IsRunning).Sum(run => run.Gpus.Values.Sum());
        var week = now.AddDays(-7);
        var recent = view.Finished.TakeWhile(run => run.EndedAt > week).ToArray();
        var stale = options.UnreachableSince is { } since
            ? Html.Of(
                $"<p class=\"warn\">The cluster cannot be asked since {Clock(since)}: what follows is its last word.</p>"
            )
            : Html.Empty;
        var page = Html.Of(
            $"""
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
            <title>Ray jobs</title><style>{Styles()}</style></head><body>
            <header><h1>Ray jobs</h1><p class="dim">as of <time datetime="{LedgerEvent.Time(now)}">{Clock(
                now
            )}</time>, when something last changed</p></header>
            {stale}<main>
            <div class="sum"><div><b>{running}</b>running</div><div><b>{live.Length
                - running}</b>waiting</div><div><b>{gpus}</b>GPUs in use</div><div><b>{recent.Count(run =>
                run.LastState?.Phase is JobPhase.Succeeded
            )}</b>succeeded, 7 d</div><div><b>{recent.Count(run =>
                run.LastState?.Phase is not (JobPhase.Succeeded or JobPhase.Stopped)
            )}</b>failed, 7 d</div></div>
            <h2>Live</h2>
            {Teams(live)}{Table(
                view,
                [.. live.Take(options.MostLive)],
                options,
                now,
                "Nothing is running or waiting. A job is asked for by a pull request with a file under jobs-requests/."
            )}{More(live.Length - options.MostLive)}
            <h2>GPU use, last {options.Days} days</h2>
            {Charts(view, options, now)}{Months(view, now)}
            <h2>Last results</h2>
            {Table(view, results, options, now, "Nothing has finished yet.")}
            </main></body></html>

            """
        );
        return page.ToString();
    }

    /// <summary>What somebody must look at, then running, then waiting, the oldest first: the queue reads from the top.</summary>
    private static IEnumerable<JobRun> Live(LedgerView view) =>
        view
            .Live.OrderBy(run =>
                run.LastState
                    is { Conditions.Count: > 0 }
                        or { Phase: JobPhase.Vanished or JobPhase.Failed }
                        or { IsUnhealthy: true }
                    ? 0
                : IsRunning(run) ? 1
                : 2
            )
            .ThenBy(run => run.LastState?.Since ?? run.MergedAt)
            .ThenBy(run => run.Record.Path, StringComparer.Ordinal);

    private static bool IsRunning(JobRun run) => run.LastState?.Phase is JobPhase.Running or JobPhase.Retrying;

    private static Html More(int count) =>
        count > 0
            ? Html.Of($"<p>… and {count} more: <a href=\"status.json\">status.json</a> lists them all.</p>")
            : Html.Empty;

    /// <summary>Who has what, when there is more than one team to ask about.</summary>
    private static Html Teams(JobRun[] live)
    {
        var teams = live.GroupBy(run => run.Record.Team, StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .ToArray();
        if (teams.Length < 2)
        {
            return Html.Empty;
        }

        var rows = Html.Join(
            teams.Select(group =>
            {
                JobRun[] running = [.. group.Where(IsRunning)];
                var gpus = running.Sum(run => run.Gpus.Values.Sum());
                return Html.Of(
                    $"<tr><th scope=\"row\">{group.Key}</th><td class=\"n\">{running.Length}</td><td class=\"n\">{group.Count() - running.Length}</td><td class=\"n\">{gpus}</td></tr>\n"
                );
            })
        );
        return Html.Of(
            $"<table class=\"teams\"><thead><tr><th>Team</th><th class=\"n\">Running</th><th class=\"n\">Waiting</th><th class=\"n\">GPUs</th></tr></thead><tbody>\n{rows}</tbody></table>\n"
        );
    }

    private static JobState StateOf(JobRun run) =>
        run.LastState ?? new JobState(JobPhase.NotSynced) { Since = run.MergedAt, Kind = run.Record.Kind };

    private static void Row(Utf8JsonWriter writer, LedgerView view, JobRun run, DateTimeOffset now)
    {
        var state = StateOf(run);
        var words = RunText.Of(run, state, view.RunsOf(run), now);
        writer.WriteStartObject();
        writer.WriteString("team", run.Record.Team);
        writer.WriteString("name", run.Record.Name);
        writer.WriteString("kind", run.Record.Kind);
        writer.WriteString("namespace", run.Record.Namespace);
        if (run.ScheduledBy.Length > 0)
        {
            writer.WriteString("schedule", run.ScheduledBy);
        }

        if (run.LeaseEnds is { } ends)
        {
            writer.WriteString("leaseEnds", LedgerEvent.Time(ends));
        }

        if (RunText.Next(run, state, now) is { } next)
        {
            writer.WriteString("nextRun", LedgerEvent.Time(next));
        }

        if (run.Facts is { } merged)
        {
            writer.WriteNumber("pull", merged.Pull);
            writer.WriteString("author", merged.Author);
            writer.WriteString("request", merged.Request);
            writer.WriteStartObject("gpus");
            foreach (var (type, count) in merged.Gpus)
            {
                writer.WriteNumber(type, count);
            }

            writer.WriteEndObject();
        }

        writer.WriteString("state", state.Phase.ToString());
        Text("reason", state.Reason);
        writer.WriteString("text", words.Line);
        Text("next", words.Next);
        Text("since", state.Since is { } since ? LedgerEvent.Time(since) : "");
        if (run.Results is { } results)
        {
            writer.WritePropertyName("results");
            results.Write(writer);
            Text("resultsFault", results.Fault ?? "");
        }

        if (state.Conditions.Count > 0)
        {
            writer.WriteStartArray("concerns");
            foreach (var condition in state.Conditions)
            {
                writer.WriteStringValue(condition.Kind.ToString());
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();

        void Text(string name, string value)
        {
            if (value.Length > 0)
            {
                writer.WriteString(name, value);
            }
        }
    }

    private static Html Table(
        LedgerView view,
        IReadOnlyCollection<JobRun> runs,
        StatusPageOptions options,
        DateTimeOffset now,
        string nothing
    )
    {
        if (runs.Count == 0)
        {
            return Html.Of($"<p class=\"dim\">{nothing}</p>");
        }

        var rows = Html.Join(
            runs.Select(run =>
            {
                var state = StateOf(run);
                var words = RunText.Of(run, state, view.RunsOf(run), now);
                var next =
                    words.Next.Length > 0 ? Html.Of($"<br><span class=\"dim\">{Coded(words.Next)}</span>") : Html.Empty;
                var gpus = run.Facts is { Gpus.IsEmpty: false } merged
                    ? string.Join(", ", merged.Gpus.Select(pair => $"{pair.Value} {pair.Key}"))
                    : "–";
                return Html.Of(
                    $"""
                    <tr><td class="s {Class(state)}">{StateText.Word(
                        state
                    )}</td><td>{run.Record.Name}<br><span class="dim">{run.Record.Team}</span></td><td>{words.Line}{next}{Results(run)}</td><td class="n" data-h="GPUs">{gpus}</td><td data-h="by">{run.Merged?.Author}</td><td class="n" data-h="request">{Pull(
                        run,
                        options
                    )}</td></tr>

                    """
                );
            })
        );
        return Html.Of(
            $"<table><thead><tr><th>State</th><th>Job</th><th>What is known</th><th class=\"n\">GPUs</th><th>By</th><th class=\"n\">Request</th></tr></thead><tbody>\n{rows}</tbody></table>"
        );
    }

    private static Html Results(JobRun run) =>
        run.Results switch
        {
            null => Html.Empty,
            { Fault: { } fault } => Html.Of($"<br><span class=\"dim\">no results: {Coded(fault)}</span>"),
            { } results => Html.Of(
                $"<br>{string.Join(" · ", results.Values.Take(MostResults).Select(value => $"{value.Name} {value.Text}"))}{(results.Values.Length > MostResults ? " …" : "")}"
            ),
        };

    /// <summary>Our own words with `keys` of the request in them.</summary>
    private static Html Coded(string text) =>
        Html.Join(
            text.Split('`')
                .Select((part, index) => index % 2 == 1 ? Html.Of($"<code>{part}</code>") : Html.Of($"{part}"))
        );

    private static Html Pull(JobRun run, StatusPageOptions options) =>
        run.Merged is not { } merged ? Html.Empty
        : options.RepositoryUrl.StartsWith("https://", StringComparison.Ordinal)
            ? Html.Of($"<a href=\"{options.RepositoryUrl.TrimEnd('/')}/pull/{merged.Pull}\">#{merged.Pull}</a>")
        : Html.Of($"#{merged.Pull}");

    private static Html Charts(LedgerView view, StatusPageOptions options, DateTimeOffset now)
    {
        var byDay = view.GpuHoursByDay(now, options.Days);
        if (byDay.IsEmpty)
        {
            return Html.Of($"<p class=\"dim\">No GPU has been used.</p>");
        }

        var most = byDay.Values.Max(row => row.Max());
        return Html.Join(byDay.Select(pair => Chart(pair.Key, pair.Value, most, now)));
    }

    /// <summary>One team's bars, all on the scale of the busiest team so that they can be compared.</summary>
    private static Html Chart(string team, ImmutableArray<double> hours, double most, DateTimeOffset now)
    {
        const int width = 560;
        const int height = 60;
        var step = (double)width / hours.Length;
        var bars = Html.Join(
            hours.Select(
                (value, index) =>
                {
                    var tall = most > 0 ? height * value / most : 0;
                    var day = now.UtcDateTime.Date.AddDays(index + 1 - hours.Length);
                    return value <= 0
                        ? Html.Empty
                        : Html.Of(
                            $"<rect x=\"{index * step}\" y=\"{height - tall}\" width=\"{step * 0.8}\" height=\"{Math.Max(1, tall)}\"><title>{day.ToString("d MMM", CultureInfo.InvariantCulture)}: {value:0.#} GPU-hours</title></rect>"
                        );
                }
            )
        );
        var sum = hours.Sum();
        return Html.Of(
            $"""
            <figure><figcaption><b>{team}</b><span class="dim">{sum:0.#} GPU-hours</span></figcaption><svg viewBox="0 0 {width} {height
                + 1}" role="img" aria-label="GPU-hours a day of {team}, {hours.Length} days, {sum:0.#} in all" fill="var(--run)">{bars}<line x1="0" x2="{width}" y1="{height
                + 0.5}" y2="{height + 0.5}" stroke="var(--line)"/></svg></figure>

            """
        );
    }

    private static Html Months(LedgerView view, DateTimeOffset now)
    {
        var uses = view.GpuUse(now)
            .OrderByDescending(use => use.Month)
            .ThenBy(use => use.Team, StringComparer.Ordinal)
            .Take(48)
            .ToArray();
        if (uses.Length == 0)
        {
            return Html.Empty;
        }

        var rows = Html.Join(
            uses.Select(use =>
                Html.Of(
                    $"<tr><td>{use.Month.ToString("yyyy-MM", CultureInfo.InvariantCulture)}</td><td data-h=\"team\">{use.Team}</td><td data-h=\"GPU\">{use.GpuType}</td><td class=\"n\" data-h=\"GPU-hours\">{use.Hours:0.0}</td></tr>\n"
                )
            )
        );
        return Html.Of(
            $"<details><summary>By month and type</summary><table><thead><tr><th>Month</th><th>Team</th><th>GPU</th><th class=\"n\">GPU-hours</th></tr></thead><tbody>\n{rows}</tbody></table></details>\n"
        );
    }

    private static string Class(JobState state) =>
        state switch
        {
            { Conditions.Count: > 0, IsFinal: false } => "bad",
            { IsUnhealthy: true } => "bad",
            { Phase: JobPhase.Running or JobPhase.Retrying } => "run",
            { Phase: JobPhase.Succeeded } => "ok",
            { Phase: JobPhase.Stopped } => "stop",
            { Phase: JobPhase.NotSynced or JobPhase.Queued or JobPhase.Suspended or JobPhase.Initializing } => "wait",
            _ => "bad",
        };

    private static string Clock(DateTimeOffset time) =>
        time.UtcDateTime.ToString("d MMMM yyyy, HH:mm 'UTC'", CultureInfo.InvariantCulture);

    private static Html Styles() =>
        Html.Of(
            $$$$"""
            :root{color-scheme:light dark;--fg:#1f2328;--dim:#59636e;--bg:#fff;--card:#f6f8fa;--line:#d1d9e0;--run:#0969da;--wait:#9a6700;--ok:#1a7f37;--bad:#cf222e;--stop:#59636e}
            @media (prefers-color-scheme:dark){:root{--fg:#f0f6fc;--dim:#9198a1;--bg:#0d1117;--card:#151b23;--line:#3d444d;--run:#4493f8;--wait:#d29922;--ok:#3fb950;--bad:#f85149;--stop:#9198a1}}
            *{box-sizing:border-box}body{margin:0 auto;max-width:72rem;padding:1rem;font:16px/1.5 system-ui,sans-serif;color:var(--fg);background:var(--bg)}
            h1{font-size:1.4rem;margin:0}h2{font-size:1.1rem;margin:2rem 0 .5rem}p{margin:.25rem 0}a{color:var(--run)}.dim{color:var(--dim)}
            .sum{display:flex;flex-wrap:wrap;gap:.5rem;margin:1rem 0}.sum div{background:var(--card);border:1px solid var(--line);border-radius:.5rem;padding:.5rem .9rem;min-width:6rem}.sum b{display:block;font-size:1.4rem;line-height:1.2}
            table{width:100%;border-collapse:collapse}th,td{text-align:left;vertical-align:top;padding:.4rem .6rem;border-bottom:1px solid var(--line);overflow-wrap:break-word}td:nth-child(2){min-width:12rem}td:nth-child(3){overflow-wrap:anywhere;min-width:14rem}th{color:var(--dim);font-weight:600;white-space:nowrap}
            td.n,th.n{text-align:right;white-space:nowrap}.s{font-weight:600;white-space:nowrap}.s::before{content:"";display:inline-block;width:.65em;height:.65em;border-radius:50%;margin-right:.4em;background:var(--c)}
            .run{--c:var(--run)}.wait{--c:var(--wait)}.ok{--c:var(--ok)}.bad{--c:var(--bad)}.stop{--c:var(--stop)}.warn{border-left:.25rem solid var(--bad);background:var(--card);padding:.5rem .8rem;margin:.5rem 0}
            .teams{width:auto;margin-bottom:1rem}.teams td{min-width:0!important}
            figure{margin:0 0 1rem}figcaption{display:flex;justify-content:space-between;gap:1rem}svg{display:block;width:100%;height:auto}
            @media (max-width:40rem){thead{display:none}tr{display:block;border-bottom:1px solid var(--line);padding:.5rem 0}td{display:block;border:0;padding:.1rem 0}td.n{text-align:left}td[data-h]{display:inline-block;margin-right:1rem}td[data-h]::before{content:attr(data-h) " ";color:var(--dim)}td.s,td.s+td{display:inline-block;min-width:0}td.s{margin-right:.6rem}td.s+td br{display:none}
            .teams thead{display:table-header-group}.teams tr{display:table-row}.teams td,.teams th{display:table-cell;padding:.2rem .6rem;border-bottom:1px solid var(--line)}.teams td.n{text-align:right}}
            """
        );
}
