using Rayquest.JobEngines.Ray;

namespace Rayquest.JobLint.Rules.Entrypoint;

/// <summary>RQ3062: a variable the wrong shell replaces.</summary>
public sealed class EntrypointVariable : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ3062",
            "entrypoint-variable",
            Severity.Error,
            "A variable in the `entrypoint` is replaced in the submitter's pod."
        )
        {
            Category = RuleCategory.Entrypoint,
            MayBeIgnored = true,
            Why =
                "In `K8sJobMode` and `SidecarMode` a shell in the submitter's pod sees the entrypoint first. Variables that exist where the job runs, such as those of `env` and `secrets`, are empty there, and a secret that isn't would be written into the job's record. Between single quotes they are left for the head: `bash -c '…'`.",
            Facts = "2.9",
            Bad = Example.Request(
                "name: train\nentrypoint: python train.py --out $OUTPUT\nenv: {OUTPUT: /data/out}\nworkers: {replicas: 1}\n"
            ),
            Good = Example.Request(
                "name: train\nentrypoint: bash -c 'python train.py --out $OUTPUT'\nenv: {OUTPUT: /data/out}\nworkers: {replicas: 1}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context) =>
        EntrypointText.Of(context) is ({ } text, { } shell) ? Check(text, shell) : [];

    /// <summary>The faults of an entrypoint that the submitter's shell reads, wherever it is written.</summary>
    internal IEnumerable<Finding> Check(Located<string> text, ShellText shell)
    {
        if (shell.Expansions.Count == 0)
        {
            return [];
        }

        ShellExpansion first = shell.Expansions[0];
        string what = MessageText.Shorten(text.Value[first.Start..first.End]);
        return
        [
            At(
                SpanLocator.Within(text, first.Start, first.End - first.Start),
                $"{(first.IsCommand ? (Message)$"the command in `{what.Trim('`')}` runs" : $"`{what}` is replaced")} in the submitter's pod, before the job is submitted: wrap the whole as `bash -c '…'`",
                EntrypointText.Wrap(text)
            ),
        ];
    }
}
