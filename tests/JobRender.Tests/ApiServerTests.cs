using System.Diagnostics;
using System.Text;

namespace Rayquest.JobRender.Tests;

/// <summary>The namespaces the golden manifests name; those that had to be made go again when all is done.</summary>
public sealed class ApiServerNamespaces : IDisposable
{
    private readonly HashSet<string> made = new(StringComparer.Ordinal);
    private readonly HashSet<string> there = new(StringComparer.Ordinal);

    public void Need(string name)
    {
        if (there.Add(name) && ApiServerTests.Kubectl("", "create", "namespace", name).Code == 0)
        {
            made.Add(name);
        }
    }

    public void Dispose()
    {
        foreach (string name in made)
        {
            _ = ApiServerTests.Kubectl("", "delete", "namespace", name, "--wait=false");
        }
    }
}

/// <summary>Every golden manifest against a real API server with the CRDs of KubeRay and Volcano, as Argo CD would send it; nothing is kept there.</summary>
public class ApiServerTests(ApiServerNamespaces namespaces) : IClassFixture<ApiServerNamespaces>
{
    public static TheoryData<string> Cases => [.. GoldenCases.Names];

    [ApiServerTheory]
    [MemberData(nameof(Cases))]
    public void A_real_API_server_takes_what_is_rendered(string name)
    {
        string rendered = Encoding.UTF8.GetString(Renderer.Render(GoldenCases.Plan(name)).Bytes.Span);
        foreach (string line in rendered.Split('\n'))
        {
            if (line.StartsWith("  namespace: ", StringComparison.Ordinal))
            {
                namespaces.Need(line["  namespace: ".Length..].Trim('"'));
            }
        }

        (int code, string output) = Kubectl(
            rendered,
            "apply",
            "--server-side",
            "--dry-run=server",
            "--validate=strict",
            "-f",
            "-"
        );
        code.ShouldBe(0, output);
    }

    internal static (int Code, string Output) Kubectl(string input, params string[] arguments)
    {
        ProcessStartInfo start = new("kubectl")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add($"--kubeconfig={ApiServerTheoryAttribute.Kubeconfig}");
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start).ShouldNotBeNull();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.GetAwaiter().GetResult());
    }
}

/// <summary>A theory against a real API server; reported as skipped where RAYQUEST_TEST_KUBECONFIG names none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ApiServerTheoryAttribute : TheoryAttribute
{
    public ApiServerTheoryAttribute()
    {
        if (string.IsNullOrEmpty(Kubeconfig))
        {
            Skip = "RAYQUEST_TEST_KUBECONFIG names no cluster with KubeRay's CRDs";
        }
    }

    public static string? Kubeconfig => Environment.GetEnvironmentVariable("RAYQUEST_TEST_KUBECONFIG");
}
