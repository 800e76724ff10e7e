using Rayquest.JobModel.Schemas;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobEngines.Manifests;

/// <summary>One object of a manifest file; a <c>List</c> counts as its items.</summary>
public sealed record ManifestDocument(Field Root)
{
    private const string Suffix = "List";
    private const int MaxListDepth = 8;

    /// <summary>The <c>apiVersion</c>, or null.</summary>
    public string? ApiVersion => Root["apiVersion"].Text;

    /// <summary>The <c>kind</c>, or null.</summary>
    public string? Kind => Root["kind"].Text;

    /// <summary>The name, or null.</summary>
    public string? Name => Root["metadata"]["name"].Text;

    /// <summary>The namespace; <c>default</c> when none is given.</summary>
    public string Namespace => Root["metadata"]["namespace"].Text ?? "default";

    /// <summary>An object as a document of its own.</summary>
    public static ManifestDocument At(YamlNode root) => new(new Field(root, FieldPath.Root, Start(root)));

    /// <summary>The objects of a file, lists opened.</summary>
    public static IEnumerable<ManifestDocument> Of(YamlFile file) =>
        file.Documents.Where(d => d is not YamlScalar { IsNull: true }).SelectMany(d => Of(d, depth: 0));

    // What kubectl takes for a list: any object whose kind ends so and that has `items`, be it `List` or `RayJobList`.
    private static IEnumerable<ManifestDocument> Of(YamlNode node, int depth)
    {
        if (
            depth > MaxListDepth
            || node is not YamlMapping list
            || (list["kind"] as YamlScalar)?.Value is not { } kind
            || !kind.EndsWith(Suffix, StringComparison.Ordinal)
            || list["items"] is not (YamlSequence or YamlScalar { IsNull: true })
        )
        {
            return [new ManifestDocument(new Field(node, FieldPath.Root, Start(node)))];
        }

        IReadOnlyList<YamlNode> items = (list["items"] as YamlSequence)?.Items ?? [];
        return items.SelectMany(item => Of(kind == Suffix ? item : Typed(item, list, kind), depth + 1));
    }

    // Items of a typed list may leave out what the list says: `RayJobList` holds RayJobs.
    private static YamlNode Typed(YamlNode item, YamlMapping list, string kind)
    {
        if (
            item is not YamlMapping mapping
            || mapping["kind"] is not null
            || list.Entry("apiVersion") is not { } version
        )
        {
            return item;
        }

        YamlEntry named = list.Entry("kind")!;
        YamlEntry typed = new(
            named.Key,
            new YamlScalar(named.Value.Span, kind[..^Suffix.Length], YamlScalarStyle.Quoted)
        );
        return new YamlMapping(
            mapping.Span,
            [.. mapping.Entries, typed, .. mapping["apiVersion"] is null ? new[] { version } : []],
            mapping.IsFlow
        );
    }

    private static JobModel.Text.SourceSpan Start(YamlNode node) =>
        node is YamlMapping { Entries: [var first, ..] } ? first.Key.Span : node.Span;
}
