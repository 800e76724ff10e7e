using System.Globalization;
using Rayquest.JobModel.Languages;
using Rayquest.JobModel.Schedules;
using Rayquest.JobModel.Text;
using Rayquest.JobReport.Status;

namespace Rayquest.JobReport.Ledger;

/// <summary>
/// What is known of a run in a line: its state, and what the ledger knows beside it, when a lease ends, when a schedule runs next and
/// how it has fared.
/// </summary>
public static class RunText
{
    /// <summary>Results of a schedule that are told.</summary>
    public const int Results = 5;

    /// <summary>Words for a run in some state.</summary>
    /// <param name="ranBy">The runs of a schedule, the newest first.</param>
    public static StateText Of(JobRun run, JobState state, IEnumerable<JobRun> ranBy, DateTimeOffset now) =>
        With(StateText.Of(state, now), run, state, ranBy, now, Language.English);

    /// <summary>The same without ages, for what is written once and read later.</summary>
    public static StateText Timeless(
        JobRun run,
        JobState state,
        IEnumerable<JobRun> ranBy,
        DateTimeOffset now,
        Language? language = null
    ) => With(StateText.Timeless(state, language), run, state, ranBy, now, language ?? Language.English);

    /// <summary>The next time of a schedule; null for anything else, and where it is suspended or never comes.</summary>
    public static DateTimeOffset? Next(JobRun run, JobState state, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(state);
        return
            state.Phase == JobPhase.Running
            && run.Record.Kind == EngineKind.RayCronJob
            && run.Facts is { Schedule.Length: > 0 } facts
            && CronSchedule.Parse(facts.Schedule) is { } schedule
            && ScheduleClock.After(schedule, facts.TimeZone, now).FirstOrDefault() is var next
            && next > now
            ? next
            : null;
    }

    private static StateText With(
        StateText words,
        JobRun run,
        JobState state,
        IEnumerable<JobRun> ranBy,
        DateTimeOffset now,
        Language language
    )
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(ranBy);
        if (run.LeaseEnds is { } ends && run.IsLive)
        {
            words = words with
            {
                Line =
                    ends > now
                        ? Say($"{words.Line}; lease ends {Clock(ends)}")
                        : Say($"{words.Line}; its lease ended {Clock(ends)}"),
            };
        }

        if (run.Record.Kind != EngineKind.RayCronJob)
        {
            return words;
        }

        if (Next(run, state, now) is { } next)
        {
            var place = run.Facts!.TimeZone is { Length: > 0 } zone
                ? (Message)$" ({next.ToString("d MMM HH:mm", CultureInfo.InvariantCulture)} in {zone})"
                : (Message)" if the operator's clock is UTC";
            words = words with { Line = Say($"{words.Line}; next run {Clock(next)}{place}") };
        }

        JobRun[] last = [.. ranBy.Where(item => item.LastState is not null).Take(Results)];
        return words with
        {
            Line =
                last.Length == 0
                    ? Say($"{words.Line}; it has not run yet")
                    : Say(
                        $"{words.Line}; last runs: {string.Join(", ", last.Select(item => StateText.Word(item.LastState!, language)))}"
                    ),
        };

        string Say(Message message) => language.Text(StateText.Context, message);
    }

    private static string Clock(DateTimeOffset time) =>
        time.UtcDateTime.ToString("d MMM HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
