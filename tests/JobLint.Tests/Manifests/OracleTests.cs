using System.Globalization;
using System.Text.Json;
using Rayquest.JobEngines.CrossChecks;
using Rayquest.JobEngines.Manifests;
using Rayquest.JobModel.Diagnostics;

namespace Rayquest.JobLint.Tests.Manifests;

/// <summary>
/// Every case of the corpus against our verdict: an error wherever a real API server or a real operator refused the
/// object or hung on it, and none where both were content.
/// </summary>
public class OracleTests(ITestOutputHelper output)
{
    private static readonly string[] Gates =
    [
        "RayCronJob",
        "RayJobDeletionPolicy",
        "RayClusterNetworkPolicy",
        "GCSFaultToleranceEmbeddedStorage",
        "RayClusterMTLS",
        "RayClusterHistoryServer",
    ];

    // What did not run beside the engines: Ray in the pods, which would refuse the runtime environment, whose autoscaler could fail, and Kueue's webhook.
    private static readonly string[] NotRun =
    [
        "RQ3021",
        "RQ3022",
        "RQ3024",
        "RQ4165",
        "RQ4166",
        "RQ4301",
        "RQ4302",
        "RQ4303",
        "RQ4304",
    ];

    // Evaluated before its cluster was up, which is when Serve first reads it; the second corpus waited.
    private const string NotServing = "S-serveconfig-not-yaml";

    // The corpus names what must exist beforehand; these are the least objects of those names.
    private static readonly Dictionary<string, string> Setup = new(StringComparer.Ordinal)
    {
        ["raycluster-shared"] = """
            {"apiVersion": "ray.io/v1", "kind": "RayCluster", "metadata": {"name": "shared", "namespace": "team-a"},
             "spec": {"headGroupSpec": {"template": {"spec": {"containers": [{"name": "ray-head", "image": "rayproject/ray:2.52.0",
             "resources": {"limits": {"cpu": "1", "memory": "2Gi"}}}]}}}}}
            """,
        ["job-same-name"] = """
            {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "NAME", "namespace": "team-a"}}
            """,
        ["quota-big"] = """
            {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "quota", "namespace": "team-a"},
             "spec": {"hard": {"requests.cpu": "100", "requests.memory": "100Gi"}}}
            """,
    };

    [Theory]
    [InlineData("corpus.jsonl")]
    [InlineData("corpus2.jsonl")]
    public void Every_case_of_the_corpus_is_judged_as_the_engines_judged_it(string corpus)
    {
        List<string> disagreements = [];
        SortedDictionary<string, (int Agree, int All)> groups = new(StringComparer.Ordinal);
        foreach (string line in Lines(corpus))
        {
            using JsonDocument json = JsonDocument.Parse(line);
            JsonElement test = json.RootElement;
            string id = test.GetProperty("id").GetString()!;
            if (!WasSeenByOperator(test))
            {
                continue;
            }

            bool content = IsContent(test);
            IReadOnlyList<Finding> findings =
            [
                .. Check(test)
                    .Where(f => !NotRun.Contains(f.Rule.Code) && !(id == NotServing && f.Rule.Code == "RQ4361")),
            ];
            bool agree = content == !findings.Any(f => f.Severity == Severity.Error);
            string group = GroupOf(id);
            (int yes, int all) = groups.GetValueOrDefault(group);
            groups[group] = (yes + (agree ? 1 : 0), all + 1);
            if (!agree)
            {
                disagreements.Add($"{id} ({(content ? "content" : "refused")}): {Lint.Describe(findings)}");
            }
        }

        output.WriteLine("group     agree  of");
        foreach ((string group, (int agree, int all)) in groups)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{group, -8} {agree, 6} {all, 3}"));
        }

