using Rayquest.JobModel.Diagnostics;
using Rayquest.JobModel.Plans;
using Rayquest.JobModel.Repository;
using Rayquest.JobModel.Requests;
using Rayquest.JobModel.Yaml;
using Rayquest.JobRender.Edits;

namespace Rayquest.JobRender.Folder;

/// <summary>One request file and its plan; null where it has errors and nothing may be rendered.</summary>
public sealed record PlannedRequest(string Path, RequestPlan? Plan)
{
    /// <summary>What the request is told by; known of one that today's policies give no plan for, too.</summary>
    public RequestIdentity? Identity { get; init; } = Plan?.Identity;
}

/// <summary>
/// Compares the requests with what stands under <c>jobs/</c>. Once merged, a file is frozen: while its request's digest is
/// the one in its header, its bytes stay, whatever tool, policies and profiles say now (ADR 0003). Only the tree named as
/// merged is believed in this; in a proposed tree anybody could have written a header.
/// </summary>
public static class JobsFolder
{
    /// <summary>Decides on every file, ordinal by path.</summary>
    /// <param name="requests">Every request of the repository.</param>
    /// <param name="current">The tree whose <c>jobs/</c> is to be put right.</param>
    /// <param name="merged">The tree whose intact files are frozen: the base of a pull request, or <paramref name="current"/> itself for a local run.</param>
    public static IReadOnlyList<RenderDecision> Decide(
        IReadOnlyList<PlannedRequest> requests,
        IRepositoryTree current,
        IRepositoryTree merged
    )
    {
        List<RenderDecision> decisions = new(requests.Count);
        HashSet<string> wanted = new(StringComparer.Ordinal);
        foreach (PlannedRequest request in requests)
        {
            decisions.Add(Decide(request, current, merged));
            wanted.Add(RequestPath.JobOf(request.Path));
        }

        foreach (TreeEntry entry in current.List(RequestPath.Jobs))
        {
            if (!wanted.Contains(entry.Path) && IsManifest(entry.Path))
            {
                decisions.Add(Remove(entry, current));
            }
        }

        decisions.Sort((left, right) => string.CompareOrdinal(left.Path, right.Path));
        return decisions;
    }

    /// <summary>Decides on the file of one request.</summary>
    public static RenderDecision Decide(PlannedRequest request, IRepositoryTree current, IRepositoryTree merged)
    {
        string path = RequestPath.JobOf(request.Path);
        ReadOnlyMemory<byte>? standing = current.Find(path) is { Kind: TreeEntryKind.File } ? current.Read(path) : null;
        if (Frozen(request, path, current, merged, standing) is { } frozen)
        {
            bool isKept = standing is { } bytes && bytes.Span.SequenceEqual(frozen.Bytes.Span);
            return new RenderDecision(
                path,
                request.Path,
                isKept ? RenderAction.Keep : RenderAction.Write,
                isKept ? RenderReason.Frozen : RenderReason.HandEdited,
                standing,
                frozen.Bytes,
                frozen.Header
            );
        }

        if (request.Plan is not { } plan)
        {
            return new RenderDecision(
                path,
                request.Path,
                RenderAction.Keep,
                RenderReason.RequestBroken,
                standing,
                standing,
                Header: null
            );
        }

        RenderedFile rendered = Renderer.Render(plan);
        bool equal = standing is { } known && known.Span.SequenceEqual(rendered.Bytes.Span);
        return new RenderDecision(
            path,
            request.Path,
            equal ? RenderAction.Keep : RenderAction.Write,
            equal ? RenderReason.UpToDate : ReasonToWrite(plan, standing),
            standing,
            rendered.Bytes,
            rendered.Header
        )
        {
            Rendered = rendered,
            Edits = Edits(path, rendered, merged),
        };
    }

    // Only of what keeps its name: anything else is another object.
    private static IReadOnlyList<FieldEdit> Edits(string path, RenderedFile rendered, IRepositoryTree merged)
    {
        if (
            !rendered.Header.Jobs.Any(j => KindRules.IsEditedInPlace(j.Kind))
            || merged.Find(path) is not { Kind: TreeEntryKind.File }
            || merged.Read(path) is not { } bytes
            || IntactHeader(path, bytes) is null
        )
        {
            return [];
        }

        List<FieldEdit> edits = [];
        IReadOnlyList<YamlNode> live = YamlReader
            .Read(path, bytes.Span, YamlLimits.Manifest, new FindingBag())
            .Documents;
        foreach (YamlMapping document in rendered.Documents)
        {
            foreach (YamlMapping before in live.OfType<YamlMapping>())
            {
                edits.AddRange(ManifestEdits.Of(before, document));
            }
        }

        return edits;
    }

    /// <summary>The header of a file under <c>jobs/</c> whose content is what the header says; null for anything else.</summary>
    public static JobHeader? IntactHeader(string path, ReadOnlyMemory<byte> bytes) =>
        JobHeader.Read(bytes, out int body) is { } header
        && RequestPath.JobOf(header.RequestPath) == path
        && header.ContentDigest == JobHeader.Digest(bytes.Span[body..])
            ? header
            : null;

    // Only files Argo CD would apply: what else lies there is the linter's business.
    private static bool IsManifest(string path) =>
        path.AsSpan(RequestPath.Jobs.Length).Contains('/')
        && (
            path.EndsWith(".yaml", StringComparison.Ordinal)
            || path.EndsWith(".yml", StringComparison.Ordinal)
            || path.EndsWith(".json", StringComparison.Ordinal)
        );

    private static (ReadOnlyMemory<byte> Bytes, JobHeader Header)? Frozen(
        PlannedRequest request,
        string path,
        IRepositoryTree current,
        IRepositoryTree merged,
        ReadOnlyMemory<byte>? standing
    )
    {
        ReadOnlyMemory<byte>? bytes =
            ReferenceEquals(current, merged) ? standing
            : merged.Find(path) is { Kind: TreeEntryKind.File } ? merged.Read(path)
            : null;
        return
            request.Identity is { } identity
            && bytes is { } file
            && IntactHeader(path, file) is { } header
            && identity.Is(header)
            && header.RequestPath == request.Path
            ? (file, header)
            : null;
    }

    private static RenderReason ReasonToWrite(RequestPlan plan, ReadOnlyMemory<byte>? standing) =>
        standing is not { } bytes ? RenderReason.NewRequest
        : JobHeader.Read(bytes, out _) is { } header && !plan.Identity.Is(header) ? RenderReason.RequestChanged
        : RenderReason.HandEdited;

    private static RenderDecision Remove(TreeEntry entry, IRepositoryTree current)
    {
        ReadOnlyMemory<byte>? bytes = entry.Kind == TreeEntryKind.File ? current.Read(entry.Path) : null;
        JobHeader? header = bytes is { } file ? IntactHeader(entry.Path, file) : null;
        return new RenderDecision(
            entry.Path,
            header?.RequestPath ?? RequestPath.RequestOf(entry.Path),
            RenderAction.Remove,
            header is null ? RenderReason.NoRequest : RenderReason.RequestGone,
            bytes,
            Wanted: null,
            header
        );
    }
}
