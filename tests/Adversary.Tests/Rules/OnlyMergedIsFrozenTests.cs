using Rayquest.JobLint;
using Rayquest.JobLint.Engine;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Repository;
using Rayquest.JobReport.Evaluation;

namespace Rayquest.Adversary.Tests.Rules;

/// <summary>A manifest is frozen by having been merged, and not by lying in a folder with a header that fits.</summary>
[Hole(33)]
public sealed class OnlyMergedIsFrozenTests
{
    private const string Job = "jobs/vision/train.yaml";

    [Fact]
    public void What_a_branch_brings_with_a_fitting_header_is_rendered_anew()
    {
        TestRepository before = new TestRepository().Put(
            "policies/images.yaml",
            "aliases: {ray: \"rayproject/ray:2.52.0-py311-gpu\"}\nallowed: [{pattern: \"rayproject/*\"}]\n"
        );
        // Rendered by the author's own policies.
        TestRepository mine = before
            .Branch()
            .Put("policies/images.yaml", "aliases: {ray: \"evil.example/x:1.0\"}\n")
            .Small("train", "image: ray\n")
            .Merged();
        TestRepository after = before.Branch().Small("train", "image: ray\n").Put(Job, mine.Text(Job));
        after.Text(Job).ShouldContain("evil.example");
        ChangeEvaluation preview = after.PreviewSince(before);
        string wanted = System.Text.Encoding.UTF8.GetString(
            preview.RenderChanges.Single(c => c.Path == Job).Bytes!.Value.Span
        );
        wanted.ShouldNotContain("evil.example");
        wanted.ShouldContain("rayproject/ray:2.52.0-py311-gpu");
    }

    [Fact]
    public void Lint_judges_what_is_rendered_in_the_folder_and_merged_nowhere()
    {
        TestRepository folder = new TestRepository()
            .Small("train", "")
            .Merged()
            .Put("policies/rules.yaml", "naming: {vision: \"^v-.*$\"}\n");
        Lint(folder, merged: new TestRepository().Files).Errors.ShouldBeGreaterThan(0);
        Lint(folder, merged: folder.Files).Errors.ShouldBe(0, "once merged it is left to itself");
    }

    private static LintResult Lint(TestRepository folder, IRepositoryTree merged) =>
        Linter.Run(
            new LintInput
            {
                Tree = folder.Files,
                Policies = PolicyLoader.Load(folder.Files),
                Merged = merged,
                IsWhole = true,
            }
        );
}
