using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Rayquest.JobHosts.Processes;

/// <summary>What a finished program left behind; <see cref="Error"/> is its standard error, shortened to 16 KiB.</summary>
public sealed record ProcessResult(int ExitCode, byte[] Output, string Error, bool TimedOut)
{
    /// <summary>Standard output as UTF-8; bytes that aren't UTF-8 become U+FFFD.</summary>
    public string Text => Encoding.UTF8.GetString(Output);

    /// <summary>Whether it was ended because its output was refused; <see cref="Output"/> holds what came before.</summary>
    public bool IsStopped { get; init; }
}

/// <summary>
/// One run of another program: arguments as a list (no shell), input and output as bytes, killed with its children
/// after the timeout. Credentials travel in <c>environment</c>, which the process list doesn't show.
/// </summary>
public static class ChildProcess
{
    private const int ErrorLimit = 16 * 1024;

    /// <summary>Runs to the end. A program that can't be started is reported as exit code 127.</summary>
    /// <param name="environment">Variables to set, or to remove where the value is null.</param>
    /// <param name="goesOn">Shown every piece of the output as it comes; the program is ended at the first it refuses.</param>
    public static ProcessResult Run(
        string program,
        IReadOnlyList<string> arguments,
        string directory,
        IReadOnlyDictionary<string, string?> environment,
        TimeSpan timeout,
        ReadOnlyMemory<byte> input = default,
        Func<ReadOnlyMemory<byte>, bool>? goesOn = null
    )
    {
        using var process = new Process { StartInfo = Describe(program, arguments, directory, environment) };
        try
        {
            process.Start();
        }
        catch (Win32Exception fault)
        {
            return new ProcessResult(127, [], fault.Message, TimedOut: false);
        }

        var expired = false;
        using var alarm = new Timer(
            _ =>
            {
                expired = true;
                Kill(process);
            },
            null,
            timeout,
            Timeout.InfiniteTimeSpan
        );
        var error = Task.Run(() => ReadShort(process.StandardError));
        var feed = Task.Run(() => Feed(process, input));
        using var output = new MemoryStream();
        var stopped = !Copy(process.StandardOutput.BaseStream, output, goesOn);
        if (stopped)
            Kill(process);
        process.WaitForExit();
        feed.Wait();
        return new ProcessResult(process.ExitCode, output.ToArray(), error.Result, expired) { IsStopped = stopped };
    }

    private static bool Copy(Stream from, MemoryStream to, Func<ReadOnlyMemory<byte>, bool>? goesOn)
    {
        if (goesOn is null)
        {
            from.CopyTo(to);
            return true;
        }

        var buffer = new byte[64 * 1024];
        for (int read; (read = from.Read(buffer)) > 0; )
        {
            if (!goesOn(buffer.AsMemory(0, read)))
                return false;
            to.Write(buffer, 0, read);
        }

        return true;
    }

    internal static ProcessStartInfo Describe(
        string program,
        IReadOnlyList<string> arguments,
        string directory,
        IReadOnlyDictionary<string, string?> environment
    )
    {
        var start = new ProcessStartInfo(program)
        {
            WorkingDirectory = directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            CreateNoWindow = true,
            StandardErrorEncoding = Encoding.UTF8,
        };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return start;
    }

    internal static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception fault) when (fault is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It ended between the look and the shot.
        }
    }

    private static void Feed(Process process, ReadOnlyMemory<byte> input)
    {
        try
        {
            using var stream = process.StandardInput.BaseStream;
            stream.Write(input.Span);
        }
        catch (IOException)
        {
            // The program ended before it had read everything; its exit code tells why.
        }
    }

    private static string ReadShort(StreamReader reader)
    {
        var text = new StringBuilder();
        var buffer = new char[4096];
        for (int read; (read = reader.Read(buffer, 0, buffer.Length)) > 0; )
            if (text.Length < ErrorLimit)
                text.Append(buffer, 0, read);
        return text.ToString();
    }
}
