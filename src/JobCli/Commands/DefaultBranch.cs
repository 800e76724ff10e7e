using Rayquest.JobHosts;
using Rayquest.JobHosts.Git;
using Rayquest.JobModel.Repository;

namespace Rayquest.JobCli.Commands;

/// <summary>The remote's default branch as it is now, and whether this run still is the one it would start.</summary>
internal sealed class DefaultBranch(GitRepository git, string remote, GitCredential? credential)
{
    private const string Local = "refs/rayquest/default";
    private ObjectId? tip;

    /// <summary>What the branch holds now: fetched once, and a checkout's history completed with it.</summary>
    /// <exception cref="GitException">It can't be fetched.</exception>
    public ObjectId Tip
    {
        get
        {
            if (tip is null)
            {
                git.Complete(remote, $"+HEAD:{Local}", credential);
                git.Fetch(remote, $"+HEAD:{Local}", credential);
                tip = git.Resolve(Local);
            }

            return tip;
        }
    }

    /// <summary>
    /// Refuses a run of GitHub Actions whose program, policies or workflow file are not the default branch's of now:
    /// whoever may write can run an old run again for a month, with the holes it had. Requests and rendered jobs may be
    /// older: they are read from the branch anyway, and a busy branch must not refuse its own runs.
    /// </summary>
    /// <exception cref="StaleRun">Something has changed since.</exception>
    public void RequireCurrent(Func<string, string?> variable)
    {
        if (variable("GITHUB_ACTIONS") is not { Length: > 0 })
        {
            return;
        }

        ObjectId checkout = git.Resolve("HEAD");
        if (checkout != Tip && git.Diff(checkout, Tip).FirstOrDefault(change => !IsData(change.Path)) is { } newer)
        {
            throw new StaleRun(
                $"the checkout is {checkout.Short}, the default branch is at {Tip.Short}, and {newer.Path} is not the same in both",
                "start the run again: it checks the default branch out as it is then"
            );
        }

        // The file that the run was started with; running it again takes the same one.
        if (!ObjectId.TryParse(variable("GITHUB_WORKFLOW_SHA") ?? variable("GITHUB_SHA"), out ObjectId? started))
        {
            return;
        }

        if (started != Tip && FileOf(variable("GITHUB_WORKFLOW_REF"), variable("GITHUB_REPOSITORY")) is { } file)
        {
            if (!git.Has(started))
            {
                git.FetchCommit(remote, started, credential);
            }

            if (!Same(git.ReadFile(started, file), git.ReadFile(Tip, file)))
            {
                throw new StaleRun(
                    $"this run was started with {file} of {started.Short}, and the default branch has another one now ({Tip.Short})",
                    "don't run an old run again: start a new one (a push, a comment, or Run workflow)"
                );
            }
        }
    }

    private static bool IsData(string path) =>
        path.StartsWith(RequestPath.Requests, StringComparison.Ordinal)
        || path.StartsWith(RequestPath.Jobs, StringComparison.Ordinal);

    private static bool Same(byte[]? one, byte[]? other) =>
        one is not null && other is not null && one.AsSpan().SequenceEqual(other);

    // owner/name/.github/workflows/file.yml@refs/heads/main; a workflow of another repository has no file here.
    private static string? FileOf(string? reference, string? repository)
    {
        int at = reference?.IndexOf('@', StringComparison.Ordinal) ?? -1;
        string prefix = $"{repository}/";
        return at > prefix.Length && reference!.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)
            ? reference[prefix.Length..at]
            : null;
    }
}

/// <summary>The run is older than what the default branch holds.</summary>
internal sealed class StaleRun(string cause, string remedy) : HostException(cause, remedy);
