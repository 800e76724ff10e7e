using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Yaml;
using static Rayquest.JobReport.Argo.BundleYaml;

namespace Rayquest.JobReport.Argo;

/// <summary>
/// Walls around a team's namespace. Ray's dashboard, client and GCS ports run what they are sent and ask nobody for a password: what
/// reaches a head runs as its team. So only the team itself and the namespaces that the policy names reach its pods.
/// </summary>
internal static class NamespaceIsolation
{
    private const string Name = "rayquest";

    /// <summary>The NetworkPolicy and the LimitRange of a team's namespace.</summary>
    public static IEnumerable<YamlNode> Of(PlatformPolicy platform, string team)
    {
        var settings = platform.Isolation;
        var ns = platform.NamespaceOf(team);
        if (settings.NetworkPolicy)
        {
            yield return Object(
                "networking.k8s.io/v1",
                "NetworkPolicy",
                Name,
                ns,
                Labels(platform, team),
                (
                    "spec",
                    Map(
                        // Every pod, whoever made it: what isn't listed below is refused.
                        ("podSelector", Map()),
                        ("policyTypes", List(Text("Ingress"))),
                        ("ingress", List(Map(("from", List([.. Sources(platform, team)])))))
                    )
                )
            );
        }

        if (Limits(settings) is { } limits)
        {
            yield return Object(
                "v1",
                "LimitRange",
                Name,
                ns,
                Labels(platform, team),
                ("spec", Map(("limits", List(limits))))
            );
        }
    }

    private static IEnumerable<YamlNode> Sources(PlatformPolicy platform, string team)
    {
        yield return Map(("podSelector", Map()));
        yield return Map(
            ("namespaceSelector", Map(("matchLabels", Map(($"{platform.LabelPrefix}/team", Text(team))))))
        );
        foreach (var name in platform.Isolation.AllowFrom.Order(StringComparer.Ordinal))
        {
            // The API server puts this label on every namespace, and nobody can put another name there.
            yield return Map(
                ("namespaceSelector", Map(("matchLabels", Map(("kubernetes.io/metadata.name", Text(name))))))
            );
        }
    }

    /// <summary>
    /// Requests for containers that say none, without which the quota would refuse them. No default limits: one below a container's
    /// own request would refuse that container.
    /// </summary>
    private static YamlMapping? Limits(IsolationSettings settings)
    {
        var requests = Amounts(settings.DefaultRequest);
        var most = Amounts(settings.Max);
        return requests is null && most is null
            ? null
            : Map(("defaultRequest", requests), ("max", most), ("type", Text("Container")));
    }

    private static YamlMapping? Amounts(ContainerAmounts amounts) =>
        amounts is { Cpu: null, Memory: null }
            ? null
            : Map(
                ("cpu", amounts.Cpu is { } cpu ? Text(cpu.ToString()) : null),
                ("memory", amounts.Memory is { } memory ? Text(memory.ToString()) : null)
            );
}
