using Rayquest.JobModel.Schemas;

namespace Rayquest.JobLint.Manifests;

/// <summary>A file on its way to being evaluated: what is no manifest yet, or never will be, is told apart here.</summary>
public static class ManifestFile
{
    // What other tools keep beside manifests; `kustomize` takes three names, Helm any `values*.yaml`.
    private static readonly string[] Companions =
    [
        "kustomization.yaml",
        "kustomization.yml",
        "Kustomization",
        "Chart.yaml",
    ];

    /// <summary>Reads a file; of a template that is not rendered yet, one finding says so and nothing else is said.</summary>
    public static YamlFile Read(string path, ReadOnlySpan<byte> bytes, FindingBag findings)
    {
        FindingBag own = new();
        YamlFile file = YamlReader.Read(path, bytes, YamlLimits.Manifest, own);
        if (TemplateMark(file.Source, own) is { } mark)
        {
            findings.Add(
                SyntaxRules.SyntaxError,
                mark,
                "`{{ }}` is for a template engine to fill in, so this is no manifest yet; render it first, as in `helm template . | rayquest lint --manifest -`"
            );
            return file with { Documents = [], IsPartial = true };
        }

        foreach (Finding finding in own.Findings)
        {
            findings.Add(finding);
        }

        return file;
    }

    /// <summary>Reports a file that was named and holds no object.</summary>
    public static void ReportEmpty(YamlFile file, FindingBag findings)
    {
        if (!file.IsPartial && file.Documents.All(IsNothing))
        {
            findings.Add(
                SyntaxRules.EmptyFile,
                new SourceSpan(file.Source, default),
                "the file holds no manifest; give one that begins with `apiVersion` and `kind`"
            );
        }
    }

    /// <summary>
    /// Whether a file that was found in a folder, and not named, is to be evaluated: empty ones, those of Helm and
    /// kustomize, and YAML of other tools are not.
    /// </summary>
    public static bool IsManifest(YamlFile file)
    {
        string name = file.Source.Path[(file.Source.Path.LastIndexOf('/') + 1)..];
        bool companion =
            Companions.Contains(name)
            || (
                name.StartsWith("values", StringComparison.Ordinal)
                && file.Documents.All(d => new Field(d, FieldPath.Root, d.Span)["kind"].Text is null)
            );
        return !companion && (file.IsPartial || file.Documents.Any(IsObject));
    }

    private static bool IsNothing(YamlNode document) => document is YamlScalar { IsNull: true };

    // With any of the four words an object is meant, if not well.
    private static bool IsObject(YamlNode document) =>
        document is YamlMapping mapping
            ? mapping.Entries.Any(e => e.Key.Value is "apiVersion" or "kind" or "metadata" or "spec")
            : !IsNothing(document) && document is not YamlSequence;

    // In quotes and blocks braces are text; where they break the YAML they stand bare.
    private static SourceSpan? TemplateMark(SourceText source, FindingBag own)
    {
        int open = source.Text.IndexOf("{{", StringComparison.Ordinal);
        bool broken = own.Findings.Any(f => f.Rule == SyntaxRules.SyntaxError || f.Rule == SyntaxRules.KeyNotText);
        if (!broken || open < 0)
        {
            return null;
        }

        int close = source.Text.IndexOf("}}", open, StringComparison.Ordinal);
        return close < 0 ? null : new SourceSpan(source, new TextSpan(open, close + 2));
    }
}
