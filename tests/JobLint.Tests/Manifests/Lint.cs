using Rayquest.JobEngines.CrossChecks;
using Rayquest.JobEngines.Manifests;
using Rayquest.JobLint.Manifests;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Text;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobLint.Tests.Manifests;

/// <summary>Lints texts as files of one run, syntax included.</summary>
internal static class Lint
{
    public static IReadOnlyList<Finding> Texts(ManifestOptions options, params IEnumerable<string> texts)
    {
        FindingBag bag = new();
        List<YamlFile> files = [];
        foreach (string text in texts)
        {
            files.Add(YamlReader.Parse(new SourceText($"m{files.Count}.yaml", text), YamlLimits.Manifest, bag));
        }

        return [.. bag.Findings, .. ManifestLinter.Check(files, options)];
    }

    public static IReadOnlyList<Finding> Text(string text) => Texts(ManifestOptions.Default, text);

    public static IReadOnlyList<Finding> Errors(string text) =>
        [.. Text(text).Where(f => f.Severity == Severity.Error)];

    public static string Describe(IEnumerable<Finding> findings) =>
        string.Join(
            "\n",
            findings.Select(f =>
                $"{f.Span.Source.Path}:{f.Span.Start.Line}:{f.Span.Start.Column} {f.Rule.Code} {f.Severity}: {f.Message}"
            )
        );
}
