using System.Globalization;
using System.Text;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobHosts.StatusSync;

/// <summary>One job as a rendered file tells it.</summary>
public sealed record RenderedJob(
    string Kind,
    string Namespace,
    string Name,
    TimeSpan? Timeout,
    TimeSpan? QueueTimeout,
    TimeSpan? Keep
)
{
    /// <summary>How long a cluster is given for; null for no end.</summary>
    public TimeSpan? Lease { get; init; }

    /// <summary>When a RayCronJob runs, and the zone of that.</summary>
    public string Schedule { get; init; } = "";
    public string TimeZone { get; init; } = "";
}

/// <summary>A rendered file: its header and the jobs in it.</summary>
public sealed record MergedJobFile(JobHeader Header, IReadOnlyList<RenderedJob> Jobs)
{
    private static readonly string[] Kinds = ["RayJob", "RayCluster", "RayService", "RayCronJob", "Job"];

    /// <summary>Reads a file under jobs/; null when it carries no header of ours.</summary>
    public static MergedJobFile? Read(string path, byte[] bytes)
    {
        if (JobHeader.Read(bytes, out var body) is not { } header)
        {
            return null;
        }

        var text = Encoding.UTF8.GetString(bytes, body, bytes.Length - body);
        var jobs = new List<RenderedJob>();
        foreach (var document in text.Split("\n---\n"))
        {
            var root =
                YamlReader.Read(path, Encoding.UTF8.GetBytes(document), YamlLimits.Manifest, new FindingBag()).Root
                as YamlMapping;
            if (
                root is null
                || Text(root, "kind") is not { } kind
                || !Kinds.Contains(kind, StringComparer.Ordinal)
                || root["metadata"] is not YamlMapping metadata
                || Text(metadata, "name") is not { } name
            )
            {
                continue;
            }

            var own = root["spec"] as YamlMapping;
            // Of a schedule, what each run is.
            var spec = kind is "RayCronJob" ? own?["jobTemplate"] as YamlMapping : own;
            var lease = header.Jobs.FirstOrDefault(job => job.Name == name)?.LeaseSeconds ?? 0;
            jobs.Add(
                new RenderedJob(
                    kind is "Job" ? "VolcanoJob" : kind,
                    Text(metadata, "namespace") ?? "",
                    name,
                    Seconds(spec, "activeDeadlineSeconds"),
                    Seconds(spec, "preRunningDeadlineSeconds"),
                    Seconds(spec, "ttlSecondsAfterFinished")
                )
                {
                    Lease = lease > 0 ? TimeSpan.FromSeconds(lease) : null,
                    Schedule = own is not null && kind is "RayCronJob" ? Text(own, "schedule") ?? "" : "",
                    TimeZone = own is not null && kind is "RayCronJob" ? Text(own, "timeZone") ?? "" : "",
                }
            );
        }

        return new MergedJobFile(header, jobs);
    }

    private static string? Text(YamlMapping mapping, string key) => (mapping[key] as YamlScalar)?.Value;

    private static TimeSpan? Seconds(YamlMapping? spec, string key) =>
        spec is not null
        && long.TryParse(Text(spec, key), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(seconds)
            : null;
}
