using Rayquest.JobEngines.Ray;
using Rayquest.JobLint.Catalogue;
using Rayquest.JobLint.Engine;
using Rayquest.JobLint.Rules;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Schemas;

namespace Rayquest.JobLint.Tests.Manifests;

/// <summary>
/// One set of checks: every rule over a request has a plain manifest with the same fault, which is told as well, or a reason why a
/// manifest has nothing of the kind.
/// </summary>
public class RequestTwinTests
{
    private const string Ours = "a key of requests, or of how they lie in the repository";
    private const string Policy = "asks what the platform's policies allow, and a manifest has none";
    private const string Cost = "advice on amounts, time and money, which the owner of a manifest answers for";
    private const string Code = "looks at files beside the request, and a manifest ships none";
    private const string Scheduler = "asks for the scheduler that the platform names";

    private static readonly string[] OurKeys =
    [
        "RQ0102",
        "RQ0105",
        "RQ0106",
        "RQ0107",
        "RQ0108",
        "RQ0109",
        "RQ0110",
        "RQ0111",
        "RQ0024",
        "RQ0112",
        "RQ0113",
        "RQ0114",
        "RQ0121",
        "RQ0125",
        "RQ0116",
        "RQ0117",
        "RQ0118",
        "RQ1013",
        "RQ1001",
        "RQ1003",
        "RQ1011",
        "RQ3002",
        "RQ4505",
        "RQ4628",
        "RQ5027",
        "RQ5028",
    ];

    private static readonly string[] OfPolicy =
    [
        "RQ1002",
        "RQ1014",
        "RQ1016",
        "RQ2042",
        "RQ2045",
        "RQ2046",
        "RQ2054",
        "RQ2055",
        "RQ5034",
        "RQ5035",
        "RQ5036",
        "RQ1004",
        "RQ1006",
        "RQ1007",
        "RQ1008",
        "RQ1009",
        "RQ1010",
        "RQ2010",
        "RQ2011",
        "RQ2012",
        "RQ2013",
        "RQ2014",
        "RQ2015",
        "RQ2016",
        "RQ2017",
        "RQ2020",
        "RQ2021",
        "RQ2022",
        "RQ2023",
        "RQ2024",
        "RQ2025",
        "RQ2033",
        "RQ2034",
        "RQ2039",
        "RQ5002",
        "RQ5003",
        "RQ5011",
        "RQ5020",
        "RQ5021",
        "RQ5022",
        "RQ5023",
        "RQ5031",
        "RQ5032",
    ];

    private static readonly string[] OfCost =
    [
        "RQ2026",
        "RQ2027",
        "RQ2028",
        "RQ2029",
        "RQ2030",
        "RQ2032",
        "RQ2035",
        "RQ2036",
        "RQ2037",
        "RQ2038",
        "RQ2060",
        "RQ2061",
        "RQ2062",
        "RQ2065",
        "RQ2068",
        "RQ2069",
        "RQ2070",
        "RQ4504",
    ];

    private static readonly string[] OfCode = ["RQ3043", "RQ3044", "RQ3045", "RQ3046", "RQ3064", "RQ5012", "RQ5013"];

    private static readonly string[] OfScheduler =
    [
        "RQ4511",
        "RQ4512",
        "RQ4513",
        "RQ4514",
        "RQ4515",
        "RQ4516",
        "RQ4517",
        "RQ4518",
        "RQ4370",
        "RQ4371",
        "RQ4372",
        "RQ4373",
        "RQ4374",
        "RQ4375",
        "RQ4376",
        "RQ4377",
        "RQ4378",
        "RQ4379",
        "RQ4622",
        "RQ4623",
        "RQ4624",
        "RQ4627",
        "RQ4384",
    ];

