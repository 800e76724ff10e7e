using System.Diagnostics;
using System.Text;
using System.Text.Json;

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

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_real_API_server_takes_what_is_rendered(string name)
    {
        Needs.ApiServer();
        string rendered = Rendered(name);
        string[] strictly = ["--dry-run=server", "--validate=strict", "-f", "-"];
        (int code, string output) = Kubectl(rendered, ["apply", "--server-side", .. strictly]);
        code.ShouldBe(0, output);
        (code, output) = Kubectl(rendered, ["create", .. strictly]);
        code.ShouldBe(0, output);
    }

    /// <summary>Else Argo CD would see a difference between Git and the cluster for ever.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void What_a_real_API_server_would_store_says_what_was_rendered(string name)
    {
        Needs.ApiServer();
        string rendered = Rendered(name);
        List<JsonElement> sent = Objects(Kubectl(rendered, "create", "--dry-run=client", "-o", "json", "-f", "-"));
        List<JsonElement> stored = Objects(
            Kubectl(rendered, "apply", "--server-side", "--dry-run=server", "-o", "json", "-f", "-")
        );
        stored.Count.ShouldBe(sent.Count);
        List<string> lost = [];
        foreach ((JsonElement asked, JsonElement kept) in sent.Zip(stored))
        {
            Missing(asked, kept, asked.GetProperty("kind").GetString()!, lost);
        }

        lost.ShouldBeEmpty();
    }

    private string Rendered(string name)
    {
        string rendered = Encoding.UTF8.GetString(Renderer.Render(GoldenCases.Plan(name)).Bytes.Span);
        foreach (string line in rendered.Split('\n'))
        {
            if (line.StartsWith("  namespace: ", StringComparison.Ordinal))
            {
                namespaces.Need(line["  namespace: ".Length..].Trim('"'));
            }
        }

        return rendered;
    }

    // kubectl prints several objects one after the other, or as one List.
    private static List<JsonElement> Objects((int Code, string Output) answer)
    {
        answer.Code.ShouldBe(0, answer.Output);
        List<JsonElement> objects = [];
        // Warnings may follow, from the other stream.
        string json = answer.Output[..(answer.Output.LastIndexOf('}') + 1)];
        Utf8JsonReader reader = new(Encoding.UTF8.GetBytes(json), new JsonReaderOptions { AllowMultipleValues = true });
        while (reader.Read())
        {
            JsonElement value = JsonElement.ParseValue(ref reader);
            objects.AddRange(value.TryGetProperty("items", out JsonElement items) ? items.EnumerateArray() : [value]);
        }

        return [.. objects.OrderBy(Key, StringComparer.Ordinal)];
    }

    private static string Key(JsonElement item) =>
        $"{item.GetProperty("kind")}/{item.GetProperty("metadata").GetProperty("name")}";

    // What the server adds is its own affair; what was asked for must be there as it was asked.
    private static void Missing(JsonElement asked, JsonElement kept, string path, List<string> lost)
    {
        if (asked.ValueKind == JsonValueKind.Object && kept.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty field in asked.EnumerateObject())
            {
                if (kept.TryGetProperty(field.Name, out JsonElement there))
                {
                    Missing(field.Value, there, $"{path}.{field.Name}", lost);
                }
                else
                {
                    lost.Add($"{path}.{field.Name} is gone");
                }
            }
        }
        else if (
            asked.ValueKind == JsonValueKind.Array
            && kept.ValueKind == JsonValueKind.Array
            && asked.GetArrayLength() == kept.GetArrayLength()
        )
        {
            for (int i = 0; i < asked.GetArrayLength(); i++)
            {
                Missing(asked[i], kept[i], $"{path}[{i}]", lost);
            }
        }
        else if (!JsonElement.DeepEquals(asked, kept))
        {
            lost.Add($"{path} was {asked} and is {kept}");
        }
    }

    internal static (int Code, string Output) Kubectl(string input, params string[] arguments)
    {
        ProcessStartInfo start = new("kubectl")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add($"--kubeconfig={Needs.Kubeconfig}");
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
