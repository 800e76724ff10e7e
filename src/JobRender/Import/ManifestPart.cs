using System.Globalization;
using Rayquest.JobModel.Text;
using Rayquest.JobModel.Yaml;
using Rayquest.JobRender.Canonical;

namespace Rayquest.JobRender.Import;

/// <summary>Something of a manifest that a request can't say, or says otherwise.</summary>
/// <param name="Span">Where it stands in the manifest.</param>
/// <param name="Path">Its path in the manifest (<c>spec.rayClusterSpec.headGroupSpec…</c>).</param>
/// <param name="Why">What becomes of it, and what to do.</param>
public sealed record LeftBehind(SourceSpan Span, string Path, string Why);

/// <summary>A mapping of a manifest being imported; remembers what was taken from it, so that the rest can be told.</summary>
internal sealed class ManifestPart(YamlMapping mapping, string path)
{
    private readonly HashSet<string> taken = new(StringComparer.Ordinal);
    private readonly List<ManifestPart> opened = [];

    public YamlMapping Mapping => mapping;

    public SourceSpan Span => mapping.Span;

    public string Path => path;

    /// <summary>The node of a key, taken.</summary>
    public YamlNode? Take(string key)
    {
        taken.Add(key);
        return mapping[key];
    }

    /// <summary>Says that keys need no telling.</summary>
    public void Pass(params ReadOnlySpan<string> keys)
    {
        foreach (string key in keys)
        {
            taken.Add(key);
        }
    }

    /// <summary>The text of a scalar, taken; null when there is none.</summary>
    public YamlScalar? Text(string key) =>
        mapping[key] is YamlScalar { IsNull: false, Value.Length: > 0 } ? (YamlScalar)Take(key)! : null;

    /// <summary>A whole number, taken; null when there is none.</summary>
    public long? Number(string key) =>
        mapping[key] is YamlScalar { Style: YamlScalarStyle.Plain } scalar
        && PlainScalar.Resolve(scalar.Value, out string canonical) == PlainKind.Integer
        && Take(key) is not null
            ? long.Parse(canonical, CultureInfo.InvariantCulture)
            : null;

    /// <summary>Whether a key is <c>true</c>, taken.</summary>
    public bool Flag(string key) =>
        Take(key) is YamlScalar { Style: YamlScalarStyle.Plain } scalar
        && PlainScalar.Resolve(scalar.Value, out string word) == PlainKind.Boolean
        && word == "true";

    /// <summary>The mapping of a key; what is not taken from it is told.</summary>
    public ManifestPart? Open(string key)
    {
        if (mapping[key] is not YamlMapping inner)
        {
            return null;
        }

        taken.Add(key);
        return Keep(new ManifestPart(inner, $"{path}{(path.Length > 0 ? "." : "")}{key}"));
    }

    /// <summary>The mappings of a list; what is not taken from them is told.</summary>
    public IReadOnlyList<ManifestPart> OpenList(string key)
    {
        if (mapping[key] is not YamlSequence list)
        {
            return [];
        }

        taken.Add(key);
        List<ManifestPart> parts = new(list.Items.Length);
        for (int i = 0; i < list.Items.Length; i++)
        {
            if (list.Items[i] is YamlMapping item)
            {
                parts.Add(Keep(new ManifestPart(item, $"{path}.{key}[{i}]")));
            }
        }

        return parts;
    }

    /// <summary>Everything not taken, in file order; what says nothing (null, <c>false</c>, empty) is not told.</summary>
    public IEnumerable<LeftBehind> Rest() =>
        mapping
            .Entries.Where(e => !taken.Contains(e.Key.Value) && !SaysNothing(e.Value))
            .Select(e => new LeftBehind(
                e.Key.Span,
                $"{path}{(path.Length > 0 ? "." : "")}{e.Key.Value}",
                Why(e.Key.Value)
            ))
            .Concat(opened.SelectMany(part => part.Rest()));

    private ManifestPart Keep(ManifestPart part)
    {
        opened.Add(part);
        return part;
    }

    private static bool SaysNothing(YamlNode node) =>
        node switch
        {
            YamlScalar scalar => scalar.IsNull
                || scalar.Value.Length == 0
                || (scalar.Style == YamlScalarStyle.Plain && scalar.Value is "false"),
            YamlMapping mapping => mapping.Entries.Length == 0,
            YamlSequence list => list.Items.Length == 0,
            _ => true,
        };

    private static string Why(string key) =>
        key switch
        {
            "ports" => "no ports are declared, so KubeRay adds all of its own, the dashboard's included",
            "suspend" => "the queue decides when a job starts; a request can't hold it back",
            "jobId" => "each run gets an id of its own",
            "deletionStrategy" => "the cluster goes when the job ends, after `keep`",
            "status" => "it is the engine's, not the request's",
            _ => "a request can't say it; if it is needed, the platform team can put it into a profile",
        };
}
