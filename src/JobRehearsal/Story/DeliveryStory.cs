using System.Globalization;
using System.Text;
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

/// <summary>One thing that happened in the story, and whether it happened as it should.</summary>
public sealed record StoryStep(string What, bool AsItShould, string Seen);

/// <summary>
/// The whole life of a request on this machine: a pull request, its review, an approval, the merge, delivery, a failure, a
/// second try that waits, runs and succeeds, the archive and the status page. GitHub and the cluster are emulated on
/// loopback; Git and kubectl are the real ones, and so is everything of ours. Time is played.
/// </summary>
public sealed class DeliveryStory : IDisposable
{
    private const string Platform = """
        gpus:
          a100: {pricePerHour: 2.93, perNode: 8}
        defaults: {image: "rayproject/ray:2.52.0-py312-gpu"}
        argocd: {repoURL: "https://github.com/acme/ray-jobs.git"}
        archive: {maxJobs: 50, maxPercent: 100}

        """;

    private const string Quotas = """
        teams:
          vision:
            members: [alice, bob]
            approvers: [bob]
            soft: {gpus: {a100: 8}}
            hard: {gpus: {a100: 16}}

        """;

    private const string RequestPath = "jobs-requests/vision/resnet.yaml";
    private const string Namespace = "ray-vision";
    private readonly string folder;
    private readonly RehearsalClock clock = new();
    private readonly EmulatedGitHub github;
    private readonly EmulatedCluster cluster;
    private readonly EmulatedOperator kubeRay;
    private readonly KubectlCluster kubectl;
    private readonly GitRepository clone;
    private readonly JobHosts.GitHub.GitHubClient writer;
    private readonly GitRepository ledgerObjects;
    private readonly LedgerStore ledger;
    private readonly EmulatedUser alice;
    private readonly EmulatedUser bob;
    private readonly List<StoryStep> steps = [];
    private readonly Action<StoryStep> report;

    /// <param name="folder">An empty folder; the story leaves its repositories and the status page there.</param>
    /// <param name="program">The kubectl to use.</param>
    public DeliveryStory(string folder, Action<StoryStep> report, string program = "kubectl")
    {
        this.folder = folder;
        this.report = report;
        github = EmulatedGitHub.Start(Path.Combine(folder, "origin.git"), new EmulatedGitHubOptions { Clock = clock });
        cluster = new EmulatedCluster(clock);
        kubeRay = new EmulatedOperator(cluster, clock);
        alice = github.AddUser("alice");
        bob = github.AddUser("bob");
        clone = GitRepository.InitBare(Path.Combine(folder, "clone.git"));
        var kubeconfig = Path.Combine(folder, "kubeconfig");
        File.WriteAllText(kubeconfig, cluster.Kubeconfig);
        kubectl = new KubectlCluster(
            new KubectlOptions
            {
                Program = program,
                Kubeconfig = kubeconfig,
                CacheDirectory = Path.Combine(folder, "cache"),
            }
        );
        writer = github.Client();
        var options = new LedgerStoreOptions { Remote = github.Git.GitDirectory, Time = clock };
        ledgerObjects = GitRepository.InitBare(Path.Combine(folder, "ledger.git"));
        ledger = new LedgerStore(
            ledgerObjects,
            options,
            new GitHubLedgerBranch(writer, ledgerObjects, options, new LedgerAuthors(writer, []))
        );
    }

    /// <summary>Where the status page is after the story.</summary>
    public string StatusPage => Path.Combine(folder, "status.html");

