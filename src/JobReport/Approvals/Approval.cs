namespace Rayquest.JobReport.Approvals;

/// <summary>What somebody said about the change.</summary>
public enum ApprovalAction
{
    /// <summary>Approves a commit.</summary>
    Approve,

    /// <summary>Asks for changes.</summary>
    RequestChanges,

    /// <summary>Takes an approval back, or had it dismissed.</summary>
    Withdraw,

    /// <summary>Wrote <c>/approve-quota</c> without the commit, or not by itself.</summary>
    Unclear,

    /// <summary>Confirms that a commit stops live jobs.</summary>
    ConfirmStop,

    /// <summary>Wrote <c>/confirm-stop</c> without the commit, or not by itself.</summary>
    UnclearStop,
}

/// <summary>One thing said, by a review or by a command in a comment.</summary>
/// <param name="Sha">The commit it is about; empty for <see cref="ApprovalAction.Withdraw"/> and <see cref="ApprovalAction.Unclear"/>.</param>
public sealed record ApprovalEvent(string Login, ApprovalAction Action, string Sha, DateTimeOffset At)
{
    private const string ApproveWord = "/approve-quota";
    private const string RevokeWord = "/revoke-quota";
    private const string ConfirmWord = "/confirm-stop";

    /// <summary>GitHub's number of the account that said it; 0 where it wasn't told.</summary>
    public long Account { get; init; }

    /// <summary>
    /// What was written where the commit belongs, as far as it looks like one and isn't its whole id; empty for anything else.
    /// </summary>
    public string Written { get; init; } = "";

    /// <summary>Whether it is about stopping jobs, and not about quota.</summary>
    public bool IsOfStop => Action is ApprovalAction.ConfirmStop or ApprovalAction.UnclearStop;

    /// <summary>
    /// What a comment says, or null when it is about neither quota nor stopping. Only a comment that is nothing but the command counts, and
    /// only as it was first written: an edited one could have been approved of, or quoted, as something else.
    /// </summary>
    public static ApprovalEvent? ParseComment(
        string login,
        string? body,
        DateTimeOffset created,
        DateTimeOffset updated
    )
    {
        string text = (body ?? "").Trim(' ', '\t', '\r', '\n');
        if (text.StartsWith(ConfirmWord, StringComparison.Ordinal))
        {
            return
                created == updated
                && text.StartsWith(ConfirmWord + " ", StringComparison.Ordinal)
                && IsSha(text[(ConfirmWord.Length + 1)..])
                ? new ApprovalEvent(login, ApprovalAction.ConfirmStop, text[(ConfirmWord.Length + 1)..], created)
                : new ApprovalEvent(login, ApprovalAction.UnclearStop, "", created)
                {
                    Written = created == updated ? CommitIn(text, ConfirmWord) : "",
                };
        }

        if (
            !text.StartsWith(ApproveWord, StringComparison.Ordinal)
            && !text.StartsWith(RevokeWord, StringComparison.Ordinal)
        )
        {
            return null;
        }

        if (created != updated)
        {
            return new ApprovalEvent(login, ApprovalAction.Unclear, "", created);
        }

        if (
            text == RevokeWord
            || (text.StartsWith(RevokeWord + " ", StringComparison.Ordinal) && IsSha(text[(RevokeWord.Length + 1)..]))
        )
        {
            return new ApprovalEvent(login, ApprovalAction.Withdraw, "", created);
        }

        return text.StartsWith(ApproveWord + " ", StringComparison.Ordinal) && IsSha(text[(ApproveWord.Length + 1)..])
            ? new ApprovalEvent(login, ApprovalAction.Approve, text[(ApproveWord.Length + 1)..], created)
            : new ApprovalEvent(login, ApprovalAction.Unclear, "", created) { Written = CommitIn(text, ApproveWord) };
    }

    private static string CommitIn(string text, string word) =>
        text.Length > word.Length
        && text[word.Length] == ' '
        && text[(word.Length + 1)..].Trim() is { Length: >= 4 and <= 64 } id
        && id.All(char.IsAsciiHexDigit)
            ? id
            : "";

    private static bool IsSha(string text) => text.Length is 40 or 64 && text.All(char.IsAsciiHexDigitLower);
}

/// <summary>A team whose approval is needed, and how far its approval has come.</summary>
/// <param name="May">Who may approve, the author and the owners left out.</param>
/// <param name="Have">Who of them has approved the present head.</param>
/// <param name="Against">Who of them asks for changes.</param>
public sealed record TeamApproval(
    string Team,
    IReadOnlyList<string> Approvers,
    IReadOnlyList<string> ApprovedBy,
    IReadOnlyList<string> ChangesRequestedBy
)
{
    /// <summary>Whether the team's approval is given.</summary>
    public bool IsGiven => ApprovedBy.Count > 0 && ChangesRequestedBy.Count == 0;
}

