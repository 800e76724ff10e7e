using System.Reflection;
using System.Text;
using Rayquest.JobFormEngine.Data;
using Rayquest.JobFormEngine.Requests;
using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Policies;
using Rayquest.JobModel.Repository;
using Rayquest.JobModel.Requests;
using Rayquest.JobModel.Text;
using Rayquest.JobModel.Yaml;
using Rayquest.JobRender.Folder;
using Rayquest.JobReport.Approvals;
using Rayquest.JobReport.Evaluation;

namespace Rayquest.JobFormEngine;

/// <summary>
/// Evaluates drafts as a pull request with them would be evaluated: the same assessment, by the same policies, of the same two trees.
/// There is no second answer here; what the page shows is what the review will say of the snapshot's state of the repository.
/// </summary>
public sealed class FormEngine
{
    private readonly IRepositoryTree tree;

    public FormEngine(FormSnapshot snapshot)
    {
        Snapshot = snapshot;
        tree = snapshot.Tree();
        Loaded = PolicyLoader.Load(tree);
    }

    /// <summary>The version of what evaluates.</summary>
    public static string Version { get; } =
        typeof(FormEngine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
        ?? "0.0.0";

    /// <summary>What the form knows of the repository.</summary>
    public FormSnapshot Snapshot { get; }

    /// <summary>The policies as they were read.</summary>
    public LoadedPolicies Loaded { get; }

    /// <summary>The policies that evaluate.</summary>
    public PolicySet Policies => Loaded.Policies;

    /// <summary>The repository as the snapshot has it.</summary>
    public IRepositoryTree Tree => tree;

    /// <summary>The teams that may submit, ordinal.</summary>
    public IReadOnlyList<string> Teams =>
        [.. Policies.Quotas.Teams.Keys.Where(t => t != QuotasPolicy.DefaultTeam).Order(StringComparer.Ordinal)];

    /// <summary>The requests that can be edited, ordinal; none where the snapshot has none.</summary>
    public IReadOnlyList<string> Requests =>
        [.. tree.List(RequestPath.Requests).Select(e => e.Path).Where(RequestPath.IsRequest)];

    /// <summary>A request of the snapshot as a draft; null where there is none.</summary>
    public FormDraft? DraftOf(string path) =>
        RequestPath.IsRequest(path) && tree.Read(path) is { } bytes
            ? new FormDraft(RequestPath.TeamOf(path)!, Encoding.UTF8.GetString(bytes.Span)) { From = path }
            : null;

    /// <summary>What a pull request with the draft would be told.</summary>
    /// <param name="author">GitHub login of who would open it; null where that isn't known, and then nothing is said of entitlement.</param>
    public FormOutcome Evaluate(FormDraft draft, string? author = null)
    {
        string path = draft.Path;
        string job = RequestPath.JobOf(path);
        IReadOnlyDictionary<string, byte[]?> changes = draft.Changes();
        // Of what is merged under the same name only the amounts are known here: a manifest without its request, and without
        // its content, would be evaluated as one that somebody wrote by hand.
        bool isTaken = !Snapshot.HasRequests && tree.Find(job) is not null;
        IRepositoryTree known = isTaken
            ? new OverlayTree(tree, new Dictionary<string, byte[]?>(StringComparer.Ordinal) { [job] = null })
            : tree;
        OverlayTree result = new(known, changes);
        Assessment assessment = Assessor.Assess(
            new AssessmentInput
            {
                Base = known,
                Result = result,
                ChangedPaths = [.. changes.Keys.Order(StringComparer.Ordinal)],
            }
        );
        ChangeEvaluation evaluation = VerdictRule.Decide(
            assessment,
            new ApprovalInput(author, new HashSet<string>(StringComparer.Ordinal), []),
            known: null
        );
        RequestDocument document = RequestDocument.Read(path, changes[path]);
        ManifestDiff? manifest = assessment.Manifests.FirstOrDefault(m => m.Path == job);
        string? after = Text(manifest is null ? known.Read(job) : manifest.After);
        return new FormOutcome
        {
            Path = path,
            Evaluation = evaluation,
            Document = document,
            IsNameTaken = isTaken || (draft.From is null && tree.Find(path) is not null),
            Manifest = assessment.Errors > 0 ? null : after,
            ManifestDiff =
                manifest is null || assessment.Errors > 0
                    ? ""
                    : UnifiedDiff.Of(job, Text(manifest.Before), Text(manifest.After)),
        };
    }

    private static string? Text(ReadOnlyMemory<byte>? bytes) =>
        bytes is { } known ? Encoding.UTF8.GetString(known.Span) : null;
}

/// <summary>What is said of a draft.</summary>
public sealed record FormOutcome
{
    /// <summary>The request's file.</summary>
    public required string Path { get; init; }

    /// <summary>Findings, jobs, quota, approvals and the verdict.</summary>
    public required ChangeEvaluation Evaluation { get; init; }

    /// <summary>The request as it was read.</summary>
    public required RequestDocument Document { get; init; }

    /// <summary>Whether a request of that name is merged already, and the draft isn't an edit of it.</summary>
    public bool IsNameTaken { get; init; }

    /// <summary>What would be rendered; null where it can't be.</summary>
    public required string? Manifest { get; init; }

    /// <summary>How that differs from what is merged; empty for no difference, or where nothing is rendered.</summary>
    public required string ManifestDiff { get; init; }

    /// <summary>The findings in the request, with the field each stands at: <c>workers[0].gpus</c>; empty for the request itself.</summary>
    public IEnumerable<(string Field, Finding Finding)> FieldFindings =>
        Evaluation
            .Findings.Where(f => f.Span.Source.Path == Path)
            .Select(f => (FieldPlace.At(Document.File.Root, f.Span.Span.Start), f));

    /// <summary>The findings elsewhere: in a policy, or a file the request ships.</summary>
    public IEnumerable<Finding> OtherFindings => Evaluation.Findings.Where(f => f.Span.Source.Path != Path);
}
