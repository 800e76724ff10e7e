using System.CommandLine;
using System.Text;
using Rayquest.JobCli.Console;
using Rayquest.JobHosts.Files;
using Rayquest.JobLint.Manifests;
using Rayquest.JobLint.Output;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Quantities;
using Rayquest.JobModel.Repository;
using Rayquest.JobModel.Yaml;
using Rayquest.JobRender.Import;

namespace Rayquest.JobCli.Commands;

/// <summary><c>rayquest import</c>: an existing RayJob, RayCluster, RayService or RayCronJob becomes a request; what it can't say is told.</summary>
internal sealed class ImportCommand : IProgramCommand
{
    /// <inheritdoc/>
    public string Name => "import";

    /// <inheritdoc/>
    public IReadOnlyList<(string Line, string Does)> Examples { get; } =
    [
        ("rayquest import rayjob.yaml", "print the request"),
        ("rayquest import rayjob.yaml --team vision", "write it to jobs-requests/vision/, code files beside it"),
        ("kubectl get rayjob train -o yaml | rayquest import -", "from a cluster"),
    ];

    /// <inheritdoc/>
    public Command Build(Terminal terminal)
    {
        Argument<string> file = new("FILE")
        {
            Description = "A manifest with a RayJob, RayCluster, RayService or RayCronJob, or - for standard input.",
        };
        Option<string?> team = new("--team")
        {
            Description = "Write the request for this team instead of printing it.",
        };
        Option<string?> repo = RepositoryOption.Option();
        Command command = new(Name, "Turn an existing RayJob, RayCluster, RayService or RayCronJob into a request.")
        {
            file,
            team,
            repo,
        };
        command.SetAction(parsed =>
        {
            FolderTree tree = new(RepositoryOption.RootOrHere(parsed.GetValue(repo), terminal));
            LoadedPolicies policies = PolicyLoader.Load(tree);
            (string path, byte[] bytes) = ManifestLint.Read(parsed.GetValue(file)!, terminal).First();
            FindingBag findings = new();
            YamlFile manifest = ManifestFile.Read(path, bytes, findings);
            if (findings.HasErrors)
            {
                return LintCommand.Print(findings.Findings, 1, "text", terminal);
            }

            IReadOnlyList<ImportedRequest> all = ManifestImport.ImportAll(manifest, policies.Policies);
            if (all.Count == 0)
            {
                throw new UsageException(
                    $"`{path}` holds no RayJob, RayCluster, RayService or RayCronJob",
                    "import takes a manifest of kind RayJob, RayCluster, RayService or RayCronJob, `apiVersion: ray.io/v1`"
                );
            }

            if (parsed.GetValue(team) is not { } forTeam)
            {
                terminal.Out.Write(string.Join("---\n", all.Select(i => i.Text)));
            }
            else
            {
                Write(all, forTeam, tree, terminal);
            }

            foreach (
                LeftBehind left in all.SelectMany(i => ManifestImport.BySubject(i.LeftBehind))
                    .Concat(ManifestImport.OthersOf(manifest))
            )
            {
                terminal.Error.WriteLine(
                    $"{TerminalText.Line(path)}:{left.Span.Start.Line}: not carried over: {TerminalText.Line(left.Path)}: {TerminalText.Line(left.Why)}"
                );
            }

            return ExitCodes.Clean;
        });
        return command;
    }

    private static void Write(IReadOnlyList<ImportedRequest> all, string team, FolderTree tree, Terminal terminal)
    {
        if (!KubernetesNames.IsDns1035Label(team))
        {
            throw new UsageException(
                $"`{team}` is not a team",
                "lower-case letters, digits and `-`, beginning with a letter"
            );
        }

        string folder = $"{RequestPath.Requests}{team}/";
        (string Path, byte[] Bytes)[] files =
        [
            .. all.Select(i => ($"{folder}{i.Name}.yaml", Encoding.UTF8.GetBytes(i.Text))),
            .. all.SelectMany(i => i.Files).Select(f => (folder + f.Key, Encoding.UTF8.GetBytes(f.Value))),
        ];
        foreach ((string path, _) in files)
        {
            if (tree.Find(path) is not null)
            {
                throw new UsageException($"`{path}` exists already", "rename or remove it first; nothing was written");
            }
        }

        foreach ((string path, byte[] bytes) in files)
        {
            AtomicFile.Write(Path.Combine(tree.Root, path), bytes);
            terminal.Out.WriteLine(path);
        }
    }
}
