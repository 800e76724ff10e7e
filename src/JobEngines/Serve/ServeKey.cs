namespace Rayquest.JobEngines.Serve;

/// <summary>What a key of Serve's configuration holds.</summary>
internal enum ServeType
{
    /// <summary>Anything.</summary>
    Any,

    /// <summary>Text.</summary>
    Text,

    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>A whole number that is written as one, and not as text.</summary>
    PlainInteger,

    /// <summary>A number.</summary>
    Number,

    /// <summary>A boolean.</summary>
    Boolean,

    /// <summary>A mapping.</summary>
    Object,

    /// <summary>A list.</summary>
    List,
}

/// <summary>A key of Serve's configuration with what Serve takes there.</summary>
/// <param name="Name">The key.</param>
/// <param name="Type">What it holds.</param>
/// <param name="Least">The least number.</param>
/// <param name="Most">The largest number.</param>
/// <param name="IsAbove">Whether the number is above <paramref name="Least"/>, and not equal.</param>
/// <param name="Words">The words that a text may be; any where there are none.</param>
internal sealed record ServeKey(
    string Name,
    ServeType Type = ServeType.Any,
    double Least = double.NegativeInfinity,
    double Most = double.PositiveInfinity,
    bool IsAbove = false,
    params string[] Words
)
{
    /// <summary>The keys that a mapping below has; null where any will do.</summary>
    public IReadOnlyList<ServeKey>? Keys { get; init; }

    /// <summary>Whether unknown keys of the mapping below are refused, and not ignored.</summary>
    public bool IsClosed { get; init; }

    /// <summary>Whether the key may stand there with nothing, or null.</summary>
    public bool IsNullable { get; init; }

    /// <summary>Whether a list holds mappings of these keys.</summary>
    public bool IsListOfKeys => Type == ServeType.List && Keys is not null;
}
