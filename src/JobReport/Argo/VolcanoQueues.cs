using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Yaml;
using static Rayquest.JobReport.Argo.BundleYaml;

namespace Rayquest.JobReport.Argo;

/// <summary>
/// Volcano's queues: `capability` is what the quotas allow at most, `deserved` what a team has for sure. They count a resource by
/// its name and know no GPU types: types that share one are held in sum.
/// </summary>
internal static class VolcanoQueues
{
    public static IEnumerable<YamlNode> Of(
        PlatformPolicy platform,
        IReadOnlyList<(string Team, TeamPolicy Policy)> teams
    ) =>
        teams
            .GroupBy(t => platform.QueueOf(t.Team), StringComparer.Ordinal)
            // Volcano makes these two itself.
            .Where(queue => queue.Key is not ("default" or "root"))
            .OrderBy(queue => queue.Key, StringComparer.Ordinal)
            .Select(queue => Queue(platform, queue.Key, [.. queue]));

    private static YamlMapping Queue(PlatformPolicy platform, string name, (string Team, TeamPolicy Policy)[] teams)
    {
        SortedDictionary<string, TeamShare> shares = new(StringComparer.Ordinal)
        {
            ["cpu"] = Sum(teams.Select(t => TeamShare.OfCpu(t.Policy))),
            ["memory"] = Sum(teams.Select(t => TeamShare.OfMemory(t.Policy))),
        };
        foreach (var resource in platform.Gpus.GroupBy(pair => pair.Value.Resource, StringComparer.Ordinal))
        {
            shares[resource.Key] = Sum(
                resource.SelectMany(pair => teams.Select(t => TeamShare.OfGpu(t.Policy, pair.Key)))
            );
        }

        return Object(
            "scheduling.volcano.sh/v1beta1",
            "Queue",
            name,
            null,
            teams is [var only] ? Labels(platform, only.Team) : Map(("app.kubernetes.io/managed-by", Text("rayquest"))),
            (
                "spec",
                Map(
                    ("weight", Integer(1)),
                    ("capability", Amounts(shares, share => share.Hard)),
                    // Never more than `capability` (VQ1).
                    ("deserved", Amounts(shares, share => share.Hard < share.Soft ? share.Hard : share.Soft))
                )
            )
        );
    }

    private static TeamShare Sum(IEnumerable<TeamShare> shares) => shares.Aggregate((sum, share) => sum + share);

    private static YamlMapping? Amounts(
        SortedDictionary<string, TeamShare> shares,
        Func<TeamShare, Rayquest.JobModel.Quantities.Quantity?> part
    )
    {
        (string, YamlNode?)[] amounts =
        [
            .. shares
                .Where(pair => part(pair.Value) is not null)
                .Select(pair => (pair.Key, (YamlNode?)Text(part(pair.Value)!.Value.ToString()))),
        ];
        return amounts.Length == 0 ? null : Map(amounts);
    }
}
