using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.GitHub;
using Rayquest.JobHosts.Review;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Repository;
using Rayquest.JobRehearsal.GitHub;
using Rayquest.JobReport.Comment;
using Rayquest.JobReport.Evaluation;

namespace Rayquest.JobRehearsal.Story;

/// <summary>
/// A request's life in somebody's own repository: its policies, people and jobs as they are, on an emulated GitHub with the very
/// reviewer that works in the real place. The repository itself is only read.
/// </summary>
/// <param name="repository">The files: policies, requests, what is rendered, and the examples of <c>init</c>.</param>
/// <param name="folder">An empty folder for the emulated GitHub.</param>
/// <param name="report">Is told each step as it ends.</param>
public sealed partial class RepositoryStory(IRepositoryTree repository, string folder, Action<StoryStep> report)
    : IDisposable
{
    private const string Example = "examples/ray-job.yaml";
    private const string Quotas = "policies/quotas.yaml";
    private const string Stranger = "somebody-else";

    // For a repository that wasn't written by init.
    private const string Plain =
        "name: hello-ray\nentrypoint: python -c \"import ray; ray.init()\"\nworkers: {replicas: 1}\ntimeout: 30m\n";

    private readonly List<StoryStep> steps = [];
    private readonly EmulatedGitHub github = EmulatedGitHub.Start(
        Path.Combine(folder, "origin.git"),
        new EmulatedGitHubOptions { RequiredContexts = ["rayquest"] }
    );
    private readonly Dictionary<string, EmulatedUser> people = new(StringComparer.OrdinalIgnoreCase);
    private int clones;

    /// <inheritdoc/>
    public void Dispose() => github.Dispose();

    /// <summary>Tells the story to its end; the steps tell whether all went as it should.</summary>
    /// <param name="policies">The repository's own, which must not be broken.</param>
    /// <param name="team">One of <see cref="TeamOf"/>.</param>
    public async Task<IReadOnlyList<StoryStep>> Run(PolicySet policies, string team, CancellationToken cancel = default)
    {
        TeamPolicy quota = policies.Quotas.Teams[team];
        EmulatedUser member = Person(quota.Members.First(IsLogin));
        EmulatedUser platform = github.AddUser("the-platform", PermissionLevel.Admin);
        EmulatedUser stranger = Person(Stranger);
        github.Push(platform, "main", "The repository as it is", Files());
        (string path, string request) = Request(team);

        int good = Open(member, "ask", (path, request));
        ReviewOutcome outcome = await Review(good, cancel);
        Step(
            $"{member.Login} of team {team} asks for {path}",
            outcome.Preview!.Verdict != Verdict.Blocked,
            Headline(outcome)
        );

        int faulty = Open(member, "misspelt", (path, request + "timout: 30m\n"));
        outcome = await Review(faulty, cancel);
        Step(
            "the same with a misspelt key",
            outcome.Preview!.Verdict == Verdict.Blocked
                && outcome.Comment.ToString().Contains("timout", StringComparison.Ordinal),
            Headline(outcome)
        );

        int cheat = Open(member, "cheat", (path, request), (Quotas, $"{Text(Quotas)?.TrimEnd('\n')}\n# more\n"));
        outcome = await Review(cheat, cancel);
        Step(
            "the same, with a change of policies/quotas.yaml on the way",
            outcome.Preview!.Verdict == Verdict.Blocked,
            Headline(outcome)
        );

        int foreign = Open(stranger, "foreign", (path, request));
        outcome = await Review(foreign, cancel);
        Step(
            $"{stranger.Login}, who is in no team, asks for it",
            outcome.Preview!.Verdict != Verdict.Pass,
            Headline(outcome)
        );

        outcome = await Approve(good, team, quota, policies.Quotas, cancel);
        if (outcome.Preview!.Verdict == Verdict.Pass)
        {
            await Merge(platform, good, path, cancel);
        }

        return steps;
    }

    /// <summary>The first team that lists a member by name; null for none.</summary>
    public static string? TeamOf(QuotasPolicy quotas) =>
        quotas
            .Teams.Where(team => team.Key != QuotasPolicy.DefaultTeam && team.Value.Members.Any(IsLogin))
            .Select(team => team.Key)
            .Order(StringComparer.Ordinal)
            .FirstOrDefault();

    private static bool IsLogin(string name) => !name.Contains('/', StringComparison.Ordinal);

    private static string Headline(ReviewOutcome outcome) => ReviewComment.Headline(outcome.Preview!);

    private Dictionary<string, string?> Files()
    {
        Dictionary<string, string?> files = new(StringComparer.Ordinal) { ["README.md"] = "# Ray jobs\n" };
        foreach (string top in new[] { RequestPath.Policies, RequestPath.Requests, RequestPath.Jobs })
        {
            foreach (
                string path in repository
                    .List(top)
                    .Where(entry => entry.Kind == TreeEntryKind.File)
                    .Select(entry => entry.Path)
            )
            {
                files[path] = Text(path);
            }
        }

        return files;
    }

    private string? Text(string path) =>
        repository.Read(path) is { } bytes ? Encoding.UTF8.GetString(bytes.Span) : null;

    // The example that init wrote, under a name that no request of the team has yet.
    private (string Path, string Text) Request(string team)
    {
        string text = (Text(Example) ?? Plain).ReplaceLineEndings("\n");
        string name = NameLine().Match(text) is { Success: true } line ? line.Groups[1].Value : "hello-ray";
        string free = name;
        for (
            int number = 2;
            repository.Find($"{RequestPath.Requests}{team}/{free}.yaml") is not null
                || repository.Find($"{RequestPath.Jobs}{team}/{free}.yaml") is not null;
            number++
        )
        {
            free = string.Create(CultureInfo.InvariantCulture, $"{name}-{number}");
        }

        return ($"{RequestPath.Requests}{team}/{free}.yaml", NameLine().Replace(text, $"name: {free}"));
    }

    private EmulatedUser Person(string login) =>
        people.TryGetValue(login, out EmulatedUser? known) ? known : people[login] = github.AddUser(login);

    private int Open(EmulatedUser who, string branch, params (string Path, string Text)[] files)
    {
        github.Push(
            who,
            branch,
            $"Ask: {branch}",
            files.ToDictionary(file => file.Path, string? (file) => file.Text, StringComparer.Ordinal),
            "main"
        );
        return github.OpenPull(who, branch, $"Ask: {branch}").Number;
    }

    private Task<ReviewOutcome> Review(int pull, CancellationToken cancel) =>
        InClone((client, git) => new PullReviewer(client, git, Options()).Review(pull, cancel));

    // Everybody whom the policies name is asked, in their order, until it passes: the team's approvers, then the platform's.
    private async Task<ReviewOutcome> Approve(
        int pull,
        string team,
        TeamPolicy quota,
        QuotasPolicy quotas,
        CancellationToken cancel
    )
    {
        ReviewOutcome outcome = await Review(pull, cancel);
        foreach (
            string name in quota
                .Approvers.Concat(quotas.Approvers)
                .Where(IsLogin)
                .Distinct(StringComparer.OrdinalIgnoreCase)
        )
        {
            if (outcome.Preview!.Verdict != Verdict.NeedsApproval)
            {
                break;
            }

            EmulatedUser approver = Person(name);
            github.Comment(approver, pull, $"/approve-quota {github.Pull(pull).HeadSha}");
            outcome = await Review(pull, cancel);
            Step($"{name} approves the first one", outcome.Preview!.Verdict != Verdict.Blocked, Headline(outcome));
        }

        if (outcome.Preview!.Verdict != Verdict.Pass)
        {
            Step($"the first request of team {team} can be merged", asItShould: false, Headline(outcome));
        }

        return outcome;
    }

    private async Task Merge(EmulatedUser who, int pull, string path, CancellationToken cancel)
    {
        string before = github.Git.Resolve("refs/heads/main").ToString();
        github.Merge(who, pull);
        await InClone((client, git) => new MergedReview(client, git, Options()).Review(before, "main", cancel));
        string job = RequestPath.JobOf(path);
        Step(
            "it is merged",
            github.Git.ReadFile(github.Git.Resolve("refs/heads/main"), job) is not null,
            $"{job} is on main, for Argo CD to apply"
        );
        ReviewOutcome again = await InClone(
            (client, git) =>
                new MergedReview(client, git, Options()).Review(
                    github.Git.Resolve("refs/heads/main").ToString(),
                    "main",
                    cancel
                )
        );
        Step(
            "the hourly run looks at it again",
            again.Written.Count == 0,
            again.Written.Count == 0 ? "there is nothing to do" : string.Join(", ", again.Written)
        );
    }

    private ReviewOptions Options() =>
        new()
        {
            Remote = github.Git.GitDirectory,
            Page = "https://github.com/acme/ray-jobs",
            Time = github.Clock,
        };

    // Each run of a workflow has a clone of its own.
    private async Task<T> InClone<T>(Func<GitHubClient, GitRepository, Task<T>> run)
    {
        using GitRepository git = GitRepository.InitBare(
            Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"clone-{++clones}"))
        );
        using GitHubClient client = github.Client();
        return await run(client, git);
    }

    private void Step(string what, bool asItShould, string seen)
    {
        StoryStep step = new(what, asItShould, seen);
        steps.Add(step);
        report(step);
    }

    [GeneratedRegex("^name: *([a-z0-9-]+) *$", RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex NameLine();
}
