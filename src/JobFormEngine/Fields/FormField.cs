namespace Rayquest.JobFormEngine.Fields;

/// <summary>With what a value is entered.</summary>
public enum FieldControl
{
    /// <summary>A line of text.</summary>
    Text,

    /// <summary>Several lines of text.</summary>
    Lines,

    /// <summary>One of a few words.</summary>
    Choice,

    /// <summary>Yes or no.</summary>
    Switch,

    /// <summary>A whole number.</summary>
    Number,

    /// <summary>An amount with a unit of Kubernetes': <c>8</c>, <c>64Gi</c>.</summary>
    Quantity,

    /// <summary>A time with its unit: <c>90s</c>, <c>6h</c>.</summary>
    Duration,

    /// <summary>A number, or the fewest and the most.</summary>
    Range,

    /// <summary>A mapping with keys of its own.</summary>
    Group,

    /// <summary>A list of such mappings.</summary>
    Groups,

    /// <summary>Names of the author's choice, each with a value.</summary>
    Pairs,

    /// <summary>Names of the author's choice, each with values separated by commas.</summary>
    Lists,

    /// <summary>Keys of an engine's own, as YAML.</summary>
    Yaml,
}

/// <summary>A key of the request and how it is entered; made from the declaration that reader and schema come from.</summary>
/// <param name="Path">Keys from the request down, <c>[]</c> behind a list's: <c>workers[].gpus</c>.</param>
/// <param name="Key">The key.</param>
/// <param name="Control">With what it is entered.</param>
public sealed record FormField(string Path, string Key, FieldControl Control)
{
    /// <summary>What it means.</summary>
    public string Doc { get; init; } = "";

    /// <summary>The kinds that may say it; null for all.</summary>
    public IReadOnlyList<string>? Kinds { get; init; }

    /// <summary>Whether it must be said.</summary>
    public bool IsRequired { get; init; }

    /// <summary>The words there are to choose from.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];

    public long? Minimum { get; init; }

    public long? Maximum { get; init; }

    public int? MaxLength { get; init; }

    /// <summary>The fields of a group, or of each item of a list of groups.</summary>
    public IReadOnlyList<FormField> Fields { get; init; } = [];

    /// <summary>Whether a list of groups with one item may be written as that item.</summary>
    public bool MayBeSingle { get; init; }

    /// <summary>Whether the values of pairs are whole numbers.</summary>
    public bool HasNumbers { get; init; }

    /// <summary>Whether a value is written as it is typed, and not as text.</summary>
    public bool IsPlain =>
        Control
            is FieldControl.Number
                or FieldControl.Quantity
                or FieldControl.Duration
                or FieldControl.Switch
                or FieldControl.Choice;

    /// <summary>Whether a request of a kind may say it.</summary>
    public bool IsFor(string kind) => Kinds is null || Kinds.Contains(kind);

    /// <summary>It and all fields below.</summary>
    public IEnumerable<FormField> All() => Fields.SelectMany(f => f.All()).Prepend(this);
}
