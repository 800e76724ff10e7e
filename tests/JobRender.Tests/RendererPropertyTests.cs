using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Repository;
using Rayquest.JobModel.Requests;
using Rayquest.JobModel.Text;
using Rayquest.JobModel.Yaml;
using Rayquest.JobRender.Canonical;
using Rayquest.JobRender.Targets;

namespace Rayquest.JobRender.Tests;

public class RendererPropertyTests
{
    private static readonly System.Buffers.SearchValues<char> Special = System.Buffers.SearchValues.Create(
        "{}[],:#\n\"'"
    );

    public static TheoryData<string> Cases => [.. GoldenCases.Names];

    /// <summary>The same request with the keys of every mapping shuffled.</summary>
    private static YamlNode Shuffle(YamlNode node, Random random) =>
        node switch
        {
            YamlMapping mapping => new YamlMapping(
                mapping.Span,
                [
                    .. mapping
                        .Entries.OrderBy(_ => random.Next())
                        .Select(e => new YamlEntry(e.Key, Shuffle(e.Value, random))),
                ],
                isFlow: false
            ),
            YamlSequence list => new YamlSequence(
                list.Span,
                [.. list.Items.Select(i => Shuffle(i, random))],
                isFlow: false
            ),
            _ => node,
        };

    // Canonical YAML sorts keys, so a shuffled request is written as flow style, in the order of its entries.
    private static string Flow(YamlNode node) =>
        node switch
        {
            YamlMapping mapping => "{"
                + string.Join(", ", mapping.Entries.Select(e => $"? {Flow(e.Key)} : {Flow(e.Value)}"))
                + "}",
            YamlSequence list => "[" + string.Join(", ", list.Items.Select(Flow)) + "]",
            YamlScalar { Style: YamlScalarStyle.Plain } scalar
                when scalar.Value is not "" && !scalar.Value.AsSpan().ContainsAny(Special) => scalar.Value,
            YamlScalar scalar => System.Text.Json.JsonSerializer.Serialize(scalar.Value),
            _ => "",
        };

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_order_of_keys_never_changes_the_rendering(string name)
    {
        byte[] expected = Renderer.Render(GoldenCases.Plan(name)).Bytes.ToArray();
        MemoryTree tree = GoldenCases.Tree(name);
        string path = tree.List(RequestPath.Requests).First(e => RequestPath.IsRequest(e.Path)).Path;
        YamlNode root = RequestDocument.Read(path, tree.Read(path)!.Value.Span).File.Root!;
        for (int seed = 0; seed < 10; seed++)
        {
            string shuffled = Flow(Shuffle(root, new Random(seed)));
            Dictionary<string, byte[]> files = tree.List("")
                .ToDictionary(e => e.Path, e => tree.Read(e.Path)!.Value.ToArray(), StringComparer.Ordinal);
            files[path] = Encoding.UTF8.GetBytes(shuffled);
            byte[] rendered = Renderer.Render(GoldenCases.Plan(new MemoryTree(files))).Bytes.ToArray();
            Encoding.UTF8.GetString(rendered).ShouldBe(Encoding.UTF8.GetString(expected), shuffled);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_order_of_steps_never_changes_the_rendering(string name)
    {
        JobPlan plan = GoldenCases.Plan(name).Jobs[0];
        string expected = CanonicalYaml.Write(Renderer.RenderJob(RenderTargets.RayJob, plan));
        for (int seed = 0; seed < 10; seed++)
        {
            Random random = new(seed);
            RenderTarget shuffled = RenderTargets.RayJob with
            {
                Steps = [.. RenderTargets.RayJob.Steps.OrderBy(_ => random.Next())],
            };
            // The request's own order of worker groups is the one order that stays, and BaseRayJob has none of them.
            CanonicalYaml.Write(Renderer.RenderJob(shuffled, plan)).ShouldBe(expected);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_documents_are_what_the_bytes_say(string name)
    {
        RenderedFile file = Renderer.Render(GoldenCases.Plan(name));
        FindingBag findings = new();
        YamlFile read = YamlReader.Read(file.Path, file.Bytes.Span, YamlLimits.Manifest, findings);
        findings.Findings.ShouldBeEmpty();
        read.Documents.Select(CanonicalYaml.Write).ShouldBe(file.Documents.Select(CanonicalYaml.Write));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_node_points_at_a_line_of_the_request_or_of_a_policy(string name)
    {
        MemoryTree tree = GoldenCases.Tree(name);
        foreach (YamlNode node in Renderer.Render(GoldenCases.Plan(tree)).Documents.SelectMany(All))
        {
            node.Span.Source.ShouldNotBeNull();
            tree.Find(node.Span.Source.Path).ShouldNotBeNull();
            node.Span.Span.End.ShouldBeLessThanOrEqualTo(node.Span.Source.Text.Length);
        }

        static IEnumerable<YamlNode> All(YamlNode node) =>
            node switch
            {
                YamlMapping mapping => mapping.Entries.SelectMany(e => All(e.Value).Append(e.Key)).Append(mapping),
                YamlSequence list => list.Items.SelectMany(All).Append(list),
                _ => [node],
            };
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void No_value_is_of_a_form_the_operator_would_write_back_otherwise(string name)
    {
        foreach (YamlMapping document in Renderer.Render(GoldenCases.Plan(name)).Documents)
        {
            string text = CanonicalYaml.Write(document);
            text.ShouldNotContain(": null\n");
            text.ShouldNotContain("suspend: false");
            text.ShouldNotContain("hostNetwork: false");
            text.ShouldNotContain("- name: EMPTY\n  value: \"\"");
            text.ShouldNotContain("rayStartParams: {}");
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_size_is_estimated_before_with_a_margin(string name)
    {
        // What a profile adds is the platform's choice.
        RequestPlan plan = GoldenCases.Plan(name);
        int size = Renderer.Render(plan).Bytes.Length;
        ManifestSize.Of(plan).ShouldBeLessThan(8 * size);
        if (plan.Jobs[0].Profile is null)
        {
            ManifestSize.Of(plan).ShouldBeGreaterThan(size - 1_000);
        }
    }

    [Theory]
    [InlineData("x")]
    [InlineData("\\n")]
    [InlineData("\\\"")]
    [InlineData("a\\n")]
    [InlineData("é")]
    public void No_text_makes_a_manifest_larger_than_estimated(string unit)
    {
        string text = string.Concat(Enumerable.Repeat(unit, 4_000));
        RequestPlan plan = GoldenCases.PlanOf(
            $"name: a\nentrypoint: \"x{text}y\"\nworkers: [{{name: a}}, {{name: b}}]\nenv: {{A: \"x{text}y\"}}\nruntimeEnv: {{env_vars: {{A: \"x{text}y\"}}}}\n"
        );
        ManifestSize.Of(plan).ShouldBeGreaterThan(Renderer.Render(plan).Bytes.Length);
    }

    [Fact]
    public void Quantities_are_rendered_in_canonical_form_whatever_their_spelling()
    {
        Gen<string> amount = Gen.Choose(1, 100_000)
            .SelectMany(n => Gen.Elements("m", "", "k", "M", "Mi", "Gi", "e2").Select(unit => $"{n}{unit}"));
        Prop.ForAll(
                amount.ToArbitrary(),
                text =>
                {
                    RequestPlan plan = GoldenCases.PlanOf($"name: a\nentrypoint: x\nhead: {{memory: \"{text}\"}}\n");
                    string rendered = CanonicalYaml.Write(Renderer.Render(plan).Documents[0]);
                    JobModel
                        .Quantities.Quantity.TryParse(text, out JobModel.Quantities.Quantity quantity)
                        .ShouldBeTrue();
                    string memory = rendered
                        .Split('\n')
                        .First(l => l.Contains(" memory:", StringComparison.Ordinal))
                        .Split(':')[1]
                        .Trim()
                        .Trim('"');
                    memory.ShouldBe(quantity.ToString());
                    JobModel
                        .Quantities.Quantity.TryParse(memory, out JobModel.Quantities.Quantity again)
                        .ShouldBeTrue();
                    again.ShouldBe(quantity);
                    again.ToString().ShouldBe(memory);
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(200));
    }

    [Fact]
    public void Text_of_the_request_never_becomes_structure()
    {
        string[] hostile =
        [
            "a\\n  privileged: true",
            "${sweep.x}",
            "\\\" }] --- kind: Pod",
            "- x: y\\n#",
            "!!python/object",
        ];
        foreach (string text in hostile)
        {
            RequestPlan plan = GoldenCases.PlanOf(
                $"name: a\nentrypoint: \"echo {text}\"\nenv: {{X: \"{text}\"}}\nruntimeEnv: {{env_vars: {{Y: \"{text}\"}}}}\n"
            );
            RenderedFile file = Renderer.Render(plan);
            FindingBag findings = new();
            YamlNode document = YamlReader
                .Read(file.Path, file.Bytes.Span, YamlLimits.Manifest, findings)
                .Documents.ShouldHaveSingleItem();
            findings.Findings.ShouldBeEmpty();
            ((YamlScalar)((YamlMapping)((YamlMapping)document)["spec"]!)["entrypoint"]!).Value.ShouldBe(
                plan.Jobs[0].Entrypoint!.Value
            );
        }
    }

    [Fact]
    public void Variables_that_refer_to_each_other_in_a_circle_are_all_kept()
    {
        RequestPlan plan = GoldenCases.PlanOf(
            "name: a\nentrypoint: x\nenv: {A: $(B), B: $(C)$(NO), C: $(A)$(C), D: $(, E: $(}\n"
        );
        string rendered = CanonicalYaml.Write(Renderer.Render(plan).Documents[0]);
        rendered
            .Split('\n')
            .Where(l => l.Contains("- name: ", StringComparison.Ordinal))
            .Select(l => l.Trim())
            .ShouldBe(["- name: ray-head", "- name: C", "- name: B", "- name: A", "- name: D", "- name: E"]);
    }

    [Fact]
    public void A_text_full_of_openings_costs_no_more_than_its_length()
    {
        string hostile = string.Concat(Enumerable.Repeat("$(", 16_000)) + ")";
        RequestPlan plan = GoldenCases.PlanOf($"name: a\nentrypoint: x\nenv: {{A: \"{hostile}\", B: \"{hostile}\"}}\n");
        long before = GC.GetAllocatedBytesForCurrentThread();
        Renderer.Render(plan);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(8 * 1024 * 1024);
    }

    [Fact]
    public void Names_stay_within_the_engines_limits()
    {
        string name = new('n', 41);
        RenderedFile file = Renderer.Render(
            GoldenCases.PlanOf(
                $"name: {name}\nentrypoint: x\nvolumes: [{{claim: {new string('c', 200)}.{new string('d', 50)}, mount: /a}}, {{claim: {new string('c', 200)}.{new string('e', 50)}, mount: /b}}]\n"
            )
        );
        file.Header.Jobs[0].Name.Length.ShouldBe(47);
        YamlScalar[] names = [.. Volumes(file.Documents[0]).Select(v => (YamlScalar)v["name"]!)];
        names.Select(n => n.Value).Distinct().Count().ShouldBe(2);
        names.ShouldAllBe(n => JobModel.Quantities.KubernetesNames.IsDns1123Label(n.Value));

        static IEnumerable<YamlMapping> Volumes(YamlMapping document)
        {
            YamlNode at = document;
            foreach (string key in (string[])["spec", "rayClusterSpec", "headGroupSpec", "template", "spec", "volumes"])
            {
                at = ((YamlMapping)at)[key]!;
            }

            return ((YamlSequence)at).Items.Cast<YamlMapping>();
        }
    }

    [Fact]
    public void Every_kind_has_a_target_under_KubeRay_and_jobs_alone_under_Volcano()
    {
        foreach (JobKind kind in Enum.GetValues<JobKind>())
        {
            RenderTargets.Of(kind, DeliveryTarget.KubeRay).ShouldNotBeNull().Kind.ShouldBe(kind);
            (RenderTargets.Of(kind, DeliveryTarget.Volcano) is not null).ShouldBe(kind == JobKind.RayJob);
        }
    }
}
