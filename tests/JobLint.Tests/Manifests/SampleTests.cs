using Rayquest.JobEngines.CrossChecks;
using Rayquest.JobEngines.Manifests;
using Rayquest.JobModel.Diagnostics;

namespace Rayquest.JobLint.Tests.Manifests;

/// <summary>The samples KubeRay ships are right; an error on one of them is ours.</summary>
public class SampleTests
{
    // Some samples are for gates that are off by default, and one for a cluster with cert-manager.
    private static readonly ManifestOptions Options = new()
    {
        FeatureGates = FeatureGates.Known.ToDictionary(g => g, _ => true, StringComparer.Ordinal),
        KnownObjects = new HashSet<string>(StringComparer.Ordinal)
        {
            "CustomResourceDefinition/certificates.cert-manager.io",
        },
    };

    [Fact]
    public void No_sample_has_an_error()
    {
        string[] files = Directory.GetFiles(
            Path.Combine(Repository.Root, "tests", "Fixtures", "samples", "kuberay"),
            "*.yaml",
            SearchOption.AllDirectories
        );
        files.Length.ShouldBeGreaterThan(40);
        foreach (string file in files)
        {
            IReadOnlyList<Finding> findings = Lint.Texts(Options, File.ReadAllText(file));
            Lint.Describe(findings.Where(f => f.Severity == Severity.Error)).ShouldBe("", file);
        }
    }

    [Fact]
    public void RayJob_samples_have_no_error_with_the_default_gates_either()
    {
        string[] files = Directory.GetFiles(
            Path.Combine(Repository.Root, "tests", "Fixtures", "samples", "kuberay"),
            "ray-job*.yaml",
            SearchOption.AllDirectories
        );
        files.Length.ShouldBeGreaterThan(5);
        foreach (string file in files)
        {
            Lint.Describe(Lint.Errors(File.ReadAllText(file))).ShouldBe("", file);
        }
    }
}
