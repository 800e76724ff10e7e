namespace Rayquest.JobLint.Rules.Access;

/// <summary>RQ5024: a mount over what the container needs.</summary>
public sealed class ReservedMount : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ5024",
            "reserved-mount",
            Severity.Error,
            "A volume or Secret is mounted over a path that Ray or the system needs."
        )
        {
            Category = RuleCategory.Security,
            Why =
                "A mount hides what the image has at that place: over `/home/ray` it is Ray itself, over `/tmp/ray` the logs and sockets, over `/dev/shm` the object store. Over `/etc` or `/usr` the container does not start.",
            Facts = "C11, C20",
            Bad = Example.Request(
                "name: train\nentrypoint: python train.py\nvolumes: [{claim: datasets, mount: /home/ray}]\nworkers: {replicas: 1}\n"
            ),
            Good = Example.Request(
                "name: train\nentrypoint: python train.py\nvolumes: [{claim: datasets, mount: /data}]\nworkers: {replicas: 1}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        foreach (Located<VolumeRequest> volume in context.Request.Volumes?.Value ?? [])
        {
            if (volume.Value.Mount is not { } mount)
            {
                continue;
            }

            // An empty /tmp is as good as the image's own.
            string path = MountPath.Of(mount.Value);
            bool isEmpty = volume.Value.EmptyDir is not null;
            string? why =
                isEmpty && path == "/dev/shm" ? "write `shm: SIZE` in `head` and `workers` instead of a volume"
                : isEmpty && path == "/tmp" ? null
                : Why(mount.Value);
            if (why is not null)
            {
                yield return At(mount, why);
            }
        }

        foreach (Located<SecretRequest> secret in context.Request.Secrets?.Value ?? [])
        {
            if (secret.Value.Mount is { } mount && Why(mount.Value) is { } why)
            {
                yield return At(mount, why);
            }
        }
    }

    private static string? Why(string mount)
    {
        string path = MountPath.Of(mount);
        foreach (string reserved in Whole)
        {
            if (path == reserved || path.StartsWith(reserved + "/", StringComparison.Ordinal))
            {
                return $"`{mount}` hides what the container needs at `{reserved}`; mount it elsewhere, such as `/data`";
            }
        }

        return Exact.Contains(path)
            ? (Message)$"`{mount}` hides what the container needs there; mount it elsewhere, such as `/data`"
            : null;
    }

    // With everything below them, and these paths only by themselves.
    private static readonly string[] Whole =
    [
        "/tmp/ray",
        "/dev",
        "/proc",
        "/sys",
        "/usr",
        "/bin",
        "/sbin",
        "/lib",
        "/lib64",
        "/boot",
        "/var/run/secrets",
        "/run/secrets",
        "/etc/ray/tls",
        "/data/gcs",
        "/home/ray/anaconda3",
    ];
    private static readonly string[] Exact =
    [
        "/etc",
        "/home",
        "/home/ray",
        "/tmp",
        "/var",
        "/var/run",
        "/run",
        "/opt",
        "/root",
        "",
    ];
}
