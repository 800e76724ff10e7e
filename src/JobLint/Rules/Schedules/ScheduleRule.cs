using System.Globalization;
using Rayquest.JobModel.Schedules;

namespace Rayquest.JobLint.Rules.Schedules;

/// <summary>A rule over a schedule that can be read.</summary>
public abstract class ScheduleRule : Rule
{
    private static readonly string[] Months =
    [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context) =>
        context is { Kind: JobKind.RayCronJob, Request.Schedule: { } text }
        && CronSchedule.Parse(text.Value) is { } schedule
            ? Of(context, text, schedule)
            : [];

    /// <summary>The faults of a schedule.</summary>
    protected abstract IEnumerable<Finding> Of(RequestContext context, Located<string> text, CronSchedule schedule);

    /// <summary>A finding for each change of the clocks that skips a run, or doubles one.</summary>
    private protected IEnumerable<Finding> AtClockChanges(
        RequestContext context,
        Located<string> text,
        CronSchedule schedule,
        bool isSkipped,
        Func<ClockChange, FormattableString> message
    ) =>
        ScheduleClock
            .Changes(schedule, context.Request.TimeZone?.Value)
            .Where(change => change.IsSkipped == isSkipped)
            .Select(change => At(text, message(change).ToString(CultureInfo.InvariantCulture)));

    /// <summary>A time of the day.</summary>
    protected static string Clock(int minute) =>
        string.Create(CultureInfo.InvariantCulture, $"{minute / 60:00}:{minute % 60:00}");

    /// <summary>A month by its name.</summary>
    protected static string Month(int number) => Months[number - 1];

    /// <summary>A time in the largest whole unit: <c>90m</c>, <c>7d</c>.</summary>
    protected static string Span(long seconds) => new Duration((int)Math.Min(seconds, Duration.MaxSeconds)).ToString();
}
