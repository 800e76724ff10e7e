using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Win32.SafeHandles;

namespace Rayquest.JobHosts.Files;

/// <summary>Writes files whole or not at all: a kill half-way leaves the old one, and beside it at most a file that the next run removes.</summary>
public static partial class AtomicFile
{
    /// <summary>Writes text as UTF-8, and makes the folder where there is none.</summary>
    public static void Write(string path, string text) => Write(path, new UTF8Encoding(false).GetBytes(text));

    /// <summary>Writes bytes, and makes the folder where there is none.</summary>
    public static void Write(string path, ReadOnlySpan<byte> bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        WriteInFolder(path, bytes);
    }

    /// <summary>The same for a file whose folder exists.</summary>
    public static void WriteInFolder(string path, ReadOnlySpan<byte> bytes)
    {
        string temporary = $"{path}.{Environment.ProcessId}.tmp";
        try
        {
            using (SafeFileHandle file = OpenNew(temporary))
            {
                RandomAccess.Write(file, bytes, fileOffset: 0);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Removes what processes that were killed have left half-written in a folder and below; what belongs to one that still runs stays.</summary>
    public static void RemoveLeftovers(string folder)
    {
        if (!Directory.Exists(folder))
        {
            return;
        }

        EnumerationOptions below = new()
        {
            RecurseSubdirectories = true,
            AttributesToSkip = FileAttributes.ReparsePoint,
        };
        foreach (string file in Directory.GetFiles(folder, "*.tmp", below))
        {
            if (
                Temporary.Match(file) is { Success: true } match
                && int.TryParse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture, out int process)
                && !IsRunning(process)
            )
            {
                File.Delete(file);
            }
        }
    }

    private static bool IsRunning(int process)
    {
        try
        {
            using Process running = Process.GetProcessById(process);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    // Made anew and not cut to nothing: ext4 flushes files that were cut.
    private static SafeFileHandle OpenNew(string path)
    {
        try
        {
            return File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(path);
            return File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        }
    }

    // The name of a file of ours, and after it that of the process that wrote it.
    [GeneratedRegex(@"\.ya?ml\.([0-9]{1,10})\.tmp\z", RegexOptions.CultureInvariant)]
    private static partial Regex Temporary { get; }
}
