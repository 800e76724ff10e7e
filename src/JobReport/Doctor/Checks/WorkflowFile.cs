using System.Text;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobReport.Doctor.Checks;

/// <summary>One job of a workflow, as far as credentials are concerned.</summary>
/// <param name="Environment">The deployment environment it names; null for none.</param>
/// <param name="Text">Every text in it.</param>
/// <param name="Runners">What it asks to be run on.</param>
/// <param name="Checkouts">The references of its checkouts; an empty one is the event's own.</param>
internal sealed record WorkflowJob(
    string Name,
    string? Environment,
    IReadOnlyList<string> Text,
    IReadOnlyList<string> Runners,
    IReadOnlyList<string> Checkouts
)
{
    /// <summary>Whether it reads one of these secrets, by either spelling.</summary>
    public bool Reads(IEnumerable<string> secrets) =>
        secrets.Any(secret =>
            Text.Any(text =>
                text.Contains("secrets", StringComparison.OrdinalIgnoreCase)
                && text.Contains(secret, StringComparison.OrdinalIgnoreCase)
            )
        );
}

/// <summary>A workflow file, read leniently: what GitHub would refuse runs nowhere.</summary>
internal sealed record WorkflowFile(string Path, IReadOnlyList<WorkflowJob> Jobs)
{
    /// <summary>Reads a file; one that isn't YAML has no jobs.</summary>
    public static WorkflowFile Read(string path, string text)
    {
        YamlFile file = YamlReader.Read(path, Encoding.UTF8.GetBytes(text), YamlLimits.Manifest, new FindingBag());
        return new WorkflowFile(
            path,
            file.Root is YamlMapping { } root && root["jobs"] is YamlMapping jobs
                ? [.. jobs.Entries.Select(entry => Job(entry.Key.Value, entry.Value, root))]
                : []
        );
    }

    private static WorkflowJob Job(string name, YamlNode node, YamlMapping root) =>
        new(
            name,
            node is YamlMapping job ? Environment(job["environment"]) : null,
            [.. Texts(node), .. root["env"] is { } shared ? Texts(shared) : []],
            node is YamlMapping runs && runs["runs-on"] is { } runner ? [.. Texts(runner)] : [],
            node is YamlMapping steps && steps["steps"] is YamlSequence list ? [.. list.Items.SelectMany(Checkout)] : []
        );

    private static string? Environment(YamlNode? node) =>
        node switch
        {
            YamlScalar { IsNull: false } name => name.Value,
            YamlMapping mapping => (mapping["name"] as YamlScalar)?.Value,
            _ => null,
        };

    private static IEnumerable<string> Checkout(YamlNode step)
    {
        if (
            step is YamlMapping mapping
            && mapping["uses"] is YamlScalar uses
            && uses.Value.StartsWith("actions/checkout@", StringComparison.OrdinalIgnoreCase)
        )
        {
            yield return ((mapping["with"] as YamlMapping)?["ref"] as YamlScalar)?.Value ?? "";
        }
    }

    private static IEnumerable<string> Texts(YamlNode node) =>
        node switch
        {
            YamlScalar scalar => [scalar.Value],
            YamlSequence list => list.Items.SelectMany(Texts),
            YamlMapping mapping => mapping.Entries.SelectMany(entry => Texts(entry.Value)),
            _ => [],
        };
}
