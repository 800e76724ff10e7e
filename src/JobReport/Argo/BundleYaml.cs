using System.Globalization;
using Rayquest.JobLint.Engine;
using Rayquest.JobLint.Rules;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Text;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobReport.Argo;

/// <summary>The bundle's documents from typed values.</summary>
internal static class BundleYaml
{
    private static readonly SourceSpan Here = new(new SourceText("argocd", ""), default);

    /// <summary>Text of several lines.</summary>
    public static YamlScalar Block(string text) => new(Here, text.ReplaceLineEndings("\n"), YamlScalarStyle.Block);

    public static YamlMapping Labels(PlatformPolicy platform, string team) =>
        Map(("app.kubernetes.io/managed-by", Text("rayquest")), ($"{platform.LabelPrefix}/team", Text(team)));

    public static YamlMapping Object(
        string apiVersion,
        string kind,
        string name,
        string? ns,
        YamlMapping labels,
        params (string Key, YamlNode? Value)[] rest
    ) =>
        Map([
            ("apiVersion", Text(apiVersion)),
            ("kind", Text(kind)),
            ("metadata", Map(("name", Text(name)), ("namespace", ns is null ? null : Text(ns)), ("labels", labels))),
            .. rest,
        ]);

    public static YamlMapping Rule(string group, string[] resources, string[] verbs) =>
        Map(
            ("apiGroups", List(Text(group))),
            ("resources", List([.. resources.Select(Text)])),
            ("verbs", List([.. verbs.Select(Text)]))
        );

    public static YamlMapping Kind(string group, string kind) => Map(("group", Text(group)), ("kind", Text(kind)));

    public static YamlMapping Map(params (string Key, YamlNode? Value)[] entries) =>
        new(
            Here,
            [
                .. entries
                    .Where(entry => entry.Value is not null)
                    .Select(entry => new YamlEntry(
                        new YamlScalar(Here, entry.Key, YamlScalarStyle.Plain),
                        entry.Value!
                    )),
            ],
            isFlow: false
        );

    public static YamlSequence List(params YamlNode[] items) => new(Here, [.. items], isFlow: false);

    public static YamlScalar Text(string value) => new(Here, value, YamlScalarStyle.Quoted);

    public static YamlScalar Integer(int value) =>
        new(Here, value.ToString(CultureInfo.InvariantCulture), YamlScalarStyle.Plain);

    public static YamlScalar True => new(Here, "true", YamlScalarStyle.Plain);
}
