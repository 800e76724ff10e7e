namespace Rayquest.JobLint.Rules.Identity;

/// <summary>RQ1001: the name differs from the file's.</summary>
public sealed class NameNotFileName : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ1001", "name-not-file-name", Severity.Error, "`name` differs from the file's name.")
        {
            Category = RuleCategory.Identity,
            Why =
                "The rendered file, the job's name and the pull request all go by the file's name. One name means that a file can be found from its job, and that two files can't claim the same one.",
            Bad = Example.Repository(
                "# file: jobs-requests/vision/resnet.yaml\nname: resnet-50\nentrypoint: python train.py\nworkers: {replicas: 1}\n"
            ),
            Good = Example.Repository(
                "# file: jobs-requests/vision/resnet.yaml\nname: resnet\nentrypoint: python train.py\nworkers: {replicas: 1}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        string file = context.Document.FileName;
        return context.Request.Name is not { } name || name.Value == file ? []
            : file.Length <= KindRules.MaxNameLength(context.Kind) && KubernetesNames.IsDns1035Label(file)
                ?
                [
                    At(
                        name,
                        $"the name is `{name.Value}`, but the file is `{file}.yaml`; write `{file}`, or rename the file",
                        Replace($"Write `{file}`", name.Span, file)
                    ),
                ]
            :
            [
                At(
                    name,
                    $"the name is `{name.Value}`, but the file is `{MessageText.Shorten(file)}.yaml`; rename the file to `{name.Value}.yaml`"
                ),
            ];
    }
}
