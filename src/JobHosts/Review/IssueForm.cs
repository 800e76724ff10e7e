using System.Globalization;
using Rayquest.JobHosts.Authorship;
using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.GitHub;
using Rayquest.JobLint;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Languages;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Quantities;
using Rayquest.JobModel.Repository;
using Rayquest.JobModel.Text;
using Rayquest.JobModel.Yaml;
using Rayquest.JobRender.Canonical;
using Rayquest.JobReport.Doctor.Checks;
using Rayquest.JobReport.Evaluation;
using Rayquest.JobReport.Markdown;

namespace Rayquest.JobHosts.Review;

/// <summary>What came of an issue form.</summary>
/// <param name="Pull">The pull request it became, or null.</param>
/// <param name="Findings">What is wrong with it; warnings don't stop it.</param>
public sealed record IssueFormOutcome(int? Pull, IReadOnlyList<Finding> Findings, string? Fault);

/// <summary>
/// Turns the issue form into a pull request with a request file, for people who don't write YAML. The issue's author is the
/// job's owner, so that they can't approve it themselves although a bot opened the pull request. Editing the issue after a
/// bad form tries again.
/// </summary>
public sealed class IssueForm(GitHubClient github, GitRepository git, ReviewOptions options)
{
    private const string TipReference = "refs/rayquest/base";
    private static readonly string[] Workers =
    [
        "workers.replicas",
        "workers.cpu",
        "workers.memory",
        "workers.gpu",
        "workers.gpus",
    ];
    private static readonly string[] Texts = ["name", "description", "entrypoint", "image", "profile", "timeout"];

    /// <summary>Reads the issue and opens or updates its pull request, or answers what is wrong.</summary>
    /// <exception cref="HostException">Git or GitHub failed; running it again goes on from there.</exception>
    public async Task<IssueFormOutcome> Submit(int number, string branch, CancellationToken cancel = default)
    {
        Issue issue = await github.Issue.Get(number, cancel);
        if (issue.State != ItemState.Open || issue.User is not { } author)
        {
            return new IssueFormOutcome(null, [], "the issue is closed");
        }

        IReadOnlyDictionary<string, string> fields = Fields(issue.Body ?? "");
        (string team, string name) = (fields.GetValueOrDefault("team", ""), fields.GetValueOrDefault("name", ""));
        if (!RequestPath.IsTeam(team) || !KubernetesNames.IsDns1035Label(name))
        {
            const string fault =
                "`team` and `name` must be lower-case letters, digits and hyphens, beginning with a letter";
            await Answer(
                number,
                MarkdownText.Of(
                    $"### ⛔ The form can't be used yet\n\n{MarkdownText.Prose(fault)}. Edit the issue to try again.\n"
                ),
                cancel
            );
            return new IssueFormOutcome(null, [], fault);
        }

        git.Fetch(options.Remote, $"+refs/heads/{branch}:{TipReference}", options.Credential);
        ObjectId tip = git.Resolve(TipReference);
        CommitTree tree = new(git, tip);
        string path = $"{RequestPath.Requests}{team}/{name}.yaml";
        byte[] request = Write(fields, author.Login);
        Assessment assessment = Assessor.Assess(
            new AssessmentInput
            {
                Base = tree,
                Result = new OverlayTree(
                    tree,
                    new Dictionary<string, byte[]?>(StringComparer.Ordinal) { [path] = request }
                ),
                ChangedPaths = [path],
                Recorded = options.Recorded,
            }
        );
        if (assessment.Errors > 0)
        {
            Language spoken = Language.Of(assessment.Language);
            MarkdownText rows = MarkdownText.Join(
                assessment
                    .Findings.Take(50)
                    .Select(f =>
                        MarkdownText.Of(
                            $"| {(f.Severity == Severity.Error ? MarkdownText.Of($"⛔") : MarkdownText.Of($"⚠️"))} | {MarkdownText.Code(f.Rule.Code)} | {MarkdownText.Prose(spoken.Of(f).Message, 500)} |\n"
                        )
                    )
            );
            MarkdownText body =
                MarkdownText.Of(
                    $"### ⛔ {assessment.Errors} to fix\n\nEdit the issue to try again.\n\n| | | What |\n|---|---|---|\n{rows}\n"
                )
                + MarkdownText.Folded(
                    $"The request as it was read",
                    MarkdownText.Fence(System.Text.Encoding.UTF8.GetString(request), "yaml")
                );
            await Answer(number, body, cancel);
            return new IssueFormOutcome(null, assessment.Findings, null);
        }

        PullRequest pull = await Open(issue, branch, tip, path, request, cancel);
        await Answer(
            number,
            MarkdownText.Of(
                $"### ✅ Submitted\n\n{MarkdownText.Link(MarkdownText.Of($"The pull request"), pull.HtmlUrl)} says what happens next.\n"
            ),
            cancel
        );
        // Runs that the workflow's own token causes are held back by GitHub until a person lets them.
        await new PullReviewer(github, git, options).Review(pull.Number, cancel);
        return new IssueFormOutcome(pull.Number, assessment.Findings, null);
    }

