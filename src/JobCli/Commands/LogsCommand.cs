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
    public string Name => "logs";

    /// <inheritdoc/>
    public IReadOnlyList<(string Line, string Does)> Examples { get; } =
    [
        ("rayquest logs resnet-1f0c3", "the last hundred lines"),
        ("rayquest logs resnet --follow", "go on until it ends; the request's name is enough when it is unambiguous"),
        ("rayquest logs vision/resnet", "the team's, when two teams have a job of that name"),
    ];

    /// <inheritdoc/>
    public Command Build(Terminal terminal)
    {
        Argument<string> name = new("JOB")
        {
            Description = "The job's object, or its request's name; TEAM/ before it where two teams have one.",
        };
        Option<bool> follow = new("--follow", "-f") { Description = "Go on until the job ends." };
        Option<int> tail = new("--tail")
        {
            Description = "How many lines of the end.",
            DefaultValueFactory = _ => LogTail.DefaultLines,
        };
        Option<string?> repo = RepositoryOption.Option();
        ClusterOptions cluster = new();
        Command command = new(Name, "Print the end of a job's log.") { name, follow, tail, repo };
        cluster.AddTo(command);
        command.SetAction(
            (parsed, cancellation) =>
            {
                using CommandServices world = new(parsed, repo, cluster, terminal) { IsReading = true };
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

    private static ObservedJob Find(CommandServices world, KubectlCluster kubectl, string asked)
    {
        LedgerView view = world.Ledger.ReadRecent().View;
        IReadOnlyList<JobRun> found = JobLookup.Find(view, asked);
        if (found.Count > 1)
        {
            string[] names = [.. found.Select(JobLookup.FullName)];
            string more = names.Length > 5 ? $" or {names.Length - 5} others" : "";
            throw new UsageException(
                $"`{asked}` could be {string.Join(" or ", names.Take(5))}{more}",
                $"say which, for example `rayquest logs {names[0]}`"
            );
        }

        // Of a schedule, the newest run's.
        if (found is [{ Record.Kind: EngineKind.RayCronJob } schedule])
        {
            found = [.. view.RunsOf(schedule).Take(1)];
            if (found.Count == 0)
            {
                throw new UsageException(
                    $"`{asked}` is a schedule that has not run yet",
                    "`rayquest jobs` says when it runs next"
                );
            }
        }

        if (found is [var run] && ClusterResource.OfKind(run.Record.Kind) is { } kind)
        {
            // An object that is gone may still have its submitter's pod.
            return kubectl.Get(kind, run.Record.Namespace, run.Record.Name, item => ObservedJob.Read(item))
                ?? new ObservedJob
                {
                    Kind = run.Record.Kind,
                    Namespace = run.Record.Namespace,
                    Name = run.Record.Name,
                    RayClusterName = run.LastState?.RayClusterName ?? "",
                };
        }

        // The ledger may not have heard of it yet.
        ObservedJob[] strays = Strays(world, kubectl, asked);
        return strays switch
        {
            [var only] => only,
            [var first, var second, ..] => throw new UsageException(
                $"`{asked}` could be {first.Id} or {second.Id}",
                $"say which, for example `rayquest logs {first.Id}`"
            ),
            _ => throw new UsageException(
                $"there is no job `{asked}`{DidYouMean.Phrase(asked, JobLookup.Names(view))}",
                "`rayquest jobs` lists the live ones, `rayquest jobs --all` all of them"
            ),
        };
    }

    private static ObservedJob[] Strays(CommandServices world, KubectlCluster kubectl, string asked)
    {
        try
        {
            return [.. world.Reader(kubectl).Read().Jobs.Values.Where(job => job.Name == asked || job.Id == asked)];
        }
        catch (ClusterException)
        {
            // Then the ledger's word is all there is: it does not know the name.
            return [];
        }
    }
}