/// <summary>An approval that was given and doesn't count.</summary>
public enum IgnoredReason
{
    /// <summary>It was of another commit than the head.</summary>
    Outdated,

    /// <summary>The author's own.</summary>
    ByAuthor,

    /// <summary>The job's owner's.</summary>
    ByOwner,

    /// <summary>Not in the list of approvers.</summary>
    NotApprover,

    /// <summary>A command without the commit, or edited afterwards.</summary>
    Unclear,

    /// <summary>The login is another account's than the one the policy means.</summary>
    OtherAccount,

    /// <summary>A later comment of theirs was deleted or edited by somebody else.</summary>
    Silenced,

    /// <summary>They took it back, or it was dismissed.</summary>
    Withdrawn,
}

/// <summary>Somebody whose approval doesn't count, and why.</summary>
public sealed record IgnoredApproval(string Login, IgnoredReason Why)
{
    /// <summary>The commit they named, where that is why; empty where it isn't, or where they named none.</summary>
    public string Named { get; init; } = "";
}

/// <summary>Who must approve, and who has.</summary>
public sealed record ApprovalState(IReadOnlyList<TeamApproval> Teams, IReadOnlyList<IgnoredApproval> Idle)
{
    /// <summary>Nothing to approve.</summary>
    public static ApprovalState NotNeeded { get; } = new([], []);

    public bool IsNeeded => Teams.Count > 0;

    public bool IsGiven => Teams.All(t => t.IsGiven);

    /// <summary>Everybody who may approve for a team that still needs it, or for any.</summary>
    public IReadOnlyList<string> Approvers =>
        [
            .. Teams
                .SelectMany(t => t.Approvers)
                .Distinct(StringComparer.OrdinalIgnoreCase)
                .Order(StringComparer.Ordinal),
        ];

    public IReadOnlyList<string> ApprovedBy =>
        [
            .. Teams
                .SelectMany(t => t.ApprovedBy)
                .Distinct(StringComparer.OrdinalIgnoreCase)
                .Order(StringComparer.Ordinal),
        ];
}

/// <summary>What is known of a pull request when its approvals are decided on.</summary>
/// <param name="Author">Who opened it.</param>
/// <param name="Heads">
/// The present head, and the commits it differs from only by the rendering of the very same requests: whoever approved
/// those has approved this.
/// </param>
/// <param name="Statements">In any order.</param>
public sealed record ApprovalInput(string? Author, IReadOnlySet<string> Heads, IReadOnlyList<ApprovalEvent> Statements)
{
    /// <summary>
    /// Others who count as authors: who authored, committed or pushed a commit of it, and who opened another pull request with
    /// the very same head.
    /// </summary>
    public IReadOnlyList<string> AlsoAuthors { get; init; } = [];

    /// <summary>GitHub's numbers of the accounts of those whose work it is, by login, as far as they are known.</summary>
    public IReadOnlyList<KeyValuePair<string, long>> Accounts { get; init; } = [];

    /// <summary>Bots, not ours, that pushed or opened it: whose work it is can't be told.</summary>
    public IReadOnlyList<string> UnknownAuthors { get; init; } = [];

    /// <summary>
    /// People of whom a comment was deleted or edited by somebody else, with the moment: what it said is not known any more, so
    /// what they approved before does not count.
    /// </summary>
    public IReadOnlyDictionary<string, DateTimeOffset> SilencedAt { get; init; } =
        new Dictionary<string, DateTimeOffset>();

    /// <summary>
    /// Whether it is the repair of <c>jobs/</c> that the pipeline would commit itself, to the byte: what stands on the branch was
    /// approved when it was merged, or isn't in it.
    /// </summary>
    public bool IsRepair { get; init; }

