using Rayquest.JobLint;
using Rayquest.JobLint.Engine;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobReport.Comment;
using Rayquest.JobReport.Evaluation;

namespace Rayquest.Adversary.Tests.Rules;

/// <summary>A comment in a request silences nothing that protects others.</summary>
[Hole(19)]
public sealed class IgnoredRulesTests
{
    [Theory]
    [InlineData("RQ3029", "runtimeEnv:\n  # rayquest: ignore RQ3029 we like it\n  image_uri: \"evil.example/x:1\"\n")]
    [InlineData("RQ3028", "env:\n  # rayquest: ignore RQ3028 we like it\n  RAY_ADDRESS: ray://other-team:10001\n")]
    [InlineData(
        "RQ3028",
        "runtimeEnv:\n  env_vars:\n    RAY_ADDRESS: \"http://other:8265\" # rayquest: ignore engine-variable we like it\n"
    )]
    [InlineData(
        "RQ3041",
        "code:\n  # rayquest: ignore RQ3041 newest\n  archive: https://github.com/a/b/archive/main.zip\n"
    )]
    public void What_protects_others_cannot_be_ignored_from_a_request(string code, string more)
    {
        LintResult result = new TestRepository().Small("train", more).Lint();
        result.Findings.ShouldContain(
            f => f.Rule.Code == code && f.Severity == Severity.Error,
            TestRepository.Print(result.Findings)
        );
        result.Findings.ShouldContain(f => f.Rule.Code == "RQ0052" && f.Severity == Severity.Error);
    }

    [Fact]
    public void Whatever_is_ignored_is_there_to_be_listed()
    {
        LintResult result = new TestRepository()
            .Small(
                "train",
                "runtimeEnv:\n  # rayquest: ignore RQ3023 the newest is what we try\n  pip: [torch]\n  env_vars: {A: \"1\"}\nhead: {cpu: 1500m} # rayquest: ignore RQ2026 measured\n"
            )
            .Lint();
        result.Findings.ShouldBeEmpty(TestRepository.Print(result.Findings));
        result
            .Suppressed.Select(s => (s.Rule.Code, s.Span.Start.Line, s.Comment.Start.Line, s.Reason))
            .ShouldBe([("RQ3023", 6, 5, "the newest is what we try"), ("RQ2026", 8, 8, "measured")]);
    }

    [Fact]
    public void What_the_policy_turned_off_is_not_listed_as_ignored()
    {
        new TestRepository()
            .Put("policies/rules.yaml", "severity: {RQ2026: off}\n")
            .Small("train", "head: {cpu: 1500m} # rayquest: ignore RQ2026 measured\n")
            .Lint()
            .Suppressed.ShouldBeEmpty();
    }

    [Fact]
    public void Every_ignore_is_listed_in_the_comment_with_its_reason()
    {
        TestRepository before = new();
        ChangeEvaluation preview = before
            .Branch()
            .Small(
                "train",
                "runtimeEnv:\n  # rayquest: ignore RQ3023 the @acme/everyone [newest](https://evil.example)\n  pip: [torch]\nhead: {cpu: 1500m} # rayquest: ignore RQ2026 measured\n"
            )
            .PreviewSince(before);
        preview.Verdict.ShouldBe(Verdict.Pass);
        string comment = ReviewComment
            .Write(preview, new CommentContext(null, new string('a', 40), new string('b', 40)))
            .ToString();
        comment.ShouldContain("Ignored by the request: 2");
        comment.ShouldContain("RQ3023");
        comment.ShouldContain("measured");
        comment.ShouldContain("the `@acme/everyone` `[newest](https://evil.example`"); // as code: no mention and no link
    }
}
