using Rayquest.JobLint;
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
    IReadOnlyDictionary<string, RequestPlan> plans
)
{
    public List<QuotaRow> Quota()
    {
        List<QuotaRow> rows = [];
        foreach ((string team, TeamUsage held) in usage.OrderBy(u => u.Key, StringComparer.Ordinal))
        {
            HashSet<string> gone = new(StringComparer.Ordinal);
            Holding asked = Holding.None;
            foreach (string request in requests.Where(r => RequestPath.TeamOf(r) == team))
            {
                string path = RequestPath.JobOf(request);
                if (input.Result.Find(request) is null)
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
            TeamPolicy? policy = policies.Quotas.Of(team);
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
            Holder[] since =
            [
                .. row.Holders.Where(h => !then.Contains($"{RequestPath.Jobs}{row.Team}/{h.Name}.yaml")),
            ];
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

    private static Quantity? Bound(IReadOnlyDictionary<string, int>? limits, string type) =>
        limits is not null && limits.TryGetValue(type, out int limit) ? Quantity.FromInteger(limit) : null;

    private static Quantity? Number(int? limit) => limit is { } number ? Quantity.FromInteger(number) : null;
}
