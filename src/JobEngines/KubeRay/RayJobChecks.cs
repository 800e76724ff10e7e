using System.Text.Json;
using Rayquest.JobEngines.Kubernetes;
using Rayquest.JobEngines.Manifests;
using Rayquest.JobEngines.Ray;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Schemas;

namespace Rayquest.JobEngines.KubeRay;

/// <summary>The J rules: what the operator refuses of a RayJob's spec, and what it lets pass and hangs on.</summary>
public static class RayJobChecks
{
    private static readonly string[] Modes = ["K8sJobMode", "HTTPMode", "InteractiveMode", "SidecarMode"];

    public static void Check(RayJobContext job)
    {
        Field spec = job.Spec;
        if (spec["suspend"].IsTrue && !spec["shutdownAfterJobFinishes"].IsTrue)
        {
            job.Add(
                KubeRayRules.SuspendWithoutShutdown,
                spec["suspend"],
                "a suspended RayJob needs `shutdownAfterJobFinishes: true`; add it"
            );
        }

        Ttl(job);
        DeletionChecks.Check(job);
        Selector(job);
        Mode(job);
        Limits(job);
        RuntimeEnv(job);
        Entrypoint(job);
        EntrypointResources(job);
        MetadataVersion(job);
        if (spec["rayClusterSpec"]["authOptions"]["enableK8sTokenAuth"].IsTrue)
        {
            job.Add(
                KubeRayRules.TokenAuthNotSupported,
                spec["rayClusterSpec"]["authOptions"]["enableK8sTokenAuth"],
                "a RayJob's cluster can't have `enableK8sTokenAuth`; remove it"
            );
        }
    }

    private static void Ttl(RayJobContext job)
    {
        Field ttl = job.Spec["ttlSecondsAfterFinished"];
        if (ttl.Integer is not { } seconds)
        {
            return;
        }

        if (seconds < 0)
        {
            job.Add(KubeRayRules.BadTtl, ttl, $"`ttlSecondsAfterFinished` is {seconds}, but can't be negative");
        }
        else if (seconds > 0 && !job.Spec["shutdownAfterJobFinishes"].IsTrue)
        {
            job.Add(
                KubeRayRules.BadTtl,
                ttl,
                "`ttlSecondsAfterFinished` delays `shutdownAfterJobFinishes`, which is not set; add it"
            );
        }
    }

    private static void Selector(RayJobContext job)
    {
        Field spec = job.Spec;
        Field selector = spec["clusterSelector"];
        if (!job.HasSelector)
        {
            if (!spec["rayClusterSpec"].Exists)
            {
                job.Add(
                    KubeRayRules.NoCluster,
                    spec["rayClusterSpec"],
                    "the RayJob has neither `rayClusterSpec` nor `clusterSelector`; add one"
                );
            }

            return;
        }

        if (selector["ray.io/cluster"].Text is null or "")
        {
            job.Add(
                KubeRayRules.SelectorWithoutCluster,
                selector["ray.io/cluster"],
                "`clusterSelector` needs the key `ray.io/cluster` with the RayCluster's name"
            );
        }

        if (spec["suspend"].IsTrue)
        {
            job.Add(
                KubeRayRules.SelectorNotSupported,
                spec["suspend"],
                "a RayJob on a shared cluster can't be suspended; remove `suspend`"
            );
        }

        if (spec["backoffLimit"].Integer is > 0)
        {
            job.Add(
                KubeRayRules.SelectorNotSupported,
                spec["backoffLimit"],
                "a RayJob on a shared cluster can't be retried; remove `backoffLimit`"
            );
        }

        if (job.Mode == "SidecarMode")
        {
            job.Add(
                KubeRayRules.SelectorNotSupported,
                spec["submissionMode"],
                "SidecarMode puts a container into the head pod, which a shared cluster has already; use `K8sJobMode` or `HTTPMode`"
            );
        }

        if (spec["jobId"].Text is { Length: > 0 } id)
        {
            job.Faults.Warn(
                KubeRayRules.FixedJobId,
                spec["jobId"],
                $"on a shared cluster `{NameGrammar.Shorten(id)}` runs once only; leave `jobId` out"
            );
        }
    }

    private static void Mode(RayJobContext job)
    {
        Field mode = job.Spec["submissionMode"];
        if (mode.Text is { Length: > 0 } text && !Modes.Contains(text))
        {
            job.Add(
                KubeRayRules.BadSubmissionMode,
                mode,
                $"`{NameGrammar.Shorten(text)}` is not a submission mode; it is one of {NameGrammar.Listing(Modes)}{DidYouMean.Phrase(text, Modes)}"
            );
        }

        if (job.Mode != "SidecarMode")
        {
            return;
        }

        foreach (string name in new[] { "submitterPodTemplate", "submitterConfig" })
        {
            if (job.Spec[name].Exists)
            {
                job.Add(
                    KubeRayRules.SidecarConflict,
                    job.Spec[name],
                    $"SidecarMode has no submitter pod, so no `{name}`; remove it"
                );
            }
        }

        Field policy = job.Spec["rayClusterSpec"]["headGroupSpec"]["template"]["spec"]["restartPolicy"];
        if (policy.Text is { Length: > 0 } restart && restart != "Never")
        {
            job.Add(
                KubeRayRules.SidecarConflict,
                policy,
                $"in SidecarMode the head pod has `restartPolicy: Never` or none, this is `{NameGrammar.Shorten(restart)}`"
            );
        }
    }

