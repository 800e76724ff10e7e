using System.Collections.Immutable;

namespace Rayquest.JobModel.Schemas;

/// <summary>What a place in an object may hold.</summary>
public enum SchemaType
{
    /// <summary>Anything: the schema says nothing, or keeps unknown fields.</summary>
    Any,

    /// <summary>An object with the fields listed in <see cref="SchemaNode.Fields"/>.</summary>
    Object,

    /// <summary>An object with free keys and values of one schema.</summary>
    Map,

    /// <summary>A list.</summary>
    List,

    /// <summary>Text.</summary>
    Text,

    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>A number.</summary>
    Number,

    /// <summary>A boolean.</summary>
    Boolean,

    /// <summary>A whole number or text: quantities (with a pattern) and ports (without).</summary>
    IntOrText,
}

/// <summary>A rule in the Common Expression Language: its text, by which we know it, and its message.</summary>
public sealed record SchemaExpression(string Rule, string Message);

/// <summary>One node of a structural schema; equal subtrees are one object.</summary>
public sealed class SchemaNode
{
    /// <summary>What the place may hold.</summary>
    public required SchemaType Type { get; init; }

    /// <summary>The fields of an object; filled after creation, since nodes are read before those that refer to them.</summary>
    public IReadOnlyDictionary<string, SchemaNode> Fields
    {
        get => fields;
        init => fields = value as Dictionary<string, SchemaNode> ?? value.ToDictionary(StringComparer.Ordinal);
    }

    private readonly Dictionary<string, SchemaNode> fields = NoFields;

    /// <summary>The schema of a field; null where there is none of that name.</summary>
    public SchemaNode? Field(string key) => fields.GetValueOrDefault(key);

    /// <summary>Fields that must be there.</summary>
    public ImmutableArray<string> Required { get; init; } = [];

    /// <summary>The schema of list items or map values.</summary>
    public SchemaNode? Items { get; init; }

    /// <summary>Whether unknown fields are kept rather than refused.</summary>
    public bool KeepsUnknown { get; init; }

    /// <summary>Whether an explicit null is kept rather than dropped.</summary>
    public bool Nullable { get; init; }

    /// <summary><c>int32</c>, <c>int64</c>, <c>float</c>, <c>date-time</c>, … or null.</summary>
    public string? Format { get; init; }

    /// <summary>The regular expression text must match, or null.</summary>
    public string? Pattern { get; init; }

    /// <summary>The only texts allowed; empty when any is.</summary>
    public ImmutableArray<string> Allowed { get; init; } = [];

    /// <summary>Smallest number allowed.</summary>
    public double? Minimum { get; init; }

    /// <summary>Largest number allowed.</summary>
    public double? Maximum { get; init; }

    /// <summary>Least length of text, items of a list, or keys of an object.</summary>
    public int? MinSize { get; init; }

    /// <summary>Most length of text, items of a list, or keys of an object.</summary>
    public int? MaxSize { get; init; }

    /// <summary>The fields that identify an item of a list of type map; empty for other lists.</summary>
    public ImmutableArray<string> ListKeys { get; init; } = [];

    /// <summary>Whether the items of a list must differ.</summary>
    public bool IsSet { get; init; }

    /// <summary>The default as JSON, or null when there is none.</summary>
    public string? Default { get; init; }

    /// <summary>CEL rules of the place.</summary>
    public ImmutableArray<SchemaExpression> Expressions { get; init; } = [];

    private static readonly Dictionary<string, SchemaNode> NoFields = [];
}

/// <summary>The schema of one served version of a kind.</summary>
/// <param name="Group">API group; empty for the core group.</param>
/// <param name="Version">Served version.</param>
/// <param name="Kind">Kind, as objects name it.</param>
/// <param name="Root">Schema of the whole object.</param>
/// <param name="HasStatus">Whether status is a subresource: the API server drops it on create.</param>
public sealed record SchemaKind(string Group, string Version, string Kind, SchemaNode Root, bool HasStatus)
{
    /// <summary>As objects write it: <c>ray.io/v1</c>, <c>v1</c>.</summary>
    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";
}
