namespace Rayquest.JobLint.Rules.Code;

/// <summary>RQ3042: an archive Ray would not unpack.</summary>
public sealed class ArchiveEnding : Rule
{
    private static readonly string[] Schemes = ["http", "https", "s3", "gs", "azure", "abfss", "file"];

    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ3042", "archive-ending", Severity.Error, "The URL is not one of an archive Ray unpacks.")
        {
            Category = RuleCategory.Code,
            MayBeIgnored = true,
            Why =
                "Ray knows by the ending how to unpack: `.zip`, `.whl`, `.tar.gz` or `.tgz`, over http(s), s3, gs, azure or abfss. Any other URL is refused when the job is submitted, on a cluster that is then already running. A `git` URL is not fetched.",
            Facts = "5.2",
            Bad = Example.Request(
                "name: train\nentrypoint: python train.py\ncode:\n  archive: https://github.com/example/train.git\nworkers: {replicas: 1}\n"
            ),
            Good = Example.Request(
                "name: train\nentrypoint: python train.py\ncode:\n  archive: https://github.com/example/train/archive/4c1d7b0e9a2f83c65d1e0b7a9f8c3d2e1b4a5968.zip\nworkers: {replicas: 1}\n"
            ),
        };

    /// <summary>The endings Ray takes.</summary>
    internal static IReadOnlyList<string> Taken { get; } = [".tar.gz", ".tgz", ".zip", ".whl"];

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        foreach (CodeUrl url in CodeUrl.Of(context))
        {
            if (url.Scheme is "gcs" or "local")
            {
                continue;
            }

            if (url.Scheme.Length == 0)
            {
                yield return At(
                    url.Text,
                    $"`{MessageText.Shorten(url.Text.Value)}` is not a URL; write one that begins with `https://`, or use `code.files` for files beside the request"
                );
            }
            else if (!Schemes.Contains(url.Scheme))
            {
                yield return At(
                    url.Text,
                    $"Ray does not fetch `{MessageText.Shorten(url.Scheme)}://`; use https, s3, gs, azure or abfss"
                );
            }
            else if (!Taken.Any(e => url.Path.EndsWith(e, StringComparison.Ordinal)))
            {
                yield return At(
                    url.Text,
                    $"the URL does not end with {MessageText.List([.. Taken.Select(e => $"`{e}`")])}, so Ray can't unpack it"
                );
            }
            else if (
                url.Path.EndsWith("gz", StringComparison.Ordinal) && RayRelease.IsBelow(context.RayVersion, "2.40.0")
            )
            {
                yield return At(
                    url.Text,
                    $"Ray {context.RayVersion} unpacks `.zip` and `.whl` only; use one of those, or a newer image"
                );
            }
        }
    }
}