    /// <summary>The form's answers by heading, as GitHub writes them: <c>### heading</c>, a blank line, the answer.</summary>
    internal static IReadOnlyDictionary<string, string> Fields(string body)
    {
        Dictionary<string, string> fields = new(StringComparer.Ordinal);
        string? heading = null;
        List<string> lines = [];
        foreach (string line in body.ReplaceLineEndings("\n").Split('\n').Append("### "))
        {
            // Only headings the form has: an answer may hold lines that look like one.
            if (
                line.StartsWith("### ", StringComparison.Ordinal)
                && (line.Length == 4 || IsHeading(line[4..].Trim()))
                && !fields.ContainsKey(line[4..].Trim())
            )
            {
                if (heading is not null && Answer(lines) is { Length: > 0 } answer)
                {
                    fields[heading] = answer;
                }

                heading = line[4..].Trim();
                lines = [];
            }
            else
            {
                lines.Add(line);
            }
        }

        return fields;
    }

    private static bool IsHeading(string text) =>
        text == "team"
        || Texts.Contains(text, StringComparer.Ordinal)
        || Workers.Contains(text, StringComparer.Ordinal);

    private static string Answer(List<string> lines)
    {
        string text = string.Join('\n', lines).Trim();
        // A field with `render: shell` comes in a fence.
        if (
            text.StartsWith("```", StringComparison.Ordinal)
            && text.EndsWith("```", StringComparison.Ordinal)
            && text.Contains('\n', StringComparison.Ordinal)
        )
        {
            text = text[(text.IndexOf('\n', StringComparison.Ordinal) + 1)..^3].Trim();
        }

        return text == "_No response_" ? "" : text;
    }

    /// <summary>The request file the answers make; the owner is whoever wrote the issue.</summary>
    internal static byte[] Write(IReadOnlyDictionary<string, string> fields, string owner)
    {
        SourceSpan nowhere = new(new SourceText("issue", ""), default);
        List<YamlEntry> entries =
        [
            .. Texts.Where(fields.ContainsKey).Select(k => Entry(k, fields[k])),
            Entry("owner", owner),
        ];
        YamlEntry[] workers =
        [
            .. Workers
                .Where(fields.ContainsKey)
                .Select(k => k == "workers.replicas" ? Replicas(fields[k]) : Entry(k["workers.".Length..], fields[k])),
        ];
        if (workers.Length > 0)
        {
            entries.Add(new YamlEntry(Scalar("workers"), new YamlMapping(nowhere, [.. workers], isFlow: false)));
        }

        return CanonicalYaml.Write([new YamlMapping(nowhere, [.. entries], isFlow: false)]);

        YamlScalar Scalar(string text) =>
            new(
                nowhere,
                text,
                text.Length is > 0 and < 10 && text.All(char.IsAsciiDigit) && (text[0] != '0' || text.Length == 1)
                    ? YamlScalarStyle.Plain
                    : YamlScalarStyle.Quoted
            );

        YamlEntry Entry(string key, string value) =>
            new(new YamlScalar(nowhere, key, YamlScalarStyle.Plain), Scalar(value));

        YamlEntry Replicas(string value) =>
            value.Split('-', '–') is [var min, var max] && min.Trim().Length > 0
                ? new YamlEntry(
                    new YamlScalar(nowhere, "replicas", YamlScalarStyle.Plain),
                    new YamlMapping(nowhere, [Entry("min", min.Trim()), Entry("max", max.Trim())], isFlow: false)
                )
                : Entry("replicas", value);
    }

