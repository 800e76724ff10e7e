using System.Globalization;
using Rayquest.JobLint;
using Rayquest.JobLint.Catalogue;
using Rayquest.JobLint.Quotas;
using Rayquest.JobModel.Quantities;
using Rayquest.JobModel.Repository;
using Rayquest.JobReport.Approvals;
using Rayquest.JobReport.Jobs;
using Rayquest.JobReport.Lifecycle;

namespace Rayquest.JobReport.Evaluation;

/// <summary>
/// Decides whether a change may be merged, from what it comes to, what people said, and what is known of running jobs. The only
/// place where a verdict is made.
/// </summary>
public static class VerdictRule
{
    /// <summary>The verdict with its reasons.</summary>
    /// <param name="known">What is known of merged jobs; null where nobody asked, and then nothing is said of stops.</param>
    public static ChangeEvaluation Decide(Assessment change, ApprovalInput said, JobKnowledge? known)
    {
        Entitlements entitled = new(change.Policies.Policies.Quotas, said.Accounts);
        if (said.IsRepair)
        {
            // What stands on the base is what it puts right: a forged file looks as if it were frozen.
            change = change with
            {
                Findings = [.. change.Findings.Where(finding => finding.Rule != ReviewRules.SmuggledJob)],
                RenderChanges = [],
            };
        }

        IReadOnlyList<(string Team, IReadOnlyList<string> People)> outsiders =
            said.IsRepair || IsTidying(change, known) ? [] : Outsiders(change, said, entitled);
        ApprovalState approvals = ApprovalRule.Decide(
            said,
            entitled,
            said.IsRepair ? [] : TeamsToAsk(change, outsiders),
            change.Owners
        );
        IReadOnlyList<StoppedJob> stops = Stops(change, said, known, entitled);
        Reason[] open = [.. Open(said, approvals, stops, entitled)];
        List<Reason> reasons = [.. Blocking(change)];
        Verdict verdict = Verdict.Blocked;
        if (reasons.Count == 0)
        {
            reasons.AddRange(open);
            verdict = reasons.Count > 0 ? Verdict.NeedsApproval : Verdict.Pass;
            reasons.AddRange(
                outsiders.Select(s => new Reason(ReasonKind.NotEntitled) { Team = s.Team, People = s.People })
            );
            reasons.AddRange(Context(change, approvals, verdict));
        }
        else if (!change.Policies.IsBroken)
        {
            // Whom else they need is known before what is wrong is fixed. What isn't a team has nobody to ask.
            reasons.AddRange(
                outsiders
                    .Where(s => change.Policies.Policies.Quotas.Of(s.Team) is not null)
                    .Select(s => new Reason(ReasonKind.NotEntitled) { Team = s.Team, People = s.People })
            );
        }

        return new ChangeEvaluation
        {
            Assessment = change,
            Verdict = verdict,
            Reasons = reasons,
            StillOpen = open,
            Approvals = approvals,
            Stops = stops,
            IdleConfirmations = StopConfirmations.Idle(said, stops),
        };
    }

    /// <summary>What no approval helps against.</summary>
    private static IEnumerable<Reason> Blocking(Assessment change)
    {
        if (change.Policies.IsBroken && change.Kind != ChangeKind.Ordinary)
        {
            yield return new Reason(ReasonKind.BrokenPolicy);
        }
        else if (change.Findings.Any(f => f.Rule == LinterRules.InternalError))
        {
            yield return new Reason(ReasonKind.InternalError);
        }

        if (ObstacleOf(change) is { } obstacle)
        {
            yield return obstacle;
        }

        if (change.Kind == ChangeKind.Mixed)
        {
            yield return new Reason(ReasonKind.Mixed);
        }

        if (change.Errors is > 0 and int errors)
        {
            yield return new Reason(ReasonKind.Errors) { Count = errors };
        }

        QuotaRow[] beyond = [.. change.Quota.Where(q => q.IsOverHard)];
        foreach (QuotaRow row in beyond)
        {
            yield return Over(ReasonKind.OverHard, row, row.Hard);
        }

        foreach (Overtaking overtaking in change.Overtakings.Where(o => o.Row.IsOverHard))
        {
            yield return Overtaken(overtaking);
        }
    }