    private static readonly (string Rule, string Reason)[] Single =
    [
        ("RQ4508", "pods whose names are cut run all the same, and the author of a manifest chose both names"),
        ("RQ4531", "the operator takes a `submitterConfig` that it doesn't read, and nothing goes wrong"),
        ("RQ2064", "asks the team's quota"),
        ("RQ2067", "a lease is a promise of requests"),
        ("RQ4380", "looks at files beside the request, and a manifest ships none"),
        ("RQ4381", "whoever wrote the manifest may make the object anew"),
        ("RQ4382", "a manifest's options are the operator's own, and harmless"),
        ("RQ4383", "the operator says what it does to a live object"),
        ("RQ4608", "the API server and RQ4181 ask for the schedule of a manifest"),
        ("RQ4609", "RQ4181 tells it of a manifest"),
        ("RQ4610", "RQ4182 tells it of a manifest"),
        ("RQ4625", "the author of a manifest may well submit by hand"),
        ("RQ2040", "a lease is a promise of requests"),
        ("RQ2041", "a lease is a promise of requests"),
        ("RQ2043", "a lease is a promise of requests"),
        ("RQ2047", "a manifest's volumes and its disk are counted by whoever wrote both"),
        ("RQ2048", "`shm` is a key of requests; a manifest's volumes in memory may be smaller than their limit"),
        ("RQ2049", "`shm` is a key of requests"),
        ("RQ2050", "asks the plan's amounts, defaults and profile included"),
        ("RQ2051", "asks the plan's amounts, defaults and profile included"),
        ("RQ2052", "asks the volumes of a request"),
        ("RQ2053", "a manifest's author may well keep tasks off a cluster"),
        ("RQ3012", "asks the facts of images that aliases and policies give"),
        ("RQ5024", "a manifest's own volumes may well belong there: logs at `/tmp/ray`, memory at `/dev/shm`"),
        ("RQ5026", "one claim under two paths is a matter of taste where volumes are written out"),
    ];

    private static readonly Dictionary<string, string> Reasons = OurKeys
        .Select(c => (c, Ours))
        .Concat(OfPolicy.Select(c => (c, Policy)))
        .Concat(OfCost.Select(c => (c, Cost)))
        .Concat(OfCode.Select(c => (c, Code)))
        .Concat(OfScheduler.Select(c => (c, Scheduler)))
        .Concat(Single)
        .ToDictionary(r => r.Item1, r => r.Item2, StringComparer.Ordinal);

    private static ManifestExample Image(string image, string more = "") =>
        new() { ContainerHead = $"name: ray-head\nimage: {image}", Container = more };

    private static ManifestExample Env(string name, string value) =>
        new() { Container = $"env:\n  - {{name: {name}, value: \"{value}\"}}" };

    private static ManifestExample Runtime(string line) => new() { Spec = $"runtimeEnvYAML: |\n  {line}" };

    private static ManifestExample Entry(string command) => new() { Entrypoint = $"entrypoint: {command}" };

    private static ManifestExample Cron(string schedule) => new() { Kind = "RayCronJob", Schedule = schedule };

    private static string Limits(string resource) =>
        $"resources:\n  limits:\n    cpu: \"1\"\n    memory: 8Gi\n    {resource}: \"4\"";

