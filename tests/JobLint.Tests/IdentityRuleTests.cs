using System.Text;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Repository;
using Rayquest.JobModel.Requests;

namespace Rayquest.JobLint.Tests;

/// <summary>Rules over names, teams and people: who may, what is known, and which job an edit touches.</summary>
public class IdentityRuleTests
{
    private const string Job = "name: train\nentrypoint: a\n";
    private const string Train = "jobs-requests/vision/train.yaml";

    [Theory]
    [InlineData(
        "RQ1001",
        "jobs-requests/vision/tarin.yaml",
        "train -> tarin",
        "the name is `train`, but the file is `tarin.yaml`; write `tarin`, or rename the file"
    )]
    [InlineData("RQ1001", "jobs-requests/vision/9x.yaml", "train", "rename the file to `train.yaml`")]
    [InlineData(
        "RQ1001",
        "jobs-requests/vision/a23456789-123456789-123456789-123456789-1.yaml",
        "train -> a23456789-123456789-123456789-123456789-1",
        ""
    )]
    [InlineData("RQ1001", "jobs-requests/vision/a23456789-123456789-123456789-123456789-12.yaml", "train", "")]
    [InlineData("RQ1001", Train, "", "")]
    [InlineData("RQ1003", "jobs-requests/Vision/train.yaml", "train", "the folder `Vision` can't be a team")]
    [InlineData("RQ1003", "jobs-requests/nobody/train.yaml", "", "")]
    [InlineData("RQ1004", "jobs-requests/visoin/train.yaml", "train", "has no team visoin; did you mean `vision`?")]
    [InlineData("RQ1004", "jobs-requests/Vision/train.yaml", "", "")]
    [InlineData("RQ1004", Train, "", "")]
    public void A_file_says_its_name_and_team(string code, string path, string expected, string said)
    {
        MemoryTree tree = Repository.Tree((path, Job));
        Pointed.At(code, tree).ShouldBe(expected);
        Pointed.Said(code, tree).ShouldContain(said);
    }

    [Theory]
    [InlineData("RQ1006", "owner: alcie", "alcie -> alice")]
    [InlineData("RQ1006", "owner: ALICE", "")]
    [InlineData("RQ1006", "owner: dana", "")]
    [InlineData("RQ1006", "timeout: 1h", "")]
    [InlineData("RQ1008", "profile: gup", "gup -> gpu")]
    [InlineData("RQ1008", "profile: gpu", "")]
    [InlineData("RQ1008", "timeout: 1h", "")]
    [InlineData("RQ1009", "priority: hihg", "hihg -> high")]
    [InlineData("RQ1009", "priority: high", "")]
    [InlineData("RQ1009", "timeout: 1h", "")]
    [InlineData("RQ1010", "cluster: shared-dve", "shared-dve -> shared-dev")]
    [InlineData("RQ1010", "cluster: shared-dev", "")]
    [InlineData("RQ1010", "timeout: 1h", "")]
    public void A_word_is_known_or_mended(string code, string rest, string expected) =>
        Pointed.At(code, Job + rest + "\n").ShouldBe(expected);

    [Theory]
    [InlineData("teams: {vision: {members: [alice], approvers: [bob]}}", "alice", "")]
    [InlineData("teams: {vision: {members: [alice], approvers: [bob]}}", "Bob", "")]
    [InlineData(
        "teams: {vision: {members: [alice], approvers: [bob]}}",
        "carol",
        "carol is not a member of team vision"
    )]
    [InlineData("approvers: [carol]\nteams: {vision: {members: [alice]}}", "carol", "")]
    [InlineData("teams: {vision: {approvers: [bob]}}", "carol", "")]
    [InlineData("teams: {nlp: {members: [alice]}}", "carol", "")]
    public void Members_and_approvers_belong_to_a_team(string quotas, string login, string said)
    {
        LintedBy("RQ1007", Job, login).ShouldBe(said);
        LintedBy("RQ1006", Job + $"owner: {login}\n", null).ShouldBe(said);

        string LintedBy(string code, string request, string? author) =>
            Repository
                .Lint(Repository.Tree(("policies/quotas.yaml", quotas + "\n"), (Train, request)), author, code)
                .Findings.Where(f => f.Rule.Code == code)
                .Select(f => f.Message[..Math.Min(f.Message.Length, "carol is not a member of team vision".Length)])
                .SingleOrDefault("");
    }

    [Theory]
    [InlineData("naming: {vision: \"t.*\"}", "")]
    [InlineData("naming: {vision: \"x.*\"}", "train")]
    [InlineData("naming: {vision: \"x.*\", default: \"t.*\"}", "train")]
    [InlineData("naming: {default: \"x.*\"}", "train")]
    [InlineData("naming: {default: \"tra|x\"}", "train")]
    [InlineData("naming: {nlp: \"x.*\"}", "")]
    [InlineData("naming: {vision: \"(\"}", "")]
    [InlineData("naming: {vision: \"(?=x)x\"}", "")]
    [InlineData("naming: {}", "")]
    public void A_name_follows_the_pattern_of_its_team_as_a_whole(string rules, string expected)
    {
        MemoryTree tree = Repository.Tree(("policies/rules.yaml", rules + "\n"), (Train, Job));
        Pointed.At("RQ1002", tree).ShouldBe(expected);
        foreach (Finding finding in Repository.Lint(tree, only: "RQ1002").Findings.Where(f => f.Rule.Code == "RQ1002"))
        {
            finding.Related.ShouldHaveSingleItem().Span.Source.Path.ShouldBe("policies/rules.yaml");
        }
    }

    [Fact]
    public void A_request_without_a_name_follows_no_pattern()
    {
        Pointed.At("RQ1002", "entrypoint: a\n").ShouldBeEmpty();
        Pointed.At("RQ1001", "entrypoint: a\n").ShouldBeEmpty();
    }

