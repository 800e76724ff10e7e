using System.Text;
using System.Text.RegularExpressions;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Repository;
using Rayquest.JobModel.Requests;
using Rayquest.JobModel.Yaml;
using Rayquest.JobRender.Canonical;
using Rayquest.JobRender.Import;

namespace Rayquest.JobRender.Tests;

/// <summary>What was rendered of a generated request, imported and rendered again, is the same manifest, under every scheduler.</summary>
public partial class GeneratedImportTests
{
    private const string Folder = "jobs-requests/vision/";

    public static TheoryData<string> Schedulers => [.. GeneratedRequests.Schedulers];

    [Theory]
    [MemberData(nameof(Schedulers))]
    public void Importing_what_was_rendered_and_rendering_it_gives_it_back(string scheduler)
    {
        int tried = 0;
        List<string> faults = [];
        for (int seed = 1_000; seed < 1_250; seed++)
        {
            if (GeneratedRequests.Repository(seed, scheduler) is not var (tree, _))
            {
                continue;
            }

            tried++;
            string path = Folder + "job.yaml";
            RenderedFile rendered = Rendered(tree, path);
            // Of a sweep's jobs, which are many requests once they are manifests, the first.
            YamlMapping[] documents =
            [
                .. rendered.Documents.Take(rendered.Documents.Count - rendered.Header.Jobs.Count + 1),
            ];
            YamlFile file = YamlReader.Read(
                "manifest.yaml",
                CanonicalYaml.Write(documents),
                YamlLimits.Manifest,
                new FindingBag()
            );
            ImportedRequest imported = ManifestImport
                .Import(file, PolicyLoader.Load(tree).Policies)
                .ShouldNotBeNull(scheduler);
            Dictionary<string, byte[]> files = tree.List("policies/")
                .ToDictionary(e => e.Path, e => tree.Read(e.Path)!.Value.ToArray(), StringComparer.Ordinal);
            string again = $"{Folder}{imported.Name}.yaml";
            files[again] = Encoding.UTF8.GetBytes(imported.Text);
            foreach ((string beside, string text) in imported.Files)
            {
                files[Folder + beside] = Encoding.UTF8.GetBytes(text);
            }

            string before = WithoutHashes(documents);
            string after = WithoutHashes(Rendered(new MemoryTree(files), again).Documents);
            if (before != after || imported.Text.Contains("not imported:", StringComparison.Ordinal))
            {
                string asked = Encoding.UTF8.GetString(tree.Read(path)!.Value.Span);
                faults.Add($"{seed}\n{asked}\n{imported.Text}\n{FirstDifference(before, after)}");
            }
        }

        faults.ShouldBeEmpty($"{faults.Count} of {tried}");
        tried.ShouldBeGreaterThan(60);
    }

    private static RenderedFile Rendered(MemoryTree tree, string path) =>
        Renderer.Render(
            JobPlanner
                .Plan(RequestDocument.Read(path, tree.Read(path)!.Value.Span), PolicyLoader.Load(tree).Policies, tree)
                .ShouldNotBeNull(path)
        );

    private static string FirstDifference(string before, string after)
    {
        string[] old = before.Split('\n');
        string[] now = after.Split('\n');
        int at = 0;
        while (at < old.Length && at < now.Length && old[at] == now[at])
        {
            at++;
        }

        return $"{at}: {old.ElementAtOrDefault(at)} | {now.ElementAtOrDefault(at)}";
    }

    // Only the hash in the names may differ: it is of the request's own text.
    private static string WithoutHashes(IEnumerable<YamlMapping> documents) =>
        Hash().Replace(string.Concat(documents.Select(d => CanonicalYaml.Write(d))), "-00000");

    [GeneratedRegex("-[0-9a-f]{5}\\b", RegexOptions.CultureInvariant)]
    private static partial Regex Hash();
}
