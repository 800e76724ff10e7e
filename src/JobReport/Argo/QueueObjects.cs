using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobReport.Argo;

/// <summary>The scheduler's queues, which hold in the cluster what the quotas say in the review.</summary>
internal static class QueueObjects
{
    /// <summary>The objects, in the order they are applied in; none where the scheduler has no queues or the cluster has its own.</summary>
    public static IReadOnlyList<YamlNode> Of(PlatformPolicy platform, QuotasPolicy quotas, IReadOnlyList<string> teams)
    {
        (string Team, TeamPolicy Policy)[] limited =
        [
            .. teams
                .Select(team => (team, quotas.Of(team)))
                .Where(t => t.Item2 is not null)
                .Select(t => (t.team, t.Item2!)),
        ];
        return platform.ArgoCd.Queues == ArgoCdPart.Existing || limited.Length == 0
            ? []
            : platform.Scheduler switch
            {
                SchedulerKind.Kueue => [.. KueueQueues.Of(platform, limited)],
                SchedulerKind.Volcano => [.. VolcanoQueues.Of(platform, limited)],
                _ => [],
            };
    }
}
