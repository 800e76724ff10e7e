using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Reflection;
using Rayquest.JobCli.Commands;
using Rayquest.JobCli.Console;
using Rayquest.JobEngines.Kubernetes;
using Rayquest.JobHosts;
using Rayquest.JobLint.Output;
using Rayquest.JobModel.Diagnostics;

namespace Rayquest.JobCli;

/// <summary>The command line: an explicit list of commands, help with examples, and faults turned into exit codes.</summary>
internal static class CommandLine
{
    /// <summary>Every command, in the order of the help.</summary>
    public static IReadOnlyList<IProgramCommand> Commands { get; } =
    [
        new InitCommand(),
        new CheckCommand(),
        new LintCommand(),
        new RenderCommand(),
        new ExplainCommand(),
        new SchemaCommand(),
        new PreviewCommand(),
        new ReviewCommand(),
        new MergedCommand(),
        new IssueFormCommand(),
        new RehearseCommand(),
        new QuotaCommand(),
        new StatusCommand(),
        new JobsCommand(),
        new LogsCommand(),
        new LedgerCommand(),
        new DoctorCommand(),
        new ArgoCdCommand(),
        new NewCommand(),
        new UpgradeCommand(),
        new MigrateCommand(),
        new ImportCommand(),
        new FormCommand(),
        new CrdsCommand(),
        new CompletionCommand(),
        new LanguageServerCommand(),
    ];

    private static bool IsReading(string[] arguments) =>
        arguments is [var name, ..] && Commands.Any(known => known.OnlyReads && known.Name == name);

    /// <summary>Runs one command line; returns the exit code and never throws.</summary>
    public static int Run(string[] arguments, Terminal terminal)
    {
        try
        {
            if (arguments is ["--version"])
            {
                terminal.Out.WriteLine(ProgramVersion.Text);
                return ExitCodes.Clean;
            }

            Option<bool> trace = new("--trace")
            {
                Description =
                    "Also tell, on standard error, what rules and calls of GitHub take (or set RAYQUEST_TRACE=1).",
                Recursive = true,
            };
            RootCommand root = Build(arguments, terminal);
            root.Options.Add(trace);
            ParseResult parsed = root.Parse(arguments);
            terminal.IsTracing |= parsed.GetValue(trace);
            if (parsed.Errors.Count > 0)
            {
                return ReportUsage(parsed, terminal);
            }

            InvocationConfiguration configuration = new()
            {
                Output = terminal.Out,
                Error = terminal.Error,
                EnableDefaultExceptionHandler = false,
            };
            return parsed.Invoke(configuration);
        }
        catch (UsageException fault)
        {
            terminal.Fault(fault.Cause, fault.Remedy);
            return ExitCodes.Usage;
        }
        catch (HostException fault)
        {
            terminal.Fault(fault.Cause, fault.Remedy);
            return ExitCodes.World;
        }
        catch (OperationCanceledException)
        {
            terminal.Fault(
                "stopped before the end",
                IsReading(arguments)
                    ? "run the same command again; it only reads"
                    : "run the same command again; nothing is left half-done"
            );
            return ExitCodes.World;
        }
        catch (IOException fault)
        {
            terminal.Fault(
                $"the disk or a pipe failed ({fault.Message})",
                "check space and permissions, then run the same command again"
            );
            return ExitCodes.World;
        }
        catch (UnauthorizedAccessException fault)
        {
            terminal.Fault(fault.Message, "check the permissions, then run the same command again");
            return ExitCodes.World;
        }
#pragma warning disable CA1031 // the last resort: a person gets a sentence, never a stack trace
        catch (Exception fault)
#pragma warning restore CA1031
        {
            terminal.Fault(
                $"a fault of ours: {fault.GetType().Name}: {fault.Message}",
                "this is not your request's fault; please report the command line and this message (--trace adds the trace)"
            );
            if (terminal.IsTracing)
            {
                terminal.Error.WriteLine(fault);
            }

            return ExitCodes.World;
        }
        finally
        {
            try
            {
                terminal.Out.Flush();
            }
            catch (IOException)
            {
                // The reader of our output has gone (`| head`): nothing is left to tell it.
            }
        }
    }

    // Where one command is named, the options of the others are nobody's concern: to build them took a tenth of a short run.
    private static RootCommand Build(string[] arguments, Terminal terminal)
    {
        RootCommand root = new(
            "Submit Ray work by pull request: lint requests, render manifests, review, deliver and report."
        );
        IProgramCommand? named = arguments is [var name, ..] ? Commands.FirstOrDefault(c => c.Name == name) : null;
        foreach (IProgramCommand command in named is null ? Commands : [named])
        {
            Command built = command.Build(terminal);
            AddExamples(built, command.Examples, terminal);
            root.Subcommands.Add(built);
        }

        AddExamples(
            root,
            [
                ("rayquest new", "write a first request, by questions"),
                ("rayquest lint", "check every request of this repository"),
                ("rayquest render", "write the manifests under jobs/"),
                ("rayquest explain RQ2001", "read why a rule exists and how to fix it"),
            ],
            terminal
        );
        return root;
    }

    private static void AddExamples(
        Command command,
        IReadOnlyList<(string Line, string Does)> examples,
        Terminal terminal
    )
    {
        HelpOption? help = command.Options.OfType<HelpOption>().FirstOrDefault();
        if (help is null)
        {
            help = new HelpOption();
            command.Options.Add(help);
        }

        help.Action = new HelpWithExamples(help.Action as HelpAction ?? new HelpAction(), examples, terminal);
    }

    private static int ReportUsage(ParseResult parsed, Terminal terminal)
    {
        string command = string.Join(' ', Names(parsed.CommandResult).Reverse());
        IReadOnlyList<string> unmatched = parsed.UnmatchedTokens;
        if (unmatched.Count > 0)
        {
            IEnumerable<string> known = parsed
                .CommandResult.Command.Subcommands.Select(c => c.Name)
                .Concat(parsed.CommandResult.Command.Options.Select(o => o.Name));
            terminal.Error.WriteLine(
                $"rayquest: `{command}` does not know `{TerminalText.Line(unmatched[0])}`{DidYouMean.Phrase(unmatched[0], known)}"
            );
        }
        else
        {
            foreach (ParseError error in parsed.Errors)
            {
                terminal.Error.WriteLine($"rayquest: {TerminalText.Line(error.Message)}");
            }
        }

        terminal.Error.WriteLine($"  see `{command} --help` for what it takes, with examples");
        return ExitCodes.Usage;
    }

    private static IEnumerable<string> Names(CommandResult? result)
    {
        for (; result is not null; result = result.Parent as CommandResult)
        {
            yield return result.Parent is null ? "rayquest" : result.Command.Name;
        }
    }

    private sealed class HelpWithExamples(
        HelpAction inner,
        IReadOnlyList<(string Line, string Does)> examples,
        Terminal terminal
    ) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            int code = inner.Invoke(parseResult);
            if (examples.Count > 0)
            {
                terminal.Out.WriteLine("Examples:");
                int width = examples.Max(e => e.Line.Length);
                foreach ((string line, string does) in examples)
                {
                    terminal.Out.WriteLine($"  {line.PadRight(width)}  {does}");
                }

                terminal.Out.WriteLine();
            }

            return code;
        }
    }
}