    private async Task<PullRequest> Open(
        Issue issue,
        string branch,
        ObjectId tip,
        string path,
        byte[] request,
        CancellationToken cancel
    )
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"{IssueBranch.Prefix}{issue.Number}");
        if (await github.Git.Reference.Find($"heads/{name}", cancel) is not { } there)
        {
            there = await WriteOnce.Run<Reference>(
                github,
                again => github.Git.Reference.Find($"heads/{name}", again),
                again => github.Git.Reference.Create($"heads/{name}", tip.ToString(), again),
                cancel
            );
        }

        ObjectId head = ObjectId.Parse(there.Object.Sha);
        git.FetchCommit(options.Remote, head, options.Credential);
        if (git.ReadFile(head, path) is not { } held || !held.AsSpan().SequenceEqual(request))
        {
            // An edited issue may name another job: the branch then holds the new request only.
            string[] others =
            [
                .. git.Diff(git.MergeBase(tip, head) ?? tip, head)
                    .Where(c => !c.IsDeleted && RequestPath.IsRequest(c.Path) && c.Path != path)
                    .Select(c => c.Path),
            ];
            CommitOnBranch commit = new(
                name,
                head.ToString(),
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Ask for {RequestPath.NameOf(path)} (issue {issue.Number})"
                ),
                "",
                [new FileAddition(path, request)],
                others
            );
            await WriteOnce.Run<CommitOnBranchResult>(
                github,
                async again =>
                    await github.Git.Reference.Find($"heads/{name}", again) is { } now
                    && now.Object.Sha != head.ToString()
                        ? new CommitOnBranchResult(now.Object.Sha)
                        : null,
                again => github.GraphQL.CreateCommitOnBranch(commit, again),
                cancel
            );
        }

        return await Find(cancel)
            ?? await WriteOnce.Run<PullRequest>(
                github,
                Find,
                again =>
                    github.PullRequest.Create(
                        new NewPullRequest(
                            $"Run {RequestPath.NameOf(path)}",
                            name,
                            branch,
                            MarkdownText
                                .Of(
                                    $"Asked for by {MarkdownText.Code(issue.User!.Login)} in the issue below, by its form.\n\n"
                                )
                                .ToString() + string.Create(CultureInfo.InvariantCulture, $"Closes #{issue.Number}\n")
                        ),
                        again
                    ),
                cancel
            );

        async Task<PullRequest?> Find(CancellationToken again) =>
            (
                await github.PullRequest.GetAll(ItemState.Open, branch, $"{github.Name.Owner}:{name}", again)
            ).FirstOrDefault(p => p.Head.Ref == name && !p.IsFork);
    }

    private async Task Answer(int number, MarkdownText text, CancellationToken cancel)
    {
        string body =
            MarkdownText.Marker(string.Create(CultureInfo.InvariantCulture, $"rayquest:issue-form issue={number}"))
            + text.ToString();
        IssueComment? ours = await Find(cancel);
        if (ours is null)
        {
            await WriteOnce.Run<IssueComment>(
                github,
                Find,
                again => github.Issue.Comment.Create(number, body, again),
                cancel
            );
        }
        else if ((ours.Body ?? "").ReplaceLineEndings("\n").TrimEnd() != body.TrimEnd())
        {
            await github.Issue.Comment.Update(ours.Id, body, cancel);
        }

        async Task<IssueComment?> Find(CancellationToken again) =>
            (await github.Issue.Comment.GetAllForIssue(number, again)).FirstOrDefault(c =>
                c.User?.Type == "Bot" && c.Body?.StartsWith(IssueBranch.Marker, StringComparison.Ordinal) == true
            );
    }
}
