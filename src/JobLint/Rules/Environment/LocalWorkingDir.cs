namespace Rayquest.JobLint.Rules.Environment;

/// <summary>RQ3025: a working directory on nobody's disk.</summary>
public sealed class LocalWorkingDir : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ3025",
            "local-working-dir",
            Severity.Error,
            "`working_dir`, a module or a list of packages is a local path."
        )
        {
            Category = RuleCategory.Environment,
            MayBeIgnored = true,
            Why =
                "A path is looked up where the job is submitted: in the submitter's pod, or on the operator (`HTTPMode`), which refuses it. The submitter runs the job's own image, so that a folder of an image of your own, `/opt/train`, is there and is uploaded: that is only warned of, and so is any such path of a plain manifest, whose image nobody here knows. `pip: requirements.txt` and `conda: environment.yaml` are paths too: Ray opens the file where the job is submitted. Files beside the request are shipped by `code.files`; a repository by `code.archive`.",
            Facts = "5.2",
            Bad = Example.Request(
                "name: train\nentrypoint: python train.py\nruntimeEnv:\n  working_dir: ./src\nworkers: {replicas: 1}\n"
            ),
            Good = Example.Request(
                "name: train\nentrypoint: python train.py\nruntimeEnv:\n  working_dir: https://github.com/example/a/archive/4c1d7b0e9a2f83c65d1e0b7a9f8c3d2e1b4a5968.zip\nworkers: {replicas: 1}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        foreach (YamlEntry entry in context.Request.RuntimeEnv?.Value.Entries ?? [])
        {
            IReadOnlyList<YamlNode> nodes = entry.Key.Value switch
            {
                "working_dir" => [entry.Value],
                "py_modules" when entry.Value is YamlSequence list => list.Items,
                "pip" or "uv" when entry.Value is YamlMapping { } packages && packages["packages"] is YamlScalar file =>
                    [file],
                "pip" or "uv" when IsPath(entry.Value) => [entry.Value],
                // Any other word is the name of an environment of the image's.
                "conda"
                    when entry.Value is YamlScalar { Value: var name }
                        && (
                            name.EndsWith(".yaml", StringComparison.Ordinal)
                            || name.EndsWith(".yml", StringComparison.Ordinal)
                        ) => [entry.Value],
                _ => [],
            };
            bool isPackages = entry.Key.Value is "pip" or "uv" or "conda";
            foreach (YamlNode node in nodes)
            {
                if (
                    node is YamlScalar { IsNull: false } scalar
                    && !scalar.Value.Contains("://", StringComparison.Ordinal)
                    && scalar.Value.Length > 0
                )
                {
                    bool isInImage =
                        scalar.Value[0] == '/' && context.IsShellSubmitted && context.Image is { IsRayProject: false };
                    Finding finding = At(
                        node.Span,
                        isInImage
                                ? $"`{MessageText.Shorten(scalar.Value)}` is taken from the image, by the pod that submits the job; it is there only if {context.Image!.Text} holds it"
                            : isPackages
                                ? $"`{MessageText.Shorten(scalar.Value)}` is a file that Ray opens where the job is submitted, and it is not there; list the packages themselves"
                            : context.Request.IsManifest
                                ? $"`{MessageText.Shorten(scalar.Value)}` is looked up where the job is submitted, and is there only if the image of the pod that submits it holds it; write the URL of an archive"
                            : $"`{MessageText.Shorten(scalar.Value)}` is a local path, which no pod of the job has; use `code.files` for files beside the request, or the URL of an archive"
                    );
                    yield return isInImage ? finding with { Severity = Severity.Warning } : finding;
                }
            }
        }
    }

    // A number is no path, and no list either.
    private static bool IsPath(YamlNode node) => node is YamlScalar { KindName: "text" };
}
