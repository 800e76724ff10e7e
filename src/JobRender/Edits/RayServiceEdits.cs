using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Text;
using Rayquest.JobModel.Yaml;
using Rayquest.JobRender.Manifests;

namespace Rayquest.JobRender.Edits;

/// <summary>
/// Edits of a RayService. The operator compares the cluster's configuration without replicas, tolerations and gates: what is equal
/// so does nothing, groups appended at the end are taken over in place, anything else makes a second cluster, or nothing where the
/// strategy is <c>None</c>. The applications go to Serve, which looks at its HTTP and gRPC options once.
/// </summary>
internal static class RayServiceEdits
{
    private const string Cluster = "rayClusterConfig";

    private static readonly string[] OnceOnly = ["http_options", "grpc_options", "proxy_location"];

    public static IReadOnlyList<FieldEdit> Of(
        YamlMapping before,
        YamlMapping after,
        IReadOnlyList<Difference> differences
    )
    {
        Difference[] compared = [.. differences.Where(d => d.IsUnder("spec", Cluster) && !IsNotCompared(d))];
        bool isAppended =
            compared.Length > 0
            && compared.All(d =>
                d is { Path.Length: 3, Before: null } && d.IsUnder("spec", Cluster, "workerGroupSpecs")
            )
            && AreAtTheEnd(after, compared);
        bool isNone = ManifestNodes.TextOf((after["spec"] as YamlMapping)?["upgradeStrategy"], "type") == "None";
        bool isUpgrade = compared.Length > 0 && !isAppended && !isNone;
        List<FieldEdit> edits = [];
        foreach (Difference edit in differences)
        {
            edits.AddRange(Of(edit, isUpgrade, isAppended, isNone, compared.Length > 0));
        }

        return edits;
    }

    private static IEnumerable<FieldEdit> Of(
        Difference edit,
        bool isUpgrade,
        bool isAppended,
        bool isNone,
        bool isCompared
    )
    {
        if (edit.IsUnder("spec", Cluster))
        {
            yield return isUpgrade ? Edit(EditEffect.NewCluster)
            : isAppended ? Edit(EditEffect.AtOnce)
            : isNone && isCompared
                ? Edit(
                    EditEffect.Ignored,
                    "with the strategy `None` the cluster stays as it is: write `upgrade: {strategy: NewCluster}`"
                )
            : Edit(
                EditEffect.Ignored,
                "the operator doesn't compare it, so the live cluster stays as it is: raise `run` as well, which makes a new cluster with it"
            );
        }
        else if (edit.Is("spec", "serveConfigV2"))
        {
            foreach (FieldEdit serve in Serve(edit, isUpgrade))
            {
                yield return serve;
            }
        }
        else if (edit.IsUnder("spec", "managedBy"))
        {
            yield return Edit(EditEffect.Impossible, "the API server refuses it: ask for a service of another name");
        }
        else if (edit.IsUnder("metadata", "labels") && IsOfScheduler(edit.Path[^1]))
        {
            yield return isUpgrade
                ? Edit(EditEffect.NewCluster)
                : Edit(
                    EditEffect.Ignored,
                    "labels are given to a cluster when it is made: raise `run` as well, which makes a new one"
                );
        }
        else
        {
            yield return Edit(EditEffect.AtOnce);
        }

        FieldEdit Edit(EditEffect effect, string? remedy = null) => new(edit.Field, effect, edit.Span, remedy);
    }

    // Serve reads its own options when it starts, which a new cluster makes it do.
    private static IEnumerable<FieldEdit> Serve(Difference edit, bool isUpgrade)
    {
        YamlMapping? old = Read(edit.Before);
        YamlMapping? now = Read(edit.After);
        string[] ignored = [.. OnceOnly.Where(key => !isUpgrade && !ManifestEdits.AreEqual(old?[key], now?[key]))];
        foreach (string key in ignored)
        {
            yield return new FieldEdit(
                $"{edit.Field}.{key}",
                EditEffect.Ignored,
                edit.Span,
                "Serve reads it when it starts and ignores it afterwards: raise `run` as well, which makes a new cluster"
            );
        }

        if (ignored.Length == 0 || !ManifestEdits.AreEqual(old?["applications"], now?["applications"]))
        {
            yield return new FieldEdit(edit.Field, EditEffect.AtOnce, edit.Span);
        }
    }

    private static YamlMapping? Read(YamlNode? text) =>
        text is YamlScalar scalar
            ? YamlReader
                .Parse(new SourceText("serveConfigV2", scalar.Value), YamlLimits.Manifest, new FindingBag())
                .Root as YamlMapping
            : null;

    private static bool IsNotCompared(Difference edit) =>
        edit.IsUnder("spec", Cluster, "upgradeStrategy")
        || edit.IsUnder("spec", Cluster, "suspend")
        || edit.Path is [_, _, _, "replicas" or "minReplicas" or "maxReplicas"]
        || edit.Path is [_, _, _, "scaleStrategy", "workersToDelete", ..]
        || edit.Path is [_, _, _, "template", "spec", "tolerations" or "schedulingGates", ..];

    private static bool AreAtTheEnd(YamlMapping after, Difference[] added)
    {
        YamlSequence? groups =
            ((after["spec"] as YamlMapping)?[Cluster] as YamlMapping)?["workerGroupSpecs"] as YamlSequence;
        return groups is not null
            && groups.Items.Reverse().Take(added.Length).All(g => added.Any(a => ReferenceEquals(a.After, g)));
    }

    private static bool IsOfScheduler(string label) =>
        label.Contains("kueue", StringComparison.Ordinal)
        || label.Contains("volcano", StringComparison.Ordinal)
        || label.Contains("yunikorn", StringComparison.Ordinal)
        || label.Contains("kai.scheduler", StringComparison.Ordinal)
        || label.StartsWith("ray.io/", StringComparison.Ordinal);
}
