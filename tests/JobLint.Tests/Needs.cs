using Rayquest.JobLint.Tests.Manifests;

namespace Rayquest.JobLint.Tests;

/// <summary>What a test can't run without; where it is missing the test is skipped and says so.</summary>
internal static class Needs
{
    public static void ApiServer() =>
        Assert.SkipWhen(
            string.IsNullOrEmpty(Manifests.ApiServer.Kubeconfig),
            "RAYQUEST_TEST_KUBECONFIG names no API server 1.36 with KubeRay's CRDs"
        );

    /// <summary>Python and the shells of a container.</summary>
    public static void RealShells()
    {
        ProgramPath.Needed("python3");
        Assert.SkipUnless(File.Exists("/bin/bash") && File.Exists("/bin/sh"), "/bin/bash or /bin/sh is not there");
    }
}
