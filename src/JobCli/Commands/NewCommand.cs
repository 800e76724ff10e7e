using System.CommandLine;
using System.Text;
using Rayquest.JobCli.Console;
using Rayquest.JobHosts.Files;
using Rayquest.JobLint;
using Rayquest.JobLint.Engine;
using Rayquest.JobLint.Output;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Quantities;
using Rayquest.JobModel.Repository;
using Rayquest.JobModel.Requests;

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
        Option<string?> entrypoint = new("--entrypoint") { Description = "The command Ray runs." };
        Option<int?> workers = new("--workers") { Description = "How many workers." };
        Option<string?> gpu = new("--gpu") { Description = "GPU type of the workers." };
        Option<int?> gpus = new("--gpus") { Description = "GPUs of each worker." };
        Option<string?> timeout = new("--timeout") { Description = "Longest run, such as 6h." };
        Option<string?> image = new("--image") { Description = "Image alias." };
        Option<string?> repo = RepositoryOption.Option();
        Command command = new(Name, "Write a new request.")
        {
            team,
            name,
            entrypoint,
            workers,
            gpu,
            gpus,
            timeout,
            image,
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
            string jobName = ask.For(
                "name",
                parsed.GetValue(name),
                "of the job",
                null,
                n =>
                    n.Length <= JobRequestFormat.MaxNameLength && KubernetesNames.IsDns1035Label(n)
                        ? null
                        : $"lower-case letters, digits and `-`, beginning with a letter, at most {JobRequestFormat.MaxNameLength} characters"
            );
            string path = $"{RequestPath.Requests}{forTeam}/{jobName}.yaml";
            if (tree.Find(path) is not null)
            {
                throw new UsageException($"`{path}` exists already", "choose another name, or edit that file");
            }

            string run = ask.For(
                "entrypoint",
                parsed.GetValue(entrypoint),
                "the command Ray runs",
                "python train.py",
                e => e.Length > 0 ? null : "a command"
            );
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
                each == "0" && parsed.GetValue(timeout) is null
                    ? null
                    : ask.For(
                        "timeout",
                        parsed.GetValue(timeout),
                        "longest run",
                        "6h",
                        t => Duration.TryParse(t, out _) ? null : "a duration such as 90s, 10m, 6h or 2d"
                    );
            string text = Write(jobName, run, count, each, type, limit, parsed.GetValue(image));
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
        });
        return command;
    }

    private static string Write(
        string name,
        string entrypoint,
        string workers,
        string gpus,
        string? gpu,
        string? timeout,
        string? image
    )
    {
        StringBuilder text = new();
        text.Append("# yaml-language-server: $schema=../../policies/schema/job-request.schema.json\n");
        text.Append($"name: {name}\n");
        if (image is not null)
        {
            text.Append($"image: {YamlText.Scalar(image)}\n");
        }

        text.Append($"entrypoint: {YamlText.Scalar(entrypoint)}\n");
        text.Append($"workers: {{replicas: {workers}");
        if (gpus != "0")
        {
            text.Append(gpu is null ? $", gpus: {gpus}" : $", gpu: {gpu}, gpus: {gpus}");
        }

        text.Append("}\n");
        if (timeout is not null)
        {
            text.Append($"timeout: {timeout}\n");
        }

        return text.ToString();
    }

    private static LintResult Evaluate(FolderTree tree, LoadedPolicies policies, string path, string text) =>
        LintCommand.Run(
            new LintInput
            {
                Tree = new OverlaidTree(tree, path, Encoding.UTF8.GetBytes(text)),
                Policies = policies,
                Paths = [path],
            }
        );

    /// <summary>The working folder as it will be once the file is written.</summary>
    private sealed class OverlaidTree(FolderTree below, string path, byte[] bytes) : IRepositoryTree
    {
        public IReadOnlyList<TreeEntry> List(string folder) => below.List(folder);

        public TreeEntry? Find(string at) =>
            at == path ? new TreeEntry(path, TreeEntryKind.File, bytes.Length) : below.Find(at);

        public ReadOnlyMemory<byte>? Read(string at) => at == path ? bytes : below.Read(at);
    }

    /// <summary>Takes an answer from the command line, or asks for it on a terminal.</summary>
    private sealed class Prompter(Terminal terminal)
    {
        public string For(string what, string? given, string hint, string? preset, Func<string, string?> fault)
        {
            if (given is not null)
            {
                return fault(given) is { } wanted
                    ? throw new UsageException($"`{given}` won't do for {what}", $"wanted: {wanted}")
                    : given;
            }

            if (!terminal.CanAsk)
            {
                return preset
                    ?? throw new UsageException(
                        $"{what} is not given",
                        $"give it on the command line ({hint}); on a terminal it would be asked for"
                    );
            }

            while (true)
            {
                terminal.Error.Write(preset is null ? $"{what} ({hint}): " : $"{what} ({hint}) [{preset}]: ");
                string? answer = terminal.In.ReadLine();
                if (answer is null)
                {
                    throw new OperationCanceledException();
                }

                string value = answer.Trim() is { Length: > 0 } typed ? typed : preset ?? "";
                if (fault(value) is not { } wanted)
                {
                    return value;
                }

                terminal.Error.WriteLine($"  wanted: {wanted}");
            }
        }
    }
}

/// <summary>A text as a scalar of a request file: plain where every YAML reader sees the same, otherwise quoted.</summary>
internal static class YamlText
{
    public static string Scalar(string text)
    {
        bool plain =
            text.Length > 0
            && (char.IsAsciiLetter(text[0]) || text[0] == '/')
            && !text.Contains(": ", StringComparison.Ordinal)
            && !text.Contains(" #", StringComparison.Ordinal)
            && !text.AsSpan().ContainsAnyExceptInRange(' ', '~')
            && text[^1] is not (' ' or ':')
            && JobModel.Yaml.YamlCoreSchema.TrapOf(text) == JobModel.Yaml.YamlTrap.None
            && text is not ("null" or "Null" or "NULL");
        return plain
            ? text
            : $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
    }
}
