using System.Globalization;
using Rayquest.JobHosts.Review;
using Rayquest.JobReport.Comment;

namespace Rayquest.JobRehearsal.Story;

/// <summary>
/// The other kinds: a cluster with a lease and an edit that stops what runs there, a service whose upgrade fits and one whose upgrade
/// doesn't, a schedule across a change of the clocks, and a Volcano Job.
/// </summary>
/// <param name="folder">An empty folder; the story leaves its repositories there.</param>
/// <param name="report">Is told each step as it ends.</param>
/// <param name="program">The kubectl to use.</param>
public sealed class KindsStory(string folder, Action<StoryStep> report, string program = "kubectl")
{
    private const string Namespace = StoryWorld.Namespace;

    private const string Platform = """
        gpus:
          l4: {pricePerHour: 0.71, perNode: 4}
        defaults: {image: "rayproject/ray:2.52.0-py312-gpu"}
        argocd: {repoURL: "https://github.com/acme/ray-jobs.git"}
        archive: {maxJobs: 50, maxPercent: 100}
        featureGates: {RayCronJob: true}

        """;

    private const string Quotas = """
        teams:
          vision:
            members: [alice, bob]
            approvers: [bob]
            soft: {gpus: {l4: 8}}
            hard: {gpus: {l4: 8}}

        """;

    // Eleven days before Central Europe puts its clocks back.
    private static readonly DateTimeOffset Start = new(2026, 10, 14, 9, 0, 0, TimeSpan.Zero);
    private readonly List<StoryStep> steps = [];

    /// <summary>Tells the story to its end; the steps tell whether all went as it should.</summary>
    public async Task<IReadOnlyList<StoryStep>> Run(CancellationToken cancel = default)
    {
        using (StoryWorld world = new(Path.Combine(folder, "kuberay"), program, Start))
        {
            world.Begin(Platform, Quotas);
            await Cluster(world, cancel);
            await Service(world, cancel);
            await Schedule(world, cancel);
        }

        using (StoryWorld world = new(Path.Combine(folder, "volcano"), program, Start, isVolcano: true))
        {
            world.Begin($"target: volcano\n{Platform}", Quotas);
            await Volcano(world, cancel);
        }

        return steps;
    }

    private async Task Cluster(StoryWorld world, CancellationToken cancel)
    {
        const string Request =
            "kind: RayCluster\nname: notebook\nowner: alice\nhead: {cpu: 2, memory: 8Gi}\nworkers: {name: gpus, replicas: {min: 0, max: 2}, cpu: 4, memory: 16Gi, gpu: l4, gpus: 1}\nlease: 7d\n";
        int asked = world.Ask("notebook", "A notebook", "notebook", Request);
        ReviewOutcome outcome = await world.Review(asked, cancel);
        Step("alice asks for a cluster, for seven days", outcome.Verdict == "pass", Headline(outcome));
        await world.Merge(asked, cancel);
        world.Deliver();
        world.Operator.ClusterReady(Namespace, "notebook", 2);
        world.Sync(2);
        Step("it is there", world.Labels(asked) == "ray/running", world.Labels(asked));

        int more = world.Ask("more", "More workers", "notebook", Request.Replace("max: 2", "max: 4"));
        outcome = await world.Review(more, cancel);
        Step(
            "she raises its workers, which takes effect at once",
            outcome.Verdict == "pass" && Says(outcome, "takes effect at once"),
            Headline(outcome)
        );
        await world.Merge(more, cancel);
        world.Deliver();
        world.Sync(1);

        int larger = world.Ask(
            "larger",
            "A larger head",
            "notebook",
            Request.Replace("max: 2", "max: 4").Replace("memory: 8Gi", "memory: 16Gi")
        );
        outcome = await world.Review(larger, cancel);
        Step(
            "a larger head replaces all pods: that has to be confirmed",
            outcome.Verdict == "needs-approval" && Says(outcome, "all pods are replaced"),
            Headline(outcome)
        );
        world.GitHub.Comment(world.Alice, larger, $"/confirm-stop {world.GitHub.Pull(larger).HeadSha}");
        outcome = await world.Review(larger, cancel);
        Step("she confirms it, by the commit", outcome.Verdict == "pass", Headline(outcome));
        await world.Merge(larger, cancel);
        world.Deliver();

        world.Clock.Advance(TimeSpan.FromDays(6) + TimeSpan.FromHours(1));
        world.Operator.ClusterReady(Namespace, "notebook", 0);
        world.Sync(1);
        string reminder =
            world
                .GitHub.Comments.Where(c => c.Author == world.GitHub.Bot)
                .Select(c => c.Body)
                .FirstOrDefault(c => c.StartsWith("<!-- rayquest:lease ", StringComparison.Ordinal))
            ?? "";
        Step("a day before its lease ends the pull request is told", reminder.Length > 0, FirstLine(reminder));

        world.Clock.Advance(TimeSpan.FromDays(1));
        world.Archive(5);
        world.Deliver();
        Step(
            "the lease ends: its files leave main, and Argo CD takes the cluster away",
            world.MainJobs() == 0 && world.Cluster.Get("rayclusters.ray.io", Namespace, "notebook") is null,
            $"{world.MainJobs()} files under jobs/"
        );
    }

