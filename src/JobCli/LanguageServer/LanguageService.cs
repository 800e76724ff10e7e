using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Rayquest.JobCli.Commands;
using Rayquest.JobHosts.Files;
using Rayquest.JobLint.Catalogue;
using Rayquest.JobLint.Engine;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Fields;
using Rayquest.JobModel.Formats;
using Rayquest.JobModel.Languages;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Repository;
using Rayquest.JobModel.Templates;
using Rayquest.JobModel.Text;

namespace Rayquest.JobCli.LanguageServer;

/// <summary>What an editor asks about the files of one repository: the same findings, pages and values as the command line's.</summary>
internal sealed partial class LanguageService(string root)
{
    private static readonly Lazy<JsonObject> RequestSchema = new(() =>
        (JsonObject)JsonNode.Parse(SchemaDocument.All.Single(document => document.Name == "job-request").Write())!
    );

    private readonly Dictionary<string, string> open = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlyList<Finding>> findings = new(StringComparer.Ordinal);
    private OverlaidTree? tree;
    private LoadedPolicies? policies;

    /// <summary>Whether a path is one that is checked: a request or a policy.</summary>
    public static bool IsOurs(string path) =>
        RequestPath.IsRequest(path)
        || (
            path.StartsWith(RequestPath.Policies, StringComparison.Ordinal)
            && path.EndsWith(".yaml", StringComparison.Ordinal)
        );

    /// <summary>The paths that are open.</summary>
    public IReadOnlyCollection<string> Open => open.Keys;

    /// <summary>Takes the text of an open file.</summary>
    public void Change(string path, string text)
    {
        bool isNew = !open.ContainsKey(path);
        open[path] = text;
        if (isNew)
        {
            tree = null;
        }

        if (!RequestPath.IsRequest(path))
        {
            policies = null;
        }
    }

    /// <summary>The file lies on disk alone again, or something on disk has changed.</summary>
    public void Forget(string? path = null)
    {
        if (path is not null)
        {
            open.Remove(path);
            findings.Remove(path);
        }

        tree = null;
        policies = null;
    }

    /// <summary>Checks an open file.</summary>
    public IReadOnlyList<Finding> Check(string path)
    {
        LoadedPolicies loaded = Policies;
        LintResult result = LintCommand.Run(
            new LintInput
            {
                Tree = Tree,
                Policies = loaded,
                Paths = RequestPath.IsRequest(path) ? [path] : [],
                KeepsRequests = false,
            }
        );
        return findings[path] = [.. result.Findings.Where(finding => finding.Span.Source.Path == path)];
    }

    /// <summary>The page of the rule that found something at a place, or what a key is for; null for neither.</summary>
    public string? Hover(string path, int line, int character, Language language)
    {
        if (!open.TryGetValue(path, out string? text))
        {
            return null;
        }

        int offset = Offset(text, line, character);
        if (
            findings
                .GetValueOrDefault(path)
                ?.FirstOrDefault(f =>
                    f.Span.Span.Start <= offset && offset <= Math.Max(f.Span.Span.End, f.Span.Span.Start + 1)
                ) is
            { } finding
        )
        {
            return $"{language.Of(finding).Message}\n\n{RulePage.Markdown(finding.Rule)}";
        }

        if (!RequestPath.IsRequest(path))
        {
            return null;
        }

        string[] lines = text.Split('\n');
        string current = line < lines.Length ? lines[line] : "";
        Match? key = Keys()
            .Matches(current)
            .FirstOrDefault(match =>
                match.Groups[1].Index <= character && character <= match.Groups[1].Index + match.Groups[1].Length
            );
        if (key is null)
        {
            return null;
        }

        RequestCursor cursor = RequestCursor.At(text, line, key.Groups[1].Index);
        return
            RequestCursor
                .Schema(RequestSchema.Value, [.. cursor.Path, key.Groups[1].Value])
                ?["description"]?.GetValue<string>()
                is { } description
            ? $"**{key.Groups[1].Value}**: {description}"
            : null;
    }

    /// <summary>What could be written at a place: label, and what it is.</summary>
    public IReadOnlyList<(string Label, string Detail, bool IsKey)> Complete(string path, int line, int character)
    {
        if (!RequestPath.IsRequest(path) || !open.TryGetValue(path, out string? text))
        {
            return [];
        }

        RequestCursor cursor = RequestCursor.At(text, line, character);
        if (cursor.Key is { } key)
        {
            return cursor.Path is ["params"] && TemplateOf(text)?.Parameter(key) is { } parameter
                ? [.. Words(parameter).Select(word => (word, "", false))]
                : [.. Values(key, RequestPath.TeamOf(path)!, cursor)];
        }

        if (cursor.Path is ["params"] && TemplateOf(text) is { } template)
        {
            return
            [
                .. template.Parameters.Select(p =>
                    (
                        p.Key.Value,
                        p.Value.Value.Help is { } help
                            ? $"{p.Value.Value.Description}: {help.Value}"
                            : p.Value.Value.Description,
                        true
                    )
                ),
            ];
        }

        return
            RequestCursor.Schema(RequestSchema.Value, cursor.Path) is { } schema
            && RequestCursor.Properties(schema) is { } properties
            ?
            [
                .. properties.Select(property =>
                    (property.Key, (property.Value as JsonObject)?["description"]?.GetValue<string>() ?? "", true)
                ),
            ]
            : [];
    }

    /// <summary>The fixes of findings that touch lines, each with the finding that it is of.</summary>
    public IReadOnlyList<(Finding Finding, Fix Fix)> Fixes(string path, int from, int to) =>
        [
            .. (findings.GetValueOrDefault(path) ?? [])
                .Where(finding =>
                    finding.Fix is not null && finding.Span.Start.Line - 1 <= to && finding.Span.End.Line - 1 >= from
                )
                .Select(finding => (finding, finding.Fix!)),
        ];

