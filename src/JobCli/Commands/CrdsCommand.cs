using System.CommandLine;
using System.Text;
using System.Text.Json;
using Rayquest.JobCli.Console;
using Rayquest.JobHosts.Cluster;
using Rayquest.JobHosts.Files;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Schemas;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobCli.Commands;

/// <summary><c>rayquest crds pull</c>: the cluster's own schemas of what we render, in the compact form, for offline checks.</summary>
internal sealed class CrdsCommand : IProgramCommand
{
    /// <inheritdoc/>
    public string Name => "crds";

    private static readonly string[] Groups = ["ray.io", "batch.volcano.sh", "scheduling.volcano.sh", "kueue.x-k8s.io"];
    private static readonly ClusterResource Definitions = new(
        "apiextensions.k8s.io",
        "v1",
        "customresourcedefinitions",
        "CustomResourceDefinition"
    );

    /// <inheritdoc/>
    public IReadOnlyList<(string Line, string Does)> Examples { get; } =
    [
        ("rayquest crds pull", "write policies/crds/ from the cluster of the current context"),
        ("rayquest crds pull --context prod", "from another"),
    ];

    /// <inheritdoc/>
    public Command Build(Terminal terminal)
    {
        Option<string?> repo = RepositoryOption.Option();
        ClusterOptions cluster = new();
        Command pull = new("pull", "Write the cluster's schemas of Ray, Volcano and Kueue kinds to policies/crds/.")
        {
            repo,
        };
        cluster.AddTo(pull);
        pull.SetAction(parsed =>
        {
            string root = RepositoryOption.Root(parsed.GetValue(repo), terminal);
            KubectlCluster kubectl = new(
                new KubectlOptions
                {
                    Kubeconfig = parsed.GetValue(cluster.Kubeconfig),
                    Context = parsed.GetValue(cluster.Context),
                }
            );
            IReadOnlyList<Definition> found = kubectl.List(Definitions, null, "", Read);
            if (found.Count == 0)
            {
                throw new UsageException(
                    "the cluster has no CustomResourceDefinition of Ray, Volcano or Kueue",
                    "install KubeRay first, or name another context"
                );
            }

            foreach (
                IGrouping<string, Definition> group in found
                    .GroupBy(d => d.Group)
                    .OrderBy(g => g.Key, StringComparer.Ordinal)
            )
            {
                FindingBag findings = new();
                IEnumerable<YamlNode> documents = group
                    .OrderBy(d => d.Name, StringComparer.Ordinal)
                    .SelectMany(d => YamlReader.Read(d.Name, d.Json, YamlLimits.Manifest, findings).Documents);
                string path = $"policies/crds/{group.Key}.schema";
                AtomicFile.Write(Path.Combine(root, path), SchemaText.Write(new CrdReader().Read(documents)));
                terminal.Out.WriteLine($"{path}  ({group.Count()} kind{(group.Count() == 1 ? "" : "s")})");
            }

            return ExitCodes.Clean;
        });
        return new Command(Name, "Work with the schemas of the cluster's own CustomResourceDefinitions.") { pull };
    }

    private static Definition? Read(JsonElement item)
    {
        string group = item.GetProperty("spec").GetProperty("group").GetString() ?? "";
        return Groups.Contains(group, StringComparer.Ordinal)
            ? new Definition(
                item.GetProperty("metadata").GetProperty("name").GetString() ?? "",
                group,
                Encoding.UTF8.GetBytes(WithKind(item))
            )
            : null;
    }

    // Items of a list carry no kind of their own.
    private static string WithKind(JsonElement item)
    {
        string text = item.GetRawText();
        return item.TryGetProperty("kind", out _)
            ? text
            : "{\"kind\":\"CustomResourceDefinition\"," + text.TrimStart()[1..];
    }

    private sealed record Definition(string Name, string Group, byte[] Json);
}
