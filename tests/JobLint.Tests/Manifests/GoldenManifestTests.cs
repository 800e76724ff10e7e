using System.Runtime.CompilerServices;
using Rayquest.JobModel.Diagnostics;

namespace Rayquest.JobLint.Tests.Manifests;

/// <summary>
/// Folders <c>cases/manifest-*</c>: <c>input.yaml</c> and what is said of it, place by place. UPDATE_GOLDEN=1 writes
/// what is said now; never in CI.
/// </summary>
public class GoldenManifestTests
{
    public static TheoryData<string> Cases =>
        [
            .. Directory
                .GetDirectories(Folder(), "manifest-*")
                .Select(d => Path.GetFileName(d)!)
                .Order(StringComparer.Ordinal),
        ];

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_case_is_told_as_expected(string name)
    {
        string folder = Path.Combine(Folder(), name);
        string expected = Path.Combine(folder, "expected.diagnostics.txt");
        IReadOnlyList<Finding> findings =
        [
            .. Lint.Text(File.ReadAllText(Path.Combine(folder, "input.yaml")))
                .OrderBy(f => f.Span.Span.Start)
                .ThenBy(f => f.Rule.Code, StringComparer.Ordinal),
        ];
        string told = string.Concat(findings.Select(Tell));
        if (
            Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1"
            && Environment.GetEnvironmentVariable("CI") != "true"
        )
        {
            File.WriteAllText(expected, told);
        }

        told.ShouldBe(File.ReadAllText(expected));
    }

    private static string Tell(Finding finding) =>
        $"{finding.Span.Start.Line}:{finding.Span.Start.Column}-{finding.Span.End.Line}:{finding.Span.End.Column} {finding.Severity} {finding.Rule.Code} {finding.Message}{(finding.Fix is { } fix ? $" [fix: {fix.Title}]" : "")}\n";

    private static string Folder([CallerFilePath] string file = "") =>
        Path.Combine(Path.GetDirectoryName(file)!, "..", "cases");
}
