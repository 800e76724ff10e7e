using System.Runtime.CompilerServices;
using Rayquest.JobHosts.Tests.Cluster;
using Rayquest.JobHosts.Tests.GitHub;

namespace Rayquest.JobHosts.Tests;

/// <summary>What a test can't run without; where it is missing the test is skipped and says so.</summary>
internal static class Needs
{
    /// <summary>The real kubectl.</summary>
    public static void Kubectl() => ProgramPath.Needed("kubectl");

    /// <summary>A real API server, and what it must serve, as a path.</summary>
    public static void RealCluster(string serves = "")
    {
        Kubectl();
        Assert.SkipWhen(
            string.IsNullOrEmpty(Cluster.RealCluster.Kubeconfig),
            "RAYQUEST_TEST_KUBECONFIG names no real API server"
        );
        Assert.SkipUnless(
            serves.Length == 0 || Cluster.RealCluster.Serves(serves),
            $"the API server does not serve {serves}"
        );
    }

    /// <summary>GitHub's own description of its API.</summary>
    public static void ApiDescription() =>
        Assert.SkipWhen(
            OpenApiDescription.File is null,
            "needs npm's @octokit/openapi: npm ci in tests/conformance, or RAYQUEST_OPENAPI"
        );

    /// <summary>Octokit of JavaScript.</summary>
    public static void OctokitRest() =>
        Assert.SkipWhen(
            ConformanceTests.Folder is null,
            "needs node and npm's @octokit/rest: npm ci in tests/conformance"
        );

    /// <summary>Time: these rows take minutes.</summary>
    public static void FullMatrix() =>
        Assert.SkipUnless(
            Environment.GetEnvironmentVariable("RAYQUEST_FULL_MATRIX") == "1",
            "takes minutes; set RAYQUEST_FULL_MATRIX=1"
        );
}

/// <summary>What a real operator said, moment by moment.</summary>
internal static class RecordedMoments
{
    public static readonly string Folder = Find();

    private static string Find([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "Fixtures", "recordings"));
}
