using System.Diagnostics;
using System.Globalization;
using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.GitHub;
using Rayquest.JobHosts.Review;
using Rayquest.JobRehearsal.GitHub;
using Rayquest.JobReport.Comment;
using Rayquest.JobReport.Evaluation;
using Rayquest.JobReport.Markdown;
using Rayquest.JobReport.Output;

namespace Rayquest.JobRehearsal.Story;

/// <summary>How the rehearsal went.</summary>
/// <param name="IsAsExpected">Whether every step ended as the story says.</param>
public sealed record StoryResult(bool IsAsExpected, int Steps, int Calls, TimeSpan Took, string Folder);

/// <summary>
/// The life of requests until they are merged, on this machine and offline: a temporary origin repository, an emulated
/// GitHub on loopback, and the very reviewer that works in the real place.
/// </summary>
/// <param name="output">Where the story is told.</param>
/// <param name="folder">Where every comment is left as a page for a browser.</param>
/// <param name="width">Cells of a line.</param>
public sealed class PullRequestStory(TextWriter output, bool colour, string folder, int width = int.MaxValue)
{
    private const string Vision = "jobs-requests/vision/";
    private readonly List<(string File, string Title)> pages = [];
    private bool hasShownAManifest;
    private bool hasGap;
    private readonly Stopwatch watch = Stopwatch.StartNew();
    private int steps;
    private bool asExpected = true;

    private EmulatedGitHub github = null!;
    private string clones = "";

    /// <summary>Plays the story from beginning to end.</summary>
    public async Task<StoryResult> Play(CancellationToken cancel = default)
    {
        Directory.CreateDirectory(folder);
        string work = Directory.CreateTempSubdirectory("rayquest-rehearsal-").FullName;
        clones = Path.Combine(work, "clones");
        try
        {
            using EmulatedGitHub started = EmulatedGitHub.Start(
                Path.Combine(work, "origin"),
                new EmulatedGitHubOptions { RequiredContexts = ["rayquest"] }
            );
            github = started;
            await Enact(cancel);
            await File.WriteAllTextAsync(Path.Combine(folder, "index.html"), CommentPage.Index(pages), cancel);
            return new StoryResult(asExpected, steps, github.Calls.Count, watch.Elapsed, folder);
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private async Task Enact(CancellationToken cancel)
    {
        EmulatedUser alice = github.AddUser("alice");
        EmulatedUser bob = github.AddUser("bob");
        EmulatedUser mallory = github.AddUser("mallory");
        github.Push(
            bob,
            "main",
            "Begin: policies and quotas",
            new Dictionary<string, string?>
            {
                ["README.md"] = "# Ray jobs\n",
                ["policies/platform.yaml"] =
                    "gpus:\n  a100: {pricePerHour: 2.93, perNode: 8}\ndefaults: {image: \"rayproject/ray:2.52.0-py311-gpu\", timeout: 4h}\nprices: {cpu: 0.033, memory: 0.0045, currency: USD}\n",
                ["policies/quotas.yaml"] = Quotas(16),
                ["policies/images.yaml"] = "allowed: [{pattern: \"rayproject/*\"}]\n",
            }
        );

        Chapter("A good request", "Alice asks for four GPUs. Her team may hold eight without asking anybody.");
        int good = Ask(alice, "resnet", Request("resnet", 4));
        ReviewOutcome outcome = await Review(good, Verdict.Pass, "good", cancel);
        Holds("the rendering is on her branch", outcome.Commit is not null);
        Merge(bob, good);

        Chapter(
            "A faulty request, fixed",
            "A misspelt key and a GPU type that doesn't exist. The comment names the lines; a push fixes them."
        );
        int faulty = Ask(
            alice,
            "bert",
            Request("bert", 2)
                .Replace("replicas:", "replica:", StringComparison.Ordinal)
                .Replace("a100", "a1000", StringComparison.Ordinal)
        );
        await Review(faulty, Verdict.Blocked, "faulty", cancel);
        Push(alice, "bert", "Fix it", ($"{Vision}bert.yaml", Request("bert", 2)));
        await Review(faulty, Verdict.Pass, "fixed", cancel);
        Merge(bob, faulty);

        Chapter(
            "Over the soft limit",
            "Alice asks for six more: twelve in all, over eight, within sixteen. Bob approves what he sees."
        );
        int large = Ask(alice, "llm", Request("llm", 6));
        await Review(large, Verdict.NeedsApproval, "needs-approval", cancel);
        Narrate(alice, large, $"/approve-quota {github.Pull(large).HeadSha}");
        await Review(large, Verdict.NeedsApproval, "own-approval", cancel, quiet: true);
        Narrate(bob, large, $"/approve-quota {github.Pull(large).HeadSha}");
        await Review(large, Verdict.Pass, "approved", cancel);

        Chapter(
            "A cheat",
            "Mallory raises the quota in the request that needs it, slips a Pod under jobs/, and writes a hostile description."
        );
        int cheat = Ask(
            mallory,
            "free-lunch",
            "description: \"@alice [click](https://evil.example) <img src=x onerror=alert(1)> ::error::x ${{ secrets.TOKEN }}\"\n"
                + Request("free-lunch", 64),
            ("policies/quotas.yaml", Quotas(1000)),
            ("jobs/vision/miner.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: \"miner @everyone\"}\n")
        );
        await Review(cheat, Verdict.Blocked, "cheat", cancel);

        Chapter(
            "A fork",
            "Somebody without write access asks for one GPU. Nobody can commit to a fork, so it is rendered at the merge."
        );
        github.PushToFork(
            mallory,
            "tiny",
            "Ask for tiny",
            new Dictionary<string, string?> { [$"{Vision}tiny.yaml"] = Request("tiny", 1) }
        );
        int fork = github.OpenPull(mallory, "mallory:tiny", "Run tiny").Number;
        Note(string.Create(CultureInfo.InvariantCulture, $"mallory opens pull request {fork} from a fork"));
        await Review(fork, Verdict.Pass, "fork", cancel);
        string before = Main();
        Merge(bob, fork);
        await Merged(before, cancel);
        Holds(
            "main holds the fork's rendering",
            github.Git.ReadFile(github.Git.Resolve("refs/heads/main"), "jobs/vision/tiny.yaml") is not null
        );

        Chapter(
            "A race for the last GPUs",
            "Two approved requests are green one by one; together they are over what the team may ever hold."
        );
        int first = large;
        int second = Ask(alice, "vit", Request("vit", 5));
        await Review(second, Verdict.NeedsApproval, "race", cancel, quiet: true);
        Narrate(bob, second, $"/approve-quota {github.Pull(second).HeadSha}");
        await Review(second, Verdict.Pass, "race-approved", cancel, quiet: true);
        (ObjectId Ahead, ObjectId Result)? queued = Queue(first, second);
        Holds("the queue could merge both", queued is not null);
        if (queued is { } both)
        {
            ReviewOutcome evaluated = await InClone(git =>
                new QueueReview(client!, git, Options()).Review("main", "", both.Result.ToString(), cancel)
            );
            Note($"rayquest review --merge-group: {string.Join(", ", evaluated.Written)}");
            Note($"the queue's result: {ReviewComment.Headline(evaluated.Preview!)}");
            Expect(Verdict.Blocked, evaluated);
        }

        before = Main();
        Merge(bob, first);
        ReviewOutcome[] reported = [.. (await Merged(before, cancel)).Where(o => o.Pull == second)];
        Holds("who lost the race is told without having to ask", reported.Length == 1);
        foreach (ReviewOutcome lost in reported)
        {
            Expect(Verdict.Blocked, lost);
            await Show(second, lost, "race-lost", quiet: false, cancel);
        }
    }

    private static string Quotas(int hard) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"approvers: []\nteams:\n  vision:\n    members: [alice, bob, mallory]\n    approvers: [alice, bob]\n    soft: {{gpus: {{a100: 8}}}}\n    hard: {{gpus: {{a100: {hard}}}}}\n"
        );

    private static string Request(string name, int gpus) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"name: {name}\nentrypoint: python train.py --epochs 20\nworkers: {{replicas: {gpus}, cpu: 8, memory: 64Gi, gpu: a100, gpus: 1}}\ntimeout: 6h\n"
        );

