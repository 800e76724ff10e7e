using NodaTime;

namespace Rayquest.JobModel.Schedules;

/// <summary>A change of the clocks that a schedule meets.</summary>
/// <param name="Day">The day, in the schedule's zone.</param>
/// <param name="From">The first minute of the day that is skipped, or comes twice.</param>
/// <param name="To">The first minute after those.</param>
/// <param name="IsSkipped">Whether the minutes are skipped; otherwise they come twice.</param>
/// <param name="Time">The first of the schedule's times among them, in minutes of the day.</param>
public sealed record ClockChange(DateOnly Day, int From, int To, bool IsSkipped, int Time);

/// <summary>
/// When a schedule comes, in its time zone: whenever the clocks there show one of its times. So a time that is skipped when the
/// clocks are put forward doesn't come that day, and one they are put back over comes twice, as the operator has it.
/// </summary>
public static class ScheduleClock
{
    // Rules of zones are carried forward; so many years hold every date a change can have for most schedules.
    private const int FirstYear = 2027;
    private const int Years = 8;

    /// <summary>What comes after a moment, ascending, each with the offset of the zone; <c>@every</c> is counted from that moment.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="zone">Name of the time zone; null or one that isn't known for UTC.</param>
    /// <param name="after">The moment.</param>
    public static IEnumerable<DateTimeOffset> After(CronSchedule schedule, string? zone, DateTimeOffset after)
    {
        DateTimeZone place = ZoneOf(zone) ?? DateTimeZone.Utc;
        Instant start = Instant.FromDateTimeOffset(after);
        if (schedule.EverySeconds is { } every)
        {
            for (
                Instant next = start + NodaTime.Duration.FromSeconds(every);
                ;
                next += NodaTime.Duration.FromSeconds(every)
            )
            {
                yield return next.InZone(place).ToDateTimeOffset();
            }
        }

        LocalDate first = start.InZone(place).Date;
        // The operator gives up after five years, too.
        for (LocalDate day = first; day < first.PlusYears(5); day = day.PlusDays(1))
        {
            if (!schedule.Falls(day.ToDateOnly()))
            {
                continue;
            }

            List<ZonedDateTime> times = [];
            foreach (int time in schedule.Times)
            {
                NodaTime.TimeZones.ZoneLocalMapping mapping = place.MapLocal(
                    day.At(new LocalTime(time / 60, time % 60))
                );
                if (mapping.Count > 0)
                {
                    times.Add(mapping.First());
                }

                if (mapping.Count == 2)
                {
                    times.Add(mapping.Last());
                }
            }

            foreach (ZonedDateTime time in times.OrderBy(t => t.ToInstant()).Where(t => t.ToInstant() > start))
            {
                yield return time.ToDateTimeOffset();
            }
        }
    }

    /// <summary>
    /// The first change of each sort, skipped and twice, that takes a time of the schedule with it. None where it comes in every
    /// hour: then nothing is missed and nothing doubled.
    /// </summary>
    public static IReadOnlyList<ClockChange> Changes(CronSchedule schedule, string? zone)
    {
        if (schedule.IsHourly || ZoneOf(zone) is not { } place)
        {
            return [];
        }

        List<ClockChange> found = [];
        Interval years = new(Instant.FromUtc(FirstYear, 1, 1, 0, 0), Instant.FromUtc(FirstYear + Years, 1, 1, 0, 0));
        NodaTime.TimeZones.ZoneInterval? before = null;
        foreach (NodaTime.TimeZones.ZoneInterval now in place.GetZoneIntervals(years))
        {
            if (before is not null && Between(schedule, before, now) is { } change)
            {
                if (!found.Any(f => f.IsSkipped == change.IsSkipped))
                {
                    found.Add(change);
                }
            }

            before = now;
        }

        return found;
    }

    /// <summary>Whether the clocks of a zone are ever changed, from now on.</summary>
    public static bool ChangesClocks(string zone) =>
        ZoneOf(zone) is { } place
        && place
            .GetZoneIntervals(
                new Interval(Instant.FromUtc(FirstYear, 1, 1, 0, 0), Instant.FromUtc(FirstYear + 1, 1, 1, 0, 0))
            )
            .Skip(1)
            .Any();

    /// <summary>Hours that a zone is ahead of UTC, in winter where clocks are changed; null for a zone that isn't known.</summary>
    public static double? HoursAhead(string zone) =>
        ZoneOf(zone)?.GetZoneInterval(Instant.FromUtc(FirstYear, 1, 15, 0, 0)).StandardOffset.Seconds / 3600.0;

    private static ClockChange? Between(
        CronSchedule schedule,
        NodaTime.TimeZones.ZoneInterval before,
        NodaTime.TimeZones.ZoneInterval now
    )
    {
        LocalDateTime left = now.Start.WithOffset(before.WallOffset).LocalDateTime;
        LocalDateTime right = now.Start.WithOffset(now.WallOffset).LocalDateTime;
        bool isSkipped = right > left;
        (LocalDateTime from, LocalDateTime to) = isSkipped ? (left, right) : (right, left);
        DateOnly day = from.Date.ToDateOnly();
        if (from == to || !schedule.Falls(day))
        {
            return null;
        }

        int first = (from.Hour * 60) + from.Minute;
        int end = first + (int)Period.Between(from, to, PeriodUnits.Minutes).Minutes;
        int[] times = [.. schedule.Times.Where(t => t >= first && t < end)];
        return times.Length == 0 ? null : new ClockChange(day, first, end, isSkipped, times[0]);
    }

    private static DateTimeZone? ZoneOf(string? name) =>
        name is null ? null : DateTimeZoneProviders.Tzdb.GetZoneOrNull(name);
}
