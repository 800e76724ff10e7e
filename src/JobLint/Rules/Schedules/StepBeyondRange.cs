using System.Globalization;
using Rayquest.JobModel.Schedules;

namespace Rayquest.JobLint.Rules.Schedules;

/// <summary>RQ4619: a step that is never taken.</summary>
public sealed class StepBeyondRange : ScheduleRule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ4619", "step-beyond-range", Severity.Warning, "The step is larger than what it steps through.")
        {
            Category = RuleCategory.Engine,
            MayBeIgnored = true,
            Why =
                "`*/60` is minute 0 alone and `*/24` hour 0 alone, since the field ends before the second step. `*/90` is not a hour and a half: that is `@every 90m`.",
            Facts = "R2",
            Bad = Example.Request(
                "kind: RayCronJob\nname: report\nschedule: \"*/90 * * * *\"\ntimeZone: Europe/Berlin\nentrypoint: python report.py\nworkers: {replicas: 1}\ntimeout: 30m\n"
            ),
            Good = Example.Request(
                "kind: RayCronJob\nname: report\nschedule: \"@every 90m\"\nentrypoint: python report.py\nworkers: {replicas: 1}\ntimeout: 30m\n"
            ),
        };

    /// <inheritdoc/>
    protected override IEnumerable<Finding> Of(RequestContext context, Located<string> text, CronSchedule schedule)
    {
        (string Name, int Count)[] fields =
        [
            ("minutes", 60),
            ("hours", 24),
            ("days", 31),
            ("months", 12),
            ("weekdays", 7),
        ];
        for (int i = 0; i < fields.Length; i++)
        {
            string field = schedule.Field(i);
            if (
                field.StartsWith("*/", StringComparison.Ordinal)
                && int.TryParse(field.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out int step)
                && step >= fields[i].Count
            )
            {
                string better = i switch
                {
                    0 => $"`0` for once an hour, or `@every {step}m`",
                    1 => $"`0` for once a day, or `@every {step}h`",
                    _ => "the one that is meant",
                };
                yield return At(
                    text,
                    $"`{field}` is the first of the {fields[i].Count} {fields[i].Name} alone; write {better}"
                );
            }
        }
    }
}
