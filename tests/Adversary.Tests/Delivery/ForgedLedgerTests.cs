using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.GitHub;
using Rayquest.JobHosts.LedgerBranch;
using Rayquest.JobReport.Ledger;
using Rayquest.JobReport.Status;

namespace Rayquest.Adversary.Tests.Delivery;

/// <summary>The ledger branch can be pushed to by whoever may push branches: what it says is believed only from us.</summary>
[Hole(13)]
public sealed class ForgedLedgerTests
{
    private static JobState Finished =>
        new(JobPhase.Succeeded)
        {
            Uid = "uid-1",
            IsFinal = true,
            RayClusterName = "c",
            Since = new DateTimeOffset(2026, 11, 23, 9, 10, 0, TimeSpan.Zero),
        };

    private static void Forge(LedgerStage stage) =>
        stage.GitHub.Push(
            stage.Mallory,
            "ledger",
            "Note 1 change\n\nRayquest-Ledger: 0123456789abcdef\n",
            new Dictionary<string, string?>
            {
                [JobRecord.PathOf("vision", LedgerStage.Job)] = stage.RecordWith(Finished),
            }
        );

    [Fact]
    public void A_forged_end_archives_no_live_job()
    {
        using LedgerStage stage = new();
        stage.Pass();
        Forge(stage);
        LedgerNotTrustedException fault = Should.Throw<LedgerNotTrustedException>(() => stage.Pass());
        fault.Cause.ShouldContain("pushed, in the name of mallory");
        fault.Remedy.ShouldContain("rayquest ledger rebuild");
        stage.IsOnMain.ShouldBeTrue("the cluster shows the job running");
    }

    [Fact]
    public void The_bots_name_in_a_pushed_commit_is_not_enough()
    {
        using LedgerStage stage = new();
        stage.Pass();
        ObjectId head = stage.GitHub.Git.Resolve("refs/heads/ledger");
        CommitInfo ours = stage.GitHub.Git.ReadCommit(head);
        ObjectId forged = stage.GitHub.Git.WriteCommit(
            stage.GitHub.Git.WriteTree(head, [new TreeEdit("main.json", null)]),
            [head],
            ours.Author,
            ours.Committer,
            ours.Message
        );
        stage.GitHub.Git.UpdateReference("refs/heads/ledger", forged, head);
        Should
            .Throw<LedgerNotTrustedException>(() => stage.Pass())
            .Cause.ShouldContain("signed by nobody GitHub knows");
    }

    [Fact]
    public async Task A_commit_of_ours_for_another_branch_is_no_ledger()
    {
        using LedgerStage stage = new();
        stage.Pass();
        using GitHubClient client = stage.GitHub.Client();
        // As the review renders onto somebody's branch: signed by GitHub, made by us, with whatever lies on that branch.
        ObjectId branch = stage.GitHub.Push(
            stage.Mallory,
            "patch",
            "Mine",
            new Dictionary<string, string?>
            {
                [JobRecord.PathOf("vision", LedgerStage.Job)] = stage.RecordWith(Finished),
            },
            "main"
        );
        CommitOnBranchResult rendered = await client.GraphQL.CreateCommitOnBranch(
            new CommitOnBranch("patch", branch.ToString(), "Render the requests", "", [new FileAddition("x", [])], [])
        );
        ObjectId head = stage.GitHub.Git.Resolve("refs/heads/ledger");
        stage.GitHub.Git.UpdateReference("refs/heads/ledger", ObjectId.Parse(rendered.Oid!), head);
        Should.Throw<LedgerNotTrustedException>(() => stage.Pass()).Cause.ShouldContain("was made for another branch");
        stage.IsOnMain.ShouldBeTrue();
    }

    [Fact]
    public async Task Another_accounts_signed_commit_is_not_ours()
    {
        using LedgerStage stage = new();
        stage.Pass();
        using GitHubClient mallory = stage.GitHub.Client(stage.Mallory);
        ObjectId head = stage.GitHub.Git.Resolve("refs/heads/ledger");
        await mallory.GraphQL.CreateCommitOnBranch(
            new CommitOnBranch(
                "ledger",
                head.ToString(),
                "Note 1 change",
                "Rayquest-Ledger: 0123456789abcdef",
                [new FileAddition("main.json", "{}"u8.ToArray())],
                []
            )
        );
        Should
            .Throw<LedgerNotTrustedException>(() => stage.Pass())
            .Cause.ShouldContain("was made by mallory, not by github-actions[bot]");
    }

    [Fact]
    public void A_forged_end_that_is_believed_archives_nothing_and_is_corrected()
    {
        using LedgerStage stage = new();
        stage.Pass();
        Forge(stage);
        // Taken over by mistake: then the cluster is the last word.
        using (GitHubClient client = stage.GitHub.Client())
        {
            stage.Ledger(client).Restore(adopt: true).ShouldNotBeNull();
        }

        stage.Pass().Commit.ShouldBeNull();
        stage.IsOnMain.ShouldBeTrue("the cluster shows the job running");
        using (GitHubClient client = stage.GitHub.Client())
        {
            stage.Ledger(client).Read().View.Runs.Single().LastState!.Phase.ShouldBe(JobPhase.Running);
        }

        stage.Cluster.RayJob(LedgerStage.Job, LedgerStage.Succeeded, "uid-1");
        stage.Pass().Commit.ShouldNotBeNull("it has really ended now");
        stage.IsOnMain.ShouldBeFalse();
    }

    [Fact]
    public void The_archiver_asks_the_cluster_once_more()
    {
        using LedgerStage stage = new();
        stage.Cluster.RayJob(LedgerStage.Job, LedgerStage.Succeeded, "uid-1");
        // Between the pass that saw its end and the archive, Argo CD has made it again.
        stage.BeforeArchive = () => stage.Cluster.RayJob(LedgerStage.Job, LedgerStage.Running, "uid-2");
        stage.Pass().Commit.ShouldBeNull();
        stage.IsOnMain.ShouldBeTrue();
    }

    [Fact]
    public void What_we_wrote_last_is_put_back()
    {
        using LedgerStage stage = new();
        stage.Pass();
        using GitHubClient client = stage.GitHub.Client();
        LedgerStore store = stage.Ledger(client);
        ObjectId ours = store.Read().Head!;
        string record = System.Text.Encoding.UTF8.GetString(store.Read().Records.Values.Single().Write());
        Forge(stage);
        stage.GitHub.Push(
            stage.Mallory,
            "ledger",
            "More",
            new Dictionary<string, string?> { ["ledger/vision/odd-00000.json"] = record, ["main.json"] = null }
        );
        store.Restore(adopt: false).ShouldBe(ours);
        LedgerSnapshot after = store.Read();
        System.Text.Encoding.UTF8.GetString(after.Records.Values.Single().Write()).ShouldBe(record);
        store.Text(after, "main.json").ShouldNotBeNull();
        stage.Pass();
    }

    [Fact]
    public void A_person_reads_what_an_App_wrote_and_not_what_somebody_pushed()
    {
        using LedgerStage stage = new();
        stage.Pass();
        using GitHubClient client = stage.GitHub.Client(stage.Alice);
        stage.Ledger(client).Read().Records.Count.ShouldBe(1);
        Forge(stage);
        Should.Throw<LedgerNotTrustedException>(() => stage.Ledger(client).Read());
    }
}
