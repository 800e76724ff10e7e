using Rayquest.Fuzzing;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Repository;
using Rayquest.JobModel.Requests;
using Rayquest.JobModel.Text;
using Rayquest.JobModel.Yaml;
using Rayquest.JobRender.Import;

namespace Rayquest.JobRender.Tests;

/// <summary>Broken copies of the cases: what can still be planned is rendered, and what is rendered can be read.</summary>
[Trait("suite", "fuzz")]
public class FuzzTests
{
    [Fact]
    public void Whatever_can_be_planned_of_a_broken_request_is_rendered()
    {
        int rendered = 0;
        Mutations.Try(
            Files("request.yaml"),
            2000,
            bytes =>
            {
                Dictionary<string, byte[]> files = Common();
                files["jobs-requests/vision/fuzz.yaml"] = bytes;
                rendered += Render(files, "jobs-requests/vision/fuzz.yaml");
            }
        );
        // Mutations that break everything would try nothing.
        rendered.ShouldBeGreaterThan(100);
    }

    [Fact]
    public void Whatever_can_be_planned_with_a_broken_profile_is_rendered()
    {
        byte[][] profiles =
        [
            .. Directory
                .GetFiles(GoldenCases.Folder, "*.yaml", SearchOption.AllDirectories)
                .Where(f => Path.GetFileName(Path.GetDirectoryName(f)) == "profiles")
                .Order(StringComparer.Ordinal)
                .Select(File.ReadAllBytes),
        ];
        int rendered = 0;
        Mutations.Try(
            profiles,
            1500,
            bytes =>
            {
                Dictionary<string, byte[]> files = Common();
                files["policies/profiles/fuzz.yaml"] = bytes;
                files["jobs-requests/vision/fuzz.yaml"] =
                    "name: fuzz\nprofile: fuzz\nentrypoint: python train.py\nworkers: {replicas: 2, cpu: 2, memory: 4Gi}\ntimeout: 1h\nenv: {A: b}\n"u8.ToArray();
                rendered += Render(files, "jobs-requests/vision/fuzz.yaml");
            }
        );
        rendered.ShouldBeGreaterThan(100);
    }

    [Fact]
    public void Broken_manifests_are_imported_or_refused()
    {
        PolicySet policies = PolicyLoader.Load(new MemoryTree(Common())).Policies;
        Mutations.Try(
            Files("expected.rayjob.yaml"),
            1500,
            bytes =>
                ManifestImport.Import(
                    YamlReader.Read("manifest.yaml", bytes, YamlLimits.Manifest, new FindingBag()),
                    policies
                )
        );
    }

    private static int Render(Dictionary<string, byte[]> files, string path)
    {
        MemoryTree tree = new(files);
        LoadedPolicies policies = PolicyLoader.Load(tree);
        RequestDocument document = RequestDocument.Read(path, files[path]);
        if (
            document.HasErrors
            || policies.IsBroken
            || JobPlanner.Plan(document, policies.Policies, tree) is not { } plan
        )
        {
            return 0;
        }

        RenderedFile file = Renderer.Render(plan);
        FindingBag bag = new();
        YamlReader.Read("out.yaml", file.Bytes.Span, YamlLimits.Manifest, bag);
        bag.Findings.Select(f => f.Message).ShouldBeEmpty();
        return 1;
    }

    private static byte[][] Files(string name) =>
        [
            .. Directory
                .GetFiles(GoldenCases.Folder, name, SearchOption.AllDirectories)
                .Order(StringComparer.Ordinal)
                .Select(File.ReadAllBytes),
        ];

    private static Dictionary<string, byte[]> Common()
    {
        string policies = Path.Combine(GoldenCases.Folder, "policies");
        return Directory
            .GetFiles(policies, "*", SearchOption.AllDirectories)
            .ToDictionary(
                f => "policies/" + Path.GetRelativePath(policies, f).Replace('\\', '/'),
                File.ReadAllBytes,
                StringComparer.Ordinal
            );
    }
}
