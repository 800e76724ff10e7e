using Rayquest.JobLint;
using Rayquest.JobLint.Engine;
using Rayquest.JobLint.Quotas;
using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Quantities;
using Rayquest.JobModel.Repository;
using Rayquest.JobModel.Requests;
using Rayquest.JobRender.Edits;

namespace Rayquest.JobReport.Evaluation;

/// <summary>What a change makes of the quota of its teams.</summary>
/// <param name="usage">What each team holds before it, from the manifests of the base.</param>
/// <param name="requests">The requests of the change.</param>
/// <param name="plans">The plans of those that can be read.</param>
internal sealed class QuotaRows(
    AssessmentInput input,
    PolicySet policies,
    IReadOnlyDictionary<string, TeamUsage> usage,
    IReadOnlyList<string> requests,
    IReadOnlyDictionary<string, RequestPlan> plans,
    IReadOnlyDictionary<string, PlanOutline> outlines,
    IReadOnlyDictionary<string, IReadOnlyList<FieldEdit>> edits
)
{
    /// <summary>The rows of every team that the change touches.</summary>
    public IReadOnlyList<QuotaRow> Quota() =>
        QuotaTable.Of(
            usage.Select(team =>
                TeamChange.Of(
                    team.Key,
                    policies.Quotas.Of(team.Key),
                    team.Value,
                    requests
                        .Where(r => RequestPath.TeamOf(r) == team.Key)
                        .Select(r => new RequestChange(
                            r,
                            IsRemoved: input.Result.Find(r) is null,
                            outlines.GetValueOrDefault(r)
                        )
                        {
                            Surge = Surge(r),
                        }),
                    ResourceDemand.Sum(input.Elsewhere.Where(e => e.Team == team.Key).Select(e => e.Adds))
                )
            )
        );

    // What is caught up is there besides what may be there anyway.
    private static ResourceDemand CaughtUp(RequestPlan plan, long runs) =>
        plan.Jobs is [{ Schedule: { } schedule } job, ..] && runs > schedule.RunsAtOnce
            ? job.RunDemand.Times(runs - schedule.RunsAtOnce) with
            {
                MaxCost = 0,
            }
            : ResourceDemand.None;

    // While a second cluster comes up, the first one is still there: all of it, or as much of the second as may be beyond it.
    private ResourceDemand Surge(string request)
    {
        if (
            edits.GetValueOrDefault(request, []).Where(e => e.Effect == EditEffect.CatchUp).Sum(e => e.Runs)
                is > 0
                    and var runs
            && plans.TryGetValue(request, out RequestPlan? scheduled)
        )
        {
            return CaughtUp(scheduled, runs);
        }

        if (
            !edits.GetValueOrDefault(request, []).Any(e => e.Effect == EditEffect.NewCluster)
            || Live(RequestPath.JobOf(request)) is not { } live
            || !plans.TryGetValue(request, out RequestPlan? plan)
        )
        {
            return ResourceDemand.None;
        }

        UpgradeRequest? upgrade = plan.Document.Request?.Upgrade?.Value;
        int percent = upgrade?.Strategy?.Value == UpgradeStrategy.Incremental ? upgrade.MaxSurge?.Value ?? 100 : 100;
        ResourceDemand held = live.Header.Demand;
        return new ResourceDemand(
            0,
            GpuCounts.Of(
                held.Gpus.ToDictionary(g => g.Key, g => ((g.Value * percent) + 99) / 100, StringComparer.Ordinal)
            ),
            Part(held.Cpu),
            Part(held.Memory),
            0
        );

        Quantity Part(Quantity amount) =>
            percent == 100 ? amount : Quantity.FromInteger((long)Math.Ceiling(amount.ToDouble() * percent / 100));
    }

    /// <summary>What the change may use of a month's GPU-hours.</summary>
    public List<GpuHoursRow> GpuHours()
    {
        List<GpuHoursRow> rows = [];
        foreach (string team in usage.Keys.Order(StringComparer.Ordinal))
        {
            foreach (
                (string type, int limit) in (
                    policies.Quotas.Of(team)?.GpuHoursPerMonth ?? new Dictionary<string, int>()
                ).OrderBy(g => g.Key, StringComparer.Ordinal)
            )
            {
                double? asked = 0;
                bool any = false;
                foreach (
                    RequestPlan plan in plans
                        .Where(p =>
                            RequestPath.TeamOf(p.Key) == team
                            && !(Live(RequestPath.JobOf(p.Key)) is { } live && p.Value.Identity.Is(live.Header))
                        )
                        .Select(p => p.Value)
                )
                {
                    foreach (JobPlan job in plan.Jobs.Where(j => j.Demand.Gpus.ContainsKey(type)))
                    {
                        any = true;
                        asked += job.Demand.Gpus[type] * job.HoursAtMost;
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

    /// <summary>Who took the room that was there when the change began, of each row over a limit.</summary>
    public List<Overtaking> Overtakings(IReadOnlyList<QuotaRow> rows)
    {
        List<Overtaking> found = [];
        foreach (QuotaRow row in rows.Where(r => r.IsOverHard || r.IsOverSoft))
        {
            Quantity? limit = row.IsOverHard ? row.Hard : row.Soft ?? row.Hard;
            if (input.Fork is not { } fork || limit is not { } allowed)
            {
                continue;
            }

            HashSet<string> then = new(
                Linter.ReadUsage(fork, row.Team).Live.Select(l => l.Path),
                StringComparer.Ordinal
            );
            QuotaConsumer[] since =
            [
                .. row.Consumers.Where(h => !then.Contains($"{RequestPath.Jobs}{row.Team}/{h.Name}.yaml")),
            ];
            Quantity taken = since.Aggregate(Quantity.Zero, (sum, h) => sum + h.Amount);
            if (taken > Quantity.Zero && row.Peak <= allowed + taken)
            {
                found.Add(new Overtaking(row, taken, [.. since.Select(h => h.Name)]));
            }
        }

        return found;
    }

    private LiveJob? Live(string path) =>
        RequestPath.TeamOf(path) is { } team && usage.TryGetValue(team, out TeamUsage? held)
            ? held.Live.FirstOrDefault(l => l.Path == path)
            : null;
}
