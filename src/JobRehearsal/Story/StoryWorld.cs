using System.Globalization;
using Rayquest.JobHosts.Authorship;
using Rayquest.JobHosts.Cluster;
using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.LedgerBranch;
using Rayquest.JobHosts.Review;
using Rayquest.JobHosts.StatusSync;
using Rayquest.JobModel.Repository;
using Rayquest.JobRehearsal.Cluster;
using Rayquest.JobRehearsal.GitHub;
using Rayquest.JobReport.Ledger;
using Rayquest.JobReport.Status;

namespace Rayquest.JobRehearsal.Story;

/// <summary>
/// Where a story takes place: GitHub and the cluster, emulated on loopback; Git, kubectl and everything of ours, real; and a clock
/// that is played. Alice asks, Bob approves.
/// </summary>
internal sealed class StoryWorld : IDisposable
{
    /// <summary>The namespace of the team.</summary>
    public const string Namespace = "ray-vision";
    private readonly GitRepository clone;
    private readonly JobHosts.GitHub.GitHubClient writer;
    private readonly GitRepository ledgerObjects;
    private HashSet<(ClusterResource Kind, string Name)> applied = [];
    private readonly bool isVolcano;

    /// <param name="folder">An empty folder; the world leaves its repositories there.</param>
    /// <param name="program">The kubectl to use.</param>
    /// <param name="start">When it begins.</param>
    /// <param name="isVolcano">Whether requests become Volcano Jobs there.</param>
    public StoryWorld(string folder, string program, DateTimeOffset? start = null, bool isVolcano = false)
    {
        this.isVolcano = isVolcano;
        Directory.CreateDirectory(folder);
        Clock = new RehearsalClock(start);
        GitHub = EmulatedGitHub.Start(Path.Combine(folder, "origin.git"), new EmulatedGitHubOptions { Clock = Clock });
        Cluster = new EmulatedCluster(Clock);
        Operator = new EmulatedOperator(Cluster, Clock);
        Alice = GitHub.AddUser("alice");
        Bob = GitHub.AddUser("bob");
        clone = GitRepository.InitBare(Path.Combine(folder, "clone.git"));
        var kubeconfig = Path.Combine(folder, "kubeconfig");
        File.WriteAllText(kubeconfig, Cluster.Kubeconfig);
        Kubectl = new KubectlCluster(
            new KubectlOptions
            {
                Program = program,
                Kubeconfig = kubeconfig,
                CacheDirectory = Path.Combine(folder, "cache"),
            }
        );
        writer = GitHub.Client();
        var options = new LedgerStoreOptions { Remote = GitHub.Git.GitDirectory, Time = Clock };
        ledgerObjects = GitRepository.InitBare(Path.Combine(folder, "ledger.git"));
        Ledger = new LedgerStore(
            ledgerObjects,
            options,
            new GitHubLedgerBranch(writer, ledgerObjects, options, new LedgerAuthors(writer, []))
        );
    }

    public RehearsalClock Clock { get; }

    public EmulatedGitHub GitHub { get; }

    public EmulatedCluster Cluster { get; }

    public EmulatedOperator Operator { get; }

    public KubectlCluster Kubectl { get; }

    public LedgerStore Ledger { get; }

    public EmulatedUser Alice { get; }

    public EmulatedUser Bob { get; }

    /// <summary>Puts the policies on main, and makes the team's namespace.</summary>
    public void Begin(string platform, string quotas)
    {
        Cluster.AddNamespace(Namespace);
        GitHub.Push(
            Alice,
            "main",
            "Begin",
            new Dictionary<string, string?>
            {
                ["policies/platform.yaml"] = platform,
                ["policies/quotas.yaml"] = quotas,
                ["policies/images.yaml"] = "allowed: [{pattern: \"rayproject/*\"}]\n",
            }
        );
    }

    /// <summary>Alice opens a pull request for a request; its number.</summary>
    public int Ask(string branch, string title, string name, string request)
    {
        Push(branch, title, name, request, "main");
        return GitHub.OpenPull(Alice, branch, title).Number;
    }

    /// <summary>She pushes to its branch.</summary>
    public void Push(string branch, string message, string name, string request, string? from = null) =>
        GitHub.Push(
            Alice,
            branch,
            message,
            new Dictionary<string, string?> { [$"jobs-requests/vision/{name}.yaml"] = request },
            from
        );

    public void Dispose()
    {
        clone.Dispose();
        ledgerObjects.Dispose();
        writer.Dispose();
        GitHub.Dispose();
        Cluster.Dispose();
    }

    /// <summary>One evaluation of a pull request.</summary>
    public async Task<ReviewOutcome> Review(int pull, CancellationToken cancel)
    {
        Clock.Advance(TimeSpan.FromMinutes(1));
        using var client = GitHub.Client();
        return await new PullReviewer(
            client,
            clone,
            new ReviewOptions
            {
                Remote = GitHub.Git.GitDirectory,
                Time = Clock,
                Ledger = Ledger.Read().View,
            }
        ).Review(pull, cancel);
    }

