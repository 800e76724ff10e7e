using Rayquest.JobLint;
using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Repository;
using Rayquest.JobModel.Requests;
using Rayquest.JobRender.Folder;

namespace Rayquest.JobReport.Evaluation;

/// <summary>What is known of a branch after pushes to it.</summary>
public sealed record MergedFolderInput
{
    /// <summary>The branch when its <c>jobs/</c> was last known to be right.</summary>
    public required IRepositoryTree Before { get; init; }

    /// <summary>The branch as it is.</summary>
    public required IRepositoryTree Now { get; init; }

    /// <summary>What differs between the two, in the order in which it was merged.</summary>
    public required IReadOnlyList<string> Changed { get; init; }

    /// <summary>The last intact manifest of a path that the branch held for this request; null where there was none.</summary>
    public required Func<string, RequestIdentity, ReadOnlyMemory<byte>?> LastIntact { get; init; }

    /// <summary>Requests that were merged without the approval they need.</summary>
    public IReadOnlySet<string> Unapproved { get; init; } = new HashSet<string>();

    /// <summary>The names that the ledger has of runs, live or over.</summary>
    public IRecordedNames Recorded { get; init; } = NoRecordedNames.Instance;

    public IReadOnlyDictionary<(string Team, string Gpu), double> GpuHoursUsed { get; init; } =
        new Dictionary<(string, string), double>();
}

/// <summary>A request that is on the branch and gets no manifest.</summary>
public sealed record WithheldRequest(string Request, ChangeEvaluation Evaluation);

/// <summary>What to make of <c>jobs/</c>.</summary>
/// <param name="Changes">Files to write, or to remove; empty when everything is as it should be.</param>
/// <param name="Withheld">Requests without a manifest, because of errors or limits.</param>
/// <param name="Foreign">Files that no request accounts for, or that were edited: put back or removed.</param>
/// <param name="OverSoft">Requests that got a manifest and take their team over a soft limit: somebody must have approved.</param>
public sealed record MergedFolderResult(
    IReadOnlyList<RenderChange> Changes,
    IReadOnlyList<WithheldRequest> Withheld,
    IReadOnlyList<string> Foreign,
    IReadOnlyList<string> OverSoft,
    ChangeEvaluation Evaluation
);

/// <summary>
/// Decides what <c>jobs/</c> must hold after a merge, request by request and over all requests: one that is wrong, or for which
/// there is no room left, keeps none of the others from running. Pure.
/// </summary>
public static class MergedFolder
{
    /// <summary>What to make of <c>jobs/</c>.</summary>
    public static MergedFolderResult Settle(MergedFolderInput input) => new Settling(input).Run();

    private sealed class Settling(MergedFolderInput input)
    {
        private readonly Dictionary<string, byte[]?> edits = new(StringComparer.Ordinal);
        private readonly HashSet<string> overSoft = new(StringComparer.Ordinal);
        private readonly List<WithheldRequest> withheld = [];
        private readonly List<string> foreign = [];

        public MergedFolderResult Run()
        {
            string[] open = [.. Unsettled()];
            RemoveForeign();
            // Back to what was right, with what came since taken away: from there each is put on top.
            foreach (string request in open)
            {
                string job = RequestPath.JobOf(request);
                edits[request] = Bytes(input.Before, request);
                edits[job] = Intact(input.Before, job)?.ToArray();
            }

            ChangeEvaluation all = Evaluate(open);
            if (all.Verdict != Verdict.Blocked && !open.Any(input.Unapproved.Contains))
            {
                Accept(open, all);
            }
            else
            {
                foreach (string request in open)
                {
                    ChangeEvaluation one = Evaluate([request]);
                    if (one.Verdict == Verdict.Blocked || input.Unapproved.Contains(request))
                    {
                        withheld.Add(new WithheldRequest(request, one));
                    }
                    else
                    {
                        Accept([request], one);
                    }
                }
            }

            return new MergedFolderResult(
                Changes(),
                withheld,
                foreign,
                [.. overSoft.Order(StringComparer.Ordinal)],
                all
            );
        }

        /// <summary>Requests whose manifest is not known to be right: what waits longest first, then in the order of the merges.</summary>
        private IEnumerable<string> Unsettled()
        {
            string[] touched =
            [
                .. input
                    .Changed.Where(RequestPath.IsRequest)
                    .Concat(new ChangedRequests(input.Changed, input.Now).Paths)
                    .Distinct(StringComparer.Ordinal),
            ];
            HashSet<string> isTouched = new(touched, StringComparer.Ordinal);
            string[] all =
            [
                .. input
                    .Now.List(RequestPath.Requests)
                    .Where(e => e.Kind == TreeEntryKind.File && RequestPath.IsRequest(e.Path))
                    .Select(e => e.Path),
            ];
            input.Now.Prefetch(all);
            input.Now.Prefetch(all.Select(RequestPath.JobOf));
            foreach (string request in all.Where(r => !isTouched.Contains(r) && !IsSettled(r)))
            {
                yield return request;
            }

            foreach (string request in touched.Where(r => input.Now.Find(r) is not null))
            {
                yield return request;
            }
        }

