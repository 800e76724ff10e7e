using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Schedules;
using Rayquest.JobModel.Yaml;
using Rayquest.JobRender.Manifests;
using Rayquest.JobRender.Steps;

namespace Rayquest.JobRender.Import;

/// <summary>
/// A Volcano Job with the ray plugin as a RayJob has it, so that it is imported as one: the tasks of head and workers are its
/// cluster, and what the remaining task submits is its entrypoint. What has no place in a RayJob stays where it is, and is told.
/// </summary>
internal static class VolcanoShape
{
    // What rendering writes anew.
    private static readonly string[] Rendered =
    [
        "maxRetry",
        "minAvailable",
        "plugins",
        "policies",
        "priorityClassName",
        "queue",
        "schedulerName",
        "tasks",
        "ttlSecondsAfterFinished",
    ];

    /// <summary>Whether a manifest is one.</summary>
    public static bool Is(YamlMapping manifest) =>
        ManifestNodes.TextOf(manifest, "kind") == "Job"
        && ManifestNodes.TextOf(manifest, "apiVersion")?.StartsWith("batch.volcano.sh/", StringComparison.Ordinal)
            == true
        && manifest["spec"] is YamlMapping spec
        && (spec["plugins"] as YamlMapping)?["ray"] is not null
        && spec["tasks"] is YamlSequence;

    /// <summary>The manifest in a RayJob's shape.</summary>
    public static YamlMapping Of(YamlMapping manifest, PlatformPolicy platform)
    {
        YamlMapping spec = (YamlMapping)manifest["spec"]!;
        YamlSequence? arguments = (spec["plugins"] as YamlMapping)?["ray"] as YamlSequence;
        YamlMapping? head = Task(spec, Flag(arguments, "head", AsVolcanoJob.Head));
        YamlMapping? worker = Task(spec, Flag(arguments, "worker", AsVolcanoJob.Worker));
        YamlMapping? submitter = ((YamlSequence)spec["tasks"]!)
            .Items.OfType<YamlMapping>()
            .FirstOrDefault(t => !ReferenceEquals(t, head) && !ReferenceEquals(t, worker));
        YamlMapping? pod = (submitter?["template"] as YamlMapping)?["spec"] as YamlMapping;
        YamlMapping? container = (pod?["containers"] as YamlSequence)?.Items.OfType<YamlMapping>().FirstOrDefault();
        YamlScalar? keep = spec["ttlSecondsAfterFinished"] as YamlScalar;
        List<YamlEntry> entries =
        [
            .. spec.Entries.Where(e => !Rendered.Contains(e.Key.Value)),
            ManifestNodes.Entry("shutdownAfterJobFinishes", ManifestNodes.True(spec.Span)),
            // A Job that ends ends its pods: what a request says of it has no effect.
            ManifestNodes.Entry(
                "ttlSecondsAfterFinished",
                keep is not null ? keep : ManifestNodes.Integer(spec.Span, platform.Defaults.Keep.Seconds)
            ),
            ManifestNodes.Entry(
                "rayClusterSpec",
                ManifestNodes.Map(
                    spec.Span,
                    (
                        "headGroupSpec",
                        head is null
                            ? null
                            : ManifestNodes.Map(
                                head.Span,
                                (
                                    "template",
                                    Template(
                                        head,
                                        Flag(arguments, "headContainer", AsVolcanoJob.Head),
                                        RayPods.HeadContainer
                                    )
                                )
                            )
                    ),
                    (
                        "workerGroupSpecs",
                        worker is null
                            ? null
                            : ManifestNodes.List(
                                worker.Span,
                                [Workers(worker, Flag(arguments, "workerContainer", AsVolcanoJob.Worker))]
                            )
                    )
                )
            ),
        ];
        Add(entries, "entrypoint", Entrypoint(container));
        Add(entries, "runtimeEnvYAML", RuntimeEnvironment(container));
        Add(entries, "activeDeadlineSeconds", pod?["activeDeadlineSeconds"]);
        Add(entries, "preRunningDeadlineSeconds", PendingTimeout(spec));
        Add(entries, "backoffLimit", Retries(spec, submitter));
        return new YamlMapping(
            manifest.Span,
            [
                .. manifest.Entries.Select(e =>
                    e.Key.Value switch
                    {
                        "spec" => new YamlEntry(e.Key, new YamlMapping(spec.Span, [.. entries], isFlow: false)),
                        "metadata" when e.Value is YamlMapping metadata && spec["priorityClassName"] is { } priority =>
                            new YamlEntry(
                                e.Key,
                                StrategicMerge.Merge(
                                    metadata,
                                    ManifestNodes.Map(
                                        priority.Span,
                                        (
                                            "labels",
                                            ManifestNodes.Map(priority.Span, ("ray.io/priority-class-name", priority))
                                        )
                                    )
                                )
                            ),
                        _ => e,
                    }
                ),
            ],
            isFlow: false
        );
    }

