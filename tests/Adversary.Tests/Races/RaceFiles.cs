using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Repository;
using Rayquest.JobModel.Requests;
using Rayquest.JobRender;

namespace Rayquest.Adversary.Tests.Races;

/// <summary>The files of the simulated repository, and sums over them that are none of the program's.</summary>
internal static partial class RaceFiles
{
    public const string Platform = """
        gpus: {a100: {pricePerHour: 2.00, perNode: 8}}
        defaults: {image: "rayproject/ray:2.52.0-py311-gpu", gpu: a100, timeout: 4h}

        """;

    private static readonly ConcurrentDictionary<(string, string), string> Rendered = new();

    public static string Quotas(int soft, int hard) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"approvers: [dana]\nteams:\n  vision: {{members: [alice, bob, carol, mallory], approvers: [bob, carol], soft: {{gpus: {{a100: {soft}}}}}, hard: {{gpus: {{a100: {hard}}}}}}}\n"
        );

    public static (int Soft, int Hard) Limits(ImmutableSortedDictionary<string, string> files)
    {
        Match match = Limit.Match(files["policies/quotas.yaml"]);
        return (Number(match, 1), Number(match, 2));
    }

    /// <summary>What all requests ask for.</summary>
    public static int Gpus(ImmutableSortedDictionary<string, string> files) =>
        files
            .Where(f => f.Key.StartsWith("jobs-requests/", StringComparison.Ordinal))
            .Sum(f => Number(Replicas.Match(f.Value), 1));

    /// <summary>A request with so many GPUs, and what is rendered from it.</summary>
    public static ImmutableSortedDictionary<string, string> With(
        ImmutableSortedDictionary<string, string> files,
        string path,
        int gpus
    )
    {
        string request = string.Create(
            CultureInfo.InvariantCulture,
            $"name: {Path.GetFileNameWithoutExtension(path)}\nentrypoint: python train.py\nworkers: {{replicas: {gpus}, cpu: 4, memory: 16Gi, gpus: 1}}\ntimeout: 2h\n"
        );
        files = files.SetItem(path, request);
        return files.SetItem(
            RequestPath.JobOf(path),
            Rendered.GetOrAdd(
                (path, request),
                _ =>
                {
                    MemoryTree tree = Tree(files);
                    RequestPlan plan = JobPlanner.Plan(
                        RequestDocument.Read(path, Encoding.UTF8.GetBytes(request)),
                        PolicyLoader.Load(tree).Policies,
                        tree
                    )!;
                    return Encoding.UTF8.GetString(Renderer.Render(plan).Bytes.Span);
                }
            )
        );
    }

    /// <summary>A merge file by file; null where both sides changed one.</summary>
    public static ImmutableSortedDictionary<string, string>? Merge(
        ImmutableSortedDictionary<string, string> fork,
        ImmutableSortedDictionary<string, string> ours,
        ImmutableSortedDictionary<string, string> theirs
    )
    {
        ImmutableSortedDictionary<string, string> merged = ours;
        foreach (string path in theirs.Keys.Union(fork.Keys, StringComparer.Ordinal))
        {
            (string? old, string? mine, string? new_) = (
                fork.GetValueOrDefault(path),
                ours.GetValueOrDefault(path),
                theirs.GetValueOrDefault(path)
            );
            if (new_ == old || new_ == mine)
            {
                continue;
            }

            if (mine != old)
            {
                return null;
            }

            merged = new_ is null ? merged.Remove(path) : merged.SetItem(path, new_);
        }

        return merged;
    }

    /// <summary>Whether two trees hold the same requests and manifests.</summary>
    public static bool IsSame(
        ImmutableSortedDictionary<string, string> one,
        ImmutableSortedDictionary<string, string> other
    ) => one.Where(IsJob).SequenceEqual(other.Where(IsJob));

    public static MemoryTree Tree(ImmutableSortedDictionary<string, string> files) =>
        new(files.ToDictionary(f => f.Key, f => Encoding.UTF8.GetBytes(f.Value), StringComparer.Ordinal));

    public static string[] Changed(
        ImmutableSortedDictionary<string, string> before,
        ImmutableSortedDictionary<string, string> after
    ) =>
        [
            .. before
                .Keys.Union(after.Keys, StringComparer.Ordinal)
                .Where(p => before.GetValueOrDefault(p) != after.GetValueOrDefault(p))
                .Order(StringComparer.Ordinal),
        ];

    private static bool IsJob(KeyValuePair<string, string> file) =>
        file.Key.StartsWith("jobs", StringComparison.Ordinal);

    private static int Number(Match match, int group) =>
        int.Parse(match.Groups[group].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"replicas: (\d+)")]
    private static partial Regex Replicas { get; }

    [GeneratedRegex(@"soft: \{gpus: \{a100: (\d+)\}\}, hard: \{gpus: \{a100: (\d+)\}\}")]
    private static partial Regex Limit { get; }
}
