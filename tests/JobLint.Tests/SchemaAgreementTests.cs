using System.Text;
using System.Text.Json.Nodes;
using Json.Schema;
using Rayquest.JobLint.Catalogue;
using Rayquest.JobLint.Engine;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Fields;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Requests;
using Rayquest.JobModel.Schemas;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobLint.Tests;

/// <summary>The JSON Schema editors use and the reader must say the same of every case: both take it, or both refuse it.</summary>
public class SchemaAgreementTests
{
    private static readonly JsonSchema Schema = Published("job-request");

    // What no schema can say: it sees the value, not how it was written, nor the file around it.
    private static readonly HashSet<string> BeyondSchema =
    [
        "RQ0001",
        "RQ0002",
        "RQ0006",
        "RQ0007",
        "RQ0009",
        "RQ0010",
        "RQ0011",
        "RQ0013",
        "RQ0014",
        "RQ0016",
        "RQ0017",
        "RQ0018",
        "RQ0019",
        "RQ0020",
    ];

    public static TheoryData<string, string> Texts { get; } = Collect();

    [Theory]
    [MemberData(nameof(Texts))]
    public void Schema_and_reader_agree(string name, string text)
    {
        RequestDocument document = Read(text);
        string[] refused = SchemaErrors.Of(Schema, Json(document.File.Root!));
        (refused.Length > 0).ShouldBe(
            document.HasErrors,
            $"{name}: the schema says {string.Join("; ", refused)}, the reader {Repository.Print(document.Findings)}"
        );
    }

    /// <summary>The profiles the policy of this repository has, and what RQ0616 shows as wrong and right.</summary>
    [Fact]
    public void Profiles_are_judged_alike_by_schema_and_rule()
    {
        JsonSchema schema = Published("profile");
        RuleInfo rule = RuleCatalog.Find("RQ0616")!;
        IEnumerable<(string Text, bool IsRight)> profiles = Repository
            .Files("policies/profiles")
            .Values.Select(bytes => (Encoding.UTF8.GetString(bytes), true))
            .Append((rule.Bad!.Text, false))
            .Append((rule.Good!.Text, true))
            .Append(("metadata: {labels: {a: 1}}\n", false))
            .Append(("spec: {rayClusterSpec: {headGroupSpec: {template: {spec: {hostNetwork: maybe}}}}}\n", false));
        foreach ((string text, bool isRight) in profiles)
        {
            YamlNode root = YamlReader
                .Read("profile.yaml", Encoding.UTF8.GetBytes(text), YamlLimits.Request, new FindingBag())
                .Root!;
            (SchemaErrors.Of(schema, Json(root)).Length == 0).ShouldBe(isRight, text);
            LoadedPolicies loaded = PolicyLoader.Load(Repository.Tree(("policies/profiles/gpu.yaml", text)));
            LintResult lint = Linter.Run(
                new LintInput { Tree = Repository.Tree(("policies/profiles/gpu.yaml", text)), Policies = loaded }
            );
            lint.Findings.Any(f => f.Rule.Code == rule.Code).ShouldBe(!isRight, text);
        }
    }

    // As `rayquest schema` writes it.
    private static JsonSchema Published(string name) =>
        JsonSchema.FromText(SchemaDocument.All.Single(document => document.Name == name).Write());

    private static RequestDocument Read(string text) =>
        RequestDocument.Read("jobs-requests/vision/x.yaml", Encoding.UTF8.GetBytes(text));

    // Only what a schema can evaluate: elsewhere the two may well differ.
    private static TheoryData<string, string> Collect()
    {
        TheoryData<string, string> texts = [];
        void Add(string name, string text)
        {
            RequestDocument document = Read(text);
            if (document.File.Root is YamlMapping && !document.Findings.Any(f => BeyondSchema.Contains(f.Rule.Code)))
            {
                texts.Add(name, text);
            }
        }

        foreach (JobKind kind in Enum.GetValues<JobKind>())
        {
            foreach (string key in new[] { "entrypoint: echo", "lease: 7d", "cluster: shared", "head: {cpu: 2}" })
            {
                Add($"{kind} with {key}", $"kind: {kind}\nname: a\n{key}\n");
            }

            foreach (int length in new[] { 36, 37, 41, 42, 47, 48, 53, 54 })
            {
                Add($"{kind} of {length}", $"kind: {kind}\nname: {new string('a', length)}\n");
            }
        }

        foreach (RuleInfo rule in RuleCatalog.All)
        {
            foreach ((string which, RuleExample? example) in new[] { ("bad", rule.Bad), ("good", rule.Good) })
            {
                if (example is { Kind: ExampleKind.Request })
                {
                    Add($"{rule.Code} {which}", example.Text);
                }
            }
        }

        // Keys that only a pattern refuses, and names that no case or example has.
        foreach (
            string text in new[]
            {
                "code: {files: {../x: a.py}}",
                "code: {files: {a/../x: a.py}}",
                "code: {files: {./x: a.py}}",
                "code: {files: {..x/.y: a.py}}",
                "code: {files: {a/b.py: a.py}}",
                "env: {\"1 BAD\": x}",
                "sweep: {\"9 x\": [a]}",
            }
        )
        {
            Add(text, "name: x\nentrypoint: python x.py\nworkers: {replicas: 1}\n" + text + "\n");
        }

        foreach (
            string file in Directory
                .EnumerateFiles(
                    Path.Combine(Repository.Root, "tests", "JobLint.Tests", "cases"),
                    "input.yaml",
                    SearchOption.AllDirectories
                )
                .Concat(
                    Directory.EnumerateFiles(
                        Path.Combine(Repository.Fixture, "jobs-requests"),
                        "*.yaml",
                        SearchOption.AllDirectories
                    )
                )
        )
        {
            Add(Path.GetRelativePath(Repository.Root, file).Replace('\\', '/'), File.ReadAllText(file));
        }

        return texts;
    }

    // As an editor's YAML service turns a document into JSON.
    private static JsonNode? Json(YamlNode node) =>
        node switch
        {
            YamlMapping mapping => new JsonObject(
                mapping.Entries.Select(e => KeyValuePair.Create(e.Key.Value, Json(e.Value)))
            ),
            YamlSequence list => new JsonArray([.. list.Items.Select(Json)]),
            YamlScalar { IsNull: true } => null,
            YamlScalar { Style: YamlScalarStyle.Plain } plain when plain.Value is "true" or "false" => JsonValue.Create(
                plain.Value == "true"
            ),
            YamlScalar { Style: YamlScalarStyle.Plain } plain
                when YamlCoreSchema.IsDecimalInteger(plain.Value) && long.TryParse(plain.Value, out long whole) =>
                JsonValue.Create(whole),
            YamlScalar { Style: YamlScalarStyle.Plain } plain
                when YamlCoreSchema.LooksNumeric(plain.Value)
                    && double.TryParse(
                        plain.Value,
                        System.Globalization.CultureInfo.InvariantCulture,
                        out double number
                    ) => JsonValue.Create(number),
            YamlScalar scalar => JsonValue.Create(scalar.Value),
            _ => null,
        };
}
