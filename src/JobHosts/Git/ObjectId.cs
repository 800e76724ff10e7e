using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Rayquest.JobHosts.Git;

// A class: lists and sets of it need no code of their own, which would be compiled while the program starts.
/// <summary>The full lower-case hexadecimal name of a Git object: 40 digits (SHA-1) or 64 (SHA-256).</summary>
public sealed record ObjectId
{
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef");

    private readonly string hex;

    private ObjectId(string hex) => this.hex = hex;

    /// <summary>The null id, which Git writes where there is no object.</summary>
    public static ObjectId Zero { get; } = new(new string('0', 40));

    public bool IsZero => ToString().AsSpan().IndexOfAnyExcept('0') < 0;

    /// <summary>The first seven digits, for people.</summary>
    public string Short => ToString()[..7];

    /// <summary>Reads a full id; abbreviations, refs and anything else are refused.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out ObjectId? id)
    {
        var fits = text is { Length: 40 or 64 } && text.AsSpan().IndexOfAnyExcept(Digits) < 0;
        id = fits ? new ObjectId(text!) : null;
        return fits;
    }

    /// <exception cref="FormatException">The text is no full object id.</exception>
    public static ObjectId Parse(string text) =>
        TryParse(text, out var id) ? id : throw new FormatException("not a full Git object id");

    public bool Equals(ObjectId? other) => other is not null && hex == other.hex;

    public override int GetHashCode() => hex.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => hex;
}
