using System.IO.Enumeration;
using System.Text;
using Rayquest.JobCli.Console;
using Rayquest.JobEngines.CrossChecks;
using Rayquest.JobEngines.Manifests;
using Rayquest.JobHosts.Files;
using Rayquest.JobLint;
using Rayquest.JobLint.Engine;
using Rayquest.JobLint.Manifests;
using Rayquest.JobLint.Messages;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Repository;
using Rayquest.JobModel.Schemas;
using Rayquest.JobModel.Text;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobCli.Commands;

/// <summary><c>rayquest lint --manifest</c>: plain manifests, as the API server and the operator would evaluate them.</summary>
internal static class ManifestLint
{
    private const string StandardInput = "<stdin>";

    /// <summary>Checks files, folders and <c>-</c> for standard input.</summary>
    public static int Run(
        IReadOnlyList<string> paths,
        string root,
        string format,
        ManifestOptions options,
        IReadOnlyDictionary<string, string> values,
        bool fix,
        Terminal terminal
    )
    {
        if (paths.Count == 0)
        {
            throw new UsageException(
                "`--manifest` checks nothing without a path",
                "give files, folders, or - for standard input"
            );
        }

        if (fix && (values.Count > 0 || paths.Contains("-")))
        {
            throw new UsageException(
                "`--fix` writes files as they are: neither standard input nor with placeholders filled",
                "leave out `--set`, `--env` and `-`"
            );
        }

        Evaluation evaluation = fix ? FixRounds.Run(Found, Apply, terminal) : Found();
        if (evaluation.Passed.Length > 0)
        {
            string[] passed = evaluation.Passed;
            string some = string.Join(", ", passed.Take(5)) + (passed.Length > 5 ? ", …" : "");
            terminal.Error.WriteLine(
                $"passed over {passed.Length:N0} file{(passed.Length == 1 ? "" : "s")} without a manifest: {some}"
            );
        }

        return LintCommand.Print(evaluation.Findings, evaluation.Places.Count, format, terminal);

        Evaluation Found() => Evaluate(paths, root, format, options, values, terminal);
    }

    private static Evaluation Evaluate(
        IReadOnlyList<string> paths,
        string root,
        string format,
        ManifestOptions options,
        IReadOnlyDictionary<string, string> values,
        Terminal terminal
    )
    {
        List<GivenFile> read = [.. Read(paths, terminal)];
        ParsedFile[] parsed = ParallelLoop.Select(
            read,
            options.Parallelism,
            file =>
            {
                FindingBag own = new();
                // GitHub finds files from the repository's root, people from where they stand.
                string shown = format is "sarif" or "github" ? FromRoot(file.Name, root, terminal) : file.Name;
                YamlFile yaml = ManifestFile.Read(shown, Filled(file.Bytes, values), own);
                if (!file.IsNamed && !ManifestFile.IsManifest(yaml))
                {
                    return new ParsedFile(null, []);
                }

                ManifestFile.ReportEmpty(yaml, own);
                return new ParsedFile(yaml, own.Findings);
            }
        );
        string[] passed = [.. read.Where((_, i) => parsed[i].File is null).Select(file => file.Name)];
        YamlFile[] files = [.. parsed.Select(file => file.File).OfType<YamlFile>()];
        Dictionary<SourceText, string> places = [];
        for (int i = 0; i < parsed.Length; i++)
        {
            if (parsed[i].File is { } file)
            {
                places[file.Source] = Path.GetFullPath(read[i].Name, terminal.CurrentFolder);
            }
        }

        FolderTree tree = new(root);
        SeverityPolicy severities = new(PolicyLoader.Load(tree).Policies.Rules);
        Finding[] findings =
        [
            .. ManifestLinter
                .Check(files, options with { Schemas = ClusterSchemas(tree) })
                .Concat(parsed.SelectMany(file => file.Findings)),
        ];
        IEnumerable<Finding> kept = Redaction.Of(findings).Mask(findings).Select(severities.Apply).OfType<Finding>();
        return new Evaluation([.. FrozenManifest.Point(Linter.Sort(kept))], places, passed);
    }

    // What was rendered of a merged request is left as it is: its next run is rendered anew.
    private static int Apply(Evaluation evaluation)
    {
        int total = 0;
        foreach (
            IGrouping<SourceText, Finding> file in evaluation
                .Findings.Where(f => f.Fix is { Safety: FixSafety.Safe })
                .GroupBy(f => f.Span.Source)
        )
        {
            if (
                evaluation.Places.TryGetValue(file.Key, out string? place)
                && JobHeader.Read(Encoding.UTF8.GetBytes(file.Key.Text), out _) is null
            )
            {
                (string text, int applied) = FixApplier.Apply(file.Key, file);
                if (applied > 0)
                {
                    AtomicFile.Write(place, text);
                    total += applied;
                }
            }
        }

        return total;
    }

