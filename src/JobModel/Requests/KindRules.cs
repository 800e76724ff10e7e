using Rayquest.JobModel.Yaml;

namespace Rayquest.JobModel.Requests;

/// <summary>What the kind of a request decides: which keys it may have, how long its name may be, and how it lives.</summary>
public static class KindRules
{
    /// <summary>The longest name of any kind.</summary>
    public const int LongestName = 53;

    /// <summary>The kinds that run an entrypoint.</summary>
    public static IReadOnlyList<string> WithEntrypoint { get; } = [nameof(JobKind.RayJob), nameof(JobKind.RayCronJob)];

    /// <summary>What runs once, to its end.</summary>
    public static IReadOnlyList<string> Jobs { get; } = [nameof(JobKind.RayJob)];

    /// <summary>What may run on a cluster that is there already.</summary>
    public static IReadOnlyList<string> OnAnyCluster { get; } = WithEntrypoint;

    /// <summary>What runs by a schedule.</summary>
    public static IReadOnlyList<string> Scheduled { get; } = [nameof(JobKind.RayCronJob)];

    /// <summary>What can rest without being taken back.</summary>
    public static IReadOnlyList<string> Suspendable { get; } = [nameof(JobKind.RayCronJob), nameof(JobKind.RayCluster)];

    /// <summary>What can be asked for again: a schedule runs again by itself.</summary>
    public static IReadOnlyList<string> Repeatable { get; } =
    [nameof(JobKind.RayJob), nameof(JobKind.RayCluster), nameof(JobKind.RayService)];

    /// <summary>What is a cluster and nothing else.</summary>
    public static IReadOnlyList<string> Clusters { get; } = [nameof(JobKind.RayCluster)];

    /// <summary>What serves applications.</summary>
    public static IReadOnlyList<string> Services { get; } = [nameof(JobKind.RayService)];

    /// <summary>The kind a request says, or the default; null for one that isn't there.</summary>
    public static string? WordOf(YamlNode? root)
    {
        if (root is not YamlMapping mapping || mapping["kind"] is not { } kind)
        {
            return nameof(JobKind.RayJob);
        }

        return kind is YamlScalar { IsNull: false } word && Of(word.Value) is not null ? word.Value : null;
    }

    /// <summary>The kind of a word; null for any other word.</summary>
    public static JobKind? Of(string? word) =>
        word switch
        {
            nameof(JobKind.RayJob) => JobKind.RayJob,
            nameof(JobKind.RayCluster) => JobKind.RayCluster,
            nameof(JobKind.RayService) => JobKind.RayService,
            nameof(JobKind.RayCronJob) => JobKind.RayCronJob,
            _ => null,
        };

    /// <summary>What a person calls it.</summary>
    public static string NounOf(JobKind kind) =>
        kind switch
        {
            JobKind.RayCluster => "cluster",
            JobKind.RayService => "service",
            JobKind.RayCronJob => "cron job",
            _ => "job",
        };

    /// <summary>The longest name: KubeRay's (M1), of a RayJob less a dash and five hex digits.</summary>
    public static int MaxNameLength(JobKind kind) =>
        kind switch
        {
            JobKind.RayCluster => LongestName,
            JobKind.RayService => 47,
            JobKind.RayCronJob => 36,
            _ => JobRequestFormat.MaxNameLength,
        };

    /// <summary>Whether an object keeps its name when its request is edited, so that the edit changes what is there.</summary>
    public static bool IsEditedInPlace(JobKind kind) => kind != JobKind.RayJob;

    /// <summary>Whether it runs an entrypoint.</summary>
    public static bool HasEntrypoint(JobKind kind) => kind is JobKind.RayJob or JobKind.RayCronJob;
}
