using System.Reflection;
using System.Text;
using Rayquest.JobModel.Fields;
using Rayquest.JobModel.Formats;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Repository;
using Rayquest.JobModel.Requests;
using Rayquest.JobReport.Argo;
using Scriban;
using Scriban.Parsing;
using Scriban.Runtime;

namespace Rayquest.JobScaffold;

/// <summary>One file of a new repository.</summary>
/// <param name="Path">Its path in the repository, with <c>/</c>.</param>
public sealed record ScaffoldFile(string Path, string Text);

/// <summary>Writes an organisation's repository from its answers: the same answers give the same bytes.</summary>
public static class Scaffold
{
    private const string Prefix = "scaffold/";
    private const string Suffix = ".scriban";

    // A dot in front would hide the templates from people who look for them.
    private static readonly (string Template, string Path)[] Hidden =
    [
        ("github/", ".github/"),
        ("gitattributes", ".gitattributes"),
    ];

    private static readonly Dictionary<JobKind, string> Examples = new()
    {
        [JobKind.RayJob] = "examples/ray-job.yaml",
        [JobKind.RayCluster] = "examples/ray-cluster.yaml",
        [JobKind.RayService] = "examples/ray-service.yaml",
        [JobKind.RayCronJob] = "examples/ray-cron-job.yaml",
    };

    /// <summary>The kinds of request there is an example of.</summary>
    public static IReadOnlyList<JobKind> Kinds { get; } = [.. Examples.Keys];

    /// <summary>All files, by path.</summary>
    /// <exception cref="ArgumentException">An answer can't stand in one of the files.</exception>
    public static IReadOnlyList<ScaffoldFile> Write(RepositoryAnswers answers)
    {
        ArgumentNullException.ThrowIfNull(answers);
        RefuseRunsWithoutQueue(answers);
        List<ScaffoldFile> files =
        [
            .. Templates()
                .Where(template => IsWanted(template.Path, answers))
                .Select(template => Render(template, answers)),
            .. SchemaDocument.All.Select(schema => new ScaffoldFile(
                $"policies/schema/{schema.FileName}",
                schema.Write()
            )),
        ];
        MemoryTree tree = new(
            files.ToDictionary(file => file.Path, file => Encoding.UTF8.GetBytes(file.Text), StringComparer.Ordinal)
        );
        PolicySet policies = PolicyLoader.Load(tree).Policies;
        files.AddRange(
            ArgoBundle
                .Render(policies.Platform, policies.Quotas)
                .Select(file => new ScaffoldFile(file.Path, Encoding.UTF8.GetString(file.Bytes)))
        );
        return [.. files.OrderBy(file => file.Path, StringComparer.Ordinal)];
    }

    /// <summary>The workflow files alone, by path.</summary>
    public static IReadOnlyList<ScaffoldFile> Workflows(RepositoryAnswers answers) =>
        [
            .. Templates()
                .Where(template => template.Path.StartsWith(".github/workflows/", StringComparison.Ordinal))
                .Select(template => Render(template, answers)),
        ];

    // An example that the repository's own check refuses (RQ4622) would be none.
    private static void RefuseRunsWithoutQueue(RepositoryAnswers answers)
    {
        if (!answers.Kinds.Contains(JobKind.RayCronJob) || answers.Scheduler == SchedulerKind.None)
        {
            return;
        }

        string scheduler = PolicyFormat.Schedulers.First(pair => pair.Kind == answers.Scheduler).Word;
        if (answers.Scheduler != SchedulerKind.Kueue)
        {
            throw new ArgumentException(
                $"the runs of a RayCronJob carry no queue, so {scheduler} doesn't schedule them as a team's; leave out `--kind RayCronJob`"
            );
        }

        if (answers.Teams.All(team => team.Queue != "default"))
        {
            throw new ArgumentException(
                "the runs of a RayCronJob carry no queue, so Kueue takes them only where the team's LocalQueue is called `default`; say `--queue TEAM=default`, or leave out `--kind RayCronJob`"
            );
        }
    }

    private static bool IsWanted(string path, RepositoryAnswers answers) =>
        !path.StartsWith("examples/", StringComparison.Ordinal)
        || answers.Kinds.Any(kind => Examples.TryGetValue(kind, out string? example) && example == path);

    private static IEnumerable<(string Path, string Text)> Templates()
    {
        Assembly assembly = typeof(Scaffold).Assembly;
        foreach (
            string name in assembly
                .GetManifestResourceNames()
                .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
        )
        {
            using StreamReader reader = new(assembly.GetManifestResourceStream(name)!);
            string path = name[Prefix.Length..^Suffix.Length].Replace('\\', '/');
            foreach ((string template, string hidden) in Hidden)
            {
                path = path.StartsWith(template, StringComparison.Ordinal) ? hidden + path[template.Length..] : path;
            }

            yield return (path, reader.ReadToEnd().ReplaceLineEndings("\n"));
        }
    }

