using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Requests;
using Rayquest.JobModel.Yaml;
using Rayquest.JobRender.Manifests;

namespace Rayquest.JobRender.Profiles;

/// <summary>
/// Lays the platform's profile under a manifest. <c>groupName: "*"</c> stands for every worker group and a container
/// named <c>"*"</c> for every container of the pod; a name goes over the star, the request over both. What makes up the
/// job's identity, or what quotas count, comes from the request alone, so a profile can't bring it in.
/// </summary>
internal static class ApplyProfile
{
    private const string Every = "*";

    public static YamlMapping Under(YamlMapping manifest, JobPlan plan)
    {
        if (plan.Profile is not { Manifest: { } profile })
        {
            return manifest;
        }

        List<YamlEntry> parts = [];
        if (profile["metadata"] is YamlMapping metadata)
        {
            parts.Add(new YamlEntry(profile.Entry("metadata")!.Key, Metadata(metadata, plan)));
        }

        if (profile["spec"] is YamlMapping spec)
        {
            parts.Add(new YamlEntry(profile.Entry("spec")!.Key, Spec(spec, manifest, plan)));
        }

        return StrategicMerge.Merge(new YamlMapping(manifest.Span, [.. parts], isFlow: false), manifest);
    }

    // Name and namespace are the request's, and so are the labels by which it is found and queued.
    private static YamlMapping Metadata(YamlMapping metadata, JobPlan plan) =>
        Change(
            metadata,
            entry =>
                entry is { Key.Value: "labels" or "annotations", Value: YamlMapping values }
                    ? new YamlEntry(
                        entry.Key,
                        Change(values, v => IsRayquest(v.Key.Value, plan.Platform.LabelPrefix) ? null : v)
                    )
                    : null
        );

    private static bool IsRayquest(string key, string prefix) =>
        key == ManifestLabels.ManagedBy
        || (
            key.Length > prefix.Length && key[prefix.Length] == '/' && key.StartsWith(prefix, StringComparison.Ordinal)
        );

    private static YamlMapping Spec(YamlMapping spec, YamlMapping manifest, JobPlan plan)
    {
        YamlMapping? cluster = (manifest["spec"] as YamlMapping)?["rayClusterSpec"] as YamlMapping;
        return Change(
            spec,
            entry =>
                entry.Key.Value switch
                {
                    // What runs and how, what it costs and how long it stays: the request's, or the platform's defaults (RQ0606).
                    "entrypoint"
                    or "runtimeEnvYAML"
                    or "jobId"
                    or "suspend"
                    or "clusterSelector"
                    or "submissionMode"
                    or "managedBy" => null,
                    "activeDeadlineSeconds" or "preRunningDeadlineSeconds" or "backoffLimit" => null,
                    "shutdownAfterJobFinishes" or "ttlSecondsAfterFinished" => null,
                    // Only K8sJobMode has a submitter pod (J19).
                    "submitterPodTemplate"
                    or "submitterConfig" when plan.SubmissionMode.Value != SubmissionMode.K8sJobMode => null,
                    "submitterPodTemplate" when entry.Value is YamlMapping template => new YamlEntry(
                        entry.Key,
                        Template(template, SubmitterOf(template))
                    ),
                    // On someone else's cluster there is nothing to build or to delete (J9).
                    "rayClusterSpec" or "deletionStrategy" when plan.Cluster is not null => null,
                    "rayClusterSpec" when entry.Value is YamlMapping below && cluster is not null => new YamlEntry(
                        entry.Key,
                        Cluster(below, cluster, plan)
                    ),
                    _ => entry,
                }
        );
    }

    // The first container submits; a star, or none at all, stands for the one KubeRay would make.
    private static string SubmitterOf(YamlMapping template) =>
        (template["spec"] as YamlMapping)?["containers"] is YamlSequence { Items: [var first, ..] }
        && ManifestNodes.TextOf(first, "name") is { Length: > 0 } name
        && name != Every
            ? name
            : AddSubmitter.Container;

