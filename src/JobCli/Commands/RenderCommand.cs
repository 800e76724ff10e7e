using System.CommandLine;
using System.Text;
using Rayquest.JobCli.Console;
using Rayquest.JobHosts.Files;
using Rayquest.JobHosts.Git;
using Rayquest.JobLint;
using Rayquest.JobLint.Engine;
using Rayquest.JobLint.Output;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Repository;
using Rayquest.JobRender.Edits;
using Rayquest.JobRender.Folder;
using Rayquest.JobReport.Rendering;

namespace Rayquest.JobCli.Commands;

/// <summary><c>rayquest render</c>: brings <c>jobs/</c> to what the requests say; merged files stay frozen.</summary>
internal sealed class RenderCommand : IProgramCommand
{
    /// <inheritdoc/>
    public string Name => "render";

    /// <inheritdoc/>
    public IReadOnlyList<(string Line, string Does)> Examples { get; } =
    [
        ("rayquest render", "write jobs/ for every request that changed"),
        ("rayquest render --check", "fail, and show the difference, when jobs/ is not what it should be"),
        ("rayquest render --base origin/main", "say which branch was merged: its manifests stay as they are"),
        ("rayquest render --stdout jobs-requests/vision/mnist.yaml", "print one request's manifest"),
        ("rayquest render --stdout | kubectl apply --dry-run=server -f -", "ask a cluster about all of them"),
    ];