    private static ScaffoldFile Render((string Path, string Text) template, RepositoryAnswers answers)
    {
        Template parsed = Template.Parse(template.Text, template.Path);
        if (parsed.HasErrors)
        {
            throw new InvalidOperationException($"{template.Path}: {parsed.Messages[0].Message}");
        }

        EscapingContext context = new(KindOf(template.Path)) { StrictVariables = true, NewLine = "\n" };
        context.PushGlobal(Values(answers));
        return new ScaffoldFile(template.Path, parsed.Render(context));
    }

    private static FileKind KindOf(string path) =>
        System.IO.Path.GetExtension(path) switch
        {
            ".yaml" or ".yml" => FileKind.Yaml,
            ".json" => FileKind.Json,
            ".md" => FileKind.Markdown,
            _ => FileKind.Words,
        };

    private static ScriptObject Values(RepositoryAnswers answers)
    {
        string server = answers.Server.GetLeftPart(UriPartial.Authority);
        return new ScriptObject
        {
            ["organization"] = new PlainWord(answers.Organization),
            ["repository"] = new PlainWord(answers.Repository),
            ["repository_url"] = $"{server}/{answers.Organization}/{answers.Repository}.git",
            ["server"] = new PlainWord(server),
            ["namespace"] = answers.Namespace,
            ["scheduler"] = PolicyFormat.Schedulers.First(pair => pair.Kind == answers.Scheduler).Word,
            ["has_schedules"] = answers.Kinds.Contains(JobKind.RayCronJob),
            ["queues"] = Array(
                answers
                    .Teams.Where(team => team.Queue is not null)
                    .Select(team => new ScriptObject { ["team"] = team.Name, ["name"] = team.Queue })
            ),
            ["gpus"] = Array(answers.Gpus.Select(gpu => Gpu(gpu, answers.Cloud))),
            ["few_gpus"] = new NumberMap([.. answers.Gpus.Select(gpu => (gpu.Entry.Type, 4))]),
            ["more_gpus"] = new NumberMap([.. answers.Gpus.Select(gpu => (gpu.Entry.Type, 8))]),
            ["approvers"] = new TextList(answers.PlatformApprovers),
            ["owners"] = new TextList(answers.Owners),
            ["teams"] = Array(
                answers.Teams.Select(team => new ScriptObject
                {
                    ["name"] = new PlainWord(team.Name),
                    ["members"] = new TextList(team.Members),
                    ["approvers"] = new TextList(team.Approvers),
                })
            ),
            ["language"] = answers.Language,
            ["argocd"] = new ScriptObject
            {
                ["namespace"] = answers.ArgoCdNamespace,
                ["keep_settings"] = answers.Kept.HasFlag(KeptOfArgoCd.Settings),
                ["keep_namespaces"] = answers.Kept.HasFlag(KeptOfArgoCd.Namespaces),
                ["keep_queues"] = answers.Kept.HasFlag(KeptOfArgoCd.Queues),
            },
            ["hosted"] = answers.IsHosted,
            ["runner"] = answers.Runners is [var only] ? only : new TextList(answers.Runners),
            ["runner_label"] = new PlainWord(answers.Runners[0]),
            ["action"] = new ScriptObject
            {
                ["name"] = answers.Action.Name,
                ["uses"] = new PlainWord($"{answers.Action.Name}@{answers.Action.Commit}"),
                ["version"] = new PlainWord(answers.Action.Version),
            },
            ["kinds"] = Array(
                answers.Kinds.Where(Examples.ContainsKey).Select(kind => (object)new PlainWord(Examples[kind]))
            ),
        };
    }

    private static ScriptObject Gpu(GpuAnswer gpu, Cloud cloud)
    {
        (string key, string value) = gpu.Entry.Label(cloud);
        return new ScriptObject
        {
            ["type"] = gpu.Entry.Type,
            ["label"] = key,
            ["value"] = value,
            ["price"] = gpu.PricePerHour,
        };
    }

    private static ScriptArray Array(IEnumerable<object> items) => new(items);

    // The built-in functions of the engine are found by reflection, which native code lacks: there are none, and every
    // value is written by us, in the way of the file it goes into.
    private sealed class EscapingContext(FileKind kind) : TemplateContext(new ScriptObject())
    {
        public override TemplateContext Write(SourceSpan span, object? textAsObject)
        {
            Write(ScaffoldValue.Write(textAsObject, kind));
            return this;
        }
    }
}
