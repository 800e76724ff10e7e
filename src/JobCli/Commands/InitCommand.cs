using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;
using Rayquest.JobCli.Console;
using Rayquest.JobHosts.Files;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Quantities;
using Rayquest.JobModel.Requests;
using Rayquest.JobScaffold;

namespace Rayquest.JobCli.Commands;

/// <summary><c>rayquest init</c>: writes an organisation's repository, and never over what is there.</summary>
internal sealed partial class InitCommand : IProgramCommand
{
    private static readonly string[] Clouds = ["other", "gke", "eks", "aks", "ack"];

    /// <inheritdoc/>
    public string Name => "init";

    /// <inheritdoc/>
    public IReadOnlyList<(string Line, string Does)> Examples { get; } =
    [
        ("rayquest init ray-jobs", "by questions"),
        (
            "rayquest init ray-jobs --org example --team vision=alice,bob --approver vision=bob --platform-approver dana --scheduler none",
            "without questions"
        ),
        (
            "rayquest init ray-jobs --org example --team llm=li,wang --approver llm=li --platform-approver zhao --cloud ack --gpu h20=4.2 --scheduler volcano --server https://ghe.example.com --runner self-hosted --language zh-CN",
            "on an Enterprise Server"
        ),
    ];

    /// <inheritdoc/>
    public Command Build(Terminal terminal)
    {
        InitOptions options = new();
        Command command = new(
            Name,
            "Write a repository of requests: policies, workflows, examples; never over a file."
        );
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            string folder = Path.GetFullPath(parsed.GetValue(options.Folder) ?? ".", terminal.CurrentFolder);
            RepositoryAnswers answers = new InitQuestions(options, parsed, new Prompter(terminal)).Answers(folder);
            IReadOnlyList<ScaffoldFile> files;
            try
            {
                files = Scaffold.Write(answers);
            }
            catch (ArgumentException fault)
            {
                throw new UsageException(fault.Message, "give another answer");
            }

            int kept = 0;
            foreach (ScaffoldFile file in files)
            {
                string path = Path.Combine(folder, file.Path);
                if (Path.Exists(path))
                {
                    bool same = File.Exists(path) && File.ReadAllText(path).ReplaceLineEndings("\n") == file.Text;
                    kept += same ? 0 : 1;
                    terminal.Out.WriteLine($"{(same ? "same " : "kept ")} {file.Path}");
                }
                else
                {
                    AtomicFile.Write(path, file.Text);
                    terminal.Out.WriteLine($"wrote {file.Path}");
                }
            }

            if (kept > 0)
            {
                terminal.Out.WriteLine(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"\n{kept} file{(kept == 1 ? " was there and is" : "s were there and are")} left as {(kept == 1 ? "it was" : "they were")}: compare with `rayquest init` into an empty folder"
                    )
                );
            }

            terminal.Out.WriteLine("\nLeft to do:");
            int number = 0;
            foreach (ChecklistItem item in Checklist.Of(answers))
            {
                terminal.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{++number, 3}. {item.What}"));
                terminal.Out.WriteLine($"       {item.Command}");
            }

