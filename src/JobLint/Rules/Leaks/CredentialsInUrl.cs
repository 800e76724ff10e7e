namespace Rayquest.JobLint.Rules.Leaks;

/// <summary>RQ5043: a password inside a URL.</summary>
public sealed class CredentialsInUrl : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ5043", "credentials-in-url", Severity.Error, "A URL holds a user and a password.")
        {
            Category = RuleCategory.Security,
            Why =
                "`https://user:password@host` is read by everybody who can read the repository, and is printed whenever the URL is. A Secret mounted as a file, or a variable from `secrets`, holds the password instead.",
            HidesSource = true,
            Bad = Example.Request(
                "name: train\nentrypoint: python train.py\ncode:\n  archive: https://bot:s3cret@artifacts.example.com/train-1.2.0.zip\nworkers: {replicas: 1}\n"
            ),
            Good = Example.Request(
                "name: train\nentrypoint: python train.py\ncode:\n  archive: https://artifacts.example.com/train-1.2.0.zip\nworkers: {replicas: 1}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context) => Check(context.Document.File.Source);

    /// <summary>What is told of a text.</summary>
    internal IEnumerable<Finding> Check(SourceText source)
    {
        string text = source.Text;
        List<Finding>? findings = null;
        for (
            int at = text.IndexOf("://", StringComparison.Ordinal);
            at >= 0;
            at = text.IndexOf("://", at + 3, StringComparison.Ordinal)
        )
        {
            ReadOnlySpan<char> rest = text.AsSpan(at + 3);
            int end = rest.IndexOfAny(Ends);
            ReadOnlySpan<char> authority = end < 0 ? rest : rest[..end];
            int sign = authority.LastIndexOf('@');
            int colon = sign > 0 ? authority[..sign].IndexOf(':') : -1;
            if (colon >= 0 && colon + 1 < sign && authority[colon + 1] is not ('$' or '<' or '*'))
            {
                (findings ??= []).Add(
                    At(
                        new SourceSpan(source, new TextSpan(at + 3, at + 3 + sign)),
                        "the URL holds a user and a password: revoke the password, remove both, and let the program read them from a Secret"
                    )
                );
            }
        }

        return findings ?? (IEnumerable<Finding>)[];
    }

    private static readonly System.Buffers.SearchValues<char> Ends = System.Buffers.SearchValues.Create(
        "/?# \t\r\n\"'<>,)]}"
    );
}