    private static void Limits(RayJobContext job)
    {
        Field backoff = job.Spec["backoffLimit"];
        if (backoff.Integer is < 0)
        {
            job.Add(
                KubeRayRules.BadBackoffLimit,
                backoff,
                $"`backoffLimit` is {backoff.Integer}, but can't be negative"
            );
        }
        else if (backoff.Integer is > 0 && job.Mode == "InteractiveMode")
        {
            job.Add(KubeRayRules.BadBackoffLimit, backoff, "InteractiveMode knows no retries; remove `backoffLimit`");
        }

        foreach (string name in new[] { "activeDeadlineSeconds", "preRunningDeadlineSeconds" })
        {
            if (job.Spec[name].Integer is { } seconds && seconds <= 0)
            {
                job.Add(KubeRayRules.BadDeadline, job.Spec[name], $"`{name}` is {seconds}, but must be above 0");
            }
        }
    }

    private static void RuntimeEnv(RayJobContext job)
    {
        Field field = job.Spec["runtimeEnvYAML"];
        if (field.Text is { Length: > 0 } text && RuntimeEnvText.FaultOf(text) is { } fault)
        {
            job.Add(KubeRayRules.BadRuntimeEnv, field, $"`runtimeEnvYAML` {fault}");
        }
    }

    private static void Entrypoint(RayJobContext job)
    {
        Field entrypoint = job.Spec["entrypoint"];
        if (job.Mode == "InteractiveMode" || HasOwnCommand(job) || !string.IsNullOrWhiteSpace(entrypoint.Text))
        {
            return;
        }

        // An explicit null is how some say "on purpose"; the API server drops it like an absent field.
        if (job.Spec.Mapping?.Entry("entrypoint") is not null && !entrypoint.Exists)
        {
            job.Faults.Warn(
                KubeRayRules.NoEntrypoint,
                entrypoint,
                "`entrypoint` is null, so there is nothing to run; write the command"
            );
        }
        else if (!entrypoint.Exists || entrypoint.Text is not null)
        {
            job.Add(
                KubeRayRules.NoEntrypoint,
                entrypoint,
                "the RayJob has no `entrypoint`, so there is nothing to run; write the command"
            );
        }
    }

    // Then the operator's submit command, and with it the entrypoint, is not used.
    public static bool HasOwnCommand(RayJobContext job) =>
        job.Mode == "K8sJobMode"
        && job.Spec["submitterPodTemplate"]["spec"]["containers"].ItemAt(0)["command"].Count > 0;

    private static void EntrypointResources(RayJobContext job)
    {
        Field field = job.Spec["entrypointResources"];
        if (
            field.Text is { Length: > 0 } text
            && job.Mode != "InteractiveMode"
            && !HasOwnCommand(job)
            && !IsObjectOfNumbers(text, byOperator: job.Mode == "HTTPMode")
        )
        {
            job.Add(
                KubeRayRules.BadEntrypointResources,
                field,
                $"`{NameGrammar.Shorten(text)}` is not JSON object of numbers; write `'{{\"a\": 1}}'`"
            );
        }
    }

    // In HTTPMode the operator decodes it into 32-bit floats, where a null is as good as nothing; else Ray reads it.
    private static bool IsObjectOfNumbers(string text, bool byOperator)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(text);
            return (byOperator && json.RootElement.ValueKind == JsonValueKind.Null)
                || (
                    json.RootElement.ValueKind == JsonValueKind.Object
                    && json.RootElement.EnumerateObject()
                        .All(p =>
                            byOperator
                                ? p.Value.ValueKind == JsonValueKind.Null || IsFloat(p.Value)
                                : p.Value.ValueKind == JsonValueKind.Number
                        )
                );
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool IsFloat(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetSingle(out float number) && float.IsFinite(number);

    // A version that is not given counts as new enough; beside a selector the spec's version is looked at all the same.
    private static void MetadataVersion(RayJobContext job)
    {
        Field metadata = job.Spec["metadata"];
        if (
            metadata.Count == 0
            || job.Mode is "HTTPMode" or "InteractiveMode"
            || job.Spec["rayClusterSpec"]["rayVersion"].Text is not { Length: > 0 } version
        )
        {
            return;
        }

        if (RayVersion.AllowsMetadata(version) is not { } allowed)
        {
            job.Add(
                KubeRayRules.MetadataNeedsRay,
                metadata,
                $"`metadata` needs a `rayVersion` that is a semantic version of at least 2.6.0, or none; `{NameGrammar.Shorten(version)}` is no such version"
            );
        }
        else if (!allowed)
        {
            job.Add(
                KubeRayRules.MetadataNeedsRay,
                metadata,
                $"`metadata` needs `rayVersion` 2.6.0 or later, this is `{NameGrammar.Shorten(version)}`; remove it or use a later Ray"
            );
        }
    }
}
