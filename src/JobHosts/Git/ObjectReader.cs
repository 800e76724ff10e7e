using System.Diagnostics;
using System.Globalization;
using System.Text;
using Rayquest.JobHosts.Processes;

namespace Rayquest.JobHosts.Git;

/// <summary>One object as the database describes it.</summary>
internal sealed record ObjectHeader(ObjectId Id, string Type, long Size);

/// <summary>
/// A <c>git cat-file --batch-command</c> that stays open: one process however many objects are read. Questions go in
/// by the hundred and are flushed once, so neither side waits for the other per object.
/// </summary>
/// <param name="objectDirectory">Where the objects lie, when that isn't the repository's own place.</param>
internal sealed class ObjectReader(GitProgram git, string? objectDirectory = null) : IDisposable
{
    // A question is at most 9 + 64 + 1 bytes: this many fit any pipe, so writing never waits for reading.
    private const int PerFlush = 500;

    private readonly Lock gate = new();
    private readonly byte[] buffer = new byte[64 * 1024];
    private Process? process;
    private Stream? answers;
    private int start;
    private int end;

    /// <summary>Describes what each revision expression names; null where it names nothing or more than one thing.</summary>
    public IReadOnlyList<ObjectHeader?> Describe(IReadOnlyList<string> names)
    {
        lock (gate)
        {
            var found = new List<ObjectHeader?>(names.Count);
            Ask("info", names, found.Add, static (_, _) => { });
            return found;
        }
    }

    /// <summary>Reads each named object that exists, calling <paramref name="take"/> in order.</summary>
    public void Read(IReadOnlyList<ObjectId> ids, Action<ObjectHeader, byte[]> take)
    {
        lock (gate)
            Ask("contents", [.. ids.Select(id => id.ToString())], static _ => { }, take);
    }

    /// <summary>Reads what each revision expression names, calling <paramref name="take"/> in order for those that name something.</summary>
    public void ReadNamed(IReadOnlyList<string> names, Action<ObjectHeader, byte[]> take)
    {
        lock (gate)
            Ask("contents", names, static _ => { }, take);
    }

    public void Dispose()
    {
        lock (gate)
            Close();
    }

    private void Ask(
        string verb,
        IReadOnlyList<string> names,
        Action<ObjectHeader?> describe,
        Action<ObjectHeader, byte[]> take
    )
    {
        try
        {
            var running = Started();
            for (var first = 0; first < names.Count; first += PerFlush)
            {
                var last = Math.Min(names.Count, first + PerFlush);
                var questions = new StringBuilder();
                for (var i = first; i < last; i++)
                    questions.Append(verb).Append(' ').Append(names[i]).Append('\n');
                questions.Append("flush\n");
                running.StandardInput.BaseStream.Write(Encoding.UTF8.GetBytes(questions.ToString()));
                running.StandardInput.BaseStream.Flush();
                for (var i = first; i < last; i++)
                {
                    var header = ReadHeader();
                    describe(header);
                    if (header is not null && verb == "contents")
                        take(header, ReadContent(header.Size));
                }
            }
        }
        catch (IOException)
        {
            Close();
            throw new GitException("git cat-file ended before it had answered", "check the repository with git fsck");
        }
    }

    private Process Started()
    {
        if (process is { HasExited: false })
            return process;
        Close();
        var arguments = GitProgram.Arguments(["cat-file", "--batch-command", "--buffer"]);
        var variables = GitProgram.Environment;
        if (objectDirectory is not null)
            variables = new Dictionary<string, string?>(variables, StringComparer.Ordinal)
            {
                ["GIT_OBJECT_DIRECTORY"] = objectDirectory,
            };
        process = new Process
        {
            StartInfo = ChildProcess.Describe(git.Executable, arguments, git.Directory, variables),
        };
        try
        {
            process.Start();
        }
        catch (System.ComponentModel.Win32Exception fault)
        {
            throw new GitException($"git could not be started ({fault.Message})", "install git 2.38 or newer");
        }

        process.ErrorDataReceived += static (_, _) => { };
        process.BeginErrorReadLine();
        answers = process.StandardOutput.BaseStream;
        (start, end) = (0, 0);
        return process;
    }

    private void Close()
    {
        if (process is null)
            return;
        try
        {
            // It ends by itself where it waits for the next question; where it was left in the middle of an answer it doesn't.
            process.StandardInput.Close();
            answers?.Dispose();
            if (!process.WaitForExit(TimeSpan.FromSeconds(1)))
                ChildProcess.Kill(process);
        }
        catch (IOException)
        {
            ChildProcess.Kill(process);
        }

        process.Dispose();
        process = null;
    }

    private ObjectHeader? ReadHeader()
    {
        var parts = ReadLine().Split(' ');
        return
            parts is [var name, var type, var size]
            && ObjectId.TryParse(name, out var id)
            && long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes)
            ? new ObjectHeader(id, type, bytes)
            : null;
    }

    private string ReadLine()
    {
        var line = new MemoryStream();
        while (true)
        {
            var window = buffer.AsSpan(start, end - start);
            var stop = window.IndexOf((byte)'\n');
            line.Write(stop < 0 ? window : window[..stop]);
            if (stop >= 0)
            {
                start += stop + 1;
                return Encoding.UTF8.GetString(line.GetBuffer(), 0, (int)line.Length);
            }

            Fill();
        }
    }

    private byte[] ReadContent(long size)
    {
        var content = GC.AllocateUninitializedArray<byte>(checked((int)size));
        var filled = Math.Min(content.Length, end - start);
        buffer.AsSpan(start, filled).CopyTo(content);
        start += filled;
        answers!.ReadExactly(content.AsSpan(filled));
        if (start == end)
            Fill();
        start++; // the line feed after the content
        return content;
    }

    private void Fill()
    {
        start = 0;
        end = answers!.Read(buffer, 0, buffer.Length);
        if (end == 0)
            throw new EndOfStreamException();
    }
}
