using System.Text.Json.Nodes;
using Rayquest.JobFormEngine.Fields;
using Rayquest.JobFormEngine.Requests;
using Rayquest.JobFormEngine.Words;
using Rayquest.JobModel.Languages;
using Rayquest.JobModel.Requests;

namespace Rayquest.JobForm.Tests;

public class FormFieldsTests
{
    [Fact]
    public void Every_key_of_the_schema_has_a_control()
    {
        HashSet<string> fields = [.. FormFields.All.SelectMany(f => f.All()).Select(f => f.Path)];
        List<string> keys = [];
        Collect(JobRequestFormat.Schema(), "", keys);
        keys.Count.ShouldBeGreaterThan(70);
        // The two bounds of replicas are one control.
        keys.Where(k => !fields.Contains(k) && k is not ("workers[].replicas.min" or "workers[].replicas.max"))
            .ShouldBeEmpty();
    }

    public static TheoryData<string> Languages { get; } = [.. Language.Names.Skip(1)];

    [Theory]
    [MemberData(nameof(Languages))]
    public void Every_field_is_said_in_every_language(string name) =>
        FormFields
            .All.SelectMany(f => f.All())
            .Where(field => !FieldWords.Has(field, Language.Of(name)))
            .Select(field => $"{field.Path}: {field.Doc}")
            .ShouldBeEmpty();

    [Theory]
    [MemberData(nameof(Languages))]
    public void Every_sentence_is_there_in_every_language(string name) =>
        FormWords
            .Templates.Where(said => !Language.Of(name).Has(said.Context, said.Template))
            .Select(said => said.Template)
            .ShouldBeEmpty();

    [Fact]
    public void The_kinds_of_the_form_are_those_that_can_be_planned()
    {
        FormStarts.Kinds.ShouldContain(JobKind.RayJob);
        foreach (JobKind kind in FormStarts.Kinds)
        {
            FormOutcome outcome = new FormEngine(Files.Snapshot()).Evaluate(
                new FormDraft("vision", FormStarts.OfKind(kind))
            );
            outcome
                .Evaluation.Findings.Where(f =>
                    f.Severity == JobModel.Diagnostics.Severity.Error
                    && f.Rule.Category
                        is JobModel.Diagnostics.RuleCategory.Syntax
                            or JobModel.Diagnostics.RuleCategory.Shape
                )
                .Select(f => $"{kind} {f.Rule.Code} {f.Message}")
                .ShouldBeEmpty();
        }
    }

    [Fact]
    public void Every_example_can_be_read_whole()
    {
        FormEngine engine = new(Files.Snapshot());
        foreach (string example in FormStarts.Examples)
        {
            string text = FormStarts.Example(example, engine, "vision").ShouldNotBeNull();
            engine.Evaluate(new FormDraft("vision", text)).Document.HasErrors.ShouldBeFalse(text);
        }
    }

    [Fact]
    public void A_team_is_offered_what_it_may_choose_and_nothing_else()
    {
        FormChoices choices = new(new FormEngine(Files.Snapshot()));
        choices.Of("nlp", "nodePool").Select(c => c.Value).ShouldBe(["highmem", "spot"]);
        choices.Of("vision", "nodePool").Select(c => c.Value).ShouldBe(["spot"]);
        choices.Of("vision", "cluster").Select(c => c.Value).ShouldBe(["shared-dev"]);
        choices.Of("search", "workers[0].gpu").Select(c => c.Value).ShouldBe(["l4"]);
        choices.Of("vision", "workers.gpu").Single(c => c.Value == "a100").Note.ShouldContain("2.93 USD");
        choices.Of("vision", "image").Select(c => c.Value).ShouldContain("ray-gpu");
        choices.Of("vision", "owner").Select(c => c.Value).ShouldContain("alice");
        choices.Of("vision", "entrypoint").ShouldBeEmpty();
    }

    [Theory]
    [InlineData("workers[12].rayStartParams.memory", "workers[].rayStartParams.memory")]
    [InlineData("workers.gpus", "workers[].gpus")]
    [InlineData("workers", "workers")]
    [InlineData("env", "env")]
    public void A_place_leads_to_its_field(string place, string path) =>
        FormFields.Find(place).ShouldNotBeNull().Path.ShouldBe(path);

    [Theory]
    [InlineData("name: a\nwork", "workers: ")]
    [InlineData("name: a\nworkers:\n  mem", "memory: ")]
    [InlineData("name: a\nworkers:\n- name: x\n  gp", "gpu: ")]
    [InlineData("name: a\nautoscaling:\n  version: v", "v1")]
    [InlineData("name: a\nnodePool: s", "spot")]
    public void What_can_stand_at_the_caret_is_offered(string text, string first) =>
        Completion.At(text, text.Length, "RayJob", f => f == "nodePool" ? ["spot"] : []).Items[0].Text.ShouldBe(first);

    [Fact]
    public void A_key_that_is_there_or_not_of_the_kind_is_not_offered()
    {
        Completion offered = Completion.At(
            "kind: RayCluster\nname: a\n",
            "kind: RayCluster\nname: a\n".Length,
            "RayCluster",
            _ => []
        );
        offered.Items.Select(i => i.Label).ShouldContain("lease");
        offered.Items.Select(i => i.Label).ShouldNotContain("name");
        offered.Items.Select(i => i.Label).ShouldNotContain("entrypoint");
    }

    private static void Collect(JsonObject schema, string path, List<string> keys)
    {
        foreach (JsonObject way in (schema["anyOf"] as JsonArray ?? []).OfType<JsonObject>())
        {
            // Of a list and its one item the list is enough.
            if (path != "workers" || way["type"]?.GetValue<string>() == "array")
            {
                Collect(way, path, keys);
            }
        }

        if (schema["items"] is JsonObject item)
        {
            Collect(item, path + "[]", keys);
        }

        foreach ((string key, JsonNode? value) in schema["properties"] as JsonObject ?? [])
        {
            string below = path.Length == 0 ? key : $"{path}.{key}";
            keys.Add(below);
            Collect((JsonObject)value!, below, keys);
        }
    }
}
