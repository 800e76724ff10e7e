using System.Text;
using Rayquest.JobEngines.CrossChecks;
using Rayquest.JobEngines.Manifests;
using Rayquest.JobLint.Manifests;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Repository;
using Rayquest.JobModel.Requests;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobRender.Tests;

/// <summary>What the program renders, <c>lint --manifest</c> finds nothing in that the request wasn't told, under every scheduler.</summary>
public class RenderedIsCleanTests
{
    public static TheoryData<string> Schedulers => [.. GeneratedRequests.Schedulers];

    [Theory]
    [MemberData(nameof(Schedulers))]
    public void Generated_requests_render_to_clean_manifests(string scheduler)
    {
        int rendered = 0;
        List<string> faults = [];
        for (int seed = 0; seed < 600; seed++)
        {
            if (GeneratedRequests.Repository(seed, scheduler) is not var (tree, told))
            {
                continue;
            }

            rendered++;
            const string path = "jobs-requests/vision/job.yaml";
            faults.AddRange(
                Findings(tree, path, GeneratedRequests.Known)
                    .Where(f => told.Findings.All(t => t.Rule.Code != f.Rule.Code))
                    .Select(f => $"{seed}: {f.Rule.Code} {f.Severity} {f.Message}")
            );
        }

        faults.ShouldBeEmpty();
        rendered.ShouldBeGreaterThan(150);
    }

    private static IEnumerable<Finding> Findings(MemoryTree tree, string path, IReadOnlySet<string> known)
    {
        PolicySet policies = PolicyLoader.Load(tree).Policies;
        RequestDocument document = RequestDocument.Read(path, tree.Read(path)!.Value.Span, policies.Templates);
        RequestPlan plan = JobPlanner.Plan(document, policies, tree).ShouldNotBeNull(path);
        FindingBag bag = new();
        // Through the bytes: what stands in the file is what is evaluated.
        YamlFile file = YamlReader.Read("job.yaml", Renderer.Render(plan).Bytes.Span, YamlLimits.Manifest, bag);
        return [.. bag.Findings, .. ManifestLinter.Check(file, new ManifestOptions { KnownObjects = known })];
    }
}
