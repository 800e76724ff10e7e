using Rayquest.JobEngines.Ray;
using Rayquest.JobLint.Rules.Entrypoint;

namespace Rayquest.JobLint.Rules.Leaks;

/// <summary>RQ5042: a secret on the command line.</summary>
public sealed class SecretInEntrypoint : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new("RQ5042", "secret-in-entrypoint", Severity.Error, "The `entrypoint` holds what looks like a secret.")
        {
            Category = RuleCategory.Security,
            Why =
                "A command line is shown in Ray's dashboard, in the RayJob, in logs and in the list of processes. Programs read secrets from environment variables, which `secrets` fills.",
            HidesSource = true,
            Bad = Example.Request(
                "name: train\nentrypoint: python train.py --api-key 0a1b2c3d4e5f60718293a4b5c6d7e8f9\nworkers: {replicas: 1}\n"
            ),
            Good = Example.Request(
                "name: train\nentrypoint: python train.py\nsecrets: [{name: wandb, key: api-key, env: WANDB_API_KEY}]\nworkers: {replicas: 1}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context) =>
        context.Request.Entrypoint is { } entrypoint && MayHold(entrypoint.Value)
            ? Check(entrypoint, context.EntrypointShell, ByRequest)
            : [];

    /// <summary>Whether a command line has anything that could set a secret apart.</summary>
    internal static bool MayHold(string entrypoint) => entrypoint.AsSpan().ContainsAny(Marks);

    /// <summary>What is told of a command line, with what brings the program its secret.</summary>
    internal IEnumerable<Finding> Check(Located<string> entrypoint, ShellText shell, string by)
    {
        if (EntrypointText.IsShellCommand(shell) && shell.Tokens.Count > 2)
        {
            shell = ShellText.Read(shell.Tokens[2].Text);
        }

        for (int i = 0; i < shell.Tokens.Count; i++)
        {
            string word = shell.Tokens[i].Text;
            int equals = word.IndexOf('=', StringComparison.Ordinal);
            ReadOnlySpan<char> name =
                equals > 0 ? word.AsSpan(0, equals)
                : word.StartsWith('-') ? word
                : default;
            string value =
                equals > 0 ? word[(equals + 1)..]
                : i + 1 < shell.Tokens.Count ? shell.Tokens[i + 1].Text
                : "";
            name = name.TrimStart('-');
            if (
                !name.IsEmpty
                && SecretLook.IsSecretName(name)
                && SecretLook.IsSecretValue(value)
                && KnownSecret.Find(value).Length == 0
            )
            {
                return
                [
                    At(
                        SpanLocator.Within(
                            entrypoint,
                            entrypoint.Value.IndexOf(value, StringComparison.Ordinal),
                            value.Length
                        ),
                        $"the value of `{name}` looks like a secret: revoke it, put the new one into a Secret, and let the program read it from a variable that {by}"
                    ),
                ];
            }
        }

        return EmbeddedSecret.Find(entrypoint.Value) is { } secret
            ?
            [
                At(
                    SpanLocator.Within(entrypoint, secret.Offset, secret.Length),
                    $"the value of `{secret.Name}` looks like a secret: revoke it, put the new one into a Secret, and let the program read it from a variable that {by}"
                ),
            ]
            : [];
    }

    private const string ByRequest = "`secrets` fills";

    private static readonly System.Buffers.SearchValues<char> Marks = System.Buffers.SearchValues.Create("-=_\": ");
}
