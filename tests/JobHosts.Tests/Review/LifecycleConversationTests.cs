using Rayquest.JobHosts.GitHub;
using Rayquest.JobRehearsal.GitHub;

namespace Rayquest.JobHosts.Tests.Review;

/// <summary>
/// Commands on merged pull requests under every fault at every call, killed after every call and started again, and with
/// another run in between any two calls: always one pull request, or one commit, and one answer.
/// </summary>
public sealed class LifecycleConversationTests(ITestOutputHelper output)
{
    private static readonly bool IsFull = Environment.GetEnvironmentVariable("RAYQUEST_FULL_MATRIX") == "1";

    public static TheoryData<string> Scenarios =>
        IsFull ? [.. Stories.Keys] : ["stop", "stop by a commit", "rerun refused"];

    private static readonly Dictionary<string, (string Platform, Action<ReviewFixture> Say)> Stories = new(
        StringComparer.Ordinal
    )
    {
        ["stop"] = ("", fixture => fixture.GitHub.Comment(fixture.Alice, 1, "/stop")),
        ["rerun"] = ("", fixture => fixture.GitHub.Comment(fixture.Alice, 1, "/rerun")),
        ["stop by a commit"] = (
            "lifecycle: {stop: commit}",
            fixture => fixture.GitHub.Comment(fixture.Alice, 1, "/stop resnet")
        ),
        ["rerun by a commit"] = (
            "lifecycle: {rerun: commit}",
            fixture =>
            {
                fixture.GitHub.Push(
                    fixture.GitHub.Bot,
                    "main",
                    $"Archive\n\n{JobHosts.Git.CommitTrailers.Archive}\n",
                    ReviewFixture.Files((LifecycleFixture.Resnet, null), ("jobs/vision/resnet.yaml", null))
                );
                fixture.GitHub.Comment(fixture.Alice, 1, "/rerun");
            }
        ),
        ["stop, and stop again"] = (
            "",
            fixture =>
            {
                fixture.GitHub.Comment(fixture.Alice, 1, "/stop");
                fixture.GitHub.Comment(fixture.Bob, 1, "/stop");
            }
        ),
        ["rerun refused"] = ("", fixture => fixture.GitHub.Comment(fixture.Mallory, 1, "/rerun")),
    };

    [Fact]
    public async Task Every_disturbed_confirmation_ends_as_the_undisturbed_one()
    {
        List<ReviewFixture> fixtures = [];
        Dictionary<EmulatedGitHub, JobReport.Ledger.LedgerView> ledgers = [];
        using TemporaryFolder clones = new();
        try
        {
            FaultMatrixResult result = await new FaultMatrix
            {
                Arrange = () =>
                {
                    ReviewFixture fixture = LifecycleFixture.Merged().GetAwaiter().GetResult();
                    fixtures.Add(fixture);
                    ledgers[fixture.GitHub] = LifecycleFixture.Ledger(
                        fixture.GitHub,
                        JobReport.Status.JobPhase.Running
                    );
                    fixture.GitHub.Push(
                        fixture.Alice,
                        "away",
                        "Take it away",
                        ReviewFixture.Files((LifecycleFixture.Resnet, null)),
                        "main"
                    );
                    fixture.GitHub.OpenPull(fixture.Alice, "away", "Away");
                    fixture.GitHub.Comment(fixture.Alice, 2, $"/confirm-stop {fixture.Head(2)}");
                    return fixture.GitHub;
                },
                Act = (github, cancel) =>
                    ReviewFixture.Review(github, clones.Child("clones"), 2, ledgers[github], cancel: cancel),
                MayRunAgain = fault => fault is GitHubUnavailable,
                Kinds = IsFull ? Enum.GetValues<FaultKind>() : [],
            }.Run();
            output.WriteLine(
                $"{result.Calls} calls, {result.Tried} conversations, {result.Divergences.Count} ended otherwise"
            );
            result.Divergences.Select(d => $"{d.What}: {d.Difference}").Take(3).ShouldBeEmpty();
        }
        finally
        {
            fixtures.ForEach(fixture => fixture.DisposeFolder());
        }
    }

    [Theory]
    [MemberData(nameof(Scenarios))]
    public async Task Every_disturbed_command_ends_as_the_undisturbed_one(string story)
    {
        List<ReviewFixture> fixtures = [];
        using TemporaryFolder clones = new();
        try
        {
            FaultMatrixResult result = await new FaultMatrix
            {
                Arrange = () =>
                {
                    ReviewFixture fixture = LifecycleFixture.Merged(Stories[story].Platform).GetAwaiter().GetResult();
                    Stories[story].Say(fixture);
                    fixtures.Add(fixture);
                    return fixture.GitHub;
                },
                Act = (github, cancel) => LifecycleFixture.Follow(github, clones.Child("clones"), cancel: cancel),
                MayRunAgain = fault => fault is GitHubUnavailable,
                Kinds = IsFull ? Enum.GetValues<FaultKind>() : [FaultKind.ConnectionReset],
                TwoAtOnce = true,
            }.Run();
            output.WriteLine(
                $"{story}: {result.Calls} calls, {result.Tried} conversations, {result.Divergences.Count} ended otherwise"
            );
            result.Divergences.Select(d => $"{d.What}: {d.Difference}").Take(3).ShouldBeEmpty();
        }
        finally
        {
            fixtures.ForEach(fixture => fixture.DisposeFolder());
        }
    }
}
