using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Quantities;
using Rayquest.JobModel.Requests;
using Rayquest.JobModel.Text;
using Rayquest.JobModel.Yaml;
using Rayquest.JobRender.Manifests;

namespace Rayquest.JobRender.Steps;

/// <summary>
/// PersistentVolumeClaims and empty volumes, in head and workers. A claim mounted at several places is one volume; an empty volume
/// is one for each mount, and each pod has its own.
/// </summary>
internal static class MountVolumes
{
    public static YamlMapping? From(JobPlan plan)
    {
        if (plan.Volumes.Count == 0)
        {
            return null;
        }

        SourceSpan span = plan.Request.Volumes?.Span ?? plan.Anchor;
        List<YamlNode> mounts = new(plan.Volumes.Count);
        SortedDictionary<string, YamlNode> volumes = new(StringComparer.Ordinal);
        foreach (VolumeRequest volume in plan.Volumes)
        {
            if (volume is { EmptyDir: { } size, Mount: { } at })
            {
                string name = VolumeNames.OfPath("scratch", at.Value);
                mounts.Add(VolumeNames.Mount(name, at, isReadOnly: false));
                volumes[name] = EmptyDir(name, size, inMemory: volume.Medium is not null);
            }
            else if (volume is { Claim: { } claim, Mount: { } mount })
            {
                string name = VolumeNames.Of("claim", claim.Value);
                mounts.Add(VolumeNames.Mount(name, mount, volume.ReadOnly?.Value == true));
                volumes[name] = ManifestNodes.Map(
                    claim.Span,
                    ("name", ManifestNodes.Text(claim.Span, name)),
                    (
                        "persistentVolumeClaim",
                        ManifestNodes.Map(
                            claim.Span,
                            ("claimName", ManifestNodes.Text(claim)),
                            // Read-only for the node too, where nobody writes: some drivers attach such claims to many nodes.
                            (
                                "readOnly",
                                plan.Volumes.All(v => v.Claim?.Value != claim.Value || v.ReadOnly?.Value == true)
                                    ? ManifestNodes.True(claim.Span)
                                    : null
                            )
                        )
                    )
                );
            }
        }

        return RayPods.Every(
            plan,
            span,
            ManifestNodes.Map(span, ("volumeMounts", ManifestNodes.List(span, mounts))),
            ManifestNodes.Map(span, ("volumes", ManifestNodes.List(span, [.. volumes.Values])))
        );
    }

    /// <summary>An empty volume of a size.</summary>
    internal static YamlMapping EmptyDir(string name, Located<Quantity> size, bool inMemory) =>
        EmptyDir(name, size.Span, ManifestNodes.Amount(size), inMemory);

    /// <summary>An empty volume of a size as it stands in the manifest.</summary>
    internal static YamlMapping EmptyDir(string name, SourceSpan span, YamlNode size, bool inMemory) =>
        ManifestNodes.Map(
            span,
            ("name", ManifestNodes.Text(span, name)),
            (
                "emptyDir",
                ManifestNodes.Map(
                    span,
                    ("medium", inMemory ? ManifestNodes.Text(span, "Memory") : null),
                    ("sizeLimit", size)
                )
            )
        );
}
