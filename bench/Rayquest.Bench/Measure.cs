using System.Diagnostics;
using System.Globalization;

namespace Rayquest.Bench;

/// <summary>One whole-process measurement: medians over several runs.</summary>
/// <param name="Seconds">Wall time.</param>
/// <param name="Processor">Processor time, user and system, all cores; NaN where it can't be read.</param>
/// <param name="Mebibytes">Peak resident set; NaN where it can't be read.</param>
/// <param name="ExitCode">Exit code of the last run.</param>
/// <param name="Output">What the last run printed on standard output, at most its last lines.</param>
internal sealed record Measurement(double Seconds, double Processor, double Mebibytes, int ExitCode, string Output);

internal static class Measure
{
    private const string Time = "/usr/bin/time";

    /// <summary>Runs a program to its end several times and takes the medians.</summary>
    /// <param name="prepare">Called before every run, outside the clock.</param>
    /// <param name="variables">Environment variables of the program.</param>
    public static Measurement Run(
        string folder,
        int times,
        string program,
        string[] arguments,
        Action? prepare = null,
        IReadOnlyDictionary<string, string>? variables = null
    )
    {
        var seconds = new List<double>();
        var processor = new List<double>();
        var mebibytes = new List<double>();
        var code = 0;
        var output = "";
        for (var run = 0; run < times; run++)
        {
            prepare?.Invoke();
            var (wall, busy, peak, exit, said) = Once(folder, program, arguments, variables);
            seconds.Add(wall);
            processor.Add(busy);
            mebibytes.Add(peak);
            (code, output) = (exit, said);
        }

        return new Measurement(Median(seconds), Median(processor), Median(mebibytes), code, output);
    }

    /// <summary>The medians of single runs.</summary>
    public static Measurement Median(IReadOnlyList<Measurement> runs) =>
        new(
            Median([.. runs.Select(r => r.Seconds)]),
            Median([.. runs.Select(r => r.Processor)]),
            Median([.. runs.Select(r => r.Mebibytes)]),
            runs.Max(r => r.ExitCode),
            runs[^1].Output
        );

    private static (double Seconds, double Processor, double Mebibytes, int Code, string Output) Once(
        string folder,
        string program,
        string[] arguments,
        IReadOnlyDictionary<string, string>? variables
    )
    {
        var peakFile = File.Exists(Time) ? Path.GetTempFileName() : null;
        var start = new ProcessStartInfo(peakFile is null ? program : Time)
        {
            UseShellExecute = false,
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["NO_COLOR"] = "1";
        foreach (var (name, value) in variables ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        foreach (
            var argument in peakFile is null ? arguments : ["-f", "%M %U %S", "-o", peakFile, program, .. arguments]
        )
        {
            start.ArgumentList.Add(argument);
        }

        var clock = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        var seconds = clock.Elapsed.TotalSeconds;
        var said = output + errors.GetAwaiter().GetResult();
        var (processor, mebibytes) = (double.NaN, double.NaN);
        if (peakFile is not null)
        {
            if (File.ReadLines(peakFile).LastOrDefault()?.Split(' ') is [var kibibytes, var user, var system])
            {
                processor =
                    double.Parse(user, CultureInfo.InvariantCulture)
                    + double.Parse(system, CultureInfo.InvariantCulture);
                mebibytes = double.Parse(kibibytes, CultureInfo.InvariantCulture) / 1024;
            }

            File.Delete(peakFile);
        }

        return (seconds, processor, mebibytes, process.ExitCode, said.Length > 2000 ? said[^2000..] : said);
    }

    private static double Median(List<double> values)
    {
        values.Sort();
        return values.Count % 2 == 1
            ? values[values.Count / 2]
            : (values[(values.Count / 2) - 1] + values[values.Count / 2]) / 2;
    }
}
