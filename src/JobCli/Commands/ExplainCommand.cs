using System.CommandLine;
using Rayquest.JobCli.Console;
using Rayquest.JobLint;
using Rayquest.JobLint.Catalogue;
using Rayquest.JobLint.Output;
using Rayquest.JobModel.Diagnostics;

namespace Rayquest.JobCli.Commands;

/// <summary><c>rayquest explain</c>: the page of a rule or of a key, or the list of all rules.</summary>
internal sealed class ExplainCommand : IProgramCommand
{
    /// <inheritdoc/>
    public string Name => "explain";

    /// <inheritdoc/>
    public IReadOnlyList<(string Line, string Does)> Examples { get; } =
    [
        ("rayquest explain RQ2001", "the page of a rule"),
        ("rayquest explain gpu-over-quota", "the same by its name"),
        ("rayquest explain workers.gpu", "what a key of a request means"),
        ("rayquest explain RayCronJob", "the keys that a kind may have"),
        ("rayquest explain", "every rule, a line each"),
    ];

    /// <inheritdoc/>
    public Command Build(Terminal terminal)
    {
        Argument<string?> rule = new("RULE")
        {
            Description = "A rule's code or name, a key of requests, or a kind; all rules when it is left out.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        Command command = new(Name, "Print why a rule exists, with a bad and a good example.") { rule };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(rule) is not { } word)
            {
                Palette palette = terminal.Palette;
                foreach (RuleInfo info in RuleCatalog.All)
                {
                    terminal.Out.WriteLine(
                        $"{palette.Bold(info.Code)}  {info.DefaultSeverity.ToString().ToLowerInvariant(), -7}  {info.Name, -34}  {info.Summary}"
                    );
                }

                return ExitCodes.Clean;
            }

            if ((KeyPage.Markdown(word) ?? KeyPage.OfKind(word)) is { } page)
            {
                terminal.Out.Write(page);
                return ExitCodes.Clean;
            }

            RuleInfo found =
                RuleCatalog.Find(word)
                ?? throw new UsageException(
                    $"there is no rule and no key `{word}`{DidYouMean.Phrase(word, RuleCatalog.All.SelectMany(r => new[] { r.Code, r.Name }).Concat(KeyPage.All))}",
                    "`rayquest explain` without a word lists them all"
                );
            terminal.Out.Write(RulePage.Markdown(found));
            return ExitCodes.Clean;
        });
        return command;
    }
}
