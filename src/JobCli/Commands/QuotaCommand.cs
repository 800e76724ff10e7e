using System.CommandLine;
using System.Text.Json;
using Rayquest.JobCli.Console;
using Rayquest.JobHosts.Files;
using Rayquest.JobLint;
using Rayquest.JobLint.Engine;
using Rayquest.JobLint.Quotas;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Quantities;
using Rayquest.JobModel.Repository;
using Rayquest.JobModel.Text;
using Rayquest.JobReport.Evaluation;
using Spectre.Console;

namespace Rayquest.JobCli.Commands;

/// <summary><c>rayquest quota</c>: what teams hold by their live jobs, against their limits.</summary>
internal sealed class QuotaCommand : IProgramCommand
{
    /// <inheritdoc/>
    public string Name => "quota";

    /// <inheritdoc/>
    public IReadOnlyList<(string Line, string Does)> Examples { get; } =
    [
        ("rayquest quota", "every team"),
        ("rayquest quota vision", "one team, with the jobs that hold it"),
        ("rayquest quota --format json", "for scripts"),
    ];

    /// <inheritdoc/>
    public Command Build(Terminal terminal)
    {
        Argument<string?> team = new("TEAM")
        {
            Description = "A team; all when it is left out.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        Option<string> format = new("--format") { Description = "text or json.", DefaultValueFactory = _ => "text" };
        format.AcceptOnlyFromAmong("text", "json");
        Option<string?> repo = RepositoryOption.Option();
        Command command = new(Name, "Show what teams hold by their live jobs, and their limits.")
        {
            team,
            format,
            repo,
        };
        command.SetAction(parsed =>
        {
            FolderTree tree = new(RepositoryOption.Root(parsed.GetValue(repo), terminal));
            LoadedPolicies policies = PolicyLoader.Load(tree);
            if (policies.IsBroken)
            {
                return LintCommand.Print(Linter.Sort(policies.Findings), 0, "text", terminal);
            }

            string[] known =
            [
                .. policies
                    .Policies.Quotas.Teams.Keys.Where(t => t != QuotasPolicy.DefaultTeam)
                    .Concat(tree.List(RequestPath.Jobs).Select(e => RequestPath.TeamOf(e.Path)).OfType<string>())
                    .Distinct(StringComparer.Ordinal)
                    .Order(StringComparer.Ordinal),
            ];
            string? asked = parsed.GetValue(team);
            if (asked is not null && !known.Contains(asked, StringComparer.Ordinal))
            {
                throw new UsageException(
                    $"there is no team `{asked}`{DidYouMean.Phrase(asked, known)}",
                    $"teams: {string.Join(", ", known)}"
                );
            }

            IReadOnlyList<TeamRow> rows =
            [
                .. known
                    .Where(t => asked is null || t == asked)
                    .SelectMany(t =>
                        Rows(
                            t,
                            Linter.ReadUsage(tree, t),
                            policies.Policies.Quotas.Of(t),
                            policies.Policies.Platform.Currency
                        )
                    ),
            ];
            if (parsed.GetValue(format) == "json")
            {
                terminal.Out.Write(Json(rows));
            }
            else
            {
                WriteTable(rows, terminal);
            }

            return ExitCodes.Clean;
        });
        return command;
    }

    private static IEnumerable<TeamRow> Rows(string team, TeamUsage usage, TeamPolicy? policy, string currency)
    {
        ResourceDemand total = usage.Total;
        yield return new TeamRow(
            team,
            "jobs",
            total.Jobs.ToString(),
            policy?.Soft.Jobs?.ToString(),
            policy?.Hard.Jobs?.ToString(),
            []
        );
        IEnumerable<string> types = total
            .Gpus.Keys.Concat(policy?.Soft.Gpus.Keys ?? [])
            .Concat(policy?.Hard.Gpus.Keys ?? [])
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal);
        foreach (string type in types)
        {
            yield return new TeamRow(
                team,
                type,
                total.Gpus.GetValueOrDefault(type).ToString(),
                Limit(policy?.Soft.Gpus, type),
                Limit(policy?.Hard.Gpus, type),
                [
                    .. usage
                        .Live.Where(l => l.Header.Demand.Gpus.ContainsKey(type))
                        .Select(l => $"{RequestPath.NameOf(l.Path)} {l.Header.Demand.Gpus[type]}"),
                ]
            );
        }

        yield return new TeamRow(
            team,
            "cpu",
            total.Cpu.ToString(),
            policy?.Soft.Cpu?.ToString(),
            policy?.Hard.Cpu?.ToString(),
            []
        );
        yield return new TeamRow(
            team,
            "memory",
            Gibibytes(total.Memory),
            policy?.Soft.Memory?.ToString(),
            policy?.Hard.Memory?.ToString(),
            []
        );
        if (total.MaxCost is { } cost)
        {
            // What the live jobs cost at most: everything they hold, until each one's timeout.
            yield return new TeamRow(team, "cost", AmountText.Money(cost, currency), null, null, []);
        }
    }

    private static string Gibibytes(Quantity memory) => memory.IsZero ? "0" : $"{memory.ToDouble() / (1L << 30):0.#}Gi";

    private static string? Limit(IReadOnlyDictionary<string, int>? limits, string type) =>
        limits is not null && limits.TryGetValue(type, out int limit) ? limit.ToString() : null;

    private static void WriteTable(IReadOnlyList<TeamRow> rows, Terminal terminal)
    {
        IAnsiConsole console = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Ansi = terminal.Colour ? AnsiSupport.Yes : AnsiSupport.No,
                ColorSystem = terminal.Colour ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
                Out = new AnsiConsoleOutput(terminal.Out),
            }
        );
        console.Profile.Width = 120;
        Table table = new Table()
            .Border(TableBorder.Simple)
            .AddColumns("team", "resource", "held", "soft", "hard", "by");
        string? previous = null;
        foreach (TeamRow row in rows)
        {
            table.AddRow(
                Markup.Escape(row.Team == previous ? "" : row.Team),
                Markup.Escape(row.Resource),
                Markup.Escape(row.Held),
                Markup.Escape(row.Soft ?? "–"),
                Markup.Escape(row.Hard ?? "–"),
                Markup.Escape(string.Join(", ", row.By))
            );
            previous = row.Team;
        }

        console.Write(table);
    }

    private static string Json(IReadOnlyList<TeamRow> rows)
    {
        return JsonText.Write(json =>
        {
            json.WriteStartObject();
            json.WriteNumber("schema", 1);
            json.WriteStartArray("quota");
            foreach (TeamRow row in rows)
            {
                json.WriteStartObject();
                json.WriteString("team", row.Team);
                json.WriteString("resource", row.Resource);
                json.WriteString("held", row.Held);
                json.WriteString("soft", row.Soft);
                json.WriteString("hard", row.Hard);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private sealed record TeamRow(
        string Team,
        string Resource,
        string Held,
        string? Soft,
        string? Hard,
        IReadOnlyList<string> By
    );
}
