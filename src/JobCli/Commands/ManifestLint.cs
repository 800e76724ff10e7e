using Rayquest.JobCli.Console;
using Rayquest.JobModel.Diagnostics;

namespace Rayquest.JobCli.Commands;

/// <summary><c>rayquest lint --manifest</c>: plain manifests, as the API server and the operator would judge them.</summary>
internal static class ManifestLint
{
    /// <summary>Checks files, folders and <c>-</c> for standard input.</summary>
    public static int Run(IReadOnlyList<string> paths, string root, string format, Terminal terminal)
    {
        _ = root;
        if (paths.Count == 0)
        {
            throw new UsageFault("`--manifest` checks nothing without a path", "give files, folders, or - for standard input");
        }

        List<(string Path, byte[] Bytes)> files = [];
        foreach (string path in paths)
        {
            files.AddRange(Read(path, terminal));
        }

        List<Finding> findings = [];
        return LintCommand.Print(findings, files.Count, format, terminal);
    }

    private static IEnumerable<(string Path, byte[] Bytes)> Read(string path, Terminal terminal)
    {
        if (path == "-")
        {
            using Stream input = System.Console.OpenStandardInput();
            using MemoryStream copy = new();
            input.CopyTo(copy);
            return [("<stdin>", copy.ToArray())];
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
                ? throw new UsageFault($"`{path}` holds no .yaml, .yml or .json file", "give files, folders, or - for standard input")
                : inside.Select(f => (Path.GetRelativePath(terminal.CurrentFolder, f).Replace('\\', '/'), File.ReadAllBytes(f)));
        }

        return File.Exists(full)
            ? [(path.Replace('\\', '/'), File.ReadAllBytes(full))]
            : throw new UsageFault($"there is no file `{path}`", "give files, folders, or - for standard input");
    }
}