    // What people and ordinary CI review is theirs, as long as it can be read that it is.
    private static Reason? ObstacleOf(Assessment change) =>
        change.Obstacle switch
        {
            MergeObstacle.Unreadable => new Reason(ReasonKind.Unreadable),
            MergeObstacle.Conflict when change.Kind != ChangeKind.Ordinary => new Reason(ReasonKind.Conflict)
            {
                Jobs = change.Conflicts,
            },
            MergeObstacle.RebaseDiffers => new Reason(ReasonKind.RebaseDiffers),
            _ => null,
        };

    /// <summary>
    /// What a merge queue or a push has made of several changes: nothing beyond what no approval helps against may be in the way,
    /// and of each change it is made of nothing may still be open.
    /// </summary>
    /// <param name="members">The changes, each decided on by itself, with <see cref="Assessment.AlsoAsk"/> naming the teams that are over a limit together.</param>
    /// <param name="areAllKnown">Whether every change was found: otherwise nobody can tell what was approved.</param>
    public static ChangeEvaluation DecideTogether(
        Assessment together,
        IReadOnlyList<ChangeEvaluation> members,
        bool areAllKnown
    )
    {
        ChangeEvaluation alone = Decide(together, ApprovalInput.None, null);
        if (alone.Verdict == Verdict.Blocked)
        {
            return alone;
        }

        Reason[] open =
        [
            .. members.SelectMany(m => m.StillOpen).Distinct(),
            .. areAllKnown ? Enumerable.Empty<Reason>() : alone.StillOpen,
        ];
        return new ChangeEvaluation
        {
            Assessment = together,
            Verdict = open.Length > 0 ? Verdict.NeedsApproval : Verdict.Pass,
            StillOpen = open,
            Reasons = [.. open, .. alone.Reasons.Where(r => r.Kind is ReasonKind.OverSoft or ReasonKind.OverGpuHours)],
            Approvals = new ApprovalState([.. members.SelectMany(m => m.Approvals.Teams)], []),
            Stops = [.. members.SelectMany(m => m.Stops)],
            IdleConfirmations = [],
        };
    }

    /// <summary>What somebody must say first.</summary>
    private static IEnumerable<Reason> Open(
        ApprovalInput said,
        ApprovalState approvals,
        IReadOnlyList<StoppedJob> stops,
        Entitlements entitled
    )
    {
        foreach (TeamApproval team in approvals.Teams)
        {
            if (team.Approvers.Count == 0)
            {
                yield return new Reason(ReasonKind.NobodyMayApprove) { Team = team.Team };
            }
            else if (team.ChangesRequestedBy.Count > 0)
            {
                yield return new Reason(ReasonKind.ChangesRequested)
                {
                    Team = team.Team,
                    People = team.ChangesRequestedBy,
                };
            }
            else if (!team.IsGiven)
            {
                yield return new Reason(ReasonKind.ApprovalMissing) { Team = team.Team, People = team.Approvers };
            }
        }

        foreach (StoppedJob stop in stops.Where(s => s.MustBeConfirmed && !s.IsConfirmed))
        {
            yield return new Reason(ReasonKind.StopUnconfirmed)
            {
                Team = stop.Team,
                Resource = stop.Name,
                People = stop.Approvers,
            };
        }

        // An approver could let a workflow push for him, and approve it. A bot that a team lists is that team's own.
        string[] unknown =
        [
            .. said.UnknownAuthors.Where(bot => !approvals.Teams.All(t => entitled.Belongs(t.Team, bot))),
        ];
        if (unknown.Length > 0)
        {
            yield return new Reason(ReasonKind.UnknownAuthor) { People = unknown };
        }
    }

    // What has ended may be put away by anybody: nothing runs less for it. What has no manifest yet has not even begun.
    private static bool IsTidying(Assessment change, JobKnowledge? known) =>
        known is not null
        && change.Jobs.Count > 0
        && change.Jobs.All(j => j.Action == JobAction.Stop && known.Of(j.Team, j.Name) is { HasEnded: true })
        && change
            .ChangedPaths.Where(p => p.StartsWith(RequestPath.Requests, StringComparison.Ordinal))
            .All(p =>
                change.Removed.Contains(p, StringComparer.Ordinal)
                && (!RequestPath.IsRequest(p) || change.Jobs.Any(j => j.Request == p))
            );