    private static YamlMapping Cluster(YamlMapping profile, YamlMapping manifest, JobPlan plan) =>
        Change(
            profile,
            entry =>
                entry.Key.Value switch
                {
                    "enableInTreeAutoscaling" or "rayVersion" => null,
                    "autoscalerOptions" when !plan.IsAutoscaling => null,
                    "headGroupSpec" when entry.Value is YamlMapping head => new YamlEntry(
                        entry.Key,
                        Group(head, RayPods.HeadContainer)
                    ),
                    "workerGroupSpecs" when entry.Value is YamlSequence groups => Workers(
                        entry,
                        groups,
                        manifest["workerGroupSpecs"]
                    ),
                    _ => entry,
                }
        );

    // Every group of the request gets its part; groups the request doesn't have are dropped, since no quota counts them.
    private static YamlEntry? Workers(YamlEntry entry, YamlSequence profile, YamlNode? manifest)
    {
        if (manifest is not YamlSequence groups)
        {
            return null;
        }

        List<YamlNode> parts = new(groups.Items.Length);
        foreach (YamlNode group in groups.Items)
        {
            YamlNode name = ((YamlMapping)group)["groupName"]!;
            YamlMapping part = Group(Named(profile, "groupName", ((YamlScalar)name).Value), RayPods.WorkerContainer);
            parts.Add(StrategicMerge.Merge(part, ManifestNodes.Map(part.Span, ("groupName", name))));
        }

        return new YamlEntry(entry.Key, ManifestNodes.List(profile.Span, parts));
    }

    private static YamlMapping Group(YamlMapping group, string rayContainer) =>
        Change(
            group,
            entry =>
                entry.Key.Value switch
                {
                    "replicas" or "minReplicas" or "maxReplicas" or "numOfHosts" or "suspend" or "scaleStrategy" =>
                        null,
                    "template" when entry.Value is YamlMapping template => new YamlEntry(
                        entry.Key,
                        Template(template, rayContainer)
                    ),
                    _ => entry,
                }
        );

    private static YamlMapping Template(YamlMapping template, string rayContainer) =>
        Change(
            template,
            part =>
                part is { Key.Value: "spec", Value: YamlMapping pod }
                    ? new YamlEntry(part.Key, Change(pod, entry => PodPart(entry, rayContainer)))
                    : part
        );

    private static YamlEntry PodPart(YamlEntry entry, string rayContainer) =>
        (entry.Key.Value, entry.Value) switch
        {
            ("containers", YamlSequence list) => new YamlEntry(entry.Key, Containers(list, rayContainer)),
            ("initContainers", YamlSequence list) => new YamlEntry(entry.Key, Containers(list, rayContainer: null)),
            _ => entry,
        };

    private static YamlSequence Containers(YamlSequence profile, string? rayContainer)
    {
        List<YamlNode> parts = [];
        if (rayContainer is not null)
        {
            YamlMapping part = Named(profile, "name", rayContainer);
            parts.Add(
                StrategicMerge.Merge(
                    part,
                    ManifestNodes.Map(part.Span, ("name", ManifestNodes.Text(part.Span, rayContainer)))
                )
            );
        }

        foreach (YamlNode item in profile.Items)
        {
            string? name = ManifestNodes.TextOf(item, "name");
            if (name is null)
            {
                parts.Add(item);
            }
            else if (name != Every && name != rayContainer)
            {
                parts.Add(Named(profile, "name", name));
            }
        }

        return ManifestNodes.List(profile.Span, parts);
    }

    /// <summary>What the list says for a name: the star's part, with the one of that name laid over it.</summary>
    private static YamlMapping Named(YamlSequence list, string key, string name)
    {
        YamlMapping star = Find(list, key, Every) is { } every
            ? Change(every, e => e.Key.Value == key ? null : e)
            : new YamlMapping(list.Span, [], isFlow: false);
        return Find(list, key, name) is { } named ? StrategicMerge.Merge(star, named) : star;
    }

    private static YamlMapping? Find(YamlSequence list, string key, string name)
    {
        foreach (YamlNode item in list.Items)
        {
            if (item is YamlMapping mapping && ManifestNodes.TextOf(item, key) == name)
            {
                return mapping;
            }
        }

        return null;
    }

    private static YamlMapping Change(YamlMapping mapping, Func<YamlEntry, YamlEntry?> change)
    {
        List<YamlEntry> entries = new(mapping.Entries.Length);
        foreach (YamlEntry entry in mapping.Entries)
        {
            if (change(entry) is { } changed)
            {
                entries.Add(changed);
            }
        }

        return new YamlMapping(mapping.Span, [.. entries], isFlow: false);
    }
}
