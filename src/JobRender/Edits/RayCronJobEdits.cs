using Rayquest.JobModel.Schedules;
using Rayquest.JobModel.Yaml;
using Rayquest.JobRender.Manifests;

namespace Rayquest.JobRender.Edits;

/// <summary>
/// Edits of a RayCronJob. Runs that are there keep what they were started with. The operator goes on from the last run it started,
/// or from when the object was made, and starts every run from there to now that the schedule has by then: so a schedule that goes
/// on again, or comes more often than before, catches up.
/// </summary>
internal static class RayCronJobEdits
{
    public static IReadOnlyList<FieldEdit> Of(
        YamlMapping before,
        YamlMapping after,
        IReadOnlyList<Difference> differences
    ) => [.. differences.Select(d => Of(d, before, after))];

    /// <summary>
    /// The most runs that an edit of the schedule starts at once: what the new one has between two runs of the old; 1 where it is
    /// no more than the next.
    /// </summary>
    public static long CaughtUp(YamlMapping before, YamlMapping after) =>
        ScheduleOf(before) is { } old && ScheduleOf(after) is { } now && old.Text != now.Text
            ? now.MostWithin(old.LongestGap)
            : 1;

    private static FieldEdit Of(Difference edit, YamlMapping before, YamlMapping after)
    {
        if (!edit.IsUnder("spec"))
        {
            return new FieldEdit(edit.Field, EditEffect.AtOnce, edit.Span);
        }

        if (edit.Is("spec", "suspend"))
        {
            return edit.After is YamlScalar { Value: "true" }
                ? new FieldEdit(edit.Field, EditEffect.AtOnce, edit.Span)
                : new FieldEdit(
                    edit.Field,
                    EditEffect.CatchUp,
                    edit.Span,
                    "every run that it missed is started at once: give the request another name, which begins afresh, or remove it in one change and add it again in another"
                );
        }

        if (edit.Is("spec", "schedule") && CaughtUp(before, after) is > 1 and var runs)
        {
            return new FieldEdit(
                edit.Field,
                EditEffect.CatchUp,
                edit.Span,
                $"the operator goes on from the last run, so up to {runs} are started at once: give the request another name, which begins afresh"
            )
            {
                Runs = runs,
            };
        }

        return new FieldEdit(edit.Field, EditEffect.NextRun, edit.Span);
    }

    private static CronSchedule? ScheduleOf(YamlMapping manifest) =>
        ManifestNodes.TextOf(manifest["spec"], "schedule") is { } text ? CronSchedule.Parse(text) : null;
}
