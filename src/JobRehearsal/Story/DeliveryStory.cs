using System.Globalization;
using Rayquest.JobHosts.StatusSync;
using Rayquest.JobRehearsal.Cluster;
using Rayquest.JobReport.Ledger;

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

    private const string Namespace = StoryWorld.Namespace;
    private readonly string folder;
    private readonly StoryWorld world;
    private readonly List<StoryStep> steps = [];
    private readonly Action<StoryStep> report;

    /// <param name="folder">An empty folder; the story leaves its repositories and the status page there.</param>
    /// <param name="program">The kubectl to use.</param>
    public DeliveryStory(string folder, Action<StoryStep> report, string program = "kubectl")
    {
        this.folder = folder;
        this.report = report;
        world = new StoryWorld(folder, program);
    }

    /// <summary>Where the status page is after the story.</summary>
    public string StatusPage => Path.Combine(folder, "status.html");

    /// <summary>Tells the story to its end; the steps tell whether all went as it should.</summary>
    public async Task<IReadOnlyList<StoryStep>> Run(CancellationToken cancel = default)
    {
        world.Begin(Platform, Quotas);
        var pull = Ask("resnet", "Train resnet", gpus: 32);
        var outcome = await world.Review(pull, cancel);
        Step("alice asks for 32 GPUs where 16 are the most", outcome.Verdict == "blocked", outcome.Verdict);

        world.Push("resnet", "Ask for less", "resnet", Request(gpus: 12));
        outcome = await world.Review(pull, cancel);
        Step("she asks for 12; 8 would pass by themselves", outcome.Verdict == "needs-approval", outcome.Verdict);

        world.GitHub.Review(world.Bob, pull, "APPROVED");
        outcome = await world.Review(pull, cancel);
        Step("bob approves what is rendered on the branch", outcome.Verdict == "pass", outcome.Verdict);

        var first = await world.Merge(pull, cancel);
        Step("it is merged, and the ledger knows whose it is", first is not null, first ?? "nothing under jobs/");

        world.Deliver();
        world.Operator.Advance(Namespace, first!, LifecycleStep.Initialize, LifecycleStep.PodsPending);
        world.Sync(1);
        Step(
            "the cluster is full: queued, with the reason",
            world.Labels(pull) == "ray/queued"
                && world.Comment(pull).Contains("Insufficient nvidia.com/gpu", StringComparison.Ordinal),
            world.Labels(pull)
        );

        world.Operator.Advance(Namespace, first!, LifecycleStep.ClusterReady, LifecycleStep.ProgramRuns);
        world.Sync(5);
        Step("room is found: running", world.Labels(pull) == "ray/running", world.Labels(pull));

        world.Cluster.SetLog(
            Namespace,
            $"{first}-submit",
            "epoch 1 loss 0.91\nWANDB_API_KEY=0123456789abcdef\nKeyError: 'momentum'\n"
        );
        world.Clock.Advance(TimeSpan.FromMinutes(40));
        world.Operator.Advance(Namespace, first!, LifecycleStep.Fail);
        world.Sync(1);
        Step(
            "it fails: the end of the log is on the pull request, the secret is not",
            world.Labels(pull) == "ray/failed"
                && world.Comment(pull).Contains("KeyError: 'momentum'", StringComparison.Ordinal)
                && !world.Comment(pull).Contains("0123456789abcdef", StringComparison.Ordinal),
            world.Labels(pull)
        );

        world.Archive(30);
        Step(
            "after its keep it leaves main; the ledger keeps it",
            world.MainJobs() == 0,
            $"{world.MainJobs()} files under jobs/"
        );

        var again = Ask("resnet-again", "Train resnet, fixed", gpus: 8, run: 2);
        outcome = await world.Review(again, cancel);
        Step("she fixes it and asks for 8: nobody has to be asked", outcome.Verdict == "pass", outcome.Verdict);

        var second = await world.Merge(again, cancel);
        world.Deliver();
        world.Operator.Advance(
            Namespace,
            second!,
            LifecycleStep.Initialize,
            LifecycleStep.ClusterReady,
            LifecycleStep.ProgramRuns
        );
        world.Sync(2);
        world.Clock.Advance(TimeSpan.FromMinutes(90));
        world.Operator.Advance(Namespace, second!, LifecycleStep.Succeed);
        world.Sync(1);
        Step("it runs and succeeds", world.Labels(again) == "ray/succeeded" && second != first, world.Labels(again));

        world.Archive(30);
        world.Deliver();
        var view = world.Ledger.Read().View;
        var hours = view.GpuUse(world.Clock.GetUtcNow()).Sum(use => use.Hours);
        Step(
            "it is archived, and its GPU-hours are counted",
            world.MainJobs() == 0 && view.Runs.All(run => run.ArchivedAt is not null) && hours > 0,
            string.Create(CultureInfo.InvariantCulture, $"{view.Runs.Length} runs, {hours:0.0} GPU-hours")
        );

        var third = await world.Command(again, "/rerun", cancel);
        var rerun = await world.Merge(third, cancel);
        world.Deliver();
        if (rerun is not null)
            world.Operator.Advance(
                Namespace,
                rerun,
                LifecycleStep.Initialize,
                LifecycleStep.ClusterReady,
                LifecycleStep.ProgramRuns
            );
        world.Sync(2);
        Step(
            "she comments /rerun, and what was archived runs again",
            world.Labels(third) == "ray/running" && rerun is not null && rerun != second,
            world.Labels(third)
        );

        var stop = await world.Command(third, "/stop", cancel);
        await world.Merge(stop, cancel);
        world.Deliver();
        world.Sync(2);
        Step(
            "she comments /stop: it is taken back and ends",
            world.Labels(third) == "ray/stopped" && world.MainJobs() == 0,
            world.Labels(third)
        );

        var faults = LedgerCheck.Verify(world.Ledger.Files(), world.Clock.GetUtcNow()).ToList();
        Step("the ledger is sound", faults.Count == 0, faults.Count == 0 ? "no faults" : faults[0].Message);
        File.WriteAllText(StatusPage, world.Ledger.Text(world.Ledger.Read(), StatusPass.PageFile) ?? "");
        Step(
            "the status page is written",
            new FileInfo(StatusPage).Length > 0,
            string.Create(CultureInfo.InvariantCulture, $"status.html, {new FileInfo(StatusPage).Length} bytes")
        );
        return steps;
    }

    public void Dispose() => world.Dispose();

    private void Step(string what, bool asItShould, string seen)
    {
        var step = new StoryStep(what, asItShould, seen);
        steps.Add(step);
        report(step);
    }

    private static string Request(int gpus, int run = 1) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"name: resnet\nentrypoint: python train.py --epochs 20\nworkers: {{replicas: {gpus}, cpu: 4, memory: 16Gi, gpu: a100, gpus: 1}}\ntimeout: 6h\nqueueTimeout: 2h\nkeep: 10m\nrun: {run}\n"
        );

    private int Ask(string branch, string title, int gpus, int run = 1) =>
        world.Ask(branch, title, "resnet", Request(gpus, run));
}
