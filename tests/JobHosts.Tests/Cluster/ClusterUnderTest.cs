using System.Text;
using Rayquest.JobHosts.Cluster;
using Rayquest.JobReport.Status;
using Rayquest.Rehearsal.Cluster;

namespace Rayquest.JobHosts.Tests.Cluster;

/// <summary>A test that runs the real kubectl and says so when there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class KubectlFactAttribute : FactAttribute
{
    public static readonly string? Missing = (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator)
        .Any(folder => File.Exists(Path.Combine(folder, "kubectl")))
        ? null
        : "kubectl is not on PATH";

    public KubectlFactAttribute() => Skip = Missing;
}

/// <summary>A test that needs kubectl and the recordings of a real operator.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RecordingsFactAttribute : FactAttribute
{
    public static readonly string? Folder = Find();

    public RecordingsFactAttribute() =>
        Skip =
            KubectlFactAttribute.Missing
            ?? (Folder is null ? "the recordings are not on this machine (set RAYQUEST_SHARED)" : null);

    private static string? Find()
    {
        var configured = Environment.GetEnvironmentVariable("RAYQUEST_SHARED");
        if (!string.IsNullOrEmpty(configured))
        {
            return Directory.Exists(Path.Combine(configured, "recordings"))
                ? Path.Combine(configured, "recordings")
                : null;
        }

        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            var candidate = Path.Combine(at.FullName, "shared", "recordings");
            if (Directory.Exists(candidate))
            {
                return candidate;
            }
        }

        return null;
    }
}

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

/// <summary>A test on a real API server; what is not there to run it is said as the reason it was skipped.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RealClusterFactAttribute : FactAttribute
{
    private string serves = "";
    private bool recordings;

    public RealClusterFactAttribute() => Skip = Missing();

    /// <summary>What the server must serve, as a path.</summary>
    public string Serves
    {
        get => serves;
        set
        {
            serves = value;
            Skip = Missing();
        }
    }

    /// <summary>Whether the recordings of a real operator are needed too.</summary>
    public bool Recordings
    {
        get => recordings;
        set
        {
            recordings = value;
            Skip = Missing();
        }
    }

    private string? Missing() =>
        KubectlFactAttribute.Missing is { } kubectl ? kubectl
        : string.IsNullOrEmpty(RealCluster.Kubeconfig) ? "RAYQUEST_TEST_KUBECONFIG names no real API server"
        : recordings && RecordingsFactAttribute.Folder is null
            ? "the recordings are not on this machine (set RAYQUEST_SHARED)"
        : serves.Length > 0 && !RealCluster.Serves(serves) ? $"the API server does not serve {serves}"
        : null;
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
