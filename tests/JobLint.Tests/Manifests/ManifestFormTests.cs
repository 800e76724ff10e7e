using System.Text;
using Rayquest.JobEngines.CrossChecks;
using Rayquest.JobEngines.Manifests;
using Rayquest.JobLint.Engine;
using Rayquest.JobLint.Manifests;
using Rayquest.JobLint.Rules;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobLint.Tests.Manifests;

/// <summary>The forms a manifest comes in: what kubectl reads is read the same, what is none yet is said to be none.</summary>
public class ManifestFormTests
{
    private const string Job = """
        apiVersion: ray.io/v1
        kind: RayJob
        metadata: {name: train}
        spec:
          entrypoint: python main.py
          rayClusterSpec:
            rayVersion: "2.52.0"
            headGroupSpec:
              template:
                spec:
                  containers:
                    - &ray
                      name: ray-head
                      image: rayproject/ray:2.52.0
        """;

    /// <summary>A field of a Secret's volume as written, and the rule it breaks.</summary>
    internal static readonly (string Line, string Rule)[] Forms =
    [
        ("defaultMode: 0644", ""),
        ("defaultMode: 0o644", ""),
        ("defaultMode: 420", ""),
        ("defaultMode: 0x1A4", ""),
        ("defaultMode: 4_2_0", ""),
        ("defaultMode: 644", "RQ4206"),
        ("defaultMode: 0888", "RQ4206"),
        ("defaultMode: \"0644\"", "RQ4002"),
        ("optional: yes", ""),
        ("optional: off", ""),
        ("optional: !!bool \"true\"", ""),
        ("optional: \"yes\"", "RQ4002"),
        ("items: [{key: a, path: 2026-01-01}]", ""),
        ("items: [{key: a, path: 12:30}]", ""),
        ("items: [{key: a, path: 1.5}]", "RQ4002"),
        ("items: [{key: a, path: n}]", "RQ4002"),
        ("items: [{key: a, path: !!str 5}]", ""),
        ("items: [{key: a, path: !custom x}]", ""),
        ("defaultMode: 0x7fffffffffffffff0", "RQ4002"),
        ("defaultMode: 0x8000000000000000", "RQ4002"),
        ("defaultMode: .inf", "RQ4002"),
        ("defaultMode: .nan", "RQ4002"),
        ("defaultMode: 4.2e2", ""),
        ("items: [{key: a, path: .inf}]", "RQ4002"),
        ("items: [{key: a, path: -.Inf}]", "RQ4002"),
        ("items: [{key: a, path: .NAN}]", "RQ4002"),
        ("items: [{key: a, path: 0xffffffffffffffff}]", "RQ4002"),
        ("items: [{key: a, path: -0x8000000000000000}]", "RQ4002"),
        ("items: [{key: a, path: -0x8000000000000001}]", ""),
        ("items: [{key: a, path: 1e400}]", ""),
        ("items: [{key: a, path: ._5}]", ""),
        ("items: [{key: a, path: @x}]", "RQ0001"),
        ("items: [{key: a, path: a\u001b}]", "RQ0001"),
        ("items: [{key: a, path: \"a\u007f\"}]", "RQ0001"),
        ("items: [{key: a, path: \"a\\x7f\"}]", ""),
    ];

    public static TheoryData<string, string> Lines
    {
        get
        {
            TheoryData<string, string> data = [];
            foreach ((string line, string rule) in Forms)
            {
                data.Add(line, rule);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Lines))]
    public void Scalars_are_what_kubectl_makes_of_them(string line, string rule) =>
        RulesOf(Formed(line)).ShouldBe(rule);

    internal static string Formed(string line) =>
        $"{Job}\n          volumes: [{{name: v, secret: {{secretName: s, {line}}}}}]\n";

