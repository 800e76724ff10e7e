using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Schemas;
using Rayquest.JobModel.Yaml;

namespace Rayquest.JobLint.Manifests.Pods;

/// <summary>Annotations pod validation reads, the template's fixed name and finalizers.</summary>
internal static class TemplateAnnotationChecks
{
    private const string AppArmor = "container.apparmor.security.beta.kubernetes.io/";

    public static void Check(PodContext pod)
    {
        Field metadata = pod.Template["metadata"];
        foreach ((YamlScalar key, Field value) in metadata["annotations"].Entries())
        {
            Annotation(pod, key.Value, value);
        }

        pod.Name(PodRules.TemplateMetadata, metadata["name"], Names.Subdomain, "pod name");
        foreach (Field finalizer in metadata["finalizers"].Items())
        {
            pod.Name(PodRules.TemplateMetadata, finalizer, Names.Qualified, "finalizer");
        }
    }

    private static void Annotation(PodContext pod, string key, Field value)
    {
        string text = value.Text ?? "";
        if (key.StartsWith(AppArmor, StringComparison.Ordinal))
        {
            string container = key[AppArmor.Length..];
            if (!pod.AllContainers.Any(c => c["name"].Text == container))
            {
                pod.Add(
                    PodRules.TemplateMetadata,
                    value,
                    $"the AppArmor annotation names container `{Names.Shorten(container)}`, which the pod does not have"
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
                    $"`{Names.Shorten(text)}` is no AppArmor profile; it is `runtime/default`, `unconfined` or `localhost/<profile>`"
                );
            }
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
                $"`{Names.Shorten(text)}` is no deletion cost; it is a whole number of 32 bits"
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
}
