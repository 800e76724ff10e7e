using Rayquest.JobLint.Output;
using Rayquest.JobModel.Languages;
using Rayquest.JobReport.Doctor.Checks;

namespace Rayquest.JobCli.Console;

/// <summary>Where the program reads and writes: the real console, or strings in a test.</summary>
internal sealed class Terminal(
    TextReader input,
    TextWriter output,
    TextWriter error,
    bool outputIsTerminal,
    bool errorIsTerminal,
    bool inputIsTerminal,
    bool noColour,
    string currentFolder
)
{
    public TextReader In { get; } = input;
    public TextWriter Out { get; } = output;
    public TextWriter Error { get; } = error;
    public string CurrentFolder { get; } = currentFolder;

    /// <summary>Whether what is asked of GitHub, and what rules take, is told on standard error.</summary>
    public bool IsTracing { get; set; } = Environment.GetEnvironmentVariable("RAYQUEST_TRACE") is { Length: > 0 };

    /// <summary>The language of what is printed for people about findings.</summary>
    public Language Language { get; set; } = Language.English;

    /// <summary>Whether a person can be asked.</summary>
    public bool CanAsk { get; } = inputIsTerminal && errorIsTerminal;

    /// <summary>Whether results may be coloured.</summary>
    public bool Colour { get; } = outputIsTerminal && !noColour;

    /// <summary>Cells of a line on a terminal, or COLUMNS; elsewhere lines are as long as they are.</summary>
    public int Width { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("COLUMNS"), out int columns) && columns > 0
            ? Math.Max(40, columns)
        : outputIsTerminal ? WindowWidth()
        : int.MaxValue;

    /// <summary>Whether messages about the run may be coloured and a line may be rewritten.</summary>
    public bool ErrorIsTerminal { get; } = errorIsTerminal;

    public Palette Palette => new(Colour);

    /// <summary>The console of this process; its streams live as long as the process.</summary>
#pragma warning disable CA2000
    public static Terminal System()
    {
        StreamWriter output = new(
            global::System.Console.OpenStandardOutput(),
            new global::System.Text.UTF8Encoding(false),
            1 << 16
        )
        {
            AutoFlush = false,
        };
        StreamWriter error = new(
            global::System.Console.OpenStandardError(),
            new global::System.Text.UTF8Encoding(false)
        )
        {
            AutoFlush = true,
        };
        return new Terminal(
            global::System.Console.In,
            output,
            error,
            !global::System.Console.IsOutputRedirected,
            !global::System.Console.IsErrorRedirected,
            !global::System.Console.IsInputRedirected,
            Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 }
                || Environment.GetEnvironmentVariable("TERM") == "dumb",
            Environment.CurrentDirectory
        )
        {
            Language = OutputLanguage.Of(Environment.GetEnvironmentVariable),
        };
    }
#pragma warning restore CA2000

    private static int WindowWidth()
    {
        try
        {
            return global::System.Console.WindowWidth is > 40 and var width ? width : int.MaxValue;
        }
        catch (Exception fault) when (fault is IOException or PlatformNotSupportedException)
        {
            return int.MaxValue;
        }
    }

    /// <summary>A fault on the error stream: cause, then remedy, each on a line.</summary>
    public void Fault(string cause, string remedy)
    {
        Palette palette = new(ErrorIsTerminal && Colour);
        Error.WriteLine($"{palette.Red("rayquest:")} {TerminalText.Line(cause)}");
        Error.WriteLine($"  {TerminalText.Line(remedy)}");
    }
}

/// <summary>A line on the error stream that counts; shown on a terminal only, and only when the work is long.</summary>
internal sealed class Progress(Terminal terminal, string verb, int total) : IDisposable
{
    private const int Threshold = 500;
    private readonly bool shown = terminal.ErrorIsTerminal && total >= Threshold;
    private readonly Lock gate = new();
    private int last;

    public void Report(int done)
    {
        if (!shown || (done % 250 != 0 && done != total))
        {
            return;
        }

        lock (gate)
        {
            if (done > last)
            {
                last = done;
                terminal.Error.Write($"\r{verb} {done:N0} of {total:N0}");
            }
        }
    }

    public void Dispose()
    {
        if (shown && last > 0)
        {
            terminal.Error.Write("\r\u001b[K");
        }
    }
}
