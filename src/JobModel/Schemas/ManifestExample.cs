using System.Text;
using Rayquest.JobModel.Diagnostics;

namespace Rayquest.JobModel.Schemas;

/// <summary>
/// A small valid Ray manifest for rule pages, with lines put in at the places a rule is about.
/// Lines are given without the indentation of their place.
/// </summary>
public sealed record ManifestExample
{
    /// <summary>RayJob, RayCluster, RayService or RayCronJob.</summary>
    public string Kind { get; init; } = "RayJob";

    /// <summary>The object's name.</summary>
    public string Name { get; init; } = "train";

    /// <summary>API version.</summary>
    public string ApiVersion { get; init; } = "ray.io/v1";

    /// <summary>Further lines of metadata.</summary>
    public string Metadata { get; init; } = "";

    /// <summary>Further lines of the spec (for a RayCronJob: of its job template).</summary>
    public string Spec { get; init; } = "";

    /// <summary>The entrypoint line; empty for none.</summary>
    public string Entrypoint { get; init; } = "entrypoint: python train.py";

    /// <summary>Further lines of the cluster spec, the worker groups excepted.</summary>
    public string Cluster { get; init; } = "";

    /// <summary>The head's Ray version.</summary>
    public string RayVersion { get; init; } = "2.52.0";

    /// <summary>Further lines of the head group.</summary>
    public string Head { get; init; } = "";

    /// <summary>Further lines of the head's pod template beside its spec.</summary>
    public string Template { get; init; } = "";

    /// <summary>Further lines of the head's pod spec.</summary>
    public string Pod { get; init; } = "";

    /// <summary>Further lines of the head's container.</summary>
    public string Container { get; init; } = "";

    /// <summary>The lines of the head's container up to its image.</summary>
    public string ContainerHead { get; init; } = "name: ray-head\nimage: rayproject/ray:2.52.0";

    /// <summary>Lines of one worker group beside its name and template; null for no worker group.</summary>
    public string? Worker { get; init; }

    /// <summary>The group's name.</summary>
    public string Group { get; init; } = "small";

    /// <summary>Whether there is a cluster spec at all.</summary>
    public bool HasCluster { get; init; } = true;

    /// <summary>Whether the containers say their CPUs where the autoscaler has to know them.</summary>
    public bool HasCpu { get; init; } = true;

    /// <summary>The schedule of a RayCronJob.</summary>
    public string Schedule { get; init; } = "schedule: \"0 3 * * *\"";

    /// <summary>As a rule page's example.</summary>
    public static implicit operator RuleExample(ManifestExample example) => example.ToRuleExample();

    /// <summary>As a rule page's example.</summary>
    public RuleExample ToRuleExample() => new(ExampleKind.Manifest, Text());

    /// <summary>The manifest's text.</summary>
    public string Text()
    {
        StringBuilder text = new();
        text.Append($"apiVersion: {ApiVersion}\nkind: {Kind}\nmetadata:\n");
        Lines(text, 2, Name.Length == 0 ? "" : "name: " + Name);
        Lines(text, 2, Metadata);
        text.Append("spec:\n");
        switch (Kind)
        {
            case "RayCluster":
                Lines(text, 2, Spec);
                if (HasCluster)
                {
                    ClusterSpec(text, 2);
                }

                break;
            case "RayService":
                Lines(text, 2, Spec);
                text.Append("  rayClusterConfig:\n");
                ClusterSpec(text, 4);
                break;
            case "RayCronJob":
                Lines(text, 2, Schedule);
                text.Append("  jobTemplate:\n");
                Job(text, 4);
                break;
            default:
                Job(text, 2);
                break;
        }

        return text.ToString();
    }

    private void Job(StringBuilder text, int indent)
    {
        Lines(text, indent, Entrypoint);
        Lines(text, indent, Spec);
        if (HasCluster)
        {
            Lines(text, indent, "rayClusterSpec:");
            ClusterSpec(text, indent + 2);
        }
    }

    private void ClusterSpec(StringBuilder text, int indent)
    {
        string cpu =
            HasCpu
            && Cluster.Contains("enableInTreeAutoscaling: true", StringComparison.Ordinal)
            && !Container.Contains("resources:", StringComparison.Ordinal)
                ? "\nresources:\n  limits:\n    cpu: \"2\""
                : "";
        Lines(text, indent, RayVersion.Length == 0 ? "" : $"rayVersion: \"{RayVersion}\"");
        Lines(text, indent, Cluster);
        Lines(text, indent, "headGroupSpec:");
        Lines(text, indent + 2, Head);
        Lines(text, indent + 2, "template:");
        Lines(text, indent + 4, Template);
        Lines(text, indent + 4, "spec:");
        Lines(text, indent + 6, Pod);
        Lines(text, indent + 6, "containers:");
        Item(text, indent + 8, ContainerHead + (Container.Length == 0 ? "" : "\n" + Container) + cpu);
        if (Worker is { } worker)
        {
            Lines(text, indent, "workerGroupSpecs:");
            string rest = worker.Length == 0 ? "" : "\n" + worker;
            Item(
                text,
                indent + 2,
                $"groupName: {Group}{rest}\ntemplate:\n  spec:\n    containers:\n      - name: ray-worker\n        image: rayproject/ray:2.52.0{cpu.Replace("\n", "\n        ", StringComparison.Ordinal)}"
            );
        }
    }

    private static void Lines(StringBuilder text, int indent, string lines)
    {
        if (lines.Length == 0)
        {
            return;
        }

        foreach (string line in lines.Split('\n'))
        {
            text.Append(' ', indent).Append(line).Append('\n');
        }
    }

    private static void Item(StringBuilder text, int indent, string lines)
    {
        string lead = "- ";
        foreach (string line in lines.Split('\n'))
        {
            text.Append(' ', indent).Append(lead).Append(line).Append('\n');
            lead = "  ";
        }
    }
}
