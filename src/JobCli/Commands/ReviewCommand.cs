using System.CommandLine;
using System.Globalization;
using Rayquest.JobCli.Console;
using Rayquest.JobHosts.Review;
using Rayquest.JobLint.Output;
using Rayquest.JobReport.Evaluation;
using Rayquest.JobReport.Ledger;
using Rayquest.JobReport.Lifecycle;

namespace Rayquest.JobCli.Commands;

/// <summary><c>rayquest review</c>: the trusted evaluation of a pull request, or of a merge queue's result.</summary>
internal sealed class ReviewCommand : IProgramCommand
{
    /// <inheritdoc/>
    public string Name => "review";

    /// <inheritdoc/>
    public IReadOnlyList<(string Line, string Does)> Examples { get; } =
    [
        (
            "rayquest review --pull 12",
            "evaluate pull request 12 and report to GitHub: comment, status, check run, labels, rendering"
        ),
        ("rayquest review --pull 12 --dry-run", "print the comment and write nothing"),
        ("rayquest review --pull 9", "a merged pull request: follow its unanswered /stop and /rerun comments"),
        ("rayquest review --event", "in a workflow: whatever the event that started it asks for"),
        ("rayquest review --head SHA", "evaluate the one open pull request with this head"),
        ("rayquest review --merge-group --ref REF --head SHA", "evaluate what a merge queue would make of the branch"),
    ];

    /// <inheritdoc/>
    public Command Build(Terminal terminal)
    {
        Option<int?> pull = new("--pull") { Description = "The pull request's number.", HelpName = "N" };
        Option<string?> head = new("--head") { Description = "The full id of a head commit.", HelpName = "SHA" };
        Option<string?> before = new("--before")
        {
            Description = "With --pull: the head before the push that woke this run; its success no longer counts.",
            HelpName = "SHA",
        };
        Option<string?> changed = new("--changed-at")
        {
            Description =
                "With --pull: when the event says the pull request was last changed (RFC 3339). Saves a call of GitHub's API.",
            HelpName = "TIME",
        };
        Option<string?> reference = new("--ref")
        {
            Description = "With --merge-group: the temporary branch of the group.",
            HelpName = "REF",
        };
        Option<bool> group = new("--merge-group") { Description = "Evaluate a merge queue's group." };
        Option<bool> dryRun = new("--dry-run") { Description = "Print the comment and write nothing." };
        Option<bool> ofEvent = WorkflowEvent.Option();
        Option<string?> repo = RepositoryOption.Option();
        Command command = new(Name, "Evaluate a pull request by the base's policies and report to GitHub.")
        {
            pull,
            head,
            before,
            changed,
            reference,
            group,
            dryRun,
            ofEvent,
            repo,
        };
        command.SetAction(
            async (parsed, cancel) =>
            {
                WorkflowEvent? woken = parsed.GetValue(ofEvent)
                    ? WorkflowEvent.Read(Environment.GetEnvironmentVariable)
                    : null;
                if (woken is { OfRun: not (null or "pull_request_review" or "merge_group") })
                {
                    terminal.Out.WriteLine("the end of a workflow that asks for nothing; nothing to do");
                    return ExitCodes.Clean;
                }

                string? asked = woken?.HeadOfRun ?? parsed.GetValue(head);
                using CommandServices world = new(parsed, repo, new ClusterOptions(), terminal);
                world.RequireCurrentRun();
                world.ReportWhatNeedsTheApp();
                ReviewOptions options = Reviews.Options(world, parsed.GetValue(dryRun)) with
                {
                    Before = Reviews.OptionalSha(woken?.Before ?? parsed.GetValue(before), "--before"),
                    ChangedAt = Reviews.OptionalTime(woken?.ChangedAt ?? parsed.GetValue(changed), "--changed-at"),
                };
                ReviewOutcome? outcome;
                if (woken is { OfRun: "merge_group" } || parsed.GetValue(group))
                {
                    string queued = Reviews.Sha(asked, "--head");
                    outcome = await new QueueReview(Reviews.GitHub(world), world.Git, options).Review(
                        world.Platform.ArgoCd.Revision,
                        parsed.GetValue(reference) ?? "",
                        queued,
                        cancel
                    );
                }
                else if ((woken?.Number ?? parsed.GetValue(pull)) is { } number)
                {
                    outcome = await new PullReviewer(Reviews.GitHub(world), world.Git, options).Review(number, cancel);
                    if (outcome.Result == ReviewResult.NotASubmission)
                    {
                        LifecycleOutcome followed = await new LifecycleCommands(
                            Reviews.GitHub(world),
                            world.Git,
                            options
                        ).Handle(number, cancel);
                        if (followed.Replies.Any(reply => reply.Commit.Length > 0))
                        {
                            await world.StartMergeWorkflow(cancel);
                        }

                        return Reviews.Report(followed, terminal);
                    }
                }
                else
                {
                    outcome = await new PullReviewer(Reviews.GitHub(world), world.Git, options).ReviewHead(
                        Reviews.Sha(asked, "--pull or --head"),
                        cancel
                    );
                }

                if (outcome is null)
                {
                    terminal.Out.WriteLine("no single open pull request has this head; nothing to do");
                    return ExitCodes.Clean;
                }

                return Reviews.Report(outcome, parsed.GetValue(dryRun), terminal);
            }
        );
        return command;
    }
}

