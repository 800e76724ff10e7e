using System.CommandLine;
using System.Text.Json;
using Rayquest.JobCli.Console;
using Rayquest.JobHosts.Cluster;
using Rayquest.JobLint.Output;
using Rayquest.JobModel.Text;
using Rayquest.JobReport.Argo;
using Rayquest.JobReport.Ledger;
using Rayquest.JobReport.Status;
using Spectre.Console;

namespace Rayquest.JobCli.Commands;

/// <summary>A job as a person asks for it: what the ledger knows and what the cluster shows, together.</summary>
internal sealed record JobRow(
    string Team,
    string Name,
    string Kind,
    string Namespace,
    int Pull,
    string Gpus,
    JobState State,
    ObservedJob? Observed
)
{
    /// <summary>What the ledger knows of it; null for what it doesn't know.</summary>
    public JobRun? Run { get; init; }

    /// <summary>The runs of a schedule, the newest first.</summary>
    public IReadOnlyList<JobRun> RanBy { get; init; } = [];

    /// <summary>Words for it in some state.</summary>
    public StateText Words(JobState state, DateTimeOffset now) =>
        Run is null ? StateText.Of(state, now) : RunText.Of(Run, state, RanBy, now);

    /// <summary>Live jobs (all when asked for), the cluster's word where it can be had.</summary>
    public static IReadOnlyList<JobRow> Read(
        CommandServices world,
        bool all,
        DateTimeOffset now,
        out ClusterException? fault,
        out DateTimeOffset? noted
    )
    {
        fault = null;
        JobHosts.LedgerBranch.LedgerSnapshot ledger = all ? world.Ledger.Read() : world.Ledger.ReadRecent();
        LedgerView view = ledger.View;
        noted = ledger.Written;
        ClusterSnapshot snapshot = new();
        try
        {
            snapshot = world.Reader(world.Kubectl).Read();
        }
        catch (ClusterException down)
        {
            fault = down;
        }

        HashSet<string> known = new(StringComparer.Ordinal);
        List<JobRow> rows = [];
        foreach (JobRun run in view.Runs)
        {
            string key = ClusterSnapshot.Key(run.Record.Kind, run.Record.Namespace, run.Record.Name);
            known.Add(key);
            if (!all && !run.IsLive)
            {
                continue;
            }

            ObservedJob? observed = snapshot.Find(key);
            JobState state =
                fault is not null
                    ? JobStateMapper.Of(run.Expectation, null, new JobContext { UnreachableSince = noted ?? now }, now)
                : snapshot.IsListed(run.Record.Kind, run.ScheduledBy.Length > 0)
                    ? JobStateMapper.Of(
                        run.Expectation,
                        observed,
                        new JobContext
                        {
                            Application = snapshot.Applications.GetValueOrDefault(
                                ArgoBundle.ApplicationOf(world.Platform, run.Record.Team)
                            ),
                            ApplicationsListed = snapshot.ApplicationsListed,
                            Waiting = snapshot.Waiting.GetValueOrDefault(key),
                        },
                        now
                    )
                : run.LastState ?? new JobState(JobPhase.NotSynced) { Since = run.MergedAt };
            rows.Add(
                new JobRow(
                    run.Record.Team,
                    run.Record.Name,
                    run.Record.Kind,
                    run.Record.Namespace,
                    run.Merged?.Pull ?? 0,
                    string.Join(' ', run.Facts?.Gpus.Select(pair => $"{pair.Value}×{pair.Key}") ?? []),
                    state,
                    observed
                )
                {
                    Run = run,
                    RanBy = [.. view.RunsOf(run).Take(RunText.Results)],
                }
            );
        }

        // What the ledger does not know is shown too: it holds resources all the same.
        string label = $"{world.Platform.LabelPrefix}/team";
        rows.AddRange(
            snapshot
                .Jobs.Where(pair => !known.Contains(pair.Key))
                .Select(pair => pair.Value)
                .Select(job => new JobRow(
                    job.Labels.GetValueOrDefault(label, "?"),
                    job.Name,
                    job.Kind,
                    job.Namespace,
                    0,
                    "",
                    JobStateMapper.Present(
                        job,
                        snapshot.Waiting.GetValueOrDefault(ClusterSnapshot.Key(job.Kind, job.Namespace, job.Name))
                    ),
                    job
                ))
        );
        return
        [
            .. rows.OrderBy(row => row.Team, StringComparer.Ordinal).ThenBy(row => row.Name, StringComparer.Ordinal),
        ];
    }
}

