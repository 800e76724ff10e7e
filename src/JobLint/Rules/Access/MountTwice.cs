namespace Rayquest.JobLint.Rules.Access;

/// <summary>RQ5025: two mounts at one path.</summary>
public sealed class MountTwice : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ5025", "mount-twice", Severity.Error, "Two mounts have the same path.")
        {
            Category = RuleCategory.Security,
            Why = "The API server refuses a container with two mounts at one path.",
            Facts = "P1",
            Bad = Example.Request(
                "name: train\nentrypoint: python train.py\nvolumes:\n- {claim: datasets, mount: /data}\n- {claim: vision-photos, mount: /data/}\nworkers: {replicas: 1}\n"
            ),
            Good = Example.Request(
                "name: train\nentrypoint: python train.py\nvolumes:\n- {claim: datasets, mount: /data}\n- {claim: vision-photos, mount: /photos}\nworkers: {replicas: 1}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        Dictionary<string, SourceSpan> seen = new(StringComparer.Ordinal);
        IEnumerable<Located<string>?> mounts = (context.Request.Volumes?.Value ?? [])
            .Select(v => v.Value.Mount)
            .Concat((context.Request.Secrets?.Value ?? []).Select(s => s.Value.Mount));
        foreach (Located<string> mount in mounts.OfType<Located<string>>())
        {
            string path = MountPath.Of(mount.Value);
            if (!seen.TryAdd(path, mount.Span))
            {
                yield return At(mount, $"something is mounted at `{path}` already; use another path") with
                {
                    Related = [new RelatedPlace(seen[path], "the other mount")],
                };
            }
        }
    }
}
