using System.Globalization;
using Rayquest.JobModel.Schedules;

namespace Rayquest.JobModel.Tests.Schedules;

/// <summary>When a schedule comes, across changes of the clocks.</summary>
public sealed class ScheduleClockTests
{
    private static string[] Next(string text, string? zone, string after, int count) =>
        [
            .. ScheduleClock
                .After(
                    CronSchedule.Parse(text).ShouldNotBeNull(),
                    zone,
                    DateTimeOffset.Parse(after, CultureInfo.InvariantCulture)
                )
                .Take(count)
                .Select(t => t.ToString("yyyy-MM-dd HH:mm zzz", CultureInfo.InvariantCulture)),
        ];

    [Fact]
    public void A_time_that_the_clocks_skip_does_not_come() =>
        Next("30 2 * * *", "Europe/Berlin", "2027-03-27T00:00:00Z", 3)
            .ShouldBe(["2027-03-27 02:30 +01:00", "2027-03-29 02:30 +02:00", "2027-03-30 02:30 +02:00"]);

    [Fact]
    public void A_time_that_the_clocks_show_twice_comes_twice() =>
        Next("30 2 * * *", "Europe/Berlin", "2027-10-30T12:00:00Z", 3)
            .ShouldBe(["2027-10-31 02:30 +02:00", "2027-10-31 02:30 +01:00", "2027-11-01 02:30 +01:00"]);

    [Fact]
    public void Every_hour_stays_every_hour() =>
        Next("0 * * * *", "Europe/Berlin", "2027-03-28T00:30:00Z", 3)
            .ShouldBe(["2027-03-28 03:00 +02:00", "2027-03-28 04:00 +02:00", "2027-03-28 05:00 +02:00"]);

    [Fact]
    public void Nights_of_working_days_in_Shanghai() =>
        Next("30 3 * * 1-5", "Asia/Shanghai", "2026-12-03T19:30:00Z", 3)
            .ShouldBe(["2026-12-07 03:30 +08:00", "2026-12-08 03:30 +08:00", "2026-12-09 03:30 +08:00"]);

    [Fact]
    public void Every_counts_from_the_moment() =>
        Next("@every 90m", null, "2026-12-01T00:10:00Z", 2)
            .ShouldBe(["2026-12-01 01:40 +00:00", "2026-12-01 03:10 +00:00"]);

    [Theory]
    [InlineData("30 2 * * *", "Europe/Berlin", true, true)]
    [InlineData("30 4 * * *", "Europe/Berlin", false, false)]
    [InlineData("30 2 * * 1-6", "Europe/Berlin", false, false)]
    [InlineData("30 1 * * *", "America/New_York", false, true)]
    [InlineData("30 2 * * *", "America/New_York", true, false)]
    [InlineData("30 2 * * *", "Asia/Shanghai", false, false)]
    [InlineData("*/5 * * * *", "Europe/Berlin", false, false)]
    [InlineData("0 0 * * *", "Africa/Cairo", true, false)]
    [InlineData("15 2 * * *", "Australia/Lord_Howe", true, false)]
    public void Which_changes_take_a_time_with_them(string text, string zone, bool skips, bool doubles)
    {
        IReadOnlyList<ClockChange> changes = ScheduleClock.Changes(CronSchedule.Parse(text).ShouldNotBeNull(), zone);
        (changes.Any(c => c.IsSkipped), changes.Any(c => !c.IsSkipped)).ShouldBe((skips, doubles));
    }

    [Fact]
    public void Every_zone_the_operator_knows_has_its_clocks_here() =>
        TimeZones.Names.Where(n => n != "Factory" && ScheduleClock.HoursAhead(n) is null).ShouldBeEmpty();

    [Theory]
    [InlineData("Etc/GMT+8", -8)]
    [InlineData("Asia/Shanghai", 8)]
    [InlineData("America/New_York", -5)]
    public void Hours_ahead(string zone, double hours) => ScheduleClock.HoursAhead(zone).ShouldBe(hours);
}
