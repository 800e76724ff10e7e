namespace Rayquest.JobLint.Rules.Code;

/// <summary>RQ3041: an archive of whatever a branch holds.</summary>
public sealed class ArchiveNotPinned : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ3041", "archive-not-pinned", Severity.Error, "The code is an archive whose content may change.")
        {
            Category = RuleCategory.Code,
            Why =
                "An archive of a branch is other code after the next push: what runs, and what a retry runs, is not what was reviewed. Ray also caches by URL, so one node may run old code and another new. Pin the commit.",
            Facts = "5.2",
            Bad = Example.Request(
                "name: train\nentrypoint: python train.py\ncode:\n  archive: https://github.com/example/train/archive/refs/heads/main.zip\nworkers: {replicas: 1}\n"
            ),
            Good = Example.Request(
                "name: train\nentrypoint: python train.py\ncode:\n  archive: https://github.com/example/train/archive/4c1d7b0e9a2f83c65d1e0b7a9f8c3d2e1b4a5968.zip\nworkers: {replicas: 1}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        foreach (CodeUrl url in CodeUrl.Of(context))
        {
            if (Moving(url) is { } what)
            {
                yield return At(url.Text, $"{what}; use the archive of a commit or of a release");
            }
        }
    }

    private static Message? Moving(CodeUrl url)
    {
        if (url.Path.Contains("/refs/heads/", StringComparison.Ordinal))
        {
            return "the archive is that of a branch and changes with every push";
        }

        string file = url.Path[(url.Path.LastIndexOf('/') + 1)..];
        bool forge =
            url.Host is "github.com" or "codeload.github.com"
                && url.Path.Contains("/archive/", StringComparison.Ordinal)
            || url.Path.Contains("/-/archive/", StringComparison.Ordinal);
        string name = StripEnding(file);
        if (
            name is "main" or "master" or "develop" or "dev" or "trunk" or "HEAD" or "latest"
            || url.Path.Contains("/latest/", StringComparison.Ordinal)
        )
        {
            return $"`{MessageText.Shorten(name.Length == 0 ? "latest" : name)}` is another content after the next push";
        }

        return forge && name.Length > 0 && !name.Any(char.IsAsciiDigit)
            ? (Message)$"`{MessageText.Shorten(name)}` is a branch, which changes with every push"
            : null;
    }

    private static string StripEnding(string file)
    {
        foreach (string ending in ArchiveEnding.Taken)
        {
            if (file.EndsWith(ending, StringComparison.Ordinal))
            {
                return file[..^ending.Length];
            }
        }

        return file;
    }
}
