using System.Diagnostics;
using System.Text;

namespace Rayquest.JobRender.Tests;

/// <summary>Every golden manifest against a real API server with KubeRay's CRDs, as kubectl would send it; nothing is kept there but the namespace.</summary>
public class ApiServerTests
{
    public static TheoryData<string> Cases => [.. GoldenCases.Names];

    [ApiServerTheory]
    [MemberData(nameof(Cases))]
    public void A_real_API_server_takes_what_is_rendered(string name)
    {
        // Creating the namespace again is refused, which is as good.
        _ = Kubectl("", "create", "namespace", "ray-vision");
        string rendered = Encoding.UTF8.GetString(Renderer.Render(GoldenCases.Plan(name)).Bytes.Span);
        (int code, string output) = Kubectl(rendered, "apply", "--dry-run=server", "--validate=strict", "-f", "-");
        code.ShouldBe(0, output);
    }

    private static (int Code, string Output) Kubectl(string input, params string[] arguments)
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
