using Rayquest.JobReport.Markdown;
using Rayquest.JobReport.Strings;

namespace Rayquest.JobReport.Lifecycle;

/// <summary>What came of a command.</summary>
public enum ReplyKind
{
    /// <summary>A pull request was opened for it.</summary>
    Opened,

    /// <summary>It was committed to the main branch.</summary>
    Committed,

    /// <summary>A pull request for the same is open already.</summary>
    AlreadyAsked,

    /// <summary>Who wrote it may not.</summary>
    NotAllowed,

    /// <summary>The job has ended.</summary>
    Ended,

    /// <summary>The job has ended and has left the main branch.</summary>
    Archived,

    /// <summary>Its request was taken back before.</summary>
    Withdrawn,

    /// <summary>A later change asks for another job under this name.</summary>
    Superseded,

    /// <summary>The pull request brought several requests, and none was named.</summary>
    AmbiguousName,

    /// <summary>It brought none of that name.</summary>
    NameUnknown,

    /// <summary>The name is of one job of a sweep, which can't be stopped or run by itself.</summary>
    PartOfSweep,

    /// <summary>The pull request brought no request.</summary>
    NoJobHere,

    /// <summary>Not a command.</summary>
    Help,

    /// <summary>Nearly a command of an open pull request.</summary>
    Mistyped,

    /// <summary>A command for a merged pull request on one that is open.</summary>
    BeforeMerge,

    /// <summary>A command for an open pull request on one that is merged.</summary>
    AfterMerge,

    /// <summary>The comment was edited before it was read.</summary>
    Edited,

    /// <summary>The comment was read long after it was written.</summary>
    TooOld,

    /// <summary>The request's <c>run</c> can't be raised by a change of one line.</summary>
    RunNotRaised,

    /// <summary>What the request asks for knows no such command.</summary>
    NotOfThisKind,

    /// <summary>It rests already, or goes on already.</summary>
    AlreadySo,

    /// <summary>Kueue decides when it rests.</summary>
    OfKueue,

    /// <summary>A parameter that the request doesn't have, or a value it doesn't take.</summary>
    ParameterRefused,

    /// <summary>The policies can't be read, so that nobody can tell who may.</summary>
    PoliciesBroken,

    /// <summary>A dry run: what would have been done is not done.</summary>
    WouldBeDone,
}

/// <summary>The one answer to one command; which of the fields are filled depends on its kind.</summary>
/// <param name="By">Who wrote the command.</param>
public sealed record LifecycleReply(ReplyKind Kind, CommandVerb Word, string By)
{
    /// <summary>The word of ours that was written, or meant.</summary>
    public string Meant { get; init; } = LifecycleCommand.Spelt(Word);

    /// <summary>Path of the request it is about, or empty.</summary>
    public string Request { get; init; } = "";

    /// <summary>The pull request it became, or that is in the way.</summary>
    public int Pull { get; init; }

    /// <summary>The commit it became, or that is in the way; empty where a pull request is named.</summary>
    public string Commit { get; init; } = "";

    /// <summary>Logins of who may.</summary>
    public IReadOnlyList<string> Approvers { get; init; } = [];

    /// <summary>Names that can be given; of a mistyped command the line that was meant.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>How the job ended, in the words of the status.</summary>
    public string Phase { get; init; } = "";

    /// <summary>Why a parameter was refused; holds what others wrote.</summary>
    public string Fault { get; init; } = "";

    /// <summary>How many jobs a sweep has.</summary>
    public int Count { get; init; }

    /// <summary>Policy asked for a commit, and the main branch takes none.</summary>
    public bool FellBack { get; init; }

    /// <summary>Whether the command was followed.</summary>
    public bool IsDone => Kind is ReplyKind.Opened or ReplyKind.Committed;

