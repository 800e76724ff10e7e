using System.Text;
using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Text;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobRender.Manifests;

/// <summary>Names of volumes: DNS labels of at most 63 characters, made from names that may have dots and be longer.</summary>
internal static class VolumeNames
{
    /// <summary>The name of the volume for an object; different objects never share one.</summary>
    public static string Of(string prefix, string name)
    {
        string label = $"{prefix}-{name}";
        return label.Length <= 63 && !label.Contains('.', StringComparison.Ordinal)
            ? label
            : $"{label.Replace('.', '-')[..Math.Min(50, label.Length)].TrimEnd('-')}-{JobHeader.Digest(Encoding.UTF8.GetBytes(name))[..8]}";
    }

    /// <summary>The name of the volume for a path; different paths never share one.</summary>
    public static string OfPath(string prefix, string path)
    {
        string word = path.Trim('/');
        return word.Length is > 0 and <= 40 && word.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c))
            ? $"{prefix}-{word}"
            : $"{prefix}-{JobHeader.Digest(Encoding.UTF8.GetBytes(path))[..8]}";
    }

    /// <summary>The mount of a volume at a path.</summary>
    public static YamlMapping Mount(string volume, Located<string> path, bool isReadOnly) =>
        ManifestNodes.Map(
            path.Span,
            ("name", ManifestNodes.Text(path.Span, volume)),
            ("mountPath", ManifestNodes.Text(path)),
            ("readOnly", isReadOnly ? ManifestNodes.True(path.Span) : null)
        );
}