/// <summary><c>rayquest merged</c>: after a push to the default branch.</summary>
internal sealed class MergedCommand : IProgramCommand
{
    /// <inheritdoc/>
    public string Name => "merged";

    /// <inheritdoc/>
    public IReadOnlyList<(string Line, string Does)> Examples { get; } =
    [
        (
            "rayquest merged --base BEFORE --head AFTER",
            "render what a push merged and isn't rendered, and note it in the ledger"
        ),
    ];

    /// <inheritdoc/>
    public Command Build(Terminal terminal)
    {
        Option<string?> from = new("--base")
        {
            Description = "The branch's head before the push; without it, what earlier runs left is done.",
            HelpName = "SHA",
        };
        Option<string?> head = new("--head")
        {
            Description = "Its head after the push; the branch is evaluated as it is now.",
            HelpName = "SHA",
        };
        Option<bool> dryRun = new("--dry-run") { Description = "Say what would be committed and write nothing." };
        Option<bool> ofEvent = WorkflowEvent.Option();
        Option<string?> repo = RepositoryOption.Option();
        Command command = new(Name, "Check and note what a push to the default branch merged.")
        {
            from,
            head,
            dryRun,
            ofEvent,
            repo,
        };
        command.SetAction(
            async (parsed, cancel) =>
            {
                using CommandServices world = new(parsed, repo, new ClusterOptions(), terminal);
                world.RequireCurrentRun();
                bool dry = parsed.GetValue(dryRun);
                string branch = world.Platform.ArgoCd.Revision;
                string? pushed = parsed.GetValue(ofEvent)
                    ? WorkflowEvent.Read(Environment.GetEnvironmentVariable).Before
                    : parsed.GetValue(from);
                string before = Reviews.OptionalSha(pushed, "--base") ?? world.Default.Tip.ToString();
                if (before.AsSpan().IndexOfAnyExcept('0') < 0)
                {
                    terminal.Out.WriteLine("the branch is new; nothing was merged to it");
                    return ExitCodes.Clean;
                }

                ReviewOutcome outcome = await new MergedReview(
                    Reviews.GitHub(world),
                    world.Git,
                    Reviews.Options(world, dry)
                ).Review(before, branch, cancel);
                if (!dry)
                {
                    LedgerCommand.CatchUp(world, branch);
                }

                int code = Reviews.Report(outcome, dry, terminal);
                if (!dry)
                {
                    IReadOnlyList<ReviewOutcome> reported = await new OpenSubmissions(
                        Reviews.GitHub(world),
                        world.Git,
                        Reviews.Options(world, dryRun: false)
                    ).Refresh(branch, cancel);
                    foreach (ReviewOutcome other in reported.Where(o => o.Preview is not null))
                    {
                        terminal.Out.WriteLine(
                            TerminalText.Line(
                                $"evaluated again: pull request {other.Pull}: {JobReport.Comment.ReviewComment.Headline(other.Preview!)} ({(other.Written.Count == 0 ? "nothing had changed" : string.Join(", ", other.Written))})"
                            )
                        );
                    }
                }

                return code;
            }
        );
        return command;
    }
}

/// <summary><c>rayquest issue-form</c>: an issue form becomes a pull request.</summary>
internal sealed class IssueFormCommand : IProgramCommand
{
    /// <inheritdoc/>
    public string Name => "issue-form";

    /// <inheritdoc/>
    public IReadOnlyList<(string Line, string Does)> Examples { get; } =
    [
        (
            "rayquest issue-form --issue 7",
            "open a pull request with the request the form describes, or answer what is wrong"
        ),
    ];

