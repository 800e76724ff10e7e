using Rayquest.JobHosts.GitHub;
using Rayquest.JobRehearsal.GitHub;

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

    private static readonly Dictionary<string, Action<ReviewFixture>> Stories = new(StringComparer.Ordinal)
    {
        ["pass"] = fixture => fixture.Ask("resnet", 4),
        ["blocked"] = fixture => fixture.Ask("resnet", 4, "nonsense: 1\n"),
        ["over hard"] = fixture => fixture.Ask("resnet", 40),
        ["needs approval"] = fixture => fixture.Ask("resnet", 12),
        ["approved by a review"] = fixture =>
        {
            fixture.Ask("resnet", 12);
            fixture.GitHub.Review(fixture.Bob, 1, "APPROVED");
        },
        ["approved by a command"] = fixture =>
        {
            fixture.Ask("resnet", 12);
            fixture.GitHub.Comment(fixture.Bob, 1, $"/approve-quota {fixture.Head()}");
        },
        ["hand-written job"] = fixture =>
        {
            fixture.Ask("resnet", 4);
            fixture.Push("resnet", ("jobs/vision/mine.yaml", "kind: Pod\n"));
        },
        ["fork"] = fixture =>
        {
            fixture.GitHub.PushToFork(
                fixture.Mallory,
                "mine",
                "Ask",
                ReviewFixture.Files(("jobs-requests/vision/mine.yaml", ReviewFixture.Request("mine", 1)))
            );
            fixture.GitHub.OpenPull(fixture.Mallory, "mallory:mine", "Mine");
        },
        ["policy beside a request"] = fixture =>
        {
            fixture.Ask("resnet", 4);
            fixture.Push("resnet", ("policies/quotas.yaml", ReviewFixture.Quotas));
        },
    };

    [Theory]
    [MemberData(nameof(Scenarios))]
    public async Task Every_disturbed_conversation_ends_as_the_undisturbed_one(string story)
    {
        List<ReviewFixture> fixtures = [];
        using TemporaryFolder clones = new();
        try
        {
            FaultMatrixResult result = await new FaultMatrix
            {
                Arrange = () =>
                {
                    ReviewFixture fixture = new(open: false);
                    Stories[story](fixture);
                    fixtures.Add(fixture);
                    return fixture.GitHub;
                },
                Act = (github, cancel) => ReviewFixture.Review(github, clones.Child("clones"), 1, cancel: cancel),
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
            fixtures.ForEach(fixture => fixture.DisposeFolder());
        }
    }
}
