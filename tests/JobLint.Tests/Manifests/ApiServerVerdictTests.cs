using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Rayquest.JobEngines.Kubernetes;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Schemas;

namespace Rayquest.JobLint.Tests.Manifests;

/// <summary>
/// Our verdicts against a real API server's: every row of the verdict files and every case of the corpus goes there as
/// a dry run, validated strictly, and is refused exactly where a row names a rule of the API server's. The server must
/// be of Kubernetes 1.36 and have the CRDs the schemas were made of.
/// </summary>
public class ApiServerVerdictTests
{
    // The corpus and the rows name what was found by creating objects: a dry run stores nothing, so it does not notice.
    private static readonly string[] OnlyWhenStored = ["M/resourceVersion=\"12\""];

    private static readonly HashSet<string> ApiServerRules =
    [
        .. SchemaRules.All.Concat(MetadataRules.All).Select(r => r.Code).Except(["RQ4010", "RQ4012"]),
    ];

    [Fact]
    public async Task Every_verdict_is_the_API_servers()
    {
        Needs.ApiServer();
        using ApiServer server = await ApiServer.Start();
        List<string> disagreements = [];
        foreach (
            VerdictTests.VerdictRow row in VerdictTests
                .Rows()
                .Where(r => r.Kind.StartsWith("Ray", StringComparison.Ordinal) && !OnlyWhenStored.Contains(r.Change))
        )
        {
            string kind = row.Kind.TrimEnd('+');
            bool refused = row.Expected.Split(' ').Any(ApiServerRules.Contains);
            string? answer = await server.Refusal(kind, VerdictTests.Patched(kind, row.Change));
            if (refused != answer is not null)
            {
                disagreements.Add($"{row.Kind} | {row.Change} | {row.Expected}: {answer ?? "accepted"}");
            }
        }

        disagreements.ShouldBeEmpty();
    }

    [Fact]
    public async Task Every_case_of_the_corpus_is_judged_as_it_was()
    {
        Needs.ApiServer();
        using ApiServer server = await ApiServer.Start();
        List<string> disagreements = [];
        foreach (string line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "oracle", "corpus.jsonl")))
        {
            JsonNode test = JsonNode.Parse(line)!;
            string kind = (string)test["kind"]!;
            bool accepted = (bool)test["apiserver"]!["accepted"]!;
            string? answer = await server.Refusal(kind, test["manifest"]!);
            bool ours = !Lint.Text(test["manifest"]!.ToJsonString())
                .Any(f => f.Severity == Severity.Error && ApiServerRules.Contains(f.Rule.Code));
            if (accepted != answer is null || ours != answer is null)
            {
                disagreements.Add($"{test["id"]} (recorded {accepted}, ours {ours}): {answer ?? "accepted"}");
            }
        }

        disagreements.ShouldBeEmpty();
    }

    [Fact]
    public async Task Every_form_of_a_scalar_is_the_API_servers()
    {
        Needs.ApiServer();
        using ApiServer server = await ApiServer.Start();
        List<string> disagreements = [];
        foreach ((string line, string rule) in ManifestFormTests.Forms)
        {
            string text = ManifestFormTests.Formed(line);
            bool refused =
                rule.Length > 0 && (ApiServerRules.Contains(rule) || rule.StartsWith("RQ0", StringComparison.Ordinal));
            string? answer = await server.Refusal("RayJob", text);
            if (refused != answer is not null)
            {
                disagreements.Add($"{line} | {rule}: {answer ?? "accepted"}");
            }
        }

        disagreements.ShouldBeEmpty();
    }
}

/// <summary>The API server behind <c>kubectl proxy</c>, which signs in: two thousand dry runs in seconds, not minutes.</summary>
internal sealed partial class ApiServer : IDisposable
{
    private readonly Process proxy;
    private readonly HttpClient client;
    private bool made;

    private ApiServer(Process proxy, Uri address)
    {
        this.proxy = proxy;
        client = new HttpClient { BaseAddress = address };
    }

    public static string? Kubeconfig => Environment.GetEnvironmentVariable("RAYQUEST_TEST_KUBECONFIG");

    public static async Task<ApiServer> Start()
    {
        Process proxy = Process
            .Start(
                new ProcessStartInfo("kubectl", [$"--kubeconfig={Kubeconfig}", "proxy", "--port=0"])
                {
                    RedirectStandardOutput = true,
                }
            )
            .ShouldNotBeNull();
        string first = await proxy.StandardOutput.ReadLineAsync() ?? "";
        ApiServer server = new(proxy, new Uri($"http://{Address().Match(first).Value}"));
        // The manifests live in team-a; a server with more than CRDs wants it to exist.
        using HttpResponseMessage answer = await server.client.PostAsync(
            new Uri("/api/v1/namespaces", UriKind.Relative),
            Body("""{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "team-a"}}""", "application/json")
        );
        server.made = answer.StatusCode == HttpStatusCode.Created;
        return server;
    }

    /// <summary>Why the server refuses to create the object, or null when it does not.</summary>
    public Task<string?> Refusal(string kind, JsonNode manifest)
    {
        string version =
            manifest["apiVersion"] is JsonValue given && given.TryGetValue(out string? text) ? text : "ray.io/v1";
        return Refusal(kind, version, Body(manifest.ToJsonString(), "application/json"));
    }

    /// <summary>The same for YAML, which the server reads with the library that kubectl reads it with.</summary>
    public Task<string?> Refusal(string kind, string yaml) =>
        Refusal(kind, "ray.io/v1", Body(yaml, "application/yaml"));

    public void Dispose()
    {
        if (made)
        {
            using HttpResponseMessage _ = client
                .DeleteAsync(new Uri("/api/v1/namespaces/team-a", UriKind.Relative))
                .GetAwaiter()
                .GetResult();
        }

        client.Dispose();
        proxy.Kill();
        proxy.Dispose();
    }

    private async Task<string?> Refusal(string kind, string version, HttpContent body)
    {
        Uri path = new(
            $"/apis/{version}/namespaces/team-a/{kind.ToLowerInvariant()}s?dryRun=All&fieldValidation=Strict",
            UriKind.Relative
        );
        using HttpResponseMessage answer = await client.PostAsync(path, body);
        string text = await answer.Content.ReadAsStringAsync();
        if (answer.IsSuccessStatusCode)
        {
            return null;
        }

        ((int)answer.StatusCode).ShouldNotBeOneOf([401, 403, 429, 502, 503, 504]);
        return $"{(int)answer.StatusCode} {text}";
    }

    private static ByteArrayContent Body(string text, string type)
    {
        ByteArrayContent body = new(Encoding.UTF8.GetBytes(text));
        body.Headers.ContentType = new(type);
        return body;
    }

    [GeneratedRegex("[0-9.]+:[0-9]+")]
    private static partial Regex Address();
}
