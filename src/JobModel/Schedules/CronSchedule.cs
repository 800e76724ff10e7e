using System.Globalization;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Text;

namespace Rayquest.JobModel.Schedules;

/// <summary>A schedule as the operator's parser reads it: five fields, a descriptor such as <c>@daily</c>, or <c>@every 90m</c> (R2).</summary>
public sealed class CronSchedule
{
    private static readonly string[] Months =
    [
        "jan",
        "feb",
        "mar",
        "apr",
        "may",
        "jun",
        "jul",
        "aug",
        "sep",
        "oct",
        "nov",
        "dec",
    ];
    private static readonly string[] Days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    private static readonly (string Name, int Least, int Most, string[] Words, int First)[] Fields =
    [
        ("minute", 0, 59, [], 0),
        ("hour", 0, 23, [], 0),
        ("day of month", 1, 31, [], 0),
        ("month", 1, 12, Months, 1),
        ("day of week", 0, 6, Days, 0),
    ];

    private static readonly string[] Descriptors =
    [
        "@yearly",
        "@annually",
        "@monthly",
        "@weekly",
        "@daily",
        "@midnight",
        "@hourly",
    ];

    private const string EveryWord = "@every ";
    private const int MinutesOfDay = 24 * 60;

    // Four years from a leap year on: every day of a month and of a week there is.
    private static readonly DateOnly FirstDay = new(2024, 1, 1);
    private const int CountedDays = (4 * 365) + 1;

    private readonly ulong[] bits = new ulong[5];
    private readonly bool[] anything = new bool[5];
    private readonly string[] written = [];
    private bool[]? days;

    private CronSchedule(string text)
    {
        Text = text;
        if (text.StartsWith(EveryWord, StringComparison.Ordinal))
        {
            // Whole seconds, one at least; the name of a run has the minute, so a second one of the same minute is none.
            long seconds = (GoDuration.Parse(text[EveryWord.Length..]) ?? 0) / 1_000_000_000;
            EverySeconds = Math.Max(60, seconds);
            return;
        }

        written = Expanded(text).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        for (int i = 0; i < 5; i++)
        {
            foreach (string range in written[i].Split(',', StringSplitOptions.RemoveEmptyEntries))
            {
                anything[i] |= IsAny(range) && StepOf(range) <= 1;
            }

            for (int value = Fields[i].Least; value <= Fields[i].Most; value++)
            {
                if (Holds(i, written[i], value))
                {
                    bits[i] |= 1UL << value;
                }
            }
        }

        List<int> times = [];
        for (int minute = 0; minute < MinutesOfDay; minute++)
        {
            if (Has(1, minute / 60) && Has(0, minute % 60))
            {
                times.Add(minute);
            }
        }

        Times = times;
    }

    /// <summary>The text as written.</summary>
    public string Text { get; }

    /// <summary>Of <c>@every</c> the seconds between two runs, a minute at least; null for a schedule of times of the day.</summary>
    public long? EverySeconds { get; }

    /// <summary>The minutes of a day at which it comes, ascending; empty for <c>@every</c>.</summary>
    public IReadOnlyList<int> Times { get; } = [];

    /// <summary>Whether it comes in every hour of the day.</summary>
    public bool IsHourly => EverySeconds is not null || bits[1] == (1UL << 24) - 1;

    /// <summary>Whether days of the month are named.</summary>
    public bool NamesDays => EverySeconds is null && !anything[2];

    /// <summary>Whether days of the week are named; where days of the month are too, either will do.</summary>
    public bool NamesWeekdays => EverySeconds is null && !anything[4];

    /// <summary>One of the five fields as written: minute, hour, day of month, month, day of week; empty for <c>@every</c>.</summary>
    public string Field(int index) => index < written.Length ? written[index] : "";

    /// <summary>Whether a field has a value.</summary>
    public bool Has(int field, int value) => (bits[field] & (1UL << value)) != 0;

    /// <summary>How many values a field has.</summary>
    public int CountOf(int field) => System.Numerics.BitOperations.PopCount(bits[field]);

    /// <summary>The schedule; null where something is wrong with the text.</summary>
    public static CronSchedule? Parse(string text) => FaultOf(text) is null ? new CronSchedule(text) : null;

    /// <summary>Whether it comes on a day.</summary>
    public bool Falls(DateOnly day)
    {
        if (EverySeconds is not null || !Has(3, day.Month))
        {
            return false;
        }

        bool byDay = Has(2, day.Day);
        bool byWeekday = Has(4, (int)day.DayOfWeek);
        return NamesDays && NamesWeekdays ? byDay || byWeekday : byDay && byWeekday;
    }

