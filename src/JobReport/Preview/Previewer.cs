using Rayquest.JobLint;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Quantities;
using Rayquest.JobModel.Repository;
using Rayquest.JobModel.Requests;
using Rayquest.JobModel.Text;
using Rayquest.JobRender;
using Rayquest.JobReport.Approvals;
using Rayquest.JobReport.Lifecycle;
using Rayquest.JobReport.Verdicts;

namespace Rayquest.JobReport.Preview;

/// <summary>A change to judge: two trees and what is known besides. Policies come from the base.</summary>
public sealed record PreviewInput
{
    /// <summary>The branch the change goes to, as it is now.</summary>
    public required IRepositoryTree Base { get; init; }

    /// <summary>The head of the change.</summary>
    public required IRepositoryTree Head { get; init; }

    /// <summary>What the head changed since it left the base.</summary>
    public required IReadOnlyList<string> ChangedPaths { get; init; }

    /// <summary>The base as it was when the head left it, to tell who was merged first; null where that doesn't matter.</summary>
    public IRepositoryTree? Fork { get; init; }

    public string? Author { get; init; }

    /// <summary>Whether the pipeline can't write to the branch.</summary>
    public bool IsFork { get; init; }

    public ApprovalInput Approvals { get; init; } = ApprovalInput.None;

    /// <summary>What other open pull requests ask for.</summary>
    public IReadOnlyList<PendingDemand> Elsewhere { get; init; } = [];

    /// <summary>GPU-hours used this month, by team and type, where the ledger is known.</summary>
    public IReadOnlyDictionary<(string Team, string Gpu), double> GpuHoursUsed { get; init; } =
        new Dictionary<(string, string), double>();

    /// <summary>What is known of the jobs that were merged; null where nobody asked, and then nothing is said of stops.</summary>
    public JobKnowledge? Known { get; init; }
}

/// <summary>Judges a change. Pure: the same trees give the same preview.</summary>
public static class Previewer
{
    /// <summary>The preview of a change.</summary>
    public static SubmissionPreview Of(PreviewInput input)
    {
        string[] changed = [.. input.ChangedPaths.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        ChangedTree after = new(input.Base, input.Head, changed);
        ChangeKind kind = KindOf(changed);
        return kind == ChangeKind.Ordinary
            ? Ordinary(input, changed, after)
            : new Judgement(input, changed, after, kind).Preview();
    }

    /// <summary>What a change is, by its paths.</summary>
    public static ChangeKind KindOf(IReadOnlyList<string> changed)
    {
        int ours = changed.Count(IsOurs);
        return ours == 0 ? ChangeKind.Ordinary
            : ours == changed.Count ? ChangeKind.Submission
            : ChangeKind.Mixed;
    }

    /// <summary>What a change would add to its teams: for the previews of other changes.</summary>
    public static IReadOnlyList<PendingDemand> DemandOf(int pull, PreviewInput input)
    {
        string[] changed = [.. input.ChangedPaths.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        ChangedTree after = new(input.Base, input.Head, changed);
        LoadedPolicies policies = PolicyLoader.Load(input.Base);
        Dictionary<string, Holding> adds = new(StringComparer.Ordinal);
        foreach (string path in RequestsOf(changed, after))
        {
            if (after.Read(path) is not { } bytes || RequestPath.TeamOf(path) is not { } team)
            {
                continue;
            }

            RequestPlan? plan = JobPlanner.Plan(RequestDocument.Read(path, bytes.Span), policies.Policies, after);
            JobHeader? live = input.Base.Read(RequestPath.JobOf(path)) is { } old ? JobHeader.Read(old, out _) : null;
            if (plan is null || live?.RequestDigest == plan.Digest)
            {
                continue;
            }

            adds[team] = adds.GetValueOrDefault(team, Holding.None) + Less(plan.Holding, live?.Holding);
        }

        return
        [
            .. adds.OrderBy(a => a.Key, StringComparer.Ordinal).Select(a => new PendingDemand(pull, a.Key, a.Value)),
        ];
    }

    // What a replacement adds on top of what it replaces; never below nothing, since the other may not be merged.
    private static Holding Less(Holding asked, Holding? given)
    {
        if (given is null)
        {
            return asked;
        }

        Dictionary<string, long> gpus = new(StringComparer.Ordinal);
        foreach ((string type, long count) in asked.Gpus)
        {
            long more = count - given.Gpus.GetValueOrDefault(type);
            if (more > 0)
            {
                gpus[type] = more;
            }
        }

        return new Holding(Math.Max(0, asked.Jobs - given.Jobs), GpuCounts.Of(gpus), Quantity.Zero, Quantity.Zero, 0);
    }

    private static bool IsOurs(string path) =>
        path.StartsWith(RequestPath.Requests, StringComparison.Ordinal)
        || path.StartsWith(RequestPath.Jobs, StringComparison.Ordinal);

    /// <summary>The requests a change touches: those that changed, and those whose code files did.</summary>
    internal static IReadOnlyList<string> RequestsOf(IReadOnlyList<string> changed, IRepositoryTree after)
    {
        SortedSet<string> requests = new(changed.Where(RequestPath.IsRequest), StringComparer.Ordinal);
        HashSet<string> code = new(
            changed.Where(p =>
                p.StartsWith(RequestPath.Requests, StringComparison.Ordinal) && !RequestPath.IsRequest(p)
            ),
            StringComparer.Ordinal
        );
        foreach (string team in code.Select(RequestPath.TeamOf).OfType<string>().Distinct(StringComparer.Ordinal))
        {
            foreach (TreeEntry entry in after.List($"{RequestPath.Requests}{team}/"))
            {
                if (
                    entry.Kind == TreeEntryKind.File
                    && RequestPath.IsRequest(entry.Path)
                    && !requests.Contains(entry.Path)
                    && after.Read(entry.Path) is { } bytes
                    && Ships(entry.Path, bytes, code)
                )
                {
                    requests.Add(entry.Path);
                }
            }
        }

        return [.. requests];
    }

    private static bool Ships(string path, ReadOnlyMemory<byte> bytes, HashSet<string> code)
    {
        // Most requests ship nothing; those aren't parsed.
        if (
            bytes.Span.IndexOf("files"u8) < 0
            || RequestDocument.Read(path, bytes.Span).Request?.Code?.Value.Files is not { } files
        )
        {
            return false;
        }

        return files.Value.Any(f => RequestPath.Beside(path, f.Value.Value) is { } source && code.Contains(source));
    }

    // Nothing of ours, except that policies which can't be read would stop everybody: their own pull request says so.
    private static SubmissionPreview Ordinary(PreviewInput input, IReadOnlyList<string> changed, ChangedTree after)
    {
        bool policies = changed.Any(p => p.StartsWith(RequestPath.Policies, StringComparison.Ordinal));
        IReadOnlyList<Finding> findings = policies ? Linter.Sort(PolicyLoader.Load(after).Findings) : [];
        int errors = findings.Count(f => f.Severity == Severity.Error);
        return new SubmissionPreview
        {
            Kind = ChangeKind.Ordinary,
            ChangedPaths = changed,
            Findings = findings,
            Jobs = [],
            Quota = [],
            GpuHours = [],
            Verdict = errors > 0 ? Verdict.Blocked : Verdict.Pass,
            Reasons = errors > 0 ? [new Reason(ReasonKind.Errors) { Count = errors }] : [],
            Approvals = ApprovalState.NotNeeded,
            RenderChanges = [],
            Manifests = [],
            Platform = PolicyLoader.Load(input.Base).Policies.Platform,
        };
    }
}
