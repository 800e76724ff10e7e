using Rayquest.JobHosts.GitHub;
using Rayquest.Rehearsal.GitHub;

namespace Rayquest.JobHosts.Tests.Review;

/// <summary>
/// The same review under every fault at every call, and killed after every call and started again: it must always end
/// with one comment, one check run for each commit, one rendering, and the right labels.
/// </summary>
public sealed class ReviewConversationTests(ITestOutputHelper output)
{
    // The whole matrix (nine stories, seven faults, before and after their effect) takes a quarter of an hour; the everyday
    // one keeps the stories with the most writes, kills after every call, and the fault that leaves a writer most in doubt.
    private static readonly bool IsFull = Environment.GetEnvironmentVariable("RAYQUEST_FULL_MATRIX") == "1";

    public static TheoryData<string> Scenarios =>
        IsFull ? [.. Stories.Keys] : ["pass", "blocked", "approved by a command"];

    private static readonly Dictionary<string, Action<ReviewDesk>> Stories = new(StringComparer.Ordinal)
    {
        ["pass"] = desk => desk.Ask("resnet", 4),
        ["blocked"] = desk => desk.Ask("resnet", 4, "nonsense: 1\n"),
        ["over hard"] = desk => desk.Ask("resnet", 40),
        ["needs approval"] = desk => desk.Ask("resnet", 12),
        ["approved by a review"] = desk =>
        {
            desk.Ask("resnet", 12);
            desk.GitHub.Review(desk.Bob, 1, "APPROVED");
        },
        ["approved by a command"] = desk =>
        {
            desk.Ask("resnet", 12);
            desk.GitHub.Comment(desk.Bob, 1, $"/approve-quota {desk.Head()}");
        },
        ["hand-written job"] = desk =>
        {
            desk.Ask("resnet", 4);
            desk.Push("resnet", ("jobs/vision/mine.yaml", "kind: Pod\n"));
        },
        ["fork"] = desk =>
        {
            desk.GitHub.PushToFork(
                desk.Mallory,
                "mine",
                "Ask",
                ReviewDesk.Files(("jobs-requests/vision/mine.yaml", ReviewDesk.Request("mine", 1)))
            );
            desk.GitHub.OpenPull(desk.Mallory, "mallory:mine", "Mine");
        },
        ["policy beside a request"] = desk =>
        {
            desk.Ask("resnet", 4);
            desk.Push("resnet", ("policies/quotas.yaml", ReviewDesk.Quotas));
        },
    };

    [Theory]
    [MemberData(nameof(Scenarios))]
    public async Task Every_disturbed_conversation_ends_as_the_undisturbed_one(string story)
    {
        List<ReviewDesk> desks = [];
        using TemporaryFolder clones = new();
        try
        {
            FaultMatrixResult result = await new FaultMatrix
            {
                Arrange = () =>
                {
                    ReviewDesk desk = new(open: false);
                    Stories[story](desk);
                    desks.Add(desk);
                    return desk.GitHub;
                },
                Act = (github, cancel) => ReviewDesk.Review(github, clones.Child("clones"), 1, cancel: cancel),
                MayRunAgain = fault => fault is GitHubUnavailable,
                TwoAtOnce = true,
                Kinds = IsFull ? Enum.GetValues<FaultKind>() : [FaultKind.ConnectionReset],
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
