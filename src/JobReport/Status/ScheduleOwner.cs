using System.Text.Json;

namespace Rayquest.JobReport.Status;

/// <summary>The RayCronJob that started a RayJob. The operator gives its runs none of its labels: the owner is what tells them.</summary>
/// <param name="Tick">The time of the schedule that it stands for; null where the operator had none.</param>
public sealed record ScheduleOwner(string Name, string Uid, DateTimeOffset? Tick)
{
    /// <summary>The label by which runs of schedules are listed.</summary>
    public const string Label = "ray.io/cronjob-name";

    // What a schedule that never comes is given (0001-01-01).
    private static readonly DateTimeOffset NoTick = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Null for a job that no schedule started.</summary>
    public static ScheduleOwner? Of(JsonElement metadata)
    {
        foreach (var owner in metadata.Items("ownerReferences"))
        {
            if (string.Equals(owner.Text("kind"), EngineKind.RayCronJob, StringComparison.Ordinal))
            {
                var tick = metadata.At("annotations").Time("ray.io/cronjob-scheduled-timestamp");
                return new ScheduleOwner(owner.Text("name"), owner.Text("uid"), tick > NoTick ? tick : null);
            }
        }

        return null;
    }
}
