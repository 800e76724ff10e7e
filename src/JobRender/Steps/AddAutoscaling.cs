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

    private const string TokenPlace = "/var/run/secrets/kubernetes.io/serviceaccount";
    private const int TokenSeconds = 3600;

    public static YamlMapping? From(JobPlan plan)
    {
        if (!plan.IsAutoscaling)
        {
            return null;
        }

        SourceSpan span = plan.Request.Autoscaling?.Span ?? plan.Request.Workers?.Span ?? plan.Anchor;
        YamlMapping options = Tree.Map(
            span,
            (
                "version",
                plan.AutoscalerVersion is { } version
                    ? Tree.Text(plan.Request.Autoscaling?.Value.Version?.Span ?? span, version)
                    : null
            ),
            (
                "idleTimeoutSeconds",
                plan.IdleTimeout is { } idle
                    ? Tree.Integer(plan.Request.Autoscaling?.Value.IdleTimeout?.Span ?? span, idle.Seconds)
                    : null
            ),
            (
                "volumeMounts",
                Tree.List(
                    span,
                    [
                        Tree.Map(
                            span,
                            ("name", Tree.Text(span, TokenVolume)),
                            ("mountPath", Tree.Text(span, TokenPlace)),
                            ("readOnly", Tree.True(span))
                        ),
                    ]
                )
            )
        );
        YamlMapping cluster = RayPods.Cluster(
            span,
            Tree.Map(
                span,
                ("enableInTreeAutoscaling", Tree.True(span)),
                ("autoscalerOptions", options),
                (
                    "headGroupSpec",
                    Tree.Map(span, ("template", RayPods.Template(span, RayPods.HeadContainer, null, HeadPod(span))))
                )
            )
        );
        // Autoscaler v2 replaces pods, so KubeRay refuses those that restart by themselves (C15).
        return plan.AutoscalerVersion == "v2"
            ? StrategicMerge.Merge(
                cluster,
                RayPods.Every(plan, span, container: null, Tree.Map(span, ("restartPolicy", Tree.Text(span, "Never"))))!
            )
            : cluster;
    }

    /// <summary>
    /// The autoscaler needs a token, and may change every RayCluster and pod of the namespace with it. So the pod as a whole
    /// gets none, and the autoscaler's container alone one that lasts an hour.
    /// </summary>
    private static YamlMapping HeadPod(SourceSpan span) =>
        Tree.Map(
            span,
            ("automountServiceAccountToken", Tree.False(span)),
            (
                "volumes",
                Tree.List(
                    span,
                    [
                        Tree.Map(
                            span,
                            ("name", Tree.Text(span, TokenVolume)),
                            (
                                "projected",
                                Tree.Map(
                                    span,
                                    ("sources", Tree.List(span, [Token(span), Authority(span), Namespace(span)]))
                                )
                            )
                        ),
                    ]
                )
            )
        );

    private static YamlMapping Token(SourceSpan span) =>
        Tree.Map(
            span,
            (
                "serviceAccountToken",
                Tree.Map(
                    span,
                    ("path", Tree.Text(span, "token")),
                    ("expirationSeconds", Tree.Integer(span, TokenSeconds))
                )
            )
        );

    private static YamlMapping Authority(SourceSpan span) =>
        Tree.Map(
            span,
            (
                "configMap",
                Tree.Map(
                    span,
                    ("name", Tree.Text(span, "kube-root-ca.crt")),
                    (
                        "items",
                        Tree.List(
                            span,
                            [Tree.Map(span, ("key", Tree.Text(span, "ca.crt")), ("path", Tree.Text(span, "ca.crt")))]
                        )
                    )
                )
            )
        );

    private static YamlMapping Namespace(SourceSpan span) =>
        Tree.Map(
            span,
            (
                "downwardAPI",
                Tree.Map(
                    span,
                    (
                        "items",
                        Tree.List(
                            span,
                            [
                                Tree.Map(
                                    span,
                                    ("path", Tree.Text(span, "namespace")),
                                    (
                                        "fieldRef",
                                        Tree.Map(
                                            span,
                                            ("apiVersion", Tree.Text(span, "v1")),
                                            ("fieldPath", Tree.Text(span, "metadata.namespace"))
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
