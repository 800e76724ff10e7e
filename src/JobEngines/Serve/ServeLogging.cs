using System.Collections.Frozen;
using Rayquest.JobEngines.Manifests;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Schemas;

namespace Rayquest.JobEngines.Serve;

/// <summary>What Serve's <c>logging_config</c> takes beyond the types of its keys: Python's levels, and the attributes of its records.</summary>
internal static class ServeLogging
{
    private static readonly string[] Levels =
    [
        "CRITICAL",
        "FATAL",
        "ERROR",
        "WARNING",
        "WARN",
        "INFO",
        "DEBUG",
        "NOTSET",
    ];

    private static readonly FrozenSet<string> Attributes = FrozenSet.Create(
        StringComparer.Ordinal,
        "args",
        "asctime",
        "created",
        "exc_info",
        "exc_text",
        "filename",
        "funcName",
        "levelname",
        "levelno",
        "lineno",
        "message",
        "module",
        "msecs",
        "msg",
        "name",
        "pathname",
        "process",
        "processName",
        "relativeCreated",
        "stack_info",
        "thread",
        "threadName",
        "taskName"
    );

    // As Serve's schema reads truth, in any case.
    private static readonly FrozenSet<string> Booleans = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "true",
        "false",
        "yes",
        "no",
        "on",
        "off",
        "y",
        "n",
        "t",
        "f",
        "1",
        "0"
    );

    /// <summary>Whether Serve reads the value as true or false.</summary>
    public static bool IsBoolean(Field value) =>
        value.IsTrue || value.IsFalse || value.Integer is 0 or 1 || (value.Text is { } text && Booleans.Contains(text));

    /// <summary>Checks a `logging_config`.</summary>
    public static void Check(Field logging, FaultList faults)
    {
        Level(logging["log_level"], faults);
        foreach (Field attribute in logging["additional_log_standard_attrs"].Items())
        {
            if (attribute.Text is not { } name || !(Attributes.Contains(name) || PlaceholderText.Holds(name)))
            {
                faults.Add(
                    ServeRules.BadConfig,
                    attribute,
                    $"`{NameGrammar.Shorten(attribute.Text ?? attribute.Json?.Text ?? "")}` is no attribute of Python's log records, such as `process` or `threadName`{DidYouMean.Phrase(attribute.Text ?? "", [.. Attributes.Order(StringComparer.Ordinal)])}"
                );
            }
        }
    }

    private static void Level(Field level, FaultList faults)
    {
        if (!level.Exists || (level.Text is { } text && PlaceholderText.Holds(text)))
        {
            return;
        }

        if (level.Text is { } name && Levels.Contains(name, StringComparer.Ordinal))
        {
            return;
        }

        if (ServeNumber.Of(level) is 0 or 10 or 20 or 30 or 40 or 50)
        {
            if (level.Text is { } quoted)
            {
                faults.Warn(
                    ServeRules.BadConfig,
                    level,
                    $"`log_level` is text, which newer versions of Serve refuse unless it is a level's name; write {NameGrammar.Shorten(quoted)} without quotes, or the name"
                );
            }

            return;
        }

        string found = NameGrammar.Shorten(level.Text ?? level.Json?.Text ?? level.Node?.KindName ?? "");
        string meant = found.ToUpperInvariant();
        faults.Add(
            ServeRules.BadConfig,
            level,
            Levels.Contains(meant, StringComparer.Ordinal)
                ? $"`log_level` is `{found}`, and Serve takes it in capitals only; write `{meant}`"
                : $"`log_level` can't be `{found}`; it is one of {NameGrammar.Listing(Levels)}, or their numbers from 0 to 50"
        );
    }
}
