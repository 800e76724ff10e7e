using System.Collections.Immutable;
using System.Diagnostics;
using Rayquest.JobModel.Text;

namespace Rayquest.JobModel.Yaml;

/// <summary>A node of a YAML document with the exact span it was read from.</summary>
public abstract class YamlNode(SourceSpan span)
{
    /// <summary>Where the node stands.</summary>
    public SourceSpan Span { get; } = span;

    /// <summary>What people call this kind of node: "a mapping", "a list", "text", "nothing".</summary>
    public abstract string KindName { get; }
}

/// <summary>How a scalar was written.</summary>
public enum YamlScalarStyle
{
    /// <summary>Without quotes: other YAML readers may take it for a number, a boolean or null.</summary>
    Plain,

    /// <summary>In single or double quotes.</summary>
    Quoted,

    /// <summary>As a literal or folded block.</summary>
    Block,
}

/// <summary>A scalar: its text after unescaping, and how it was written.</summary>
[DebuggerDisplay("{Value,nq} ({Span})")]
public sealed class YamlScalar(SourceSpan span, string value, YamlScalarStyle style) : YamlNode(span)
{
    /// <summary>The text after unescaping.</summary>
    public string Value { get; } = value;

    /// <summary>How it was written.</summary>
    public YamlScalarStyle Style { get; } = style;

    /// <summary>Whether it is plain and empty, <c>~</c> or <c>null</c>.</summary>
    public bool IsNull => Style == YamlScalarStyle.Plain && (Value is "" or "~" or "null" or "Null" or "NULL");

    /// <inheritdoc/>
    public override string KindName =>
        IsNull ? "nothing"
        : Style != YamlScalarStyle.Plain ? "text"
        : Value is "true" or "false" ? "a boolean"
        : YamlCoreSchema.LooksNumeric(Value) ? "a number"
        : "text";
}

/// <summary>One key and its value.</summary>
public sealed record YamlEntry(YamlScalar Key, YamlNode Value);

/// <summary>A mapping; entries in file order, duplicates already reported and dropped.</summary>
[DebuggerDisplay("{Entries.Length} entries ({Span})")]
public sealed class YamlMapping(SourceSpan span, ImmutableArray<YamlEntry> entries, bool isFlow) : YamlNode(span)
{
    /// <summary>The entries in file order.</summary>
    public ImmutableArray<YamlEntry> Entries { get; } = entries;

    /// <summary>Whether it was written in braces.</summary>
    public bool IsFlow { get; } = isFlow;

    /// <inheritdoc/>
    public override string KindName => "a mapping";

    /// <summary>The value of a key, or null.</summary>
    public YamlNode? this[string key] => Entry(key)?.Value;

    /// <summary>The entry of a key, or null.</summary>
    public YamlEntry? Entry(string key)
    {
        foreach (YamlEntry entry in Entries)
        {
            // The length and the last character first: they tell nearly all other keys apart without a call.
            string other = entry.Key.Value;
            if (other.Length == key.Length && (key.Length == 0 || other[^1] == key[^1]) && other == key)
            {
                return entry;
            }
        }

        return null;
    }
}

/// <summary>A list.</summary>
[DebuggerDisplay("{Items.Length} items ({Span})")]
public sealed class YamlSequence(SourceSpan span, ImmutableArray<YamlNode> items, bool isFlow) : YamlNode(span)
{
    /// <summary>The items in order.</summary>
    public ImmutableArray<YamlNode> Items { get; } = items;

    /// <summary>Whether it was written in brackets.</summary>
    public bool IsFlow { get; } = isFlow;

    /// <inheritdoc/>
    public override string KindName => "a list";
}

/// <summary>A comment: the text after <c>#</c>, trimmed, and where it stands.</summary>
public sealed record YamlComment(SourceSpan Span, string Text);

/// <summary>What reading a file gave: its documents, comments, and whether a syntax fault cut it short.</summary>
public sealed record YamlFile(
    SourceText Source,
    IReadOnlyList<YamlNode> Documents,
    IReadOnlyList<YamlComment> Comments,
    bool IsPartial
)
{
    /// <summary>The first document, or null when the file holds none.</summary>
    public YamlNode? Root => Documents.Count > 0 ? Documents[0] : null;
}