    /// <summary>Tells the story to its end; the steps tell whether all went as it should.</summary>
    public async Task<IReadOnlyList<StoryStep>> Run(CancellationToken cancel = default)
    {
        cluster.AddNamespace(Namespace);
        github.Push(
            alice,
            "main",
            "Begin",
            new Dictionary<string, string?>
            {
                ["policies/platform.yaml"] = Platform,
                ["policies/quotas.yaml"] = Quotas,
                ["policies/images.yaml"] = "allowed: [{pattern: \"rayproject/*\"}]\n",
            }
        );

        var pull = Ask("resnet", "Train resnet", gpus: 32);
        var outcome = await Review(pull, cancel);
        Step("alice asks for 32 GPUs where 16 are the most", outcome.Verdict == "blocked", outcome.Verdict);

        github.Push(alice, "resnet", "Ask for less", Request(gpus: 12));
        outcome = await Review(pull, cancel);
        Step("she asks for 12; 8 would pass by themselves", outcome.Verdict == "needs-approval", outcome.Verdict);

        github.Review(bob, pull, "APPROVED");
        outcome = await Review(pull, cancel);
        Step("bob approves what is rendered on the branch", outcome.Verdict == "pass", outcome.Verdict);

        var first = await Merge(pull, cancel);
        Step("it is merged, and the ledger knows whose it is", first is not null, first ?? "nothing under jobs/");

        Deliver();
        kubeRay.Advance(Namespace, first!, LifecycleStep.Initialize, LifecycleStep.PodsPending);
        Sync(1);
        Step(
            "the cluster is full: queued, with the reason",
            Labels(pull) == "ray/queued"
                && Comment(pull).Contains("Insufficient nvidia.com/gpu", StringComparison.Ordinal),
            Labels(pull)
        );

        kubeRay.Advance(Namespace, first!, LifecycleStep.ClusterReady, LifecycleStep.ProgramRuns);
        Sync(5);
        Step("room is found: running", Labels(pull) == "ray/running", Labels(pull));

        cluster.SetLog(
            Namespace,
            $"{first}-submit",
            "epoch 1 loss 0.91\nWANDB_API_KEY=0123456789abcdef\nKeyError: 'momentum'\n"
        );
        clock.Advance(TimeSpan.FromMinutes(40));
        kubeRay.Advance(Namespace, first!, LifecycleStep.Fail);
        Sync(1);
        Step(
            "it fails: the end of the log is on the pull request, the secret is not",
            Labels(pull) == "ray/failed"
                && Comment(pull).Contains("KeyError: 'momentum'", StringComparison.Ordinal)
                && !Comment(pull).Contains("0123456789abcdef", StringComparison.Ordinal),
            Labels(pull)
        );

        Archive(30);
        Step("after its keep it leaves main; the ledger keeps it", MainJobs() == 0, $"{MainJobs()} files under jobs/");

        var again = Ask("resnet-again", "Train resnet, fixed", gpus: 8, run: 2);
        outcome = await Review(again, cancel);
        Step("she fixes it and asks for 8: nobody has to be asked", outcome.Verdict == "pass", outcome.Verdict);

        var second = await Merge(again, cancel);
        Deliver();
        kubeRay.Advance(
            Namespace,
            second!,
            LifecycleStep.Initialize,
            LifecycleStep.ClusterReady,
            LifecycleStep.ProgramRuns
        );
        Sync(2);
        clock.Advance(TimeSpan.FromMinutes(90));
        kubeRay.Advance(Namespace, second!, LifecycleStep.Succeed);
        Sync(1);
        Step("it runs and succeeds", Labels(again) == "ray/succeeded" && second != first, Labels(again));

        Archive(30);
        Deliver();
        var view = ledger.Read().View;
        var hours = view.GpuUse(clock.GetUtcNow()).Sum(use => use.Hours);
        Step(
            "it is archived, and its GPU-hours are counted",
            MainJobs() == 0 && view.Runs.All(run => run.ArchivedAt is not null) && hours > 0,
            string.Create(CultureInfo.InvariantCulture, $"{view.Runs.Length} runs, {hours:0.0} GPU-hours")
        );

        var third = await Command(again, "/rerun", cancel);
        var rerun = await Merge(third, cancel);
        Deliver();
        if (rerun is not null)
            kubeRay.Advance(
                Namespace,
                rerun,
                LifecycleStep.Initialize,
                LifecycleStep.ClusterReady,
                LifecycleStep.ProgramRuns
            );
        Sync(2);
        Step(
            "she comments /rerun, and what was archived runs again",
            Labels(third) == "ray/running" && rerun is not null && rerun != second,
            Labels(third)
        );

        var stop = await Command(third, "/stop", cancel);
        await Merge(stop, cancel);
        Deliver();
        Sync(2);
        Step(
            "she comments /stop: it is taken back and ends",
            Labels(third) == "ray/stopped" && MainJobs() == 0,
            Labels(third)
        );

        var faults = LedgerCheck.Verify(ledger.Files(), clock.GetUtcNow()).ToList();
        Step("the ledger is sound", faults.Count == 0, faults.Count == 0 ? "no faults" : faults[0].Message);
        File.WriteAllText(StatusPage, ledger.Text(ledger.Read(), StatusPass.PageFile) ?? "");
        Step(
            "the status page is written",
            new FileInfo(StatusPage).Length > 0,
            string.Create(CultureInfo.InvariantCulture, $"status.html, {new FileInfo(StatusPage).Length} bytes")
        );
        return steps;
    }

    public void Dispose()
    {
        clone.Dispose();
        ledgerObjects.Dispose();
        writer.Dispose();
        github.Dispose();
        cluster.Dispose();
    }

