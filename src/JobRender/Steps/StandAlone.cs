using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Yaml;
using Rayquest.JobRender.Manifests;

namespace Rayquest.JobRender.Steps;

/// <summary>Brings the cluster, which every target builds as a job has it, to where its own kind has it.</summary>
internal static class StandAlone
{
    /// <summary>A RayCluster is the cluster: what a profile says of jobs has no place in it.</summary>
    public static YamlMapping Cluster(YamlMapping manifest, JobPlan plan) =>
        WithSpec(manifest, (manifest["spec"] as YamlMapping)?["rayClusterSpec"] as YamlMapping);

    /// <summary>A RayService has the cluster beside its applications.</summary>
    public static YamlMapping Service(YamlMapping manifest, JobPlan plan)
    {
        YamlMapping spec = (YamlMapping)manifest["spec"]!;
        return WithSpec(
            manifest,
            ManifestNodes.Map(
                spec.Span,
                ("rayClusterConfig", spec["rayClusterSpec"]),
                ("serveConfigV2", spec["serveConfigV2"]),
                ("upgradeStrategy", spec["upgradeStrategy"])
            )
        );
    }

    /// <summary>A RayCronJob has the job under its schedule.</summary>
    public static YamlMapping CronJob(YamlMapping manifest, JobPlan plan)
    {
        YamlMapping spec = (YamlMapping)manifest["spec"]!;
        YamlMapping? schedule = spec[SetSchedule.Key] as YamlMapping;
        return WithSpec(
            manifest,
            ManifestNodes.Map(
                spec.Span,
                (
                    "jobTemplate",
                    new YamlMapping(
                        spec.Span,
                        [.. spec.Entries.Where(e => e.Key.Value != SetSchedule.Key)],
                        isFlow: false
                    )
                ),
                ("schedule", schedule?["schedule"]),
                ("suspend", schedule?["suspend"]),
                ("timeZone", schedule?["timeZone"])
            )
        );
    }

    /// <summary>The manifest with another spec.</summary>
    internal static YamlMapping WithSpec(YamlMapping manifest, YamlMapping? spec) =>
        new(
            manifest.Span,
            [
                .. manifest.Entries.Where(e => e.Key.Value != "spec"),
                ManifestNodes.Entry("spec", spec ?? new YamlMapping(manifest.Span, [], isFlow: false)),
            ],
            isFlow: false
        );
}