    /// <summary>Alice comments on a merged pull request; the number of the pull request the command became.</summary>
    public async Task<int> Command(int pull, string text, CancellationToken cancel)
    {
        Clock.Advance(TimeSpan.FromMinutes(1));
        GitHub.Comment(Alice, pull, text);
        using var client = GitHub.Client();
        var outcome = await new LifecycleCommands(
            client,
            clone,
            new ReviewOptions
            {
                Remote = GitHub.Git.GitDirectory,
                Time = Clock,
                Ledger = Ledger.Read().View,
            }
        ).Handle(pull, cancel);
        return outcome.Replies.Single().Pull;
    }

    /// <summary>Merges, lets the merge be looked at, and notes it; the name of the object that came with it.</summary>
    public async Task<string?> Merge(int pull, CancellationToken cancel)
    {
        var before = GitHub.Git.Resolve("refs/heads/main").ToString();
        GitHub.Merge(Alice, pull);
        using var client = GitHub.Client();
        await new MergedReview(client, clone, new ReviewOptions { Remote = GitHub.Git.GitDirectory }).Review(
            before,
            "main",
            cancel
        );
        clone.Fetch(GitHub.Git.GitDirectory, "+refs/heads/main:refs/rayquest/main");
        var view = new MainHistory(clone, Pull).CatchUp(Ledger, clone.Resolve("refs/rayquest/main")).View;
        return view.Runs.FirstOrDefault(run => run.Merged?.Pull == pull)?.Record.Name;

        MergedPull? Pull(ObjectId commit)
        {
            var found = client.Repository.Commit.PullRequests(commit.ToString(), cancel).GetAwaiter().GetResult();
            if (found is not [var one, ..])
                return null;
#pragma warning disable CA2025 // the history asks synchronously: the task has ended before the client goes
            var asked = PullRequestAuthor.Of(client, one, null, cancel).GetAwaiter().GetResult().Pull;
#pragma warning restore CA2025
            return new MergedPull(asked.Number, asked.User?.Login ?? "", []);
        }
    }

    /// <summary>Plays Argo CD: what is in Git is applied, what has left Git is pruned.</summary>
    public void Deliver()
    {
        var main = GitHub.Git.Resolve("refs/heads/main");
        HashSet<(ClusterResource Kind, string Name)> wanted = [];
        foreach (var entry in GitHub.Git.ListTree(main, JobModel.Repository.RequestPath.Jobs))
        {
            var bytes = GitHub.Git.ReadFile(main, entry.Path)!;
            Kubectl.Apply(bytes);
            wanted.UnionWith(
                MergedJobFile.Read(entry.Path, bytes)?.Jobs.Select(job => (ClusterResource.OfKind(job.Kind)!, job.Name))
                    ?? []
            );
        }

        foreach (var (kind, name) in applied.Except(wanted))
        {
            Kubectl.Delete(kind, Namespace, name);
        }

        applied = wanted;
    }

    /// <summary>One pass of the status sync, some minutes later.</summary>
    public void Sync(int minutes)
    {
        Clock.Advance(TimeSpan.FromMinutes(minutes));
        using var client = GitHub.Client();
        new StatusPass(
            new ClusterReader(Kubectl, new ClusterReaderOptions { Volcano = isVolcano }),
            Kubectl,
            Ledger,
            new GitHubStatusSink(client, new GitHubStatusSinkOptions()),
            new StatusPassOptions { Time = Clock }
        ).Run();
    }

    /// <summary>The same, and what has ended leaves main.</summary>
    public void Archive(int minutes)
    {
        Sync(minutes);
        new Archiver(
            clone,
            Ledger,
            Kubectl,
            new ArchiverOptions
            {
                Remote = GitHub.Git.GitDirectory,
                Time = Clock,
                Limits = new ArchiveLimits(50, 100),
            }
        ).Run();
        Sync(1);
    }

    /// <summary>How many files main has under <c>jobs/</c>.</summary>
    public int MainJobs() =>
        GitHub.Git.ListTree(GitHub.Git.Resolve("refs/heads/main"), JobModel.Repository.RequestPath.Jobs).Count;

    /// <summary>The labels that say the state of what a pull request brought.</summary>
    public string Labels(int pull) =>
        string.Join(' ', GitHub.LabelsOf(pull).Where(label => label.StartsWith("ray/", StringComparison.Ordinal)));

    /// <summary>The comment on a pull request.</summary>
    public string Comment(int pull) =>
        GitHub
            .Comments.Where(comment => comment.Issue == pull && comment.Author == GitHub.Bot)
            .Select(comment => comment.Body)
            .FirstOrDefault()
        ?? "";
}
