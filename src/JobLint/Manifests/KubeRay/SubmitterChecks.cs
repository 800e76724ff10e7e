using Rayquest.JobLint.Manifests.Pods;
using Rayquest.JobModel.Schemas;

namespace Rayquest.JobLint.Manifests.KubeRay;

/// <summary>The Kubernetes Job that submits a RayJob in K8sJobMode.</summary>
internal static class SubmitterChecks
{
    /// <summary>Checks the Job's pod template and limits; the pod, when the author describes one.</summary>
    public static PodContext? Check(RayJobContext job)
    {
        if (job.Mode != "K8sJobMode")
        {
            return null;
        }

        Field backoff = job.Spec["submitterConfig"]["backoffLimit"];
        if (backoff.Integer is < 0)
        {
            job.Add(
                KubeRayRules.BadSubmitter,
                backoff,
                $"`backoffLimit` of the submitter Job is {backoff.Integer}, but can't be negative"
            );
        }

        Field template = job.Spec["submitterPodTemplate"];
        if (!template.Exists)
        {
            return null;
        }

        Field spec = template["spec"];
        if (spec["containers"].Count == 0)
        {
            job.Add(
                KubeRayRules.BadSubmitter,
                spec["containers"],
                "`submitterPodTemplate` has no container; the first one submits the job: add it"
            );
        }

        Field policy = spec["restartPolicy"];
        if (policy.Text is null or "" or "Always")
        {
            job.Add(
                KubeRayRules.BadSubmitter,
                policy,
                "the submitter is a Job: its `restartPolicy` is `Never` or `OnFailure`; add `restartPolicy: Never`"
            );
        }

        PodContext pod = new(job.Faults, template, PodRole.Submitter);
        PodTemplateChecks.Check(pod);
        return pod;
    }
}