    /// <summary>The most runs that begin within a time, counted from the beginning of one of them; at least 1.</summary>
    public long MostWithin(long seconds)
    {
        if (EverySeconds is { } every)
        {
            return Math.Max(1, (seconds + every - 1) / every);
        }

        // A run that begins at the very end doesn't meet the first any more.
        long minutes = (seconds + 59) / 60;
        if (minutes <= 1)
        {
            return 1;
        }

        // Beyond a year the number grows as in any year.
        const long Year = 365L * MinutesOfDay;
        if (minutes > Year)
        {
            return (minutes / Year * MostWithin(Year * 60)) + MostWithin(Math.Max(60, minutes % Year * 60));
        }

        bool[] falls = FallsByDay;
        bool isDaily = Array.TrueForAll(falls, d => d);
        int[] before = new int[MinutesOfDay + 1];
        foreach (int time in Times)
        {
            before[time + 1] = 1;
        }

        for (int i = 1; i <= MinutesOfDay; i++)
        {
            before[i] += before[i - 1];
        }

        int[] daysBefore = new int[falls.Length + 1];
        for (int i = 0; i < falls.Length; i++)
        {
            daysBefore[i + 1] = daysBefore[i] + (falls[i] ? 1 : 0);
        }

        long most = 1;
        for (int day = 0; day < (isDaily ? 1 : CountedDays); day++)
        {
            if (!falls[day])
            {
                continue;
            }

            foreach (int time in Times)
            {
                long start = ((long)day * MinutesOfDay) + time;
                most = Math.Max(most, Until(start + minutes) - Until(start));
            }
        }

        return most;

        long Until(long minute)
        {
            int day = (int)(minute / MinutesOfDay);
            return day >= falls.Length
                ? (long)daysBefore[^1] * Times.Count
                : ((long)daysBefore[day] * Times.Count) + (falls[day] ? before[minute % MinutesOfDay] : 0);
        }
    }

    /// <summary>The most runs of a month.</summary>
    public long MostInMonth
    {
        get
        {
            if (EverySeconds is { } every)
            {
                return (31L * 86_400 + every - 1) / every;
            }

            int most = 0;
            for (DateOnly month = FirstDay; month.Year < FirstDay.Year + 4; month = month.AddMonths(1))
            {
                int count = 0;
                for (DateOnly day = month; day.Month == month.Month; day = day.AddDays(1))
                {
                    count += Falls(day) ? 1 : 0;
                }

                most = Math.Max(most, count);
            }

            return (long)most * Times.Count;
        }
    }

    /// <summary>The shortest time between two runs, in seconds.</summary>
    public long ShortestGap => Gaps().Shortest;

    /// <summary>The longest time between two runs, in seconds.</summary>
    public long LongestGap => Gaps().Longest;

    private (long Shortest, long Longest) Gaps()
    {
        if (EverySeconds is { } every)
        {
            return (every, every);
        }

        (long shortest, long longest) = (long.MaxValue, 0);
        for (int i = 1; i < Times.Count; i++)
        {
            (shortest, longest) = (
                Math.Min(shortest, Times[i] - Times[i - 1]),
                Math.Max(longest, Times[i] - Times[i - 1])
            );
        }

        int between = MinutesOfDay - Times[^1] + Times[0];
        bool[] falls = FallsByDay;
        int last = -1;
        for (int day = 0; day < falls.Length; day++)
        {
            if (!falls[day])
            {
                continue;
            }

            if (last >= 0)
            {
                long gap = between + ((day - last - 1L) * MinutesOfDay);
                (shortest, longest) = (Math.Min(shortest, gap), Math.Max(longest, gap));
            }

            last = day;
        }

        // What comes on one day of the four years: 29 February.
        return longest == 0 || last < 0 ? (4L * 365 * 86_400, 4L * 366 * 86_400) : (shortest * 60, longest * 60);
    }

    // A year more than is counted, for what begins at the end.
    private bool[] FallsByDay =>
        days ??= [.. Enumerable.Range(0, CountedDays + 366).Select(i => Falls(FirstDay.AddDays(i)))];

    private static string Expanded(string text) =>
        text switch
        {
            "@yearly" or "@annually" => "0 0 1 1 *",
            "@monthly" => "0 0 1 * *",
            "@weekly" => "0 0 * * 0",
            "@daily" or "@midnight" => "0 0 * * *",
            "@hourly" => "0 * * * *",
            _ => text,
        };

    private static long StepOf(string range) => range.Split('/') is [_, { } step, ..] ? Digits(step) ?? 1 : 1;

    /// <summary>What is wrong with a schedule, or null.</summary>
    public static string? FaultOf(string schedule)
    {
        if (schedule.Contains("TZ", StringComparison.Ordinal))
        {
            return "a time zone goes into `timeZone`, not into the schedule";
        }

        if (schedule.Length == 0)
        {
            return "the schedule is empty; write five fields such as `0 3 * * *`";
        }

        if (schedule[0] == '@')
        {
            return Descriptor(schedule);
        }

        string[] parts = schedule.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length != 5)
        {
            return $"a schedule has five fields (minute, hour, day of month, month, day of week), this has {parts.Length}";
        }

