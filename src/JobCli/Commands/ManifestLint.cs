using Rayquest.JobCli.Console;
using Rayquest.JobHosts.Files;
using Rayquest.JobLint;
using Rayquest.JobLint.Manifests;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Repository;
using Rayquest.JobModel.Schemas;
using Rayquest.JobModel.Text;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobCli.Commands;

/// <summary><c>rayquest lint --manifest</c>: plain manifests, as the API server and the operator would judge them.</summary>
internal static class ManifestLint
{
    private const string StandardInput = "<stdin>";

    /// <summary>Checks files, folders and <c>-</c> for standard input.</summary>
    public static int Run(
        IReadOnlyList<string> paths,
        string root,
        string format,
        ManifestOptions options,
        Terminal terminal
    )
    {
        if (paths.Count == 0)
        {
            throw new UsageFault(
                "`--manifest` checks nothing without a path",
                "give files, folders, or - for standard input"
            );
        }

        FindingBag bag = new();
        List<(string Path, byte[] Bytes)> sources = [.. paths.SelectMany(path => Read(path, terminal))];
        if (format is "sarif" or "github")
        {
            // GitHub finds files from the repository's root, people from where they stand.
            sources = sources.ConvertAll(s => (FromRoot(s.Path, root, terminal), s.Bytes));
        }

        YamlFile[] files = new YamlFile[sources.Count];
        for (int i = 0; i < files.Length; i++)
        {
            files[i] = YamlReader.Read(sources[i].Path, sources[i].Bytes, YamlLimits.Manifest, bag);
            if (files[i].Documents.Count == 0 && !files[i].IsPartial)
            {
                bag.Add(
                    SyntaxRules.EmptyFile,
                    new SourceSpan(files[i].Source, default),
                    "the file holds no manifest; give one that begins with `apiVersion` and `kind`"
                );
            }
        }

        FolderTree tree = new(root);
        SeverityPolicy severities = new(PolicyLoader.Load(tree).Policies.Rules);
        IEnumerable<Finding> findings = ManifestLinter
            .Check(files, options with { Schemas = ClusterSchemas(tree) })
            .Concat(bag.Findings);
        return LintCommand.Print(
            Linter.Sort(findings.Select(severities.Apply).OfType<Finding>()),
            files.Length,
            format,
            terminal
        );
    }

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
        SchemaCatalog schemas = SchemaCatalog.BuiltIn;
        foreach (TreeEntry entry in tree.List(RequestPath.Policies + "crds/"))
        {
            if (entry.Kind == TreeEntryKind.File && tree.Read(entry.Path) is { } bytes)
            {
                try
                {
                    schemas = schemas.With(SchemaText.Read(System.Text.Encoding.UTF8.GetString(bytes.Span)));
                }
                catch (FormatException fault)
                {
                    throw new UsageFault(
                        $"`{entry.Path}` is no compact schema ({fault.Message})",
                        "write it anew with `rayquest crds pull`, or delete it"
                    );
                }
            }
        }

        return schemas;
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
                .. Directory
                    .EnumerateFiles(full, "*", SearchOption.AllDirectories)
                    .Where(f => Path.GetExtension(f) is ".yaml" or ".yml" or ".json")
                    .Order(StringComparer.Ordinal),
            ];
            return inside.Length == 0
                ? throw new UsageFault(
                    $"`{path}` holds no .yaml, .yml or .json file",
                    "give files, folders, or - for standard input"
                )
                : inside.Select(f =>
                    (Path.GetRelativePath(terminal.CurrentFolder, f).Replace('\\', '/'), File.ReadAllBytes(f))
                );
        }

        return File.Exists(full)
            ? [(path.Replace('\\', '/'), File.ReadAllBytes(full))]
            : throw new UsageFault($"there is no file `{path}`", "give files, folders, or - for standard input");
    }
}
