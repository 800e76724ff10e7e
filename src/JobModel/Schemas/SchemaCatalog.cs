using System.Reflection;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobModel.Schemas;

/// <summary>
/// The schemas at hand: those built in (KubeRay 1.7, Volcano, Kueue, Argo CD and a few core kinds, read when a kind
/// of theirs is first asked for), with the user's own laid over them.
/// </summary>
public sealed class SchemaCatalog
{
    private static readonly (string Resource, string[] Groups)[] Files =
    [
        ("kuberay.schema", ["ray.io"]),
        ("volcano.schema", ["batch.volcano.sh", "scheduling.volcano.sh"]),
        ("kueue.schema", ["kueue.x-k8s.io"]),
        ("argocd.schema", ["argoproj.io"]),
        ("kubernetes.schema", ["", "networking.k8s.io", "rbac.authorization.k8s.io"]),
    ];

    private static readonly Lazy<IReadOnlyList<SchemaKind>>[] BuiltIns =
    [
        .. Files.Select(f => new Lazy<IReadOnlyList<SchemaKind>>(() => SchemaText.Read(Load(f.Resource)))),
    ];

    private readonly List<SchemaKind> overrides;

    private SchemaCatalog(List<SchemaKind> overrides)
    {
        this.overrides = overrides;
    }

    /// <summary>The built-in schemas alone.</summary>
    public static SchemaCatalog BuiltIn { get; } = new([]);

    /// <summary>This catalogue with further kinds, which go before those of the same group, version and kind.</summary>
    public SchemaCatalog With(IEnumerable<SchemaKind> kinds) => new([.. kinds, .. overrides]);

    /// <summary>This catalogue with the kinds of a CustomResourceDefinition file as a user's cluster holds it.</summary>
    public SchemaCatalog WithDefinitions(YamlFile file) => With(new CrdReader().Read(file.Documents));

    /// <summary>The schema of a kind, or null when none is at hand.</summary>
    public SchemaKind? Find(string apiVersion, string kind)
    {
        foreach (SchemaKind candidate in KindsOf(GroupOf(apiVersion)))
        {
            if (candidate.Kind == kind && candidate.ApiVersion == apiVersion)
            {
                return candidate;
            }
        }

        return null;
    }

    /// <summary>All kinds at hand of an API group; empty when we carry nothing of it.</summary>
    public IReadOnlyList<SchemaKind> KindsOf(string group)
    {
        List<SchemaKind> own = overrides.FindAll(k => k.Group == group);
        for (int i = 0; i < Files.Length; i++)
        {
            if (Files[i].Groups.Contains(group))
            {
                return own.Count == 0 ? Group(BuiltIns[i].Value, group) : [.. own, .. Group(BuiltIns[i].Value, group)];
            }
        }

        return own;
    }

    /// <summary>The API group of an <c>apiVersion</c>; empty for the core group.</summary>
    public static string GroupOf(string apiVersion)
    {
        int slash = apiVersion.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? "" : apiVersion[..slash];
    }

    private static IReadOnlyList<SchemaKind> Group(IReadOnlyList<SchemaKind> kinds, string group) =>
        kinds.All(k => k.Group == group) ? kinds : [.. kinds.Where(k => k.Group == group)];

    private static string Load(string resource)
    {
        using Stream stream =
            Assembly.GetExecutingAssembly().GetManifestResourceStream("schemas." + resource)
            ?? throw new InvalidOperationException($"the build left out {resource}");
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }
}
