using System.Globalization;
using Rayquest.JobHosts.Git;
using Rayquest.JobHosts.LedgerBranch;
using Rayquest.JobModel.Repository;
using Rayquest.JobReport.Ledger;

namespace Rayquest.JobHosts.StatusSync;

/// <summary>How finished jobs leave main.</summary>
public sealed record ArchiverOptions
{
    /// <summary>The branch, as a full reference name.</summary>
    public string Reference { get; init; } = "refs/heads/main";

    /// <summary>Name or address of the remote; null works on this repository alone.</summary>
    public string? Remote { get; init; } = "origin";
    public GitCredential? Credential { get; init; }
    public ArchiveLimits Limits { get; init; } = new();
    public TimeSpan DefaultKeep { get; init; } = TimeSpan.FromMinutes(10);
    public string AuthorName { get; init; } = "rayquest";
    public string AuthorEmail { get; init; } = "rayquest@users.noreply.github.com";
    public int Attempts { get; init; } = 4;
    public TimeProvider Time { get; init; } = TimeProvider.System;
}

/// <summary>
/// Takes the request and the manifest of finished jobs off main, in one commit, before Argo CD could run them again (4.2).
/// Only what the ledger records as finished goes, and never more than the limits allow.
/// </summary>
public sealed class Archiver(GitRepository repository, LedgerStore ledger, ArchiverOptions options)
{
    private const long LargestFile = 16 << 20;

    /// <summary>Works out what is due on a commit of main.</summary>
    public ArchivePlan Plan(LedgerView view, ObjectId head)
    {
        var now = options.Time.GetUtcNow();
        var entries = repository
            .ListTree(head, RequestPath.Jobs, RequestPath.Requests)
            .Where(entry => entry.Mode is EntryMode.Regular)
            .ToDictionary(entry => entry.Path, StringComparer.Ordinal);
        var rendered = entries
            .Values.Where(entry => entry.Path.StartsWith(RequestPath.Jobs, StringComparison.Ordinal))
            .ToList();
        var blobs = repository.ReadBlobs(rendered.Select(entry => entry.Id), LargestFile);
        var jobsOf = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var entry in rendered)
        {
            if (blobs.GetValueOrDefault(entry.Id) is { } bytes && RenderedFile.Read(entry.Path, bytes) is { } file)
            {
                // A header could name another request: only the one whose rendered file this is may go with it.
                var request = RequestPath.RequestOf(entry.Path);
                if (
                    entries.ContainsKey(request)
                    && string.Equals(file.Header.RequestPath, request, StringComparison.Ordinal)
                )
                {
                    jobsOf[request] = [.. file.Jobs.Select(job => job.Name)];
                }
            }
        }

        return ArchivePlan.Of(view, jobsOf, RequestPath.JobOf, options.Limits, options.DefaultKeep, now);
    }

    /// <summary>Archives what is due; the commit, or null when nothing was.</summary>
    public (ObjectId? Commit, ArchivePlan Plan) Run()
    {
        for (var attempt = 1; ; attempt++)
        {
            var snapshot = ledger.Read();
            var head = Head();
            var plan = Plan(snapshot.View, head);
            if (plan.Paths.IsEmpty)
            {
                return (null, plan);
            }

            var now = options.Time.GetUtcNow();
            var signature = new Signature(options.AuthorName, options.AuthorEmail, now);
            var commit = repository.WriteCommit(
                repository.WriteTree(head, [.. plan.Paths.Select(path => new TreeEdit(path, null))]),
                [head],
                signature,
                signature,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Archive {plan.Runs.Length} finished job{(plan.Runs.Length == 1 ? "" : "s")}\n\n{string.Concat(plan.Runs.Take(50).Select(run => $"{run.Record.Team}/{run.Record.Name}: {run.LastState!.Phase}\n"))}\n{MainHistory.ArchiveTrailer}\n"
                )
            );
            var moved = options.Remote is { } remote
                ? repository.Push(remote, options.Reference, commit, head, options.Credential)
                : repository.UpdateReference(options.Reference, commit, head);
            if (moved == ReferenceUpdate.Updated)
            {
                // Killed right here, the next pass learns the same from main's history.
                ledger.Commit(
                    there => new LedgerWrite(
                        [
                            .. plan
                                .Runs.Select(run => there.Records.GetValueOrDefault(run.Record.Path) ?? run.Record)
                                // Another pass may have read it off main's history already.
                                .Where(record => JobRun.Of(record).ArchivedAt is null)
                                .Select(record =>
                                    record.With(new LedgerEvent(now, EventKind.Archived, commit.ToString()))
                                ),
                        ],
                        string.Create(CultureInfo.InvariantCulture, $"Note {plan.Runs.Length} archived")
                    ),
                    snapshot
                );
                return (commit, plan);
            }

            if (attempt >= options.Attempts)
            {
                throw new GitFault("main moved while finished jobs were being archived", "the next pass tries again");
            }
        }
    }

    private ObjectId Head()
    {
        if (options.Remote is not { } remote)
        {
            return repository.Resolve(options.Reference);
        }

        const string local = "refs/rayquest/main";
        repository.Fetch(remote, $"+{options.Reference}:{local}", options.Credential);
        return repository.Resolve(local);
    }
}
