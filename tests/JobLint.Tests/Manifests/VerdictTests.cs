using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Rayquest.JobEngines.CrossChecks;
using Rayquest.JobEngines.Manifests;
using Rayquest.JobModel.Diagnostics;

namespace Rayquest.JobLint.Tests.Manifests;

/// <summary>
/// One deviation each from a manifest that is right, with the rule it breaks, or `ok`. They come from the engine facts
/// and from Kubernetes' documented validation, not from the corpus, so they hold the checks to causes.
/// A change reads `path=json` (sets), `path+=json` (appends) or `-path` (removes); several are divided by ` ; `.
/// Paths begin with a letter for a place: J the spec, C the cluster spec, H the head's pod spec, R its Ray container,
/// G the worker group, W its pod spec, K its container, T the head's pod template, M the metadata, / the object.
/// A kind with `+` is evaluated with all gates on and as the whole world, in which a few objects are known.
/// </summary>
public class VerdictTests
{
    private static readonly ManifestOptions OnlyCron = new()
    {
        FeatureGates = new Dictionary<string, bool>(StringComparer.Ordinal) { ["RayCronJob"] = true },
    };

    private static readonly ManifestOptions AllOn = new()
    {
        FeatureGates = FeatureGates.Known.ToDictionary(g => g, _ => true, StringComparer.Ordinal),
        KnownObjects = new HashSet<string>(StringComparer.Ordinal)
        {
            "CustomResourceDefinition/certificates.cert-manager.io",
            "RuntimeClass/gvisor",
            "PriorityClass/high",
            "ServiceAccount/team-a/runner",
            "RayCluster/team-a/shared",
        },
        IsWholeWorld = true,
    };

    private static readonly string[] Files = ["Verdicts.txt", "OperatorVerdicts.txt", "QueueVerdicts.txt"];

