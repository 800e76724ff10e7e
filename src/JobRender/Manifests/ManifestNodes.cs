using System.Globalization;
using System.Runtime.InteropServices;
using Rayquest.JobModel.Quantities;
using Rayquest.JobModel.Text;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobRender.Manifests;

/// <summary>Builds manifest nodes. Each carries the span of the line that decided it, so that a fault is shown there.</summary>
internal static class ManifestNodes
{
    /// <summary>A mapping of what is given; entries with null are left out.</summary>
    public static YamlMapping Map(SourceSpan span, params ReadOnlySpan<(string Key, YamlNode? Value)> entries)
    {
        int count = 0;
        foreach ((_, YamlNode? value) in entries)
        {
            count += value is null ? 0 : 1;
        }

        YamlEntry[] kept = new YamlEntry[count];
        int at = 0;
        foreach ((string key, YamlNode? value) in entries)
        {
            if (value is not null)
            {
                kept[at++] = Entry(key, value);
            }
        }

        return new YamlMapping(span, ImmutableCollectionsMarshal.AsImmutableArray(kept), isFlow: false);
    }

    /// <summary>One entry; the key stands where its value does.</summary>
    public static YamlEntry Entry(string key, YamlNode value) =>
        new(new YamlScalar(value.Span, key, YamlScalarStyle.Plain), value);

    /// <summary>A list.</summary>
    public static YamlSequence List(SourceSpan span, IReadOnlyList<YamlNode> items) =>
        new(span, [.. items], isFlow: false);

    /// <summary>Text, whatever it looks like.</summary>
    public static YamlScalar Text(SourceSpan span, string value) => new(span, value, YamlScalarStyle.Quoted);

    /// <summary>Text, whatever it looks like.</summary>
    public static YamlScalar Text(Located<string> value) => Text(value.Span, value.Value);

    /// <summary>A whole number.</summary>
    public static YamlScalar Integer(SourceSpan span, long value) =>
        new(span, value.ToString(CultureInfo.InvariantCulture), YamlScalarStyle.Plain);

    /// <summary>The boolean <c>true</c>; <c>false</c> is left out where it is what nothing would mean (facts 4.3).</summary>
    public static YamlScalar True(SourceSpan span) => new(span, "true", YamlScalarStyle.Plain);

    /// <summary>The boolean <c>false</c>, for a field where it is not what leaving it out would mean.</summary>
    public static YamlScalar False(SourceSpan span) => new(span, "false", YamlScalarStyle.Plain);

    /// <summary>A quantity in canonical text (facts 4.3).</summary>
    public static YamlScalar Amount(Located<Quantity> value) => Text(value.Span, value.Value.ToString());

    /// <summary>The text of a scalar value of a mapping, or null.</summary>
    public static string? TextOf(YamlNode? node, string key) => ((node as YamlMapping)?[key] as YamlScalar)?.Value;
}
