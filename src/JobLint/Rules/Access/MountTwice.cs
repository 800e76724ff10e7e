namespace Rayquest.JobLint.Rules.Access;

/// <summary>RQ5025: two mounts at one path.</summary>
public sealed class MountTwice : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ5025", "mount-twice", Severity.Error, "Two mounts have the same path.")
        {
            Category = RuleCategory.Security,
            Why =
                "The API server refuses a container with two mounts at one path, and a mount at the path of one of the profile's would take its place, and away what the platform has there.",
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
                    Related = [new RelatedLocation(seen[path], "the other mount")],
                };
            }
            else if (OfProfile(context).Contains(path))
            {
                yield return At(mount, $"the profile mounts something at `{path}` already; use another path");
            }
        }

        // Each file of the code is a mount of its own in the working directory.
        foreach ((Located<string> file, _) in context.Request.Code?.Value.Files?.Value ?? [])
        {
            string path = MountPath.Of($"/home/ray/{file.Value}");
            if (OfProfile(context).Contains(path))
            {
                yield return At(file, $"the profile mounts something at `{path}` already; name the file otherwise");
            }
        }
    }

    // Where the profile mounts something into Ray's own containers.
    private static HashSet<string> OfProfile(RequestContext context)
    {
        HashSet<string> paths = new(StringComparer.Ordinal);
        PolicySet policies = context.Policies;
        if (
            (context.Request.Profile?.Value ?? policies.Platform.Defaults.Profile) is not { } name
            || context.Request.Cluster is not null
            || !policies.Profiles.TryGetValue(name, out ProfilePolicy? profile)
        )
        {
            return paths;
        }

        foreach (YamlMapping ray in ProfilePods.Of(profile.Manifest).SelectMany(ProfilePods.Containers))
        {
            if (ray["name"] is not YamlScalar { Value: "ray-head" or "ray-worker" })
            {
                continue;
            }

            foreach (YamlNode mount in (ray["volumeMounts"] as YamlSequence)?.Items ?? [])
            {
                if ((mount as YamlMapping)?["mountPath"] is YamlScalar path)
                {
                    paths.Add(MountPath.Of(path.Value));
                }
            }
        }

        return paths;
    }
}
