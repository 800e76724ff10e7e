using System.Buffers;
using Rayquest.JobModel.Requests;

namespace Rayquest.JobModel.Plans;

/// <summary>
/// Gives the objects of one request their names: the same ones for the same request and the same names known, the ones it was
/// merged with, and never one that is another request's.
/// </summary>
internal sealed class NameGiver(string name, RequestDocument document, RequestIdentity identity, IObjectNames? known)
{
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef");

    private readonly HashSet<string> given = new(StringComparer.Ordinal);

    /// <summary>The names of the request's jobs, by the values of its sweep.</summary>
    public string[] Names(IReadOnlyList<KeyValuePair<string, string>>[] combinations) =>
        known?.GivenTo(document.Path, identity) is { } merged
        && merged.Count == combinations.Length
        && merged.All(IsOfThisRequest)
            ? [.. merged]
            : [.. combinations.Select(Next)];

    /// <summary>The name under which all jobs of a sweep find their code.</summary>
    public string CodeName()
    {
        given.Clear();
        return Next([]);
    }

    /// <summary>
    /// Where something that is edited in place finds its code: by the content alone, so that an edit of anything else changes no
    /// pod. Ten digits, which no job's code has.
    /// </summary>
    public static string CodeNameOf(string name, IReadOnlyList<CodeFile> code) =>
        $"{name}-{RequestDigest.OfCode(code)[..10]}";

    private string Next(IReadOnlyList<KeyValuePair<string, string>> values)
    {
        for (int attempt = 0; ; attempt++)
        {
            string next = $"{name}-{RequestDigest.Suffix(identity.Digest, values, attempt)}";
            if (
                given.Add(next)
                && (attempt >= JobPlanner.MaxAttempts || known is null || !known.IsTaken(document.Team, next, identity))
            )
            {
                return next;
            }
        }
    }

    // A header is text that stands in a file: what it calls its jobs is believed as far as it could have been given.
    private bool IsOfThisRequest(string merged) =>
        merged.Length == name.Length + 6
        && merged.StartsWith(name, StringComparison.Ordinal)
        && merged[name.Length] == '-'
        && !merged.AsSpan(name.Length + 1).ContainsAnyExcept(Digits);
}
