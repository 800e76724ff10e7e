using Rayquest.JobLint;
using Rayquest.JobLint.Quotas;
using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Quantities;
using Rayquest.JobModel.Repository;

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
    IReadOnlyDictionary<string, PlanOutline> outlines
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
                        )),
                    Holding.Sum(input.Elsewhere.Where(e => e.Team == team.Key).Select(e => e.Adds))
                )
            )
        );

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
                    foreach (JobPlan job in plan.Jobs.Where(j => j.Holding.Gpus.ContainsKey(type)))
                    {
                        any = true;
                        asked += job.Holding.Gpus[type] * job.HoursAtMost;
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
            Holder[] since = [.. row.Holders.Where(h => !then.Contains($"{RequestPath.Jobs}{row.Team}/{h.Name}.yaml"))];
            Quantity taken = since.Aggregate(Quantity.Zero, (sum, h) => sum + h.Amount);
            if (taken > Quantity.Zero && row.After <= allowed + taken)
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
