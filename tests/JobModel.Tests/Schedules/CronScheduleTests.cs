using Rayquest.JobModel.Schedules;

namespace Rayquest.JobModel.Tests.Schedules;

/// <summary>How often a schedule comes, against counting it minute by minute.</summary>
public sealed class CronScheduleTests
{
    [Theory]
    [InlineData("0 3 * * *", 60, 1)]
    [InlineData("0 3 * * *", 86_400, 1)]
    [InlineData("0 3 * * *", 86_401, 2)]
    [InlineData("*/30 * * * *", 7_200, 4)]
    [InlineData("*/30 * * * *", 7_260, 5)]
    [InlineData("0 9,10 * * 1", 7_200, 2)]
    [InlineData("0 0 1 * *", 28 * 86_400, 1)]
    [InlineData("0 0 1 * *", (28 * 86_400) + 60, 2)]
    [InlineData("0 0 31 * *", 40 * 86_400, 2)]
    [InlineData("@every 90m", 5_400, 1)]
    [InlineData("@every 90m", 5_401, 2)]
    [InlineData("@every 10s", 600, 10)]
    [InlineData("* * * * *", 400L * 86_400, 400L * 1440)]
    public void The_most_runs_within_a_time(string text, long seconds, long most) =>
        CronSchedule.Parse(text).ShouldNotBeNull().MostWithin(seconds).ShouldBe(most);

    [Theory]
    [InlineData("*/7 * * * *")]
    [InlineData("13 5,17 * * *")]
    [InlineData("0 0 1,15 * 3")]
    [InlineData("*/20 9-17 * * 1-5")]
    [InlineData("0 0 */2 * 1")]
    [InlineData("0 0 29 2 *")]
    [InlineData("@weekly")]
    public void It_is_what_counting_minutes_gives(string text)
    {
        CronSchedule schedule = CronSchedule.Parse(text).ShouldNotBeNull();
        List<long> ticks = [];
        DateOnly first = new(2024, 1, 1);
        for (int day = 0; day < 1461 + 60; day++)
        {
            if (schedule.Falls(first.AddDays(day)))
            {
                ticks.AddRange(schedule.Times.Select(t => ((long)day * 1440) + t));
            }
        }

        foreach (long minutes in (long[])[1, 30, 61, 600, 1440, 1441, 10_080, 44_641])
        {
            int most = 0;
            int end = 0;
            for (int start = 0; start < ticks.Count && ticks[start] < 1461 * 1440; start++)
            {
                while (end < ticks.Count && ticks[end] < ticks[start] + minutes)
                {
                    end++;
                }

                most = Math.Max(most, end - start);
            }

            schedule.MostWithin(minutes * 60).ShouldBe(most, $"{text} within {minutes} minutes");
        }

        if (ticks.Count > 2)
        {
            long[] gaps = [.. ticks.Where(t => t < 1461 * 1440).Zip(ticks.Skip(1), (a, b) => b - a)];
            schedule.ShortestGap.ShouldBe(gaps.Min() * 60);
            schedule.LongestGap.ShouldBe(gaps.Max() * 60);
        }
    }

    [Theory]
    [InlineData("0 3 * * *", 31)]
    [InlineData("0 3 * * 1", 5)]
    [InlineData("0 3 1 * *", 1)]
    [InlineData("0 3 1 * 1", 6)]
    [InlineData("*/30 * * 2 *", 29 * 48)]
    [InlineData("@every 24h", 31)]
    public void The_most_runs_of_a_month(string text, long most) =>
        CronSchedule.Parse(text).ShouldNotBeNull().MostInMonth.ShouldBe(most);

    [Theory]
    [InlineData("0 0 1 * 1", true, true)]
    [InlineData("0 0 */2 * 1", true, true)]
    [InlineData("0 0 */1 * 1", false, true)]
    [InlineData("0 0 1-31 * *", true, false)]
    [InlineData("0 0 ? * ?", false, false)]
    public void A_field_is_given_unless_it_is_a_star_without_a_step(string text, bool days, bool weekdays)
    {
        CronSchedule schedule = CronSchedule.Parse(text).ShouldNotBeNull();
        (schedule.NamesDays, schedule.NamesWeekdays).ShouldBe((days, weekdays));
    }

    [Theory]
    [InlineData("0 0 31 2 *")]
    [InlineData("0 3 * *")]
    [InlineData("0 3 * * 7")]
    [InlineData("CRON_TZ=UTC 0 3 * * *")]
    [InlineData("@reboot")]
    public void What_the_operator_does_not_take_is_none(string text) => CronSchedule.Parse(text).ShouldBeNull();
}