    private void Step(string what, bool asItShould, string seen)
    {
        var step = new StoryStep(what, asItShould, seen);
        steps.Add(step);
        report(step);
    }

    private static Dictionary<string, string?> Request(int gpus, int run = 1) =>
        new()
        {
            [RequestPath] = string.Create(
                CultureInfo.InvariantCulture,
                $"name: resnet\nentrypoint: python train.py --epochs 20\nworkers: {{replicas: {gpus}, cpu: 4, memory: 16Gi, gpu: a100, gpus: 1}}\ntimeout: 6h\nqueueTimeout: 2h\nkeep: 10m\nrun: {run}\n"
            ),
        };

    private int Ask(string branch, string title, int gpus, int run = 1)
    {
        github.Push(alice, branch, title, Request(gpus, run), "main");
        return github.OpenPull(alice, branch, title).Number;
    }

    private async Task<ReviewOutcome> Review(int pull, CancellationToken cancel)
    {
        clock.Advance(TimeSpan.FromMinutes(1));
        using var client = github.Client();
        return await new PullReviewer(client, clone, new ReviewOptions { Remote = github.Git.GitDirectory }).Review(
            pull,
            cancel
        );
    }

    /// <summary>Alice comments on a merged pull request; the number of the pull request the command became.</summary>
    private async Task<int> Command(int pull, string text, CancellationToken cancel)
    {
        clock.Advance(TimeSpan.FromMinutes(1));
        github.Comment(alice, pull, text);
        using var client = github.Client();
        var outcome = await new LifecycleCommands(
            client,
            clone,
            new ReviewOptions
            {
                Remote = github.Git.GitDirectory,
                Time = clock,
                Ledger = ledger.Read().View,
            }
        ).Handle(pull, cancel);
        return outcome.Replies.Single().Pull;
    }

    /// <summary>Merges, lets the merge be looked at, and notes it; the name of the object that came with it.</summary>
    private async Task<string?> Merge(int pull, CancellationToken cancel)
    {
        var before = github.Git.Resolve("refs/heads/main").ToString();
        github.Merge(alice, pull);
        using var client = github.Client();
        await new MergedReview(client, clone, new ReviewOptions { Remote = github.Git.GitDirectory }).Review(
            before,
            "main",
            cancel
        );
        clone.Fetch(github.Git.GitDirectory, "+refs/heads/main:refs/rayquest/main");
        var view = new MainHistory(clone, Pull).CatchUp(ledger, clone.Resolve("refs/rayquest/main")).View;
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
    private void Deliver()
    {
        var main = github.Git.Resolve("refs/heads/main");
        var wanted = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in github.Git.ListTree(main, JobModel.Repository.RequestPath.Jobs))
        {
            var bytes = github.Git.ReadFile(main, entry.Path)!;
            kubectl.Apply(bytes);
            wanted.UnionWith(MergedJobFile.Read(entry.Path, bytes)?.Jobs.Select(job => job.Name) ?? []);
        }

        foreach (var job in kubectl.List(ClusterResource.RayJobs, Namespace, "", item => ObservedJob.Read(item)))
        {
            if (!wanted.Contains(job.Name))
            {
                kubectl.Delete(ClusterResource.RayJobs, Namespace, job.Name);
            }
        }
    }

    private void Sync(int minutes)
    {
        clock.Advance(TimeSpan.FromMinutes(minutes));
        using var client = github.Client();
        new StatusPass(
            new ClusterReader(kubectl, new ClusterReaderOptions()),
            kubectl,
            ledger,
            new GitHubStatusSink(client, new GitHubStatusSinkOptions()),
            new StatusPassOptions { Time = clock }
        ).Run();
    }

    private void Archive(int minutes)
    {
        Sync(minutes);
        new Archiver(
            clone,
            ledger,
            kubectl,
            new ArchiverOptions
            {
                Remote = github.Git.GitDirectory,
                Time = clock,
                Limits = new ArchiveLimits(50, 100),
            }
        ).Run();
        Sync(1);
    }

    private int MainJobs() =>
        github.Git.ListTree(github.Git.Resolve("refs/heads/main"), JobModel.Repository.RequestPath.Jobs).Count;

    private string Labels(int pull) =>
        string.Join(' ', github.LabelsOf(pull).Where(label => label.StartsWith("ray/", StringComparison.Ordinal)));

    private string Comment(int pull) =>
        github
            .Comments.Where(comment => comment.Issue == pull && comment.Author == github.Bot)
            .Select(comment => comment.Body)
            .FirstOrDefault()
        ?? "";
}
