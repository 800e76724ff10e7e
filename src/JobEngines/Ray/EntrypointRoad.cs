using System.Text;

namespace Rayquest.JobEngines.Ray;

/// <summary>Who reads the entrypoint on its way to the program.</summary>
/// <param name="IsSubmitted">Whether the submitter's shell and <c>ray job submit</c> stand before the head's shell.</param>
/// <param name="Joins">How <c>ray job submit</c> may join the arguments: one way where the Ray version is known, else all that are possible.</param>
public sealed record RoadOf(bool IsSubmitted, IReadOnlyList<ArgumentJoin> Joins)
{
    private static readonly ArgumentJoin[] Both = [ArgumentJoin.ForWindows, ArgumentJoin.ForShell];

    /// <summary>The road of a submission mode and a Ray version, null where it isn't known.</summary>
    public static RoadOf Release(bool isSubmitted, string? rayVersion) =>
        new(
            isSubmitted,
            !System.Version.TryParse(rayVersion, out Version? release) ? Both
                : release < new Version(2, 56) ? [ArgumentJoin.ForWindows]
                : release >= new Version(2, 58) ? [ArgumentJoin.ForShell]
                : Both
        );
}

/// <summary>What becomes of an entrypoint on its way.</summary>
/// <param name="Submitted">The submitter's shell's reading; null where none sees it.</param>
/// <param name="Line">The line that the head's shell gets; null when it gets none.</param>
/// <param name="Head">The head's shell's reading of that line.</param>
internal sealed record RoadEnd(ShellReading? Submitted, string? Line, ShellReading? Head)
{
    /// <summary>What is not known without the pods.</summary>
    public ShellDoubt Doubt => (Submitted?.Doubt ?? ShellDoubt.None) | (Head?.Doubt ?? ShellDoubt.None);

    /// <summary>The program and its arguments as they arrive; null when nothing is run.</summary>
    public IReadOnlyList<string>? Arguments =>
        Head is { Fault: null } ? [.. Head.Words.Select(w => w.Text).SkipWhile(IsAssignment)] : null;

    private static bool IsAssignment(string word)
    {
        int equals = word.IndexOf('=', StringComparison.Ordinal);
        return equals > 0
            && !char.IsAsciiDigit(word[0])
            && !word.AsSpan(0, equals).ContainsAnyExcept(EntrypointRoad.NameLetters);
    }
}

/// <summary>
/// The road of an entrypoint: in <c>K8sJobMode</c> and <c>SidecarMode</c> the kubelet, the submitter's bash, <c>ray job submit</c> and the
/// head's sh read it one after the other; in <c>HTTPMode</c> the last alone (2.9).
/// </summary>
internal static class EntrypointRoad
{
    internal static readonly System.Buffers.SearchValues<char> NameLetters = System.Buffers.SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"
    );

    /// <summary>Follows an entrypoint to its end.</summary>
    public static RoadEnd Follow(string entrypoint, bool isSubmitted, ArgumentJoin join)
    {
        if (!isSubmitted)
        {
            return new RoadEnd(null, entrypoint, ShellReading.Of(entrypoint, ShellDialect.Posix));
        }

        // The operator trims it.
        ShellReading submitted = ShellReading.Of(Dollars(entrypoint.Trim()), ShellDialect.Bash, isBehindCommand: true);
        if (submitted.Fault is not null)
        {
            return new RoadEnd(submitted, null, null);
        }

        string line = JoinedArguments.Of(submitted.Words.Select(w => w.Text), join);
        return new RoadEnd(submitted, line, ShellReading.Of(line, ShellDialect.Posix));
    }

    /// <summary>
    /// What the kubelet makes of a container's argument: two dollar signs are one, and what else isn't the name of a variable of
    /// the container stays. Those are not known here, and are taken for none.
    /// </summary>
    public static string Dollars(string argument)
    {
        if (!argument.Contains("$$", StringComparison.Ordinal))
        {
            return argument;
        }

        StringBuilder text = new(argument.Length);
        for (int i = 0; i < argument.Length; i++)
        {
            text.Append(argument[i]);
            if (argument[i] != '$' || i + 1 == argument.Length)
            {
                continue;
            }

            if (argument[++i] == '(' && argument.IndexOf(')', i) is >= 0 and int close)
            {
                text.Append(argument, i, close - i + 1);
                i = close;
            }
            else if (argument[i] != '$')
            {
                text.Append(argument[i]);
            }
        }

        return text.ToString();
    }
}
