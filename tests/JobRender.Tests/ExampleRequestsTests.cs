using Rayquest.JobEngines.CrossChecks;
using Rayquest.JobEngines.Manifests;
using Rayquest.JobLint.Manifests;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Repository;
using Rayquest.JobModel.Requests;
using Rayquest.JobModel.Yaml;
using Rayquest.JobRender.Folder;

namespace Rayquest.JobRender.Tests;

/// <summary>The requests of the tests' example repository, under its policies.</summary>
public class ExampleRequestsTests
{
    private static readonly MemoryTree Tree = ReadRepository();
    private static readonly LoadedPolicies Policies = PolicyLoader.Load(Tree);

    private static IEnumerable<string> Paths =>
        Tree.List(RequestPath.Requests).Select(e => e.Path).Where(RequestPath.IsRequest);

    public static TheoryData<string> Requests => [.. Paths];

    [Theory]
    [MemberData(nameof(Requests))]
    public void An_example_renders_to_a_manifest_no_engine_refuses(string path)
    {
        RequestDocument document = RequestDocument.Read(path, Tree.Read(path)!.Value.Span);
        RequestPlan plan = JobPlanner.Plan(document, Policies.Policies, Tree).ShouldNotBeNull();
        ManifestOptions known = new()
        {
            KnownObjects = Policies
                .Policies.Platform.Priorities.Values.Select(p => $"PriorityClass/{p}")
                .ToHashSet(StringComparer.Ordinal),
        };
        ManifestLinter
            .Check(Renderer.Render(plan).Manifest, known)
            .Where(f => f.Severity == Severity.Error)
            .Select(f => $"{f.Rule.Code} {f.Span.Source.Path}:{f.Span.Start.Line} {f.Message}")
            .ShouldBeEmpty();
    }

    [Fact]
    public void What_stands_under_jobs_is_what_was_rendered_from_the_requests()
    {
        PlannedRequest[] planned =
        [
            .. Paths.Select(path => new PlannedRequest(
                path,
                JobPlanner.Plan(RequestDocument.Read(path, Tree.Read(path)!.Value.Span), Policies.Policies, Tree)
            )),
        ];
        JobsFolder
            .Decide(planned, Tree, Tree)
            .Where(d => d.IsOff)
            .Select(d => $"{d.Path}: {d.Action}, {d.Reason}")
            .ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Requests))]
    public void An_example_that_is_rendered_and_imported_again_renders_to_the_same(string path)
    {
        RenderedFile rendered = Rendered(path, Tree);
        YamlMapping[] documents =
        [
            .. rendered.Documents.Take(rendered.Documents.Count - rendered.Header.Jobs.Count + 1),
        ];
        FindingBag findings = new();
        YamlFile file = YamlReader.Read(
            "manifest.yaml",
            Canonical.CanonicalYaml.Write(documents),
            YamlLimits.Manifest,
            findings
        );
        findings.Findings.ShouldBeEmpty();
        Import.ImportedRequest imported = Import.ManifestImport.Import(file, Policies.Policies).ShouldNotBeNull();
        imported.Text.ShouldNotContain("not imported:");
        Dictionary<string, byte[]> files = Tree.List("policies/")
            .ToDictionary(e => e.Path, e => Tree.Read(e.Path)!.Value.ToArray(), StringComparer.Ordinal);
        string team = RequestPath.TeamOf(path)!;
        string again = $"jobs-requests/{team}/{imported.Name}.yaml";
        files[again] = System.Text.Encoding.UTF8.GetBytes(imported.Text);
        foreach ((string beside, string text) in imported.Files)
        {
            files[$"jobs-requests/{team}/{beside}"] = System.Text.Encoding.UTF8.GetBytes(text);
        }

        Written(Rendered(again, new MemoryTree(files)).Documents).ShouldBe(Written(documents), imported.Text);
    }

    private static RenderedFile Rendered(string path, MemoryTree tree) =>
        Renderer.Render(
            JobPlanner
                .Plan(RequestDocument.Read(path, tree.Read(path)!.Value.Span), PolicyLoader.Load(tree).Policies, tree)
                .ShouldNotBeNull(path)
        );

    // Only the hash in the names may differ: it is of the request's own text.
    private static string Written(IEnumerable<YamlMapping> documents) =>
        System.Text.RegularExpressions.Regex.Replace(
            string.Concat(documents.Select(d => Canonical.CanonicalYaml.Write(d))),
            "-[0-9a-f]{5}\\b",
            "-00000"
        );

    private static MemoryTree ReadRepository()
    {
        string root = Path.GetFullPath(Path.Combine(GoldenCases.Folder, "..", "..", "Fixtures", "repository"));
        Dictionary<string, byte[]> files = new(StringComparer.Ordinal);
        foreach (string folder in (string[])["jobs-requests", "policies", "jobs"])
        {
            foreach (string file in Directory.GetFiles(Path.Combine(root, folder), "*", SearchOption.AllDirectories))
            {
                files[Path.GetRelativePath(root, file).Replace('\\', '/')] = File.ReadAllBytes(file);
            }
        }

        return new MemoryTree(files);
    }
}
