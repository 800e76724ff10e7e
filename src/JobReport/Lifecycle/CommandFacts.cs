using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Repository;
using Rayquest.JobReport.Ledger;

namespace Rayquest.JobReport.Lifecycle;

/// <summary>Everything that a decision about a command on a merged pull request rests on.</summary>
/// <param name="By">Who wrote the comment.</param>
/// <param name="Requests">The requests that the pull request brought or changed, in the order of their paths.</param>
/// <param name="Main">The main branch as it is now.</param>
/// <param name="Policies">The policies of <paramref name="Main"/>.</param>
public sealed record CommandFacts(
    LifecycleCommand Command,
    string By,
    IReadOnlyList<string> Requests,
    IRepositoryTree Main,
    LoadedPolicies Policies
)
{
    /// <summary>GitHub's number of the account that wrote it; 0 where it wasn't told.</summary>
    public long Account { get; init; }

    /// <summary>Whether the comment was edited after it was written.</summary>
    public bool IsEdited { get; init; }

    /// <summary>How long ago the comment was written.</summary>
    public TimeSpan Age { get; init; }

    /// <summary>Who opened the merged pull request, where that is a person, and it asked for what the request runs.</summary>
    public string? Author { get; init; }

    /// <summary>The pull request that an earlier run opened for this very comment.</summary>
    public int? OpenedPull { get; init; }

    /// <summary>The name that is asked for there, where it is another one.</summary>
    public string? OpenedName { get; init; }

    /// <summary>Commands of the same pull request whose own pull requests are still open.</summary>
    public IReadOnlyList<AnsweredCommand> StillOpen { get; init; } = [];

    /// <summary>What became of the request that the command is about; null where there is none.</summary>
    public RequestHistory? History { get; init; }

    /// <summary>What is known of jobs; null where nothing is.</summary>
    public LedgerView? Ledger { get; init; }

    /// <summary>GPU-hours used this month, by team and type, where the ledger is known.</summary>
    public IReadOnlyDictionary<(string Team, string Gpu), double> GpuHoursUsed { get; init; } =
        new Dictionary<(string, string), double>();

    /// <summary>Whether nothing is to be done, only said.</summary>
    public bool IsDryRun { get; init; }
}

/// <summary>What became of a request on the main branch since a pull request brought it.</summary>
public sealed record RequestHistory
{
    /// <summary>A later commit that asked for something else under its name.</summary>
    public string? ChangedBy { get; init; }

    /// <summary>The commit that took it away; null while it is there.</summary>
    public string? RemovedBy { get; init; }

    /// <summary>Whether that commit archived a job that had ended.</summary>
    public bool IsArchived { get; init; }

    /// <summary>The commit that this very command became.</summary>
    public string? CommittedAs { get; init; }

    /// <summary>The request as it is, or was before it went.</summary>
    public ReadOnlyMemory<byte>? Bytes { get; init; }

    /// <summary>What the file rendered from it says; null while there is none.</summary>
    public JobHeader? Header { get; init; }
}
