using System.Globalization;
using Rayquest.JobLint;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Quantities;
using Rayquest.JobModel.Repository;
using Rayquest.JobModel.Text;
using Rayquest.JobRender;
using Rayquest.JobReport.Approvals;
using Rayquest.JobReport.Lifecycle;
using Rayquest.JobReport.Verdicts;

namespace Rayquest.JobReport.Preview;

/// <summary>One submission being judged: lint, render, count, decide.</summary>
internal sealed class Judgement
{
    private readonly PreviewInput input;
    private readonly IReadOnlyList<string> changed;
    private readonly IRepositoryTree after;
    private readonly ChangeKind kind;
    private readonly LoadedPolicies policies;
    private readonly IReadOnlyList<string> requests;
    private readonly LintResult lint;
    private readonly Dictionary<string, RequestPlan> plans;
    private readonly Dictionary<string, TeamUsage> usage;
    private readonly List<Finding> findings = [];
    private readonly SortedDictionary<string, ReadOnlyMemory<byte>?> expected = new(StringComparer.Ordinal);

    public Judgement(PreviewInput input, IReadOnlyList<string> changed, IRepositoryTree after, ChangeKind kind)
    {
        (this.input, this.changed, this.after, this.kind) = (input, changed, after, kind);
        policies = PolicyLoader.Load(input.Base);
        requests = Previewer.RequestsOf(changed, after);
        lint = Linter.Run(
            new LintInput
            {
                Tree = after,
                Policies = policies,
                Base = input.Base,
                Paths = requests,
                ChangedPaths = changed,
                Author = input.Author,
            }
        );
        plans = lint
            .Requests.Where(r => r.Plan is not null)
            .ToDictionary(r => r.Document.Path, r => r.Plan!, StringComparer.Ordinal);
        usage = Teams()
            .ToDictionary(
                t => t,
                t => lint.UsageBefore.TryGetValue(t, out TeamUsage? known) ? known : Linter.ReadUsage(input.Base, t),
                StringComparer.Ordinal
            );
    }

