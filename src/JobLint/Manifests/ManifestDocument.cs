using Rayquest.JobModel.Schemas;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobLint.Manifests;

/// <summary>One object of a manifest file; a <c>List</c> counts as its items.</summary>
public sealed record ManifestDocument(Field Root)
{
    /// <summary>The <c>apiVersion</c>, or null.</summary>
    public string? ApiVersion => Root["apiVersion"].Text;

    /// <summary>The <c>kind</c>, or null.</summary>
    public string? Kind => Root["kind"].Text;

    /// <summary>The name, or null.</summary>
    public string? Name => Root["metadata"]["name"].Text;

    /// <summary>The namespace; <c>default</c> when none is given.</summary>
    public string Namespace => Root["metadata"]["namespace"].Text ?? "default";

    /// <summary>The objects of a file, lists opened.</summary>
    public static IEnumerable<ManifestDocument> Of(YamlFile file)
    {
        foreach (YamlNode node in file.Documents)
        {
            Field root = new(node, FieldPath.Root, node.Span);
            if (node is YamlScalar { IsNull: true })
            {
                continue;
            }

            if (
                root["kind"].Text is { } kind
                && root["apiVersion"].Text == "v1"
                && kind == "List"
                && root["items"].Sequence is { } items
            )
            {
                foreach (YamlNode item in items.Items)
                {
                    yield return new ManifestDocument(new Field(item, FieldPath.Root, Start(item)));
                }
            }
            else
            {
                yield return new ManifestDocument(new Field(node, FieldPath.Root, Start(node)));
            }
        }
    }

    private static JobModel.Text.SourceSpan Start(YamlNode node) =>
        node is YamlMapping { Entries: [var first, ..] } ? first.Key.Span : node.Span;
}
