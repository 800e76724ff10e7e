using System.Globalization;
using Rayquest.JobLint;
using Rayquest.JobLint.Catalogue;
using Rayquest.JobLint.Engine;
using Rayquest.JobLint.Quotas;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Quantities;
using Rayquest.JobModel.Repository;
using Rayquest.JobModel.Requests;
using Rayquest.JobModel.Schedules;
using Rayquest.JobModel.Schemas;
using Rayquest.JobModel.Text;
using Rayquest.JobRender.Edits;
using Rayquest.JobRender.Folder;
using Rayquest.JobReport.Doctor;
using Rayquest.JobReport.Doctor.Checks;
using Rayquest.JobReport.Rendering;

namespace Rayquest.JobReport.Evaluation;

/// <summary>
/// Assesses a change: lint, what <c>jobs/</c> must hold, the checks of what is rendered, and one quota table. Pure, and the only
/// place that answers these questions: a pull request's review, a preview, a merge queue's group, what was merged, and the
/// evaluation of other open pull requests all ask here.
/// </summary>
public static class Assessor
{
    /// <summary>What a change comes to.</summary>
    public static Assessment Assess(AssessmentInput input)
    {
        string[] changed = [.. input.ChangedPaths.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        ChangeKind kind = ChangePaths.KindOf(changed);
        LoadedPolicies policies = PolicyLoader.Load(input.Base);
        if (input.Obstacle != MergeObstacle.None)
        {
            return new Assessment
            {
                Kind = kind,
                Obstacle = input.Obstacle,
                Conflicts = input.Conflicts,
                ChangedPaths = changed,
                Findings = [],
                Teams = ChangePaths.TeamsOf(changed),
                Policies = policies,
            };
        }

        return kind == ChangeKind.Ordinary
            ? new Assessment
            {
                Kind = kind,
                ChangedPaths = changed,
                Findings = PolicyFindings(changed, input.Result, policies),
                Policies = policies,
            }
            : new Reading(input, changed, kind, policies).Assess();
    }

    /// <summary>What a change would add to its teams: for the assessments of other changes.</summary>
    public static IReadOnlyList<PendingDemand> DemandOf(int pull, AssessmentInput input)
    {
        if (input.Obstacle != MergeObstacle.None)
        {
            return [];
        }

        LoadedPolicies policies = PolicyLoader.Load(input.Base);
        Dictionary<string, ResourceDemand> adds = new(StringComparer.Ordinal);
        foreach (string path in new ChangedRequests(input.ChangedPaths, input.Result).Paths)
        {
            if (input.Result.Read(path) is not { } bytes || RequestPath.TeamOf(path) is not { } team)
            {
                continue;
            }

            RequestPlan? plan = JobPlanner.Plan(
                RequestDocument.Read(path, bytes.Span, policies.Policies.Templates),
                policies.Policies,
                input.Result
            );
            JobHeader? live = input.Base.Read(RequestPath.JobOf(path)) is { } old ? JobHeader.Read(old, out _) : null;
            if (plan is null || (live is not null && plan.Identity.Is(live)))
            {
                continue;
            }

            adds[team] = adds.GetValueOrDefault(team, ResourceDemand.None) + Less(plan.Demand, live?.Demand);
        }

        return
        [
            .. adds.OrderBy(a => a.Key, StringComparer.Ordinal).Select(a => new PendingDemand(pull, a.Key, a.Value)),
        ];
    }

    // What a replacement adds on top of what it replaces; never below nothing, since the other may not be merged.
    private static ResourceDemand Less(ResourceDemand asked, ResourceDemand? given)
    {
        if (given is null)
        {
            return asked;
        }

        Dictionary<string, long> gpus = new(StringComparer.Ordinal);
        foreach ((string type, long count) in asked.Gpus)
        {
            long more = count - given.Gpus.GetValueOrDefault(type);
            if (more > 0)
            {
                gpus[type] = more;
            }
        }

        return new ResourceDemand(
            Math.Max(0, asked.Jobs - given.Jobs),
            GpuCounts.Of(gpus),
            Quantity.Zero,
            Quantity.Zero,
            0
        );
    }

    // Nothing of ours, except that faulty policies would stop everybody: their own pull request says so.
    private static IReadOnlyList<Finding> PolicyFindings(
        IReadOnlyList<string> changed,
        IRepositoryTree result,
        LoadedPolicies before
    ) =>
        changed.Any(p => p.StartsWith(RequestPath.Policies, StringComparison.Ordinal))
            ? Linter.Sort(
                PolicyLint
                    .Check(result, before.Policies.Rules)
                    .Concat(ClusterSchemas.Of(result).Faults.Select(f => SchemaFault(result, f)))
            )
            : [];

    private static Finding SchemaFault(IRepositoryTree tree, (string Path, string Fault) fault) =>
        At(
            tree,
            LinterRules.BrokenPolicy,
            fault.Path,
            $"`{fault.Path}` is not a compact schema ({fault.Fault}); write it again with `rayquest crds pull`, or delete it"
        );

    private static Finding At(IRepositoryTree tree, RuleInfo rule, string path, string message)
    {
        string text =
            tree.Find(path) is { Kind: TreeEntryKind.File, Size: < 1 << 20 } && tree.Read(path) is { } bytes
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

    /// <summary>One submission being read.</summary>
    private sealed class Reading
    {
        private readonly AssessmentInput input;
        private readonly IReadOnlyList<string> changed;
        private readonly ChangeKind kind;
        private readonly LoadedPolicies policies;
        private readonly ChangedRequests concerned;
        private readonly IReadOnlyList<string> requests;
        private readonly LintResult lint;
        private readonly Dictionary<string, RequestPlan> plans;
        private readonly Dictionary<string, TeamUsage> usage;
        private readonly List<Finding> findings = [];
        private readonly SortedDictionary<string, ReadOnlyMemory<byte>?> wanted = new(StringComparer.Ordinal);
        private readonly Dictionary<string, IReadOnlyList<FieldEdit>> edits = new(StringComparer.Ordinal);

        public Reading(AssessmentInput input, IReadOnlyList<string> changed, ChangeKind kind, LoadedPolicies policies)
        {
            (this.input, this.changed, this.kind, this.policies) = (input, changed, kind, policies);
            concerned = new ChangedRequests(changed, input.Result);
            requests = concerned.Paths;
            ClusterSchemas schemas = ClusterSchemas.Of(input.Base);
            FolderRendering rendering = new(input.Result, input.Base, schemas.Catalog, keepsContents: true);
            lint = Linter.Run(
                new LintInput
                {
                    Tree = input.Result,
                    Policies = policies,
                    Base = input.Base,
                    Paths = requests,
                    ChangedPaths = changed,
                    Linted = rendering.Render,
                    Recorded = input.Recorded,
                }
            );
            plans = lint
                .Requests.Where(r => r.Plan is not null)
                .ToDictionary(r => r.Document.Path, r => r.Plan!, StringComparer.Ordinal);
            usage = ChangePaths
                .TeamsOf([.. changed, .. requests])
                .ToDictionary(
                    t => t,
                    t =>
                        lint.UsageBefore.TryGetValue(t, out TeamUsage? known) ? known : Linter.ReadUsage(input.Base, t),
                    StringComparer.Ordinal
                );
            // What is merely odd about a policy is the platform team's to hear, on its own pull requests and in its own lint.
            findings.AddRange(
                lint.Findings.Where(f =>
                    f.Severity == Severity.Error
                    || !f.Span.Source.Path.StartsWith(RequestPath.Policies, StringComparison.Ordinal)
                )
            );
            findings.AddRange(policies.Findings.Where(f => f.Severity == Severity.Error));
            findings.AddRange(schemas.Faults.Select(f => SchemaFault(input.Result, f)));
            Expect(rendering);
        }

        public Assessment Assess()
        {
            CheckChange();
            CheckRendered();
            QuotaRows table = new(
                input,
                policies.Policies,
                usage,
                requests,
                plans,
                lint.Requests.Where(r => r.Outline is not null)
                    .ToDictionary(r => r.Document.Path, r => r.Outline!, StringComparer.Ordinal),
                edits
            );
            IReadOnlyList<QuotaRow> quota = table.Quota();
            return new Assessment
            {
                Kind = kind,
                ChangedPaths = changed,
                Findings = Linter.Sort(findings),
                Ignored = lint.Suppressed,
                Requests = [.. lint.Requests.Select(r => (r.Document.Path, r.Document.Source.Text))],
                Jobs = Jobs(),
                Quota = quota,
                GpuHours = table.GpuHours(),
                Overtakings = table.Overtakings(quota),
                RenderChanges =
                [
                    .. wanted
                        .Where(e => !Same(input.Result.Read(e.Key), e.Value))
                        .Select(e => new RenderChange(e.Key, e.Value)),
                ],
                Manifests =
                [
                    .. wanted
                        .Select(e => new ManifestDiff(e.Key, input.Base.Read(e.Key), e.Value))
                        .Where(d => !Same(d.Before, d.After)),
                ],
                Owners = plans
                    .Where(p => p.Value.Document.Request?.Owner is not null)
                    .ToLookup(
                        p => RequestPath.TeamOf(p.Key)!,
                        p => p.Value.Document.Request!.Owner!.Value,
                        StringComparer.Ordinal
                    ),
                OwnersBefore = requests
                    .Select(r => (Request: r, Live(RequestPath.JobOf(r))?.Header.Owner))
                    .Where(r => r.Owner is { Length: > 0 })
                    .ToDictionary(r => r.Request, r => r.Owner!, StringComparer.Ordinal),
                // What stands under jobs/ follows from the requests, whoever commits it.
                Teams = ChangePaths.TeamsOf([
                    .. changed.Where(p => p.StartsWith(RequestPath.Requests, StringComparison.Ordinal)),
                ]),
                TouchedBefore =
                [
                    .. requests.Where(r =>
                        input.Base.Find(r) is not null
                        && (changed.Contains(r, StringComparer.Ordinal) || concerned.Shipping.Contains(r))
                    ),
                ],
                Removed =
                [
                    .. changed.Where(p =>
                        p.StartsWith(RequestPath.Requests, StringComparison.Ordinal) && input.Result.Find(p) is null
                    ),
                ],
                Policies = policies,
            };
        }

        private void CheckChange()
        {
            if (kind == ChangeKind.Mixed && !lint.Findings.Any(f => f.Rule.Name == "request-with-policy-change"))
            {
                string[] others = [.. changed.Where(p => !ChangePaths.IsSubmissionPath(p))];
                bool policy = others.Any(p => p.StartsWith(RequestPath.Policies, StringComparison.Ordinal));
                string what = policy ? "a policy" : "other files";
                string more =
                    others.Length > 1
                        ? string.Create(CultureInfo.InvariantCulture, $" and {others.Length - 1} more")
                        : "";
                findings.Add(
                    At(
                        ReviewRules.MixedChange,
                        changed.First(ChangePaths.IsSubmissionPath),
                        $"this change has requests and {what} (`{others[0]}`{more}); open one pull request for the requests and another for the rest"
                    )
                );
            }

            // One fault, one finding: what a rule of the requests has refused is not told a second time with another remedy.
            HashSet<string> refused = new(
                findings.Where(f => f.Severity == Severity.Error).Select(f => f.Span.Source.Path),
                StringComparer.Ordinal
            );
            foreach (string path in changed.Where(p => !refused.Contains(p)))
            {
                if (input.Result.Find(path) is { Kind: not TreeEntryKind.File } entry)
                {
                    refused.Add(path);
                    findings.Add(
                        At(
                            ReviewRules.NotAPlainFile,
                            path,
                            $"`{path}` is a {(entry.Kind == TreeEntryKind.Symlink ? "symbolic link" : "submodule")}; put the file itself there, or remove it"
                        )
                    );
                }
            }

            foreach (string path in concerned.Unexpected.Where(p => !refused.Contains(p)))
            {
                findings.Add(
                    At(
                        ReviewRules.UnexpectedFile,
                        path,
                        $"`{path}` is not a request, and no request of its folder ships it in `code.files`; remove it, or name it in a request"
                    )
                );
            }
        }

        /// <summary>What <c>jobs/</c> must hold for every request of the change.</summary>
        private void Expect(FolderRendering rendering)
        {
            (IReadOnlyList<RenderDecision> decisions, IReadOnlyList<Finding> faults) = rendering.Finish(
                lint,
                isWhole: false
            );
            findings.AddRange(faults);
            foreach (RenderDecision decision in decisions.Where(d => d.Reason != RenderReason.RequestBroken))
            {
                wanted[decision.Path] = decision.Wanted;
                edits[decision.RequestPath] = decision.Edits;
            }

            foreach (string request in requests.Where(r => input.Result.Find(r) is null))
            {
                wanted[RequestPath.JobOf(request)] = null;
            }

            // A file that no request could have.
            foreach (string path in changed.Where(p => p.StartsWith(RequestPath.Jobs, StringComparison.Ordinal)))
            {
                if (RequestPath.JobOf(RequestPath.RequestOf(path)) != path)
                {
                    wanted[path] = null;
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
                if (!changed.Contains(request, StringComparer.Ordinal) && !concerned.Shipping.Contains(request))
                {
                    // Only what puts right a file that is not as it should be may come without its request.
                    if (
                        !wanted.TryGetValue(path, out ReadOnlyMemory<byte>? right)
                        || !Same(input.Result.Read(path), right)
                    )
                    {
                        findings.Add(
                            At(
                                ReviewRules.SmuggledJob,
                                path,
                                $"`{path}` is changed, but `{request}` is not; undo the change: jobs are changed by their requests"
                            )
                        );
                    }

                    continue;
                }

                // What the branch needs is committed by the pipeline. What it can't commit to must be right by itself.
                if (
                    wanted.TryGetValue(path, out ReadOnlyMemory<byte>? bytes)
                    && !input.CanCommit
                    && input.Result.Find(path) is not null
                    && !Same(input.Result.Read(path), bytes)
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

        private List<JobChange> Jobs()
        {
            List<JobChange> jobs = [];
            foreach (string request in requests)
            {
                string team = RequestPath.TeamOf(request) ?? "";
                JobHeader? live = Live(RequestPath.JobOf(request))?.Header;
                plans.TryGetValue(request, out RequestPlan? plan);
                if (plan is null)
                {
                    // Unreadable: what runs goes on until the request can be read, or is gone.
                    if (live is not null && input.Result.Find(request) is null)
                    {
                        jobs.AddRange(live.Jobs.Select(j => Stopped(request, team, j, live)));
                    }

                    continue;
                }

                bool same = live is not null && plan.Identity.Is(live);
                for (int i = 0; i < plan.Jobs.Count; i++)
                {
                    JobPlan job = plan.Jobs[i];
                    HeaderJob? old = !same && i < live?.Jobs.Count ? live.Jobs[i] : null;
                    bool isEdit =
                        old is not null
                        && KindRules.IsEditedInPlace(job.Kind)
                        && old.Kind == job.Kind
                        && old.Name == job.ObjectName;
                    string? replaces = isEdit ? null : old?.Name;
                    JobAction action =
                        same ? JobAction.Unchanged
                        : isEdit ? JobAction.Edit
                        : replaces is null ? JobAction.Add
                        : JobAction.Replace;
                    jobs.Add(
                        new JobChange(
                            request,
                            team,
                            job.ObjectName,
                            action,
                            replaces,
                            job,
                            job.Demand,
                            job.Timeout?.Value
                        )
                        {
                            Kind = job.Kind,
                            Lease = job.Lease?.Value,
                            NextRuns = NextRuns(job),
                            Edits = isEdit ? edits.GetValueOrDefault(request, []) : [],
                        }
                    );
                }

                if (!same && live is not null)
                {
                    jobs.AddRange(live.Jobs.Skip(plan.Jobs.Count).Select(j => Stopped(request, team, j, live)));
                }
            }

            return jobs;
        }

        private static JobChange Stopped(string request, string team, HeaderJob job, JobHeader live) =>
            new(
                request,
                team,
                job.Name,
                JobAction.Stop,
                null,
                null,
                live.Jobs.Count == 1 ? live.Demand : null,
                job.TimeoutSeconds > 0 ? new Duration(job.TimeoutSeconds) : null
            )
            {
                Kind = job.Kind,
                Lease = job.LeaseSeconds > 0 ? new Duration(job.LeaseSeconds) : null,
            };

        private IReadOnlyList<DateTimeOffset> NextRuns(JobPlan job) =>
            job.Schedule is { Suspend: not { Value: true } } schedule && input.At is { } now
                ? [.. ScheduleClock.After(schedule.Schedule, schedule.TimeZone?.Value, now).Take(5)]
                : [];

        private LiveJob? Live(string path) =>
            RequestPath.TeamOf(path) is { } team && usage.TryGetValue(team, out TeamUsage? held)
                ? held.Live.FirstOrDefault(l => l.Path == path)
                : null;

        private Finding At(RuleInfo rule, string path, string message) =>
            Assessor.At(input.Result, rule, path, message);

        private static bool Same(ReadOnlyMemory<byte>? left, ReadOnlyMemory<byte>? right) =>
            left is null || right is null
                ? left is null && right is null
                : left.Value.Span.SequenceEqual(right.Value.Span);
    }
}