    private static void Add(List<YamlEntry> entries, string key, YamlNode? value)
    {
        if (value is not null)
        {
            entries.Add(ManifestNodes.Entry(key, value));
        }
    }

    private static YamlMapping? Task(YamlMapping spec, string name) =>
        ((YamlSequence)spec["tasks"]!)
            .Items.OfType<YamlMapping>()
            .FirstOrDefault(t => ManifestNodes.TextOf(t, "name") == name);

    private static string Flag(YamlSequence? arguments, string name, string standard)
    {
        foreach (YamlScalar argument in arguments?.Items.OfType<YamlScalar>() ?? [])
        {
            string text = argument.Value.TrimStart('-');
            if (text.StartsWith($"{name}=", StringComparison.Ordinal))
            {
                return text[(name.Length + 1)..];
            }
        }

        return standard;
    }

    private static YamlMapping Workers(YamlMapping task, string container)
    {
        YamlNode replicas = task["replicas"] ?? ManifestNodes.Integer(task.Span, 1);
        return ManifestNodes.Map(
            task.Span,
            ("groupName", ManifestNodes.Text(task.Span, "workers")),
            ("replicas", replicas),
            ("minReplicas", replicas),
            ("maxReplicas", replicas),
            ("template", Template(task, container, RayPods.WorkerContainer))
        );
    }

    // The container by KubeRay's name, and without the memory at /dev/shm that KubeRay would mount.
    private static YamlMapping? Template(YamlMapping task, string container, string name)
    {
        if (task["template"] is not YamlMapping template || template["spec"] is not YamlMapping spec)
        {
            return null;
        }

        YamlMapping? ray = (spec["containers"] as YamlSequence)
            ?.Items.OfType<YamlMapping>()
            .FirstOrDefault(c => ManifestNodes.TextOf(c, "name") == container);
        string? shared = ray is null ? null : SharedMemory(spec, ray);
        YamlMapping changed = new(
            spec.Span,
            [
                .. spec
                    .Entries.Where(e =>
                        e.Key.Value != "restartPolicy" || e.Value is not YamlScalar { Value: "OnFailure" }
                    )
                    .Select(e =>
                        e switch
                        {
                            { Key.Value: "containers", Value: YamlSequence list } => new YamlEntry(
                                e.Key,
                                new YamlSequence(
                                    list.Span,
                                    [
                                        .. list.Items.Select(c =>
                                            ReferenceEquals(c, ray) ? Renamed(ray, name, shared) : c
                                        ),
                                    ],
                                    isFlow: false
                                )
                            ),
                            { Key.Value: "volumes", Value: YamlSequence list } => new YamlEntry(
                                e.Key,
                                Without(list, shared)
                            ),
                            _ => e,
                        }
                    )
                    .Where(e => e is not { Key.Value: "volumes", Value: YamlSequence { Items.Length: 0 } }),
            ],
            isFlow: false
        );
        return new YamlMapping(
            template.Span,
            [.. template.Entries.Select(e => e.Key.Value == "spec" ? new YamlEntry(e.Key, changed) : e)],
            isFlow: false
        );
    }

