using Rayquest.JobLint.Engine;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Schemas;

namespace Rayquest.JobLint.Tests.Manifests;

/// <summary>A manifest's entrypoint is told what a request's is told, in every kind that has one.</summary>
public class EntrypointCheckTests
{
    [Theory]
    [InlineData("cd /app && python main.py", "RQ3060", "&&")]
    [InlineData("python main.py; echo x", "RQ3060", ";")]
    [InlineData("python main.py --out $OUT_DIR/x", "RQ3062", "$OUT_DIR")]
    [InlineData("python main.py --at `date`", "RQ3062", "`date`")]
    [InlineData("python -c 'print(1)", "RQ3063", "'")]
    [InlineData("python main.py --sep ';'", "RQ3066", "';'")]
    [InlineData("ray job submit -- python main.py", "RQ3065", "ray job submit -- python main.py")]
    [InlineData("bash -c 'cd /app && python main.py'", "", "")]
    [InlineData("--epochs 3", "RQ3068", "--epochs")]
    [InlineData("python -c pass --epochs 3", "", "")]
    [InlineData("python main.py", "", "")]
    public void It_is_told_at_its_place(string entrypoint, string code, string place)
    {
        foreach (string kind in new[] { "RayJob", "RayCronJob" })
        {
            Finding[] found = [.. Of(kind, entrypoint, "").Where(f => f.Rule.Code[2] == '3')];
            string.Join(' ', found.Select(f => f.Rule.Code)).ShouldBe(code, kind);
            if (found is [var one])
            {
                one.Span.Text.ShouldBe(place, kind);
            }
        }
    }

    [Fact]
    public void A_comment_is_told() =>
        Of("RayJob", "python main.py # first try", "", block: true).Select(f => f.Rule.Code).ShouldContain("RQ3061");

    [Theory]
    [InlineData("submissionMode: HTTPMode")]
    [InlineData("submissionMode: InteractiveMode")]
    [InlineData(
        "submitterPodTemplate:\n  spec:\n    restartPolicy: Never\n    containers:\n      - name: submit\n        image: rayproject/ray:2.52.0\n        command: [ray, job, submit]"
    )]
    public void Where_no_shell_of_the_submitter_reads_it_nothing_is_told(string spec) =>
        Of("RayJob", "cd /app && python main.py --sep ';' $X", spec).Where(f => f.Rule.Code[2] == '3').ShouldBeEmpty();

    [Fact]
    public void The_fix_mends_the_manifest()
    {
        string text = new ManifestExample { Entrypoint = "entrypoint: python main.py --sep ';' --q 'count(*)'" }.Text();
        IReadOnlyList<Finding> findings = Lint.Text(text);
        (string repaired, int applied) = FixApplier.Apply(findings[0].Span.Source, findings);
        applied.ShouldBe(1);
        repaired.ShouldContain("entrypoint: 'python main.py --sep \"'';''\" --q \"''count(*)''\"'");
        Lint.Text(repaired).Where(f => f.Rule.Code == "RQ3066").ShouldBeEmpty();
    }

    private static IReadOnlyList<Finding> Of(string kind, string entrypoint, string spec, bool block = false) =>
        Lint.Text(
            new ManifestExample
            {
                Kind = kind,
                Entrypoint = block ? $"entrypoint: |\n  {entrypoint}" : $"entrypoint: {entrypoint}",
                Spec = spec,
            }.Text()
        );
}
