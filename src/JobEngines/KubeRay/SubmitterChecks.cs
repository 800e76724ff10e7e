using Rayquest.JobEngines.Kubernetes;
using Rayquest.JobEngines.Kubernetes.Pods;
using Rayquest.JobEngines.Manifests;
using Rayquest.JobModel.Schemas;

namespace Rayquest.JobEngines.KubeRay;

/// <summary>The Kubernetes Job that submits a RayJob in K8sJobMode.</summary>
public static class SubmitterChecks
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
        Lacks(job, template["spec"]);
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

    // What the head needs, the submitter needs: one finding for all that is missing.
    private static void Lacks(RayJobContext job, Field submitter)
    {
        if (job.HasSelector)
        {
            return;
        }

        Field head = job.Spec["rayClusterSpec"]["headGroupSpec"]["template"]["spec"];
        List<string> missing = [];
        foreach (string name in new[] { "imagePullSecrets", "tolerations", "nodeSelector" })
        {
            if (head[name].Count > 0 && submitter[name].Count == 0)
            {
                missing.Add(name);
            }
        }

        if (head["serviceAccountName"].Text is { Length: > 0 } && submitter["serviceAccountName"].Text is null or "")
        {
            missing.Add("serviceAccountName");
        }

        Field own = head["containers"].ItemAt(0)["securityContext"];
        Field theirs = submitter["containers"].ItemAt(0)["securityContext"];
        if (
            (head["securityContext"].Count > 0 || own.Count > 0)
            && submitter["securityContext"].Count == 0
            && theirs.Count == 0
        )
        {
            missing.Add("securityContext");
        }

        if (missing.Count > 0)
        {
            Field at =
                submitter.Exists ? submitter
                : missing[0] == "securityContext" && own.Count > 0 ? own
                : head[missing[0]];
            job.Add(
                KubeRayRules.SubmitterLacks,
                at,
                $"the head has {NameGrammar.Listing([.. missing])}, the submitter's pod does not, and may never start; give `submitterPodTemplate` the same"
            );
        }
    }
}
