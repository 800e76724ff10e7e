using System.Text;
using System.Text.Json;
using Rayquest.JobCli;
using Rayquest.JobCli.Console;
using Rayquest.JobFormEngine.Data;
using Rayquest.JobFormEngine.Requests;
using Rayquest.JobLint.Output;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Repository;
using Rayquest.JobReport.Evaluation;

namespace Rayquest.JobForm.Tests;

public class FormEngineTests
{
    public static TheoryData<string> Cases { get; } = [.. GoldenDraft.All.Select(c => c.Name)];

    [Fact]
    public void There_are_golden_cases_of_both_kinds()
    {
        GoldenDraft.All.Count(c => c.Name.StartsWith("lint ", StringComparison.Ordinal)).ShouldBeGreaterThan(20);
        GoldenDraft.All.Count(c => c.Name.StartsWith("render ", StringComparison.Ordinal)).ShouldBeGreaterThan(20);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_golden_case_has_the_program_s_findings_and_bytes(string name)
    {
        GoldenDraft given = GoldenDraft.ByName[name];
        string folder = Directory.CreateTempSubdirectory("rayquest-form-").FullName;
        try
        {
            given.WriteTo(folder);
            FormOutcome outcome = new FormEngine(given.Snapshot).Evaluate(given.Draft);

            // Of the request's own file: whoever lints a folder is told of odd policies as well.
            Told(Run(folder, "lint", "--format", "json").Out, outcome.Path)
                .ShouldBe(Told(Json(outcome.Evaluation.Findings), outcome.Path), name);
            Run(folder, "render");
            string job = Path.Combine(folder, RequestPath.JobOf(outcome.Path));
            outcome.Manifest.ShouldBe(File.Exists(job) ? File.ReadAllText(job) : null);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_good_draft_passes_and_says_what_it_costs()
    {
        FormEngine engine = new(Files.Snapshot(SnapshotContent.Policies));
        FormOutcome outcome = engine.Evaluate(
            new FormDraft(
                "vision",
                "name: first\nowner: alice\nentrypoint: python -V\nworkers: {replicas: 2, gpu: l4, gpus: 1}\nprofile: gpu\nimage: ray-gpu\ntimeout: 2h\n"
            )
        );
        outcome.Evaluation.Findings.Select(f => f.Rule.Code + f.Message).ShouldBeEmpty();
        outcome.Evaluation.Verdict.ShouldBe(Verdict.Pass);
        outcome.Evaluation.MaxCost.ShouldNotBeNull().ShouldBeGreaterThan(0);
        outcome.Evaluation.Quota.Single(r => r.Resource == "l4").Asked.ToDouble().ShouldBe(2);
        outcome.Manifest.ShouldNotBeNull().ShouldContain("kind: RayJob");
    }

    [Fact]
    public void A_finding_stands_at_its_field()
    {
        FormOutcome outcome = new FormEngine(Files.Snapshot()).Evaluate(
            new FormDraft(
                "vision",
                "name: x\nentrypoint: python -V\nworkers:\n- {replicas: 1, memory: 64GB}\n- {name: b, gpu: h100, gpus: 1}\ntimout: 1h\n"
            )
        );
        ILookup<string, string> at = outcome.FieldFindings.ToLookup(
            f => f.Field,
            f => f.Finding.Rule.Code,
            StringComparer.Ordinal
        );
        at["workers[0].memory"].ShouldContain("RQ0022");
        at["workers[1].gpu"].ShouldNotBeEmpty();
        at["timout"].ShouldContain("RQ0003");
    }

    [Fact]
    public void An_edit_of_a_live_cluster_says_what_it_does()
    {
        FormEngine engine = new(Files.Snapshot());
        FormDraft draft = engine.DraftOf("jobs-requests/vision/notebook-alice.yaml").ShouldNotBeNull();
        FieldPlace image = FieldPlace.Root.Key("head").Key("cpu");
        string edited = new RequestText(draft.Text).With(image, RequestNodes.Plain("3")).ShouldNotBeNull();
        FormOutcome outcome = engine.Evaluate(draft with { Text = edited });
        JobChange job = outcome.Evaluation.Jobs.ShouldHaveSingleItem();
        job.Action.ShouldBe(JobAction.Edit);
        job.Edits.ShouldNotBeEmpty();
        outcome.ManifestDiff.ShouldContain("+");
    }

    [Theory]
    [InlineData("name: ../../../etc/passwd\n")]
    [InlineData("name: \"a/b\"\n")]
    [InlineData("name: [1]\n")]
    [InlineData("")]
    [InlineData("\t- {")]
    [InlineData("name: <script>alert(1)</script>\nentrypoint: ${{ github.token }}\n")]
    public void A_hostile_text_never_names_another_file(string text)
    {
        FormDraft draft = new("vision", text);
        draft.Path.ShouldBe("jobs-requests/vision/request.yaml");
        FormOutcome outcome = new FormEngine(Files.Snapshot()).Evaluate(draft);
        outcome.Evaluation.Verdict.ShouldBe(Verdict.Blocked);
        outcome.Manifest.ShouldBeNull();
    }

    [Fact]
    public void A_shipped_file_can_t_leave_the_team_s_folder()
    {
        FormDraft draft = new("vision", "name: a\n")
        {
            Files = new Dictionary<string, byte[]>(StringComparer.Ordinal)
            {
                ["../nlp/x.py"] = [1],
                ["/etc/x"] = [1],
                ["a.yaml"] = [1],
                ["a/x.py"] = [1],
            },
        };
        draft
            .Changes()
            .Keys.Order(StringComparer.Ordinal)
            .ShouldBe(["jobs-requests/vision/a.yaml", "jobs-requests/vision/a/x.py"]);
    }

    [Fact]
    public void A_snapshot_is_read_back_as_it_was_written_and_written_the_same_twice()
    {
        Dictionary<string, byte[]> files = Files.Below("policies");
        files["jobs-requests/vision/odd.bin"] = [0xff, 0xfe, 0];
        FormSnapshot snapshot = Files.Of(files);
        string text = snapshot.Write();
        FormSnapshot read = FormSnapshot.Read(Files.Bytes(text));
        read.Write().ShouldBe(text);
        read.Files["jobs-requests/vision/odd.bin"].ShouldBe([0xff, 0xfe, 0]);
        read.Files.Keys.ShouldNotContain(p => p.StartsWith("policies/schema/", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"schema\": 2}")]
    [InlineData("{\"schema\": 1, \"files\": {\"a\": 3}}")]
    public void A_snapshot_of_another_form_is_refused_in_words(string text) =>
        Should.Throw<SnapshotFault>(() => FormSnapshot.Read(Files.Bytes(text))).Message.ShouldContain("rayquest form");

    [Fact]
    public void Usage_alone_shows_no_command_and_no_manifest_and_counts_the_same()
    {
        FormSnapshot usage = Files.Snapshot(SnapshotContent.Usage);
        usage.Files.Keys.ShouldNotContain(p => p.StartsWith("jobs-requests/", StringComparison.Ordinal));
        string said = Encoding.UTF8.GetString([
            .. usage.Files.Where(f => f.Key.StartsWith("jobs/", StringComparison.Ordinal)).SelectMany(f => f.Value),
        ]);
        said.ShouldNotContain("apiVersion");
        said.ShouldNotContain("python");
        FormDraft draft = new("vision", "name: first\nentrypoint: python -V\nworkers: {replicas: 1}\ntimeout: 1h\n");
        Rows(new FormEngine(usage)).ShouldBe(Rows(new FormEngine(Files.Snapshot())));

        string Rows(FormEngine engine) =>
            string.Join(
                '\n',
                engine.Evaluate(draft).Evaluation.Quota.Select(r => $"{r.Resource} {r.Before} {r.After} {r.Hard}")
            );
    }

    [Fact]
    public void A_name_that_is_merged_is_told_and_not_taken_for_a_forgery()
    {
        foreach (SnapshotContent content in (SnapshotContent[])[SnapshotContent.Usage, SnapshotContent.Requests])
        {
            FormOutcome outcome = new FormEngine(Files.Snapshot(content)).Evaluate(
                new FormDraft("vision", "name: resnet\nentrypoint: python -V\nworkers: {replicas: 1}\ntimeout: 1h\n")
            );
            outcome.IsNameTaken.ShouldBeTrue();
            outcome.Evaluation.Findings.Where(f => f.Rule.Category == RuleCategory.RenderedJobs).ShouldBeEmpty();
        }
    }

    private static string Json(IEnumerable<Finding> findings) =>
        JsonOutput.Write(new LintReport([.. findings], 1, CommandLine.Version));

    private static string Told(string json, string path)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return string.Join(
            '\n',
            document
                .RootElement.GetProperty("findings")
                .EnumerateArray()
                .Where(f => f.GetProperty("file").GetString() == path)
                .Select(f => f.GetRawText())
        );
    }

    private static (int Code, string Out) Run(string folder, params string[] arguments)
    {
        using StringWriter output = new();
        using StringWriter error = new();
        Terminal terminal = new(TextReader.Null, output, error, false, false, false, noColour: true, folder);
        return (CommandLine.Run(arguments, terminal), output.ToString());
    }
}
