using Rayquest.JobModel.Plans;
using Rayquest.JobReport.Evaluation;

namespace Rayquest.Adversary.Tests.Rules;

/// <summary>Another request with the digits of a live one is found within a minute: it must not get its name.</summary>
[Hole(6)]
public sealed class TakenNamesTests
{
    private static readonly Lazy<(string First, string Second)> Twins = new(Find);

    [Fact]
    public void A_request_with_the_digits_of_a_live_one_gets_another_name()
    {
        (string first, string second) = Twins.Value;
        TestRepository before = new TestRepository().Put("jobs-requests/vision/big.yaml", first).Merged();
        TestRepository after = before.Branch().Put("jobs-requests/vision/big.yaml", second);
        string live = before.Header("big").Jobs.Single().Name;
        after.Plan("jobs-requests/vision/big.yaml").Jobs.Single().ObjectName.ShouldBe(live, "the digits are the same");

        ChangeEvaluation preview = after.PreviewSince(before);
        JobChange job = preview.Jobs.ShouldHaveSingleItem();
        job.Action.ShouldBe(JobAction.Replace);
        job.Replaces.ShouldBe(live);
        job.Name.ShouldNotBe(live);
        JobHeader.Read(preview.RenderChanges.Single().Bytes!.Value, out _)!.Jobs.Single().Name.ShouldBe(job.Name);
        after.PreviewSince(before).Jobs.Single().Name.ShouldBe(job.Name, "the same for the same base and request");
    }

    [Fact]
    public void The_code_of_a_live_job_is_not_replaced_either()
    {
        (string first, string second) = Twins.Value;
        TestRepository before = new TestRepository()
            .Put("jobs-requests/vision/a.py", "print()\n")
            .Put("jobs-requests/vision/big.yaml", first)
            .Merged();
        TestRepository after = before.Branch().Put("jobs-requests/vision/big.yaml", second);
        JobPlan plan = after.PreviewSince(before).Jobs.Single().Plan!;
        plan.CodeName.ShouldBe(plan.ObjectName);
    }

    [Fact]
    public void The_name_stays_when_what_stood_in_its_way_is_gone()
    {
        (string first, string second) = Twins.Value;
        TestRepository before = new TestRepository().Put("jobs-requests/vision/big.yaml", first).Merged();
        ChangeEvaluation change = before.Branch().Put("jobs-requests/vision/big.yaml", second).PreviewSince(before);
        TestRepository merged = before
            .Branch()
            .Put("jobs-requests/vision/big.yaml", second)
            .Put("jobs/vision/big.yaml", change.RenderChanges.Single().Bytes!.Value.ToArray());
        TestRepository edited = merged
            .Branch()
            .Put("jobs-requests/vision/big.yaml", second + "description: the same thing\n");
        JobChange again = edited.PreviewSince(merged).Jobs.Single();
        again.Action.ShouldBe(JobAction.Unchanged);
        again.Name.ShouldBe(change.Jobs.Single().Name);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_name_that_the_ledger_has_is_taken_though_nothing_is_live_of_it(bool isDigestKnown)
    {
        (string first, string second) = Twins.Value;
        TestRepository before = new();
        RequestPlan gone = before
            .Branch()
            .Put("jobs-requests/vision/big.yaml", first)
            .Plan("jobs-requests/vision/big.yaml");
        Recorded ledger = new()
        {
            Names = { [("vision", gone.Jobs[0].ObjectName)] = isDigestKnown ? gone.Digest : "" },
        };
        TestRepository other = before.Branch().Put("jobs-requests/vision/big.yaml", second);
        other.PreviewSince(before).Jobs.Single().Name.ShouldBe(gone.Jobs[0].ObjectName);
        other.PreviewSince(before, recorded: ledger).Jobs.Single().Name.ShouldNotBe(gone.Jobs[0].ObjectName);
        before
            .Branch()
            .Put("jobs-requests/vision/big.yaml", first)
            .PreviewSince(before, recorded: ledger)
            .Jobs.Single()
            .Name.Equals(gone.Jobs[0].ObjectName, StringComparison.Ordinal)
            .ShouldBe(isDigestKnown, "the same request may have its name again");
    }

    [Fact]
    public void A_team_that_shares_the_namespace_does_not_give_its_name_away()
    {
        (string first, string second) = Twins.Value;
        TestRepository before = new TestRepository();
        before
            .Put("policies/platform.yaml", "namespace: ray-jobs\n" + before.Text("policies/platform.yaml"))
            .Put(
                "policies/quotas.yaml",
                before.Text("policies/quotas.yaml") + "  nlp:\n    members: [erin]\n    approvers: [bob]\n"
            )
            .Put("jobs-requests/vision/big.yaml", first)
            .Merged();
        TestRepository after = before.Branch().Put("jobs-requests/nlp/big.yaml", second);
        after
            .PreviewSince(before, author: "erin")
            .Jobs.Single()
            .Name.ShouldNotBe(before.Header("big").Jobs.Single().Name);
    }

    [Fact]
    public void What_would_get_a_taken_name_all_the_same_is_an_error()
    {
        TestRepository before = new();
        TestRepository after = before.Branch().Put("jobs-requests/vision/big.yaml", Twins.Value.First);
        ChangeEvaluation preview = after.PreviewSince(before, recorded: new Everything());
        preview.Verdict.ShouldBe(Verdict.Blocked);
        preview.Findings.ShouldContain(f => f.Rule.Code == "RQ5095", TestRepository.Print(preview.Findings));
    }

    // Of a thousand requests two have the same five digits; of one's own choice it takes a million.
    private static (string First, string Second) Find()
    {
        Dictionary<string, string> seen = new(StringComparer.Ordinal);
        for (int nonce = 0; ; nonce++)
        {
            string text =
                $"name: big\nentrypoint: python train.py\nworkers: {{replicas: 1, cpu: 1, memory: 4Gi}}\nenv: {{NONCE: n{nonce}}}\n";
            string path = "jobs-requests/vision/big.yaml";
            string name = new TestRepository().Put(path, text).Plan(path).Jobs[0].ObjectName;
            if (!seen.TryAdd(name, text))
            {
                return (seen[name], text);
            }
        }
    }

    private sealed class Recorded : IRecordedNames
    {
        public Dictionary<(string Team, string Name), string> Names { get; } = [];

        public string? DigestOf(string team, string name) => Names.GetValueOrDefault((team, name));
    }

    private sealed class Everything : IRecordedNames
    {
        public string? DigestOf(string team, string name) => "";
    }
}
