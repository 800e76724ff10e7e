namespace Rayquest.JobLint.Rules.Leaks;

/// <summary>RQ5040: a secret in the file, known by its form.</summary>
public sealed class PastedSecret : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ5040", "pasted-secret", Severity.Error, "The file holds a secret.")
        {
            Category = RuleCategory.Security,
            Why =
                "What is pushed stays in the history of every clone and fork: revoke it now, fixing the file is not enough. Values of Secrets reach the job through `secrets`, which names where they are kept. The message never repeats the value.",
            HidesSource = true,
            Bad = Example.Request(
                "name: train\nentrypoint: python train.py\nenv: {HF_TOKEN: hf_aB3dE5fG7hI9jK1lM3nO5pQ7rS9tU1vW3x}\nworkers: {replicas: 1}\n"
            ),
            Good = Example.Request(
                "name: train\nentrypoint: python train.py\nsecrets: [{name: vision-hub, key: token, env: HF_TOKEN}]\nworkers: {replicas: 1}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context) =>
        Check(context.Document.File.Source, "name that under `secrets`");

    /// <summary>What is told of a text, with what to do once the new one is in a Secret.</summary>
    internal IEnumerable<Finding> Check(SourceText source, string then)
    {
        List<Finding> findings = [];
        foreach (KnownSecret secret in KnownSecret.Find(source.Text))
        {
            findings.Add(
                At(
                    new SourceSpan(source, new TextSpan(secret.Start, secret.End)),
                    $"this looks like {secret.What}: revoke it, put the new one into a Secret, and {then}"
                )
            );
        }

        return findings;
    }
}
