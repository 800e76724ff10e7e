using System.Globalization;
using System.Text;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Text;
using Rayquest.JobModel.Yaml;
using Rayquest.JobRender.Canonical;
using Rayquest.JobRender.Manifests;
using Rayquest.JobRender.Profiles;

namespace Rayquest.JobRender.Steps;

/// <summary>
/// Makes a job into a Volcano Job with the ray plugin, for clusters without KubeRay. The plugin starts Ray in the containers of
/// head and workers, whatever their command was (VR4), and submits nothing: a third task does, and what becomes of it is what
/// becomes of the Job (VE1). All of them are scheduled as one gang.
/// </summary>
internal static class AsVolcanoJob
{
    /// <summary>The task of the head.</summary>
    public const string Head = "head";

    /// <summary>The one task of workers that the plugin knows (VR3).</summary>
    public const string Worker = "worker";

    /// <summary>The task that submits the entrypoint.</summary>
    public const string Submitter = "submitter";

    /// <summary>The variable of the submitter that holds the runtime environment.</summary>
    public const string RuntimeEnvironment = "RAYQUEST_RUNTIME_ENV";

    // As KubeRay calls it.
    private const string SharedMemory = "shared-mem";

    public static YamlMapping Of(YamlMapping manifest, JobPlan plan)
    {
        SourceSpan anchor = plan.Anchor;
        if (
            manifest["spec"] is not YamlMapping spec
            || spec["rayClusterSpec"] is not YamlMapping cluster
            || (cluster["headGroupSpec"] as YamlMapping)?["template"] is not YamlMapping head
        )
        {
            return manifest;
        }

        List<YamlNode> tasks = [Task(anchor, Head, 1, WithSharedMemory(head, RayPods.HeadContainer))];
        int workers = 0;
        if (cluster["workerGroupSpecs"] is YamlSequence { Items: [YamlMapping group, ..] })
        {
            workers = plan.Workers[0].Replicas.Value.Min;
            tasks.Add(
                Task(
                    group.Span,
                    Worker,
                    workers,
                    WithSharedMemory((YamlMapping)group["template"]!, RayPods.WorkerContainer)
                )
            );
        }

        tasks.Add(SubmitterTask(plan, spec, head));
        return new YamlMapping(
            manifest.Span,
            [
                .. manifest.Entries.Where(e => e.Key.Value is not ("spec" or "apiVersion" or "kind")),
                ManifestNodes.Entry("apiVersion", ManifestNodes.Text(anchor, "batch.volcano.sh/v1alpha1")),
                ManifestNodes.Entry("kind", ManifestNodes.Text(anchor, "Job")),
                ManifestNodes.Entry(
                    "spec",
                    ManifestNodes.Map(
                        anchor,
                        // The webhook makes 3 of 0, and counts the first try (VL6).
                        ("maxRetry", ManifestNodes.Integer(plan.Request.Retries?.Span ?? anchor, plan.Retries + 1)),
                        ("minAvailable", ManifestNodes.Integer(anchor, 2 + workers)),
                        ("plugins", Plugins(anchor)),
                        ("policies", Policies(plan)),
                        ("priorityClassName", plan.PriorityClass is { } priority ? ManifestNodes.Text(priority) : null),
                        ("queue", ManifestNodes.Text(anchor, plan.Platform.QueueOf(plan.Team))),
                        ("schedulerName", ManifestNodes.Text(anchor, "volcano")),
                        ("tasks", ManifestNodes.List(anchor, tasks))
                    )
                ),
            ],
            isFlow: false
        );
    }

    // The plugin `svc`, by which the head is found, is added by the webhook.
    private static YamlMapping Plugins(SourceSpan span) =>
        ManifestNodes.Map(
            span,
            (
                "ray",
                ManifestNodes.List(
                    span,
                    [
                        ManifestNodes.Text(span, $"--head={Head}"),
                        ManifestNodes.Text(span, $"--worker={Worker}"),
                        ManifestNodes.Text(span, $"--headContainer={RayPods.HeadContainer}"),
                        ManifestNodes.Text(span, $"--workerContainer={RayPods.WorkerContainer}"),
                    ]
                )
            )
        );

    // A pod that doesn't get off the ground in time ends the Job, as KubeRay's deadline for the start does.
    private static YamlSequence? Policies(JobPlan plan) =>
        plan.QueueTimeout is { } wait
            ? ManifestNodes.List(
                wait.Span,
                [
                    ManifestNodes.Map(
                        wait.Span,
                        ("action", ManifestNodes.Text(wait.Span, "TerminateJob")),
                        ("event", ManifestNodes.Text(wait.Span, "PodPending")),
                        ("timeout", ManifestNodes.Text(wait.Span, GoText(wait.Value.Seconds)))
                    ),
                ]
            )
            : null;

    // As Go writes a duration, which the API server gives back.
    private static string GoText(int seconds)
    {
        StringBuilder text = new();
        if (seconds >= 3600)
        {
            text.Append(CultureInfo.InvariantCulture, $"{seconds / 3600}h");
        }

        if (seconds >= 60)
        {
            text.Append(CultureInfo.InvariantCulture, $"{seconds / 60 % 60}m");
        }

        return text.Append(CultureInfo.InvariantCulture, $"{seconds % 60}s").ToString();
    }

    private static YamlMapping Task(
        SourceSpan span,
        string name,
        int replicas,
        YamlMapping template,
        YamlSequence? policies = null
    ) =>
        ManifestNodes.Map(
            span,
            ("minAvailable", ManifestNodes.Integer(span, replicas)),
            ("name", ManifestNodes.Text(span, name)),
            ("policies", policies),
            ("replicas", ManifestNodes.Integer(span, replicas)),
            ("template", Restarting(template, policies is null ? "OnFailure" : "Never"))
        );