    /// <summary>The policy file and line that the value at a place is of; null for none.</summary>
    public (string Path, int Line)? Definition(string path, int line, int character)
    {
        if (!RequestPath.IsRequest(path) || !open.TryGetValue(path, out string? text))
        {
            return null;
        }

        string[] lines = text.Split('\n');
        string current = line < lines.Length ? lines[line].TrimEnd('\r') : "";
        Match? entry = Entries()
            .Matches(current)
            .FirstOrDefault(match => match.Index <= character && character <= match.Index + match.Length);
        if (entry is null)
        {
            return null;
        }

        string value = entry.Groups[2].Value;
        return entry.Groups[1].Value switch
        {
            "profile" when Policies.Policies.Profiles.ContainsKey(value) => (
                $"{PolicyLoader.ProfilesFolder}{value}.yaml",
                0
            ),
            "template" when Policies.Policies.Templates.ContainsKey(value) => (
                $"{PolicyLoader.TemplatesFolder}{value}.yaml",
                0
            ),
            "gpu" => Line(PolicyLoader.PlatformPath, "gpus", value),
            "nodePool" => Line(PolicyLoader.PlatformPath, "nodePools", value),
            "cluster" => Line(PolicyLoader.PlatformPath, "clusters", value),
            "priority" => Line(PolicyLoader.PlatformPath, "priorities", value),
            "image" => Line(PolicyLoader.ImagesPath, "aliases", value),
            _ => null,
        };
    }

    /// <summary>The offset of a place that an editor names, in UTF-16 units.</summary>
    public static int Offset(string text, int line, int character)
    {
        int at = 0;
        for (int i = 0; i < line; i++)
        {
            int end = text.IndexOf('\n', at);
            if (end < 0)
            {
                return text.Length;
            }

            at = end + 1;
        }

        return Math.Min(text.Length, at + character);
    }

    /// <summary>The place of an offset as an editor names it.</summary>
    public static (int Line, int Character) Place(string text, int offset)
    {
        offset = Math.Clamp(offset, 0, text.Length);
        int line = text.AsSpan(0, offset).Count('\n');
        return (line, offset - (text.LastIndexOf('\n', Math.Max(0, offset - 1), Math.Max(0, offset)) + 1));
    }

    private OverlaidTree Tree => tree ??= new OverlaidTree(new ListedTree(new FolderTree(root)), open);

    private LoadedPolicies Policies => policies ??= PolicyLoader.Load(Tree);

    private IEnumerable<(string Label, string Detail, bool IsKey)> Values(string key, string team, RequestCursor cursor)
    {
        PolicySet set = Policies.Policies;
        IEnumerable<(string, string)> known = key switch
        {
            "gpu" => set.Platform.Gpus.Select(gpu => (gpu.Key, gpu.Value.Resource)),
            "image" => set.Images.Aliases.Select(alias => (alias.Key, alias.Value.ToString() ?? "")),
            "template" => set.Templates.Select(t => (t.Key, t.Value.Description?.Value ?? "")),
            "profile" => set.Profiles.Keys.Select(name => (name, $"{PolicyLoader.ProfilesFolder}{name}.yaml")),
            "priority" => set.Platform.Priorities.Select(priority => (priority.Key, priority.Value)),
            "cluster" => set.Platform.Clusters.Keys.Select(name => (name, "an existing RayCluster")),
            "nodePool" => set.Platform.NodePools.Keys.Select(name => (name, "a pool of nodes")),
            "owner" => (set.Quotas.Of(team)?.Members ?? []).Select(login => (login.ToString()!, $"of team {team}")),
            _ => RequestCursor.Schema(RequestSchema.Value, [.. cursor.Path, key]) is { } schema
                ? Choices(schema).Select(choice => (choice, ""))
                : [],
        };
        return known
            .OrderBy(value => value.Item1, StringComparer.Ordinal)
            .Select(value => (value.Item1, value.Item2, false));
    }

    // Of text that may be no YAML yet.
    private RequestTemplate? TemplateOf(string text) =>
        Named().Match(text) is { Success: true } named
            ? Policies.Policies.Templates.GetValueOrDefault(named.Groups[1].Value)
            : null;

    private static IEnumerable<string> Words(TemplateParameter parameter) =>
        parameter.Allowed is { } words ? words.Value.Select(word => word.Value.Value)
        : parameter.TypeOrDefault == ParameterType.Boolean ? ["true", "false"]
        : [];

    private static IEnumerable<string> Choices(JsonObject schema) =>
        schema["enum"] is JsonArray choices ? choices.Select(choice => choice!.ToString())
        : schema["type"]?.ToString() == "boolean" ? ["true", "false"]
        : [];

    // The line of a key below another one.
    private (string, int)? Line(string path, string group, string key)
    {
        if (
            Policies.Files.GetValueOrDefault(path)?.Root is JobModel.Yaml.YamlMapping mapping
            && mapping[group] is JobModel.Yaml.YamlMapping inner
            && inner.Entries.FirstOrDefault(entry => entry.Key.Value == key) is { } found
        )
        {
            return (path, found.Key.Span.Start.Line - 1);
        }

        return null;
    }

    [GeneratedRegex("(?:^|[\\s{,-])([A-Za-z_][A-Za-z0-9_]*):(?:\\s|$)")]
    private static partial Regex Keys();

    [GeneratedRegex("^template:\\s+\"?([A-Za-z0-9._-]+)", RegexOptions.Multiline)]
    private static partial Regex Named();

    [GeneratedRegex("([A-Za-z]+):\\s+\"?([A-Za-z0-9._/@:-]+)")]
    private static partial Regex Entries();
}
