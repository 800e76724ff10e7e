using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Rayquest.JobHosts.Processes;

/// <summary>What a finished program left behind; <see cref="Error"/> is its standard error, shortened to 16 KiB.</summary>
public sealed record ProcessResult(int ExitCode, byte[] Output, string Error, bool TimedOut)
{
    /// <summary>Standard output as UTF-8; bytes that aren't UTF-8 become U+FFFD.</summary>
    public string Text => Encoding.UTF8.GetString(Output);
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
    public static ProcessResult Run(
        string program,
        IReadOnlyList<string> arguments,
        string directory,
        IReadOnlyDictionary<string, string?> environment,
        TimeSpan timeout,
        ReadOnlyMemory<byte> input = default
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
        process.StandardOutput.BaseStream.CopyTo(output);
        process.WaitForExit();
        feed.Wait();
        return new ProcessResult(process.ExitCode, output.ToArray(), error.Result, expired);
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
