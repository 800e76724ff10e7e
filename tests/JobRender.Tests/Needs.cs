namespace Rayquest.JobRender.Tests;

/// <summary>What a test can't run without; where it is missing the test is skipped and says so.</summary>
internal static class Needs
{
    public static string? Kubeconfig => Environment.GetEnvironmentVariable("RAYQUEST_TEST_KUBECONFIG");

    public static void ApiServer() =>
        Assert.SkipWhen(
            string.IsNullOrEmpty(Kubeconfig),
            "RAYQUEST_TEST_KUBECONFIG names no cluster with KubeRay's CRDs"
        );
}
