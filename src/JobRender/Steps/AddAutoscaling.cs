using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Quantities;
using Rayquest.JobModel.Text;
using Rayquest.JobModel.Yaml;
using Rayquest.JobRender.Manifests;

namespace Rayquest.JobRender.Steps;

/// <summary>The autoscaler, where a group has a range of replicas.</summary>
internal static class AddAutoscaling
{
    /// <summary>The volume with the autoscaler's token.</summary>
    public const string TokenVolume = "autoscaler-token";

    private const string TokenFolder = "/var/run/secrets/kubernetes.io/serviceaccount";
    private const int TokenSeconds = 3600;

    public static YamlMapping? From(JobPlan plan)
    {
        if (!plan.IsAutoscaling)
        {
            return null;
        }

        SourceSpan span = plan.Request.Autoscaling?.Span ?? plan.Request.Workers?.Span ?? plan.Anchor;
        YamlMapping options = ManifestNodes.Map(
            span,
            (
                "version",
                plan.AutoscalerVersion is { } version
                    ? ManifestNodes.Text(plan.Request.Autoscaling?.Value.Version?.Span ?? span, version)
                    : null
            ),
            (
                "idleTimeoutSeconds",
                plan.IdleTimeout is { } idle
                    ? ManifestNodes.Integer(plan.Request.Autoscaling?.Value.IdleTimeout?.Span ?? span, idle.Seconds)
                    : null
            ),
            (
                "volumeMounts",
                ManifestNodes.List(
                    span,
                    [
                        ManifestNodes.Map(
                            span,
                            ("name", ManifestNodes.Text(span, TokenVolume)),
                            ("mountPath", ManifestNodes.Text(span, TokenFolder)),
                            ("readOnly", ManifestNodes.True(span))
                        ),
                    ]
                )
            )
        );
        YamlMapping cluster = RayPods.Cluster(
            span,
            ManifestNodes.Map(
                span,
                ("enableInTreeAutoscaling", ManifestNodes.True(span)),
                ("autoscalerOptions", options),
                (
                    "headGroupSpec",
                    ManifestNodes.Map(
                        span,
                        ("template", RayPods.Template(span, RayPods.HeadContainer, null, HeadPod(span)))
                    )
                )
            )
        );
        // Autoscaler v2 replaces pods, so KubeRay refuses those that restart by themselves (C15).
        return plan.AutoscalerVersion == "v2"
            ? StrategicMerge.Merge(
                cluster,
                RayPods.Every(
                    plan,
                    span,
                    container: null,
                    ManifestNodes.Map(span, ("restartPolicy", ManifestNodes.Text(span, "Never")))
                )!
            )
            : cluster;
    }

    /// <summary>
    /// The autoscaler needs a token, and may change every RayCluster and pod of the namespace with it. So the pod as a whole
    /// gets none, and the autoscaler's container alone one that lasts an hour.
    /// </summary>
    private static YamlMapping HeadPod(SourceSpan span) =>
        ManifestNodes.Map(
            span,
            ("automountServiceAccountToken", ManifestNodes.False(span)),
            (
                "volumes",
                ManifestNodes.List(
                    span,
                    [
                        ManifestNodes.Map(
                            span,
                            ("name", ManifestNodes.Text(span, TokenVolume)),
                            (
                                "projected",
                                ManifestNodes.Map(
                                    span,
                                    (
                                        "sources",
                                        ManifestNodes.List(span, [Token(span), Authority(span), Namespace(span)])
                                    )
                                )
                            )
                        ),
                    ]
                )
            )
        );

    private static YamlMapping Token(SourceSpan span) =>
        ManifestNodes.Map(
            span,
            (
                "serviceAccountToken",
                ManifestNodes.Map(
                    span,
                    ("path", ManifestNodes.Text(span, "token")),
                    ("expirationSeconds", ManifestNodes.Integer(span, TokenSeconds))
                )
            )
        );

    private static YamlMapping Authority(SourceSpan span) =>
        ManifestNodes.Map(
            span,
            (
                "configMap",
                ManifestNodes.Map(
                    span,
                    ("name", ManifestNodes.Text(span, "kube-root-ca.crt")),
                    (
                        "items",
                        ManifestNodes.List(
                            span,
                            [
                                ManifestNodes.Map(
                                    span,
                                    ("key", ManifestNodes.Text(span, "ca.crt")),
                                    ("path", ManifestNodes.Text(span, "ca.crt"))
                                ),
                            ]
                        )
                    )
                )
            )
        );

    private static YamlMapping Namespace(SourceSpan span) =>
        ManifestNodes.Map(
            span,
            (
                "downwardAPI",
                ManifestNodes.Map(
                    span,
                    (
                        "items",
                        ManifestNodes.List(
                            span,
                            [
                                ManifestNodes.Map(
                                    span,
                                    ("path", ManifestNodes.Text(span, "namespace")),
                                    (
                                        "fieldRef",
                                        ManifestNodes.Map(
                                            span,
                                            ("apiVersion", ManifestNodes.Text(span, "v1")),
                                            ("fieldPath", ManifestNodes.Text(span, "metadata.namespace"))
                                        )
                                    )
                                ),
                            ]
                        )
                    )
                )
            )
        );
}
