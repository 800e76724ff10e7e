using Rayquest.JobEngines.Manifests;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Schemas;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobEngines.Kubernetes.Pods;

/// <summary>Annotations pod validation reads, the template's fixed name and finalizers.</summary>
internal static class TemplateAnnotationChecks
{
    private const string AppArmor = "container.apparmor.security.beta.kubernetes.io/";
    private const string PodSeccomp = "seccomp.security.alpha.kubernetes.io/pod";
    private const string ContainerSeccomp = "container.seccomp.security.alpha.kubernetes.io/";

    public static void Check(PodContext pod)
    {
        Field metadata = pod.Template["metadata"];
        foreach ((YamlScalar key, Field value) in metadata["annotations"].Entries())
        {
            Annotation(pod, key.Value, value);
        }

        // The operator takes the names of workers away, and a Job those of its pods.
        if (pod.Role == PodRole.Head)
        {
            pod.Name(PodRules.TemplateMetadata, metadata["name"], NameGrammar.Subdomain, "pod name");
        }

        foreach (Field finalizer in metadata["finalizers"].Items())
        {
            Finalizer(pod, finalizer);
        }
    }

    private static void Finalizer(PodContext pod, Field finalizer)
    {
        pod.Name(PodRules.TemplateMetadata, finalizer, NameGrammar.Qualified, "finalizer");
        if (
            finalizer.Text is { Length: > 0 } text
            && NameGrammar.Qualified(text) is null
            && !text.Contains('/', StringComparison.Ordinal)
            && text is not ("kubernetes" or "orphan" or "foregroundDeletion")
        )
        {
            pod.Add(
                PodRules.TemplateMetadata,
                finalizer,
                $"`{NameGrammar.Shorten(text)}` is not a finalizer of Kubernetes; one's own has a domain before it, as in `example.com/{NameGrammar.Shorten(text)}`"
            );
        }
    }

    private static void Annotation(PodContext pod, string key, Field value)
    {
        string text = value.Text ?? "";
        if (key.StartsWith(AppArmor, StringComparison.Ordinal))
        {
            string container = key[AppArmor.Length..];
            bool isAdded = pod.AddedContainers.Contains(container) || pod.AddedInitContainers.Contains(container);
            if (!isAdded && !pod.AllContainers.Any(c => c["name"].Text == container))
            {
                pod.Add(
                    PodRules.TemplateMetadata,
                    value,
                    $"the AppArmor annotation names container `{NameGrammar.Shorten(container)}`, which the pod does not have"
                );
            }
            else if (
                text is not ("" or "runtime/default" or "unconfined")
                && !text.StartsWith("localhost/", StringComparison.Ordinal)
            )
            {
                pod.Add(
                    PodRules.TemplateMetadata,
                    value,
                    $"`{NameGrammar.Shorten(text)}` is not an AppArmor profile; it is `runtime/default`, `unconfined` or `localhost/<profile>`"
                );
            }

            AgreesWithProfile(pod, value, container, "appArmorProfile", "runtime/default");
        }
        else if (key == PodSeccomp || key.StartsWith(ContainerSeccomp, StringComparison.Ordinal))
        {
            if (!IsSeccomp(text))
            {
                pod.Add(
                    PodRules.TemplateMetadata,
                    value,
                    $"`{NameGrammar.Shorten(text)}` is not a seccomp profile; it is `runtime/default`, `unconfined` or `localhost/<profile>`; better remove the annotation and set `seccompProfile`"
                );
            }

            string? container = key == PodSeccomp ? null : key[ContainerSeccomp.Length..];
            AgreesWithProfile(pod, value, container, "seccompProfile", "runtime/default", "docker/default");
        }
        else if (
            key == "controller.kubernetes.io/pod-deletion-cost"
            && (
                !int.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out int cost)
                || cost.ToString(System.Globalization.CultureInfo.InvariantCulture) != text
            )
        )
        {
            pod.Add(
                PodRules.TemplateMetadata,
                value,
                $"`{NameGrammar.Shorten(text)}` is not a deletion cost; it is a whole number of 32 bits"
            );
        }
        else if (key == "kubernetes.io/config.mirror")
        {
            pod.Add(
                PodRules.TemplateMetadata,
                value,
                "`kubernetes.io/config.mirror` marks pods of the kubelet; remove it"
            );
        }
    }

    private static bool IsSeccomp(string text) =>
        text is "runtime/default" or "docker/default" or "unconfined"
        || (
            text.StartsWith("localhost/", StringComparison.Ordinal)
            && text["localhost/".Length..] is var path
            && !path.StartsWith('/')
            && !path.Split('/').Contains("..")
        );

    // Where the field is set as well, the old annotation must say the same.
    private static void AgreesWithProfile(
        PodContext pod,
        Field annotation,
        string? container,
        string field,
        params ReadOnlySpan<string> defaults
    )
    {
        Field whole = pod.Spec["securityContext"][field];
        Field own = container is null
            ? whole
            : pod.AllContainers.FirstOrDefault(c => c["name"].Text == container)["securityContext"][field];
        // A container without an AppArmor profile has the pod's; one without a seccomp profile is not compared.
        Field profile = own.Exists || field == "seccompProfile" ? own : whole;
        string said = annotation.Text ?? "";
        bool agrees = profile["type"].Text switch
        {
            "Unconfined" => said == "unconfined",
            "RuntimeDefault" => defaults.Contains(said),
            "Localhost" => said == "localhost/" + profile["localhostProfile"].Text,
            _ => true,
        };
        if (profile.Exists && !agrees)
        {
            pod.Add(
                PodRules.TemplateMetadata,
                annotation,
                $"the annotation says `{NameGrammar.Shorten(said)}`, `{field}` says `{profile["type"].Text}`; remove the annotation"
            );
        }
    }
}