        for (int i = 0; i < 5; i++)
        {
            foreach (string range in parts[i].Split(',', StringSplitOptions.RemoveEmptyEntries))
            {
                if (Range(i, range) is { } fault)
                {
                    return fault;
                }
            }
        }

        return Comes(parts[2], parts[3], parts[4])
            ? null
            : $"no month of `{MessageText.Shorten(parts[3])}` has a day `{MessageText.Shorten(parts[2])}`: the schedule never comes, and the operator runs such a job at once";
    }

    /// <summary>A descriptor that asks for more than one run a minute, which is what the operator makes of it.</summary>
    public static bool IsBelowMinute(string schedule) =>
        schedule.StartsWith(EveryWord, StringComparison.Ordinal)
        && GoDuration.Parse(schedule[EveryWord.Length..]) is { } every
        && every < 60_000_000_000;

    // Where a day of the week is given as well, either will do; else one of the months needs one of the days.
    private static bool Comes(string days, string months, string weekdays)
    {
        if (weekdays.Split(',').All(w => !IsAny(w)) || days.Split(',').Any(IsAny))
        {
            return true;
        }

        int[] last = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
        return Enumerable
            .Range(1, 12)
            .Where(m => Holds(3, months, m))
            .Any(m => Enumerable.Range(1, last[m - 1]).Any(d => Holds(2, days, d)));
    }

    private static bool IsAny(string range) => range.Split('/')[0].Split('-')[0] is "*" or "?";

    private static bool Holds(int field, string list, int value)
    {
        foreach (string range in list.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] steps = range.Split('/');
            string[] ends = steps[0].Split('-');
            long step = steps.Length == 2 ? Digits(steps[1]) ?? 1 : 1;
            bool any = IsAny(range);
            long start = any ? Fields[field].Least : Number(field, ends[0]) ?? 0;
            long end =
                any ? Fields[field].Most
                : ends.Length == 2 ? Number(field, ends[1]) ?? 0
                : steps.Length == 2 ? Fields[field].Most
                : start;
            if (value >= start && value <= end && (value - start) % step == 0)
            {
                return true;
            }
        }

        return false;
    }

    private static string? Descriptor(string schedule)
    {
        if (schedule.StartsWith(EveryWord, StringComparison.Ordinal))
        {
            return GoDuration.Parse(schedule[EveryWord.Length..]) is null
                ? $"`{MessageText.Shorten(schedule[EveryWord.Length..])}` is not a duration; write `@every 1h30m`"
                : null;
        }

        return Descriptors.Contains(schedule)
            ? null
            : $"`{MessageText.Shorten(schedule)}` is not a descriptor; it is one of {string.Join(", ", Descriptors.Select(d => $"`{d}`"))}, `@every <duration>`";
    }

    private static string? Range(int field, string text)
    {
        (string name, int least, int most, _, _) = Fields[field];
        string[] steps = text.Split('/');
        string[] ends = steps[0].Split('-');
        long start = least;
        long end = most;
        // After a star the parser looks at no end at all: `*-5` is `*`.
        bool any = ends[0] is "*" or "?";
        if (steps.Length > 2 || (ends.Length > 2 && !any))
        {
            return $"`{MessageText.Shorten(text)}` of the {name} has too many `/` or `-`";
        }

        if (!any)
        {
            if (Number(field, ends[0]) is not { } first)
            {
                return $"`{MessageText.Shorten(ends[0])}` is no {name}; it is {least} to {most}";
            }

            start = first;
            end = steps.Length == 2 ? most : first;
            if (ends.Length == 2)
            {
                if (Number(field, ends[1]) is not { } last)
                {
                    return $"`{MessageText.Shorten(ends[1])}` is no {name}; it is {least} to {most}";
                }

                end = last;
            }
        }

        if (start < least || end > most)
        {
            return $"the {name} `{MessageText.Shorten(text)}` is outside of {least} to {most}";
        }

        if (start > end)
        {
            return $"the {name} `{MessageText.Shorten(text)}` begins after it ends";
        }

        return steps.Length == 2 && Digits(steps[1]) is null or 0
            ? $"`{MessageText.Shorten(steps[1])}` is not a step; write a number above 0"
            : null;
    }

    private static long? Number(int field, string text)
    {
        int word = Array.IndexOf(Fields[field].Words, text.ToLowerInvariant());
        return word >= 0 ? word + Fields[field].First : Digits(text);
    }

    // A number as Go's Atoi reads it, a plus allowed; the parser refuses what is negative.
    private static long? Digits(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number)
        && number >= 0
        && text[0] != '-'
            ? number
            : null;
}