    /// <summary>What explains the verdict, and decides nothing.</summary>
    private static IEnumerable<Reason> Context(Assessment change, ApprovalState approvals, Verdict verdict)
    {
        foreach (TeamApproval team in approvals.Teams.Where(t => t.IsGiven))
        {
            yield return new Reason(ReasonKind.Approved) { Team = team.Team, People = team.ApprovedBy };
        }

        foreach (QuotaRow row in change.Quota.Where(q => q.IsOverSoft))
        {
            yield return Over(ReasonKind.OverSoft, row, row.Soft ?? row.Hard);
        }

        if (verdict == Verdict.NeedsApproval)
        {
            foreach (Overtaking overtaking in change.Overtakings)
            {
                yield return Overtaken(overtaking);
            }
        }

        foreach (GpuHoursRow row in change.GpuHours.Where(h => h.IsOver))
        {
            yield return new Reason(ReasonKind.OverGpuHours)
            {
                Team = row.Team,
                Resource = row.Gpu,
                After = row.Asked is { } asked ? (row.Used + asked).ToString("0", CultureInfo.InvariantCulture) : "∞",
                Limit = row.Limit.ToString(CultureInfo.InvariantCulture),
            };
        }
    }

    private static string[] TeamsToAsk(
        Assessment change,
        IReadOnlyList<(string Team, IReadOnlyList<string> People)> outsiders
    ) =>
        [
            .. change
                .Quota.Where(q => q.IsOverSoft)
                .Select(q => q.Team)
                .Concat(change.GpuHours.Where(h => h.IsOver).Select(h => h.Team))
                .Concat(outsiders.Select(s => s.Team))
                .Concat(change.AlsoAsk)
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal),
        ];

    /// <summary>The teams whose folders are changed by people who are not entitled to.</summary>
    private static IReadOnlyList<(string Team, IReadOnlyList<string> People)> Outsiders(
        Assessment change,
        ApprovalInput said,
        Entitlements entitled
    ) =>
        change.Kind == ChangeKind.Ordinary
            ? []
            :
            [
                .. change
                    .Teams.Select(team =>
                        (
                            team,
                            (IReadOnlyList<string>)
                                [
                                    .. said.Authors.Where(p =>
                                        !entitled.MayChange(team, p, change.TouchedBefore, change.OwnersBefore)
                                    ),
                                ]
                        )
                    )
                    .Where(t => t.Item2.Count > 0),
            ];

    /// <summary>What is known of the jobs that end with the merge; nothing of those that ended before.</summary>
    private static List<StoppedJob> Stops(
        Assessment change,
        ApprovalInput said,
        JobKnowledge? known,
        Entitlements entitled
    )
    {
        List<StoppedJob> stops = [];
        foreach (JobChange job in known is null ? [] : change.Jobs)
        {
            string? name = job.Ends;
            KnownJob? of = name is null ? null : known!.Of(job.Team, name);
            if (name is null || of is { IsLive: false, IsUnseen: false })
            {
                continue;
            }

            IReadOnlyList<string> may = entitled.MayStop(
                job.Team,
                [
                    change.OwnersBefore.GetValueOrDefault(job.Request),
                    of?.Author,
                    .. said.Authors.Where(p => entitled.Belongs(job.Team, p)),
                ]
            );
            stops.Add(
                new StoppedJob(
                    job.Team,
                    name,
                    of is { IsUnseen: true } ? null : of,
                    known!.HasLedger,
                    may,
                    StopConfirmations.By(
                        said with
                        {
                            Statements = [.. said.Statements.Where(s => entitled.IsAccount(s.Login, s.Account))],
                        },
                        may
                    )
                )
                {
                    // Where no status sync runs nobody ever knows: a word asked for each time would soon mean nothing.
                    MustBeConfirmed = of is { IsLive: true } && !said.IsRepair && change.Platform.Lifecycle.ConfirmStop,
                }
            );
        }

        return stops;
    }

    private static Reason Over(ReasonKind kind, QuotaRow row, Quantity? limit) =>
        new(kind)
        {
            Team = row.Team,
            Resource = row.Resource,
            After = AmountText.Show(row.Resource, row.Peak),
            Limit = limit is { } most ? AmountText.Show(row.Resource, most) : "",
        };

    private static Reason Overtaken(Overtaking overtaking) =>
        new(ReasonKind.Overtaken)
        {
            Team = overtaking.Row.Team,
            Resource = overtaking.Row.Resource,
            After = AmountText.Show(overtaking.Row.Resource, overtaking.Taken),
            Jobs = overtaking.Jobs,
        };
}
