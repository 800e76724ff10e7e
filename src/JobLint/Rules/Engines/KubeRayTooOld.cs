namespace Rayquest.JobLint.Rules.Engines;

/// <summary>RQ4517: a setting the operator doesn't know yet.</summary>
public sealed class KubeRayTooOld : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ4517", "kuberay-too-old", Severity.Error, "The platform's KubeRay is too old for a setting.")
        {
            Category = RuleCategory.Engine,
            MayBeIgnored = true,
            Why =
                "`SidecarMode` is in KubeRay since 1.5, `preRunningDeadlineSeconds` (`queueTimeout`) and RayCronJobs since 1.6, their `timeZone` since 1.7. An older operator never submits a job of a mode it does not know; an unknown field is refused by the API server.",
            Facts = "X1, 1",
            Bad = Example.Repository(
                "# file: policies/platform.yaml\nkuberay: 1.4.2\ngpus: {}\ndefaults: {image: ray, timeout: 1h}\n# file: jobs-requests/vision/train.yaml\nname: train\nentrypoint: python train.py\nsubmissionMode: SidecarMode\nworkers: {replicas: 1}\n"
            ),
            Good = Example.Repository(
                "# file: policies/platform.yaml\nkuberay: 1.7.0\ngpus: {}\ndefaults: {image: ray, timeout: 1h}\n# file: jobs-requests/vision/train.yaml\nname: train\nentrypoint: python train.py\nsubmissionMode: SidecarMode\nworkers: {replicas: 1}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        string version = context.Policies.Platform.KubeRayVersion;
        if (context.Mode == SubmissionMode.SidecarMode && RayRelease.IsBelow(version, "1.5.0"))
        {
            yield return At(
                context.Request.SubmissionMode?.Span ?? context.Anchor,
                $"KubeRay {version} has no SidecarMode (1.5 is the first); use K8sJobMode or HTTPMode"
            );
        }

        if (context.Kind == JobKind.RayCronJob && RayRelease.IsBelow(version, "1.6.0"))
        {
            yield return At(
                context.Request.Kind!,
                $"KubeRay {version} has no RayCronJob (1.6 is the first); ask the platform team for a newer one"
            );
        }
        else if (context.Request.TimeZone is { } zone && RayRelease.IsBelow(version, "1.7.0"))
        {
            yield return At(
                zone,
                $"KubeRay {version} knows no time zone of a schedule (1.7 is the first); remove `timeZone` and write the hours of the operator's zone"
            );
        }

        if (context.Request.QueueTimeout is { } queue && RayRelease.IsBelow(version, "1.6.0"))
        {
            yield return At(
                queue,
                $"KubeRay {version} has no deadline for the start (1.6 is the first); remove `queueTimeout`"
            );
        }
        else if (
            context.Request.QueueTimeout is null
            && context.Policies.Platform.Defaults.QueueTimeout is not null
            && RayRelease.IsBelow(version, "1.6.0")
        )
        {
            yield return At(
                context.Anchor,
                $"KubeRay {version} has no deadline for the start (1.6 is the first), and the platform's `defaults.queueTimeout` gives the job one; the platform team has to remove it"
            );
        }
    }
}