    private static YamlMapping Renamed(YamlMapping container, string name, string? shared) =>
        new(
            container.Span,
            [
                .. container
                    .Entries.Select(e =>
                        e switch
                        {
                            { Key.Value: "name" } => new YamlEntry(e.Key, ManifestNodes.Text(e.Value.Span, name)),
                            { Key.Value: "volumeMounts", Value: YamlSequence mounts } => new YamlEntry(
                                e.Key,
                                Without(mounts, shared)
                            ),
                            _ => e,
                        }
                    )
                    .Where(e => e is not { Key.Value: "volumeMounts", Value: YamlSequence { Items.Length: 0 } }),
            ],
            isFlow: false
        );

    // The volume in memory at /dev/shm, as large as the container's memory; null for none.
    private static string? SharedMemory(YamlMapping spec, YamlMapping ray)
    {
        string? name = (ray["volumeMounts"] as YamlSequence)
            ?.Items.Where(m => ManifestNodes.TextOf(m, "mountPath") == SizeSharedMemory.Path)
            .Select(m => ManifestNodes.TextOf(m, "name"))
            .FirstOrDefault();
        YamlMapping? volume = (spec["volumes"] as YamlSequence)
            ?.Items.OfType<YamlMapping>()
            .FirstOrDefault(v => ManifestNodes.TextOf(v, "name") == name);
        YamlNode? limits = (ray["resources"] as YamlMapping)?["limits"];
        return
            name is not null
            && ManifestNodes.TextOf(volume?["emptyDir"], "medium") == "Memory"
            && ManifestNodes.TextOf(volume?["emptyDir"], "sizeLimit") == ManifestNodes.TextOf(limits, "memory")
            ? name
            : null;
    }

    private static YamlSequence Without(YamlSequence list, string? name) =>
        new(
            list.Span,
            [.. list.Items.Where(i => name is null || ManifestNodes.TextOf(i, "name") != name)],
            isFlow: false
        );

    // What stands behind the dashes of `ray job submit`, in the last argument of the command.
    private static YamlScalar? Entrypoint(YamlMapping? container)
    {
        const string Submit = "ray job submit ";
        const string Dashes = " -- ";
        YamlNode[] words =
        [
            .. (container?["command"] as YamlSequence)?.Items ?? [],
            .. (container?["args"] as YamlSequence)?.Items ?? [],
        ];
        if (words is not [.., YamlScalar last])
        {
            return null;
        }

        int submit = last.Value.IndexOf(Submit, StringComparison.Ordinal);
        int at = submit < 0 ? -1 : last.Value.IndexOf(Dashes, submit, StringComparison.Ordinal);
        return at < 0 ? null : ManifestNodes.Text(last.Span, last.Value[(at + Dashes.Length)..].TrimEnd('\n'));
    }

    private static YamlScalar? RuntimeEnvironment(YamlMapping? container)
    {
        foreach (YamlNode variable in (container?["env"] as YamlSequence)?.Items ?? [])
        {
            if (
                ManifestNodes.TextOf(variable, "name") == AsVolcanoJob.RuntimeEnvironment
                && ManifestNodes.TextOf(variable, "value") is { } json
            )
            {
                return ManifestNodes.Text(variable.Span, json.Replace("$$(", "$(", StringComparison.Ordinal));
            }
        }

        return null;
    }

    private static YamlScalar? PendingTimeout(YamlMapping spec)
    {
        foreach (YamlNode policy in (spec["policies"] as YamlSequence)?.Items ?? [])
        {
            if (
                ManifestNodes.TextOf(policy, "event") == "PodPending"
                && ManifestNodes.TextOf(policy, "timeout") is { } timeout
                && GoDuration.Parse(timeout) is > 0 and var nanoseconds
            )
            {
                return ManifestNodes.Integer(policy.Span, nanoseconds / 1_000_000_000);
            }
        }

        return null;
    }

    private static YamlScalar? Retries(YamlMapping spec, YamlMapping? submitter) =>
        (submitter?["policies"] as YamlSequence)?.Items.Any(p => ManifestNodes.TextOf(p, "action") == "RestartJob")
            == true
        && int.TryParse(ManifestNodes.TextOf(spec, "maxRetry"), out int starts)
        && starts > 1
            ? ManifestNodes.Integer(spec.Span, starts - 1)
            : null;
}
