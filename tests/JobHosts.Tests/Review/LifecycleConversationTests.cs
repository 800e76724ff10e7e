using Rayquest.JobHosts.GitHub;
using Rayquest.Rehearsal.GitHub;

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

    private static readonly Dictionary<string, (string Platform, Action<ReviewDesk> Say)> Stories = new(
        StringComparer.Ordinal
    )
    {
        ["stop"] = ("", desk => desk.GitHub.Comment(desk.Alice, 1, "/stop")),
        ["rerun"] = ("", desk => desk.GitHub.Comment(desk.Alice, 1, "/rerun")),
        ["stop by a commit"] = (
            "lifecycle: {stop: commit}",
            desk => desk.GitHub.Comment(desk.Alice, 1, "/stop resnet")
        ),
        ["rerun by a commit"] = (
            "lifecycle: {rerun: commit}",
            desk =>
            {
                desk.GitHub.Push(
                    desk.GitHub.Bot,
                    "main",
                    $"Archive\n\n{JobHosts.StatusSync.MainHistory.ArchiveTrailer}\n",
                    ReviewDesk.Files((LifecycleDesk.Resnet, null), ("jobs/vision/resnet.yaml", null))
                );
                desk.GitHub.Comment(desk.Alice, 1, "/rerun");
            }
        ),
        ["stop, and stop again"] = (
            "",
            desk =>
            {
                desk.GitHub.Comment(desk.Alice, 1, "/stop");
                desk.GitHub.Comment(desk.Bob, 1, "/stop");
            }
        ),
        ["rerun refused"] = ("", desk => desk.GitHub.Comment(desk.Mallory, 1, "/rerun")),
    };

    [Fact]
    public async Task Every_disturbed_confirmation_ends_as_the_undisturbed_one()
    {
        List<ReviewDesk> desks = [];
        Dictionary<EmulatedGitHub, JobReport.Ledger.LedgerView> ledgers = [];
        using TemporaryFolder clones = new();
        try
        {
            FaultMatrixResult result = await new FaultMatrix
            {
                Arrange = () =>
                {
                    ReviewDesk desk = LifecycleDesk.Merged().GetAwaiter().GetResult();
                    desks.Add(desk);
                    ledgers[desk.GitHub] = LifecycleDesk.Ledger(desk.GitHub, JobReport.Status.JobPhase.Running);
                    desk.GitHub.Push(
                        desk.Alice,
                        "away",
                        "Take it away",
                        ReviewDesk.Files((LifecycleDesk.Resnet, null)),
                        "main"
                    );
                    desk.GitHub.OpenPull(desk.Alice, "away", "Away");
                    desk.GitHub.Comment(desk.Alice, 2, $"/confirm-stop {desk.Head(2)}");
                    return desk.GitHub;
                },
                Act = (github, cancel) =>
                    ReviewDesk.Review(github, clones.Child("clones"), 2, ledgers[github], cancel: cancel),
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
            desks.ForEach(desk => desk.DisposeFolder());
        }
    }

    [Theory]
    [MemberData(nameof(Scenarios))]
    public async Task Every_disturbed_command_ends_as_the_undisturbed_one(string story)
    {
        List<ReviewDesk> desks = [];
        using TemporaryFolder clones = new();
        try
        {
            FaultMatrixResult result = await new FaultMatrix
            {
                Arrange = () =>
                {
                    ReviewDesk desk = LifecycleDesk.Merged(Stories[story].Platform).GetAwaiter().GetResult();
                    Stories[story].Say(desk);
                    desks.Add(desk);
                    return desk.GitHub;
                },
                Act = (github, cancel) => LifecycleDesk.Follow(github, clones.Child("clones"), cancel: cancel),
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
            desks.ForEach(desk => desk.DisposeFolder());
        }
    }
}
