using System.CommandLine;
using Rayquest.JobCli.Console;
using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.LedgerBranch;
using Rayquest.JobHosts.Review;
using Rayquest.JobReport.Approvals;
using Rayquest.JobReport.Comment;
using Rayquest.JobReport.Evaluation;
using Rayquest.JobReport.Jobs;
using Rayquest.JobReport.Lifecycle;
using Rayquest.JobReport.Markdown;
using Rayquest.JobReport.Output;

namespace Rayquest.JobCli.Commands;

/// <summary><c>rayquest preview</c>: what the pull request's comment would say, from Git objects, offline.</summary>
internal sealed class PreviewCommand : IProgramCommand
{
    /// <inheritdoc/>
    public string Name => "preview";

    private static readonly string[] Formats = ["text", "markdown", "json"];

    /// <inheritdoc/>
    public IReadOnlyList<(string Line, string Does)> Examples { get; } =
    [
        ("rayquest preview", "what the comment on a pull request from HEAD to main would say"),
        ("rayquest preview --base origin/main --head my-branch", "for another branch"),
        ("rayquest preview --format json", "for scripts"),
    ];

    /// <inheritdoc/>
    public Command Build(Terminal terminal)
    {
        Option<string> from = new("--base")
        {
            Description = "The commit whose policies apply.",
            DefaultValueFactory = _ => "main",
            HelpName = "REF",
        };
        Option<string> head = new("--head")
        {
            Description = "The commit whose changes are evaluated, read as data.",
            DefaultValueFactory = _ => "HEAD",
            HelpName = "REF",
        };
        Option<string?> format = new("--format")
        {
            Description = "text (on a terminal), markdown or json.",
            HelpName = "FORMAT",
        };
        format.AcceptOnlyFromAmong(Formats);
        Option<string?> author = new("--author") { Description = "GitHub login of who submits.", HelpName = "LOGIN" };
        Option<string?> repo = RepositoryOption.Option();
        Command command = new(Name, "Say what the comment on a pull request would say.")
        {
            from,
            head,
            format,
            author,
            repo,
        };
        command.SetAction(parsed =>
        {
            using GitRepository git = GitRepository.Open(RepositoryOption.Root(parsed.GetValue(repo), terminal));
            ObjectId tip = git.Resolve(parsed.GetValue(from)!);
            ObjectId commit = git.Resolve(parsed.GetValue(head)!);
            MergedChange change = new ChangeReader(git).Read(tip, commit);
            string? by = parsed.GetValue(author);
            ChangeEvaluation preview = VerdictRule.Decide(
                Assessor.Assess(
                    change.Input(git) with
                    {
                        Recorded = LocalLedger.Names(git),
                        At = TimeProvider.System.GetUtcNow(),
                    }
                ),
                new ApprovalInput(by, new HashSet<string>([commit.ToString()], StringComparer.Ordinal), []),
                Known(git)
            );
            string wanted = parsed.GetValue(format) ?? (terminal.Colour ? "text" : "markdown");
            if (wanted == "json")
            {
                terminal.Out.Write(PreviewJson.Write(preview));
            }
            else
            {
                MarkdownText text = ReviewComment.Write(
                    preview,
                    new CommentContext(null, commit.ToString(), tip.ToString()),
                    ReviewComment.SummaryLimit
                );
                terminal.Out.Write(
                    wanted == "text"
                        ? TerminalMarkdown.Render(text, terminal.Colour, width: terminal.Width)
                        : text.ToString()
                );
            }

            return preview.IsPlatformFault ? ExitCodes.Usage
                : preview.Verdict == Verdict.Blocked ? ExitCodes.Findings
                : ExitCodes.Clean;
        });
        return command;
    }

    // As far as this clone has it: a preview asks nobody.
    private static JobKnowledge Known(GitRepository git)
    {
        string[] references = ["refs/remotes/origin/ledger", "refs/heads/ledger"];
        LedgerSnapshot? ledger = references
            .Where(reference => git.TryResolve(reference) is not null)
            .Select(reference =>
                new LedgerStore(git, new LedgerStoreOptions { Remote = null, Reference = reference }).Read()
            )
            .FirstOrDefault();
        return JobKnowledge.Of(ledger?.View, TimeProvider.System.GetUtcNow());
    }
}
