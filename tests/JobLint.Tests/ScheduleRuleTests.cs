using Rayquest.JobModel.Diagnostics;

namespace Rayquest.JobLint.Tests;

/// <summary>What is said of a schedule that its author may not mean, at and around the bounds; and what isn't.</summary>
public sealed class ScheduleRuleTests
{
    private static string[] Told(string schedule, string zone = "Europe/Berlin", string more = "timeout: 1m\n") =>
        [
            .. Repository
                .Lint(
                    Repository.Vision(
                        $"kind: RayCronJob\nname: report\nschedule: \"{schedule}\"\n{(zone.Length > 0 ? $"timeZone: {zone}\n" : "")}entrypoint: python report.py\nworkers: {{replicas: 1}}\n{more}"
                    )
                )
                .Findings.Select(f => f.Rule.Code)
                .Where(c =>
                    c is "RQ2060" or "RQ2061" or "RQ2062"
                    || string.CompareOrdinal(c, "RQ4608") >= 0 && string.CompareOrdinal(c, "RQ4626") <= 0
                )
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal),
        ];

    [Theory]
    [InlineData("0 4 * * *", "")]
    [InlineData("30 3 * * 1-5", "")]
    [InlineData("0 3 * *", "RQ4609")]
    [InlineData("0 3 * * 7", "RQ4609")]
    [InlineData("0 0 31 2 *", "RQ4609")]
    [InlineData("0 4 1 * 1", "RQ4614")]
    [InlineData("0 4 */2 * 1", "RQ4614 RQ4616")]
    [InlineData("0 4 */1 * 1", "")]
    [InlineData("0 4 1 * ?", "")]
    [InlineData("0 4 31 * *", "RQ4615")]
    [InlineData("0 4 30 * *", "RQ4615")]
    [InlineData("0 4 29 * *", "RQ4615")]
    [InlineData("0 4 28 * *", "")]
    [InlineData("0 4 28-31 * *", "")]
    [InlineData("0 4 31 1,3,5 *", "")]
    [InlineData("0 4 29 2 *", "RQ4615")]
    [InlineData("*/7 * * * *", "RQ2060 RQ2062 RQ4616")]
    [InlineData("*/20 * * * *", "")]
    [InlineData("0 */5 * * *", "RQ4616")]
    [InlineData("0 */6 * * *", "")]
    [InlineData("* 4 * * *", "RQ2060 RQ2062 RQ4617")]
    [InlineData("*/90 * * * *", "RQ4619")]
    [InlineData("0 */24 * * *", "RQ4619")]
    [InlineData("30 2 * * *", "RQ4620 RQ4621")]
    [InlineData("30 2 * * 1-6", "")]
    [InlineData("59 1 * * *", "")]
    [InlineData("0 3 * * *", "")]
    public void Of_a_schedule(string schedule, string rules) => string.Join(' ', Told(schedule)).ShouldBe(rules);

    [Theory]
    [InlineData("0 4 * * *", "", "RQ4611")]
    [InlineData("0 4 * * *", "Local", "RQ4611")]
    [InlineData("@every 90m", "", "")]
    [InlineData("@every 24h", "", "RQ4618")]
    [InlineData("@every 90m", "UTC", "RQ4618")]
    [InlineData("0 4 * * *", "Etc/GMT-8", "RQ4612")]
    [InlineData("0 4 * * *", "Etc/GMT", "")]
    [InlineData("0 4 * * *", "EST", "RQ4613")]
    [InlineData("0 4 * * *", "CEST", "RQ4610")]
    [InlineData("0 4 * * *", "europe/berlin", "RQ4610")]
    [InlineData("30 2 * * *", "America/New_York", "RQ4620")]
    [InlineData("30 1 * * *", "America/New_York", "RQ4621")]
    [InlineData("30 2 * * *", "Asia/Shanghai", "")]
    public void Of_a_time_zone(string schedule, string zone, string rules) =>
        string.Join(' ', Told(schedule, zone)).ShouldBe(rules);

    [Theory]
    [InlineData("0 * * * *", "timeout: 50m\nkeep: 10m\n", "")]
    [InlineData("0 * * * *", "timeout: 51m\nkeep: 10m\n", "RQ2060")]
    [InlineData("0 * * * *", "timeout: 30m\nretries: 1\nkeep: 1m\n", "RQ2060")]
    [InlineData("0 4 * * *", "timeout: 1h\nsuspend: true\n", "RQ4626")]
    [InlineData("0 4 * * *", "timeout: 1h\nsuspend: false\n", "")]
    public void Of_what_a_run_asks_for(string schedule, string more, string rules) =>
        string.Join(' ', Told(schedule, more: more)).ShouldBe(rules);
}