        output.WriteLine($"all      {groups.Values.Sum(g => g.Agree), 6} {groups.Values.Sum(g => g.All), 3}");
        disagreements.ShouldBeEmpty();
    }

    [Fact]
    public void Every_object_with_a_queue_is_judged_as_the_webhook_of_Kueue_judged_it()
    {
        List<string> disagreements = [];
        foreach (string line in Lines("kueue.jsonl"))
        {
            using JsonDocument json = JsonDocument.Parse(line);
            IReadOnlyList<Finding> findings = Lint.Text(json.RootElement.GetProperty("manifest").GetRawText());
            bool accepted = json.RootElement.GetProperty("kueue").GetProperty("accepted").GetBoolean();
            if (accepted == findings.Any(f => f.Severity == Severity.Error))
            {
                disagreements.Add($"{json.RootElement.GetProperty("id")}: {Lint.Describe(findings)}");
            }
        }

        disagreements.ShouldBeEmpty();
    }

    // What a manifest alone can't tell: the state of gates, and what else is in the cluster.
    private static readonly string[] Undecidable =
    [
        "C13-gate-off",
        "C17-history-ok",
        "J16-selector-missing-cluster",
        "J4-gate-off",
        "P-runtimeclass-missing",
        "R0-gate-off",
        "X15-quota-needs-limits",
        "X6-job-name-taken",
    ];

    [Fact]
    public void With_nothing_known_of_the_cluster_only_what_depends_on_it_is_judged_otherwise()
    {
        List<string> disagreements = [];
        foreach (string line in Lines("corpus.jsonl"))
        {
            using JsonDocument json = JsonDocument.Parse(line);
            IEnumerable<Finding> findings = Lint.Text(json.RootElement.GetProperty("manifest").GetRawText())
                .Where(f => !NotRun.Contains(f.Rule.Code) && f.Rule.Code != "RQ4361");
            if (IsContent(json.RootElement) == findings.Any(f => f.Severity == Severity.Error))
            {
                disagreements.Add(json.RootElement.GetProperty("id").GetString()!);
            }
        }

        disagreements.Order(StringComparer.Ordinal).ShouldBe(Undecidable);
    }

    private static IEnumerable<string> Lines(string corpus) =>
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, "oracle", corpus));

    // Two objects were read as YAML on their way (`y` became true) and refused there: nobody knows what the operator
    // says of them but its source, which refuses the one and waits for the cluster of the other.
    private static bool WasSeenByOperator(JsonElement test) =>
        !(
            test.GetProperty("operator").TryGetProperty("message", out JsonElement message)
            && message.ValueKind == JsonValueKind.String
            && message.GetString()!.StartsWith("SSA 500", StringComparison.Ordinal)
        );

    private static bool IsContent(JsonElement test) =>
        test.GetProperty("apiserver").GetProperty("accepted").GetBoolean()
        && test.GetProperty("operator").GetProperty("verdict").GetString() == "ok";

    private static string GroupOf(string id)
    {
        int dash = id.IndexOf('-', StringComparison.Ordinal);
        string head = dash < 0 ? id : id[..dash];
        return head.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9');
    }

    private static IReadOnlyList<Finding> Check(JsonElement test)
    {
        JsonElement manifest = test.GetProperty("manifest");
        List<string> texts = [manifest.GetRawText()];
        if (test.TryGetProperty("setup", out JsonElement setup))
        {
            string name = manifest.GetProperty("metadata").GetProperty("name").GetString()!;
            texts.AddRange(
                setup
                    .EnumerateArray()
                    .Select(s => Setup[s.GetString()!].Replace("NAME", name, StringComparison.Ordinal))
            );
        }

        ManifestOptions options = new() { FeatureGates = GatesOf(test), IsWholeWorld = true };
        return Lint.Texts(options, texts);
    }

    // What the corpus does not name stood at its default, and that is known.
    private static Dictionary<string, bool> GatesOf(JsonElement test)
    {
        FeatureGates defaults = new(new Dictionary<string, bool>());
        Dictionary<string, bool> gates = Gates.ToDictionary(g => g, defaults.IsOn, StringComparer.Ordinal);
        if (
            (
                test.TryGetProperty("gates", out JsonElement given)
                || test.GetProperty("operator").TryGetProperty("gates", out given)
            )
            && given.ValueKind == JsonValueKind.String
            && given.GetString() is { } stated and not "default"
        )
        {
            foreach ((string gate, bool on) in ManifestOptions.ParseFeatureGates(stated)!)
            {
                gates[gate] = on;
            }
        }

        return gates;
    }
}