    private int Ask(EmulatedUser who, string name, string request, params ReadOnlySpan<(string Path, string Text)> more)
    {
        Dictionary<string, string?> files = new(StringComparer.Ordinal) { [$"{Vision}{name}.yaml"] = request };
        foreach ((string path, string text) in more)
        {
            files[path] = text;
        }

        github.Push(who, name, $"Ask for {name}", files, "main");
        int number = github.OpenPull(who, name, $"Run {name}").Number;
        Note(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{who.Login} opens pull request {number} with {string.Join(", ", files.Keys)}"
            )
        );
        return number;
    }

    private void Push(EmulatedUser who, string branch, string message, (string Path, string Text) file)
    {
        github.Push(who, branch, message, new Dictionary<string, string?> { [file.Path] = file.Text });
        Note($"{who.Login} pushes: {message}");
    }

    private void Narrate(EmulatedUser who, int pull, string text)
    {
        github.Comment(who, pull, text);
        Note($"{who.Login} comments: {text}");
    }

    private void Merge(EmulatedUser who, int pull)
    {
        github.Merge(who, pull);
        Note(string.Create(CultureInfo.InvariantCulture, $"{who.Login} merges pull request {pull}"));
    }

    private async Task<ReviewOutcome> Review(
        int pull,
        Verdict expected,
        string page,
        CancellationToken cancel,
        bool quiet = false
    )
    {
        ReviewOutcome outcome = await InClone(git => new PullReviewer(client!, git, Options()).Review(pull, cancel));
        Note(
            string.Create(
                CultureInfo.InvariantCulture,
                $"rayquest review --pull {pull}: {string.Join(", ", outcome.Written)}"
            )
        );
        Expect(expected, outcome);
        await Show(pull, outcome, page, quiet, cancel);
        return outcome;
    }

    private async Task Show(int pull, ReviewOutcome outcome, string page, bool quiet, CancellationToken cancel)
    {
        string title = string.Create(CultureInfo.InvariantCulture, $"Pull request {pull}: {github.Pull(pull).Title}");
        string file = string.Create(CultureInfo.InvariantCulture, $"{steps:00}-{page}.html");
        pages.Add((file, $"{title}: {ReviewComment.Headline(outcome.Preview!)}"));
        await File.WriteAllTextAsync(
            Path.Combine(folder, file),
            CommentPage.Of(title, outcome.Comment.ToString()),
            cancel
        );
        if (!quiet)
        {
            Gap();
            bool opened = !hasShownAManifest;
            hasShownAManifest |= outcome.Preview!.Manifests.Count > 0;
            foreach (
                string line in TerminalMarkdown
                    .Render(
                        outcome.Comment,
                        colour,
                        longestFence: 12,
                        width == int.MaxValue ? width : width - 4,
                        opened
                    )
                    .TrimEnd('\n')
                    .Split('\n')
            )
            {
                output.WriteLine($"  {Paint("│", "2")} {line}".TrimEnd());
            }

            hasGap = false;
            Gap();
        }

        output.Flush();
    }

    private Task<IReadOnlyList<ReviewOutcome>> Merged(string before, CancellationToken cancel) =>
        InClone(async git =>
        {
            ReviewOutcome outcome = await new MergedReview(client!, git, Options()).Review(before, "main", cancel);
            IReadOnlyList<ReviewOutcome> reported = await new OpenSubmissions(client!, git, Options()).Refresh(
                "main",
                cancel
            );
            string[] done =
            [
                .. outcome.Written,
                .. reported.Select(o =>
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"evaluated again: pull request {o.Pull} ({string.Join(", ", o.Written)})"
                    )
                ),
            ];
            Note($"rayquest merged: {(done.Length == 0 ? "nothing to do" : string.Join(", ", done))}");
            return reported;
        });

    private GitHubClient? client;

    /// <summary>Every run is a new process in the real place: a fresh clone and a fresh client.</summary>
    private async Task<T> InClone<T>(Func<GitRepository, Task<T>> work)
    {
        string clone = Path.Combine(
            clones,
            steps.ToString(CultureInfo.InvariantCulture)
                + "-"
                + github.Calls.Count.ToString(CultureInfo.InvariantCulture)
        );
        using GitRepository git = GitRepository.InitBare(clone);
        using GitHubClient fresh = github.Client();
        client = fresh;
        return await work(git);
    }

    private ReviewOptions Options() =>
        new() { Remote = github.Git.GitDirectory, Page = "https://github.com/acme/ray-jobs" };

    // What the queue tests for the other: the one is ahead of it.
    private (ObjectId Ahead, ObjectId Result)? Queue(int one, int other)
    {
        Signature queue = new("merge queue", "queue@example.com", github.Clock.GetUtcNow());
        return
            With(github.Git.Resolve("refs/heads/main"), github.Pull(one).HeadSha) is { } left
            && With(left, github.Pull(other).HeadSha) is { } result
            ? (left, result)
            : null;

        ObjectId? With(ObjectId ours, ObjectId theirs) =>
            github.Git.MergeTree(ours, theirs) is { } tree
                ? github.Git.WriteCommit(tree, [ours, theirs], queue, queue, "Merge in the queue") is var commit
                && Keep(commit)
                    ? commit
                    : null
                : null;

        bool Keep(ObjectId commit) =>
            github.Git.UpdateReference("refs/heads/gh-readonly-queue/main/" + commit.Short, commit, null)
            == ReferenceUpdate.Updated;
    }

    private string Main() => github.Git.Resolve("refs/heads/main").ToString();

    private void Chapter(string title, string text)
    {
        Gap();
        output.WriteLine(Paint($"━━ {title}", "1"));
        Narrate("   ", text);
        Gap();
    }

    private void Note(string text) => Narrate($"   {Paint("•", "36")} ", VisibleText.Line(text));

    private void Narrate(string before, string text)
    {
        foreach (string line in TerminalMarkdown.Wrap(before + text, width, before.Length == 3 ? "   " : "     "))
        {
            output.WriteLine(line);
        }

        hasGap = false;
    }

    private void Gap()
    {
        if (!hasGap)
        {
            output.WriteLine();
        }

        hasGap = true;
    }

    private void Expect(Verdict expected, ReviewOutcome outcome)
    {
        steps++;
        Holds($"the verdict is {PreviewJson.Word(expected)}", outcome.Preview?.Verdict == expected);
    }

    private void Holds(string what, bool isSo)
    {
        asExpected &= isSo;
        Narrate($"   {(isSo ? Paint("✓", "32") : Paint("✗", "31"))} ", what);
    }

    private string Paint(string text, string code) => colour ? $"\u001b[{code}m{text}\u001b[0m" : text;
}
