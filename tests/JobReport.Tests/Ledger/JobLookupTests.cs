using Rayquest.JobReport.Ledger;
using Rayquest.JobReport.Status;

namespace Rayquest.JobReport.Tests.Ledger;

public sealed class JobLookupTests
{
    private static JobRecord Asked(string team, string request, string name, bool ended = false)
    {
        var record = new JobRecord(
            team,
            name,
            "RayJob",
            $"ray-{team}",
            [
                new MergedFacts
                {
                    Pull = 1,
                    Author = "alice",
                    Request = $"jobs-requests/{team}/{request}.yaml",
                    Sha = "sha",
                }.ToEvent(LedgerTests.T0.AddMinutes(name[^1] - '0')),
            ]
        );
        return ended
            ? LedgerTests.Then(
                record,
                new JobState(JobPhase.Succeeded) { Since = LedgerTests.T0.AddHours(1), IsFinal = true },
                LedgerTests.T0.AddHours(2)
            )
            : record;
    }

    private static readonly LedgerView View = new([
        Asked("vision", "resnet", "resnet-00001", ended: true),
        Asked("vision", "resnet", "resnet-00002"),
        Asked("nlp", "resnet", "resnet-00003"),
        Asked("nlp", "bert", "bert-00001", ended: true),
        Asked("nlp", "bert", "bert-00002", ended: true),
        Asked("nlp", "sweep", "sweep-0-00001"),
        Asked("nlp", "sweep", "sweep-1-00002"),
    ]);

    [Theory]
    [InlineData("resnet-00001", "vision/resnet-00001")]
    [InlineData("vision/resnet", "vision/resnet-00002")]
    [InlineData("ray-vision/resnet-00002", "vision/resnet-00002")]
    [InlineData("resnet", "nlp/resnet-00003 vision/resnet-00002")]
    [InlineData("bert", "nlp/bert-00002")]
    [InlineData("sweep", "nlp/sweep-0-00001 nlp/sweep-1-00002")]
    [InlineData("text/resnet", "")]
    [InlineData("resne", "")]
    public void A_name_means_the_live_job_or_the_last_one(string asked, string found) =>
        string.Join(' ', JobLookup.Find(View, asked).Select(JobLookup.FullName)).ShouldBe(found);

    [Fact]
    public void Every_name_that_would_find_something_may_be_suggested() =>
        JobLookup
            .Names(View)
            .ShouldBe(
                [
                    "resnet",
                    "resnet-00003",
                    "sweep",
                    "sweep-0-00001",
                    "sweep-1-00002",
                    "resnet-00002",
                    "bert",
                    "bert-00001",
                    "bert-00002",
                    "resnet-00001",
                ],
                ignoreOrder: true
            );
}
