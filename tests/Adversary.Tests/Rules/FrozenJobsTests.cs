using Rayquest.JobLint;
using Rayquest.JobLint.Engine;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Policies;
using Rayquest.JobReport.Evaluation;

namespace Rayquest.Adversary.Tests.Rules;

/// <summary>What was merged is not evaluated again by the policies of another day, and is not replaced for what doesn't run.</summary>
[Hole(32)]
public sealed class FrozenJobsTests
{
    private static TestRepository WithOwner() => new TestRepository().Ask("train", 4, more: Owned).Merged();

    public static TheoryData<string, string> LaterPolicies { get; } =
        new()
        {
            {
                "policies/quotas.yaml",
                "teams:\n  vision: {members: [bob], approvers: [bob], hard: {gpus: {a100: 2}}}\n"
            },
            { "policies/rules.yaml", "maxTimeout: 1h\nnaming: {vision: \"^v-.*$\"}\n" },
            { "policies/images.yaml", "allowed: [{pattern: \"registry.example.com/*\"}]\nrequireDigest: true\n" },
            {
                "policies/platform.yaml",
                "gpus:\n  h100: {perNode: 8}\ndefaults: {image: gone, timeout: 1h}\nnamespace: other-{team}\n"
            },
        };

    [Theory]
    [MemberData(nameof(LaterPolicies))]
    public void Merged_jobs_stay_clean_and_as_they_are_whatever_the_policies_become(string file, string text)
    {
        TestRepository later = WithOwner().Put(file, text);
        LintResult lint = Linter.Run(
            new LintInput
            {
                Tree = later.Files,
                Policies = PolicyLoader.Load(later.Files),
                Merged = later.Files,
                IsWhole = true,
            }
        );
        lint.Findings.Where(f => f.Span.Source.Path.StartsWith("jobs", StringComparison.Ordinal))
            .ShouldBeEmpty(TestRepository.Print(lint.Findings));
    }

    [Theory]
    [MemberData(nameof(LaterPolicies))]
    public void A_request_that_is_new_is_judged_by_the_same_policies(string file, string text)
    {
        TestRepository later = new TestRepository()
            .Ask("train", 4, more: Owned + "image: rayproject/ray:2.52.0-py311-gpu\n")
            .Put(file, text);
        LintResult lint = Linter.Run(
            new LintInput
            {
                Tree = later.Files,
                Policies = PolicyLoader.Load(later.Files),
                Merged = new TestRepository().Files,
                IsWhole = true,
            }
        );
        lint.Errors.ShouldBeGreaterThan(0);
    }

    [Theory]
    [InlineData("owner: bob\n")]
    [InlineData("owner: alice\ndescription: for the June report\n")]
    [InlineData("")]
    public void Mending_what_never_runs_replaces_no_running_job(string more)
    {
        TestRepository before = WithOwner();
        TestRepository after = before.Branch().Ask("train", 4, more: more);
        ChangeEvaluation preview = after.PreviewSince(before, author: "alice");
        preview.Jobs.ShouldHaveSingleItem().Action.ShouldBe(JobAction.Unchanged);
        preview.RenderChanges.ShouldBeEmpty();
        preview.Verdict.ShouldBe(Verdict.Pass);
        after.LintSince(before).Findings.ShouldNotContain(f => f.Rule.Code == "RQ1011");
    }

    [Fact]
    public void An_owner_who_is_no_member_is_still_told()
    {
        TestRepository before = WithOwner();
        TestRepository after = before.Branch().Ask("train", 4, more: "owner: mallory\n");
        after.LintSince(before).Findings.ShouldContain(f => f.Rule.Name == "owner-not-member");
    }

    [Theory]
    [InlineData("description: the key is AK{0}\n")]
    [InlineData("# AK{0}\n")]
    public void A_secret_in_what_never_runs_is_still_found(string more)
    {
        TestRepository before = WithOwner();
        TestRepository after = before
            .Branch()
            .Ask("train", 4, more: Owned + more.Replace("{0}", "IAIOSFODNN7EXAMPLQ", StringComparison.Ordinal));
        after.PreviewSince(before).Findings.ShouldContain(f => f.Rule.HidesSource && f.Severity == Severity.Error);
    }

    [Theory]
    [InlineData("owner: alice\n")]
    [InlineData("owner: bob\n")]
    [InlineData("")]
    public void What_an_earlier_version_merged_is_known_as_the_same_request(string more)
    {
        // The digest that version 0 wrote for this request, the owner counted in.
        TestRepository before = WithOwner().WithDigest("train", EarlierDigest);
        TestRepository after = before.Branch().Ask("train", 4, more: more + "description: x\n");
        ChangeEvaluation preview = after.PreviewSince(before);
        preview
            .Jobs.ShouldHaveSingleItem()
            .Action.ShouldBe(JobAction.Unchanged, TestRepository.Print(preview.Findings));
        preview.RenderChanges.ShouldBeEmpty();
    }

    [Fact]
    public void Of_what_an_earlier_version_merged_an_edit_that_runs_something_else_is_seen()
    {
        TestRepository before = WithOwner().WithDigest("train", EarlierDigest);
        TestRepository after = before.Branch().Ask("train", 5, more: "owner: alice\n");
        after.PreviewSince(before).Jobs.ShouldHaveSingleItem().Action.ShouldBe(JobAction.Replace);
    }

    private const string Owned = "owner: alice\n";

    private const string EarlierDigest = "6b93630cc4800a0217d8d57f85161ad8c4e0c05167c4d8cfe0c54865a765d199";
}