    [Theory]
    [InlineData("namespace: one", "train")]
    [InlineData("namespace: \"ns-{team}\"", "")]
    public void Two_requests_become_one_job_in_one_namespace(string platform, string expected)
    {
        MemoryTree tree = Repository.Tree(
            ("policies/platform.yaml", platform + "\ndefaults: {image: ray}\n"),
            ("jobs-requests/nlp/train.yaml", Job),
            ("jobs-requests/nlp/other.yaml", "name: other\nentrypoint: a\n"),
            (Train, Job),
            ("jobs-requests/vision/unplanned.yaml", "name: [x]\n")
        );
        Pointed.At("RQ1005", tree).ShouldBe(expected);
        Repository
            .Lint(tree, only: "RQ1005")
            .Findings.Where(f => f.Rule.Code == "RQ1005")
            .SelectMany(f => f.Related)
            .ShouldAllBe(r => r.Span.Source.Path == "jobs-requests/nlp/train.yaml");
    }

    [Fact]
    public void A_sweep_that_becomes_the_same_jobs_is_told_once()
    {
        const string sweep = "name: train\nentrypoint: a ${sweep.a}\nsweep: {a: [1, 2]}\n";
        MemoryTree tree = Repository.Tree(
            ("policies/platform.yaml", "namespace: one\ndefaults: {image: ray}\n"),
            ("jobs-requests/nlp/train.yaml", sweep),
            (Train, sweep)
        );
        Pointed.At("RQ1005", tree).ShouldBe("train");
    }

    [Theory]
    [InlineData(
        "jobs-requests/nlp/train.yaml",
        Train,
        "this moves `jobs-requests/nlp/train.yaml` from team nlp to team vision"
    )]
    [InlineData("jobs-requests/nlp/other.yaml", Train, "")]
    [InlineData("jobs-requests/vision/old/train.yaml", Train, "")]
    [InlineData("jobs-requests/nlp/train.py", Train, "")]
    public void A_request_that_goes_and_comes_again_was_moved(string from, string to, string said)
    {
        MemoryTree before = Repository.Tree((from, Job));
        MemoryTree after = Repository.Tree((to, Job));
        Moved(before, after).Split(':')[0].ShouldBe(said);
        // What stays, or was there before, was not moved.
        Moved(before, Repository.Tree((from, Job), (to, Job))).ShouldBeEmpty();
        Moved(before, Repository.Tree((from, Job + "# edited\n"), (to, Job))).ShouldBeEmpty();
        Moved(Repository.Tree((from, Job), (to, Job + "# old\n")), after).ShouldBeEmpty();
        Pointed.At("RQ1012", after).ShouldBeEmpty();

        static string Moved(MemoryTree before, MemoryTree after) =>
            string.Join(
                '\n',
                Repository
                    .LintChange(before, after, only: "RQ1012")
                    .Findings.Where(f => f.Rule.Code == "RQ1012")
                    .Select(f => f.Message)
            );
    }

    [Theory]
    [InlineData(1, "this stops job-1 and starts train-")]
    [InlineData(2, "this stops job-1 and job-2 and starts train-")]
    [InlineData(5, "this stops job-1, job-2, job-3, job-4 and job-5 and starts train-")]
    [InlineData(6, "this stops job-1, job-2, job-3, job-4 and job-5 and 1 more and starts train-")]
    [InlineData(7, "this stops job-1, job-2, job-3, job-4 and job-5 and 2 more and starts train-")]
    public void An_edit_says_which_jobs_it_stops(int jobs, string said) =>
        Pointed.Said("RQ1011", Live(Job, "ab12", jobs)).ShouldStartWith(said);

    [Fact]
    public void An_edit_says_how_many_jobs_it_starts() =>
        Pointed
            .Said("RQ1011", Live("name: train\nentrypoint: a ${sweep.a}\nsweep: {a: [1, 2]}\n", "ab12", 1))
            .ShouldStartWith("this stops job-1 and starts 2 jobs;");

    [Fact]
    public void A_request_that_runs_as_it_is_or_that_cannot_be_planned_stops_nothing()
    {
        MemoryTree tree = Repository.Tree((Train, Job));
        PolicySet policies = PolicyLoader.Load(tree).Policies;
        string digest = JobPlanner
            .Plan(RequestDocument.Read(Train, Encoding.UTF8.GetBytes(Job)), policies, tree)
            .ShouldNotBeNull()
            .Digest;
        Pointed.Said("RQ1011", Live(Job, digest, 1)).ShouldBeEmpty();
        Pointed.Said("RQ1011", Live("name: [x]\n", "ab12", 1)).ShouldBeEmpty();
        Pointed.Said("RQ1011", tree).ShouldBeEmpty();
    }

    private static MemoryTree Live(string request, string digest, int jobs)
    {
        const string body = "kind: RayJob\n";
        string names = string.Join(
            ", ",
            Enumerable.Range(1, jobs).Select(i => $"{{\"name\":\"job-{i}\",\"timeout\":3600}}")
        );
        return Repository.Tree(
            (Train, request),
            (
                "jobs/vision/train.yaml",
                $"# Rendered by Rayquest from {Train}; do not edit this file, edit the request.\n"
                    + $"# rayquest: {{\"schema\":1,\"request\":\"{digest}\",\"content\":\"{JobHeader.Digest(Encoding.UTF8.GetBytes(body))}\",\"jobs\":[{names}],\"holds\":{{\"gpus\":{{}},\"cpu\":\"1\",\"memory\":\"1Gi\",\"maxCost\":1}}}}\n"
                    + body
            )
        );
    }
}
