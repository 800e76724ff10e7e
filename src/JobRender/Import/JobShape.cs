using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Requests;
using Rayquest.JobModel.Yaml;
using Rayquest.JobRender.Manifests;
using Rayquest.JobRender.Steps;

namespace Rayquest.JobRender.Import;

/// <summary>
/// A manifest of any kind as a job has it, so that all are imported the same way: rendering brings a cluster from there to where
/// its kind has it.
/// </summary>
internal static class JobShape
{
    private const string SchedulePath = $"spec.{SetSchedule.Key}.";

    /// <summary>The kinds that can be imported.</summary>
    public static JobKind? KindOf(YamlMapping manifest) =>
        VolcanoShape.Is(manifest) ? JobKind.RayJob : KindRules.Of(ManifestNodes.TextOf(manifest, "kind"));

    /// <summary>The manifest in a job's shape.</summary>
    public static YamlMapping Of(YamlMapping manifest, JobKind kind, PlatformPolicy platform) =>
        VolcanoShape.Is(manifest) ? VolcanoShape.Of(manifest, platform) : Of(manifest, kind, platform.LabelPrefix);

    private static YamlMapping Of(YamlMapping manifest, JobKind kind, string labelPrefix) =>
        kind switch
        {
            JobKind.RayCluster when manifest["spec"] is YamlMapping spec => WithSpec(
                manifest,
                ManifestNodes.Map(spec.Span, ("rayClusterSpec", WithoutPlacement(spec, labelPrefix)))
            ),
            JobKind.RayService when manifest["spec"] is YamlMapping spec => WithSpec(
                manifest,
                new YamlMapping(
                    spec.Span,
                    [
                        .. spec.Entries.Select(e =>
                            e is { Key.Value: "rayClusterConfig", Value: YamlMapping cluster }
                                ? ManifestNodes.Entry("rayClusterSpec", WithoutPlacement(cluster, labelPrefix))
                                : e
                        ),
                    ],
                    isFlow: false
                )
            ),
            JobKind.RayCronJob when manifest["spec"] is YamlMapping spec => WithSpec(
                manifest,
                new YamlMapping(
                    spec.Span,
                    [
                        .. (spec["jobTemplate"] as YamlMapping)?.Entries ?? [],
                        ManifestNodes.Entry(
                            SetSchedule.Key,
                            new YamlMapping(
                                spec.Span,
                                [.. spec.Entries.Where(e => e.Key.Value != "jobTemplate")],
                                isFlow: false
                            )
                        ),
                    ],
                    isFlow: false
                )
            ),
            _ => manifest,
        };

    /// <summary>Which run of a service's request it is: its head says so; null for the first, and for other kinds.</summary>
    public static YamlScalar? RunOf(YamlMapping manifest, JobKind kind, string labelPrefix) =>
        kind == JobKind.RayService
        && (manifest["spec"] as YamlMapping)?["rayClusterConfig"] is YamlMapping cluster
        && (cluster["headGroupSpec"] as YamlMapping)?["template"] is YamlMapping template
        && (template["metadata"] as YamlMapping)?["annotations"] is YamlMapping annotations
            ? annotations[ManifestLabels.Run(labelPrefix)] as YamlScalar
            : null;

    /// <summary>A path in a job's shape as the path it has in the manifest.</summary>
    public static string PathBack(string path, JobKind kind) =>
        kind switch
        {
            JobKind.RayCluster => path.Replace("spec.rayClusterSpec", "spec", StringComparison.Ordinal),
            JobKind.RayService => path.Replace("rayClusterSpec", "rayClusterConfig", StringComparison.Ordinal),
            JobKind.RayCronJob when path.StartsWith(SchedulePath, StringComparison.Ordinal) => string.Concat(
                "spec.",
                path.AsSpan(SchedulePath.Length)
            ),
            JobKind.RayCronJob when path.StartsWith("spec.", StringComparison.Ordinal) =>
                $"spec.jobTemplate.{path["spec.".Length..]}",
            _ => path,
        };

    /// <summary>What of a profile goes into a manifest of a kind.</summary>
    public static YamlMapping Relevant(YamlMapping profile, JobKind kind) =>
        new(
            profile.Span,
            [
                .. profile
                    .Entries.Where(e => e.Key.Value is "metadata" or "spec")
                    .Select(e =>
                        KindRules.HasEntrypoint(kind) || e is not { Key.Value: "spec", Value: YamlMapping spec }
                            ? e
                            : new YamlEntry(
                                e.Key,
                                new YamlMapping(
                                    spec.Span,
                                    [.. spec.Entries.Where(s => s.Key.Value == "rayClusterSpec")],
                                    isFlow: false
                                )
                            )
                    ),
            ],
            isFlow: false
        );

    private static YamlMapping WithSpec(YamlMapping manifest, YamlMapping spec) =>
        new(
            manifest.Span,
            [.. manifest.Entries.Select(e => e.Key.Value == "spec" ? new YamlEntry(e.Key, spec) : e)],
            isFlow: false
        );

    // What rendering adds for the operator's comparison says nothing of its own.
    private static YamlMapping WithoutPlacement(YamlMapping spec, string labelPrefix) =>
        Change(
            spec,
            "headGroupSpec",
            head =>
                Change(
                    head,
                    "template",
                    template =>
                        Change(
                            template,
                            "metadata",
                            metadata =>
                                Change(
                                    metadata,
                                    "annotations",
                                    annotations => new YamlMapping(
                                        annotations.Span,
                                        [
                                            .. annotations.Entries.Where(e =>
                                                e.Key.Value != ManifestLabels.Placement(labelPrefix)
                                                && e.Key.Value != ManifestLabels.Run(labelPrefix)
                                            ),
                                        ],
                                        isFlow: false
                                    )
                                )
                        )
                )
        );

    // What nothing is left of is not there.
    private static YamlMapping Change(YamlMapping mapping, string key, Func<YamlMapping, YamlMapping> change) =>
        mapping[key] is not YamlMapping inner
            ? mapping
            : new YamlMapping(
                mapping.Span,
                [
                    .. mapping
                        .Entries.Select(e => e.Key.Value == key ? new YamlEntry(e.Key, change(inner)) : e)
                        .Where(e =>
                            e.Key.Value != key
                            || inner.Entries.Length == 0
                            || e.Value is not YamlMapping { Entries.Length: 0 }
                        ),
                ],
                isFlow: false
            );
}