/// <summary><c>rayquest jobs</c>: what the pull requests say, on a terminal.</summary>
internal sealed class JobsCommand : IProgramCommand
{
    /// <inheritdoc/>
    public string Name => "jobs";

    /// <inheritdoc/>
    public IReadOnlyList<(string Line, string Does)> Examples { get; } =
    [
        ("rayquest jobs", "every live job, and what to do about it"),
        ("rayquest jobs vision --all", "one team's jobs, finished ones too"),
        ("rayquest jobs --results", "what finished jobs came to, the best of a request first"),
        ("rayquest jobs --format json", "for scripts"),
    ];

    /// <inheritdoc/>
    public Command Build(Terminal terminal)
    {
        Argument<string?> team = new("TEAM")
        {
            Description = "A team; all when it is left out.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        Option<bool> all = new("--all") { Description = "Finished jobs too." };
        Option<bool> results = new("--results") { Description = "The results that jobs printed, finished ones too." };
        Option<string> format = new("--format") { Description = "text or json.", DefaultValueFactory = _ => "text" };
        format.AcceptOnlyFromAmong("text", "json");
        Option<string?> repo = RepositoryOption.Option();
        ClusterOptions cluster = new();
        Command command = new(Name, "Show jobs, their state, and what to do next.")
        {
            team,
            all,
            results,
            format,
            repo,
        };
        cluster.AddTo(command);
        command.SetAction(parsed =>
        {
            using CommandServices world = new(parsed, repo, cluster, terminal) { IsReading = true };
            DateTimeOffset now = TimeProvider.System.GetUtcNow();
            bool isOfResults = parsed.GetValue(results);
            IReadOnlyList<JobRow> rows =
            [
                .. JobRow
                    .Read(
                        world,
                        isOfResults || parsed.GetValue(all),
                        now,
                        out ClusterException? fault,
                        out DateTimeOffset? noted
                    )
                    .Where(row => parsed.GetValue(team) is not { } asked || row.Team == asked),
            ];
            if (isOfResults)
            {
                rows = ResultsText.Sorted(rows);
            }

            if (parsed.GetValue(format) == "json")
            {
                terminal.Out.Write(Json(rows, now));
            }
            else
            {
                if (fault is not null && noted is { } time)
                {
                    terminal.Out.WriteLine(
                        $"The cluster cannot be asked: this is what the ledger last noted, {Age.Since(time, now)} ago."
                    );
                }

                if (isOfResults)
                {
                    ResultsText.Write(rows, terminal);
                }
                else
                {
                    Write(rows, terminal, now, parsed.GetValue(team), fault is null);
                }
            }

            if (fault is not null)
            {
                terminal.Fault(fault.Cause, fault.Remedy);
                return ExitCodes.World;
            }

            return ExitCodes.Clean;
        });
        return command;
    }

    private static void Write(
        IReadOnlyList<JobRow> rows,
        Terminal terminal,
        DateTimeOffset now,
        string? team,
        bool isSeen
    )
    {
        if (rows.Count == 0)
        {
            string whose = team is null ? "" : $" of {team}";
            terminal.Out.WriteLine(
                !isSeen ? $"the ledger knows no live jobs{whose}; whether there are any, only the cluster could say"
                : team is null ? "no live jobs (--all shows finished ones)"
                : $"no live jobs{whose}"
            );
            return;
        }

        if (terminal.Width < Narrow)
        {
            WriteBlocks(rows, terminal, now);
            return;
        }

        IAnsiConsole console = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Ansi = terminal.Colour ? AnsiSupport.Yes : AnsiSupport.No,
                ColorSystem = terminal.Colour ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
                Out = new AnsiConsoleOutput(terminal.Out),
            }
        );
        console.Profile.Width = Math.Min(terminal.Width, Wide);
        Table table = new Table()
            .Border(TableBorder.Simple)
            .AddColumn(new TableColumn("team").NoWrap())
            // A name that is broken over two lines cannot be copied.
            .AddColumn(new TableColumn("job").NoWrap())
            .AddColumn(new TableColumn("GPUs").NoWrap())
            .AddColumn("what is known")
            .AddColumn("next")
            .AddColumn(new TableColumn("PR").NoWrap());
        foreach (JobRow row in rows)
        {
            StateText words = Words(row, now);
            table.AddRow(
                Cell(row.Team),
                Cell(row.Name),
                Cell(row.Gpus),
                $"[{Colour(row.State)}]{Cell(words.Line)}[/]",
                Cell(words.Next),
                row.Pull > 0 ? $"#{row.Pull}" : ""
            );
        }