    private async Task Service(StoryWorld world, CancellationToken cancel)
    {
        static string Request(int workers, string memory) =>
            string.Create(
                CultureInfo.InvariantCulture,
                $"kind: RayService\nname: chat\nowner: alice\nworkers: {{name: gpus, replicas: {workers}, cpu: 4, memory: {memory}, gpu: l4, gpus: 1}}\nserve:\n  applications:\n  - {{name: chat, import_path: \"chat:app\", route_prefix: /}}\n"
            );

        int asked = world.Ask("chat", "Chat", "chat", Request(4, "16Gi"));
        ReviewOutcome outcome = await world.Review(asked, cancel);
        Step("she asks for a service on four GPUs", outcome.Verdict == "pass", Headline(outcome));
        await world.Merge(asked, cancel);
        world.Deliver();
        world.Operator.Serve(Namespace, "chat", "chat-abcde");
        world.Sync(3);
        Step("it serves", world.Labels(asked) == "ray/running", world.Labels(asked));

        int upgrade = world.Ask("upgrade", "More memory", "chat", Request(4, "24Gi"));
        outcome = await world.Review(upgrade, cancel);
        Step(
            "more memory makes a second cluster, and eight GPUs for a time: the team may hold eight",
            outcome.Verdict == "pass" && Says(outcome, "second cluster"),
            Headline(outcome)
        );
        await world.Merge(upgrade, cancel);
        world.Deliver();
        world.Operator.Serve(Namespace, "chat", "chat-abcde", "chat-fghij");
        world.Sync(1);
        bool upgrading = world.Comment(asked).Contains("upgrading", StringComparison.Ordinal);
        world.Operator.Serve(Namespace, "chat", "chat-fghij");
        world.Sync(5);
        Step(
            "the new cluster comes up beside the old one and takes over; it is told where the service began",
            upgrading && world.Comment(asked).Contains("healthy", StringComparison.Ordinal),
            world.Labels(asked)
        );

        int wide = world.Ask("wide", "Six workers", "chat", Request(6, "32Gi"));
        outcome = await world.Review(wide, cancel);
        Step(
            "six GPUs fit, but the upgrade from four would hold ten: it can't be merged",
            outcome.Verdict == "blocked" && Headline(outcome).Contains("10 l4 of 8", StringComparison.Ordinal),
            Headline(outcome)
        );
    }

    private async Task Schedule(StoryWorld world, CancellationToken cancel)
    {
        static string Request(string schedule) =>
            $"kind: RayCronJob\nname: nightly\nowner: alice\nschedule: \"{schedule}\"\ntimeZone: Europe/Berlin\nentrypoint: python eval.py\nworkers: {{replicas: 1, cpu: 2, memory: 8Gi}}\ntimeout: 1h\n";

        int asked = world.Ask("nightly", "A nightly evaluation", "nightly", Request("30 2 * * *"));
        ReviewOutcome outcome = await world.Review(asked, cancel);
        Step(
            "a schedule at half past two: the clocks show that twice on one night, and skip it on another",
            Says(outcome, "RQ4620") && Says(outcome, "RQ4621"),
            Headline(outcome)
        );
        world.Push("nightly", "An hour later", "nightly", Request("30 4 * * *"));
        outcome = await world.Review(asked, cancel);
        string[] runs = [.. outcome.Preview!.Jobs.SelectMany(job => job.NextRuns).Select(run => run.Offset.ToString())];
        Step(
            "half past four is there every day; the comment shows the next five runs across the change",
            outcome.Verdict == "pass" && !Says(outcome, "RQ4620") && runs.Distinct().Count() == 2,
            Headline(outcome)
        );
        string? name = await world.Merge(asked, cancel);
        world.Deliver();
        world.Sync(1);
        Step("it waits for its first run", world.Labels(asked).Length > 0 && name == "nightly", world.Labels(asked));
    }

    private async Task Volcano(StoryWorld world, CancellationToken cancel)
    {
        int asked = world.Ask(
            "train",
            "Train by Volcano",
            "train",
            "name: train\nowner: alice\nentrypoint: python train.py\nworkers: {replicas: 2, cpu: 4, memory: 16Gi, gpu: l4, gpus: 1}\ntimeout: 6h\n"
        );
        ReviewOutcome outcome = await world.Review(asked, cancel);
        Step("another platform has Volcano and no KubeRay", outcome.Verdict == "pass", Headline(outcome));
        string? name = await world.Merge(asked, cancel);
        world.Deliver();
        world.Operator.VolcanoPhase(Namespace, name!, "Pending");
        world.Sync(1);
        bool queued = world.Labels(asked) == "ray/queued";
        world.Operator.VolcanoPhase(Namespace, name!, "Running");
        world.Sync(5);
        bool running = world.Labels(asked) == "ray/running";
        world.Clock.Advance(TimeSpan.FromHours(2));
        world.Operator.VolcanoPhase(Namespace, name!, "Completed");
        world.Sync(1);
        Step(
            "head, workers and submitter wait in the queue, run as one gang, and the Job completes",
            queued && running && world.Labels(asked) == "ray/succeeded",
            world.Labels(asked)
        );
    }

    private static string Headline(ReviewOutcome outcome) => ReviewComment.Headline(outcome.Preview!);

    private static bool Says(ReviewOutcome outcome, string text) =>
        outcome.Comment.ToString().Contains(text, StringComparison.Ordinal);

    private static string FirstLine(string comment) =>
        comment
            .Split('\n')
            .FirstOrDefault(line => line.Length > 0 && !line.StartsWith("<!--", StringComparison.Ordinal))
        ?? "nobody is told";

    private void Step(string what, bool asItShould, string seen)
    {
        StoryStep step = new(what, asItShould, seen);
        steps.Add(step);
        report(step);
    }
}
