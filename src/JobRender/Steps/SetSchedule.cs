using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Yaml;
using Rayquest.JobRender.Manifests;

namespace Rayquest.JobRender.Steps;

/// <summary>When a RayCronJob runs, under a key of its own beside what each run is, until both are brought to where they belong.</summary>
internal static class SetSchedule
{
    /// <summary>The key.</summary>
    public const string Key = "schedule";

    public static YamlMapping? From(JobPlan plan) =>
        plan.Schedule is { } schedule
            ? RayPods.Spec(
                schedule.Text.Span,
                (
                    Key,
                    ManifestNodes.Map(
                        schedule.Text.Span,
                        (Key, ManifestNodes.Text(schedule.Text)),
                        ("timeZone", schedule.TimeZone is { } zone ? ManifestNodes.Text(zone) : null),
                        (
                            "suspend",
                            schedule.Suspend is { Value: true } suspend ? ManifestNodes.True(suspend.Span) : null
                        )
                    )
                )
            )
            : null;
}