            return ExitCodes.Clean;
        });
        return command;
    }

    /// <summary>The options of <c>init</c>.</summary>
    internal sealed class InitOptions
    {
        public Argument<string?> Folder { get; } =
            new("DIR")
            {
                Description = "Where to write (default: the current folder).",
                Arity = ArgumentArity.ZeroOrOne,
            };

        public Option<string?> Organization { get; } =
            new("--org") { Description = "The owner of the repository on GitHub.", HelpName = "NAME" };

        public Option<string?> Repository { get; } =
            new("--repository") { Description = "Its name (default: the folder's).", HelpName = "NAME" };

        public Option<string[]> Team { get; } =
            new("--team") { Description = "A team and its members; repeat it.", HelpName = "TEAM=LOGIN,LOGIN" };

        public Option<string[]> Approver { get; } =
            new("--approver") { Description = "Who may approve for a team; repeat it.", HelpName = "TEAM=LOGIN,LOGIN" };

        public Option<string[]> PlatformApprover { get; } =
            new("--platform-approver") { Description = "Who may approve for any team; repeat it.", HelpName = "LOGIN" };

        public Option<string?> PlatformTeam { get; } =
            new("--platform-team")
            {
                Description = "Who owns policies and workflows (default: the platform approvers).",
                HelpName = "ORG/TEAM",
            };

        public Option<string?> Scheduler { get; } =
            new("--scheduler")
            {
                Description = $"{string.Join(", ", PolicyFormat.Schedulers.Select(s => s.Word))}.",
                HelpName = "NAME",
            };

        public Option<string[]> Gpu { get; } =
            new("--gpu")
            {
                Description =
                    $"A GPU type, and what one costs an hour; repeat it. Known: {string.Join(", ", GpuCatalogue.All.Select(gpu => gpu.Type))}.",
                HelpName = "TYPE[=PRICE]",
            };

        public Option<string?> Cloud { get; } =
            new("--cloud")
            {
                Description = "Whose node labels: other (NVIDIA's own), gke, eks, aks or ack.",
                HelpName = "NAME",
            };

        public Option<string[]> Kind { get; } =
            new("--kind")
            {
                Description = $"A kind to write an example of; repeat it: {string.Join(", ", Scaffold.Kinds)}.",
                HelpName = "KIND",
            };

        public Option<string?> Namespace { get; } =
            new("--namespace") { Description = "A team's namespace (default: ray-{team}).", HelpName = "PATTERN" };

        public Option<string[]> Queue { get; } =
            new("--queue")
            {
                Description = "A team's queue, where it isn't called as the team is; repeat it.",
                HelpName = "TEAM=NAME",
            };

        public Option<string[]> Runner { get; } =
            new("--runner")
            {
                Description = "A label of the runners (default: ubuntu-latest); repeat it.",
                HelpName = "LABEL",
            };

        public Option<string?> Server { get; } =
            new("--server") { Description = "GitHub's address (default: https://github.com).", HelpName = "URL" };

        public Option<string?> ArgoCdNamespace { get; } =
            new("--argocd-namespace") { Description = "Where Argo CD runs (default: argocd).", HelpName = "NAME" };

        public Option<string[]> Keep { get; } =
            new("--argocd-keep")
            {
                Description =
                    "What of an Argo CD that is there is left alone: settings, namespaces or queues; repeat it.",
                HelpName = "PART",
            };

        public Option<string?> Language { get; } =
            new("--language") { Description = "Of the comments: en or zh-CN.", HelpName = "LANGUAGE" };

        public Option<string?> Action { get; } =
            new("--action")
            {
                Description = "The action that workflows use (default: ORG/rayquest at a commit to fill in).",
                HelpName = "OWNER/NAME@SHA",
            };

        public void AddTo(Command command)
        {
            command.Arguments.Add(Folder);
            foreach (
                Option option in new Option[]
                {
                    Organization,
                    Repository,
                    Team,
                    Approver,
                    PlatformApprover,
                    PlatformTeam,
                    Scheduler,
                    Gpu,
                    Cloud,
                    Kind,
                    Namespace,
                    Queue,
                    Runner,
                    Server,
                    ArgoCdNamespace,
                    Keep,
                    Language,
                    Action,
                }
            )
            {
                command.Options.Add(option);
            }
        }
    }

    /// <summary>Takes the answers from the options, and asks for what isn't given.</summary>
    private sealed class InitQuestions(InitOptions options, ParseResult parsed, Prompter ask)
    {
        public RepositoryAnswers Answers(string folder)
        {
            string? named = parsed.GetValue(options.Repository);
            string fromFolder = Path.GetFileName(folder.TrimEnd(Path.DirectorySeparatorChar));
            string organization = ask.For(
                "org",
                parsed.GetValue(options.Organization),
                "--org, the owner of the repository on GitHub",
                null,
                Login
            );
            string repository = ask.For(
                "repository",
                named,
                "--repository, its name",
                RepositoryName().IsMatch(fromFolder) ? fromFolder : "ray-jobs",
                name => RepositoryName().IsMatch(name) ? null : "letters, digits, `.`, `_` and `-`"
            );
            string server = ask.For(
                "server",
                parsed.GetValue(options.Server),
                "--server, GitHub's address",
                "https://github.com",
                text =>
                    Uri.TryCreate(text, UriKind.Absolute, out Uri? url)
                    && url.Scheme == Uri.UriSchemeHttps
                    && url.AbsolutePath == "/"
                        ? null
                        : "an address such as https://github.example.com"
            );
            IReadOnlyList<TeamAnswer> teams = Teams();
            string[] approvers = List(
                "platform-approver",
                parsed.GetValue(options.PlatformApprover),
                "--platform-approver, who may approve for any team",
                null,
                Login
            );
            string scheduler = ask.For(
                "scheduler",
                parsed.GetValue(options.Scheduler),
                $"--scheduler, one of {string.Join(", ", PolicyFormat.Schedulers.Select(s => s.Word))}",
                "none",
                word => OneOf(word, PolicyFormat.Schedulers.Select(s => s.Word))
            );
            string cloud = ask.For(
                "cloud",
                parsed.GetValue(options.Cloud),
                $"--cloud, whose node labels: {string.Join(", ", Clouds)}",
                "other",
                word => OneOf(word, Clouds)
            );
            string[] gpus = List(
                "gpu",
                parsed.GetValue(options.Gpu),
                $"--gpu, of {string.Join(", ", GpuCatalogue.All.Select(gpu => gpu.Type))}, as TYPE or TYPE=PRICE",
                "",
                Gpu
            );
            string[] runners = List(
                "runner",
                parsed.GetValue(options.Runner),
                "--runner, the labels of the runners",
                "ubuntu-latest",
                label => RepositoryName().IsMatch(label) ? null : "letters, digits, `.`, `_` and `-`"
            );
            return new RepositoryAnswers
            {
                Organization = organization,
                Repository = repository,
                Server = new Uri(server),
                Teams = teams,
                PlatformApprovers = approvers,
                Owners = parsed.GetValue(options.PlatformTeam) is { } owner
                    ? ["@" + Checked("platform-team", owner, Owner)]
                    : [.. approvers.Select(login => "@" + login)],
                Scheduler = PolicyFormat.Schedulers.First(s => s.Word == scheduler).Kind,
                Cloud = (Cloud)Array.IndexOf(Clouds, cloud),
                Gpus = [.. gpus.Select(Parsed)],
                Kinds =
                [
                    .. (parsed.GetValue(options.Kind) is { Length: > 0 } kinds ? kinds : [nameof(JobKind.RayJob)])
                        .Select(kind =>
                            Scaffold.Kinds.First(known =>
                                Checked("kind", kind, word => OneOf(word, Scaffold.Kinds.Select(k => k.ToString())))
                                == known.ToString()
                            )
                        )
                        .Distinct(),
                ],
                Namespace = Checked(
                    "namespace",
                    parsed.GetValue(options.Namespace) ?? "ray-{team}",
                    pattern =>
                        pattern.Contains("{team}", StringComparison.Ordinal)
                        && KubernetesNames.IsDns1123Label(pattern.Replace("{team}", "team", StringComparison.Ordinal))
                            ? null
                            : "a name with `{team}` in it, such as ray-{team}"
                ),
                Runners = runners,
                ArgoCdNamespace = Checked(
                    "argocd-namespace",
                    parsed.GetValue(options.ArgoCdNamespace) ?? "argocd",
                    name => KubernetesNames.IsDns1123Label(name) ? null : "a namespace's name"
                ),
                Kept = (parsed.GetValue(options.Keep) ?? []).Aggregate(
                    KeptOfArgoCd.None,
                    (kept, part) =>
                        kept
                        | Checked("argocd-keep", part, word => OneOf(word, ["settings", "namespaces", "queues"])) switch
                        {
                            "settings" => KeptOfArgoCd.Settings,
                            "queues" => KeptOfArgoCd.Queues,
                            _ => KeptOfArgoCd.Namespaces,
                        }
                ),
                Language = Checked(
                    "language",
                    parsed.GetValue(options.Language) ?? "en",
                    word => OneOf(word, [.. Rayquest.JobModel.Languages.Language.Names])
                ),
                Action = parsed.GetValue(options.Action) is { } action
                    ? Reference(action)
                    : new ActionReference($"{organization}/rayquest", ActionReference.Unknown, ProgramVersion.Text),
            };
        }

        private List<TeamAnswer> Teams()
        {
            string[]? given = parsed.GetValue(options.Team);
            Dictionary<string, string[]> approvers = ByTeam("approver", parsed.GetValue(options.Approver));
            Dictionary<string, string[]> queues = ByTeam("queue", parsed.GetValue(options.Queue));
            if (given is not { Length: > 0 })
            {
                string[] names = List("team", null, "--team TEAM=LOGIN,LOGIN; the teams' names", null, Team);
                given =
                [
                    .. names.Select(name =>
                        $"{name}={string.Join(',', List($"members of {name}", null, "GitHub logins", null, Login))}"
                    ),
                ];
                foreach (string name in names.Where(name => !approvers.ContainsKey(name)))
                {
                    approvers[name] = List($"approvers of {name}", null, "GitHub logins", "", Login);
                }
            }

            Dictionary<string, string[]> members = ByTeam("team", given);
            foreach (string stranger in approvers.Keys.Concat(queues.Keys).Where(team => !members.ContainsKey(team)))
            {
                throw new UsageException(
                    $"there is no team `{stranger}`{DidYouMean.Phrase(stranger, members.Keys)}",
                    $"the teams are {string.Join(", ", members.Keys)}"
                );
            }

            return
            [
                .. members.Select(team => new TeamAnswer(
                    team.Key,
                    team.Value,
                    approvers.GetValueOrDefault(team.Key) ?? [],
                    queues.GetValueOrDefault(team.Key)?.FirstOrDefault()
                )),
            ];
        }

        // TEAM=NAME,NAME, each team once or several times.
        private static Dictionary<string, string[]> ByTeam(string what, string[]? texts)
        {
            Dictionary<string, string[]> all = new(StringComparer.Ordinal);
            foreach (string text in texts ?? [])
            {
                string[] parts = text.Split('=', 2);
                string team = Checked(what, parts[0], Team);
                string[] names =
                [
                    .. (parts.Length == 2 ? parts[1] : "")
                        .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                        .Select(name => Checked(what, name, Login)),
                ];
                all[team] =
                    names.Length == 0
                        ? throw new UsageException($"`{text}` won't do for {what}", $"wanted: {team}=NAME,NAME")
                        : [.. all.GetValueOrDefault(team) ?? [], .. names];
            }

            return all;
        }

        private string[] List(string what, string[]? given, string hint, string? preset, Func<string, string?> fault) =>
            given is { Length: > 0 }
                ?
                [
                    .. given
                        .SelectMany(item => item.Split(','))
                        .Select(item => Checked(what, item.Trim().TrimStart('@'), fault)),
                ]
            : ask.For(
                what,
                null,
                $"{hint}; several with commas between",
                preset,
                text =>
                    Items(text) is { Length: > 0 } items ? items.Select(fault).FirstOrDefault(f => f is not null)
                    : preset is "" ? null
                    : "one at least"
            )
                is var answer
                ? Items(answer)
            : [];

        private static string[] Items(string text) =>
            text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

        private static string Checked(string what, string given, Func<string, string?> fault) =>
            fault(given) is { } wanted
                ? throw new UsageException($"`{given}` won't do for {what}", $"wanted: {wanted}")
                : given;

        private static string? Login(string text) =>
            KubernetesNames.IsGitHubLogin(text) ? null : "a login as GitHub has them: letters, digits, `-` and `_`";

        private static string? Owner(string text) => OwnerText().IsMatch(text) ? null : "a login, or organization/team";

        private static string? Team(string text) =>
            KubernetesNames.IsDns1035Label(text) && text != QuotasPolicy.DefaultTeam
                ? null
                : "lower-case letters, digits and `-`, beginning with a letter, and not `default`";

        private static string? OneOf(string word, IEnumerable<string> known) =>
            known.Contains(word, StringComparer.Ordinal) ? null : $"one of {string.Join(", ", known)}";

        private static string? Gpu(string text)
        {
            string[] parts = text.Split('=', 2);
            return GpuCatalogue.Find(parts[0]) is null
                    ? $"one of {string.Join(", ", GpuCatalogue.All.Select(gpu => gpu.Type))}{DidYouMean.Phrase(parts[0], GpuCatalogue.All.Select(gpu => gpu.Type))}"
                : parts.Length == 2 && Price(parts[1]) is null ? "a price such as 2.93"
                : null;
        }

        private static GpuAnswer Parsed(string text)
        {
            string[] parts = text.Split('=', 2);
            return new GpuAnswer(GpuCatalogue.Find(parts[0])!, parts.Length == 2 ? Price(parts[1]) : null);
        }

        private static decimal? Price(string text) =>
            decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal price)
                ? price
                : null;

        private static ActionReference Reference(string text) =>
            ActionText().Match(text) is { Success: true } match
                ? new ActionReference(
                    match.Groups[1].Value,
                    match.Groups[2].Value,
                    match.Groups[3].Success ? match.Groups[3].Value : ProgramVersion.Text
                )
                : throw new UsageException(
                    $"`{text}` won't do for action",
                    "wanted: OWNER/NAME@SHA with the full commit id, and #VERSION behind it where that isn't this program's"
                );
    }

    [GeneratedRegex("^[A-Za-z0-9._-]{1,100}$", RegexOptions.NonBacktracking)]
    private static partial Regex RepositoryName();

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9_-]{0,38}(/[A-Za-z0-9._-]+)?$", RegexOptions.NonBacktracking)]
    private static partial Regex OwnerText();

    [GeneratedRegex(
        "^([A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+)@([0-9a-f]{40})(?:#v?([0-9][0-9A-Za-z.-]*))?$",
        RegexOptions.NonBacktracking
    )]
    private static partial Regex ActionText();
}