    [Fact]
    public void What_is_written_out_goes_before_what_is_merged_in()
    {
        string text =
            Job
            + """

                    workerGroupSpecs:
                      - groupName: a
                        replicas: 1
                        minReplicas: 1
                        maxReplicas: 1
                        template:
                          spec:
                            containers:
                              - <<: *ray
                                name: worker
                                imagePullPolicy: Sometimes
                              - name: side
                                <<: [*ray]
                """;
        Finding only = Lint.Text(text).ShouldHaveSingleItem();
        (only.Rule.Code, only.Span.Start.Line).ShouldBe(("RQ4203", 25));
    }

    [Fact]
    public void A_key_twice_is_told_beside_a_merge_as_well()
    {
        string text =
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: &d {x: a}\nimmutable: false\n---\n"
            + "apiVersion: v1\nkind: ConfigMap\nmetadata: &m {name: b}\ndata:\n  y: a\n  y: b\n";
        RulesOf(text).ShouldBe("RQ0002");
    }

    [Fact]
    public void Only_mappings_are_merged() =>
        RulesOf("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: &n a}\ndata:\n  <<: *n\n").ShouldBe("RQ0001");

    [Theory]
    [InlineData(
        "apiVersion: v1\nkind: List\nitems: [{apiVersion: ray.io/v1, kind: RayJob, metadata: {name: a}, spec: {}}]"
    )]
    [InlineData("apiVersion: ray.io/v1\nkind: RayJobList\nmetadata: {}\nitems: [{metadata: {name: a}, spec: {}}]")]
    [InlineData(
        "apiVersion: v1\nkind: List\nitems: [{apiVersion: ray.io/v1, kind: RayJobList, items: [{metadata: {name: a}, spec: {}}]}]"
    )]
    public void Lists_are_opened(string text) => RulesOf(text).ShouldBe("RQ4120 RQ4132");

    [Theory]
    [InlineData("apiVersion: v1\nkind: List\nitems: []")]
    [InlineData("apiVersion: v1\nkind: List\nitems: null")]
    [InlineData("apiVersion: v1\nkind: List\nitems:\n---\n# nothing\n---\n")]
    public void An_empty_list_is_no_fault(string text) => RulesOf(text).ShouldBe("");

    [Fact]
    public void A_byte_order_mark_and_carriage_returns_are_no_errors()
    {
        byte[] bytes = [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(Job.ReplaceLineEndings("\r\n"))];
        FindingBag bag = new();
        YamlFile file = ManifestFile.Read("a.yaml", bytes, bag);
        ManifestLinter.Check(file, ManifestOptions.Default).ShouldBeEmpty();
        bag.HasErrors.ShouldBeFalse();
        bag.Findings.Select(f => f.Rule.Code).ShouldBe(["RQ0018", "RQ0019"]);
    }

    [Theory]
    [InlineData("metadata: {name: {{ .Values.name }}}\n", 17)]
    [InlineData("{{- if .Values.on }}\na: 1\n{{- end }}\n", 0)]
    [InlineData("a: 1\n{{ include \"x\" . | nindent 4 }}\n", 5)]
    public void A_template_is_told_once_and_not_judged(string text, int at)
    {
        FindingBag bag = new();
        YamlFile file = ManifestFile.Read("templates/job.yaml", Encoding.UTF8.GetBytes(text), bag);
        file.Documents.ShouldBeEmpty();
        Finding only = bag.Findings.ShouldHaveSingleItem();
        only.Message.ShouldContain("helm template");
        only.Span.Span.Start.ShouldBe(at);
    }

    [Fact]
    public void Braces_in_text_make_no_template()
    {
        FindingBag bag = new();
        string text =
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  a: '{{ b }}'\n  c: |\n    {{ d }}\n";
        ManifestFile.Read("a.yaml", Encoding.UTF8.GetBytes(text), bag).Documents.Count.ShouldBe(1);
        bag.Findings.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("job.yaml", "apiVersion: ray.io/v1\nkind: RayJob\n", true)]
    [InlineData("job.yaml", "kind: RayJob\n", true)]
    [InlineData("job.yaml", "spec: {}\n", true)]
    [InlineData("job.yaml", "a: [b\n", true)]
    [InlineData("a/compose.yaml", "services: {}\n", false)]
    [InlineData("a/list.json", "[1]", false)]
    [InlineData("a/kustomization.yaml", "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n", false)]
    [InlineData("Chart.yaml", "apiVersion: v2\nname: a\n", false)]
    [InlineData("values-prod.yaml", "spec: {a: 1}\n", false)]
    [InlineData("values.yaml", "apiVersion: v1\nkind: ConfigMap\n", true)]
    [InlineData("empty.yaml", "", false)]
    [InlineData("comments.yaml", "# a\n---\n# b\n", false)]
    public void In_a_folder_files_of_other_tools_are_passed_over(string path, string text, bool isManifest) =>
        ManifestFile
            .IsManifest(ManifestFile.Read(path, Encoding.UTF8.GetBytes(text), new FindingBag()))
            .ShouldBe(isManifest);