    /// <inheritdoc/>
    public Command Build(Terminal terminal)
    {
        Option<int?> issue = new("--issue") { Description = "The issue's number.", HelpName = "N" };
        Option<bool> ofEvent = WorkflowEvent.Option();
        Option<string?> repo = RepositoryOption.Option();
        Command command = new(Name, "Turn an issue form into a pull request.") { issue, ofEvent, repo };
        command.SetAction(
            async (parsed, cancel) =>
            {
                int number =
                    (
                        parsed.GetValue(ofEvent)
                            ? WorkflowEvent.Read(Environment.GetEnvironmentVariable).Number
                            : parsed.GetValue(issue)
                    ) ?? throw new UsageException("there is no issue", "give `--issue N`, or `--event` in a workflow");
                using CommandServices world = new(parsed, repo, new ClusterOptions(), terminal);
                world.RequireCurrentRun();
                world.ReportWhatNeedsTheApp();
                IssueFormOutcome outcome = await new IssueForm(
                    Reviews.GitHub(world),
                    world.Git,
                    Reviews.Options(world, dryRun: false)
                ).Submit(number, world.Platform.ArgoCd.Revision, cancel);
                terminal.Out.WriteLine(
                    outcome.Pull is { } opened ? string.Create(CultureInfo.InvariantCulture, $"pull request {opened}")
                    : outcome.Fault is { } fault ? TerminalText.Line(fault)
                    : string.Create(
                        CultureInfo.InvariantCulture,
                        $"{outcome.Findings.Count} findings reported on the issue"
                    )
                );
                // A bad form was answered; the workflow itself has done its work.
                return ExitCodes.Clean;
            }
        );
        return command;
    }
}

/// <summary>What the review commands share.</summary>
internal static class Reviews
{
    public static JobHosts.GitHub.GitHubClient GitHub(CommandServices world) =>
        world.GitHub
        ?? throw new UsageException(
            "there is no way to GitHub",
            "set GITHUB_TOKEN (or RAYQUEST_APP_ID, RAYQUEST_APP_INSTALLATION_ID and RAYQUEST_APP_PRIVATE_KEY)"
        );

    public static ReviewOptions Options(CommandServices world, bool dryRun)
    {
        string page = world.PageUrl;
        JobHosts.LedgerBranch.LedgerSnapshot ledger = world.Ledger.Read();
        string? run = Environment.GetEnvironmentVariable("GITHUB_RUN_ID");
        return new ReviewOptions
        {
            Remote =
                world.Remote
                ?? throw new UsageException(
                    "the repository has no remote called origin",
                    "run in a clone of the GitHub repository"
                ),
            Credential = world.PushCredential,
            Page = page.Length == 0 ? null : page,
            RunUrl = page.Length == 0 || string.IsNullOrEmpty(run) ? null : $"{page}/actions/runs/{run}",
            DryRun = dryRun,
            StartsWorkflows = !world.HasWorkflowToken,
            GpuHoursUsed = GpuHours(world, ledger.View),
            Ledger = ledger.Head is null ? null : ledger.View,
        };
    }

    /// <summary>An id that may be left out: an event without one gives an empty text or zeros.</summary>
    public static string? OptionalSha(string? text, string option) =>
        string.IsNullOrEmpty(text) || text.AsSpan().IndexOfAnyExcept('0') < 0 ? null : Sha(text, option);

    /// <summary>A time that may be left out: an event without one gives an empty text.</summary>
    public static DateTimeOffset? OptionalTime(string? text, string option) =>
        string.IsNullOrEmpty(text) ? null
        : DateTimeOffset.TryParseExact(
            text,
            ["yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:sszzz"],
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out DateTimeOffset time
        )
            ? time
        : throw new UsageException($"{option} is not a valid time", "write it as GitHub does: 2026-12-01T09:30:00Z");

    public static string Sha(string? text, string option) =>
        text is { Length: 40 or 64 } && text.All(char.IsAsciiHexDigitLower) ? text
        : text is null ? throw new UsageException($"{option} is missing", "see `rayquest review --help`")
        : throw new UsageException($"{option} is not a full commit id", "give all 40 hexadecimal digits");

