using System.CommandLine;
using System.Text;
using Rayquest.JobCli.Console;
using Rayquest.JobFormEngine.Requests;
using Rayquest.JobHosts.Files;
using Rayquest.JobLint;
using Rayquest.JobLint.Engine;
using Rayquest.JobLint.Output;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Quantities;
using Rayquest.JobModel.Repository;
using Rayquest.JobModel.Requests;
using Rayquest.JobModel.Schedules;
using Rayquest.JobModel.Templates;

namespace Rayquest.JobCli.Commands;

/// <summary><c>rayquest new</c>: asks what is needed, writes a valid request, never overwrites.</summary>
internal sealed class NewCommand : IProgramCommand
{
    /// <inheritdoc/>
    public string Name => "new";

    /// <inheritdoc/>
    public IReadOnlyList<(string Line, string Does)> Examples { get; } =
    [
        ("rayquest new", "by questions"),
        ("rayquest new vision mnist --entrypoint 'python train.py' --workers 2", "without questions"),
        ("rayquest new vision notebook --kind RayCluster --lease 7d", "a cluster that stays"),
        (
            "rayquest new nlp nightly --kind RayCronJob --schedule '30 3 * * *' --time-zone Asia/Shanghai --entrypoint 'python eval.py' --timeout 2h",
            "by a schedule"
        ),
        (
            "rayquest new vision resnet-lr --template fine-tuning --param model=resnet50 --param dataset=cifar --param claim=datasets",
            "of a template"
        ),
        ("rayquest new vision resnet --entrypoint 'python train.py' --gpu a100 --gpus 4 --timeout 6h", "on GPUs"),
    ];

