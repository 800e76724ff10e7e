using System.Globalization;
using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Quantities;
using Rayquest.JobModel.Requests;
using Rayquest.JobModel.Text;
using Rayquest.JobModel.Yaml;
using Rayquest.JobRender.Canonical;
using Rayquest.JobRender.Manifests;

namespace Rayquest.JobRender.Steps;

/// <summary>What is a RayService's own: the applications as the text KubeRay wants, and how a new cluster takes over.</summary>
internal static class BaseRayService
{
    public static YamlMapping? From(JobPlan plan)
    {
        SourceSpan anchor = plan.Anchor;
        return plan.Request.Serve is not { } serve
            ? null
            : RayPods.Spec(
                serve.Span,
                ("serveConfigV2", ManifestNodes.Text(serve.Span, CanonicalYaml.Write(serve.Value))),
                ("upgradeStrategy", plan.Request.Upgrade is { } upgrade ? Strategy(upgrade) : null),
                ("rayClusterSpec", Run(plan) is { } run ? ManifestNodes.Map(anchor, ("headGroupSpec", run)) : null)
            );
    }

    // Raising `run` makes a new cluster: the operator compares the head's annotations.
    private static YamlMapping? Run(JobPlan plan) =>
        plan.Request.Run is { Value: > 1 } run
            ? ManifestNodes.Map(
                run.Span,
                (
                    "template",
                    ManifestNodes.Map(
                        run.Span,
                        (
                            "metadata",
                            ManifestNodes.Map(
                                run.Span,
                                (
                                    "annotations",
                                    ManifestNodes.Map(
                                        run.Span,
                                        (
                                            ManifestLabels.Run(plan.Platform.LabelPrefix),
                                            ManifestNodes.Text(
                                                run.Span,
                                                run.Value.ToString(CultureInfo.InvariantCulture)
                                            )
                                        )
                                    )
                                )
                            )
                        )
                    )
                )
            )
            : null;

    private static YamlMapping Strategy(Located<UpgradeRequest> upgrade)
    {
        SourceSpan span = upgrade.Span;
        UpgradeStrategy strategy = upgrade.Value.Strategy?.Value ?? UpgradeStrategy.NewCluster;
        return ManifestNodes.Map(
            span,
            (
                "type",
                ManifestNodes.Text(
                    upgrade.Value.Strategy?.Span ?? span,
                    strategy == UpgradeStrategy.Incremental ? "NewClusterWithIncrementalUpgrade" : strategy.ToString()
                )
            ),
            (
                "clusterUpgradeOptions",
                strategy != UpgradeStrategy.Incremental
                    ? null
                    : ManifestNodes.Map(
                        span,
                        ("maxSurgePercent", Number(upgrade.Value.MaxSurge)),
                        ("stepSizePercent", Number(upgrade.Value.Step)),
                        (
                            "intervalSeconds",
                            upgrade.Value.Interval is { } interval
                                ? ManifestNodes.Integer(interval.Span, interval.Value.Seconds)
                                : null
                        ),
                        (
                            "gatewayClassName",
                            upgrade.Value.GatewayClass is { } gateway ? ManifestNodes.Text(gateway) : null
                        )
                    )
            )
        );
    }

    private static YamlScalar? Number(Located<int>? value) =>
        value is { } some ? ManifestNodes.Integer(some.Span, some.Value) : null;
}