        console.Write(table);
    }

    /// <summary>Where a table of six columns would be all line breaks: a few lines a job.</summary>
    private static void WriteBlocks(IReadOnlyList<JobRow> rows, Terminal terminal, DateTimeOffset now)
    {
        foreach (JobRow row in rows)
        {
            StateText words = Words(row, now);
            string[] facts = [row.Team, row.Gpus, row.Pull > 0 ? $"#{row.Pull}" : ""];
            terminal.Out.WriteLine(
                TerminalText.Line($"{row.Name}  {string.Join("  ", facts.Where(fact => fact.Length > 0))}")
            );
            Wrapped(words.Line);
            if (words.Next.Length > 0)
            {
                Wrapped($"→ {words.Next}");
            }
        }

        void Wrapped(string text)
        {
            string line = "  ";
            foreach (string word in TerminalText.Line(text).Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                if (line.Length + word.Length > terminal.Width && line.Trim().Length > 0)
                {
                    terminal.Out.WriteLine(line.TrimEnd());
                    line = "    ";
                }

                line += word + " ";
            }

            terminal.Out.WriteLine(line.TrimEnd());
        }
    }

    /// <summary>That the cluster is away is said once, above the table.</summary>
    private static StateText Words(JobRow row, DateTimeOffset now) =>
        row.Words(
            row.State with
            {
                Conditions = [.. row.State.Conditions.Where(condition => condition.Kind != JobConditionKind.Stale)],
            },
            now
        );

    private static string Colour(JobState state) =>
        state.Phase switch
        {
            _ when state.Conditions.Any(condition => condition.Kind != JobConditionKind.Stale) => "red",
            JobPhase.Succeeded => "green",
            JobPhase.Running or JobPhase.Retrying => "blue",
            JobPhase.NotSynced or JobPhase.Queued or JobPhase.Initializing or JobPhase.Suspended => "yellow",
            JobPhase.Stopped => "grey",
            _ => "red",
        };

    private const int Narrow = 100;
    private const int Wide = 160;

    /// <summary>Engines' messages carry user text: no escape sequence of theirs reaches a terminal.</summary>
    private static string Cell(string text) => Markup.Escape(TerminalText.Line(text));

    private static string Json(IReadOnlyList<JobRow> rows, DateTimeOffset now)
    {
        return JsonText.Write(json =>
        {
            json.WriteStartObject();
            json.WriteNumber("schema", 1);
            json.WriteStartArray("jobs");
            foreach (JobRow row in rows)
            {
                StateText words = row.Words(row.State, now);
                json.WriteStartObject();
                json.WriteString("team", row.Team);
                json.WriteString("name", row.Name);
                json.WriteString("kind", row.Kind);
                json.WriteString("namespace", row.Namespace);
                if (row.Pull > 0)
                {
                    json.WriteNumber("pull", row.Pull);
                }

                json.WriteString("state", row.State.Phase.ToString());
                json.WriteString("reason", row.State.Reason);
                json.WriteBoolean("final", row.State.IsFinal);
                json.WriteString("text", words.Line);
                json.WriteString("next", words.Next);
                if (row.State.Since is { } since)
                {
                    json.WriteString("since", LedgerEvent.Time(since));
                }

                if (row.Run is { ScheduledBy: { Length: > 0 } schedule })
                {
                    json.WriteString("schedule", schedule);
                }

                if (row.Run?.LeaseEnds is { } ends)
                {
                    json.WriteString("leaseEnds", LedgerEvent.Time(ends));
                }

                if (row.Run is { } run && RunText.Next(run, row.State, now) is { } next)
                {
                    json.WriteString("nextRun", LedgerEvent.Time(next));
                }

                if (row.Run?.Results is { } printed)
                {
                    json.WritePropertyName("results");
                    printed.Write(json);
                    if (printed.Fault is { } wrong)
                    {
                        json.WriteString("resultsFault", wrong);
                    }
                }

                json.WriteStartArray("concerns");
                foreach (JobCondition condition in row.State.Conditions)
                {
                    json.WriteStringValue(condition.Kind.ToString());
                }

                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }
}