    private static YamlMapping Restarting(YamlMapping template, string policy) =>
        StrategicMerge.Merge(
            template,
            ManifestNodes.Map(
                template.Span,
                ("spec", ManifestNodes.Map(template.Span, ("restartPolicy", ManifestNodes.Text(template.Span, policy))))
            )
        );

    // KubeRay mounts memory at /dev/shm, as large as the container's; without it Ray's object store lies on the disk.
    private static YamlMapping WithSharedMemory(YamlMapping template, string container)
    {
        YamlMapping? ray = ((template["spec"] as YamlMapping)?["containers"] as YamlSequence)
            ?.Items.OfType<YamlMapping>()
            .FirstOrDefault(c => ManifestNodes.TextOf(c, "name") == container);
        YamlNode? memory = ((ray?["resources"] as YamlMapping)?["limits"] as YamlMapping)?["memory"];
        bool isMounted =
            (ray?["volumeMounts"] as YamlSequence)?.Items.Any(m =>
                ManifestNodes.TextOf(m, "mountPath") == SizeSharedMemory.Path
            ) == true;
        if (memory is null || isMounted)
        {
            return template;
        }

        RayPods.Part part = SizeSharedMemory.Part(memory.Span, SharedMemory, memory);
        return StrategicMerge.Merge(template, RayPods.Template(part.Span, container, part.Container, part.Pod));
    }

    private static YamlMapping SubmitterTask(JobPlan plan, YamlMapping spec, YamlMapping head)
    {
        SourceSpan span = plan.Entrypoint?.Span ?? plan.Anchor;
        YamlMapping template =
            spec["submitterPodTemplate"] as YamlMapping
            ?? AddSubmitter.Of((YamlMapping)head["spec"]!, said: null)
            ?? ManifestNodes.Map(span, ("spec", ManifestNodes.Map(span, ("containers", ManifestNodes.List(span, [])))));
        string name = (template["spec"] as YamlMapping)?["containers"]
            is YamlSequence { Items: [YamlMapping first, ..] }
            ? ManifestNodes.TextOf(first, "name")!
            : AddSubmitter.Container;
        YamlScalar? runtime = spec["runtimeEnvYAML"] as YamlScalar;
        YamlMapping container = ManifestNodes.Map(
            span,
            ("args", ManifestNodes.List(span, [ManifestNodes.Text(span, Command(plan, runtime is not null))])),
            (
                "command",
                ManifestNodes.List(span, [ManifestNodes.Text(span, "/bin/bash"), ManifestNodes.Text(span, "-c")])
            ),
            (
                "env",
                runtime is null
                    ? null
                    : ManifestNodes.List(
                        runtime.Span,
                        [
                            ManifestNodes.Map(
                                runtime.Span,
                                ("name", ManifestNodes.Text(runtime.Span, RuntimeEnvironment)),
                                // Kubernetes fills $(NAME) of a value.
                                (
                                    "value",
                                    ManifestNodes.Text(
                                        runtime.Span,
                                        Json(runtime).Replace("$(", "$$(", StringComparison.Ordinal)
                                    )
                                )
                            ),
                        ]
                    )
            ),
            ("image", HasImage(template) ? null : ManifestNodes.Text(plan.Image)),
            ("resources", HasResources(template) ? null : AddSubmitter.Resources(span))
        );
        YamlMapping pod = ManifestNodes.Map(
            span,
            (
                "activeDeadlineSeconds",
                plan.Timeout is { } timeout ? ManifestNodes.Integer(timeout.Span, timeout.Value.Seconds) : null
            )
        );
        return Task(
            span,
            Submitter,
            1,
            StrategicMerge.Merge(template, RayPods.Template(span, name, container, pod)),
            ManifestNodes.List(
                span,
                [
                    Policy(span, "TaskCompleted", "CompleteJob"),
                    Policy(span, "PodFailed", plan.Retries > 0 ? "RestartJob" : "TerminateJob"),
                ]
            )
        );
    }

    private static YamlMapping Policy(SourceSpan span, string what, string action) =>
        ManifestNodes.Map(
            span,
            ("action", ManifestNodes.Text(span, action)),
            ("event", ManifestNodes.Text(span, what))
        );

    // The entrypoint is a command line, and stands in one as KubeRay puts it there (facts, 2.9). Nobody waits for the head but
    // this (VR10).
    private static string Command(JobPlan plan, bool hasRuntimeEnvironment)
    {
        string address = $"http://{plan.ObjectName}-head-svc:8265";
        string runtime = hasRuntimeEnvironment ? $" --runtime-env-json=\"${RuntimeEnvironment}\"" : "";
        return $"until ray job list --address {address} >/dev/null 2>&1; do sleep 2; done\n"
            + $"exec ray job submit --address {address} --submission-id {plan.ObjectName}{runtime} -- {plan.Entrypoint?.Value.TrimEnd('\n')}\n";
    }

    private static string Json(YamlScalar runtime) =>
        YamlReader.Parse(new SourceText("runtimeEnvYAML", runtime.Value), YamlLimits.Manifest, new FindingBag()).Root
            is { } root
            ? FlowJson.Write(root)
            : "{}";

    private static bool HasImage(YamlMapping template) => First(template)?["image"] is not null;

    private static bool HasResources(YamlMapping template) => First(template)?["resources"] is not null;

    private static YamlMapping? First(YamlMapping template) =>
        (template["spec"] as YamlMapping)?["containers"] is YamlSequence { Items: [YamlMapping first, ..] }
            ? first
            : null;
}