    public static TheoryData<string, string, string> Cases => Read();

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_deviation_is_judged(string kind, string change, string expected)
    {
        IReadOnlyList<Finding> findings = Lint.Texts(
            kind[^1] == '+' ? AllOn : OnlyCron,
            Patched(kind.TrimEnd('+'), change).ToJsonString()
        );
        string[] errors =
        [
            .. findings
                // What the engines refuse; the rules of requests look at manifests too.
                .Where(f => f.Severity == Severity.Error && f.Rule.Category == RuleCategory.Manifest)
                .Select(f => f.Rule.Code)
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal),
        ];
        string found = errors.Length == 0 ? "ok" : string.Join(' ', errors);
        found.ShouldBe(expected, Lint.Describe(findings));
    }

    [Fact]
    public void Every_finding_points_into_its_text()
    {
        foreach (VerdictRow row in Rows())
        {
            string text = Patched(row.Kind.TrimEnd('+'), row.Change)
                .ToJsonString(new JsonSerializerOptions { WriteIndented = true });
            foreach (Finding finding in Lint.Text(text))
            {
                finding.Span.Span.Start.ShouldBeInRange(0, text.Length);
                finding.Span.Span.End.ShouldBeInRange(finding.Span.Span.Start, text.Length);
                finding.Message.ShouldNotEndWith(".");
            }
        }
    }

    internal static IEnumerable<VerdictRow> Rows() =>
        Files
            .SelectMany(f => File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Manifests", f)))
            .Select(l => l.Trim())
            .Where(l => l.Length > 0 && l[0] != '#')
            .Select(l => l.Replace("{Q}", "{\"kueue.x-k8s.io/queue-name\":\"q\"}", StringComparison.Ordinal))
            .Select(l => l.Split(" | "))
            .Select(p => new VerdictRow(p[0].Trim(), p[1].Trim(), p[2].Trim()));

    private static TheoryData<string, string, string> Read()
    {
        TheoryData<string, string, string> data = [];
        foreach (VerdictRow row in Rows())
        {
            data.Add(row.Kind, row.Change, row.Expected);
        }

        return data;
    }

    internal static JsonNode Patched(string kind, string changes)
    {
        JsonNode root = Base(kind);
        foreach (
            string change in changes.Split(
                " ; ",
                StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries
            )
        )
        {
            if (change is "-" or "none")
            {
                continue;
            }

            bool remove = change[0] == '-';
            int equals = remove ? change.Length : change.IndexOf('=', StringComparison.Ordinal);
            bool append = !remove && change[equals - 1] == '+';
            string path = change[(remove ? 1 : 0)..(append ? equals - 1 : equals)];
            Apply(root, Expand(kind, path), remove, append, remove ? null : JsonNode.Parse(change[(equals + 1)..]));
        }

        return root;
    }

    private static string Expand(string kind, string path)
    {
        string job = kind == "RayCronJob" ? "spec/jobTemplate" : "spec";
        string cluster = kind switch
        {
            "RayCluster" => "spec",
            "RayService" => "spec/rayClusterConfig",
            _ => job + "/rayClusterSpec",
        };
        string prefix = path[0] switch
        {
            'J' => job,
            'C' => cluster,
            'T' => cluster + "/headGroupSpec/template",
            'H' => cluster + "/headGroupSpec/template/spec",
            'R' => cluster + "/headGroupSpec/template/spec/containers/0",
            'G' => cluster + "/workerGroupSpecs/0",
            'W' => cluster + "/workerGroupSpecs/0/template/spec",
            'K' => cluster + "/workerGroupSpecs/0/template/spec/containers/0",
            'M' => "metadata",
            '/' => "",
            _ => throw new FormatException(path),
        };
        string rest = path[1..].TrimStart('/');
        return rest.Length == 0 ? prefix
            : prefix.Length == 0 ? rest
            : prefix + "/" + rest;
    }

    private static void Apply(JsonNode root, string path, bool remove, bool append, JsonNode? value)
    {
        string[] parts = [.. path.Split('/').Select(p => p.Replace("~1", "/", StringComparison.Ordinal))];
        JsonNode at = root;
        for (int i = 0; i < parts.Length - 1; i++)
        {
            at = Step(at, parts[i], parts[i + 1]);
        }

        string last = parts[^1];
        if (append)
        {
            JsonArray list = (JsonArray)(at[last] ?? (at[last] = new JsonArray()));
            list.Add(value);
        }
        else if (at is JsonArray array)
        {
            int index = int.Parse(last, CultureInfo.InvariantCulture);
            if (remove)
            {
                array.RemoveAt(index);
            }
            else
            {
                array[index] = value;
            }
        }
        else if (remove)
        {
            ((JsonObject)at).Remove(last).ShouldBeTrue(path);
        }
        else
        {
            at[last] = value;
        }
    }

    private static JsonNode Step(JsonNode at, string part, string next)
    {
        if (at is JsonArray array)
        {
            return array[int.Parse(part, CultureInfo.InvariantCulture)]!;
        }

        if (at[part] is null)
        {
            at[part] = char.IsAsciiDigit(next[0]) && next.Length == 1 ? new JsonArray() : new JsonObject();
        }

        return at[part]!;
    }

    private static JsonNode Base(string kind)
    {
        const string Quotas =
            """{"resourceGroups": [{"coveredResources": ["cpu", "memory"], "flavors": [{"name": "default", "resources": [{"name": "cpu", "nominalQuota": 8}, {"name": "memory", "nominalQuota": "8Gi"}]}]}]}""";
        const string Tasks =
            """[{"name": "head", "replicas": 1, "template": {"spec": {"containers": [{"name": "head", "image": "rayproject/ray:2.52.0"}]}}}, {"name": "worker", "replicas": 2, "template": {"spec": {"containers": [{"name": "worker", "image": "rayproject/ray:2.52.0"}]}}}]""";
        string? queued = kind switch
        {
            "ClusterQueue" or "Cohort" =>
                $$"""{"apiVersion": "kueue.x-k8s.io/v1beta2", "kind": "{{kind}}", "metadata": {"name": "team"}, "spec": {{Quotas}}}""",
            "ResourceFlavor" =>
                """{"apiVersion": "kueue.x-k8s.io/v1beta2", "kind": "ResourceFlavor", "metadata": {"name": "l4"}, "spec": {}}""",
            "VolcanoJob" =>
                """{"apiVersion": "batch.volcano.sh/v1alpha1", "kind": "Job", "metadata": {"name": "train", "namespace": "team-a"}, "spec": {"plugins": {"ray": []}, "tasks": TASKS}}""".Replace(
                    "TASKS",
                    Tasks,
                    StringComparison.Ordinal
                ),
            "VolcanoCronJob" =>
                """{"apiVersion": "batch.volcano.sh/v1alpha1", "kind": "CronJob", "metadata": {"name": "nightly", "namespace": "team-a"}, "spec": {"schedule": "0 3 * * *", "jobTemplate": {"spec": {"tasks": TASKS}}}}""".Replace(
                    "TASKS",
                    Tasks,
                    StringComparison.Ordinal
                ),
            "VolcanoQueue" =>
                """{"apiVersion": "scheduling.volcano.sh/v1beta1", "kind": "Queue", "metadata": {"name": "team"}, "spec": {"deserved": {"cpu": "8"}}}""",
            _ => null,
        };
        if (queued is not null)
        {
            return JsonNode.Parse(queued)!;
        }

        const string Pod = """{"spec": {"containers": [{"name": "NAME", "image": "rayproject/ray:2.52.0"}]}}""";
        string cluster =
            """{"rayVersion": "2.52.0", "headGroupSpec": {"template": HEAD}, "workerGroupSpecs": [{"groupName": "small", "replicas": 1, "minReplicas": 1, "maxReplicas": 2, "template": WORKER}]}"""
                .Replace("HEAD", Pod.Replace("NAME", "ray-head", StringComparison.Ordinal), StringComparison.Ordinal)
                .Replace(
                    "WORKER",
                    Pod.Replace("NAME", "ray-worker", StringComparison.Ordinal),
                    StringComparison.Ordinal
                );
        string job = $$"""{"entrypoint": "python main.py", "rayClusterSpec": {{cluster}}}""";
        string spec = kind switch
        {
            "RayCluster" => cluster,
            "RayService" => $$"""{"serveConfigV2": "applications: []", "rayClusterConfig": {{cluster}}}""",
            "RayCronJob" => $$"""{"schedule": "0 3 * * *", "jobTemplate": {{job}}}""",
            _ => job,
        };
        return JsonNode.Parse(
            $$"""{"apiVersion": "ray.io/v1", "kind": "{{kind}}", "metadata": {"name": "train", "namespace": "team-a"}, "spec": {{spec}}}"""
        )!;
    }

    internal sealed record VerdictRow(string Kind, string Change, string Expected);
}