    /// <inheritdoc/>
    public Command Build(Terminal terminal)
    {
        Argument<string?> team = new("TEAM")
        {
            Description = "The team that submits.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        Argument<string?> name = new("NAME") { Description = "The job's name.", Arity = ArgumentArity.ZeroOrOne };
        Option<JobKind?> kind = new("--kind") { Description = "What to run; a RayJob where it isn't said." };
        Option<string?> schedule = new("--schedule") { Description = "When a RayCronJob runs, such as '0 3 * * *'." };
        Option<string?> timeZone = new("--time-zone") { Description = "Time zone of the schedule." };
        Option<string?> lease = new("--lease") { Description = "How long a RayCluster is given for, such as 7d." };
        Option<string?> import = new("--import-path") { Description = "Application of a RayService, such as app:app." };
        Option<string?> entrypoint = new("--entrypoint") { Description = "The command Ray runs." };
        Option<int?> workers = new("--workers") { Description = "How many workers." };
        Option<string?> gpu = new("--gpu") { Description = "GPU type of the workers." };
        Option<int?> gpus = new("--gpus") { Description = "GPUs of each worker." };
        Option<string?> timeout = new("--timeout") { Description = "Longest run, such as 6h." };
        Option<string?> image = new("--image") { Description = "Image alias." };
        Option<string?> template = new("--template") { Description = "Template of the platform's that it is made of." };
        Option<string[]> param = new("--param") { Description = "A parameter of the template, as name=value." };
        Option<string?> repo = RepositoryOption.Option();
        Command command = new(Name, "Write a new request.")
        {
            team,
            name,
            kind,
            schedule,
            timeZone,
            lease,
            import,
            entrypoint,
            workers,
            gpu,
            gpus,
            timeout,
            image,
            template,
            param,
            repo,
        };
        command.SetAction(parsed =>
        {
            FolderTree tree = new(RepositoryOption.Root(parsed.GetValue(repo), terminal));
            LoadedPolicies policies = PolicyLoader.Load(tree);
            Prompter ask = new(terminal);
            string[] teams =
            [
                .. policies
                    .Policies.Quotas.Teams.Keys.Where(t => t != QuotasPolicy.DefaultTeam)
                    .Order(StringComparer.Ordinal),
            ];
            string forTeam = ask.For(
                "team",
                parsed.GetValue(team),
                teams.Length > 0 ? $"one of {string.Join(", ", teams)}" : "a name",
                teams.FirstOrDefault(),
                t =>
                    KubernetesNames.IsDns1035Label(t)
                        ? null
                        : "lower-case letters, digits and `-`, beginning with a letter"
            );
            RequestTemplate? made = parsed.GetValue(template) is { } word
                ? NewFromTemplate.Find(word, policies.Policies.Templates)
                : null;
            if (made is null && parsed.GetValue(param) is { Length: > 0 })
            {
                throw new UsageException("--param is of a template", "name it by --template");
            }

            if (
                made is not null
                && command.Options.FirstOrDefault(o =>
                    o != template && o != param && o != repo && parsed.GetResult(o) is { Implicit: false }
                )
                    is { } other
            )
            {
                throw new UsageException(
                    $"{other.Name} is what the template decides",
                    "give its parameters by --param name=value"
                );
            }

            JobKind what = made is not null
                ? KindRules.Of(KindRules.WordOf(made.Request?.Value)) ?? JobKind.RayJob
                : parsed.GetValue(kind) ?? JobKind.RayJob;
            int longest = KindRules.MaxNameLength(what);
            string jobName = ask.For(
                "name",
                parsed.GetValue(name),
                $"of the {KindRules.NounOf(what)}",
                null,
                n =>
                    n.Length <= longest && KubernetesNames.IsDns1035Label(n)
                        ? null
                        : $"lower-case letters, digits and `-`, beginning with a letter, at most {longest} characters"
            );
            string path = $"{RequestPath.Requests}{forTeam}/{jobName}.yaml";
            if (tree.Find(path) is not null)
            {
                throw new UsageException($"`{path}` exists already", "choose another name, or edit that file");
            }

            if (made is not null)
            {
                return Finish(NewFromTemplate.Write(jobName, made, parsed.GetValue(param) ?? [], ask));
            }

            List<(string Key, string Value)> own = [];
            if (what == JobKind.RayCronJob)
            {
                own.Add(
                    (
                        "schedule",
                        ask.For(
                            "schedule",
                            parsed.GetValue(schedule),
                            "minute, hour, day of month, month, day of week",
                            "30 3 * * *",
                            CronSchedule.FaultOf
                        )
                    )
                );
                own.Add(
                    (
                        "timeZone",
                        ask.For(
                            "time-zone",
                            parsed.GetValue(timeZone),
                            "of the schedule, such as Europe/Berlin",
                            "UTC",
                            z => TimeZones.IsKnown(z) ? null : "a name of the time zone database"
                        )
                    )
                );
            }

            if (what == JobKind.RayCluster)
            {
                own.Add(
                    ("lease", ask.For("lease", parsed.GetValue(lease), "how long it is given for", "7d", IsDuration))
                );
            }

            if (what == JobKind.RayService)
            {
                string application = ask.For(
                    "import-path",
                    parsed.GetValue(import),
                    "of the application",
                    "app:app",
                    i => i.Length > 0 ? null : "a module, a colon and a name"
                );
                own.Add(("serve", RequestScaffold.Serve(jobName, application)));
            }

            if (KindRules.HasEntrypoint(what))
            {
                own.Add(
                    (
                        "entrypoint",
                        ask.For(
                            "entrypoint",
                            parsed.GetValue(entrypoint),
                            "the command Ray runs",
                            "python train.py",
                            e => e.Length > 0 ? null : "a command"
                        )
                    )
                );
            }

            string count = ask.For(
                "workers",
                parsed.GetValue(workers)?.ToString(),
                "how many",
                "1",
                w => int.TryParse(w, out int n) && n is >= 0 and <= 10_000 ? null : "a whole number"
            );
            string[] types = [.. policies.Policies.Platform.Gpus.Keys.Order(StringComparer.Ordinal)];
            string each = ask.For(
                "gpus",
                parsed.GetValue(gpus)?.ToString() ?? (parsed.GetValue(gpu) is null ? null : "1"),
                "of each worker",
                "0",
                g => int.TryParse(g, out int n) && n is >= 0 and <= 64 ? null : "a whole number from 0 to 64"
            );
            string? type =
                each == "0" || types.Length == 0
                    ? null
                    : ask.For(
                        "gpu",
                        parsed.GetValue(gpu),
                        $"one of {string.Join(", ", types)}",
                        types[0],
                        g => types.Contains(g, StringComparer.Ordinal) ? null : $"one of {string.Join(", ", types)}"
                    );
            string? limit =
                !KindRules.HasEntrypoint(what) || (each == "0" && parsed.GetValue(timeout) is null)
                    ? null
                    : ask.For("timeout", parsed.GetValue(timeout), "longest run", "6h", IsDuration);
            string first = RequestScaffold.Write(
                new FirstRequest(jobName, count, each)
                {
                    Kind = what,
                    Own = own,
                    Gpu = type,
                    Timeout = limit,
                    Image = parsed.GetValue(image),
                }
            );
            return Finish(first);

            int Finish(string text)
            {
                LintResult result = Evaluate(tree, policies, path, text);
                AtomicFile.Write(Path.Combine(tree.Root, path), text);
                terminal.Out.WriteLine(path);
                if (result.Findings.Count > 0)
                {
                    terminal.Out.Write(
                        TextOutput.Write(new LintReport(result.Findings, 1, ProgramVersion.Text), terminal.Colour)
                    );
                }

                return result.Errors > 0 ? ExitCodes.Findings : ExitCodes.Clean;
            }
        });
        return command;
    }

    private static string? IsDuration(string text) =>
        Duration.TryParse(text, out _) ? null : "a duration such as 90s, 10m, 6h or 2d";

    private static LintResult Evaluate(FolderTree tree, LoadedPolicies policies, string path, string text) =>
        LintCommand.Run(
            new LintInput
            {
                // The working folder as it will be once the file is written.
                Tree = new OverlayTree(
                    tree,
                    new Dictionary<string, byte[]?>(StringComparer.Ordinal) { [path] = Encoding.UTF8.GetBytes(text) }
                ),
                Policies = policies,
                Paths = [path],
            }
        );
}
