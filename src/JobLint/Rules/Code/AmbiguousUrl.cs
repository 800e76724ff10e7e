namespace Rayquest.JobLint.Rules.Code;

/// <summary>RQ5016: a URL that leads to two places.</summary>
public sealed class AmbiguousUrl : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ5016", "ambiguous-url", Severity.Error, "A URL can be read in more than one way.")
        {
            Category = RuleCategory.Security,
            HasFixedSeverity = true,
            Why =
                "`https://other.example\\@github.com/x.zip` is on github.com for one program and on other.example for the next, and the list of allowed hosts is passed by whichever reads it differently from the program that fetches. A backslash, a user name, blanks, characters nobody sees, and a host that is no plain name are refused in every URL of `code` and `runtimeEnv`, and so is a place that a variable is to fill in.",
            Facts = "5.2",
            Bad = Example.Request(
                "name: train\nentrypoint: python train.py\ncode:\n  archive: 'https://other.example\\@github.com/example/train/archive/4c1d7b0e9a2f83c65d1e0b7a9f8c3d2e1b4a5968.zip'\nworkers: {replicas: 1}\n"
            ),
            Good = Example.Request(
                "name: train\nentrypoint: python train.py\ncode:\n  archive: https://github.com/example/train/archive/4c1d7b0e9a2f83c65d1e0b7a9f8c3d2e1b4a5968.zip\nworkers: {replicas: 1}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        foreach (CodeUrl url in CodeUrl.All(context))
        {
            if (url.Fault is { } fault)
            {
                yield return At(
                    url.Text,
                    $"the URL {fault}, so nobody can tell where `{url.Key}` leads; write `https://host/path` plainly"
                );
            }
        }
    }
}