    [Theory]
    [InlineData("resources: [a.yaml]\n", "kubectl kustomize")]
    [InlineData("apiVersion: v2\nname: a\nversion: 1.0.0\n", "helm template")]
    [InlineData("apiVersion: ray.io/v1\n", "`kind: RayJob`")]
    public void A_file_that_was_named_is_told_what_it_is(string text, string word) =>
        Lint.Text(text).ShouldHaveSingleItem().Message.ShouldContain(word);

    [Theory]
    [InlineData("ConfigMap", "data: {a.b_c-d: x}", "")]
    [InlineData("ConfigMap", "data: {a b: x}", "RQ4005")]
    [InlineData("ConfigMap", "data: {a/b: x}", "RQ4005")]
    [InlineData("ConfigMap", "data: {a: x}\nbinaryData: {a: eA==}", "RQ4005")]
    [InlineData("ConfigMap", "data: {a: x}\nbinaryData: {b: eA==}", "")]
    [InlineData("ConfigMap", "binaryData: {b: eA}", "RQ4005")]
    [InlineData("ConfigMap", "binaryData:\n  b: |\n    eHh4\n    eHh4\n", "")]
    [InlineData("Secret", "data: {a: plain text}", "RQ4005")]
    [InlineData("Secret", "data: {a: c2VjcmV0}\nstringData: {a: plain text}", "")]
    [InlineData("Secret", "stringData: {..a: x}", "RQ4005")]
    public void Data_of_configuration_and_secrets_is_judged(string kind, string data, string rule) =>
        RulesOf($"apiVersion: v1\nkind: {kind}\nmetadata: {{name: a}}\n{data}\n").ShouldBe(rule);

    [Theory]
    [InlineData("ConfigMap", 1_048_576, "")]
    [InlineData("ConfigMap", 1_048_577, "RQ4007")]
    [InlineData("Secret", 1_048_577, "RQ4007")]
    public void Data_has_its_limit(string kind, int bytes, string rule)
    {
        string field = kind == "Secret" ? "stringData" : "data";
        RulesOf($"apiVersion: v1\nkind: {kind}\nmetadata: {{name: a}}\n{field}: {{a: {new string('x', bytes)}}}\n")
            .ShouldBe(rule);
    }

    [Theory]
    [InlineData(1_572_000, "")]
    [InlineData(1_573_000, "RQ4007")]
    public void An_object_is_no_larger_than_what_can_be_stored(int bytes, string rule) =>
        RulesOf(Job.Replace("python main.py", new string('x', bytes), StringComparison.Ordinal)).ShouldBe(rule);

    [Fact]
    public void What_no_pod_is_made_of_is_warned_of()
    {
        string text =
            Job
            + """

                    workerGroupSpecs:
                      - groupName: a
                        replicas: 0
                        minReplicas: 0
                        maxReplicas: 1
                        template:
                          spec:
                            containers:
                              - name: worker
                """;
        Finding only = Lint.Text(text).ShouldHaveSingleItem();
        (only.Rule.Code, only.Severity).ShouldBe(("RQ4202", Severity.Warning));
    }

    private static string RulesOf(string text) =>
        string.Join(
            ' ',
            Lint.Text(text)
                .Where(f => f.Severity == Severity.Error)
                .Select(f => f.Rule.Code)
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal)
        );
}