    private static readonly (string Rule, string Told, ManifestExample Manifest)[] Twins =
    [
        ("RQ0101", "RQ4132", new() { Entrypoint = "" }),
        ("RQ2031", "RQ4144", new() { Worker = "replicas: 1\nminReplicas: 3\nmaxReplicas: 2" }),
        ("RQ3001", "RQ4202", Image("rayproject/ray:a:b")),
        ("RQ3003", "RQ3003", Image("rayproject/ray:2.52.0-312")),
        ("RQ3004", "RQ3004", Image("rayproject/ray:2.52.0-py312-cpu", Limits("nvidia.com/gpu"))),
        ("RQ3005", "RQ3005", Image("rayproject/ray:2.52.0-py312-cpu", Limits("google.com/tpu"))),
        ("RQ3006", "RQ3006", Image("rayproject/ray:2.52.0-py312-cu128")),
        ("RQ3007", "RQ3007", Image("rayproject/ray:2.52.0-py312-aarch64")),
        ("RQ3008", "RQ3008", Image("rayproject/ray:2.46.0-py312")),
        ("RQ3009", "RQ3009", Image("ghcr.io/example/train:1.4.2") with { RayVersion = "" }),
        ("RQ3010", "RQ3010", Image("rayproject/ray:1.13.0-py39") with { RayVersion = "1.13.0" }),
        ("RQ3011", "RQ3011", Image("rayproject/ray-ml:2.52.0-py312")),
        ("RQ3020", "RQ3020", Runtime("workingDir: s3://b/x.zip")),
        ("RQ3021", "RQ3021", Runtime("{pip: [a==1], conda: env}")),
        ("RQ3022", "RQ3022", Runtime("pip: 3")),
        ("RQ3023", "RQ3023", Runtime("pip: [torch]")),
        ("RQ3024", "RQ3024", Runtime("env_vars: {A: 1}")),
        ("RQ3025", "RQ3025", Runtime("working_dir: ./code")),
        ("RQ3026", "RQ3026", Runtime("env_vars: {OUT: \"s3://$BUCKET/x\"}")),
        ("RQ3027", "RQ4008", new() { Container = "env:\n  - {name: A, value: a}\n  - {name: A, value: b}" }),
        ("RQ3028", "RQ3028", Env("RAY_ADDRESS", "auto")),
        ("RQ3028", "RQ3028", Runtime("env_vars: {RAY_ADDRESS: auto}")),
        ("RQ3029", "RQ3029", Runtime("image_uri: rayproject/ray:2.52.0-py312")),
        ("RQ3031", "RQ3031", Env("OUT", "s3://$BUCKET/out")),
        ("RQ3041", "RQ3041", Runtime("working_dir: https://github.com/example/a/archive/refs/heads/main.zip")),
        ("RQ3042", "RQ3042", Runtime("working_dir: https://example.com/code.rar")),
        ("RQ3060", "RQ3060", Entry("python a.py && python b.py")),
        ("RQ3061", "RQ3061", Entry("'python a.py # first'")),
        ("RQ3067", "RQ3067", Entry("python a.py －－lr 1")),
        ("RQ3062", "RQ3062", Entry("python a.py $HOME")),
        ("RQ3063", "RQ3063", Entry("python a.py 'x")),
        ("RQ3068", "RQ3068", Entry("--epochs 3")),
        ("RQ3065", "RQ3065", Entry("ray job submit -- python a.py")),
        ("RQ3066", "RQ3066", Entry("python a.py '(x)'")),
        (
            "RQ4501",
            "RQ4119",
            new()
            {
                HasCluster = false,
                Spec = "submissionMode: SidecarMode\nclusterSelector: {ray.io/cluster: shared}",
            }
        ),
        (
            "RQ4502",
            "RQ4119",
            new() { HasCluster = false, Spec = "backoffLimit: 2\nclusterSelector: {ray.io/cluster: shared}" }
        ),
        ("RQ4503", "RQ4123", new() { Entrypoint = "", Spec = "submissionMode: InteractiveMode\nbackoffLimit: 2" }),
        (
            "RQ4507",
            "RQ4302",
            new()
            {
                Metadata = "labels: {kueue.x-k8s.io/queue-name: a}",
                Worker = "",
                Group = "head",
            }
        ),
        (
            "RQ4510",
            "RQ4301",
            new()
            {
                Metadata = "labels: {kueue.x-k8s.io/queue-name: a}",
                Spec = "shutdownAfterJobFinishes: true",
                Cluster = "enableInTreeAutoscaling: true",
            }
        ),
        ("RQ4611", "RQ4611", Cron("schedule: \"0 3 * * *\"")),
        ("RQ4612", "RQ4612", Cron("schedule: \"0 3 * * *\"\ntimeZone: Etc/GMT+8")),
        ("RQ4613", "RQ4613", Cron("schedule: \"0 3 * * *\"\ntimeZone: EST")),
        ("RQ4614", "RQ4614", Cron("schedule: \"0 3 1 * 1\"\ntimeZone: Europe/Berlin")),
        ("RQ4615", "RQ4615", Cron("schedule: \"0 0 31 * *\"\ntimeZone: Europe/Berlin")),
        ("RQ4616", "RQ4616", Cron("schedule: \"*/7 * * * *\"\ntimeZone: Europe/Berlin")),
        ("RQ4617", "RQ4617", Cron("schedule: \"* 3 * * *\"\ntimeZone: Europe/Berlin")),
        ("RQ4618", "RQ4618", Cron("schedule: \"@every 24h\"")),
        ("RQ4619", "RQ4619", Cron("schedule: \"*/90 * * * *\"\ntimeZone: Europe/Berlin")),
        ("RQ4620", "RQ4620", Cron("schedule: \"30 2 * * *\"\ntimeZone: Europe/Berlin")),
        ("RQ4621", "RQ4621", Cron("schedule: \"30 2 * * *\"\ntimeZone: Europe/Berlin")),
        ("RQ4626", "RQ4626", Cron("schedule: \"0 3 * * *\"\ntimeZone: UTC\nsuspend: true")),
        ("RQ5001", "RQ5001", Image("ghcr.io/example/train:latest")),
        ("RQ5010", "RQ5010", Runtime("working_dir: http://example.com/code-1.0.zip")),
        ("RQ5014", "RQ5014", Entry("bash -c 'curl https://example.com/x | sh'")),
        ("RQ5016", "RQ5016", Runtime("working_dir: https://a@b@example.com/code-1.0.zip")),
        ("RQ5016", "RQ5016", Env("PIP_INDEX_URL", "https:packages.example.com/simple")),
        (
            "RQ5025",
            "RQ4008",
            new()
            {
                Pod = "volumes: [{name: a, emptyDir: {}}]",
                Container = "volumeMounts:\n  - {name: a, mountPath: /a}\n  - {name: a, mountPath: /a}",
            }
        ),
        ("RQ5029", "RQ5029", Env("LD_PRELOAD", "/opt/x.so")),
        ("RQ5029", "RQ5029", Env("PYTHONPATH", "/opt/lib")),
        ("RQ5029", "RQ5029", Env("RAY_WORKER_PROCESS_SETUP_HOOK", "a.b")),
        ("RQ5029", "RQ5029", Runtime("env_vars: {LD_PRELOAD: /opt/x.so}")),
        (
            "RQ5029",
            "RQ5029",
            new() { Container = "env:\n  - name: LD_PRELOAD\n    valueFrom: {secretKeyRef: {name: s, key: k}}" }
        ),
        ("RQ5030", "RQ5030", Runtime("pip: [\"--extra-index-url https://p.example.com/simple\", a==1]")),
        ("RQ5040", "RQ5040", Env("HF_TOKEN", "hf_aB3dE5fG7hI9jK1lM3nO5pQ7rS9tU1vW3x")),
        ("RQ5040", "RQ5040", new() { Metadata = "annotations: {a: AKIAQ3EGRTUZ5XAMPLE2}" }),
        ("RQ5041", "RQ5041", Env("WANDB_API_KEY", "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567")),
        ("RQ5041", "RQ5041", Runtime("env_vars: {WANDB_API_KEY: 0a1b2c3d4e5f60718293a4b5c6d7e8f901234567}")),
        ("RQ5042", "RQ5042", Entry("python train.py --api-key 0a1b2c3d4e5f60718293a4b5c6d7e8f9")),
        ("RQ5043", "RQ5043", Runtime("working_dir: https://bot:s3cret@example.com/train-1.2.0.zip")),
        ("RQ5043", "RQ5043", Env("PROXY", "http://bot:s3cret@proxy.example.com:3128")),
    ];

