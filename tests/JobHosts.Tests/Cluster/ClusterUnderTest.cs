using System.Text;
using Rayquest.JobHosts.Cluster;
using Rayquest.JobRehearsal.Cluster;
using Rayquest.JobReport.Status;

namespace Rayquest.JobHosts.Tests.Cluster;

/// <summary>The real API server that <c>RAYQUEST_TEST_KUBECONFIG</c> names.</summary>
internal static class RealCluster
{
    public static readonly string? Kubeconfig = Environment.GetEnvironmentVariable("RAYQUEST_TEST_KUBECONFIG");

    public static KubectlCluster Kubectl(int pageSize = 500) =>
        new(new KubectlOptions { Kubeconfig = Kubeconfig, PageSize = pageSize });

    /// <summary>Whether the path can be read there, for example <c>/apis/argoproj.io/v1alpha1</c>.</summary>
    public static bool Serves(string path)
    {
        using var process = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo(
                "kubectl",
                [$"--kubeconfig={Kubeconfig}", "get", "--raw", path, "--request-timeout=20s"]
            )
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}

/// <summary>A kubectl that talks to an emulated API server, with a cache of its own.</summary>
internal sealed class ClusterUnderTest : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public ClusterUnderTest(TimeProvider? time = null, int pageSize = 500, int attempts = 1)
    {
        Server = new EmulatedCluster(time);
        var kubeconfig = folder.Child("kubeconfig");
        File.WriteAllText(kubeconfig, Server.Kubeconfig);
        Options = new KubectlOptions
        {
            Kubeconfig = kubeconfig,
            CacheDirectory = folder.Child("cache"),
            PageSize = pageSize,
            Attempts = attempts,
            RequestTimeout = TimeSpan.FromSeconds(10),
            Wait = span => Waited.Add(span),
        };
        Kubectl = new KubectlCluster(Options);
        Server.AddNamespace("team-vision");
    }

    public EmulatedCluster Server { get; }
    public KubectlOptions Options { get; }
    public KubectlCluster Kubectl { get; }
    public List<TimeSpan> Waited { get; } = [];

    public static byte[] RayJob(string name, string ns = "team-vision", string extra = "") =>
        Encoding.UTF8.GetBytes(
            $$"""
            apiVersion: ray.io/v1
            kind: RayJob
            metadata:
              name: {{name}}
              namespace: {{ns}}
              labels: {rayquest.dev/team: vision}
            spec:
              entrypoint: python train.py
              shutdownAfterJobFinishes: true
              {{extra}}
              rayClusterSpec:
                headGroupSpec:
                  rayStartParams: {}
                  template:
                    spec:
                      containers: [{name: ray-head, image: "rayproject/ray:2.52.0"}]
            """
        );

    public ObservedJob Job(string name) =>
        Kubectl.Get(ClusterResource.RayJobs, "team-vision", name, item => ObservedJob.Read(item))!;

    public void Dispose()
    {
        Server.Dispose();
        folder.Dispose();
    }
}
