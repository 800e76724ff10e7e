using Rayquest.JobEngines.CrossChecks;
using Rayquest.JobEngines.Kubernetes;
using Rayquest.JobEngines.Kubernetes.Pods;
using Rayquest.JobEngines.Manifests;
using Rayquest.JobLint.Manifests;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Schemas;
using Rayquest.JobModel.Text;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobLint.Tests.Manifests;

/// <summary>The parts the checks are made of: paths, scalars as kubectl types them, quantities as Go decodes them.</summary>
public class SchemaPartsTests
{
    [Fact]
    public void Paths_are_written_as_Kubernetes_and_as_JSON_pointers()
    {
        FieldPath path = FieldPath
            .Root.Child("spec")
            .Child("containers")
            .Item(0)
            .Child("limits")
            .Child("nvidia.com/gpu~x");
        path.ToString().ShouldBe("spec.containers[0].limits[nvidia.com/gpu~x]");
        path.ToPointer().ShouldBe("/spec/containers/0/limits/nvidia.com~1gpu~0x");
        FieldPath.Root.ToPointer().ShouldBe("");
        FieldPath.Root.Last.ShouldBe("");
        FieldPath.Root.Item(3).Last.ShouldBe("[3]");
    }

    [Theory]
    [InlineData("5", JsonKind.Integer)]
    [InlineData("+5", JsonKind.Integer)]
    [InlineData("2.0", JsonKind.Integer)]
    [InlineData("1e3", JsonKind.Integer)]
    [InlineData("0x1F", JsonKind.Integer)]
    [InlineData("0b11", JsonKind.Integer)]
    [InlineData("017", JsonKind.Integer)]
    [InlineData("1_000", JsonKind.Integer)]
    [InlineData("0o17", JsonKind.Integer)]
    [InlineData("018", JsonKind.Integer)]
    [InlineData("0.5", JsonKind.Number)]
    [InlineData("1e300", JsonKind.Number)]
    [InlineData("0xFFFFFFFFFFFFFFFFFF", JsonKind.Text)]
    [InlineData("0x7FFFFFFFFFFFFFFF", JsonKind.Integer)]
    [InlineData("-0x8000000000000000", JsonKind.Integer)]
    [InlineData("-0x8000000000000001", JsonKind.Text)]
    [InlineData("0x8000000000000000", JsonKind.Number)]
    [InlineData("0o1777777777777777777777", JsonKind.Number)]
    [InlineData("0b111111111111111111111111111111111111111111111111111111111111111", JsonKind.Integer)]
    [InlineData("1e18", JsonKind.Integer)]
    [InlineData("9007199254740993.0", JsonKind.Integer)]
    [InlineData("9223372036854775807.0", JsonKind.Number)]
    [InlineData("-9223372036854775808", JsonKind.Integer)]
    [InlineData("-9223372036854775809", JsonKind.Number)]
    [InlineData("1e400", JsonKind.Text)]
    [InlineData("._5", JsonKind.Text)]
    [InlineData("0_.5", JsonKind.Number)]
    [InlineData(".inf", JsonKind.Number)]
    [InlineData("-.INF", JsonKind.Number)]
    [InlineData(".NaN", JsonKind.Number)]
    [InlineData("+.nan", JsonKind.Text)]
    [InlineData("12:30", JsonKind.Text)]
    [InlineData("2.10.1", JsonKind.Text)]
    [InlineData("2026-01-01", JsonKind.Text)]
    [InlineData("-", JsonKind.Text)]
    [InlineData("yes", JsonKind.Boolean)]
    [InlineData("Off", JsonKind.Boolean)]
    [InlineData("~", JsonKind.Null)]
    [InlineData("", JsonKind.Null)]
    [InlineData("text", JsonKind.Text)]
    public void Plain_scalars_are_typed_as_kubectl_types_them(string text, JsonKind kind)
    {
        JsonScalar scalar = JsonScalar.Of(new YamlScalar(default, text, YamlScalarStyle.Plain));
        scalar.Kind.ShouldBe(kind);
        scalar.KindName.Length.ShouldBeGreaterThan(3);
        JsonScalar.Of(new YamlScalar(default, text, YamlScalarStyle.Quoted)).Kind.ShouldBe(JsonKind.Text);
    }

    [Theory]
    [InlineData("1", true, true)]
    [InlineData("-.5Gi", true, true)]
    [InlineData("1.m", true, true)]
    [InlineData("1e3", true, true)]
    [InlineData("1E-3", true, true)]
    [InlineData("1e.5", true, false)]
    [InlineData("1e1.", true, false)]
    [InlineData("1e9999999999999999999", true, false)]
    [InlineData("1K", false, true)]
    [InlineData("1ki", false, true)]
    [InlineData("1Gi ", false, true)]
    [InlineData("", false, true)]
    public void Quantities_pass_the_pattern_and_the_decoder(string text, bool pattern, bool decodes)
    {
        GoQuantity.MatchesPattern(text).ShouldBe(pattern);
        if (pattern)
        {
            GoQuantity.Decodes(text).ShouldBe(decodes);
        }
    }

    [Theory]
    [InlineData("A=true,B=false", 2)]
    [InlineData("", 0)]
    [InlineData(" A=true , ", 1)]
    [InlineData("A", -1)]
    [InlineData("A=on", -1)]
    [InlineData("=true", -1)]
    public void Gates_are_parsed_as_components_take_them(string text, int count) =>
        (ManifestOptions.ParseFeatureGates(text)?.Count ?? -1).ShouldBe(count);