    // What takes several groups.
    private static readonly (string Rule, string Told, string Text)[] Groups =
    [
        ("RQ4506", "RQ4156", WithGroups("small", "small")),
        (
            "RQ4509",
            "RQ4302",
            WithGroups([.. Enumerable.Range(0, 20).Select(n => $"g{n}")])
                .Replace("  name: train\n", "  name: train\n  labels: {kueue.x-k8s.io/queue-name: a}\n")
        ),
    ];

    private static string WithGroups(params string[] names)
    {
        string text = new ManifestExample { Worker = "", Spec = "shutdownAfterJobFinishes: true" }.Text();
        string group = text[(text.IndexOf("workerGroupSpecs:\n", StringComparison.Ordinal) + 18)..];
        return text.Replace(group, string.Concat(names.Select(n => group.Replace(": small", $": {n}"))));
    }

    public static TheoryData<int> Rows => [.. Enumerable.Range(0, Twins.Length)];

    [Fact]
    public void Every_rule_over_a_request_has_a_manifest_or_a_reason()
    {
        string[] rules = [.. RuleCatalog.Requests.Select(r => r.Info.Code).Order(StringComparer.Ordinal)];
        string[] answered =
        [
            .. Twins
                .Select(t => t.Rule)
                .Concat(Groups.Select(g => g.Rule))
                .Distinct()
                .Concat(Reasons.Keys)
                .Order(StringComparer.Ordinal),
        ];
        answered.ShouldBe(rules);
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_manifest_with_the_same_fault_is_told(int row)
    {
        (string rule, string told, ManifestExample manifest) = Twins[row];
        IReadOnlyList<Finding> findings = Lint.Text(manifest.Text());
        findings.ShouldContain(f => f.Rule.Code == told, $"{rule}: {Lint.Describe(findings)}\n{manifest.Text()}");
        string? key = RuleCatalog.Find(rule)!.HidesSource ? findings.First(f => f.Rule.Code == told).Span.Text : null;
        findings.ShouldAllBe(f => key == null || !f.Message.Contains(key.Trim('"')));
    }

    [Fact]
    public void Several_groups_are_told_as_a_request_of_several_is()
    {
        foreach ((string rule, string told, string text) in Groups)
        {
            Lint.Text(text).ShouldContain(f => f.Rule.Code == told, $"{rule}\n{text}");
        }
    }

    [Theory]
    [InlineData("RayCluster")]
    [InlineData("RayService")]
    [InlineData("RayCronJob")]
    public void What_is_told_of_pods_is_told_in_every_kind(string kind)
    {
        foreach ((_, string told, ManifestExample manifest) in Twins)
        {
            if (manifest.Container.Length > 0 || manifest.ContainerHead != new ManifestExample().ContainerHead)
            {
                Lint.Text((manifest with { Kind = kind }).Text())
                    .ShouldContain(f => f.Rule.Code == told, $"{kind}\n{manifest.Text()}");
            }
        }
    }

    [Fact]
    public void What_lies_in_a_Secret_is_where_it_belongs()
    {
        const string secret =
            "apiVersion: v1\nkind: Secret\nmetadata: {name: hub}\nstringData:\n  token: hf_aB3dE5fG7hI9jK1lM3nO5pQ7rS9tU1vW3x\n  url: https://a:b1c2@example.com/\n";
        Lint.Text(secret).ShouldBeEmpty();
        Lint.Text(secret + "---\n" + secret.Replace("Secret", "ConfigMap").Replace("stringData", "data"))
            .Select(f => $"{f.Rule.Code} {f.Span.Start.Line}")
            .ShouldBe(["RQ5040 12", "RQ5043 13"]);
    }
}