    /// <summary>The reply as Markdown.</summary>
    /// <param name="page">The repository's page, or null where there is none.</param>
    public MarkdownText Write(CommentStrings strings, string? page)
    {
        MarkdownText name = MarkdownText.Code(
            Request.Length == 0 ? "" : JobModel.Repository.RequestPath.NameOf(Request),
            80
        );
        MarkdownText who = MarkdownText.Code(By, 60);
        MarkdownText what =
            Pull > 0 ? Link(page, $"pull/{Pull}", MarkdownText.Of($"#{Pull}"))
            : Commit.Length > 0
                ? Link(page, $"commit/{Commit}", MarkdownText.Code(Commit[..Math.Min(10, Commit.Length)]))
            : MarkdownText.Of($"—");
        (MarkdownText sign, MarkdownText said) = (Kind, Word) switch
        {
            (ReplyKind.Opened, CommandVerb.Rerun) => Done(CommentStringKey.RerunOpened),
            (ReplyKind.Opened, CommandVerb.Suspend) => Done(CommentStringKey.SuspendOpened),
            (ReplyKind.Opened, CommandVerb.Resume) => Done(
                Names.Count > 0 ? CommentStringKey.ResumeAsOpened : CommentStringKey.ResumeOpened
            ),
            (ReplyKind.Opened, CommandVerb.Run) => Done(CommentStringKey.RunOpened),
            (ReplyKind.Opened, _) => Done(CommentStringKey.StopOpened),
            (ReplyKind.Committed, CommandVerb.Rerun) => Done(CommentStringKey.RerunCommitted),
            (ReplyKind.Committed, _) => Done(CommentStringKey.StopCommitted),
            (ReplyKind.AlreadyAsked, _) => Not(strings.Format(CommentStringKey.AlreadyAsked, what)),
            (ReplyKind.NotAllowed, _) => Not(
                strings.Format(
                    CommentStringKey.CommandNotAllowed,
                    who,
                    name,
                    strings.List([.. Approvers.Take(20).Select(p => MarkdownText.Code(p, 60))], CommentStringKey.Or)
                )
            ),
            (ReplyKind.Ended, _) => Not(strings.Format(CommentStringKey.JobEnded, name, MarkdownText.Prose(Phase))),
            (ReplyKind.Archived, _) => Not(strings.Format(CommentStringKey.JobArchived, name)),
            (ReplyKind.Withdrawn, _) => Not(strings.Format(CommentStringKey.JobWithdrawn, name, what)),
            (ReplyKind.Superseded, _) => Not(strings.Format(CommentStringKey.JobSuperseded, name, what)),
            (ReplyKind.AmbiguousName, _) => Not(strings.Format(CommentStringKey.AmbiguousName)),
            (ReplyKind.NameUnknown, _) => Not(strings.Format(CommentStringKey.NameUnknown)),
            (ReplyKind.PartOfSweep, _) => Not(
                strings.Format(CommentStringKey.PartOfSweep, MarkdownText.Of($"{Count}"))
            ),
            (ReplyKind.Mistyped, _) => Not(strings.Format(CommentStringKey.CommandMistyped)),
            (ReplyKind.BeforeMerge, _) => Not(strings.Format(CommentStringKey.CommandBeforeMerge)),
            (ReplyKind.AfterMerge, _) => Not(strings.Format(CommentStringKey.CommandAfterMerge)),
            (ReplyKind.NoJobHere, _) => Not(strings.Format(CommentStringKey.NoJobHere)),
            (ReplyKind.Edited, _) => Not(strings.Format(CommentStringKey.CommandEdited)),
            (ReplyKind.TooOld, _) => Not(strings.Format(CommentStringKey.CommandTooOld)),
            (ReplyKind.RunNotRaised, not CommandVerb.Rerun) => Not(
                strings.Format(CommentStringKey.RequestNotChanged, MarkdownText.Code(Request, 120))
            ),
            (ReplyKind.RunNotRaised, _) => Not(
                strings.Format(CommentStringKey.RunNotRaised, MarkdownText.Code(Request, 120))
            ),
            (ReplyKind.NotOfThisKind, _) => Not(
                strings.Format(
                    CommentStringKey.CommandNotOfKind,
                    MarkdownText.Code(Meant),
                    name,
                    MarkdownText.Code(Phase)
                )
            ),
            (ReplyKind.AlreadySo, CommandVerb.Suspend) => Not(strings.Format(CommentStringKey.AlreadySuspended, name)),
            (ReplyKind.AlreadySo, _) => Not(strings.Format(CommentStringKey.NotSuspended, name)),
            (ReplyKind.OfKueue, _) => Not(strings.Format(CommentStringKey.KueueSuspends, name)),
            (ReplyKind.ParameterRefused, _) => Not(
                strings.Format(CommentStringKey.ParameterRefused, MarkdownText.Prose(Fault, 600))
            ),
            (ReplyKind.PoliciesBroken, _) => Not(strings.Format(CommentStringKey.CommandPoliciesBroken)),
            (ReplyKind.WouldBeDone, _) => (MarkdownText.Of($"⚪"), strings.Format(CommentStringKey.CommandDryRun, name)),
            _ => (MarkdownText.Of($"ℹ️"), strings.Format(CommentStringKey.CommandHelp)),
        };
        MarkdownText fallen = FellBack
            ? MarkdownText.Of($" {strings.Format(CommentStringKey.CommitRefused)}")
            : MarkdownText.Empty;
        MarkdownText text = MarkdownText.Of($"{sign} {said}{fallen}\n");
        string[] lines = Kind switch
        {
            ReplyKind.Help or ReplyKind.AfterMerge => ["/stop", "/rerun", "/suspend", "/resume", "/run"],
            ReplyKind.Mistyped => [.. Names],
            ReplyKind.AmbiguousName or ReplyKind.NameUnknown or ReplyKind.PartOfSweep =>
            [
                .. Names.Take(20).Select(n => $"{LifecycleCommand.Spelt(Word)} {n}"),
            ],
            _ => [],
        };
        // A block for each: GitHub's button copies a whole block.
        return MarkdownText.Join([
            text,
            .. lines.Select(line => MarkdownText.Of($"\n") + MarkdownText.Fence(line, "")),
        ]);

        (MarkdownText, MarkdownText) Done(CommentStringKey key) =>
            (
                MarkdownText.Of($"✅"),
                Names is [var other, ..]
                    ? strings.Format(key, name, what, who, MarkdownText.Code(other, 80))
                    : strings.Format(key, name, what, who)
            );

        (MarkdownText, MarkdownText) Not(MarkdownText why) =>
            (MarkdownText.Of($"⚪"), MarkdownText.Of($"{strings.Format(CommentStringKey.NothingDone)} {why}"));
    }

    private static MarkdownText Link(string? page, string path, MarkdownText label) =>
        page is null ? label : MarkdownText.Link(label, $"{page}/{path}");
}