    /// <summary>Prints what came of the commands on a merged pull request.</summary>
    public static int Report(LifecycleOutcome outcome, Terminal terminal)
    {
        if (outcome.Replies.Count == 0)
        {
            terminal.Out.WriteLine(
                "closed, merged, or not for the default branch: nothing to evaluate, and no command without an answer"
            );
        }

        foreach (LifecycleReply reply in outcome.Replies)
        {
            string what =
                reply.Pull > 0 ? string.Create(CultureInfo.InvariantCulture, $" (pull request {reply.Pull})")
                : reply.Commit.Length > 0 ? $" ({reply.Commit[..10]})"
                : "";
            terminal.Out.WriteLine(TerminalText.Line($"{reply.Meant} by {reply.By}: {Became(reply.Kind)}{what}"));
        }

        // A command that can't be followed was answered; the workflow itself has done its work.
        return ExitCodes.Clean;
    }

    // For the run's log; the answer on the pull request says more.
    private static string Became(ReplyKind kind) =>
        kind switch
        {
            ReplyKind.Opened => "opened",
            ReplyKind.Committed => "committed",
            ReplyKind.AlreadyAsked => "asked for already",
            ReplyKind.NotAllowed => "not allowed",
            ReplyKind.Ended => "the job has ended",
            ReplyKind.Archived => "the job is archived",
            ReplyKind.Withdrawn => "taken back before",
            ReplyKind.Superseded => "replaced by a later change",
            ReplyKind.AmbiguousName => "several requests, and none is named",
            ReplyKind.NameUnknown => "no request of that name",
            ReplyKind.PartOfSweep => "one job of a sweep",
            ReplyKind.NoJobHere => "the pull request brought no request",
            ReplyKind.AfterMerge => "the pull request is merged",
            ReplyKind.Edited => "edited before it was read",
            ReplyKind.TooOld => "read too late",
            ReplyKind.RunNotRaised => "`run` can't be raised by one line",
            ReplyKind.ParameterRefused => "a parameter is refused",
            ReplyKind.PoliciesBroken => "the policies can't be read",
            ReplyKind.WouldBeDone => "a dry run, nothing is done",
            _ => "no command, answered with how they are written",
        };

    /// <summary>Prints the outcome, writes job summary and outputs, and gives the exit code.</summary>
    public static int Report(ReviewOutcome outcome, bool dryRun, Terminal terminal)
    {
        if (outcome.Preview is not { } preview)
        {
            terminal.Out.WriteLine("closed, merged, or not for the default branch: nothing to evaluate");
            return ExitCodes.Clean;
        }

        if (dryRun)
        {
            terminal.Out.Write(outcome.Comment.ToString());
        }
        else
        {
            terminal.Out.WriteLine(
                $"{JobReport.Comment.ReviewComment.Headline(preview)} ({(outcome.Written.Count == 0 ? "nothing had changed" : TerminalText.Line(string.Join(", ", outcome.Written)))})"
            );
        }

        Append("GITHUB_STEP_SUMMARY", outcome.Summary.ToString());
        string jobs = string.Join(
            ' ',
            preview
                .Jobs.Where(j => j.Starts)
                .Select(j => j.Name)
                .Where(n => JobModel.Quantities.KubernetesNames.IsDns1035Label(n))
        );
        string cost = preview.MaxCost is { } most ? most.ToString("0.00", CultureInfo.InvariantCulture) : "";
        Append("GITHUB_OUTPUT", $"verdict={outcome.Verdict}\njobs={jobs}\ncost={cost}\n");
        return preview.IsPlatformFault ? ExitCodes.Usage
            : preview.Verdict == Verdict.Blocked ? ExitCodes.Findings
            : ExitCodes.Clean;
    }

    private static Dictionary<(string Team, string Gpu), double> GpuHours(CommandServices world, LedgerView view)
    {
        Dictionary<(string, string), double> used = [];
        JobModel.Policies.LoadedPolicies policies = JobModel.Policies.PolicyLoader.Load(
            new JobHosts.Files.FolderTree(world.Root)
        );
        if (policies.IsBroken)
        {
            // The review says so on the pull request; it needs no hours for that.
            return used;
        }

        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        DateOnly month = new(now.UtcDateTime.Year, now.UtcDateTime.Month, 1);
        foreach ((string team, JobModel.Policies.TeamPolicy policy) in policies.Policies.Quotas.Teams)
        {
            foreach (string type in policy.GpuHoursPerMonth.Keys)
            {
                used[(team, type)] = 0;
            }
        }

        foreach (GpuUse use in view.GpuUse(now).Where(u => u.Month == month))
        {
            used[(use.Team, use.GpuType)] = use.Hours;
        }

        return used;
    }

    private static void Append(string variable, string text)
    {
        if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } file)
        {
            File.AppendAllText(file, text);
        }
    }
}
