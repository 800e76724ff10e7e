using System.Text.Json.Nodes;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Text;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobModel.Fields;

/// <summary>What reading a file carries along: where findings go, and what to call the file's subject in messages.</summary>
public sealed class ReadContext(FindingBag findings, bool isPartial)
{
    /// <summary>Where faults are reported.</summary>
    public FindingBag Findings { get; } = findings;

    /// <summary>Whether a syntax fault cut the file short, so that missing keys prove nothing.</summary>
    public bool IsPartial { get; } = isPartial;

    /// <summary>Which variant of the file this is, where it decides what keys there are; null where that isn't asked.</summary>
    public string? Variant { get; init; }

    /// <summary>Reports a value of the wrong type or form.</summary>
    public void BadValue(YamlNode node, Message wanted, Fix? fix = null) =>
        Findings.Add(SyntaxRules.BadValue, node.Span, $"{ValueText.Found(node)}, but {wanted} is wanted here", fix);
}

/// <summary>The type of a field: how a node becomes a value, how the JSON Schema and the reference describe it.</summary>
public abstract class FieldType
{
    /// <summary>What is accepted, as the end of "… is wanted here".</summary>
    public abstract string Description { get; }

    /// <summary>The same, as messages have it.</summary>
    public virtual Message Wanted => Description;

    /// <summary>The JSON Schema of what is accepted.</summary>
    public abstract JsonObject Schema();

    /// <summary>The keys of the mapping it is, or of the mappings it holds; empty for anything else.</summary>
    public virtual IReadOnlyList<FieldOutline> Keys => [];
}

/// <summary>A key as people are told of it.</summary>
/// <param name="Key">The key.</param>
/// <param name="Doc">What it means.</param>
/// <param name="Default">What holds without it, in words; null for nothing.</param>
/// <param name="IsRequired">Whether it must be there.</param>
/// <param name="OnlyIn">The variants that may say it; null for all.</param>
/// <param name="Type">What is accepted.</param>
public sealed record FieldOutline(
    string Key,
    string Doc,
    string? Default,
    bool IsRequired,
    IReadOnlyList<string>? OnlyIn,
    FieldType Type
);

/// <summary>A field type that gives values of <typeparamref name="T"/>.</summary>
public abstract class FieldType<T> : FieldType
{
    /// <summary>Reads a node; false when it is not of the type, which has then been reported.</summary>
    public abstract bool TryRead(YamlNode node, ReadContext context, out T value);
}

/// <summary>Phrases that messages share.</summary>
internal static class ValueText
{
    /// <summary>What stands at the node: "`abc` is text", "a list".</summary>
    public static Message Found(YamlNode node) =>
        node switch
        {
            YamlScalar { IsNull: true } => "nothing is given",
            YamlScalar { Style: YamlScalarStyle.Quoted } scalar => (Message)
                $"`\"{Shorten(scalar.Value)}\"` is {(Message)scalar.KindName}",
            YamlScalar scalar => $"`{Shorten(scalar.Value)}` is {(Message)scalar.KindName}",
            _ => $"this is {(Message)node.KindName}",
        };

    public static string Shorten(string text) => TextShortening.ToLine(text, longest: 60, kept: 57);

    public static Fix Replace(Message title, SourceSpan span, string text, FixSafety safety = FixSafety.Safe) =>
        new(title, safety, [new TextEdit(span.Span, text)]);

    /// <summary>The text as a double-quoted YAML scalar.</summary>
    public static string Quote(string text) =>
        "\""
        + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
        + "\"";
}
