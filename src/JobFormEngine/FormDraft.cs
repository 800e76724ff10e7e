using System.Text;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Quantities;
using Rayquest.JobModel.Repository;
using Rayquest.JobModel.Text;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobFormEngine;

/// <summary>A request being written: whose it is, its text, and the files it ships.</summary>
/// <param name="Team">The folder it goes to.</param>
/// <param name="Text">The request as YAML.</param>
public sealed record FormDraft(string Team, string Text)
{
    /// <summary>The name of a request that doesn't say a usable one.</summary>
    public const string Unnamed = "request";

    /// <summary>Files beside the request, by their path below the team's folder.</summary>
    public IReadOnlyDictionary<string, byte[]> Files { get; init; } = new Dictionary<string, byte[]>();

    /// <summary>The request it began as; null for a new one. It keeps its file.</summary>
    public string? From { get; init; }

    /// <summary>The request's file. Its name is the request's, as far as that can name a file; never anything but a name.</summary>
    public string Path => From ?? $"{RequestPath.Requests}{Team}/{NameIn(Text) ?? Unnamed}.yaml";

    /// <summary>The paths and bytes that the draft adds to a repository.</summary>
    public IReadOnlyDictionary<string, byte[]?> Changes()
    {
        Dictionary<string, byte[]?> changes = new(StringComparer.Ordinal) { [Path] = Encoding.UTF8.GetBytes(Text) };
        foreach ((string path, byte[] bytes) in Files)
        {
            if (RequestPath.Beside(Path, path) is { } place && place != Path)
            {
                changes[place] = bytes;
            }
        }

        return changes;
    }

    private static string? NameIn(string text) =>
        YamlReader.Parse(new SourceText("", text), YamlLimits.Request, new FindingBag()).Root is YamlMapping root
        && root["name"] is YamlScalar name
        && name.Value.Length <= 63
        && KubernetesNames.IsDns1035Label(name.Value)
            ? name.Value
            : null;
}
