using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.GitHub;
using Rayquest.JobHosts.Review;
using Rayquest.JobHosts.Tests.Git;
using Rayquest.JobModel.Policies;
using Rayquest.JobReport.Evaluation;

namespace Rayquest.Adversary.Tests;

/// <summary>
/// A run checks out one commit and fetches the rest as it needs it. What is not here must never read like what doesn't exist: a
/// quota that can't be fetched is no missing quota, and a history that is cut off no unrelated one.
/// </summary>
[Hole(34)]
public sealed class PartialCheckoutTests : IDisposable
{
    private const string Main = "+refs/heads/main:refs/rayquest/base";

    private readonly Stage stage = new();
    private readonly TemporaryFolder folder = new();
    private readonly GitRepository checkout;

    public PartialCheckoutTests()
    {
        ShallowCheckout.Allow(stage.GitHub.Git.GitDirectory);
        checkout = ShallowCheckout.Of(stage.GitHub.Git.GitDirectory, folder.Child("clone"));
    }

    public void Dispose()
    {
        checkout.Dispose();
        folder.Dispose();
        stage.Dispose();
    }

    [Fact]
    public void A_policy_that_cannot_be_fetched_stops_the_run_and_is_not_read_as_none()
    {
        ObjectId newer = Tighten();
        checkout.Complete("origin", Main);
        ShallowCheckout.Git(folder.Child("clone"), "remote", "set-url", "origin", "file:///nowhere");
        Should.Throw<GitException>(() => PolicyLoader.Load(new CommitTree(checkout, newer)));
    }

    [Fact]
    public void A_head_from_behind_the_cut_is_not_evaluated_as_if_it_were_unrelated()
    {
        int pull = stage.Fixture.Ask("train", 2).Number;
        ObjectId head = stage.GitHub.Pull(pull).HeadSha;
        Tighten();
        using GitRepository later = ShallowCheckout.Of(stage.GitHub.Git.GitDirectory, folder.Child("later"));
        ShallowCheckout.Git(folder.Child("later"), "fetch", "--quiet", "--depth=1", "origin", head.ToString());
        Should.Throw<GitException>(() => new ChangeReader(later).Read(stage.Main, head));
    }

    [Fact]
    public async Task The_verdict_is_that_of_a_whole_clone()
    {
        int pull = stage.Fixture.Ask("train", 400).Number;
        Tighten();
        checkout.Complete("origin", Main);
        using GitHubClient client = stage.GitHub.Client();
        ReviewOutcome outcome = await new PullReviewer(
            client,
            checkout,
            new ReviewOptions
            {
                Remote = "origin",
                Page = "https://github.com/acme/ray-jobs",
                Time = stage.GitHub.Clock,
            }
        ).Review(pull);
        outcome.Preview!.Verdict.ShouldBe(Verdict.Blocked);
        outcome.Comment.ToString().ShouldContain("RQ2001");
        (await stage.VerdictOf(pull)).ShouldBe(Verdict.Blocked);
    }

    // A newer policy, of which the checkout has the name only.
    private ObjectId Tighten()
    {
        string quotas = stage.OnMain("policies/quotas.yaml").ShouldNotBeNull();
        stage.GitHub.Push(
            stage.Fixture.Bob,
            "main",
            "Tighten",
            new Dictionary<string, string?> { ["policies/quotas.yaml"] = quotas + "# tightened\n" }
        );
        return stage.Main;
    }
}
