using Rayquest.JobLint;
using Rayquest.JobLint.Engine;
using Rayquest.JobModel.Diagnostics;

namespace Rayquest.Adversary.Tests.Rules;

/// <summary>A profile or priority that is one team's is not every team's.</summary>
[Hole(22)]
public sealed class TeamsOfProfilesTests
{
    private static TestRepository Limited(string rules) =>
        new TestRepository()
            .Put("policies/rules.yaml", rules)
            .Put(
                "policies/profiles/tpu.yaml",
                "spec: {rayClusterSpec: {headGroupSpec: {template: {spec: {nodeSelector: {pool: tpu}}}}}}\n"
            )
            .Put(
                "policies/profiles/cpu.yaml",
                "spec: {rayClusterSpec: {headGroupSpec: {template: {spec: {nodeSelector: {pool: cpu}}}}}}\n"
            )
            .Put(
                "policies/platform.yaml",
                "gpus:\n  a100: {perNode: 8}\n  l4: {perNode: 4}\nscheduler: kueue\npriorities: {high: ray-high, low: ray-low}\ndefaults: {image: \"rayproject/ray:2.52.0-py311-gpu\", timeout: 4h, profile: cpu, priority: low}\n"
            );

    [Theory]
    [InlineData("profiles: {nlp: [tpu], default: []}\n", "profile: tpu\n", "RQ5031")]
    [InlineData("profiles: {vision: [\"gpu*\"]}\n", "profile: tpu\n", "RQ5031")]
    [InlineData("priorities: {nlp: [high]}\n", "priority: high\n", "RQ5032")]
    public void What_is_granted_to_others_is_refused(string rules, string more, string code)
    {
        LintResult lint = Limited(rules).Small("train", more).Lint();
        lint.Findings.ShouldContain(
            f => f.Rule.Code == code && f.Severity == Severity.Error,
            TestRepository.Print(lint.Findings)
        );
        Limited(rules)
            .Small("train", $"{more.TrimEnd('\n')} # rayquest: ignore {code} ours\n")
            .Lint()
            .Findings.ShouldContain(f => f.Rule.Code == code);
    }

    [Theory]
    [InlineData("profiles: {vision: [\"t*\"]}\n", "profile: tpu\n")]
    [InlineData("profiles: {nlp: [tpu]}\n", "profile: cpu\n")]
    [InlineData("profiles: {nlp: [tpu]}\n", "")]
    [InlineData("priorities: {nlp: [high]}\n", "priority: low\n")]
    [InlineData("priorities: {default: [high]}\n", "priority: high\n")]
    [InlineData("{}\n", "profile: tpu\npriority: high\n")]
    public void What_is_granted_or_the_default_is_taken(string rules, string more)
    {
        LintResult lint = Limited(rules).Small("train", more).Lint();
        lint.Findings.ShouldNotContain(f => f.Severity == Severity.Error, TestRepository.Print(lint.Findings));
    }
}