    /// <inheritdoc/>
    public Command Build(Terminal terminal)
    {
        Argument<string[]> paths = new("PATH")
        {
            Description = "Requests or folders of requests; all of the repository when none is given.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        Option<bool> check = new("--check")
        {
            Description = "Write nothing; fail and show the difference when jobs/ is not what it should be.",
        };
        Option<bool> print = new("--stdout") { Description = "Write nothing; print the manifests." };
        Option<string?> from = new("--base")
        {
            Description =
                "What was merged: its manifests stay as they are (default: origin's branch of jobs, the local one, or HEAD).",
            HelpName = "REF",
        };
        Option<string?> repo = RepositoryOption.Option();
        Command command = new(Name, "Write the manifests of the requests under jobs/.")
        {
            paths,
            check,
            print,
            from,
            repo,
        };
        command.SetAction(parsed =>
        {
            FolderTree tree = new(RepositoryOption.Root(parsed.GetValue(repo), terminal));
            IReadOnlyList<string>? given = RepositoryOption.Requests(parsed.GetValue(paths) ?? [], tree, terminal);
            bool writes = !parsed.GetValue(check) && !parsed.GetValue(print);
            using GitRepository? git = RepositoryOption.Git(tree.Root);
            LoadedPolicies policies = PolicyLoader.Load(tree);
            IRepositoryTree? merged = git is null
                ? null
                : RepositoryOption.Merged(git, tree, parsed.GetValue(from), policies.Policies.Platform.ArgoCd.Revision);
            return Run(
                tree,
                merged,
                LocalLedger.Names(git),
                policies,
                given,
                parsed.GetValue(check),
                parsed.GetValue(print),
                writes,
                terminal
            );
        });
        return command;
    }

    private static int Run(
        FolderTree tree,
        IRepositoryTree? merged,
        IRecordedNames recorded,
        LoadedPolicies policies,
        IReadOnlyList<string>? given,
        bool check,
        bool print,
        bool writes,
        Terminal terminal
    )
    {
        // For a few requests, asking for each is cheaper than listing all.
        IRepositoryTree evaluated = given is null ? new ListedTree(tree) : tree;
        IReadOnlyList<string> paths =
            given ?? [.. evaluated.List(RequestPath.Requests).Select(e => e.Path).Where(RequestPath.IsRequest)];
        FolderRendering rendering = new(
            evaluated,
            merged ?? evaluated,
            ManifestLint.ClusterSchemas(tree),
            keepsContents: print
        );
        LintResult lint;
        using (Progress progress = new(terminal, "checked", paths.Count))
        {
            lint = LintCommand.Run(
                new LintInput
                {
                    Tree = evaluated,
                    Policies = policies,
                    Merged = merged,
                    Recorded = recorded,
                    Paths = paths,
                    IsWhole = given is null,
                    Parallelism = Environment.ProcessorCount,
                    Progress = progress.Report,
                    Linted = rendering.Render,
                    KeepsRequests = false,
                }
            );
        }

        if (policies.IsBroken)
        {
            return LintCommand.Print(lint.Findings, 0, "text", terminal);
        }

        (IReadOnlyList<RenderDecision> decisions, IReadOnlyList<Finding> faults) = rendering.Finish(
            lint,
            given is null
        );
        // What render is about to mend is no news: only what keeps a request from being rendered is printed.
        IReadOnlyList<Finding> findings = Linter.Sort(
            lint.Findings.Where(f => f.Severity == Severity.Error && RequestPath.IsRequest(f.Span.Source.Path))
                .Concat(faults)
        );
        if (findings.Count > 0)
        {
            terminal.Error.Write(
                TextOutput.Write(
                    new LintReport(findings, lint.Files, CommandLine.Version),
                    terminal.Colour && terminal.ErrorIsTerminal
                )
            );
        }

        bool faulty = findings.Any(f => f.Severity == Severity.Error);
        if (print)
        {
            foreach (RenderDecision decision in decisions.Where(d => d.Wanted is not null))
            {
                terminal.Out.Write("---\n");
                terminal.Out.Write(Encoding.UTF8.GetString(decision.Wanted!.Value.Span));
            }
        }
        else if (writes)
        {
            Write(tree, decisions, terminal);
        }

        RenderDecision[] off = [.. decisions.Where(d => d.IsOff)];
        if (check)
        {
            foreach (RenderDecision decision in off)
            {
                terminal.Out.Write(Coloured(decision.Diff(), terminal.Palette));
                ReportEdits(decision, terminal);
            }

            terminal.Out.WriteLine(
                off.Length == 0
                    ? $"jobs/ is what {paths.Count:N0} request{(paths.Count == 1 ? "" : "s")} render{(paths.Count == 1 ? "s" : "")} to"
                    : $"{off.Length:N0} file{(off.Length == 1 ? " is" : "s are")} not what the requests render to; run `rayquest render` and commit jobs/"
            );
        }

        return faulty || (check && off.Length > 0) ? ExitCodes.Findings : ExitCodes.Clean;
    }

    private static void Write(FolderTree tree, IReadOnlyList<RenderDecision> decisions, Terminal terminal)
    {
        int written = 0;
        int removed = 0;
        using Progress progress = new(terminal, "wrote", decisions.Count);
        RenderDecision[] wanted = [.. decisions.Where(d => d.Action == RenderAction.Write)];
        foreach (
            string folder in wanted
                .Select(d => Path.GetDirectoryName(Path.Combine(tree.Root, d.Path))!)
                .Distinct(StringComparer.Ordinal)
        )
        {
            Directory.CreateDirectory(folder);
        }

        void WriteOne(int index)
        {
            AtomicFile.WriteInFolder(Path.Combine(tree.Root, wanted[index].Path), wanted[index].Wanted!.Value.Span);
            progress.Report(Interlocked.Increment(ref written));
        }

        ParallelLoop.ForEachIndex(wanted.Length, wanted.Length > 8 ? Environment.ProcessorCount : 1, WriteOne);
        foreach (RenderDecision decision in decisions)
        {
            switch (decision.Action)
            {
                case RenderAction.Write:
                    Report(decision.Current is null ? "new" : "changed", decision, terminal);
                    ReportEdits(decision, terminal);
                    break;
                case RenderAction.Remove:
                    File.Delete(Path.Combine(tree.Root, decision.Path));
                    removed++;
                    Report("removed", decision, terminal);
                    break;
                default:
                    break;
            }
        }

        // Last, since a process that was killed a moment ago takes another to be gone.
        AtomicFile.RemoveLeftovers(Path.Combine(tree.Root, RequestPath.Jobs));
        int kept = decisions.Count(d => d.Action == RenderAction.Keep && d.Reason != RenderReason.RequestBroken);
        terminal.Out.WriteLine($"{written:N0} written, {removed:N0} removed, {kept:N0} unchanged under jobs/");
    }

    // What the operator does with each edit of something live.
    private static void ReportEdits(RenderDecision decision, Terminal terminal)
    {
        foreach (FieldEdit edit in decision.Edits)
        {
            terminal.Out.WriteLine(
                $"  edit {edit.Field}: {edit.EffectText}{(edit.Remedy is { } remedy ? $"; {remedy}" : "")}"
            );
        }
    }

    private static void Report(string what, RenderDecision decision, Terminal terminal)
    {
        string jobs = decision.Header is { } header
            ? string.Join(", ", header.Jobs.Take(3).Select(j => j.Name))
                + (header.Jobs.Count > 3 ? $" and {header.Jobs.Count - 3} more" : "")
            : "";
        terminal.Out.WriteLine($"{what, -8} {decision.Path}  {terminal.Palette.Dim(jobs)}");
    }

    private static string Coloured(string diff, Palette palette)
    {
        StringBuilder text = new();
        foreach (string line in diff.Split('\n'))
        {
            string safe = TerminalText.Line(line);
            text.Append(
                    line.StartsWith('+') ? palette.Green(safe)
                    : line.StartsWith('-') ? palette.Red(safe)
                    : safe
                )
                .Append('\n');
        }

        text.Length--;
        return text.ToString();
    }
}
