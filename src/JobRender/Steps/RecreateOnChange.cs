using System.Text;
using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Text;
using Rayquest.JobModel.Yaml;
using Rayquest.JobRender.Canonical;
using Rayquest.JobRender.Manifests;

namespace Rayquest.JobRender.Steps;

/// <summary>
/// Makes the operator honour every edit of a RayCluster. Left alone it would give an edit of an image or of resources to new
/// pods only, and leave the cluster mixed; with the strategy <c>Recreate</c> it replaces all pods. It doesn't compare tolerations
/// and scheduling gates, so what they come to stands in an annotation of the head, which it does compare.
/// </summary>
internal static class RecreateOnChange
{
    private static readonly string[] NotCompared = ["tolerations", "schedulingGates"];

    public static YamlMapping Of(YamlMapping manifest, JobPlan plan)
    {
        if (!plan.Platform.CanRecreateClusters || manifest["spec"] is not YamlMapping spec)
        {
            return manifest;
        }

        SourceSpan anchor = plan.Anchor;
        YamlMapping part = ManifestNodes.Map(
            anchor,
            ("upgradeStrategy", ManifestNodes.Map(anchor, ("type", ManifestNodes.Text(anchor, "Recreate")))),
            ("headGroupSpec", Placement(spec, plan))
        );
        return StandAlone.WithSpec(manifest, StrategicMerge.Merge(spec, part));
    }

    private static YamlMapping? Placement(YamlMapping spec, JobPlan plan)
    {
        StringBuilder text = new();
        Write(spec["headGroupSpec"], "head", text);
        foreach (YamlNode group in (spec["workerGroupSpecs"] as YamlSequence)?.Items ?? [])
        {
            Write(group, ManifestNodes.TextOf(group, "groupName") ?? "", text);
        }

        SourceSpan anchor = plan.Anchor;
        return text.Length == 0
            ? null
            : ManifestNodes.Map(
                anchor,
                (
                    "template",
                    ManifestNodes.Map(
                        anchor,
                        (
                            "metadata",
                            ManifestNodes.Map(
                                anchor,
                                (
                                    "annotations",
                                    ManifestNodes.Map(
                                        anchor,
                                        (
                                            ManifestLabels.Placement(plan.Platform.LabelPrefix),
                                            ManifestNodes.Text(
                                                anchor,
                                                JobHeader.Digest(Encoding.UTF8.GetBytes(text.ToString()))[..10]
                                            )
                                        )
                                    )
                                )
                            )
                        )
                    )
                )
            );
    }

    private static void Write(YamlNode? group, string name, StringBuilder text)
    {
        YamlMapping? pod = ((group as YamlMapping)?["template"] as YamlMapping)?["spec"] as YamlMapping;
        foreach (string key in NotCompared)
        {
            if (pod?[key] is YamlSequence { Items.Length: > 0 } list)
            {
                text.Append(name).Append('\n').Append(CanonicalYaml.Write(ManifestNodes.Map(list.Span, (key, list))));
            }
        }
    }
}
