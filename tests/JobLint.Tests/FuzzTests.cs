using Rayquest.Fuzzing;
using Rayquest.JobLint.Catalogue;
using Rayquest.JobLint.Engine;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Repository;

namespace Rayquest.JobLint.Tests;

/// <summary>Broken copies of the example repository's files: every one is evaluated, none makes a fault of ours.</summary>
[Trait("suite", "fuzz")]
public class FuzzTests
{
    private static readonly IReadOnlyDictionary<string, byte[]> FixturePolicies = Repository.Files("policies");

    private static readonly LoadedPolicies Policies = PolicyLoader.Load(new MemoryTree(FixturePolicies));

    private static readonly KeyValuePair<string, byte[]>[] Requests =
    [
        .. Repository.Files("jobs-requests").Where(f => RequestPath.IsRequest(f.Key)),
    ];

    public static TheoryData<string> PolicyFiles =>
        [
            .. FixturePolicies
                .Keys.Where(p => p.EndsWith(".yaml", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal),
        ];

    [Fact]
    public void Broken_requests_are_judged() =>
        Mutations.Try(
            [.. Requests.Select(r => r.Value), .. Examples(ExampleKind.Request)],
            800,
            bytes =>
            {
                Dictionary<string, byte[]> files = FixturePolicies.ToDictionary(StringComparer.Ordinal);
                files["jobs-requests/vision/fuzz.yaml"] = bytes;
                Check(files, Policies);
            }
        );

    [Theory]
    [MemberData(nameof(PolicyFiles))]
    public void Broken_policies_are_read_and_what_is_left_of_them_judges(string path)
    {
        KeyValuePair<string, byte[]> request = Requests.First(r =>
            r.Key.Contains("/vision/", StringComparison.Ordinal)
        );
        Mutations.Try(
            [FixturePolicies[path], .. Examples(ExampleKind.Policy)],
            150,
            bytes =>
            {
                Dictionary<string, byte[]> files = FixturePolicies.ToDictionary(StringComparer.Ordinal);
                files[path] = bytes;
                files[request.Key] = request.Value;
                LoadedPolicies policies = PolicyLoader.Load(new MemoryTree(files));
                Check(policies.Findings);
                Check(files, policies);
            }
        );
    }

    [Fact]
    public void Broken_rendered_files_are_judged()
    {
        IReadOnlyDictionary<string, byte[]> rendered = Repository.Files("jobs");
        string[] paths =
        [
            .. rendered.Keys.Where(p => p.EndsWith(".yaml", StringComparison.Ordinal)).Order(StringComparer.Ordinal),
        ];
        Mutations.Try(
            [.. paths.Select(p => rendered[p])],
            150,
            bytes =>
            {
                Dictionary<string, byte[]> files = FixturePolicies.ToDictionary(StringComparer.Ordinal);
                files["jobs-requests/vision/fuzz.yaml"] = Requests[0].Value;
                files["jobs/vision/fuzz.yaml"] = bytes;
                Check(files, Policies);
            }
        );
    }

    private static IEnumerable<byte[]> Examples(ExampleKind kind) =>
        RuleCatalog
            .All.SelectMany(r => new[] { r.Bad, r.Good })
            .OfType<RuleExample>()
            .Where(e => e.Kind == kind)
            .Select(e => System.Text.Encoding.UTF8.GetBytes(e.Text));

    private static void Check(Dictionary<string, byte[]> files, LoadedPolicies policies)
    {
        MemoryTree tree = new(files);
        Check(
            Linter
                .Run(
                    new LintInput
                    {
                        Tree = tree,
                        Policies = policies,
                        Author = "alice",
                    }
                )
                .Findings
        );
    }

    private static void Check(IReadOnlyList<Finding> findings)
    {
        foreach (Finding finding in findings)
        {
            finding.Rule.ShouldNotBe(LinterRules.InternalError, finding.Message);
            finding.Span.Span.Start.ShouldBeInRange(0, finding.Span.Source.Text.Length);
            finding.Span.Span.End.ShouldBeInRange(finding.Span.Span.Start, finding.Span.Source.Text.Length);
        }

        JobLint.Output.LintReport report = new(findings, 1, "0.0.0");
        JobLint.Output.TextOutput.Write(report, colour: false).ShouldNotContain("##[");
        System.Text.Json.JsonDocument.Parse(JobLint.Output.SarifOutput.Write(report)).Dispose();
        System.Text.Json.JsonDocument.Parse(JobLint.Output.JsonOutput.Write(report)).Dispose();
    }
}