    // A file named beside its folder is one file.
    private static IEnumerable<GivenFile> Read(IReadOnlyList<string> paths, Terminal terminal)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (string path in paths)
        {
            bool isNamed = path == "-" || !Directory.Exists(Path.GetFullPath(path, terminal.CurrentFolder));
            foreach ((string name, byte[] bytes) in Read(path, terminal))
            {
                if (path == "-" || seen.Add(Path.GetFullPath(name, terminal.CurrentFolder)))
                {
                    yield return new GivenFile(name, bytes, isNamed);
                }
            }
        }
    }

    /// <summary>The values of placeholders: those of a file, and over them those of the command line.</summary>
    public static Dictionary<string, string> Values(string[] given, string? file, Terminal terminal)
    {
        Dictionary<string, string> values = new(StringComparer.Ordinal);
        string[] lines = file is null
            ? []
            : Encoding.UTF8.GetString(Read(file, terminal).First().Bytes).ReplaceLineEndings("\n").Split('\n');
        foreach (string line in lines.Select(l => l.Trim()).Where(l => l.Length > 0 && l[0] != '#').Concat(given))
        {
            int equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1)
            {
                throw new UsageException($"`{line}` sets nothing", "write NAME=value");
            }

            string name = line[..equals].Trim();
            name = name.StartsWith("export ", StringComparison.Ordinal) ? name[7..].Trim() : name;
            values[name] = line[(equals + 1)..].Trim().Trim('"', '\'');
        }

        return values;
    }

    private static ReadOnlySpan<byte> Filled(byte[] bytes, IReadOnlyDictionary<string, string> values) =>
        values.Count == 0
            ? bytes
            : Encoding.UTF8.GetBytes(PlaceholderChecks.Fill(Encoding.UTF8.GetString(bytes), values));

    private static string FromRoot(string path, string root, Terminal terminal)
    {
        if (path == StandardInput)
        {
            return path;
        }

        string full = Path.GetFullPath(path, terminal.CurrentFolder);
        string relative = Path.GetRelativePath(root, full).Replace('\\', '/');
        return relative == ".." || relative.StartsWith("../", StringComparison.Ordinal)
            ? full.Replace('\\', '/')
            : relative;
    }

    /// <summary>The built-in schemas with those of the user's cluster (<c>policies/crds/</c>) over them.</summary>
    internal static SchemaCatalog ClusterSchemas(FolderTree tree)
    {
        ClusterSchemas schemas = JobModel.Schemas.ClusterSchemas.Of(tree);
        return schemas.Faults is [var (path, fault), ..]
            ? throw new UsageException(
                $"`{path}` is not a compact schema ({fault})",
                "write it anew with `rayquest crds pull`, or delete it"
            )
            : schemas.Catalog;
    }

    internal static IEnumerable<(string Path, byte[] Bytes)> Read(string path, Terminal terminal)
    {
        if (path == "-")
        {
            using Stream input = System.Console.OpenStandardInput();
            using MemoryStream copy = new();
            input.CopyTo(copy);
            return [(StandardInput, copy.ToArray())];
        }

        string full = Path.GetFullPath(path, terminal.CurrentFolder);
        if (Directory.Exists(full))
        {
            string[] inside =
            [
                .. Files(full)
                    .Where(f => Path.GetExtension(f) is ".yaml" or ".yml" or ".json")
                    .Order(StringComparer.Ordinal),
            ];
            return inside.Length == 0
                ? throw new UsageException(
                    $"`{path}` holds no .yaml, .yml or .json file",
                    "give files, folders, or - for standard input"
                )
                : inside.Select(f => Named(f, Path.GetRelativePath(terminal.CurrentFolder, f)));
        }

        return File.Exists(full)
            ? [Named(full, path)]
            : throw new UsageException($"there is no file `{path}`", "give files, folders, or - for standard input");
    }

    // Links to files are read, links to folders not followed: they may lead back.
    private static FileSystemEnumerable<string> Files(string folder) =>
        new(
            folder,
            (ref FileSystemEntry entry) => entry.ToFullPath(),
            new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None }
        )
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.IsDirectory,
            ShouldRecursePredicate = (ref FileSystemEntry entry) =>
                !entry.Attributes.HasFlag(FileAttributes.ReparsePoint),
        };

    private static (string Path, byte[] Bytes) Named(string full, string shown)
    {
        try
        {
            return (shown.Replace('\\', '/'), File.ReadAllBytes(full));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new UsageException(
                $"`{shown}` can't be read: {fault.Message}",
                "fix or remove it, or name the files to check"
            );
        }
    }

    private sealed record GivenFile(string Name, byte[] Bytes, bool IsNamed);

    // Without a file where it holds no manifest and wasn't named.
    private sealed record ParsedFile(YamlFile? File, IReadOnlyList<Finding> Findings);

    // What was found, where each text lies on the disk, and the files without a manifest.
    private sealed record Evaluation(
        IReadOnlyList<Finding> Findings,
        IReadOnlyDictionary<SourceText, string> Places,
        string[] Passed
    );
}
