using System.Text;
using Rayquest.JobModel.Repository;

namespace Rayquest.JobModel.Schemas;

/// <summary>The built-in schemas with those of the user's own cluster (<c>policies/crds/</c>) over them.</summary>
/// <param name="Catalog">What could be read.</param>
/// <param name="Faults">The files that are no compact schema, with what is wrong.</param>
public sealed record ClusterSchemas(SchemaCatalog Catalog, IReadOnlyList<(string Path, string Fault)> Faults)
{
    private const string Folder = RequestPath.Policies + "crds/";

    /// <summary>The schemas of a repository's tree.</summary>
    public static ClusterSchemas Of(IRepositoryTree tree)
    {
        SchemaCatalog schemas = SchemaCatalog.BuiltIn;
        List<(string, string)> faults = [];
        foreach (TreeEntry entry in tree.List(Folder))
        {
            if (entry.Kind == TreeEntryKind.File && tree.Read(entry.Path) is { } bytes)
            {
                try
                {
                    schemas = schemas.With(SchemaText.Read(Encoding.UTF8.GetString(bytes.Span)));
                }
                catch (FormatException fault)
                {
                    faults.Add((entry.Path, fault.Message));
                }
            }
        }

        return new ClusterSchemas(schemas, faults);
    }
}
