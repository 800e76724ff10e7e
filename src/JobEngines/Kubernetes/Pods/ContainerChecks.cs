using Rayquest.JobEngines.Manifests;
using Rayquest.JobModel.Quantities;
using Rayquest.JobModel.Schemas;

namespace Rayquest.JobEngines.Kubernetes.Pods;

/// <summary>Names, images and the plain fields of containers; what only sidecars among init containers may have.</summary>
internal static class ContainerChecks
{
    public static void Check(PodContext pod)
    {
        Dictionary<string, string> taken = new(StringComparer.Ordinal);
        foreach (string added in pod.AddedContainers.Concat(pod.AddedInitContainers))
        {
            taken[added] = "the operator adds a container of this name";
        }

        foreach (Field container in pod.Spec["containers"].Items())
        {
            Common(pod, container, taken, "a container of this pod has this name already");
            pod.OneOfNotEmpty(PodRules.UnsupportedValue, container["restartPolicy"], "Always", "OnFailure", "Never");
        }

        foreach (Field container in pod.Spec["initContainers"].Items())
        {
            Common(pod, container, taken, "another container of this pod has this name");
            Init(pod, container);
        }

        if (pod.Spec["ephemeralContainers"] is { Count: > 0 } ephemeral)
        {
            pod.Add(
                PodRules.PodSpec,
                ephemeral,
                "a new pod can't have `ephemeralContainers`; they are put into running pods with `kubectl debug`"
            );
        }
    }

    private static void Common(PodContext pod, Field container, Dictionary<string, string> taken, string clash)
    {
        Field name = container["name"];
        if (pod.Require(PodRules.ContainerName, container, "name", "the container"))
        {
            pod.Name(PodRules.ContainerName, name, NameGrammar.Label, "container name");
            if (!taken.TryAdd(name.Text!, clash) && !pod.Faults.IsSettled(name))
            {
                pod.Add(
                    PodRules.ContainerName,
                    name,
                    $"`{NameGrammar.Shorten(name.Text!)}` is taken: {taken[name.Text!]}; choose another"
                );
            }
        }

        Image(pod, container);
        pod.OneOf(container["imagePullPolicy"], "Always", "IfNotPresent", "Never");
        pod.OneOf(container["terminationMessagePolicy"], "File", "FallbackToLogsOnError");
        RestartRules(pod, container);
        ResizePolicy(pod, container);
    }

    /// <summary>Checks an image; a missing one when it is required.</summary>
    public static void Image(PodContext pod, Field container)
    {
        Field image = container["image"];
        if (!pod.Require(PodRules.Image, container, "image", $"container `{container["name"].Text ?? "?"}`"))
        {
            return;
        }

        ImageText(pod, image);
    }

    /// <summary>Checks the text of an image.</summary>
    public static void ImageText(PodContext pod, Field image)
    {
        if (image.Text is not { Length: > 0 } text || ImageReference.Parse(text, out string? fault) is not null)
        {
            return;
        }

        if (NameGrammar.IsPlaceholder(text))
        {
            pod.Faults.Warn(
                MetadataRules.Placeholder,
                image,
                $"`{text}` is put in by some other tool before this is applied; what it becomes is not checked"
            );
            return;
        }

        pod.Add(PodRules.Image, image, $"`{NameGrammar.Shorten(text)}` is not an image reference: {fault}");
    }

    private static void Init(PodContext pod, Field container)
    {
        Field policy = container["restartPolicy"];
        pod.OneOfNotEmpty(PodRules.UnsupportedValue, policy, "Always", "OnFailure", "Never");
        if (policy.Text == "Always")
        {
            return;
        }

        foreach (Field resize in container["resizePolicy"].Items())
        {
            if (resize["restartPolicy"].Text == "RestartContainer")
            {
                pod.Add(
                    PodRules.InitContainer,
                    resize["restartPolicy"],
                    "`RestartContainer` is for sidecars: an init container without `restartPolicy: Always` has `NotRequired`"
                );
            }
        }

        foreach (string name in new[] { "lifecycle", "livenessProbe", "readinessProbe", "startupProbe" })
        {
            if (container[name].Exists)
            {
                pod.Add(
                    PodRules.InitContainer,
                    container[name],
                    $"an init container has `{name}` only with `restartPolicy: Always`, which makes it a sidecar; add that or remove `{name}`"
                );
            }
        }
    }

    private static void RestartRules(PodContext pod, Field container)
    {
        Field rules = container["restartPolicyRules"];
        if (rules.Count > 0 && container["restartPolicy"].Text is null or "")
        {
            pod.Add(PodRules.PodSpec, rules, "`restartPolicyRules` need a `restartPolicy` of the container; add it");
        }

        if (rules.Count > 20)
        {
            pod.Add(PodRules.PodSpec, rules, $"there are {rules.Count} restart rules, at most 20 are allowed");
        }

        foreach (Field rule in rules.Items())
        {
            pod.OneOf(rule["action"], "Restart", "RestartAllContainers");
            if (!rule["exitCodes"].Exists)
            {
                pod.Add(PodRules.PodSpec, rule["exitCodes"], "a restart rule has no `exitCodes`; add them");
                continue;
            }

            pod.OneOf(rule["exitCodes"]["operator"], "In", "NotIn");
            if (rule["exitCodes"]["values"].Count > 255)
            {
                pod.Add(
                    PodRules.PodSpec,
                    rule["exitCodes"]["values"],
                    $"a restart rule has {rule["exitCodes"]["values"].Count} exit codes, at most 255 are allowed"
                );
            }
        }
    }

    private static void ResizePolicy(PodContext pod, Field container)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (Field policy in container["resizePolicy"].Items())
        {
            Field name = policy["resourceName"];
            pod.Require(PodRules.PodSpec, policy, "resourceName", "a resize policy");
            pod.Require(PodRules.PodSpec, policy, "restartPolicy", "a resize policy");
            pod.OneOf(name, "cpu", "memory");
            pod.OneOf(policy["restartPolicy"], "NotRequired", "RestartContainer");
            if (name.Text is { } text && !seen.Add(text))
            {
                pod.Add(PodRules.PodSpec, name, $"`{text}` has two resize policies; keep one");
            }

            if (policy["restartPolicy"].Text == "RestartContainer" && pod.RestartsNever)
            {
                string whose = pod.NeverRestarted
                    ? "`restartPolicy: Never`, which the operator sets"
                    : "the pod's `restartPolicy: Never`";
                pod.Add(
                    PodRules.PodSpec,
                    policy["restartPolicy"],
                    $"`RestartContainer` contradicts {whose}; use `NotRequired`"
                );
            }
        }
    }
}