        private bool IsSettled(string request)
        {
            if (
                input.Now.Read(RequestPath.JobOf(request)) is not { } bytes
                || JobsFolder.IntactHeader(RequestPath.JobOf(request), bytes) is not { } header
            )
            {
                return false;
            }

            return IdentityOf(request) is not { } identity || identity.Is(header);
        }

        private RequestIdentity? IdentityOf(string request) =>
            input.Now.Read(request) is { } bytes
                ? JobPlanner.Identity(RequestDocument.Read(request, bytes.Span), input.Now)
                : null;

        private void RemoveForeign()
        {
            foreach (TreeEntry entry in input.Now.List(RequestPath.Jobs))
            {
                string request = RequestPath.RequestOf(entry.Path);
                bool isOurs = RequestPath.JobOf(request) == entry.Path;
                if (!isOurs || input.Now.Find(request) is null)
                {
                    edits[entry.Path] = null;
                    // What follows from a removed request is no surprise.
                    if (!isOurs || input.Before.Find(request) is null)
                    {
                        foreign.Add(entry.Path);
                    }
                }
            }
        }

        /// <summary>What putting requests on top of what is accepted would come to.</summary>
        private ChangeEvaluation Evaluate(IReadOnlyList<string> requests)
        {
            Dictionary<string, byte[]?> with = new(edits, StringComparer.Ordinal);
            foreach (string request in requests)
            {
                with[request] = Bytes(input.Now, request);
                // Of a manifest that is there already nothing is believed: it is rendered again, or put back.
                with[RequestPath.JobOf(request)] = Wanted(request)?.ToArray() ?? edits[RequestPath.JobOf(request)];
            }

            AssessmentInput change = new()
            {
                Base = new OverlayTree(input.Now, new Dictionary<string, byte[]?>(edits, StringComparer.Ordinal)),
                Result = new OverlayTree(input.Now, with),
                ChangedPaths = requests,
                GpuHoursUsed = input.GpuHoursUsed,
                Recorded = input.Recorded,
            };
            return VerdictRule.Decide(Assessor.Assess(change), Approvals.ApprovalInput.None, null);
        }

        // The very bytes that were merged for this request once, where the branch still remembers them.
        private ReadOnlyMemory<byte>? Wanted(string request)
        {
            string job = RequestPath.JobOf(request);
            if (IdentityOf(request) is not { } identity)
            {
                return null;
            }

            ReadOnlyMemory<byte>? before = Intact(input.Before, job);
            return before is { } bytes && JobsFolder.IntactHeader(job, bytes) is { } header && identity.Is(header)
                ? before
                : input.LastIntact(job, identity);
        }

        private void Accept(IReadOnlyList<string> requests, ChangeEvaluation evaluation)
        {
            HashSet<string> teams = new(evaluation.Approvals.Teams.Select(t => t.Team), StringComparer.Ordinal);
            foreach (RenderChange change in evaluation.RenderChanges)
            {
                edits[change.Path] = change.Bytes?.ToArray();
            }

            foreach (string request in requests)
            {
                string job = RequestPath.JobOf(request);
                edits[request] = Bytes(input.Now, request);
                if (Wanted(request) is { } known)
                {
                    edits[job] = known.ToArray();
                }

                if (
                    RequestPath.TeamOf(request) is { } team
                    && teams.Contains(team)
                    && !(
                        Intact(input.Before, job) is { } before
                        && JobsFolder.IntactHeader(job, before) is { } header
                        && IdentityOf(request)?.Is(header) == true
                    )
                )
                {
                    overSoft.Add(request);
                }
            }
        }

        private List<RenderChange> Changes()
        {
            List<RenderChange> changes = [];
            foreach (
                (string path, byte[]? bytes) in edits
                    .Where(e => e.Key.StartsWith(RequestPath.Jobs, StringComparison.Ordinal))
                    .OrderBy(e => e.Key, StringComparer.Ordinal)
            )
            {
                byte[]? there = Bytes(input.Now, path);
                if (there is null ? bytes is null : bytes is not null && there.AsSpan().SequenceEqual(bytes))
                {
                    continue;
                }

                changes.Add(new RenderChange(path, bytes is null ? default(ReadOnlyMemory<byte>?) : bytes));
                if (
                    there is not null
                    && bytes is not null
                    && JobsFolder.IntactHeader(path, bytes) is { } header
                    && JobsFolder.IntactHeader(path, there)?.RequestDigest is var digest
                    && (digest is null || digest == header.RequestDigest)
                )
                {
                    foreign.Add(path);
                }
            }

            return changes;
        }

        private static ReadOnlyMemory<byte>? Intact(IRepositoryTree tree, string job) =>
            tree.Read(job) is { } bytes && JobsFolder.IntactHeader(job, bytes) is not null
                ? bytes
                : default(ReadOnlyMemory<byte>?);

        private static byte[]? Bytes(IRepositoryTree tree, string path) =>
            tree.Find(path) is { Kind: TreeEntryKind.File } ? tree.Read(path)?.ToArray() : null;
    }
}
