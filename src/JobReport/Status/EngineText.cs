using System.Text.RegularExpressions;

namespace Rayquest.JobReport.Status;

/// <summary>Sentences of engines, which repeat what users and their programs wrote.</summary>
public static partial class EngineText
{
    /// <summary>On one line, without escape sequences of terminals and without control characters.</summary>
    public static string Plain(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return
            text.AsSpan().IndexOfAnyInRange('\0', '\u001f') < 0 && !text.AsSpan().ContainsAnyInRange('\u007f', '\u009f')
            ? text
            : Blanks.Replace(Controls.Replace(Sequences.Replace(text, ""), " "), " ").Trim();
    }

    /// <summary>KubeRay repeats a condition's reason on a line of its own before the API server's sentence.</summary>
    public static string WithoutReason(string message, string reason)
    {
        ArgumentNullException.ThrowIfNull(message);
        return
            reason.Length > 0
            && message.StartsWith(reason, StringComparison.Ordinal)
            && message.Length > reason.Length
            && message[reason.Length] == '\n'
            ? message[(reason.Length + 1)..]
            : message;
    }

    // Colours and cursor movements (CSI), titles and links (OSC), and the two-character ones.
    [GeneratedRegex(
        @"\u001b\[[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)|\u001b[@-Z\\^_]",
        RegexOptions.NonBacktracking
    )]
    private static partial Regex Sequences { get; }

    [GeneratedRegex(@"[\u0000-\u001f\u007f-\u009f]", RegexOptions.NonBacktracking)]
    private static partial Regex Controls { get; }

    [GeneratedRegex(" {2,}", RegexOptions.NonBacktracking)]
    private static partial Regex Blanks { get; }
}