    /// <summary>Everybody whose work it is; nobody where no author is known.</summary>
    public IEnumerable<string> Authors =>
        new[] { Author }.OfType<string>().Concat(AlsoAuthors).Distinct(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether somebody's approval would be of their own work.</summary>
    public bool IsAuthor(string login) =>
        string.Equals(login, Author, StringComparison.OrdinalIgnoreCase)
        || AlsoAuthors.Contains(login, StringComparer.OrdinalIgnoreCase);

    /// <summary>Nothing said: a preview before any pull request.</summary>
    public static ApprovalInput None { get; } = new(null, new HashSet<string>(), []);
}

/// <summary>Decides on approvals. Each person's last word counts.</summary>
public static class ApprovalRule
{
    /// <summary>The state of the approvals of the teams that need one.</summary>
    /// <param name="owners">Logins that answer for the jobs of each team in the change.</param>
    public static ApprovalState Decide(
        ApprovalInput input,
        Entitlements entitled,
        IReadOnlyList<string> teams,
        ILookup<string, string> owners
    )
    {
        if (teams.Count == 0)
        {
            return ApprovalState.NotNeeded;
        }

        Dictionary<string, ApprovalEvent> last = new(StringComparer.OrdinalIgnoreCase);
        // What the present owner of a given-up login says is not what the person meant by the policy says.
        List<IgnoredApproval> idle =
        [
            .. input
                .Statements.Where(s => s.Action == ApprovalAction.Approve && !entitled.IsAccount(s.Login, s.Account))
                .Select(s => s.Login)
                .Distinct(StringComparer.OrdinalIgnoreCase)
                .Select(login => new IgnoredApproval(login, IgnoredReason.OtherAccount)),
        ];
        input = input with { Statements = [.. input.Statements.Where(s => entitled.IsAccount(s.Login, s.Account))] };
        foreach (ApprovalEvent statement in input.Statements.Where(s => !s.IsOfStop).OrderBy(s => s.At))
        {
            if (statement.Action != ApprovalAction.Unclear)
            {
                last[statement.Login] = statement;
            }
        }

        foreach (
            ApprovalEvent unclear in input
                .Statements.Where(s => s.Action == ApprovalAction.Unclear && !last.ContainsKey(s.Login))
                .GroupBy(s => s.Login, StringComparer.OrdinalIgnoreCase)
                .Select(said => said.MaxBy(s => s.At)!)
        )
        {
            idle.Add(new IgnoredApproval(unclear.Login, IgnoredReason.Unclear) { Named = unclear.Written });
        }

        List<TeamApproval> decided = [];
        HashSet<string> everybody = new(StringComparer.OrdinalIgnoreCase);
        HashSet<string> ownersOfAll = new(StringComparer.OrdinalIgnoreCase);
        foreach (string team in teams)
        {
            IReadOnlyList<string> all = entitled.Approvers(team);
            everybody.UnionWith(all);
            ownersOfAll.UnionWith(owners[team]);
            string[] may =
            [
                .. all.Where(p => !input.IsAuthor(p) && !owners[team].Contains(p, StringComparer.OrdinalIgnoreCase))
                    .Order(StringComparer.Ordinal),
            ];
            decided.Add(
                new TeamApproval(
                    team,
                    may,
                    [
                        .. may.Where(p =>
                            last.TryGetValue(p, out ApprovalEvent? said)
                            && said.Action == ApprovalAction.Approve
                            && input.Heads.Contains(said.Sha)
                            && !IsSilenced(input, said)
                        ),
                    ],
                    [
                        .. may.Where(p =>
                            last.TryGetValue(p, out ApprovalEvent? said) && said.Action == ApprovalAction.RequestChanges
                        ),
                    ]
                )
            );
        }

        foreach (
            ApprovalEvent statement in last
                .Values.Where(s => s.Action is ApprovalAction.Approve or ApprovalAction.Withdraw)
                .OrderBy(s => s.Login, StringComparer.Ordinal)
        )
        {
            IgnoredReason? why =
                statement.Action == ApprovalAction.Withdraw
                    ? everybody.Contains(statement.Login)
                        ? IgnoredReason.Withdrawn
                        : null
                    : input.IsAuthor(statement.Login)
                        ? IgnoredReason.ByAuthor
                        : !everybody.Contains(statement.Login)
                            ? IgnoredReason.NotApprover
                            : ownersOfAll.Contains(statement.Login)
                                ? IgnoredReason.ByOwner
                                : !input.Heads.Contains(statement.Sha)
                                    ? IgnoredReason.Outdated
                                    : IsSilenced(input, statement)
                                        ? IgnoredReason.Silenced
                                        : null;
            if (why is { } reason)
            {
                idle.Add(
                    new IgnoredApproval(statement.Login, reason)
                    {
                        Named = reason == IgnoredReason.Outdated ? statement.Sha : "",
                    }
                );
            }
        }

        return new ApprovalState(decided, idle);
    }

    private static bool IsSilenced(ApprovalInput input, ApprovalEvent approval) =>
        input.SilencedAt.Any(s =>
            string.Equals(s.Key, approval.Login, StringComparison.OrdinalIgnoreCase) && s.Value >= approval.At
        );
}
