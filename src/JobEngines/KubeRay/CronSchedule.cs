using Rayquest.JobEngines.Kubernetes;
using Rayquest.JobEngines.Manifests;

namespace Rayquest.JobEngines.KubeRay;

/// <summary>Cron schedules as the operator's parser reads them: five fields or a descriptor (R2).</summary>
internal static class CronSchedule
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
            : $"no month of `{NameGrammar.Shorten(parts[3])}` has a day `{NameGrammar.Shorten(parts[2])}`: the schedule never comes, and the operator runs such a job at once";
    }

    /// <summary>A descriptor that asks for more than one run a minute, which is what the operator makes of it.</summary>
    public static bool IsBelowMinute(string schedule) =>
        schedule.StartsWith("@every ", StringComparison.Ordinal)
        && GoDuration.Parse(schedule["@every ".Length..]) is { } every
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
        const string Every = "@every ";
        if (schedule.StartsWith(Every, StringComparison.Ordinal))
        {
            return GoDuration.Parse(schedule[Every.Length..]) is null
                ? $"`{NameGrammar.Shorten(schedule[Every.Length..])}` is not a duration; write `@every 1h30m`"
                : null;
        }

        return Descriptors.Contains(schedule)
            ? null
            : $"`{NameGrammar.Shorten(schedule)}` is not a descriptor; it is one of {NameGrammar.Listing(Descriptors)}, `@every <duration>`";
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
            return $"`{NameGrammar.Shorten(text)}` of the {name} has too many `/` or `-`";
        }

        if (!any)
        {
            if (Number(field, ends[0]) is not { } first)
            {
                return $"`{NameGrammar.Shorten(ends[0])}` is no {name}; it is {least} to {most}";
            }

            start = first;
            end = steps.Length == 2 ? most : first;
            if (ends.Length == 2)
            {
                if (Number(field, ends[1]) is not { } last)
                {
                    return $"`{NameGrammar.Shorten(ends[1])}` is no {name}; it is {least} to {most}";
                }

                end = last;
            }
        }

        if (start < least || end > most)
        {
            return $"the {name} `{NameGrammar.Shorten(text)}` is outside of {least} to {most}";
        }

        if (start > end)
        {
            return $"the {name} `{NameGrammar.Shorten(text)}` begins after it ends";
        }

        return steps.Length == 2 && Digits(steps[1]) is null or 0
            ? $"`{NameGrammar.Shorten(steps[1])}` is not a step; write a number above 0"
            : null;
    }

    private static long? Number(int field, string text)
    {
        int word = Array.IndexOf(Fields[field].Words, text.ToLowerInvariant());
        return word >= 0 ? word + Fields[field].First : Digits(text);
    }

    // A number as Go's Atoi reads it, a plus allowed; the parser refuses what is negative.
    private static long? Digits(string text) =>
        long.TryParse(
            text,
            System.Globalization.NumberStyles.AllowLeadingSign,
            System.Globalization.CultureInfo.InvariantCulture,
            out long number
        )
        && number >= 0
        && text[0] != '-'
            ? number
            : null;
}
