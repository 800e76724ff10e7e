using Rayquest.JobEngines.Ray;

namespace Rayquest.JobLint.Rules.Entrypoint;

/// <summary>RQ3064: a script that the request doesn't ship.</summary>
public sealed class ScriptNotShipped : Rule
{
    /// <inheritdoc/>
    public override RuleInfo Info { get; } =
        new(
            "RQ3064",
            "script-not-shipped",
            Severity.Warning,
            "The `entrypoint` runs a script that `code.files` does not ship."
        )
        {
            Category = RuleCategory.Entrypoint,
            MayBeIgnored = true,
            Why =
                "With `code.files` the working directory holds those files and nothing else. The job would end at once with `can't open file`, after the cluster has come up.",
            Bad = Example.Repository(
                "# file: jobs-requests/vision/train/train.py\nprint(1)\n# file: jobs-requests/vision/train.yaml\nname: train\nentrypoint: python trian.py\ncode:\n  files: {train.py: train/train.py}\nworkers: {replicas: 1}\n"
            ),
            Good = Example.Repository(
                "# file: jobs-requests/vision/train/train.py\nprint(1)\n# file: jobs-requests/vision/train.yaml\nname: train\nentrypoint: python train.py\ncode:\n  files: {train.py: train/train.py}\nworkers: {replicas: 1}\n"
            ),
        };

    /// <inheritdoc/>
    public override IEnumerable<Finding> Check(RequestContext context)
    {
        if (
            context.Request is not { Entrypoint: { } entrypoint, Code.Value: { Files: { } files, Archive: null } }
            || context.Request.RuntimeEnv?.Value.Entry("working_dir") is not null
        )
        {
            return [];
        }

        ShellText shell = context.EntrypointShell;
        int offset = 0;
        if (EntrypointText.IsShellCommand(shell) && shell.Tokens.Count > 2)
        {
            // What the inner shell sees; its words stand somewhere in the outer text.
            shell = ShellText.Read(shell.Tokens[2].Text);
            offset = -1;
        }

        HashSet<string> shipped = [.. files.Value.Select(f => f.Key.Value)];
        for (int i = 0; i + 1 < shell.Tokens.Count; i++)
        {
            if (
                shell.Tokens[i] is { Kind: ShellTokenKind.Word, Text: "python" or "python3" }
                && Script(shell, i + 1) is { } script
                && Path(script.Text) is { } path
                && !shipped.Contains(path)
            )
            {
                int start = offset < 0 ? entrypoint.Value.IndexOf(script.Text, StringComparison.Ordinal) : script.Start;
                SourceSpan place = SpanLocator.Within(entrypoint, start, script.Text.Length);
                return
                [
                    At(
                        place,
                        $"`{MessageText.Shorten(path)}` is not among the files of `code.files`{MessageText.Unknown(path, shipped)}",
                        place.Text == script.Text ? MessageText.Rename(place, path, shipped) : null
                    ),
                ];
            }
        }

        return [];
    }

    // Null for what no request can ship: other than Python, a path of the image, a name the shell makes up.
    private static string? Path(string script)
    {
        string path = script.StartsWith("./", StringComparison.Ordinal) ? script[2..] : script;
        return
            path.EndsWith(".py", StringComparison.Ordinal)
            && path[0] != '/'
            && !path.Contains('$', StringComparison.Ordinal)
            ? path
            : null;
    }

    // The first word behind options that take no value; `-m` and `-c` mean there is no script.
    private static ShellToken? Script(ShellText shell, int from)
    {
        for (int i = from; i < shell.Tokens.Count; i++)
        {
            ShellToken token = shell.Tokens[i];
            if (
                token.Kind != ShellTokenKind.Word
                || token.Text is "-m" or "-c" or "-W" or "-X"
                || token.Text.Length == 0
            )
            {
                return null;
            }

            if (token.Text[0] != '-')
            {
                return token;
            }
        }

        return null;
    }
}
