namespace Rayquest.JobLint.Rules.Shape;

/// <summary>RQ0125: a volume of no kind, or of two.</summary>
public sealed class VolumeSource : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ0125", "volume-source", Severity.Error, "A volume is of no kind, of two, or has what its kind has not.")
        {
            Category = RuleCategory.Shape,
            HasFixedSeverity = true,
            Why =
                "A volume is a `claim`, which outlives the job, or an `emptyDir`, which is empty at the start and goes with its pod. `medium` belongs to the one, `readOnly` to the other: nobody could write into an empty volume that is read-only.",
            Bad = Example.Request(
                "name: train\nentrypoint: python train.py\nvolumes:\n- {mount: /data}\n- {emptyDir: 10Gi, mount: /scratch, readOnly: true}\nworkers: {replicas: 1}\n"
            ),
            Good = Example.Request(
                "name: train\nentrypoint: python train.py\nvolumes:\n- {claim: datasets, mount: /data, readOnly: true}\n- {emptyDir: 10Gi, mount: /scratch}\nworkers: {replicas: 1}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        if (context.Document.File.IsPartial)
        {
            yield break;
        }

        YamlSequence? written = context.Document.Root?["volumes"] as YamlSequence;
        foreach (Located<VolumeRequest> volume in context.Request.Volumes?.Value ?? [])
        {
            // A kind that is there and could not be read was told of.
            YamlMapping? entry = written?.Items.FirstOrDefault(i => i.Span == volume.Span) as YamlMapping;
            if (entry?["claim"] is null && entry?["emptyDir"] is null)
            {
                yield return At(
                    volume,
                    "the volume is of no kind; add `claim: NAME`, or `emptyDir: SIZE` for one that is empty and goes with its pod"
                );
            }
            else if (volume.Value is { Claim: not null, EmptyDir: { } size })
            {
                yield return At(size, "a volume is a `claim` or an `emptyDir`; make two of them");
            }
            else if (volume.Value is { EmptyDir: not null, ReadOnly: { } readOnly })
            {
                yield return At(
                    readOnly,
                    "nobody could write into an empty volume that is read-only; remove `readOnly`"
                );
            }
            else if (volume.Value is { Claim: not null, Medium: { } medium })
            {
                yield return At(medium, "a claim has a medium of its own; remove `medium`");
            }
        }
    }
}
