using Rayquest.JobModel.Yaml;
using Rayquest.JobRender.Manifests;

namespace Rayquest.JobRender.Edits;

/// <summary>
/// Edits of a RayCluster that people made. Without the strategy <c>Recreate</c> the operator follows replicas and new groups and
/// gives everything else to pods made later; with it, it compares the whole but for replicas, tolerations and gates, and replaces
/// every pod.
/// </summary>
internal static class RayClusterEdits
{
    public static IReadOnlyList<FieldEdit> Of(
        YamlMapping before,
        YamlMapping after,
        IReadOnlyList<Difference> differences
    )
    {
        bool recreates = ManifestNodes.TextOf((after["spec"] as YamlMapping)?["upgradeStrategy"], "type") == "Recreate";
        FieldEdit[] edits = [.. differences.Select(d => Of(d, recreates))];
        // When all pods are new anyway, new pods are all there are.
        return edits.Any(e => e.Effect == EditEffect.Recreate)
            ?
            [
                .. edits.Select(e =>
                    e.Effect == EditEffect.NewPodsOnly ? e with { Effect = EditEffect.Recreate, Remedy = null } : e
                ),
            ]
            : edits;
    }

    private static FieldEdit Of(Difference edit, bool recreates)
    {
        if (!edit.IsUnder("spec") || edit.IsUnder("spec", "upgradeStrategy"))
        {
            return Edit(EditEffect.AtOnce);
        }

        if (edit.IsUnder("spec", "managedBy") || edit.IsUnder("spec", "gcsFaultToleranceOptions", "backend"))
        {
            return Edit(EditEffect.Impossible, "the API server refuses it: ask for a cluster of another name");
        }

        if (edit.Is("spec", "suspend"))
        {
            return Suspend(edit);
        }

        if (
            edit.IsUnder("spec", "headServiceAnnotations")
            || edit.IsUnder("spec", "headGroupSpec", "serviceType")
            || edit.IsUnder("spec", "headGroupSpec", "headService")
        )
        {
            return Edit(
                EditEffect.Ignored,
                "the Service of the head is made once and never changed: ask for a cluster of another name"
            );
        }

        if (edit.IsUnder("spec", "headGroupSpec", "enableIngress") || edit.IsUnder("spec", "ingressOptions"))
        {
            return IsTrue(edit.After) || !IsTrue(edit.Before)
                ? Edit(EditEffect.AtOnce)
                : Edit(EditEffect.Ignored, "the Ingress would stay: ask for a cluster of another name");
        }

        if (edit.IsUnder("spec", "workerGroupSpecs"))
        {
            return Group(edit, recreates);
        }

        return recreates && !IsNotCompared(edit) ? Edit(EditEffect.Recreate) : NewPods();

        FieldEdit Edit(EditEffect effect, string? remedy = null) => new(edit.Field, effect, edit.Span, remedy);

        FieldEdit NewPods() =>
            Edit(
                EditEffect.NewPodsOnly,
                "pods that run keep what they have: ask for a cluster of another name, or for KubeRay 1.6 and newer, which can replace them"
            );
    }

    private static FieldEdit Group(Difference edit, bool recreates)
    {
        string field = edit.Path.Length > 2 ? edit.Path[2] : "";
        if (
            edit.Path.Length == 3 && field is "replicas" or "minReplicas" or "maxReplicas"
            || (field == "scaleStrategy" && edit.Path.Length > 3 && edit.Path[3] == "workersToDelete")
        )
        {
            return new FieldEdit(edit.Field, EditEffect.AtOnce, edit.Span);
        }

        if (recreates)
        {
            return IsNotCompared(edit)
                ? new FieldEdit(
                    edit.Field,
                    EditEffect.NewPodsOnly,
                    edit.Span,
                    "the operator doesn't compare it: ask for a cluster of another name"
                )
                : new FieldEdit(edit.Field, EditEffect.Recreate, edit.Span);
        }

        // Another order of the same groups changes nothing but what the operator compares.
        if (edit.Path.Length == 2 && (edit.Before is null || edit.After is not null))
        {
            return new FieldEdit(edit.Field, EditEffect.AtOnce, edit.Span);
        }

        if (edit.Path.Length == 2 && edit.After is null)
        {
            return ManifestNodes.TextOf(edit.Before, "maxReplicas") == "0"
                ? new FieldEdit(edit.Field, EditEffect.AtOnce, edit.Span)
                : new FieldEdit(
                    edit.Field,
                    EditEffect.Impossible,
                    edit.Span,
                    "its pods would run on for ever, with nobody to count them: set its `replicas` to 0 and merge that, then remove it"
                );
        }

        return new FieldEdit(
            edit.Field,
            EditEffect.NewPodsOnly,
            edit.Span,
            "pods that run keep what they have: set the group's `replicas` to 0 and merge that first, or add a group of another name"
        );
    }

    private static bool IsNotCompared(Difference edit) =>
        edit.Path is [_, _, "template", "spec", "tolerations" or "schedulingGates", ..];

    // Resuming must be said: the operator takes a missing field for what it was.
    private static FieldEdit Suspend(Difference edit) =>
        IsTrue(edit.After) ? new FieldEdit(edit.Field, EditEffect.Recreate, edit.Span)
        : IsTrue(edit.Before) && edit.After is null
            ? new FieldEdit(
                edit.Field,
                EditEffect.Impossible,
                edit.Span,
                "the operator takes a missing `suspend` for a suspended cluster: write `suspend: false`"
            )
        : new FieldEdit(edit.Field, EditEffect.AtOnce, edit.Span);

    private static bool IsTrue(YamlNode? node) => node is YamlScalar { Value: "true" };
}