    public SubmissionPreview Preview()
    {
        findings.AddRange(lint.Findings);
        findings.AddRange(policies.Findings.Where(f => f.Severity == Severity.Error));
        CheckChange();
        Expect();
        CheckRendered();
        IReadOnlyList<Finding> all = Linter.Sort(findings);
        IReadOnlyList<PreviewJob> jobs = Jobs();
        IReadOnlyList<QuotaRow> quota = Quota();
        IReadOnlyList<GpuHoursRow> hours = GpuHours();
        int errors = all.Count(f => f.Severity == Severity.Error);
        string[] over =
        [
            .. quota
                .Where(q => q.IsOverSoft)
                .Select(q => q.Team)
                .Concat(hours.Where(h => h.IsOver).Select(h => h.Team))
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal),
        ];
        ApprovalState approvals = ApprovalJudge.Judge(
            input.Approvals with
            {
                Author = input.Author,
            },
            policies.Policies.Quotas,
            over,
            Owners()
        );
        IReadOnlyList<StoppedJob> stops = Stops(jobs);
        (Verdict verdict, IReadOnlyList<Reason> reasons) = Decide(all, errors, quota, hours, approvals, stops);
        return new SubmissionPreview
        {
            Kind = kind,
            ChangedPaths = changed,
            Findings = all,
            Jobs = jobs,
            Quota = quota,
            GpuHours = hours,
            Verdict = verdict,
            Reasons = reasons,
            Approvals = approvals,
            Stops = stops,
            IdleConfirmations = StopConfirmations.Idle(input.Approvals, stops),
            RenderChanges = verdict == Verdict.Blocked ? [] : RenderChanges(),
            Manifests = Manifests(),
            Platform = policies.Policies.Platform,
        };
    }

    private IEnumerable<string> Teams() =>
        changed
            .Select(RequestPath.TeamOf)
            .Concat(requests.Select(RequestPath.TeamOf))
            .OfType<string>()
            .Where(RequestPath.IsTeam)
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal);

    private void CheckChange()
    {
        if (kind == ChangeKind.Mixed && !lint.Findings.Any(f => f.Rule.Name == "request-with-policy-change"))
        {
            string[] others = [.. changed.Where(p => Previewer.KindOf([p]) == ChangeKind.Ordinary)];
            bool policy = others.Any(p => p.StartsWith(RequestPath.Policies, StringComparison.Ordinal));
            string what = policy ? "a policy" : "other files";
            string place = changed.First(p => Previewer.KindOf([p]) == ChangeKind.Submission);
            findings.Add(
                At(
                    ReviewRules.MixedChange,
                    place,
                    $"this change has requests and {what} (`{others[0]}`{(others.Length > 1 ? string.Create(CultureInfo.InvariantCulture, $" and {others.Length - 1} more") : "")}); open one pull request for the requests and another for the rest"
                )
            );
        }

        foreach (string path in changed)
        {
            if (after.Find(path) is { Kind: not TreeEntryKind.File } entry)
            {
                findings.Add(
                    At(
                        ReviewRules.NotAPlainFile,
                        path,
                        $"`{path}` is a {(entry.Kind == TreeEntryKind.Symlink ? "symbolic link" : "submodule")}; put the file itself there, or remove it"
                    )
                );
            }
        }
    }

    /// <summary>What <c>jobs/</c> must hold for every request of the change.</summary>
    private void Expect()
    {
        HashSet<string> faulty = new(
            lint.Findings.Where(f => f.Severity == Severity.Error).Select(f => f.Span.Source.Path),
            StringComparer.Ordinal
        );
        foreach (string request in requests)
        {
            string path = RequestPath.JobOf(request);
            if (after.Find(request) is null)
            {
                expected[path] = null;
            }
            else if (plans.TryGetValue(request, out RequestPlan? plan) && !faulty.Contains(request))
            {
                // Frozen: the same request keeps the bytes it was merged with, whatever has changed since.
                expected[path] =
                    Live(path) is { } live && live.Header.RequestDigest == plan.Digest ? input.Base.Read(path)
                    : Renderer.CanRender(plan.Document.Request?.Kind?.Value ?? default) ? Renderer.Render(plan).Bytes
                    : null;
            }
        }
    }

    private void CheckRendered()
    {
        HashSet<string> reported = new(
            findings.Where(f => f.Severity == Severity.Error).Select(f => f.Span.Source.Path),
            StringComparer.Ordinal
        );
        foreach (string path in changed)
        {
            if (!path.StartsWith(RequestPath.Jobs, StringComparison.Ordinal) || reported.Contains(path))
            {
                continue;
            }

            string request = RequestPath.RequestOf(path);
            if (!requests.Contains(request, StringComparer.Ordinal))
            {
                findings.Add(
                    At(
                        ReviewRules.SmuggledJob,
                        path,
                        $"`{path}` is changed, but `{request}` is not; undo the change: jobs are changed by their requests"
                    )
                );
                continue;
            }

            // What the branch needs is committed by the pipeline. What it can't commit to must be right by itself.
            if (
                expected.TryGetValue(path, out ReadOnlyMemory<byte>? wanted)
                && input.IsFork
                && input.Head.Find(path) is not null
                && !Same(after.Read(path), wanted)
            )
            {
                findings.Add(
                    At(
                        ReviewRules.NotAsRendered,
                        path,
                        $"`{path}` is not what `{request}` renders to; remove it from the branch: it is rendered at the merge"
                    )
                );
            }
        }
    }

    private List<RenderChange> RenderChanges() =>
        [.. expected.Where(e => !Same(after.Read(e.Key), e.Value)).Select(e => new RenderChange(e.Key, e.Value))];

    private List<ManifestDiff> Manifests() =>
        [
            .. expected
                .Select(e => new ManifestDiff(e.Key, input.Base.Read(e.Key), e.Value))
                .Where(d => !Same(d.Before, d.After)),
        ];

    private List<PreviewJob> Jobs()
    {
        List<PreviewJob> jobs = [];
        foreach (string request in requests)
        {
            string team = RequestPath.TeamOf(request) ?? "";
            JobHeader? live = Live(RequestPath.JobOf(request))?.Header;
            plans.TryGetValue(request, out RequestPlan? plan);
            if (plan is null)
            {
                // Unreadable: what runs goes on until the request can be read, or is gone.
                if (live is not null && after.Find(request) is null)
                {
                    jobs.AddRange(live.Jobs.Select(j => Stopped(request, team, j, live)));
                }

                continue;
            }

            bool same = live?.RequestDigest == plan.Digest;
            for (int i = 0; i < plan.Jobs.Count; i++)
            {
                JobPlan job = plan.Jobs[i];
                string? replaces = !same && i < live?.Jobs.Count ? live.Jobs[i].Name : null;
                JobAction action =
                    same ? JobAction.Unchanged
                    : replaces is null ? JobAction.Add
                    : JobAction.Replace;
                jobs.Add(
                    new PreviewJob(
                        request,
                        team,
                        job.ObjectName,
                        action,
                        replaces,
                        job,
                        job.Holding,
                        job.Timeout?.Value
                    )
                );
            }

            if (!same && live is not null)
            {
                jobs.AddRange(live.Jobs.Skip(plan.Jobs.Count).Select(j => Stopped(request, team, j, live)));
            }
        }

        return jobs;
    }

    private static PreviewJob Stopped(string request, string team, HeaderJob job, JobHeader live) =>
        new(
            request,
            team,
            job.Name,
            JobAction.Stop,
            null,
            null,
            live.Jobs.Count == 1 ? live.Holding : null,
            job.TimeoutSeconds > 0 ? new Duration(job.TimeoutSeconds) : null
        );

    /// <summary>What is known of the jobs that end with the merge; nothing of those that ended before.</summary>
    private List<StoppedJob> Stops(IReadOnlyList<PreviewJob> jobs)
    {
        List<StoppedJob> stops = [];
        if (input.Known is not { } known)
        {
            return stops;
        }

        foreach (PreviewJob job in jobs)
        {
            string? name = job.Action == JobAction.Stop ? job.Name : job.Replaces;
            if (name is null)
            {
                continue;
            }

            KnownJob? of = known.Of(job.Team, name);
            if (of is { IsLive: false })
            {
                continue;
            }

            string? owner = Live(RequestPath.JobOf(job.Request))?.Header.Owner;
            string[] may =
            [
                .. new[] { owner, of?.Author, input.Author }
                    .OfType<string>()
                    .Where(p => p.Length > 0)
                    .Concat(policies.Policies.Quotas.Of(job.Team)?.Approvers ?? [])
                    .Concat(policies.Policies.Quotas.Approvers)
                    .Distinct(StringComparer.OrdinalIgnoreCase),
            ];
            stops.Add(
                new StoppedJob(job.Team, name, of, known.HasLedger, may, StopConfirmations.By(input.Approvals, may))
                {
                    MustBeConfirmed = of is not null && policies.Policies.Platform.Lifecycle.ConfirmStop,
                }
            );
        }

        return stops;
    }

    private List<QuotaRow> Quota()
    {
        List<QuotaRow> rows = [];
        foreach ((string team, TeamUsage held) in usage.OrderBy(u => u.Key, StringComparer.Ordinal))
        {
            HashSet<string> gone = new(StringComparer.Ordinal);
            Holding asked = Holding.None;
            foreach (string request in requests.Where(r => RequestPath.TeamOf(r) == team))
            {
                string path = RequestPath.JobOf(request);
                if (after.Find(request) is null)
                {
                    gone.Add(path);
                }
                else if (
                    plans.TryGetValue(request, out RequestPlan? plan)
                    && Live(path)?.Header.RequestDigest != plan.Digest
                )
                {
                    gone.Add(path);
                    asked += plan.Holding;
                }
            }

            LiveJob[] kept = [.. held.Live.Where(l => !gone.Contains(l.Path))];
            Holding stays = kept.Aggregate(Holding.None, (sum, job) => sum + job.Header.Holding);
            Holding pending = input
                .Elsewhere.Where(e => e.Team == team)
                .Aggregate(Holding.None, (sum, demand) => sum + demand.Adds);
            TeamPolicy? policy = policies.Policies.Quotas.Of(team);
            IEnumerable<string> types = held
                .Total.Gpus.Keys.Concat(asked.Gpus.Keys)
                .Concat(pending.Gpus.Keys)
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal);
            foreach (string type in types)
            {
                rows.Add(
                    Row(
                        type,
                        h => Quantity.FromInteger(h.Gpus.GetValueOrDefault(type)),
                        Bound(policy?.Soft.Gpus, type),
                        Bound(policy?.Hard.Gpus, type)
                    )
                );
            }

            rows.Add(Row("cpu", h => h.Cpu, policy?.Soft.Cpu, policy?.Hard.Cpu));
            rows.Add(Row("memory", h => h.Memory, policy?.Soft.Memory, policy?.Hard.Memory));
            rows.Add(
                Row("jobs", h => Quantity.FromInteger(h.Jobs), Number(policy?.Soft.Jobs), Number(policy?.Hard.Jobs))
            );

            QuotaRow Row(string resource, Func<Holding, Quantity> of, Quantity? soft, Quantity? hard) =>
                new(
                    team,
                    resource,
                    of(held.Total),
                    of(stays) + of(asked),
                    of(asked),
                    soft,
                    hard,
                    of(pending),
                    [
                        .. kept.Select(l => new Holder(RequestPath.NameOf(l.Path), of(l.Header.Holding)))
                            .Where(h => h.Amount > Quantity.Zero)
                            .OrderByDescending(h => h.Amount)
                            .ThenBy(h => h.Name, StringComparer.Ordinal),
                    ]
                );
        }

        return rows;
    }

    private List<GpuHoursRow> GpuHours()
    {
        List<GpuHoursRow> rows = [];
        foreach (string team in usage.Keys.Order(StringComparer.Ordinal))
        {
            foreach (
                (string type, int limit) in (
                    policies.Policies.Quotas.Of(team)?.GpuHoursPerMonth ?? new Dictionary<string, int>()
                ).OrderBy(g => g.Key, StringComparer.Ordinal)
            )
            {
                double? asked = 0;
                bool any = false;
                foreach (
                    RequestPlan plan in plans
                        .Where(p =>
                            RequestPath.TeamOf(p.Key) == team
                            && Live(RequestPath.JobOf(p.Key))?.Header.RequestDigest != p.Value.Digest
                        )
                        .Select(p => p.Value)
                )
                {
                    foreach (JobPlan job in plan.Jobs.Where(j => j.Holding.Gpus.ContainsKey(type)))
                    {
                        any = true;
                        asked += job.Holding.Gpus[type] * job.Timeout?.Value.Hours * (1 + job.Retries);
                    }
                }

                if (any && input.GpuHoursUsed.TryGetValue((team, type), out double used))
                {
                    rows.Add(new GpuHoursRow(team, type, used, asked, limit));
                }
            }
        }

        return rows;
    }

    private ILookup<string, string> Owners() =>
        plans
            .Where(p => p.Value.Document.Request?.Owner is not null)
            .ToLookup(
                p => RequestPath.TeamOf(p.Key)!,
                p => p.Value.Document.Request!.Owner!.Value,
                StringComparer.Ordinal
            );

    private (Verdict, IReadOnlyList<Reason>) Decide(
        IReadOnlyList<Finding> all,
        int errors,
        IReadOnlyList<QuotaRow> quota,
        IReadOnlyList<GpuHoursRow> hours,
        ApprovalState approvals,
        IReadOnlyList<StoppedJob> stops
    )
    {
        List<Reason> reasons = [];
        if (policies.IsBroken)
        {
            reasons.Add(new Reason(ReasonKind.BrokenPolicy));
        }
        else if (all.Any(f => f.Rule == LinterRules.OurFault))
        {
            reasons.Add(new Reason(ReasonKind.OurFault));
        }

        if (kind == ChangeKind.Mixed)
        {
            reasons.Add(new Reason(ReasonKind.Mixed));
        }

        if (errors > 0)
        {
            reasons.Add(new Reason(ReasonKind.Errors) { Count = errors });
        }

        QuotaRow[] beyond = [.. quota.Where(q => q.IsOverHard)];
        reasons.AddRange(beyond.Select(q => Over(ReasonKind.OverHard, q, q.Hard)));
        reasons.AddRange(beyond.Select(q => Overtaken(q, q.Hard)).OfType<Reason>());
        if (reasons.Count > 0)
        {
            return (Verdict.Blocked, reasons);
        }

        foreach (TeamApproval team in approvals.Teams)
        {
            if (team.May.Count == 0)
            {
                reasons.Add(new Reason(ReasonKind.NobodyMayApprove) { Team = team.Team });
            }
            else if (team.Against.Count > 0)
            {
                reasons.Add(new Reason(ReasonKind.ChangesRequested) { Team = team.Team, People = team.Against });
            }
            else if (!team.IsGiven)
            {
                reasons.Add(new Reason(ReasonKind.ApprovalMissing) { Team = team.Team, People = team.May });
            }
        }

        reasons.AddRange(
            stops
                .Where(s => s.MustBeConfirmed && !s.IsConfirmed)
                .Select(s => new Reason(ReasonKind.StopUnconfirmed)
                {
                    Team = s.Team,
                    Resource = s.Name,
                    People = s.May,
                })
        );
        Verdict verdict = reasons.Count > 0 ? Verdict.NeedsApproval : Verdict.Pass;
        reasons.AddRange(
            approvals
                .Teams.Where(t => t.IsGiven)
                .Select(t => new Reason(ReasonKind.Approved) { Team = t.Team, People = t.Have })
        );
        QuotaRow[] over = [.. quota.Where(q => q.IsOverSoft)];
        reasons.AddRange(over.Select(q => Over(ReasonKind.OverSoft, q, q.Soft ?? q.Hard)));
        reasons.AddRange(
            over.Where(_ => verdict == Verdict.NeedsApproval)
                .Select(q => Overtaken(q, q.Soft ?? q.Hard))
                .OfType<Reason>()
        );
        reasons.AddRange(
            hours
                .Where(h => h.IsOver)
                .Select(h => new Reason(ReasonKind.OverGpuHours)
                {
                    Team = h.Team,
                    Resource = h.Gpu,
                    After = h.Asked is { } asked ? (h.Used + asked).ToString("0", CultureInfo.InvariantCulture) : "∞",
                    Limit = h.Limit.ToString(CultureInfo.InvariantCulture),
                })
        );
        return (verdict, reasons);
    }

    private static Reason Over(ReasonKind kind, QuotaRow row, Quantity? limit) =>
        new(kind)
        {
            Team = row.Team,
            Resource = row.Resource,
            After = Amounts.Show(row.Resource, row.After),
            Limit = limit is { } bound ? Amounts.Show(row.Resource, bound) : "",
        };

    /// <summary>Who took the room that was there when the branch began; null when there was none, or nobody did.</summary>
    private Reason? Overtaken(QuotaRow row, Quantity? limit)
    {
        if (input.Fork is not { } fork || limit is not { } bound)
        {
            return null;
        }

        HashSet<string> then = new(Linter.ReadUsage(fork, row.Team).Live.Select(l => l.Path), StringComparer.Ordinal);
        Holder[] since = [.. row.Holders.Where(h => !then.Contains($"{RequestPath.Jobs}{row.Team}/{h.Name}.yaml"))];
        Quantity taken = since.Aggregate(Quantity.Zero, (sum, h) => sum + h.Amount);
        return taken > Quantity.Zero && row.After <= bound + taken
            ? new Reason(ReasonKind.Overtaken)
            {
                Team = row.Team,
                Resource = row.Resource,
                After = Amounts.Show(row.Resource, taken),
                Jobs = [.. since.Select(h => h.Name)],
            }
            : null;
    }

    private LiveJob? Live(string path) =>
        RequestPath.TeamOf(path) is { } team && usage.TryGetValue(team, out TeamUsage? held)
            ? held.Live.FirstOrDefault(l => l.Path == path)
            : null;

    private Finding At(RuleInfo rule, string path, string message)
    {
        string text =
            after.Find(path) is { Kind: TreeEntryKind.File, Size: < 1 << 20 } && after.Read(path) is { } bytes
                ? System.Text.Encoding.UTF8.GetString(bytes.Span)
                : "";
        SourceText source = new(path, text);
        return new Finding(
            rule,
            rule.DefaultSeverity,
            new SourceSpan(source, new TextSpan(0, source.Line(1).Length)),
            message
        );
    }

    private static Quantity? Bound(IReadOnlyDictionary<string, int>? limits, string type) =>
        limits is not null && limits.TryGetValue(type, out int limit) ? Quantity.FromInteger(limit) : null;

    private static Quantity? Number(int? limit) => limit is { } number ? Quantity.FromInteger(number) : null;

    private static bool Same(ReadOnlyMemory<byte>? left, ReadOnlyMemory<byte>? right) =>
        left is null || right is null ? left is null && right is null : left.Value.Span.SequenceEqual(right.Value.Span);
}
