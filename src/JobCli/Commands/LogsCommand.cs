using System.CommandLine;
using Rayquest.JobCli.Console;
using Rayquest.JobHosts.Cluster;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobReport.Ledger;
using Rayquest.JobReport.Status;

namespace Rayquest.JobCli.Commands;

/// <summary><c>rayquest logs</c>: the log of a job, with secrets taken out.</summary>
internal sealed class LogsCommand : IProgramCommand
{
    /// <inheritdoc/>
    public IReadOnlyList<(string Line, string Does)> Examples { get; } =
    [
        ("rayquest logs resnet-1f0c3", "the last hundred lines"),
        ("rayquest logs resnet --follow", "go on until it ends; the request's name is enough when it is unambiguous"),
    ];

    /// <inheritdoc/>
    public Command Build(Terminal terminal)
    {
        Argument<string> name = new("JOB") { Description = "The job's object, or its request's name." };
        Option<bool> follow = new("--follow", "-f") { Description = "Go on until the job ends." };
        Option<int> tail = new("--tail")
        {
            Description = "How many lines of the end.",
            DefaultValueFactory = _ => LogTail.DefaultLines,
        };
        Option<string?> repo = Repository.Option();
        ClusterOptions cluster = new();
        Command command = new("logs", "Print the end of a job's log.") { name, follow, tail, repo };
        cluster.AddTo(command);
        command.SetAction(
            (parsed, cancellation) =>
            {
                using OutsideWorld world = new(parsed, repo, cluster, terminal);
                KubectlCluster kubectl = world.Kubectl;
                ObservedJob job = Find(world, kubectl, parsed.GetValue(name)!);
                int lines = parsed.GetValue(tail);
                if (parsed.GetValue(follow))
                {
                    kubectl.Follow(
                        job,
                        lines,
                        line =>
                        {
                            terminal.Out.WriteLine(LogTail.Redact(line));
                            terminal.Out.Flush();
                        },
                        cancellation
                    );
                }
                else
                {
                    LogTail log = LogTail.Of(
                        kubectl.Log(job, lines),
                        lines,
                        maxLineLength: 4000,
                        maxCharacters: 10_000_000
                    );
                    terminal.Out.WriteLine(log.Text);
                }

                return Task.FromResult(ExitCodes.Clean);
            }
        );
        return command;
    }

    private static ObservedJob Find(OutsideWorld world, KubectlCluster kubectl, string asked)
    {
        LedgerView view = world.Ledger.Read().View;
        JobRun[] found =
        [
            .. view.Runs.Where(run =>
                run.Record.Name == asked
                || (
                    run.IsLive
                    && run.Record.Name.Length == asked.Length + 6
                    && run.Record.Name.StartsWith(asked + "-", StringComparison.Ordinal)
                )
            ),
        ];
        if (found.Length > 1 && found.Select(run => run.Record.Id).Distinct(StringComparer.Ordinal).Count() > 1)
        {
            throw new UsageFault(
                $"`{asked}` could be {string.Join(" or ", found.Select(run => run.Record.Name).Take(5))}",
                "give the whole name"
            );
        }

        if (found is [var run1, ..] && ClusterResource.OfKind(run1.Record.Kind) is { } kind)
        {
            // An object that is gone may still have its submitter's pod.
            return kubectl.Get(kind, run1.Record.Namespace, run1.Record.Name, item => ObservedJob.Read(item))
                ?? new ObservedJob
                {
                    Kind = run1.Record.Kind,
                    Namespace = run1.Record.Namespace,
                    Name = run1.Record.Name,
                    RayClusterName = run1.LastState?.RayClusterName ?? "",
                };
        }

        ClusterSight sight = world.Reader(kubectl).Read();
        return sight.Jobs.Values.FirstOrDefault(job => job.Name == asked)
            ?? throw new UsageFault(
                $"there is no job `{asked}`{DidYouMean.Phrase(asked, [.. view.Live.Select(run => run.Record.Name)])}",
                "`rayquest jobs` lists them"
            );
    }
}
