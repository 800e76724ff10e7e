using System.CommandLine;
using Rayquest.JobCli.Console;
using Rayquest.JobHosts.Files;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Fields;
using Rayquest.JobModel.Formats;

namespace Rayquest.JobCli.Commands;

/// <summary><c>rayquest schema</c>: the JSON Schemas editors complete and check by.</summary>
internal sealed class SchemaCommand : IProgramCommand
{
    /// <inheritdoc/>
    public string Name => "schema";

    /// <inheritdoc/>
    public IReadOnlyList<(string Line, string Does)> Examples { get; } =
    [
        ("rayquest schema", "print the schema of requests"),
        ("rayquest schema quotas", "print the schema of policies/quotas.yaml"),
        ("rayquest schema --write", "write all of them to policies/schema/"),
        ("rayquest schema --check", "fail when policies/schema/ isn't what this version writes"),
    ];

    /// <inheritdoc/>
    public Command Build(Terminal terminal)
    {
        Argument<string> file = new("FILE")
        {
            Description = "job-request, platform, images, quotas, rules, template or profile.",
            DefaultValueFactory = _ => "job-request",
        };
        Option<bool> write = new("--write") { Description = "Write all schemas to policies/schema/." };
        Option<bool> check = new("--check")
        {
            Description = "Write nothing; fail when policies/schema/ isn't what this version writes.",
        };
        Option<string?> repo = RepositoryOption.Option();
        Command command = new(Name, "Print or write the JSON Schemas of requests and policies.")
        {
            file,
            write,
            check,
            repo,
        };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(check))
            {
                return Compare(RepositoryOption.Root(parsed.GetValue(repo), terminal), terminal);
            }

            if (parsed.GetValue(write))
            {
                string root = RepositoryOption.Root(parsed.GetValue(repo), terminal);
                foreach (SchemaDocument document in SchemaDocument.All)
                {
                    AtomicFile.Write(Path.Combine(root, "policies", "schema", document.FileName), document.Write());
                    terminal.Out.WriteLine($"policies/schema/{document.FileName}");
                }

                return ExitCodes.Clean;
            }

            string asked = parsed.GetValue(file)!;
            if (SchemaDocument.All.FirstOrDefault(d => d.Name == asked) is { } wanted)
            {
                terminal.Out.Write(wanted.Write());
                return ExitCodes.Clean;
            }

            IEnumerable<string> names = SchemaDocument.All.Select(d => d.Name);
            throw new UsageException(
                $"there is no schema `{asked}`{DidYouMean.Phrase(asked, names)}",
                $"there are {string.Join(", ", names)}"
            );
        });
        return command;
    }

    private static int Compare(string root, Terminal terminal)
    {
        int different = 0;
        foreach (SchemaDocument document in SchemaDocument.All)
        {
            string path = Path.Combine(root, "policies", "schema", document.FileName);
            if (!File.Exists(path) || File.ReadAllText(path).ReplaceLineEndings("\n") != document.Write())
            {
                different++;
                terminal.Out.WriteLine(
                    $"policies/schema/{document.FileName} is {(File.Exists(path) ? "not what this version writes" : "missing")}"
                );
            }
        }

        terminal.Out.WriteLine(
            different == 0 ? "policies/schema/ is what this version writes" : "write it with `rayquest schema --write`"
        );
        return different == 0 ? ExitCodes.Clean : ExitCodes.Findings;
    }
}
