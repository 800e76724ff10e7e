using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Rayquest.JobHosts.Git;

namespace Rayquest.JobHosts.LedgerBranch;

/// <summary>
/// The last line of every ledger commit's message. A commit that we made for another branch has none, so that nobody can put
/// one of those here; and a writer whose answer was lost knows its own commit again by it.
/// </summary>
internal static class LedgerMark
{
    private const string Name = "Rayquest-Ledger: ";

    /// <summary>The message with the mark of that change below it.</summary>
    public static string Add(string message, ObjectId? parent, IReadOnlyList<TreeEdit> edits)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append($"{parent}\n{message}\n");
        foreach (var edit in edits.OrderBy(edit => edit.Path, StringComparer.Ordinal))
        {
            Append(string.Create(CultureInfo.InvariantCulture, $"{edit.Path}\n{edit.Content?.Length ?? -1}\n"));
            hash.AppendData(edit.Content ?? []);
        }

        var digest = Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
        return $"{message.TrimEnd('\n')}\n\n{Name}{digest}\n";

        void Append(string text) => hash.AppendData(Encoding.UTF8.GetBytes(text));
    }

    /// <summary>Whether the message ends with a mark.</summary>
    public static bool IsIn(string message) => Of(message) is not null;

    /// <summary>Whether two messages carry the same mark.</summary>
    public static bool AreSame(string one, string other) =>
        Of(one) is { } mark && string.Equals(mark, Of(other), StringComparison.Ordinal);

    private static string? Of(string message)
    {
        var text = message.TrimEnd('\n', ' ', '\r');
        var last = text[(text.LastIndexOf('\n') + 1)..];
        return last.StartsWith(Name, StringComparison.Ordinal) ? last[Name.Length..] : null;
    }
}
