using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Requests;
using Rayquest.JobModel.Text;
using Rayquest.JobModel.Yaml;
using Rayquest.JobRender.Manifests;

namespace Rayquest.JobRender.Profiles;

/// <summary>
/// The pod that submits a job in <c>K8sJobMode</c>. Left alone, KubeRay makes it of the head's image and nothing else, so that on a
/// private registry or on nodes with taints it never starts while the job holds its GPUs. It gets what the head has for pulling the
/// image, finding a node and being admitted; what a profile says of it goes over that, image or not.
/// </summary>
internal static class AddSubmitter
{
    /// <summary>The name KubeRay gives the container.</summary>
    public const string Container = "ray-job-submitter";

    // What a pod needs to be admitted, to pull its image and to find its node.
    private static readonly string[] OfHead =
    [
        "automountServiceAccountToken",
        "imagePullSecrets",
        "nodeSelector",
        "runtimeClassName",
        "securityContext",
        "serviceAccountName",
        "tolerations",
    ];

    /// <summary>The manifest with its submitter, where one must be written out.</summary>
    public static YamlMapping To(YamlMapping manifest, JobPlan plan)
    {
        if (plan.SubmissionMode.Value != SubmissionMode.K8sJobMode || manifest["spec"] is not YamlMapping spec)
        {
            return manifest;
        }

        YamlMapping? said = spec["submitterPodTemplate"] as YamlMapping;
        if (plan.Cluster is not null)
        {
            // The image is that of a head we don't know: KubeRay's own template has it, a part of one would not.
            return said is null || HasImage(said) ? manifest : Without(manifest, spec);
        }

        if (
            (spec["rayClusterSpec"] as YamlMapping)?["headGroupSpec"] is not YamlMapping group
            || (group["template"] as YamlMapping)?["spec"] is not YamlMapping head
        )
        {
            return manifest;
        }

        return Of(head, said) is { } template
            ? StrategicMerge.Merge(
                manifest,
                ManifestNodes.Map(
                    template.Span,
                    ("spec", ManifestNodes.Map(template.Span, ("submitterPodTemplate", template)))
                )
            )
            : manifest;
    }

    /// <summary>The submitter's template that goes with a head's pod, what is said of it laid over; null where KubeRay's own will do.</summary>
    internal static YamlMapping? Of(YamlMapping head, YamlMapping? said)
    {
        YamlMapping pod = Change(head, e => OfHead.Contains(e.Key.Value) ? e : null);
        YamlMapping? ray = Ray(head);
        YamlNode? security = ray?["securityContext"];
        if (said is null && pod.Entries.Length == 0 && security is null)
        {
            return null;
        }

        SourceSpan span = said?.Span ?? head.Span;
        YamlMapping container = ManifestNodes.Map(
            span,
            ("name", ManifestNodes.Text(span, NameOf(said))),
            ("image", ray?["image"]),
            ("resources", said is null || First(said)?["resources"] is null ? Resources(span) : null),
            ("securityContext", security)
        );
        YamlMapping template = ManifestNodes.Map(
            span,
            (
                "spec",
                StrategicMerge.Merge(
                    pod,
                    ManifestNodes.Map(
                        span,
                        ("restartPolicy", ManifestNodes.Text(span, "Never")),
                        ("containers", ManifestNodes.List(span, [container]))
                    )
                )
            )
        );
        return said is null ? template : StrategicMerge.Merge(template, said);
    }

    // As KubeRay has them where no template is given; quotas count the requests.
    internal static YamlMapping Resources(SourceSpan span) =>
        ManifestNodes.Map(
            span,
            (
                "limits",
                ManifestNodes.Map(
                    span,
                    ("cpu", ManifestNodes.Text(span, "1")),
                    ("memory", ManifestNodes.Text(span, "1Gi"))
                )
            ),
            (
                "requests",
                ManifestNodes.Map(
                    span,
                    ("cpu", ManifestNodes.Text(span, "500m")),
                    ("memory", ManifestNodes.Text(span, "200Mi"))
                )
            )
        );

    private static YamlMapping? Ray(YamlMapping pod)
    {
        foreach (YamlNode item in (pod["containers"] as YamlSequence)?.Items ?? [])
        {
            if (ManifestNodes.TextOf(item, "name") == RayPods.HeadContainer)
            {
                return (YamlMapping)item;
            }
        }

        return null;
    }

    // The first container submits, whatever it is called.
    private static YamlMapping? First(YamlMapping template) =>
        (template["spec"] as YamlMapping)?["containers"] is YamlSequence { Items: [YamlMapping first, ..] }
            ? first
            : null;

    private static string NameOf(YamlMapping? template) =>
        template is not null
        && First(template) is { } first
        && ManifestNodes.TextOf(first, "name") is { Length: > 0 } name
            ? name
            : Container;

    private static bool HasImage(YamlMapping template) =>
        First(template) is { } first && ManifestNodes.TextOf(first, "image") is { Length: > 0 };

    private static YamlMapping Without(YamlMapping manifest, YamlMapping spec) =>
        Change(
            manifest,
            e =>
                e.Key.Value == "spec"
                    ? new YamlEntry(e.Key, Change(spec, s => s.Key.Value == "submitterPodTemplate" ? null : s))
                    : e
        );

    private static YamlMapping Change(YamlMapping mapping, Func<YamlEntry, YamlEntry?> change) =>
        new(mapping.Span, [.. mapping.Entries.Select(change).OfType<YamlEntry>()], isFlow: false);
}