    [Fact]
    public void Fixes_mend_what_they_say()
    {
        const string Text =
            "apiVersion: ray.io/v1\nkind: RayJob\nmetadata: {name: a, labels: {b: yes}}\nspec:\n  entrypoint: x\n  backoffLimit: \"1\"\n  shutdownAfterJobFinishes: 'true'\n  entrypointNumCpus: \"0.5\"\n  rayClusterSpec:\n    rayVersion: 2.52\n    headGroupSpec: {template: {spec: {containers: [{name: a, image: b}]}}}\n";
        List<Finding> findings = [.. Lint.Errors(Text)];
        findings.Count.ShouldBe(5);
        string repaired = Text;
        foreach (TextEdit edit in findings.SelectMany(f => f.Fix!.Edits).OrderByDescending(e => e.Span.Start))
        {
            repaired = repaired[..edit.Span.Start] + edit.NewText + repaired[edit.Span.End..];
        }

        Lint.Describe(Lint.Errors(repaired)).ShouldBe("");
    }

    [Fact]
    public void Objects_of_other_kinds_are_checked_by_their_schema_or_let_be()
    {
        Lint.Errors("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndate: {}\n")
            .ShouldHaveSingleItem()
            .Rule.ShouldBe(SchemaRules.UnknownField);
        Lint.Errors(
                "apiVersion: kueue.x-k8s.io/v1beta2\nkind: LocalQueue\nmetadata: {name: a}\nspec: {clusterQueue: 5}\n"
            )
            .ShouldHaveSingleItem()
            .Rule.ShouldBe(SchemaRules.WrongType);
        Lint.Errors("apiVersion: scheduling.volcano.sh/v1beta1\nkind: Queue\nmetadata: {name: a}\nspec: {weight: a}\n")
            .ShouldHaveSingleItem()
            .Rule.ShouldBe(SchemaRules.WrongType);
        Lint.Errors("apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: 'system:a'}\nrules: []\n")
            .ShouldBeEmpty();
        Lint.Text("apiVersion: apps/v1\nkind: Deployment\nfoo: 1\n").ShouldBeEmpty();
        Lint.Text("apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nfoo: 1\n").ShouldBeEmpty();
    }

    [Fact]
    public void Faults_carry_the_path_of_the_object()
    {
        YamlFile file = YamlReader.Parse(
            new SourceText("m.yaml", new ManifestExample { Container = "imagePullPolicy: No" }.Text()),
            YamlLimits.Manifest,
            new FindingBag()
        );
        ManifestFault fault = ManifestLinter
            .Inspect([file], ManifestOptions.Default)
            .Single()
            .Faults.ShouldHaveSingleItem();
        fault
            .Path.ToPointer()
            .ShouldBe("/spec/rayClusterSpec/headGroupSpec/template/spec/containers/0/imagePullPolicy");
        fault.Span.Text.ShouldBe("No");
    }

    [Fact]
    public void Too_many_bytes_of_annotations_are_refused()
    {
        string text = new ManifestExample { Metadata = "annotations: {a: " + new string('x', 262_143) + "}" }.Text();
        Lint.Errors(text).ShouldBeEmpty();
        Lint.Errors(text.Replace("{a: ", "{a: x", StringComparison.Ordinal))
            .ShouldHaveSingleItem()
            .Rule.ShouldBe(MetadataRules.BadAnnotation);
    }

    [Fact]
    public void A_quota_is_not_missed_where_defaults_are_put_in()
    {
        const string Quota =
            "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: q}\nspec: {hard: {cpu: 5, limits.memory: 1Gi}}\n---\n";
        const string Range =
            "apiVersion: v1\nkind: LimitRange\nmetadata: {name: r}\nspec: {limits: [{type: Container, default: {cpu: 1, memory: 1Gi}}]}\n---\n";
        string job = new ManifestExample().Text();
        Lint.Errors(Quota + job).ShouldHaveSingleItem().Rule.ShouldBe(PodRules.Quota);
        Lint.Errors(Quota + Range + job).ShouldBeEmpty();
        Lint.Errors(Quota + new ManifestExample { Container = "resources: {limits: {cpu: 1, memory: 1Gi}}" }.Text())
            .ShouldBeEmpty();
    }

    [Fact]
    public void JSON_indented_with_tabs_is_read_as_kubectl_reads_it()
    {
        const string Json =
            "{\n\t\"apiVersion\": \"v1\",\n\t\"kind\": \"ConfigMap\",\n\t\"metadata\": {\n\t\t\"name\": \"a\"\n\t},\n\t\"data\": {\"a\": \"\\u00e9\\/b\"}\n}\n";
        Lint.Describe(Lint.Text(Json)).ShouldBe("");
    }

    [Theory]
    [InlineData("^a+$", "aa", 0)]
    [InlineData("^a+$", "ab", 1)]
    [InlineData("^[[:alpha:]]+$", "5", 0)]
    [InlineData("(?=a)", "5", 0)]
    [InlineData("(", "5", 0)]
    public void Patterns_of_a_users_definition_count_when_they_can_be_read(string pattern, string text, int faults)
    {
        SchemaNode node = new()
        {
            Type = SchemaType.Text,
            Pattern = pattern,
            MinSize = 1,
            MaxSize = 9,
        };
        SchemaKind kind = new(
            "example.com",
            "v1",
            "Thing",
            new SchemaNode
            {
                Type = SchemaType.Object,
                Fields = new Dictionary<string, SchemaNode> { ["a"] = node },
            },
            HasStatus: false
        );
        ManifestOptions options = new() { Schemas = SchemaCatalog.BuiltIn.With([kind]) };
        Lint.Texts(options, $"apiVersion: example.com/v1\nkind: Thing\nmetadata: {{name: a}}\na: '{text}'\n")
            .Count.ShouldBe(faults);
        Lint.Texts(options, "apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: a}\na: aaaaaaaaaaaaaaaaa\n")
            .ShouldContain(f => f.Rule == SchemaRules.SizeOutOfRange);
    }
}
